"""Totals of a register by period: which of them count, what they stand for, and add up to.

A total counts where its period lies in the plan's year and is over. Of one period the one recorded
last counts, which may also take it back; of two, of which one lies in the other, the wider one.
Totals of single kinds count for all kinds, too, where none of all kinds covers their period.

**A total stands for its period**: a case whose day lies in it is not counted for the same figure,
or it would be counted twice; a total of one kind stands only for cases of that kind. A rate is not
counted from cases of a period either of which a total says how many there were: those cases are not
all of them. So totals of one period and cases of another add up.

**A rate is worked out** where numerator and denominator are known of every period that a total
stands for. Else there is none but the one that was stated, where all else lies in its period.
"""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import (
    CTE,
    Connection,
    Integer,
    String,
    and_,
    case,
    column,
    func,
    literal_column,
    or_,
    select,
    union_all,
    values,
)

from plans.registers import MEASURES
from tracker.registers.look import Look, first_day
from tracker.registers.made_of import OUT_OF
from tracker.sight import Column, number, whole
from tracker.stored import plan, register_total

NONE = number(0)

RATES = tuple(measure for measure, (kind, _register) in MEASURES.items() if kind == "rate")
"""The measures that are rates."""

AMONG: Mapping[str, str] = {
    **{
        f"{group}.{name}": f"{group}.received"
        for group in ("petitions", "orders")
        for name in ("accepted_in_time", "settled_on_time", "satisfied")
    },
    "sweeps.held_rate": "sweeps.held",
}
"""Rate → the total that says how many there were, though not how many were asked or due."""

ITSELF, NUMERATOR, DENOMINATOR, FROM = range(4)
"""What a total is to the figure that it stands for."""

_PARTS = [
    *((measure, measure, ITSELF) for measure in MEASURES),
    *((rate, part, NUMERATOR) for rate, (part, _whole) in OUT_OF.items() if part),
    *((rate, of, DENOMINATOR) for rate, (_part, of) in OUT_OF.items()),
    *((rate, among, FROM) for rate, among in AMONG.items()),
]


def standing_totals(look: Look) -> CTE:
    """The totals that count, once for each figure and kind that they stand for.

    Columns: plan_id, measure (the figure) and kind ('' for all) that it stands for, part (what it
    is to that figure), of_kind (its own kind), amount (in ten-thousandths), first_on, last_on,
    source, filing_id, number.
    """
    k = _known(look).c
    # A period lies in one that begins no later if that ends no earlier: the latest end tells.
    of_kind, of_measure = (k.plan_id, k.measure, k.of_kind), (k.plan_id, k.measure)
    before = func.max(k.last_on).over(
        partition_by=of_kind, order_by=(k.first_on, k.last_on.desc()), rows=(None, -1)
    )
    whole_last = func.max(case((k.of_kind == "", k.last_on)))
    in_whole = whole_last.over(partition_by=of_measure, order_by=k.first_on)
    t = (
        select(
            *(k[name] for name in _PLAIN),
            func.coalesce(before, NONE).label("wider_last"),
            func.coalesce(in_whole, NONE).label("whole_last"),
        )
        .subquery("periods")
        .c
    )
    plain, counts = [t[name] for name in _PLAIN], t.wider_last < t.last_on
    counting = union_all(
        select(*plain, t.of_kind.label("kind")).where(counts),
        select(*plain, literal_column("''").label("kind")).where(
            t.of_kind != "", t.measure.not_in(RATES), counts, t.whole_last < t.last_on
        ),
    ).subquery("counting")
    names = (column("figure", String), column("measure", String), column("part", Integer))
    parts = values(*names, literal_binds=True).data(_PARTS).cte("parts")
    c = counting.c
    return (
        select(
            *(c[name] for name in _PLAIN if name != "measure"),
            parts.c.figure.label("measure"),
            *(parts.c.part, c.kind),
        )
        .join_from(counting, parts, parts.c.measure == c.measure)
        .cte("standing")
    )


