"""Indicators that are computed from a register: how they are judged, told, and never typed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import event, insert

from plans.errors import BadInputError
from tests import cases, sample, years
from tests.cases import Made, order
from tracker import ledger_file
from tracker.explain import Explanation, explain
from tracker.imports import import_ledger
from tracker.judge import Judged, judge
from tracker.ledger import Ledger, Progress
from tracker.reports.console_explain import print_explanation
from tracker.reports.console_item import print_item
from tracker.reports.summary_json import summary_json
from tracker.reports.summary_markdown import render_markdown
from tracker.reports.summary_sources import source_lines
from tracker.schema import filing, register_total
from tracker.sheet import load_sheet
from tracker.store import Store
from tracker.summary import summarise
from tracker.versions import find_plan
from tracker.view import load_scope

PLAN = """
duban: 1
office: 测试街道办事处
year: 2024
units:
  - {code: xf, name: 信访办}
  - {code: c1, name: 第一社区, kind: community}
areas:
  - code: A
    title: 民生
    items:
      - code: "1"
        title: 办理热线工单
        lead: xf
        start: 2024-01-01
        due: 2024-12-31
        indicators:
          - name: 工单满意率
            unit: "%"
            target: 90
            register: orders.satisfied
            last_year: 1/满意率
          - {name: 办理工单, unit: 件, register: orders.settled}
      - code: "2"
        title: 走访与信访
        lead: xf
        start: 2024-01-01
        due: 2024-06-30
        indicators:
          - {name: 走访, unit: 户, target: 10}
          - {name: 按期办结率, unit: "%", target: 95, register: petitions.settled_on_time}
        summary: 按期办结率{{ figure('按期办结率') }}，为目标的{{ percent('按期办结率') }}。
"""

BEFORE = """
duban: 1
office: 测试街道办事处
year: 2023
units: [{code: xf, name: 信访办}]
areas:
  - code: A
    title: 民生
    items:
      - code: "1"
        title: 办理热线工单
        lead: xf
        start: 2023-01-01
        due: 2023-12-31
        indicators: [{name: 满意率, unit: "%", target: 90, reading: latest}]
