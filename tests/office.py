"""A small office for the tests of what the flows do: three items, two units, and its facts."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from plans.levels import BY_CODE
from plans.load import parse
from plans.workdays import Workdays
from tracker.judge import Judged
from tracker.ledger import Ledger, Progress
from tracker.schema import metadata
from tracker.snapshots import all_known
from tracker.store import Store
from tracker.versions import PlanRef, find_plan, record_version
from tracker.view import View, load_view

OFFICE = "测试街道办事处"
WORKDAYS = Workdays()
TODAY = date(2024, 12, 31)

PLAN = """
duban: 1
office: 测试街道办事处
year: 2024
units:
  - {code: cj, name: 城建办, head: 城建办主任, leader: 分管城建副主任}
  - {code: c1, name: 第一社区, kind: community, leader: 党工委副书记}
areas:
  - code: A
    title: 环境
    items:
      - code: "1"
        title: 整修道路
        lead: cj
        person: 城建专干
        start: 2024-01-01
        due: 2024-06-30
        indicators: [{name: 道路, unit: 条, target: 10}]
      - code: "2"
        title: 公园绿化
        lead: cj
        start: 2024-01-01
        due: 2024-09-30
        pace: milestones
        measure: milestones
        milestones:
          - {code: plan, title: 方案评审, due: 2024-07-05, weight: 50}
          - {code: done, title: 竣工, due: 2024-09-30, weight: 50}
  - code: B
    title: 民生
    items:
      - code: "3"
        title: 走访困难家庭
        lead: c1
        start: 2024-01-01
        due: 2024-12-31
        indicators: [{name: 走访, unit: 户, target: 100}]
"""


def load_office(url: str, text: str = PLAN) -> None:
    """Loads the plan, as of the first days of its year."""
    plan, problems = parse(text, "plan.yaml", WORKDAYS)
    assert plan is not None, problems
    moment = datetime(2024, 1, 2, tzinfo=UTC)
    with Store(url) as store, store.write(moment) as writing:
        record_version(writing, plan, text, author="党政办", on=date(2024, 1, 2))


def file(
    url: str,
    code: str,
    on: date,
    *,
    add: dict[str, int] | None = None,
    milestone: str | None = None,
    note: str | None = None,
    reason: str | None = None,
    simulated: bool = False,
) -> None:
    """Files progress on the day on which it took effect."""
    amounts = {name: Decimal(amount) for name, amount in (add or {}).items()}
    with Store(url) as store, store.write() as writing:
        plan = find_plan(writing.connection, 2024)
        ledger = Ledger(writing, plan, author="城建办", today=TODAY, simulated=simulated)
        filed = Progress(add=amounts, milestone=milestone, note=note, reason=reason)
        ledger.progress(code, on, filed)


def look(url: str, as_of: date) -> View:
    """The plan as of a day, with all that is known now."""
    with Store(url) as store, store.read() as connection:
        plan = find_plan(connection, 2024)
        return load_view(connection, plan, as_of, all_known(connection, plan), workdays=WORKDAYS)


def plan_of(url: str) -> PlanRef:
    """The office's plan."""
    with Store(url) as store, store.read() as connection:
        return find_plan(connection, 2024)


def rows_of(url: str, names: Iterable[str] | None = None) -> dict[str, list[Any]]:
    """All rows of the store's tables, or of some of them."""
    with Store(url) as store, store.read() as connection:
        return {
            table.name: sorted(connection.execute(select(table)).all(), key=repr)
            for table in metadata.sorted_tables
            if names is None or table.name in names
        }


def judged(item_id: int, level: str, **known: Any) -> Judged:
    """An item as the judge gives it back, with nothing but a level and what is said of it."""
    nothing: dict[str, Any] = dict.fromkeys(Judged.__dataclass_fields__)
    counts = ("expected", "actual", "extensions", "held", "late", "missed", "steps")
    day = date(2024, 1, 1)
    return Judged(
        **{
            **nothing,
            **dict.fromkeys((*counts, "overdue_days", "overdue_workdays"), 0),
            **dict.fromkeys(("start", "due", "original_due"), day),
            "item_id": item_id,
            "code": str(item_id),
            "title": "事项",
            "lead": "cj",
            "level": BY_CODE[level],
            **known,
        }
    )
