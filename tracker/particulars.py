"""Everything about single items: what is promised of them, and their rows of the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Table, and_, or_, select

from plans.model import Thresholds
from tracker.history import Entry, entries
from tracker.schema import indicator, item, item_version, milestone, pace_target, plan_version
from tracker.versions import PlanRef

if TYPE_CHECKING:
    from tracker.registers.measures import Fed


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone, or one occurrence of a recurring item, as planned."""

    code: str
    title: str
    due: date
    original_due: date
    weight: int
    lapses_on: date | None


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator as planned; the words are those of ``plans.model.Indicator``.

    Attributes:
        fed: what the register that it is computed from says as of the date looked at.
    """

    name: str
    unit: str
    target: Decimal | None
    sense: str
    reading: str
    weight: int
    last_year: str | None
    assumed: bool
    register: str | None = None
    register_kind: str | None = None
    fed: "Fed | None" = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the plan says of all its items: when a level begins, and how late a report may be."""

    thresholds: Thresholds
    grace_days: int


@dataclass(frozen=True, slots=True)
class Particulars:
    """One item as planned, all its rows of the ledger, and what registers say of it.

    Attributes:
        due: as planned; approved extensions are among the rows.
        targets: for pace "table": (month end, share of FULL), ascending.
        parent: (code, title) of the item above it.
        after: codes of the items that have to be finished first.
    """

    item_id: int
    code: str
    title: str
    area: str
    parent: tuple[str, str] | None
    lead: str
    support: tuple[str, ...]
    person: str | None
    leader: str | None
    start: date
    due: date
    original_due: date
    weight: int
    pace: str
    measure: str
    report: str
    recurring: bool
    assumed: bool
    after: tuple[str, ...]
    source: str | None
    steps: tuple[Step, ...]
    measures: tuple[Measure, ...]
    targets: tuple[tuple[date, int], ...]
    entries: tuple[Entry, ...]
    children: tuple["Particulars", ...]
    terms: Terms

    @property
    def unfiled(self) -> bool:
        """Whether it has neither a milestone nor an indicator that is filed."""
        return not self.steps and all(measure.register for measure in self.measures)

    @property
    def computed(self) -> bool:
        """Whether all that is measured of it itself comes from registers: nobody files."""
        judged = any(measure.target is not None for measure in self.measures)
        return self.measure == "indicators" and self.unfiled and judged


_COPIED = (
    *("item_id", "code", "title", "area", "lead", "person", "leader", "start", "due"),
    *("original_due", "weight", "pace", "measure", "report", "recurring", "assumed", "source"),
)


def load_particulars(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None = None,
    *,
    items: Sequence[int] | None = None,
) -> dict[int, Particulars]:
    """Items with all that belongs to them, children included, by id, in plan order.

    Args:
        plan: at the version of ``known_at``.
        as_of: the date as of which the registers are looked at; rows of the ledger are all there.
        items: ids; None for all of the plan. Children of these come along.
    """
    i, above, upper = item_version.c, item.alias("above"), item_version.alias("upper")
    of_parent = and_(upper.c.version_id == i.version_id, upper.c.item_id == i.parent_id)
    wanted = (
        select(item_version, item.c.code, above.c.code.label("above"), upper.c.title.label("upper"))
        .join(item, item.c.id == i.item_id)
        .outerjoin(above, above.c.id == i.parent_id)
        .outerjoin(upper, of_parent)
        .where(i.version_id == plan.version_id)
        .order_by(i.position)
    )
    if items is not None:
        wanted = wanted.where(or_(i.item_id.in_(items), i.parent_id.in_(items)))
    rows = connection.execute(wanted).all()
    ids = None if items is None else [row.item_id for row in rows]
    parts = _parts(connection, plan, ids)
    said: Mapping[tuple[str, str | None], Fed] = {}
    if any(one.register for own in parts["indicator"].values() for one in own):
        from tracker.registers.measures import load_fed  # what most plans need not load

        said = load_fed(connection, plan, as_of, known_at, items=ids)
    filed: dict[int, list[Entry]] = {}
    for row in entries(connection, plan, ids, known_at=known_at):
        filed.setdefault(row.item_id, []).append(row)
    return _assemble(rows, parts, filed, said, load_terms(connection, plan))


def load_terms(connection: Connection, plan: PlanRef) -> Terms:
    """The terms of the plan's version."""
    v = plan_version.c
    names = tuple(Thresholds.__dataclass_fields__)
    found = connection.execute(
        select(*[v[n] for n in names], v.grace_days).where(v.id == plan.version_id)
    ).one()
    return Terms(Thresholds(*found[:-1]), found.grace_days)


def _parts(
    connection: Connection, plan: PlanRef, ids: Sequence[int] | None
) -> dict[str, dict[int, list[Row[Any]]]]:
    """The rows of the version's other tables, by table and item."""
    parts: dict[str, dict[int, list[Row[Any]]]] = {}
    for table in (milestone, indicator, pace_target):
        found = parts[table.name] = {}
        for row in connection.execute(_of_items(table, plan, ids)):
            found.setdefault(row.item_id, []).append(row)
    return parts


def _of_items(table: Table, plan: PlanRef, ids: Sequence[int] | None) -> Any:
    rows = select(table).where(table.c.version_id == plan.version_id)
    if ids is not None:
        rows = rows.where(table.c.item_id.in_(ids))
    return rows.order_by(*table.primary_key.columns)


def _assemble(
    rows: Sequence[Row[Any]],
    parts: dict[str, dict[int, list[Row[Any]]]],
    filed: dict[int, list[Entry]],
    said: "Mapping[tuple[str, str | None], Fed]",
    terms: Terms,
) -> dict[int, Particulars]:
    made: dict[int, Particulars] = {}
    below: dict[int, list[Particulars]] = {}
    for row in reversed(rows):  # children come after their parents, so they are made first
        key = row.item_id
        steps = parts["milestone"].get(key, ())
        measures = parts["indicator"].get(key, ())
        made[key] = Particulars(
            **{name: row._mapping[name] for name in _COPIED},
            parent=None if row.above is None else (row.above, row.upper),
            support=tuple(row.support),
            after=tuple(row.after),
            steps=tuple(Step(**_fields(Step, step)) for step in steps),
            measures=tuple(_measure(one, said) for one in measures),
            targets=tuple((t.month_end, t.share) for t in parts["pace_target"].get(key, ())),
            entries=tuple(filed.get(key, ())),
            children=tuple(reversed(below.get(key, ()))),
            terms=terms,
        )
        if row.parent_id is not None:
            below.setdefault(row.parent_id, []).append(made[key])
    return {row.item_id: made[row.item_id] for row in rows}


def _measure(row: Row[Any], said: "Mapping[tuple[str, str | None], Fed]") -> Measure:
    planned = {name: row._mapping[name] for name in _PLANNED}
    return Measure(**planned, fed=said.get((row.register, row.register_kind)))


_PLANNED = [name for name in Measure.__dataclass_fields__ if name != "fed"]


def _fields(kind: type, row: Row[Any]) -> dict[str, Any]:
    return {name: row._mapping[name] for name in kind.__dataclass_fields__}  # type: ignore[attr-defined]
