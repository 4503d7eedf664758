"""What registers say of indicators: the counts and rates of ``plans.registers.MEASURES``.

An indicator with a register is never filed: what it stands at is worked out here from the cases of
its plan (``tracker/registers/standing.py`` says where each stands) and from totals
(``tracker/registers/period_totals.py`` says which of them count).

- **A count** adds up totals, and the cases that none of these stands for.
- **A rate** is the numerator over the denominator in percent, to a tenth as people read it
  everywhere (``plans.numerals.percentage``), so that what is judged is what is printed. Where
  totals stand for a part of it without saying both, it has no value but the stated one, and that
  only while nothing else is to be counted. A rate of which nothing is due yet has none, either.
- **Its latest day** is the last on which a case came in or something happened with one, or which
  a total covers. That a sweep falls due is not among it: nobody has done anything by that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    Connection,
    FromClause,
    Row,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    union_all,
)

from plans.registers import MEASURE_NAMES, MEASURES, Registers
from tracker import schema
from tracker.columns import AMOUNT_SCALE, moment_to_int
from tracker.loaded import PlanRef
from tracker.registers.counted import count_cases, drawn_measures
from tracker.registers.look import Look
from tracker.registers.period_totals import (
    RATES,
    load_passages,
    period_totals,
    standing_totals,
)
from tracker.registers.spans import spans
from tracker.schema_registers import REGISTERS
from tracker.sight import Column, Sight, greatest, number
from tracker.stored import filing

ONE, NONE = number(1), number(0)


@dataclass(frozen=True, slots=True)
class Fed:
    """What a register says of an indicator.

    Attributes:
        measure, kind: which figure of the register, and the one kind that it is narrowed to.
        value: in ten-thousandths of the indicator's unit; None for a rate that has none.
        numerator, denominator: what was counted; the denominator of a count is None, and both are
            None for a rate that is known only as a total.
        cases: how many cases it was counted from.
        last_on: the latest day of the register; None where it holds nothing.
        simulated: something in the register is simulated.
        passages: what the totals that it takes in were read from.
        kind_name: what the plan calls the kind.
        unknown: the days from which to which totals stand for a part of a rate without saying what
            it is made of; None where there are none, or it has a value.
    """

    measure: str
    kind: str | None
    value: int | None
    numerator: int | None
    denominator: int | None
    cases: int
    last_on: date | None
    simulated: bool = False
    passages: tuple[str, ...] = ()
    kind_name: str | None = None
    unknown: tuple[date, date] | None = None

    @property
    def is_rate(self) -> bool:
        """Whether it is a rate and no count."""
        return self.measure in RATES

    def name(self, language: str) -> str:
        """The figure as it is called: 检查场所（火灾隐患） or sweeps.places (fire)."""
        if language == "zh":
            called = MEASURE_NAMES[self.measure]
            return called if self.kind is None else f"{called}（{self.kind_name or self.kind}）"
        return self.measure if self.kind is None else f"{self.measure} ({self.kind})"

    def to_json(self) -> dict[str, Any]:
        """Where the indicator comes from, for programs."""
        return {
            "measure": self.measure,
            "kind": self.kind,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "cases": self.cases,
            "last_on": None if self.last_on is None else self.last_on.isoformat(),
            "passages": list(self.passages),
            "unknown": None if self.unknown is None else [day.isoformat() for day in self.unknown],
        }

    @property
    def counts(self) -> tuple[int, int] | None:
        """Numerator and denominator of a rate, where it is worked out from them."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator, self.denominator


def fed(sight: Sight) -> CTE:
    """What registers say of the indicators that are looked at, a row a measure, kind and version.

    Columns: those of ``figures``. Cases of plans that take nothing from a register are not looked
    at.
    """
    return figures(Look(sight.as_of, sight.known_at), drawn_measures(sight), sight.registers)


