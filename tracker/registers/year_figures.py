"""The figures of a plan's year of which totals stand for some part."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnClause, Connection, Integer, String, column, select, values

from plans.registers import MEASURES
from tracker.columns import int_to_amount
from tracker.loaded import PlanRef
from tracker.registers.look import Look
from tracker.registers.measures import figures, unknown_days
from tracker.registers.period_totals import standing_totals
from tracker.registers.rate import Rate
from tracker.registers.rate_rows import Figure


def load_figures(
    connection: Connection, plan: PlanRef, look: Look, register: str, kinds: Iterable[str] = ()
) -> dict[tuple[str, str], Figure]:
    """The figures of a register, by measure and kind ('' for all); none of a year without totals.

    Args:
        kinds: the codes of those that are asked for besides all together.
    """
    if connection.execute(select(standing_totals(look)).limit(1)).first() is None:
        return {}
    ids = (column(n, Integer) for n in ("plan_id", "version_id"))
    names: list[ColumnClause[Any]] = [*ids, column("measure", String), column("kind", String)]
    measures = [measure for measure, (_how, of) in MEASURES.items() if of == register]
    rows = [
        (plan.id, plan.version_id, measure, kind) for kind in ("", *kinds) for measure in measures
    ]
    wanted = values(*names).data(rows).cte("drawn")
    return {
        (row.measure, row.kind): Figure(
            None if row.value is None else int_to_amount(row.value),
            Rate(row.numerator or 0, row.denominator or 0),
            row.cases,
            row.periods,
            unknown_days(row),
            None if row.last_on is None else date.fromordinal(row.last_on),
        )
        for row in connection.execute(select(figures(look, wanted, [register])))
    }
