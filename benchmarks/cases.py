"""Files of cases to measure imports on: orders of the 12345 line over one year."""

import random
from datetime import date, timedelta
from pathlib import Path

from benchmarks.items import FIRST, LOADED, OFFICE, YEAR
from plans.model import Area, Item, Plan, Unit
from plans.register_words import RESULTS
from plans.registers import CHANNELS, HOTLINE, OrderRules, Registers
from tracker.migrate import migrate
from tracker.registers.layout import PETITION
from tracker.store import Store
from tracker.versions import record_version

COMMUNITIES = 12
DEPARTMENTS = ("城市管理办公室", "社会事务办公室", "物业管理办公室", "综合行政执法大队")
LAST = date(YEAR, 12, 31)


def store(path: Path) -> str:
    """Makes a store of an office with communities; returns its URL."""
    url = f"sqlite:///{path}"
    migrate(url)
    units = (
        *(Unit(f"d{n}", name) for n, name in enumerate(DEPARTMENTS)),
        *(Unit(f"c{n}", _community(n), "community") for n in range(COMMUNITIES)),
    )
    item = Item("1", "办理群众诉求", "d0", FIRST, LAST)
    plan = Plan(f"{OFFICE}0", YEAR, units, (Area("1", "聚焦民生", (item,)),))
    with Store(url) as opened, opened.write(LOADED) as writing:
        record_version(writing, plan, "", author="bench", on=FIRST)
    return url


def _community(number: int) -> str:
    return f"第{number + 1}社区"


def workbook(path: Path, cases: int) -> None:
    """Writes so many cases as an office exports them; most are settled and were asked about.

    Days, topics and communities are drawn, so that hardly two cases are alike.
    """
    import xlsxwriter

    draw = random.Random(3)
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("工单")
    as_day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, [field.names[0] for field in PETITION])
    for number in range(cases):
        for column, value in enumerate(_case(draw, number).values()):
            if isinstance(value, date):
                sheet.write_datetime(number + 1, column, value, as_day)
            elif value is not None:
                sheet.write_string(number + 1, column, value)
    book.close()


def _case(draw: random.Random, number: int) -> dict[str, str | date | None]:
    """The cells of one case, in the order of the layout."""
    received = FIRST + timedelta(draw.randrange(366))
    accepted = received + timedelta(draw.randrange(3))
    settled = accepted + timedelta(draw.randrange(16))
    surveyed = settled + timedelta(1 + draw.randrange(7))
    values: dict[str, str | date | None] = dict.fromkeys(field.code for field in PETITION)
    values |= {
        "number": f"{HOTLINE}-{YEAR}-{number:06}",
        "channel": CHANNELS[HOTLINE][0],
        "kind": draw.choice(OrderRules().kinds).name,
        "topic": draw.choice(Registers().topics).name,
        "community": _community(draw.randrange(COMMUNITIES)),
        "received": received,
        "unit": draw.choice(DEPARTMENTS),
        "repeated": draw.choice("否否否否否否否是"),
    }
    if accepted <= LAST:
        values["accepted"] = accepted
    if settled <= LAST and draw.random() < 0.95:
        values |= {"settled": settled, "result": draw.choice([*RESULTS["settle"].values()])[0]}
        if surveyed <= LAST and draw.random() < 0.8:
            values |= {"surveyed": surveyed, "survey": draw.choice(("满意", "满意", "不满意"))}
    return values