"""

YEAR_END, SUMMER = date(2024, 12, 31), date(2024, 7, 31)


def surveyed(day: date, result: str) -> Made:
    """An order that was signed for, settled and asked about on one day."""
    made = order(day, day).then("accept", day).then("settle", day)
    return made.then("survey", day, result=result)


def late(day: date, on: date) -> Made:
    """A petition that was settled on a day, later than it should have been."""
    return cases.case(day).then("accept", day, due=day).then("settle", on)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as opened:
        years.load(opened, PLAN, datetime(2024, 1, 1, tzinfo=UTC))
        yield opened


def url_of(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def judged(store: Store, code: str, as_of: date) -> Judged:
    with store.read() as connection:
        found = judge(connection, as_of, workdays=years.WORKDAYS)
    return next(item for item in found if item.code == code)


def explained(store: Store, code: str, as_of: date) -> Explanation:
    with store.read() as connection:
        return explain(connection, find_plan(connection, 2024), code, as_of)


def visit(store: Store, households: int) -> None:
    with store.write() as writing:
        plan = find_plan(writing.connection, 2024)
        ledger = Ledger(writing, plan, author="信访办", today=date(2025, 1, 1))
        ledger.progress("2", date(2024, 3, 1), Progress(add={"走访": Decimal(households)}))


def test_nobody_is_behind_by_a_rate_of_which_nothing_is_due_or_which_is_kept(
    store: Store,
) -> None:
    silent = judged(store, "1", SUMMER)
    assert (silent.actual, silent.last_reported) == (silent.expected, None)
    assert (silent.level.code, silent.computed) == ("on_track", True)
    assert judged(store, "1", date(2025, 1, 1)).level.code == "done"
    assert not judged(store, "2", SUMMER).computed
    cases.record(url_of(store), [surveyed(date(2024, 7, 30), "satisfied")])
    found = judged(store, "1", SUMMER)
    assert (found.actual, found.level.code) == (found.expected, "on_track")
    assert found.last_reported == date(2024, 7, 30)
    assert judged(store, "1", date(2024, 11, 20)).level.code == "on_track"
    assert judged(store, "1", date(2025, 1, 1)).level.code == "done"


def page_of(store: Store, as_of: date) -> str:
    with store.read() as connection:
        plan = find_plan(connection, 2024)
        told = summarise(connection, plan, as_of, workdays=years.WORKDAYS)
    return render_markdown(told.document)


def test_what_is_counted_from_cases_is_as_of_the_day_that_is_told(store: Store) -> None:
    cases.record(url_of(store), [surveyed(date(2024, 2, 1), "dissatisfied")])
    page = page_of(store, YEAR_END)
    assert "办理工单1件" in page
    assert "截至2月" not in page
    assert "没有再报告进展" not in page  # nobody files on it
    assert "请牵头单位补报：走访与信访（信访办）。" in page


def test_what_nobody_can_file_is_never_unreported_and_what_is_open_is_all_counted(
    store: Store,
) -> None:
    page = page_of(store, SUMMER)
    assert "以下1项工作截至7月31日没有报告过进展" in page
    assert "走访与信访（信访办）" in page
    assert "办理热线工单（信访办" not in page
    assert "对上述2项未办结工作逐项明确措施" in page


def test_a_rate_below_its_target_counts_and_is_settled_with_its_gap_after_its_date(
    store: Store,
) -> None:
    asked = [surveyed(date(2024, 7, 1), result) for result in ["satisfied"] * 3]
    asked.append(surveyed(date(2024, 7, 2), "dissatisfied"))
    cases.record(url_of(store), asked)
    found = judged(store, "1", SUMMER)
    assert found.actual == 75 * 100_000 // 90
    assert (found.settled, found.level.code) == (False, "on_track")
    over = judged(store, "1", date(2025, 1, 10))
    assert (over.settled, over.overdue_days, over.level.code) == (True, 0, "behind")


def test_a_plan_is_loaded_whatever_a_register_later_says_of_what_is_closed(store: Store) -> None:
    visit(store, 10)
    with store.write() as writing:
        plan = find_plan(writing.connection, 2024)
        ledger = Ledger(writing, plan, author="信访办", today=YEAR_END)
        ledger.close("2", date(2024, 3, 5))
    cases.record(url_of(store), [late(date(2024, 2, 1), date(2024, 3, 2))])
    assert explained(store, "2", date(2024, 3, 5)).facts.settled is False
    years.load(store, PLAN.replace("民生", "民生保障"), datetime(2026, 1, 1, tzinfo=UTC))
    assert judged(store, "2", SUMMER).level.code == "closed_out"


def test_what_units_still_owe_keeps_an_item_overdue_whatever_its_rates(store: Store) -> None:
    cases.record(url_of(store), [late(date(2024, 2, 1), date(2024, 5, 1))])
    visit(store, 9)
    found = judged(store, "2", SUMMER)
    assert (found.settled, found.level.code, found.actual) == (False, "overdue", 45_000)
    visit(store, 1)
    found = judged(store, "2", SUMMER)
    assert (found.settled, found.level.code, found.actual) == (True, "far_behind", 50_000)


def test_nobody_files_on_it(store: Store) -> None:
    said = (
        "1 工单满意率: is computed from the register orders.satisfied; record it there: "
        "duban petition --help"
    )
    for filed in (
        Progress(set={"工单满意率": Decimal(95)}),
        Progress(add={"工单满意率": Decimal(1)}),
    ):
        with store.write() as writing:
            plan = find_plan(writing.connection, 2024)
            ledger = Ledger(writing, plan, author="a", today=YEAR_END)
            with pytest.raises(BadInputError) as error:
                ledger.progress("1", SUMMER, filed)
        assert str(error.value) == said
    text = (
        "duban_ledger: 1\noffice: 测试街道办事处\nyear: 2024\nsimulated: false\nentries:\n"
        "  - {on: 2024-03-01, by: 信访办, item: '1', set: {工单满意率: 95%}}\n"
    )
    read, problems = ledger_file.parse(text, "filed.yaml", datetime(2025, 1, 1, tzinfo=UTC))
    assert read is not None, problems
    with store.write() as writing:
        plan = find_plan(writing.connection, 2024)
        with pytest.raises(BadInputError) as refused:
            import_ledger(writing, plan, read, today=YEAR_END)
    assert str(refused.value) == f"filed.yaml:6: {said}"


def test_its_arithmetic_and_its_sheet_show_what_was_counted(store: Store) -> None:
    asked = [surveyed(date(2024, 7, 1), result) for result in ("satisfied", "dissatisfied")]
    cases.record(url_of(store), [*asked, late(date(2024, 7, 1), date(2024, 7, 20))])
    console = sample.terminal(100)
    with store.read() as connection:
        plan = find_plan(connection, 2024)
        scope = load_scope(connection, plan, SUMMER, None)
        for code in ("1", "2"):
            print_explanation(console, scope, explained(store, code, SUMMER))
            sheet = load_sheet(connection, plan, code, SUMMER, workdays=years.WORKDAYS)
            print_item(console, sheet)
    text = sample.text(console)
    assert "登记簿“工单满意率”：1 ÷ 2 ＝ 50%" in text
    assert "登记簿“信访件按期办结率”：0 ÷ 1 ＝ 0%" in text
    assert "50  / 90%" in " ".join(text.split()).replace("50 /", "50  /")
    assert "1/2" in text
    satisfied, settled = explained(store, "1", SUMMER).to_json()["indicators"]
    assert satisfied["value"] == 50.0
    assert satisfied["register"] == {
        "measure": "orders.satisfied",
        "kind": None,
        "numerator": 1,
        "denominator": 2,
        "cases": 2,
        "last_on": "2024-07-01",
        "passages": [],
        "unknown": None,
    }
    assert (settled["value"], settled["rows"]) == (2.0, [])


def test_the_summary_tells_it_with_what_was_counted_and_beside_last_year(store: Store) -> None:
    years.load(store, BEFORE, datetime(2024, 1, 2, tzinfo=UTC))
    with store.write() as writing:
        plan = find_plan(writing.connection, 2023)
        ledger = Ledger(writing, plan, author="信访办", today=YEAR_END)
        ledger.progress("1", date(2023, 12, 20), Progress(set={"满意率": Decimal(90)}))
    asked = [surveyed(date(2024, 12, 1), "satisfied") for _ in range(19)]
    cases.record(url_of(store), [*asked, surveyed(date(2024, 12, 2), "dissatisfied")])
    visit(store, 10)
    with store.read() as connection:
        told = summarise(connection, find_plan(connection, 2024), YEAR_END, workdays=years.WORKDAYS)
    page = render_markdown(told.document)
    assert "工单满意率达95%，高于90%的目标5个百分点，比上年90%提高5个百分点；办理工单20件" in page
    # Nothing was due of the other rate: it has no value, which is not 0%.
    assert "按期办结率暂无数据，为目标的暂无数据" in page
    lines = list(source_lines(told))
    assert any(
        "95%  1 工单满意率" in one and "登记簿“工单满意率”：20件中19件" in one for one in lines
    )
    figures = summary_json(told)["figures"]
    rate = next(one for one in figures if one["text"] == "95%")
    assert (rate["source"], rate["rows"]) == (["register"], [])
    assert [one["numerator"] for one in rate["registers"]] == [19]
    none = next(one for one in figures if one["label"] == "2 按期办结率")
    assert (none["value"], none["source"]) == (None, ["plan"])


def test_a_total_of_a_year_without_cases_is_told_as_it_stands(store: Store) -> None:
    with store.write() as writing:
        made = writing.connection.execute(
            insert(filing).values(
                plan_id=find_plan(writing.connection, 2024).id,
                register="petition",
                recorded_at=writing.recorded_at,
                author="信访办",
                simulated=True,
            )
        ).inserted_primary_key
        assert made is not None
        for number, (measure, amount) in enumerate(
            {"orders.settled": 476, "orders.satisfied": 90}.items(), 1
        ):
            writing.connection.execute(
                insert(register_total).values(
                    filing_id=made[0],
                    number=number,
                    plan_id=find_plan(writing.connection, 2024).id,
                    measure=measure,
                    first_on=date(2024, 1, 1),
                    last_on=date(2024, 10, 31),
                    amount=Decimal(amount),
                )
            )
    with store.read() as connection:
        plan = find_plan(connection, 2024)
        told = summarise(connection, plan, YEAR_END, workdays=years.WORKDAYS)
    page = render_markdown(told.document)
    assert "模拟数据" in page
    assert "工单满意率达90%，达到年度目标；办理工单476件（截至10月底）" in page
    assert any("登记簿“工单满意率”：汇总数" in one for one in source_lines(told))
    assert judged(store, "1", SUMMER).last_reported is None


def test_where_no_indicator_has_a_register_none_is_looked_at(store: Store) -> None:
    plain = PLAN.replace("register: orders.satisfied", "reading: latest")
    plain = plain.replace(", register: orders.settled", "").replace("2024", "2022")
    plain = plain.replace(", register: petitions.settled_on_time", ", reading: latest")
    years.load(store, plain, datetime(2024, 1, 2, tzinfo=UTC))
    seen: list[str] = []
    with store.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *call: seen.append(call[2]))
        for year in (2022, 2024):
            plan = find_plan(connection, year)
            seen.clear()
            judge(connection, SUMMER, plans=[plan.id], workdays=years.WORKDAYS)
            assert any("register_case" in statement for statement in seen) == (year == 2024)
