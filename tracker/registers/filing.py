"""Recording in a register: who files, in which transaction, under the rules of which plan.

A case belongs to the plan of the year in which it came in; where the office has none of that year,
to the plan that the command means.
"""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, insert, select

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.registers import Registers
from plans.workdays import Workdays
from tracker.loaded import PlanRef, list_plans
from tracker.schema import filing, plan_version
from tracker.store import Writing


@dataclass(slots=True)
class Filing:
    """One transaction in a register.

    Attributes:
        plan: the plan that the command means.
        author: who files, as a post or unit.
        today: nothing that is filed happened later.
        simulated: what is filed is made up, as in a demonstration.
        named: whether the plan was named; if not, it takes no cases of years before it.
    """

    writing: Writing
    plan: PlanRef
    register: str
    author: str
    today: date
    workdays: Workdays
    simulated: bool = False
    name: str | None = None
    digest: str | None = None
    named: bool = True
    _id: int | None = field(default=None, init=False)

    @property
    def connection(self) -> Connection:
        """What to execute on."""
        return self.writing.connection

    @property
    def year(self) -> int | None:
        """That of days which name none."""
        return self.plan.year if self.named else None

    def check_year(self, day: date, plans: Container[int]) -> None:
        """Checks that it is known which plan takes a case that came in on a day.

        Args:
            plans: the years of which the office has a plan.

        Raises:
            BadInputError: the office has none of that year, and none was named; in a year that has
                begun the newest plan goes on until the next one is loaded.
        """
        goes_on = self.plan.year < day.year <= self.today.year
        if not self.named and day.year not in plans and not goes_on:
            message = _(
                "{day}: the office has no plan of that year; name one that takes it: --year"
            )
            raise BadInputError(message.format(day=day))

    @property
    def id(self) -> int:
        """The number of the filing; it is made when the first row needs it."""
        if self._id is None:
            made = self.connection.execute(
                insert(filing).values(
                    plan_id=self.plan.id,
                    register=self.register,
                    recorded_at=self.writing.recorded_at,
                    author=self.author,
                    name=self.name,
                    digest=self.digest,
                    simulated=self.simulated,
                )
            ).inserted_primary_key
            assert made is not None
            self._id = int(made[0])
        return self._id


def office_plans(connection: Connection, plan: PlanRef) -> dict[int, PlanRef]:
    """The plans of the office that a plan is of: year → plan at its newest version."""
    return {p.year: p for p in list_plans(connection, office=plan.office)}


def registers_of(connection: Connection, plan: PlanRef) -> Registers:
    """The rules of a plan version; the defaults where it says nothing."""
    kept = connection.execute(
        select(plan_version.c.registers).where(plan_version.c.id == plan.version_id)
    ).scalar_one()
    return Registers.of_json(kept)