def figures(look: Look, wanted: CTE, registers: Sequence[str]) -> CTE:
    """What cases and totals come to together.

    Columns: version_id, measure, kind ('' for all), value, numerator, denominator, cases, last_on,
    as in ``Fed``; open_first and open_last are its ``unknown``; periods: how many
    totals of the figure there are.

    Args:
        look: at which moment; the plans are those of ``wanted``.
        wanted: see ``drawn_measures``.
    """
    standing = standing_totals(Look(look.as_of, look.known_at, select(wanted.c.plan_id)))
    days = spans(standing)
    counts = (count_cases(look, wanted, days, register) for register in registers)
    counted, totals = union_all(*counts).subquery("counted"), period_totals(standing)
    c, t, rate = counted.c, totals.c, counted.c.measure.in_(RATES)
    part = case((rate, t.numerator), else_=t.amount)
    whole = c.denominator + func.coalesce(t.denominator, NONE) // AMOUNT_SCALE
    # OFFSET 0 fences the subquery: without it SQLite works out each value several times over.
    added = (
        select(
            *(c.version_id, c.measure, c.kind, c.cases, rate.label("rate")),
            (c.numerator * AMOUNT_SCALE + func.coalesce(part, NONE)).label("amount"),
            whole.label("denominator"),
            case((c.denominator == 0, t.stated)).label("stated"),
            case((rate, t.open_first)).label("open_first"),
            case((rate, t.open_last)).label("open_last"),
            func.coalesce(t.periods, NONE).label("periods"),
            greatest(c.last_on, t.last_on).label("last_on"),
        )
        .select_from(counted.outerjoin(totals, _are_of(counted, totals)))
        .offset(0)
        .subquery("added")
    )
    a = added.c
    worked_out = and_(a.rate, a.open_first.is_(None), a.denominator > 0)
    open_ = and_(a.open_first.isnot(None), a.stated.is_(None))
    value = case(
        (~a.rate, a.amount),
        (worked_out, _percent(a.amount // AMOUNT_SCALE, a.denominator)),
        (a.open_first.isnot(None), a.stated),
    )
    return select(
        *(a.version_id, a.measure, a.kind, a.cases, a.last_on, a.periods),
        value.label("value"),
        case((or_(~a.rate, worked_out), a.amount // AMOUNT_SCALE)).label("numerator"),
        case((worked_out, a.denominator)).label("denominator"),
        case((open_, a.open_first)).label("open_first"),
        case((open_, a.open_last)).label("open_last"),
    ).cte("fed")


def _are_of(counted: FromClause, totals: FromClause) -> Column:
    """Whether totals are of the figure that cases were counted for."""
    names = ("plan_id", "measure", "kind")
    return and_(*(counted.c[name] == totals.c[name] for name in names))


def _percent(part: Column, of: Column) -> Column:
    """A share in ten-thousandths of a percent, as ``plans.numerals.percentage`` rounds it."""
    tenths = (part * 2000 + of) // (of * 2)
    rounded = case(
        (part == 0, NONE),
        (and_(part < of, tenths > 999), number(999)),
        (tenths < 1, ONE),
        else_=tenths,
    )
    return rounded * (AMOUNT_SCALE // 10)


def load_fed(
    connection: Connection,
    of: PlanRef,
    as_of: date,
    known_at: datetime | None = None,
    *,
    items: Sequence[int] | None = None,
) -> dict[tuple[str, str | None], Fed]:
    """What the registers say of a plan's indicators, by measure and kind.

    Args:
        of: the plan, at the version of ``known_at``.
        items: only what the indicators of these items, and of their children, take from it.
    """
    said = fed(Sight(as_of, known_at, [of.id], items))
    kinds, simulated = _kinds_and_simulated(connection, of, known_at)
    passages = load_passages(connection, Look(as_of, known_at, [of.id]))
    return {
        (row.measure, row.kind or None): Fed(
            row.measure,
            row.kind or None,
            row.value,
            row.numerator,
            row.denominator,
            row.cases,
            None if row.last_on is None else date.fromordinal(row.last_on),
            MEASURES[row.measure][1] in simulated,
            passages.get((row.measure, row.kind), ()),
            kinds.get(row.kind),
            unknown_days(row),
        )
        for row in connection.execute(select(said))
    }


def unknown_days(row: Row[Any]) -> tuple[date, date] | None:
    """The days of which a row of ``figures`` says that a rate is unknown."""
    if row.open_first is None:
        return None
    return date.fromordinal(row.open_first), date.fromordinal(row.open_last)


def _kinds_and_simulated(
    connection: Connection, of: PlanRef, known_at: datetime | None
) -> tuple[dict[str, str], set[str]]:
    """What a plan calls its kinds of sweeps, and the registers in which something is simulated."""
    f, v = filing.c, schema.plan_version.c
    made_up = and_(f.plan_id == v.plan_id, f.simulated)
    if known_at is not None:
        made_up = and_(made_up, f.recorded_at <= moment_to_int(known_at))
    registers = [
        exists().where(made_up, f.register == register).label(register) for register in REGISTERS
    ]
    row = connection.execute(select(v.registers, *registers).where(v.id == of.version_id)).one()
    kinds = {kind.code: kind.name for kind in Registers.of_json(row.registers).safety.kinds}
    return kinds, {register for register in REGISTERS if row._mapping[register]}
