"""A small office for the tests of sweeps and hazards: two communities, three rhythms."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

from plans.load import parse
from plans.workdays import Workdays
from tracker.registers.filing import Filing
from tracker.registers.hazards import Hazards
from tracker.registers.sweeps import Sweeps
from tracker.store import Store
from tracker.versions import PlanRef, find_plan, record_version

WORKDAYS = Workdays()
TODAY = date(2025, 6, 30)
SETTINGS = {
    "who": "商贸城项目经理",
    "when": "一周内",
    "duty": "主体责任",
    "standard": "净宽4米",
    "measures": "拆除隔断",
}

PLAN = """\
duban: 1
office: 测试街道办事处
year: 2024
units:
  - {code: yj, name: 应急所, head: 应急所所长, leader: 分管安全副主任}
  - {code: c1, name: 第一社区, kind: community, head: 第一社区书记}
  - {code: c2, name: 第二社区, kind: community}
registers:
  safety:
    rhythms:
      - {code: wires, title: 飞线充电排查, kind: wires, every: monthly, per: community}
      - {code: exits, title: 消防通道排查, kind: exits, every: monthly}
      - {code: holiday, title: 节前检查, kind: clutter, every: holiday, unit: c2}
areas:
  - code: A
    title: 安全
    items:
      - code: "1"
        title: 安全检查
        lead: yj
        start: 2024-01-01
        due: 2024-12-31
        indicators: [{name: 检查场所, unit: 处, register: sweeps.places}]
"""


def load(url: str, year: int = 2024, text: str = PLAN, on: date | None = None) -> None:
    """Loads the plan of a year, by default in its first days."""
    on = on or date(year, 1, 2)
    text = text.replace("2024", str(year))
    plan, problems = parse(text, "plan.yaml", WORKDAYS)
    assert plan is not None, problems
    with Store(url) as store, store.write(datetime.combine(on, time(), UTC)) as writing:
        record_version(writing, plan, text, author="党政办", on=on)


def plan_of(store: Store, year: int = 2024, office: str | None = None) -> PlanRef:
    """The plan of a year."""
    with store.read() as connection:
        return find_plan(connection, year, office)


@contextmanager
def filing(
    store: Store, register: str, *, year: int = 2024, office: str | None = None
) -> Iterator[Filing]:
    """A transaction in a register."""
    with store.write() as writing:
        plan = find_plan(writing.connection, year, office)
        yield Filing(writing, plan, register, "应急所", TODAY, WORKDAYS)


@contextmanager
def hazards(store: Store, *, year: int = 2024, office: str | None = None) -> Iterator[Hazards]:
    """The register of hazards in a transaction."""
    with filing(store, "hazard", year=year, office=office) as opened:
        yield Hazards(opened)


@contextmanager
def sweeps(store: Store, *, year: int = 2024, office: str | None = None) -> Iterator[Sweeps]:
    """The register of sweeps in a transaction."""
    with filing(store, "sweep", year=year, office=office) as opened:
        yield Sweeps(opened)
