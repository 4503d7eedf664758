"""All that a summary of a year is made of, read in a fixed number of statements."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Connection, select

from plans.workdays import Workdays
from tracker.arithmetic import see_steps
from tracker.figures import Measured
from tracker.indicator_figures import indicator_figures
from tracker.particulars import load_particulars
from tracker.schema import item_version, plan_version
from tracker.summary.account import Account
from tracker.summary.next_year import NextYear, by_item, load_next_year
from tracker.summing import rows_below
from tracker.versions import PlanRef, list_plans
from tracker.view import View, load_view

Outcome = Literal["finished", "cancelled", "carried", "recurring", "settled"]


@dataclass(frozen=True, slots=True)
class Record:
    """A plan's year as of a date.

    Attributes:
        accounts: the items of the areas, in plan order.
        before: the indicators of the year before, by "CODE/NAME".
        year_before: the plan of that year, where there is one.
        following: next year's plan, where there is one.
        wording: templates that the plan brings along, by name.
    """

    view: View
    accounts: tuple[Account, ...]
    before: Mapping[str, Measured] = field(default_factory=dict)
    year_before: PlanRef | None = None
    following: NextYear | None = None
    wording: Mapping[str, str] = field(default_factory=dict)

    @property
    def plan(self) -> PlanRef:
        """The plan."""
        return self.view.scope.plan

    @property
    def as_of(self) -> date:
        """The date as of which it is told."""
        return self.view.scope.as_of

    @property
    def year_over(self) -> bool:
        """Whether the plan's year had ended, so that what is open is carried over."""
        return self.as_of >= date(self.plan.year, 12, 31)

    def walk(self) -> Iterator[Account]:
        """All items, parents before their children."""
        for account in self.accounts:
            yield from account.walk()

    def leaves(self) -> Iterator[Account]:
        """The items on which work itself is told: all but those that stand for their children."""
        return (account for account in self.walk() if not account.by_children)

    def tops(self, accounts: Iterable[Account]) -> list[Account]:
        """The items of the areas that these are or belong to: what the opening counts."""
        wanted = {account.judged.item_id for account in accounts}
        return [
            top
            for top in self.accounts
            if any(account.judged.item_id in wanted for account in top.walk())
        ]

    def outcome(self, top: Account) -> Outcome:
        """What becomes of an item of an area when the year is over.

        - ``finished``: done or closed out; ``cancelled``;
        - ``carried``: work is left on it that goes on in the next year;
        - ``recurring``: it, or what is left of it, is held anew every year and ends with this one;
        - ``settled``: nothing is left to be done, but nobody has closed it (只待销号).
        """
        if top.cancelled or top.finished:
            return "cancelled" if top.cancelled else "finished"
        if any(self._goes_on(account) for account in top.walk()):
            return "carried"
        recurring = all(leaf.judged.recurring for leaf in top.leaves)
        return "settled" if top.judged.settled and not recurring else "recurring"

    def of_outcome(self, outcome: Outcome) -> list[Account]:
        """The items of the areas that end so."""
        return [account for account in self.accounts if self.outcome(account) == outcome]

    def carried(self) -> list[Account]:
        """What goes on after the year, or while it lasts, what is worked on.

        Work of its own (not its children's), below an item that is open.
        """
        return [
            account
            for top in self.accounts
            if not top.finished and not top.cancelled
            for account in top.walk()
            if self._goes_on(account) and (self.year_over or account.reported)
        ]

    def _goes_on(self, account: Account) -> bool:
        """Whether work of its own is left that next year goes on with; of recurring work only
        what was put off into that year."""
        judged = account.judged
        if account.finished or account.cancelled or account.by_children or judged.settled:
            return False
        return not judged.recurring or judged.due > date(self.plan.year, 12, 31)


