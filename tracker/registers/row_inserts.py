"""Very many cases and events into the store."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain, repeat
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    literal,
    select,
    type_coerce,
)

from plans.places import compared
from tracker.bulk import insert_rows
from tracker.loaded import PlanRef
from tracker.registers.chunk import Happened
from tracker.registers.filing import Filing
from tracker.schema import register_case, register_event

Columns = Mapping[str, Sequence[Any]]
"""Name of a column → its values, one for each case."""

Story = Sequence[Happened]

_metadata = MetaData()
_told = Table(
    "told",  # the stories, each once
    _metadata,
    Column("story", Integer, primary_key=True, autoincrement=False),
    Column("at", Integer, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("effective_on", Integer, nullable=False),  # in days after the case came in, as is due
    Column("due", Integer),
    Column("by_whom", String),
    Column("result", String),
    Column("places", Integer),
    Column("people", Integer),
    Column("details", JSON),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)
_of_case = Table(
    "told_of",  # which case has which story
    _metadata,
    Column("case_id", BigInteger, primary_key=True, autoincrement=False),
    Column("opened_on", Integer, nullable=False),
    Column("story", Integer, nullable=False),
    Column("last", Integer, nullable=False),  # the number of the last event by now
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)


def insert_cases(
    filing: Filing, ids: Sequence[int], plans: Sequence[PlanRef], columns: Columns
) -> None:
    """Inserts cases.

    Args:
        plans: of each the plan whose newest version it is registered under.
        columns: all that are known of them; the others are NULL.
    """
    given: dict[str, Sequence[Any]] = {
        **columns,
        "id": ids,
        "plan_id": [plan.id for plan in plans],
        "version_id": [plan.version_id for plan in plans],
    }
    if "place" in columns:
        given["place_key"] = [*map(compared, columns["place"])]
    same: dict[str, Any] = dict.fromkeys(register_case.columns.keys() - given.keys())
    same |= {"filing_id": filing.id, "register": filing.register}
    insert_rows(filing.connection, register_case, given, (), **same)


_AS_THEY_ARE = ("kind", "by_whom", "result", "places", "people", "details")


class Told:
    """What has happened with cases, kept until all of it is recorded with one statement.

    Very many cases have the same story: each is given to the database once, which then puts the
    events of all cases together. That takes half as long as to give it every event.
    """

    def __init__(self) -> None:
        self._stories: dict[int, tuple[int, Story]] = {}  # by identity: to compare would take long
        self._cases: list[int] = []
        self._opened: list[int] = []
        self._which: list[int] = []
        self._last: list[int] = []
        self.events = 0

    def add(
        self,
        cases: Iterable[int],
        opened: Iterable[date],
        stories: Sequence[Story],
        last: Iterable[int] = repeat(0),
    ) -> None:
        """Takes in stories.

        Args:
            cases: the id of each case.
            opened: the day on which each came in.
            last: of each the number of its last event by now; none has any by default.
        """
        self._cases += cases
        self._opened += [day.toordinal() for day in opened]
        self._which += [self._number(story) for story in stories]
        self._last += [number for number, _story in zip(last, stories, strict=False)]
        self.events += sum(map(len, stories))

    def _number(self, story: Story) -> int:
        known = self._stories.get(id(story))
        if known is None:
            known = self._stories[id(story)] = len(self._stories), story
        return known[0]

    def record(self, filing: Filing) -> None:
        """Inserts the events of all of them."""
        if not self.events:
            return
        connection = filing.connection
        _metadata.create_all(connection, checkfirst=False)
        stories = [story for _number, story in self._stories.values()]
        by_column = zip(*chain.from_iterable(stories), strict=True)
        told: dict[str, Sequence[Any]] = dict(zip(Happened._fields, by_column, strict=True))
        told["details"] = [d if d is None else json.dumps(d) for d in told["details"]]
        told["story"] = [n for n, story in enumerate(stories) for _event in story]
        told["at"] = [at for story in stories for at in range(1, len(story) + 1)]
        insert_rows(connection, _told, told, stored=("details",))
        of_case = {"case_id": self._cases, "opened_on": self._opened}
        insert_rows(connection, _of_case, {**of_case, "story": self._which, "last": self._last})
        connection.execute(_events(filing.id))
        _metadata.drop_all(connection, checkfirst=False)


def _events(filing_id: int) -> Any:
    """The statement that puts the events together."""
    t, c, e = _told.c, _of_case.c, register_event.c
    as_stored = {
        "case_id": c.case_id,
        "number": c.last + t.at,
        "filing_id": literal(filing_id),
        "effective_on": c.opened_on + t.effective_on,
        "due": c.opened_on + t.due,
        **{name: t[name] for name in _AS_THEY_ARE},
    }
    rows = (
        select(*[type_coerce(value, e[name].type) for name, value in as_stored.items()])
        .join_from(_of_case, _told, t.story == c.story)
        .order_by(c.case_id, t.at)
    )
    return insert(register_event).from_select(list(as_stored), rows)
