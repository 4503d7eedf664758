"""A small office for the tests of the register of petitions: two years, two communities."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from plans.load import parse
from plans.workdays import Workdays
from tracker.registers.filing import Filing
from tracker.registers.petitions import Petitions
from tracker.store import Store
from tracker.versions import PlanRef, find_plan, record_version

WORKDAYS = Workdays()
TODAY = date(2025, 6, 30)

PLAN = """\
duban: 1
office: 测试街道办事处
year: 2024
units:
  - {code: dz, name: 党政办}
  - {code: c1, name: 第一社区, kind: community}
  - {code: c2, name: 第二社区, kind: community}
areas:
  - code: A
    title: 环境
    items:
      - {code: "1", title: 整修道路, lead: dz, start: 2024-01-01, due: 2024-12-31, every: monthly}
"""


def plan_text(year: int = 2024, more: str = "") -> str:
    """The plan file of a year, with more at its end."""
    return PLAN.replace("2024", str(year)) + more


def load(url: str, year: int = 2024, more: str = "") -> None:
    """Loads the plan of a year."""
    text = plan_text(year, more)
    plan, problems = parse(text, "plan.yaml", WORKDAYS)
    assert plan is not None, problems
    with Store(url) as store, store.write(moment(year, 1, 2)) as writing:
        record_version(writing, plan, text, author="党政办", on=date(year, 1, 2))


def plan_of(store: Store, year: int = 2024) -> PlanRef:
    """The plan of a year."""
    with store.read() as connection:
        return find_plan(connection, year)


@contextmanager
def register(
    store: Store,
    *,
    year: int = 2024,
    today: date = TODAY,
    at: datetime | None = None,
    simulated: bool = False,
) -> Iterator[Petitions]:
    """The register in a transaction."""
    with store.write(at) as writing:
        plan = find_plan(writing.connection, year)
        yield Petitions(Filing(writing, plan, "petition", "信访办", today, WORKDAYS, simulated))


def moment(year: int, month: int, day: int) -> datetime:
    """A moment in UTC."""
    return datetime(year, month, day, 1, tzinfo=UTC)