def load_record(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None,
    workdays: Workdays,
) -> Record:
    """Reads a year: a dozen statements, however many items there are."""
    view = load_view(connection, plan, as_of, known_at, workdays=workdays)
    neighbours = {p.year: p for p in list_plans(connection, known_at) if p.office == plan.office}
    before, after = neighbours.get(plan.year - 1), neighbours.get(plan.year + 1)
    wording = connection.execute(
        select(plan_version.c.wording).where(plan_version.c.id == plan.version_id)
    ).scalar_one()
    last_year = {} if before is None else _by_reference(connection, before, as_of, known_at)
    following = None if after is None else load_next_year(connection, after, as_of, known_at)
    accounts = _accounts(connection, plan, view)
    if _neighbour_is_simulated(accounts, last_year, following):
        view = replace(view, scope=replace(view.scope, simulated=True))
    return Record(view, accounts, last_year, before, following, wording)


def _neighbour_is_simulated(
    accounts: Iterable[Account], before: Mapping[str, Measured], following: NextYear | None
) -> bool:
    """Whether what is told of another year is simulated, so that the whole has to say so."""
    wanted = {m.last_year for a in accounts for leaf in a.walk() for m in leaf.measured}
    compared = (before[name] for name in wanted if name is not None and name in before)
    return (following is not None and following.plan.simulated) or any(
        measured.simulated for measured in compared
    )


def _accounts(connection: Connection, plan: PlanRef, view: View) -> tuple[Account, ...]:
    scope = view.scope
    i = item_version.c
    own_words = select(i.item_id, i.summary).where(
        i.version_id == plan.version_id, i.summary.isnot(None)
    )
    templates = {row.item_id: row.summary for row in connection.execute(own_words)}
    items = load_particulars(connection, plan, scope.as_of, scope.known_at)
    measured = by_item(indicator_figures(connection, plan, scope.as_of, scope.known_at))
    single = {}
    for judged in view.items:
        item = items[judged.item_id]
        held = [row for row in item.entries if row.held_on(scope.as_of)]
        single[judged.item_id] = Account(
            judged,
            item,
            templates.get(judged.item_id),
            see_steps(item, held, scope.as_of),
            tuple(measured.get(judged.item_id, ())),
            tuple(sorted(held, key=lambda row: (row.effective_on, row.id))),
        )
    children: dict[int, list[Account]] = {}
    for account in single.values():
        if account.judged.parent_id is not None:
            children.setdefault(account.judged.parent_id, []).append(account)
    tops = (account for account in single.values() if account.judged.parent_id is None)
    return tuple(_with_children(account, children) for account in tops)


def _with_children(account: Account, all_children: Mapping[int, list[Account]]) -> Account:
    """The item with its children, and theirs: one that a plan dropped stays below its parent."""
    found = all_children.get(account.judged.item_id, ())
    children = [_with_children(child, all_children) for child in found]
    if not children:
        return account
    whole = replace(account, children=tuple(children))
    if whole.measure != "children":
        return whole
    below = [measured for child in children for measured in child.measured]
    return replace(whole, measured=tuple(_summed(own, below) for own in account.measured))


def _summed(own: Measured, below: Iterable[Measured]) -> Measured:
    """A parent's indicator with the amounts that were filed on its children."""
    theirs = rows_below(own, ((measured, measured.rows) for measured in below))
    if not theirs:
        return own
    return replace(own, rows=tuple(sorted((*own.rows, *theirs), key=lambda r: (r.on, r.id))))


def _by_reference(
    connection: Connection, plan: PlanRef, as_of: date, known_at: datetime | None
) -> dict[str, Measured]:
    """A year's indicators by "CODE/NAME", those of its parents added up as this year's are.

    They stand as they did when that year ended; what took effect later is not of that year.
    """
    through = min(as_of, date(plan.year, 12, 31))
    measured = by_item(indicator_figures(connection, plan, through, known_at))
    i = item_version.c
    items = connection.execute(
        select(i.item_id, i.parent_id, i.measure)
        .where(i.version_id == plan.version_id)
        .order_by(i.position.desc())  # children before their parents
    )
    below: dict[int | None, list[Measured]] = {}
    found: list[Measured] = []
    for item_id, parent_id, measure in items:
        own = measured.get(item_id, [])
        if measure == "children":
            own = [_summed(one, below.get(item_id, ())) for one in own]
        below.setdefault(parent_id, []).extend(own)
        found += own
    return {f"{m.code}/{m.name}": m for m in found if m.told}
