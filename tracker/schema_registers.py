"""The tables of the two registers: petitions with the 12345 line, and safety sweeps with hazards.

All of them have one shape: a ``register_case``, its dated ``register_event``s, the days by which
something is due, and an outcome. A case carries the days that its registration sets
(``accept_by``, ``settle_by``), an event that which it sets (``due``): worked out once, by the rules
of the plan version the case was registered under, so a rule that changes later moves no past case.
``register_total`` holds what is known only as a total, of years of which there are no cases.

Every row belongs to a ``filing``: one transaction, with its moment and author. The filings of a
store are numbered in the order in which they were recorded, so what was known at a moment are the
rows whose filing has at most the number of the last one by then.

No column is meant for who has petitioned: a petition has none for a name, an address or free text.
What texts there are (numbers of cases; places, posts and settings of hazards; passages of totals;
names of files and authors) are held against numbers of persons, posts and places also against
names, before they come here: see "What is never taken in" of docs/registers.md for what is seen.
"""

from collections.abc import Iterable

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
    text,
)

from tracker.columns import BIG_ID, Amount, Day, Moment, metadata

REGISTERS = ("petition", "sweep", "hazard")

EVENTS = {
    "petition": (
        "accept",  # told that it is accepted; an order of the 12345 line is signed for
        "decline",  # told that it is not accepted, with the reason: the end
        "object",  # transferred wrongly, and given back: the end
        "extend",  # more time is granted; due is the new day
        "settle",  # answered: the end
        "survey",  # asked whether satisfied; result satisfied or dissatisfied
        "review",  # a review is asked for; due is the day of its answer
        "reviewed",  # the review is answered
        "undo",  # the event in `reverses` never held, or with 0 the case itself never was
    ),
    "sweep": ("hold", "remind", "undo"),
    "hazard": (
        "order",  # to be put right by the day in due
        "fix",  # put right, by whom
        "fail",  # re-inspected by somebody else, and open again
        "pass",  # re-inspected by somebody else, and right
        "close",  # closed out: the end
        "remind",  # the unit was reminded
        "escalate",  # a step higher up; result is the stage
        "undo",
    ),
}
"""Register → the kinds of its events."""

ENDS = ("decline", "object", "settle")
"""The kinds with which a petition ends."""

REGISTRATION = 0
"""What an ``undo`` reverses that takes back the case itself: recorded by mistake, it never was."""

NOTICES = ("remind", "escalate")
"""The kinds by which nothing happens with a case: somebody was told where it stands."""


def one_of(column: str, texts: Iterable[str]) -> str:
    """The condition that a column has one of these texts.

    Not with IN: SQLite would make a table of the texts for every row that is inserted, which takes
    longer than to insert it.
    """
    return " OR ".join(f"{column} = '{text}'" for text in texts)


filing = Table(
    "filing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan_id", ForeignKey("plan.id"), nullable=False),
    Column("register", String(10), nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("author", String(200), nullable=False),
    Column("name", String(255)),  # of the file that was imported
    Column("digest", String(64)),  # SHA-256 of that file
    Column("simulated", Boolean, nullable=False),
    Index("filing_of_file", "plan_id", "register", "digest"),
    sqlite_autoincrement=True,
)

register_case = Table(
    "register_case",
    metadata,
    Column("id", BIG_ID, primary_key=True, autoincrement=False),  # given under the writers' lock
    Column("plan_id", ForeignKey("plan.id"), nullable=False),
    Column("version_id", ForeignKey("plan_version.id"), nullable=False),  # whose rules apply
    Column("filing_id", ForeignKey("filing.id"), nullable=False),
    Column("register", String(10), nullable=False),
    Column("number", String(60), nullable=False),
    Column("opened_on", Day, nullable=False),  # came in, was found; of a sweep: its period began
    Column("channel", String(20)),  # of a petition: see plans.registers.CHANNELS
    Column("kind", String(40)),  # of an order, a sweep or a hazard
    Column("grade", String(10)),  # of a hazard: ordinary, major
    Column("topic", String(40)),  # of a petition
    Column("community", String(40)),  # unit code; NULL where it concerns the whole office
    Column("place", String(200)),  # of a hazard
    Column("place_key", Text),  # what it is compared by: see plans.places.compared
    Column("unit", String(40), nullable=False),  # that leads
    Column("repeated", Boolean, nullable=False),  # as it came in with a petition, never inferred
    Column("accept_by", Day),  # of a hazard: to be put right or ordered to be
    Column("settle_by", Day),  # of a sweep: due
    Column("lapses_on", Day),  # of a sweep: the last day on which it can be made good
    Column("rhythm", String(40)),  # of a sweep: the code of the one that recurs
    Column("sweep_id", ForeignKey("register_case.id")),  # on which a hazard was found
    Column("details", JSON(none_as_null=True)),  # of a hazard as found: {evidence: [...]}
    # A number is free again when its case is taken back: under the writers' lock it is seen to
    # that no two cases that stand have the same.
    UniqueConstraint("plan_id", "register", "number", "filing_id"),
    # Covers what a rise is looked for in.
    Index(
        "register_case_by_day",
        *("plan_id", "register", "opened_on", "topic", "community", "repeated", "filing_id"),
    ),
)

register_event = Table(
    "register_event",
    metadata,
    Column("case_id", ForeignKey("register_case.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # within the case, from 1
    Column("filing_id", ForeignKey("filing.id"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("effective_on", Day, nullable=False),
    Column("due", Day),
    Column("by_whom", String(200)),  # the post or unit that did it
    Column("result", String(40)),
    Column("places", Integer),  # of a sweep: checked
    Column("people", Integer),  # of a sweep: sent
    Column("details", JSON(none_as_null=True)),  # {settings: {...}, evidence: [...]}
    Column("reverses", Integer),  # the number of another event of the case, or REGISTRATION
    CheckConstraint(
        one_of("kind", dict.fromkeys(k for kinds in EVENTS.values() for k in kinds)),
        name="register_event_kind",
    ),
    sqlite_with_rowid=False,
)
Index(
    "register_event_reversals",
    register_event.c.case_id,
    register_event.c.reverses,
    unique=True,
    sqlite_where=register_event.c.reverses.isnot(None),
)
# Which petitions are open, and of which a review was asked for, is looked for in a million of them.
# On PostgreSQL the migration says which rows: here it would load its dialect for every command.
IS_END = f"({one_of('kind', ENDS)})"
IS_REVIEW = "kind = 'review'"
Index(
    "register_event_ends",
    *(register_event.c[name] for name in ("case_id", "effective_on", "kind", "filing_id")),
    sqlite_where=text(IS_END),
)
Index(
    "register_event_reviews",
    register_event.c.case_id,
    sqlite_where=text(IS_REVIEW),
)

register_total = Table(
    "register_total",
    metadata,
    Column("filing_id", ForeignKey("filing.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # within the filing, from 1
    Column("plan_id", ForeignKey("plan.id"), nullable=False),
    Column("measure", String(40), nullable=False),  # one of plans.registers.MEASURES
    Column("kind", String(40)),
    Column("first_on", Day, nullable=False),
    Column("last_on", Day, nullable=False),
    Column("amount", Amount),  # a rate in percent; NULL takes the figure back
    Column("source", Text),  # the passage that it comes from
    sqlite_with_rowid=False,
)
