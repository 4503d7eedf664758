"""The tables of the store as the judge's statement sees them: columns of the types as stored.

Days, moments and amounts are plain whole numbers here, for arithmetic. Such columns also cost far
less to alias than those of ``tracker/schema.py``: the statement is put together for every command.
"""

from sqlalchemy import Table, TableClause, TypeDecorator, column, table

from tracker import schema


def _plain(made: Table) -> TableClause:
    return table(
        made.name,
        *[
            column(c.name, c.type.impl if isinstance(c.type, TypeDecorator) else c.type)
            for c in made.columns
        ],
    )


plan = _plain(schema.plan)
plan_version = _plain(schema.plan_version)
item = _plain(schema.item)
item_version = _plain(schema.item_version)
milestone = _plain(schema.milestone)
indicator = _plain(schema.indicator)
pace_target = _plain(schema.pace_target)
entry = _plain(schema.entry)
filing = _plain(schema.filing)
register_case = _plain(schema.register_case)
register_event = _plain(schema.register_event)
register_total = _plain(schema.register_total)