def period_totals(standing: CTE) -> CTE:
    """What the totals that stand for a figure come to.

    Columns: plan_id, measure, kind; amount (their sum), periods (how many are the figure
    itself), numerator and denominator (of a rate), last_on (the last day that they cover); stated:
    the rate of the only period there is; open_first, open_last: the days from which to which the
    parts of a rate are not known, NULL where they are. Amounts are in ten-thousandths.
    """
    s = standing.c

    def latest(part: int) -> Column:
        """The latest day of those of a part that begin no later."""
        of_part = func.max(case((s.part == part, s.last_on)))
        among = (s.plan_id, s.measure, s.kind, s.of_kind)
        return func.coalesce(of_part.over(partition_by=among, order_by=s.first_on), NONE)

    # Periods of one figure and kind do not lie in each other: if each lies in one of the other
    # part, they are the same.
    other = case((s.part == DENOMINATOR, latest(NUMERATOR)), else_=latest(DENOMINATOR))
    known = and_(s.part != FROM, other >= s.last_on)
    weighs = or_(s.part == ITSELF, s.amount > 0)
    group = (s.plan_id, s.measure, s.kind)
    rows = select(
        *(*group, s.part, s.amount, s.first_on, s.last_on),
        case((and_(weighs, ~known), number(1)), else_=NONE).label("open"),
        case((weighs, s.first_on)).label("weighs_first"),
        case((weighs, s.last_on)).label("weighs_last"),
    ).subquery("seen")
    r = rows.c

    def of(part: int, value: Column) -> Column:
        return case((r.part == part, value))

    def added_up(part: int) -> Column:
        return whole(func.coalesce(func.sum(of(part, r.amount)), NONE))

    only = and_(
        func.count(of(ITSELF, r.amount)) == 1,
        func.min(of(ITSELF, r.first_on)) == func.min(r.weighs_first),
        func.max(of(ITSELF, r.last_on)) == func.max(r.weighs_last),
    )
    return (
        select(
            *(r.plan_id, r.measure, r.kind),
            added_up(ITSELF).label("amount"),
            func.count(of(ITSELF, r.amount)).label("periods"),
            added_up(NUMERATOR).label("numerator"),
            added_up(DENOMINATOR).label("denominator"),
            case((only, func.max(of(ITSELF, r.amount)))).label("stated"),
            func.min(case((r.open == 1, r.first_on))).label("open_first"),
            func.max(case((r.open == 1, r.last_on))).label("open_last"),
            func.max(r.last_on).label("last_on"),
        )
        .group_by(r.plan_id, r.measure, r.kind)
        .cte("totals")
    )


def load_passages(connection: Connection, look: Look) -> dict[tuple[str, str], tuple[str, ...]]:
    """The passages that the totals that count were read from, by figure and kind ('' for all)."""
    s = standing_totals(look).c
    rows = connection.execute(
        select(s.measure, s.kind, s.source)
        .where(s.source.isnot(None), s.part != FROM)
        .order_by(s.filing_id, s.number)
    )
    found: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for row in rows:
        found[row.measure, row.kind][row.source] = None
    return {of: tuple(passages) for of, passages in found.items()}


_PLAIN = (
    *("plan_id", "measure", "of_kind", "amount", "first_on", "last_on"),
    *("source", "filing_id", "number"),
)


def _known(look: Look) -> CTE:
    """The totals that are known, of periods that lie in their plan's year and are over: of each
    period the one recorded last, unless that takes it back."""
    t, p = register_total.c, plan.c
    of_kind = func.coalesce(t.kind, "")
    same = (t.plan_id, t.measure, of_kind, t.first_on, t.last_on)
    newest_first = (t.filing_id.desc(), t.number.desc())
    place = func.row_number().over(partition_by=same, order_by=newest_first)
    there = (
        select(
            *(t[name] for name in _PLAIN if name != "of_kind"),
            of_kind.label("of_kind"),
            place.label("place"),
        )
        .join_from(register_total, plan, p.id == t.plan_id)
        .where(
            look.of_plans(register_total),
            t.first_on >= first_day(p.year),
            t.last_on < first_day(p.year + 1),
            t.last_on <= look.day,
            look.knows(register_total),
        )
        .subquery("there")
    )
    columns = [there.c[name] for name in _PLAIN]
    return select(*columns).where(there.c.place == 1, there.c.amount.isnot(None)).cte("known")
