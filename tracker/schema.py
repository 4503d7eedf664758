"""The tables of the store. What each holds, in the order in which things happen.

Promises: ``plan``, its immutable ``plan_version``s (the first is the baseline) and the rows of each
version: ``unit``, ``area``, ``item_version``, ``milestone``, ``indicator``, ``pace_target``.
``item`` gives a code its identity over all versions. Facts: ``entry``, the ledger.
What the flows wrote down: ``snapshot``, ``snapshot_item``, ``alert``, ``slip``, ``slip_line``.
The registers' tables are in ``tracker/schema_registers.py``, the column types, whole numbers all of
them, in ``tracker/columns.py``.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    select,
)

from tracker.columns import (
    AMOUNT_SCALE,
    BIG_ID,
    Amount,
    Day,
    Moment,
    int_to_amount,
    metadata,
    moment_to_int,
)
from tracker.schema_registers import filing, register_case, register_event, register_total

__all__ = [
    "AMOUNT_SCALE",
    "APPEND_ONLY",
    "FULL",
    "KINDS",
    "POINT",
    "REPORTS",
    "REVERSED",
    "REVISION",
    "STOPS",
    "Amount",
    "Day",
    "Moment",
    "alert",
    "area",
    "entry",
    "filing",
    "indicator",
    "int_to_amount",
    "item",
    "item_version",
    "ledger_import",
    "metadata",
    "milestone",
    "moment_to_int",
    "pace_target",
    "plan",
    "plan_version",
    "register_case",
    "register_event",
    "register_total",
    "slip",
    "slip_line",
    "snapshot",
    "snapshot_item",
    "unit",
]

REVISION = "0002"
"""The migration that this code needs; a test holds it against ``migrations/versions``."""

FULL = 100_000
"""Ratios (expected, actual, shares) are whole hundred-thousandths: FULL is 100 %."""

POINT = FULL // 100
"""One percentage point."""

plan = Table(
    "plan",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("office", String(200), nullable=False),
    Column("year", Integer, nullable=False),
    UniqueConstraint("office", "year"),
)

plan_version = Table(
    "plan_version",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("plan_id", ForeignKey("plan.id"), nullable=False),
    Column("number", Integer, nullable=False),  # 1 is the baseline
    Column("recorded_at", Moment, nullable=False),
    Column("author", String(200), nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of text
    Column("text", Text, nullable=False),  # the file as it was loaded
    Column("title", String(200)),
    Column("language", String(2), nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("behind_points", Integer, nullable=False),
    Column("far_behind_points", Integer, nullable=False),
    Column("due_soon_days", Integer, nullable=False),
    Column("unstarted_behind_days", Integer, nullable=False),
    Column("unstarted_far_behind_days", Integer, nullable=False),
    Column("rhythm", String(10), nullable=False),
    Column("grace_days", Integer, nullable=False),
    Column("reply_workdays", Integer, nullable=False),
    Column("unit_head_after_workdays", Integer, nullable=False),
    Column("leader_after_workdays", Integer, nullable=False),
    Column("wording", JSON, nullable=False),  # {template name: template}
    Column("registers", JSON(none_as_null=True)),  # see plans.registers.Registers.to_json
    UniqueConstraint("plan_id", "number"),
)

unit = Table(
    "unit",
    metadata,
    Column("version_id", ForeignKey("plan_version.id"), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("head", String(200)),
    Column("leader", String(200)),
    sqlite_with_rowid=False,
)

area = Table(
    "area",
    metadata,
    Column("version_id", ForeignKey("plan_version.id"), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    sqlite_with_rowid=False,
)

item = Table(
    "item",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("plan_id", ForeignKey("plan.id"), nullable=False),
    Column("code", String(40), nullable=False),
    UniqueConstraint("plan_id", "code"),
)

item_version = Table(
    "item_version",
    metadata,
    Column("version_id", ForeignKey("plan_version.id"), primary_key=True),
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    Column("parent_id", Integer),
    Column("position", Integer, nullable=False),  # over the whole plan, parents before children
    Column("area", String(40), nullable=False),
    Column("title", String(200), nullable=False),
    Column("lead", String(40), nullable=False),
    Column("support", JSON, nullable=False),  # [unit code]
    Column("person", String(200)),
    Column("leader", String(200)),
    Column("start", Day, nullable=False),
    Column("due", Day, nullable=False),  # as planned: no load moves it later
    Column("original_due", Day, nullable=False),  # of the first version that has the item
    Column("weight", Integer, nullable=False),
    Column("pace", String(10), nullable=False),
    Column("measure", String(10), nullable=False),
    Column("report", String(10), nullable=False),
    Column("recurring", Boolean, nullable=False),
    Column("assumed", Boolean, nullable=False),
    Column("dropped", Boolean, nullable=False),  # no longer in the file; carried on as cancelled
    Column("after", JSON, nullable=False),  # [item code]
    Column("source", Text),
    Column("summary", Text),
    sqlite_with_rowid=False,
)

milestone = Table(
    "milestone",
    metadata,
    Column("version_id", ForeignKey("plan_version.id"), primary_key=True),
    Column("item_id", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("code", String(40), nullable=False),
    Column("title", String(200), nullable=False),
    Column("due", Day, nullable=False),  # as planned: no load moves it later
    Column("original_due", Day, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("lapses_on", Day),
    sqlite_with_rowid=False,
)

indicator = Table(
    "indicator",
    metadata,
    Column("version_id", ForeignKey("plan_version.id"), primary_key=True),
    Column("item_id", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("unit", String(20), nullable=False),
    Column("target", Amount),
    Column("sense", String(10), nullable=False),
    Column("reading", String(10), nullable=False),
    Column("weight", Integer, nullable=False),
    Column("last_year", String(120)),
    Column("assumed", Boolean, nullable=False),
    Column("register", String(40)),  # one of plans.registers.MEASURES: computed, never filed
    Column("register_kind", String(40)),  # narrowed to one kind of sweep or hazard
    sqlite_with_rowid=False,
)
# The few that are computed from a register are found without a look at all others.
Index(
    "indicator_by_register",
    *(indicator.c[name] for name in ("version_id", "item_id", "register")),
    sqlite_where=indicator.c.register.isnot(None),
)

pace_target = Table(
    "pace_target",
    metadata,
    Column("version_id", ForeignKey("plan_version.id"), primary_key=True),
    Column("item_id", Integer, primary_key=True),
    Column("month_end", Day, primary_key=True),
    Column("share", Integer, nullable=False),  # of FULL
    sqlite_with_rowid=False,
)

KINDS = (
    "add",  # progress: amount is added to a "sum" indicator
    "set",  # progress: amount is the new value of a "latest" indicator
    "reach",  # progress: a milestone or an occurrence is reached
    "report",  # progress without figures
    "assign",  # who is answerable
    "extend",  # a new date is asked for
    "approve",  # the request in `answers` is granted
    "refuse",  # the request in `answers` is turned down
    "close",  # accepted and struck off
    "cancel",  # the promise is withdrawn
    "undo",  # the row in `reverses` never held
)

REPORTS = ("add", "set", "reach", "report")
"""The kinds with which a unit reports."""

STOPS = ("close", "cancel")
"""The kinds after which nothing is filed on an item, nor on its children."""

entry = Table(
    "entry",
    metadata,
    Column("id", BIG_ID, primary_key=True),
    Column("plan_id", ForeignKey("plan.id"), nullable=False),
    Column("item_id", ForeignKey("item.id"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("effective_on", Day, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("author", String(200), nullable=False),
    Column("part", String(60)),  # indicator (add, set) or milestone (reach, extend) concerned
    Column("amount", Amount),
    Column("due", Day),  # the date asked for
    Column("answers", ForeignKey("entry.id")),
    Column("reverses", ForeignKey("entry.id")),
    Column("assignment", JSON(none_as_null=True)),  # {lead, support, person, leader}
    Column("note", Text),
    Column("reason", Text),
    Column("source", Text),
    Column("evidence", JSON(none_as_null=True)),  # {name, sha256}
    Column("simulated", Boolean, nullable=False),
    Column("import_id", ForeignKey("ledger_import.id")),
    Column("version_id", ForeignKey("plan_version.id")),  # the version whose loading made the row
    CheckConstraint("kind IN ({})".format(", ".join(f"'{k}'" for k in KINDS)), name="entry_kind"),
    # Covers what the status statement asks: all rows of a rare kind, or an item's rows of one kind.
    Index(
        "entry_by_kind",
        *("kind", "item_id", "part", "effective_on", "recorded_at", "id", "amount"),
    ),
    sqlite_autoincrement=True,
)
Index("entry_by_plan", entry.c.plan_id, entry.c.id)
# On PostgreSQL, too, the migration leaves rows without `reverses` out. To say so here would load
# its whole dialect for every command, and NULLs are never duplicates of each other.
Index(
    "entry_reversals",
    entry.c.reverses,
    entry.c.recorded_at,
    unique=True,
    sqlite_where=entry.c.reverses.isnot(None),
)

REVERSED = select(entry.c.reverses).where(entry.c.reverses.isnot(None))
"""The rows that another one reverses, whenever that was recorded."""

ledger_import = Table(
    "ledger_import",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan_id", ForeignKey("plan.id"), nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the file
    Column("name", String(255), nullable=False),
    Column("recorded_at", Moment, nullable=False),
    UniqueConstraint("plan_id", "digest"),
)

snapshot = Table(
    "snapshot",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan_id", ForeignKey("plan.id"), nullable=False),
    Column("as_of", Day, nullable=False),
    Column("known_at", Moment, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    UniqueConstraint("plan_id", "as_of"),
)

snapshot_item = Table(
    "snapshot_item",
    metadata,
    Column("snapshot_id", ForeignKey("snapshot.id"), primary_key=True),
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    Column("level", String(20), nullable=False),
    Column("expected", Integer, nullable=False),  # of FULL
    Column("actual", Integer, nullable=False),  # of FULL
    sqlite_with_rowid=False,
)

alert = Table(
    "alert",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan_id", ForeignKey("plan.id"), nullable=False),
    Column("item_id", ForeignKey("item.id"), nullable=False),
    Column("as_of", Day, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("event", String(10), nullable=False),  # opened, escalated, cleared
    Column("level", String(20), nullable=False),
    Column("stage", String(10), nullable=False),  # person, head, leader
    Column("since", Day, nullable=False),
    UniqueConstraint("item_id", "as_of", "event", "stage"),
)

slip = Table(
    "slip",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan_id", ForeignKey("plan.id"), nullable=False),
    Column("number", Integer, nullable=False),  # within the plan, from 1
    Column("unit", String(40), nullable=False),
    Column("as_of", Day, nullable=False),
    Column("reply_by", Day, nullable=False),
    Column("provisional", JSON, nullable=False),  # years whose working days may still change
    Column("known_at", Moment, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    UniqueConstraint("plan_id", "number"),
    UniqueConstraint("plan_id", "unit", "as_of"),
)

slip_line = Table(
    "slip_line",
    metadata,
    Column("slip_id", ForeignKey("slip.id"), primary_key=True),
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    Column("level", String(20), nullable=False),
    Column("since", Day),
    Column("workdays", Integer, nullable=False),  # from since on; as counted when it was written
    Column("original_due", Day, nullable=False),
    Column("due", Day, nullable=False),
    Column("next_due", Day),  # the next date that is still open, of the item or a milestone
    sqlite_with_rowid=False,
)

APPEND_ONLY = tuple(table.name for table in metadata.sorted_tables)
"""Tables whose rows are never changed or deleted; triggers of the first migration see to it."""
