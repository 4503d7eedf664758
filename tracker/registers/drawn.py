"""From which registers indicators are computed: asked before plans are judged.

Most plans draw on none, so this module loads nothing that only registers need.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from tracker.stored import indicator, plan_version


def drawn_on(connection: Connection, plans: Sequence[int] | None = None) -> tuple[str, ...]:
    """The registers from which an indicator of any version of some plans is computed.

    Args:
        plans: ids; None for all.
    """
    i = indicator.c
    measures = select(i.register).distinct().where(i.register.isnot(None))
    if plans is not None:
        versions = select(plan_version.c.id).where(plan_version.c.plan_id.in_(plans))
        measures = measures.where(i.version_id.in_(versions))
    found = connection.execute(measures).scalars().all()
    if not found:
        return ()
    from plans.registers import MEASURES

    return tuple(sorted({MEASURES[measure][1] for measure in found}))
