"""The year-end summary: golden files of both years, and that no number lacks its source.

The golden files are written anew by ``GOLDEN=write pytest tests/test_tracker_summary.py``; read
what changed before you keep it.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from plans.errors import BadInputError
from tests import years
from tests.conftest import NewDatabase, NewStore, examples
from tracker.columns import int_to_amount
from tracker.document import Document, Point, Quote, Section, Text, plain
from tracker.figures import Figure
from tracker.ledger import Assignment, Ledger, Progress
from tracker.loaded import LOADED
from tracker.migrate import migrate
from tracker.registers.measures import Fed
from tracker.reports.markdown import escape
from tracker.reports.summary_json import summary_json
from tracker.reports.summary_markdown import render_markdown
from tracker.reports.summary_sources import ranges, source_lines, source_tables
from tracker.schema import entry, indicator, item, item_version, milestone
from tracker.store import Store
from tracker.summary import Summary, summarise
from tracker.versions import find_plan, version_text

GOLDEN = Path(__file__).parent / "golden"

# From the office's own document on 2023.
OF_2023 = re.findall(
    r"\S+",
    """
    理论学习22次 专题研讨9次 主题宣讲1232场次 受众4541余人 监督检查31次
    发现问题45个 督查通报15期 研讨材料8份 对照反思材料4篇 读书心得4篇 心得体会13篇 问题线索19件
    两委”成员10人 入党积极分子14人 转正党员10人 为17人颁发
    安全生产工作会议12次 安全生产知识15次 指示精神8次 会议精神5次
    出动87人次 检查场所145家 整改隐患17处 重大风险隐患场所隐患6处 出动100人次
    整改隐患11处 信访件16件 其中息诉7件 处理完毕9件 热线工单476件 满意率达90%
    普查指导员58人 试点社区1个 海报200余张 传单1800份 电子屏宣传200处 走访80人 兵役登记328人
    登记率达100% 新兵19人 大学毕业生12人
    反馈信息28条 小街巷治理24条 自然减少15人 318户的 学生28人 每人1500元
    共4.2万元 自种自养19户 奖补资金3.8万元 托管服务151户 每户270元 小额信贷51户
    信贷资金153万元 267户579人 保费共20574元 就业305人 完成率达109.18% 低保839户1291人
    救助金293512元 1542人享受高龄津贴 百岁老人5人 为54人发放 注销残疾证79人 办理残疾证30人
    完成100% 人均缴费887.78元 为628人办理 慢特病266人 意外伤害调查58份 为312人办理
    再就业452人 就业援助对象145人 技能培训班14期 创业培训班3期 新农合代缴2292人 代缴金额870960元
    上报奖扶57人 扩面奖扶365人 无用工单位人员548人 特扶家庭37户59人 清理杂物650处
    陈旧垃圾100余吨 鼠药120千克 灭蚊蝇蟑螂药1000份 9个社区实行 整修巷道24条 总投资104万元
    收购站20余处 流动摊点100余个 骨干8000余人次 制度7项 9个社区常态化 好媳妇好婆婆24人
    志愿者21人 星级文明户8户 孝善之星7个 好人好事30余人
    宣讲45场次 受众2700余人次 志愿服务活动60余次 活动60余场 巾帼志愿者100余人 招募“爱心妈妈”30余人
    困境儿童30人 微心愿13个 “爱心妈妈”20人上门
    婚姻家庭纠纷26起，化解26起 反家暴宣传15场次 法律讲座9场次 参与群众500余人 困难妇女9人
    宣传资料20000余份 托育机构5所 另有1所 教学点9个 教师33人 活动20余种 线上学习1200余人
    线下学习2000余人 以400户左右为单元 9个社区共划分网格64个 网格员326人 网格长64人
    专职网格员64人 64个网格 党支部64个 红色物业2个 反映问题547条 解决率达90%以上
    警示教育37场次 732人次参加 警示教育片24场次 492人次参加 交流研讨16场次 248人次参加
    心得体会186篇 重点项目43个，其中攻坚开工22个 竣工6个 建设进度12个 前期推进3个
    投资57亿元以上 社区3个 住宅15户（4780.21平方米） 补偿资金772.515万元 11个项目
    """,
)


@pytest.fixture(scope="module")
def store(new_store: NewStore) -> Iterator[Store]:
    """Both years."""
    with Store(new_store("years", years.fill)) as opened:
        yield opened


@pytest.fixture(scope="module")
def told(store: Store) -> dict[int, Summary]:
    """Both summaries."""
    return {year: years.summary(store, year) for year in years.YEARS}


@pytest.fixture(scope="module")
def english(new_store: NewStore) -> Summary:
    """The summary of 2024, as an office that writes English has it."""
    with Store(new_store("english", lambda url: years.fill(url, language="en"))) as opened:
        return years.summary(opened, 2024)


def check_golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("year", years.YEARS)
def test_the_summary_reads_as_it_did(told: dict[int, Summary], year: int) -> None:
    check_golden(f"summary_{year}.md", render_markdown(told[year].document))


def test_the_summary_in_english_reads_as_it_did(english: Summary) -> None:
    check_golden("summary_2024_english.md", render_markdown(english.document))


def test_the_summary_of_2023_has_the_figures_of_the_office_s_document(
    told: dict[int, Summary],
) -> None:
    text = render_markdown(told[2023].document)
    assert len(OF_2023) > 120
    assert [said for said in OF_2023 if said not in text] == []


def test_every_figure_that_was_filed_is_told(store: Store, told: dict[int, Summary]) -> None:
    with store.read() as connection:
        ref = find_plan(connection, 2023)
        rows = connection.execute(
            select(entry.c.id).where(entry.c.plan_id == ref.id, entry.c.kind.in_(["add", "set"]))
        ).scalars()
        filed = set(rows)
    cited = {row for f in told[2023].document.figures() if f.kind == "total" for row in f.rows}
    assert len(filed) > 120
    assert cited == filed


def test_a_figure_that_the_source_gives_roughly_says_so_in_every_form(
    told: dict[int, Summary],
) -> None:
    figures = {f.label: f for f in told[2023].document.figures()}
    assert figures["6.5 线上学习"].text() == "1200余人"
    assert figures["6.5 线上学习"].value == 1200
    lines = list(source_lines(told[2023]))
    at = next(n for n, line in enumerate(lines) if "1200余人  6.5 线上学习" in line)
    assert lines[at + 1].endswith("6.5  增加  线上学习  +1200  “线上学习人数达到1200余人”")
    data = summary_json(told[2023])["figures"]
    assert {f["label"]: f["approx"] for f in data}["e4.2 项目完成投资"] == "以上"
    assert "比上年60余次增加约17次" in render_markdown(told[2024].document)


def test_alleys_are_compared_with_the_target_and_with_the_year_before(
    told: dict[int, Summary],
) -> None:
    text = render_markdown(told[2024].document)
    assert (
        "整修巷道15条（计划16条），比上年24条减少9条，完成投资60.3万元，结转2025年继续办理。"
        in text
    )
    assert "学习党章的支部60个，完成年度目标64个的93.8%" in text
    assert "按月安排12次，按期11次、逾期补办1次" in text


# ---- no number without its source


def texts(document: Document) -> list[Text]:
    return list(document.texts())


def blanked(document: Document) -> Document:
    """The document without its figures and quotations."""

    def text(parts: Text) -> Text:
        return tuple(part for part in parts if isinstance(part, str))

    def section(whole: Section) -> Section:
        return replace(
            whole,
            title=text(whole.title),
            body=tuple(map(text, whole.body)),
            points=tuple(Point(text(p.lead), text(p.body)) for p in whole.points),
            closing=tuple(map(text, whole.closing)),
            sections=tuple(map(section, whole.sections)),
        )

    return replace(
        document,
        title=text(document.title),
        labels=tuple(map(text, document.labels)),
        opening=tuple(map(text, document.opening)),
        sections=tuple(map(section, document.sections)),
    )


@pytest.mark.parametrize("year", years.YEARS)
def test_without_figures_and_quotations_no_digit_is_left_but_in_the_date_below(
    told: dict[int, Summary], year: int
) -> None:
    document = told[year].document
    *lines, dated, _end = render_markdown(blanked(document)).split("\n")
    assert dated == f"{year}年12月31日"
    assert not re.findall(r"\d", "\n".join(lines))
    assert re.findall(r"\d", render_markdown(document))
    assert document.unsourced() == []


@pytest.mark.parametrize("year", years.YEARS)
def test_every_token_of_the_page_is_a_figure_or_stands_in_a_quotation(
    told: dict[int, Summary], year: int
) -> None:
    document = told[year].document
    page = render_markdown(document)
    number = re.compile(r"\d[\d.,]*")
    parts = [part for text in texts(document) for part in text if not isinstance(part, str)]
    shown = [part.text("zh") if isinstance(part, Figure) else part.text for part in parts]
    allowed = [token for said in shown for token in number.findall(said)]
    assert number.findall(page) == [*allowed, f"{year}", "12", "31"]


@pytest.mark.parametrize("year", years.YEARS)
def test_every_figure_and_every_quotation_with_a_number_has_a_source(
    told: dict[int, Summary], year: int
) -> None:
    # The totals of last year count to the end of October, as the figures beside it say.
    structural = {str(year), str(year + 1), "12月31日", "10月底"}
    for text in texts(told[year].document):
        for part in text:
            if isinstance(part, Figure):
                assert part.rows or part.plan or part.registers, (part, plain(text))
            elif isinstance(part, Quote) and re.search(r"\d", part.text):
                assert part.rows or part.plan or part.text in structural, (part, plain(text))


@pytest.mark.parametrize("year", years.YEARS)
def test_each_figure_follows_from_the_rows_and_targets_that_it_cites(
    store: Store, told: dict[int, Summary], year: int
) -> None:
    with store.read() as connection:
        amounts = {row.id: row for row in connection.execute(select(entry))}
        plans = {y: find_plan(connection, y) for y in years.YEARS}
        of_year = {ref.id: y for y, ref in plans.items()}
        targets = {
            f"{y} v{ref.number} {row.code}/{row.name}": row.target
            for y, ref in plans.items()
            for row in connection.execute(
                select(item.c.code, indicator.c.name, indicator.c.target)
                .join(item, item.c.id == indicator.c.item_id)
                .where(indicator.c.version_id == ref.version_id)
            )
        }

    def of(fed: Fed) -> int:
        assert fed.last_on is not None
        return fed.last_on.year

    checked = {"total": 0, "target": 0, "percent": 0, "comparison": 0}
    for figure in told[year].document.figures():
        rows = [amounts[row] for row in figure.rows]
        stands = {
            y: sum(row.amount or 0 for row in rows if of_year[row.plan_id] == y)
            + sum(int_to_amount(fed.value or 0) for fed in figure.registers if of(fed) == y)
            for y in years.YEARS
        }
        of_indicator = figure.plan and figure.plan[0] in targets
        if figure.kind == "total":
            expected = sum(stands.values())
        elif figure.kind == "target" and of_indicator:
            expected = targets[figure.plan[0]]
        elif figure.kind == "percent" and of_indicator:
            exact = stands[year] * 100 / targets[figure.plan[0]]
            expected = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
        elif figure.kind == "comparison" and of_indicator:
            expected = abs(stands[year] - targets[figure.plan[0]])
        elif figure.kind == "comparison":
            expected = abs(stands[year] - stands[year - 1])
        else:
            continue
        checked[figure.kind] += 1
        assert figure.value == expected, figure
    assert checked["total"] > 60
    assert checked["target"] > 30
    assert year == 2023 or min(checked.values()) > 5


@pytest.mark.parametrize("year", years.YEARS)
def test_quotations_stand_where_they_are_said_to_stand(
    store: Store, told: dict[int, Summary], year: int
) -> None:
    with store.read() as connection:
        rows = {row.id: row for row in connection.execute(select(entry))}
        of_plan = [
            *connection.execute(select(item_version.c.title)).scalars(),
            *connection.execute(select(milestone.c.title)).scalars(),
            *connection.execute(select(indicator.c.name)).scalars(),
        ]
    for text in texts(told[year].document):
        for part in text:
            if not isinstance(part, Quote) or not part.rows:
                continue
            sources = [rows[row] for row in part.rows]
            days = {day for row in sources for day in (row.effective_on, row.due) if day}
            dated = {f"{d.month}月{d.day}日" for d in days} | {f"{d.month}月底" for d in days}
            said = {words for row in sources for words in (row.reason, row.note) if words}
            assert part.text in dated | said or part.text in of_plan, part


SMALL = """
duban: 1
office: 测试街道办事处
year: {year}
units: [{{code: cj, name: 城建办}}, {{code: c1, name: 第一社区}}]
areas:
  - code: A
    title: 环境
    items:
      - code: "1"
        title: 整修道路
        lead: cj
        start: {year}-01-01
        due: {year}-12-31
        indicators:
          - {{name: 整修道路, unit: 条, target: 16{last}}}
          - {{name: 满意率, unit: "%", target: 90, reading: latest}}
      - code: "2"
        title: 绿化
        lead: c1
        start: {year}-01-01
        due: {year}-12-31
        measure: children
        indicators: [{{name: 植树, unit: 棵, target: 300}}, {{name: 花费, unit: 万元}}]
        children:
          - {{code: "2.1", title: 东区, lead: c1, start: {year}-01-01, due: {year}-12-31,
             indicators: [{{name: 植树, unit: 棵, target: 100}}]}}
          - {{code: "2.2", title: 西区, lead: c1, start: {year}-01-01, due: {year}-12-31,
             indicators: [{{name: 植树, unit: 棵, target: 200}}, {{name: 花费, unit: 万元}}]}}
"""
FILED = [
    (2023, "1", "整修道路", "add"),
    (2023, "1", "满意率", "set"),
    (2024, "1", "整修道路", "add"),
    (2024, "1", "整修道路", "add"),
    (2024, "1", "满意率", "set"),
    (2024, "2.1", "植树", "add"),
    (2024, "2.2", "植树", "add"),
    (2024, "2.2", "花费", "add"),
]
"""What is filed: year, item, indicator, how."""


@pytest.fixture(scope="module")
def small(new_store: NewStore) -> Iterator[Store]:
    """Two years of a small office on which nothing is filed yet."""
    with Store(new_store("migrated", migrate)) as opened:
        years.load(opened, SMALL.format(year=2023, last=""))
        later = years.LOADED_AT + timedelta(hours=1)
        years.load(opened, SMALL.format(year=2024, last=", last_year: 1/整修道路"), later)
        yield opened


class _Undone(Exception):  # noqa: N818 - nothing is wrong: the transaction is not to stay
    pass


def after_filing(
    store: Store,
    file: Callable[[Callable[[int], Ledger]], object],
    year: int = 2024,
    as_of: date | None = None,
) -> Summary:
    """The summary, of the whole year or as of a day, after filing something that is then undone."""
    found: list[Summary] = []
    try:
        with store.write(years.IMPORTED_AT) as writing:
            connection, today = writing.connection, date(2025, 1, 1)

            def ledger(of: int) -> Ledger:
                return Ledger(writing, find_plan(connection, of), author="城建办", today=today)

            file(ledger)
            plan = find_plan(connection, year)
            day = as_of or date(year, 12, 31)
            found.append(summarise(connection, plan, day, workdays=years.WORKDAYS))
            raise _Undone
    except _Undone:
        return found[0]


def filing(amounts: list[Decimal]) -> Callable[[Callable[[int], Ledger]], None]:
    def file(ledger: Callable[[int], Ledger]) -> None:
        for (year, code, name, how), amount in zip(FILED, amounts, strict=True):
            filed = {name: amount}
            progress = Progress(add=filed) if how == "add" else Progress(set=filed)
            ledger(year).progress(code, date(year, 12, 20), progress)

    return file


amounts = st.lists(
    st.decimals(Decimal("0.01"), 400, places=2), min_size=len(FILED), max_size=len(FILED)
)


@given(amounts, st.integers(0, len(FILED) - 1), st.decimals(Decimal("0.01"), 400, places=2))
@example([Decimal("0.01")] * len(FILED), 6, Decimal(200))  # the item is finished by it
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_another_amount_in_one_row_changes_the_figures_that_cite_it_and_no_other(
    small: Store, filed: list[Decimal], nth: int, amount: Decimal
) -> None:
    def figures(amounts: list[Decimal]) -> dict[tuple[str, str, bool], Figure]:
        summary = after_filing(small, filing(amounts))
        return {(f.label, f.kind, bool(f.plan)): f for f in summary.document.figures()}

    before, after = figures(filed), figures([*filed[:nth], amount, *filed[nth + 1 :]])
    first = min(row for figure in before.values() for row in figure.rows)
    changed_row = first + nth
    for key in before.keys() | after.keys():
        was, now = before.get(key), after.get(key)
        cites = any(f is not None and changed_row in f.rows for f in (was, now))
        if was is None or now is None:  # what else is told of an item depends on how it stands
            code = FILED[nth][1]
            of_item, *rest = key[0].split(" ")
            assert cites or not rest or of_item in (code, code[0]), key
        elif not cites:
            assert was == now, key
        elif was.kind == "total" and filed[nth] != amount:
            assert was.value != now.value, key


# ---- what is told, and what is not


def markdown(summary: Summary) -> str:
    return render_markdown(summary.document)


def test_an_item_with_nothing_to_report_is_listed_and_not_padded(small: Store) -> None:
    text = markdown(
        after_filing(
            small,
            lambda ledger: ledger(2024).progress(
                "1", date(2024, 5, 1), Progress(add={"整修道路": Decimal(16)})
            ),
        )
    )
    work, rest = text.split("## 二、")
    assert "整修道路" in work
    assert "绿化" not in work
    assert "## 四、未报告事项\n\n以下2项工作截至12月31日没有报告过进展" in rest
    assert "东区（第一社区）、西区（第一社区）。" in rest


def test_what_is_open_is_counted_alike_in_all_sections(told: dict[int, Summary]) -> None:
    text = markdown(told[2024])
    assert "未办结15项（其中14项结转2025年，1项为经常性工作，不再结转）" in text
    assert "以下14项工作截至12月31日尚未办结" in text
    assert "对上述14项结转工作" in text
    assert "其中15项截至12月31日仍未办结" in text


def test_children_are_carried_over_as_points_of_one_item(small: Store) -> None:
    text = markdown(
        after_filing(
            small,
            lambda ledger: ledger(2024).progress(
                "2.1", date(2024, 5, 1), Progress(add={"植树": Decimal(1)})
            ),
        )
    )
    assert "未办结2项。" in text
    assert "以下2项工作（分3条列出）截至12月31日尚未办结" in text
    assert "西区。**由第一社区牵头，期限12月31日；没有报告过进展。" in text
    assert "对上述2项结转工作" in text
    assert "其中" not in text.split("## 二、")[1].split("###")[0]
    assert "整修道路、西区没有填报滞后原因" in text


def test_work_not_yet_due_is_not_asked_for(small: Store) -> None:
    text = markdown(years.summary(small, 2024, date(2024, 9, 30)))
    assert "补报" not in text
    assert "补充说明" not in text
    assert "整修道路、东区、西区进度滞后，尚未到期。" in text
    assert "整修道路（城建办，未到期）" in text


def test_the_reason_of_an_extension_stands_where_no_report_gives_one(small: Store) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        ledger(2024).extend("1", date(2024, 3, 1), date(2025, 1, 31), "招标推迟")

    text = markdown(after_filing(small, file))
    assert "审批、评审和外部单位配合不够及时\n\n**整修道路。**招标推迟。" in text
    assert "东区、西区没有填报滞后原因" in text
    assert "原因：招标推迟。" in text


def test_a_target_missed_by_an_item_that_is_done_is_a_problem(told: dict[int, Summary]) -> None:
    text = markdown(told[2024]).split("部分指标未达到目标\n\n")[1].split("###")[0]
    assert "**一是信访预警研判。**信访件按期办结率达95.2%，低于100%的目标" in text
    assert "工单满意率达93.6%，低于95%的目标1.4个百分点" in text
    assert "三是" not in text


def test_a_year_without_problems_asks_the_office_for_its_own(small: Store) -> None:
    text = markdown(after_filing(small, filing([Decimal(100)] * 3 + [Decimal(1)] * 5), 2023))
    assert "〔待办公室补充：工作中存在的问题和不足〕" not in text.split("## 三、")[1]


def test_a_cancelled_item_is_told_as_withdrawn_and_not_as_work(small: Store) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        ledger(2024).progress("1", date(2024, 3, 1), Progress(add={"整修道路": Decimal(3)}))
        ledger(2024).cancel("1", date(2024, 6, 1), "改由市里统一实施。")

    text = markdown(after_filing(small, file))
    assert "### （二）取消事项\n\n**整修道路。**6月1日取消。原因：改由市里统一实施。" in text
    assert "取消前整修道路3条。" in text
    assert "取消1项" in text


def test_an_item_that_a_newer_plan_no_longer_has_says_so_in_the_language_of_the_summary(
    own: Callable[[str, str], Store],
) -> None:
    store = own("          {{ title }}", "")
    with store.read() as connection:
        text = version_text(connection, find_plan(connection, 2024))
    dropped = text.replace('code: "1"', 'code: "99"')
    assert dropped != text
    loaded(store, dropped, 48)
    told = markdown(after_filing(store, lambda ledger: None))
    assert "原因：计划换版。" in told
    assert LOADED not in told


def test_late_work_is_told_with_the_reasons_filed_under_their_causes(small: Store) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        first = Progress(add={"整修道路": Decimal(3)}, reason="上级资金没有拨付到位")
        ledger(2024).progress("1", date(2024, 3, 1), first)
        again = Progress(add={"整修道路": Decimal(1)}, reason="连续降雨。")
        ledger(2024).progress("1", date(2024, 9, 1), again)

    text = markdown(after_filing(small, file))
    assert "（一）资金保障跟不上进度\n\n**整修道路。**上级资金没有拨付到位。" in text
    assert "（二）天气和汛期影响施工和巡查\n\n**整修道路。**连续降雨。" in text
    assert "**一是整修道路。**由城建办牵头，期限12月31日；整修道路4条（截至9月1日），" in text


LATE = """
duban: 1
office: 测试街道办事处
year: 2024
units: [{code: cj, name: 城建办}]
areas:
  - code: A
    title: 环境
    items:
      - {code: "1", title: 修路, lead: cj, start: 2024-01-01, due: 2024-06-30,
         indicators: [{name: 修路, unit: 条, target: 16}, {name: 满意率, unit: "%", target: 90,
         reading: latest}, {name: 花费, unit: 万元, target: 64, sense: at_most}]}
      - {code: "2", title: 规划, lead: cj, start: 2024-01-01, due: 2024-06-30, measure: milestones,
         milestones: [{code: m1, title: 初稿, due: 2024-05-31},
         {code: m2, title: 定稿, due: 2024-06-30}]}
      - {code: "3", title: 归档, lead: cj, start: 2024-01-01, due: 2024-06-30,
         indicators: [{name: 归档, unit: 卷}]}
"""


@pytest.fixture
def late(sqlite_store_url: str) -> Iterator[Store]:
    """An office with three items that are due in the middle of the year."""
    with Store(sqlite_store_url) as opened:
        years.load(opened, LATE)
        yield opened


def test_what_was_finished_after_its_date_is_told_with_the_days_it_was_late(late: Store) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        book = ledger(2024)
        book.progress("1", date(2024, 6, 1), Progress({"修路": Decimal(16)}))
        book.progress("1", date(2024, 7, 3), Progress(set={"满意率": Decimal(90)}))
        book.progress("1", date(2024, 8, 1), Progress({"修路": Decimal(1)}))
        book.progress("2", date(2024, 5, 1), Progress(milestone="m1"))
        book.progress("2", date(2024, 7, 10), Progress(milestone="m2"))
        book.close("3", date(2024, 7, 1), "归档")

    told = markdown(after_filing(late, file))
    assert "部分工作逾期完成\n\n修路于7月3日完成，逾期3天；规划于7月10日完成，逾期10天；" in told
    assert "归档于7月1日完成，逾期1天。" in told
    assert "全年有3项工作在进度上出现问题" in told


def test_what_has_nothing_to_measure_was_finished_when_it_was_reported_not_when_it_was_accepted(
    late: Store,
) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        book = ledger(2024)
        book.progress("3", date(2024, 6, 20), Progress({"归档": Decimal(9)}))
        book.close("3", date(2024, 7, 10), "验收")

    assert "归档于7月" not in markdown(after_filing(late, file))


def test_what_was_finished_by_the_date_in_force_is_not_told_as_late(late: Store) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        book = ledger(2024)
        book.progress(
            "1", date(2024, 6, 30), Progress({"修路": Decimal(20)}, {"满意率": Decimal(95)})
        )
        asked = book.extend("2", date(2024, 6, 1), date(2024, 7, 31), "专家时间未定")
        book.approve(asked, date(2024, 6, 2))
        book.progress("2", date(2024, 5, 1), Progress(milestone="m1"))
        book.progress("2", date(2024, 7, 31), Progress(milestone="m2"))
        book.close("3", date(2024, 6, 30), "归档")

    told = markdown(after_filing(late, file))
    assert "3项全部办结" in told
    assert "逾期完成" not in told
    assert "天" not in told


def test_what_a_correction_made_incomplete_was_finished_when_it_was_complete_again(
    late: Store,
) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        book = ledger(2024)
        book.progress(
            "1", date(2024, 5, 1), Progress({"修路": Decimal(16)}, {"满意率": Decimal(95)})
        )
        book.progress("1", date(2024, 6, 20), Progress(set={"满意率": Decimal(80)}))
        book.progress("1", date(2024, 7, 2), Progress(set={"满意率": Decimal(91)}))

    assert "修路于7月2日完成，逾期2天。" in markdown(after_filing(late, file))


def test_reasons_without_a_heading_of_their_own_are_no_other_reasons_where_they_stand_alone(
    small: Store,
) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        first = Progress(add={"整修道路": Decimal(3)}, reason="测绘图遗失")
        ledger(2024).progress("1", date(2024, 3, 1), first)

    text = markdown(after_filing(small, file))
    assert "### （一）部分工作进展滞后\n\n**整修道路。**测绘图遗失。" in text
    assert "其他原因" not in text


def test_a_lack_of_hands_is_a_matter_of_staff(small: Store) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        ledger(2024).progress("1", date(2024, 3, 1), Progress(note="开工", reason="人手不足"))

    assert "### （一）人手调配和组织协调不到位" in markdown(after_filing(small, file))


def test_what_was_closed_with_missed_occurrences_was_never_complete(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'duban.db'}"
    migrate(url)
    monthly = """      - {code: "4", title: 例会, lead: cj, start: 2024-01-01, due: 2024-02-29,
         every: monthly}
"""

    def file(ledger: Callable[[int], Ledger]) -> None:
        book = ledger(2024)
        book.progress("4", date(2024, 2, 20), Progress(milestone="2024-02"))
        book.close("4", date(2024, 6, 2), "年初漏办，予以销号")

    with Store(url) as opened:
        years.load(opened, LATE + monthly)
        told = markdown(after_filing(opened, file))
    assert "例会未开展1次" in told
    assert "例会于" not in told


FAMILY = """
duban: 1
office: 测试街道办事处
year: 2024
units: [{code: cj, name: 城建办}]
areas:
  - code: A
    title: 环境
    items:
      - code: "1"
        title: 父项
        lead: cj
        start: 2024-01-01
        due: 2024-12-20
        children:
          - {code: "1.1", title: 子项, lead: cj, start: 2024-01-01, due: 2024-03-31,
             indicators: [{name: 数, unit: 个, target: 10}]}
          - {code: "1.2", title: 季度会, lead: cj, start: 2024-01-01, due: 2024-09-30,
             every: quarterly}
      - {code: "2", title: 归档, lead: cj, start: 2024-01-01, due: 2024-06-30,
         indicators: [{name: 归档, unit: 卷}]}
      - {code: "3", title: 工程, lead: cj, start: 2024-01-01, due: 2024-11-30,
         milestones: [{code: m1, title: 开工, due: 2024-05-31},
         {code: m2, title: 竣工, due: 2024-11-30}]}
"""


@pytest.fixture
def family(sqlite_store_url: str) -> Iterator[Store]:
    """An office with a parent of two children, something to close, and a work with milestones."""
    with Store(sqlite_store_url) as opened:
        years.load(opened, FAMILY)
        yield opened


def test_a_parent_whose_children_were_all_withdrawn_is_open_and_not_recurring(
    family: Store,
) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        for code in ("1.1", "1.2"):
            ledger(2024).cancel(code, date(2024, 6, 1), "改由市里实施")

    text = markdown(after_filing(family, file))
    assert "经常性工作，不再结转" not in text
    assert "未办结3项。" in text
    assert "以下3项工作截至12月31日尚未办结，结转2025年继续推进" in text
    assert "全年有3项工作在进度上出现问题" in text
    assert "**一是父项。**由城建办牵头，期限12月20日，已逾期11天；没有报告过进展。" in text


def test_what_is_left_only_to_be_closed_out_is_neither_carried_over_nor_recurring(
    family: Store,
) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        book = ledger(2024)
        book.progress("1.1", date(2024, 3, 1), Progress({"数": Decimal(10)}))
        book.progress("1.2", date(2024, 9, 1), Progress(milestone="2024-Q3"))

    text = markdown(after_filing(family, file))
    assert "未办结3项（其中2项结转2025年，1项只待销号）" in text
    [told] = re.findall("父项。.*", text.split("## 二、")[0])
    assert "季度会尚未完成" in told
    assert told.endswith("，只待销号。")
    assert "父项" not in text.split("## 三、")[1].split("抓好经常性工作")[0].split("新增")[0]


def test_what_was_closed_without_a_report_is_told_as_closed(family: Store) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        ledger(2024).close("2", date(2024, 6, 2), "归档")

    assert "**归档。**6月2日销号。" in markdown(after_filing(family, file))


def test_a_date_is_said_to_be_approved_only_where_it_was(family: Store) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        book = ledger(2024)
        asked = book.extend("3", date(2024, 5, 1), date(2024, 6, 30), "雨季", "m1")
        book.approve(asked, date(2024, 5, 2))

    earlier = FAMILY.replace("due: 2024-11-30}]", "due: 2024-10-31}]")
    later = earlier.replace("2024-11-30", "2024-10-31")
    loaded(family, later, 24)
    assert "由城建办牵头，期限10月31日，已逾期61天" in markdown(after_filing(family, file))
    loaded(family, FAMILY, 48)

    def granted(ledger: Callable[[int], Ledger]) -> None:
        book = ledger(2024)
        asked = book.extend("3", date(2024, 5, 1), date(2025, 1, 31), "招标推迟")
        book.approve(asked, date(2024, 5, 2))

    assert "经批准延至2025年1月31日" in markdown(after_filing(family, granted))


def test_a_request_is_told_from_the_date_that_was_in_force(family: Store) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        book = ledger(2024)
        first = book.extend("3", date(2024, 5, 1), date(2024, 6, 30), "招标推迟", "m1")
        book.approve(first, date(2024, 5, 2))
        book.extend("3", date(2024, 6, 1), date(2024, 7, 31), "管线迁改", "m1")

    text = markdown(after_filing(family, file))
    assert "工程“开工”申请由6月30日延至7月31日（管线迁改），待批" in text


def test_a_request_is_told_from_what_was_granted_by_then_not_later(family: Store) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        book = ledger(2024)
        first = book.extend("3", date(2024, 5, 1), date(2024, 12, 15), "招标推迟")
        book.approve(first, date(2024, 6, 10))
        book.extend("3", date(2024, 6, 5), date(2024, 12, 31), "管线迁改")

    text = markdown(after_filing(family, file))
    assert "工程申请由11月30日延至12月31日（管线迁改），待批" in text


def test_what_can_still_be_made_good_is_told_apart_from_what_was_missed(family: Store) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        ledger(2024).progress("1.2", date(2024, 3, 1), Progress(milestone="2024-Q1"))

    text = markdown(after_filing(family, file))
    assert "季度会未开展1次、到期待补办1次。" in text


def test_extensions_are_counted_by_their_answers(small: Store) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        book, march = ledger(2024), date(2024, 3, 1)
        book.progress("1", march, Progress(note="开工"))
        first = book.extend("1", march, date(2025, 3, 31), "招标推后")
        book.approve(first, march)
        second = book.extend("1", march, date(2025, 6, 30), "再推后")
        book.refuse(second, march, "不再顺延")
        book.extend("2", march, date(2025, 1, 31), "等苗木")

    text = markdown(after_filing(small, file))
    assert "全年申请延期3次，批准1次，未批准1次，待批1次。" in text
    assert "整修道路申请由12月31日延至2025年3月31日（招标推后），已批准" in text
    assert "整修道路申请由2025年3月31日延至2025年6月30日（再推后），未批准（不再顺延）" in text
    assert "绿化申请由12月31日延至2025年1月31日（等苗木），待批" in text
    assert "经批准延至2025年3月31日" in text


def test_a_summary_in_the_middle_of_the_year_carries_nothing_over(store: Store) -> None:
    text = markdown(years.summary(store, 2024, date(2024, 6, 30)))
    assert "## 一、2024年工作总结（截至6月30日）" in text
    assert "未到期" in text
    assert "结转2025年" not in text
    assert "上年全年22次" in text
    assert "比上年" not in text
    assert "今年以来有" in text
    assert "全年有" not in text


def test_the_year_before_is_not_compared_where_the_store_does_not_have_it(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'duban.db'}"
    years.fill(url, 2024)
    with Store(url) as opened:
        text = markdown(years.summary(opened, 2024))
    assert "比上年" not in text
    assert "整修巷道15条（计划16条），完成投资60.3万元，结转2025年继续办理。" in text


def test_last_years_children_add_up_as_this_years_do(sqlite_store_url: str) -> None:
    with Store(sqlite_store_url) as opened:
        years.load(opened, SMALL.format(year=2023, last=""))
        later = years.LOADED_AT + timedelta(hours=1)
        text = SMALL.format(year=2024, last="")
        text = text.replace("target: 300}", "target: 300, last_year: 2/植树}")
        years.load(opened, text, later)
        with opened.write(years.IMPORTED_AT) as writing:
            for year, amount in ((2023, 30), (2024, 20)):
                plan = find_plan(writing.connection, year)
                ledger = Ledger(writing, plan, author="a", today=date(2025, 1, 1))
                filed = Progress(add={"植树": Decimal(amount)})
                ledger.progress("2.1", date(year, 12, 1), filed)
        text = markdown(years.summary(opened, 2024))
    assert "植树20棵，完成年度目标300棵的6.7%，比上年30棵减少10棵" in text


def test_what_was_filed_for_last_year_after_its_end_is_not_compared_with(small: Store) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        last = ledger(2023)
        last.progress("1", date(2023, 12, 31), Progress(add={"整修道路": Decimal(24)}))
        last.progress("1", date(2024, 1, 15), Progress(add={"整修道路": Decimal(5)}))
        filed = Progress(add={"整修道路": Decimal(15)})
        ledger(2024).progress("1", date(2024, 12, 1), filed)

    assert "比上年24条减少9条" in markdown(after_filing(small, file))


@pytest.mark.parametrize(
    ("filed", "as_of", "said"),
    [
        (date(2023, 12, 20), date(2024, 12, 31), "，比上年10条增加2条"),
        (date(2023, 10, 31), date(2024, 12, 31), "，上年（截至10月底）10条"),
        (date(2023, 10, 31), date(2024, 10, 31), "，比上年同期10条增加2条"),
        (date(2023, 12, 20), date(2024, 10, 31), "，上年全年10条"),
        (date(2023, 10, 31), date(2024, 10, 30), "，上年（截至10月底）10条"),
    ],
)
def test_only_years_that_are_known_up_to_the_same_day_are_held_against_each_other(
    small: Store, filed: date, as_of: date, said: str
) -> None:
    def file(ledger: Callable[[int], Ledger]) -> None:
        ledger(2023).progress("1", filed, Progress(add={"整修道路": Decimal(10)}))
        day = date(2024, *((10, 20) if as_of.month == 10 else (12, 1)))
        ledger(2024).progress("1", day, Progress(add={"整修道路": Decimal(12)}))

    text = markdown(after_filing(small, file, as_of=as_of))
    assert said in text
    assert ("比上年" in text) == ("比上年" in said)


def test_simulated_data_are_labelled_at_the_top_of_every_form(
    told: dict[int, Summary], english: Summary
) -> None:
    for summary, words in ((told[2024], "模拟数据"), (english, "Simulated data")):
        assert words in markdown(summary).split("\n\n")[1]
        assert words in summary_json(summary)["labels"][0]["text"]
    assert told[2024].scope.simulated
    assert not told[2023].scope.simulated
    assert "模拟" not in markdown(told[2023])


def test_a_comparison_with_simulated_data_makes_the_whole_say_so(sqlite_store_url: str) -> None:
    with Store(sqlite_store_url) as opened:
        years.load(opened, SMALL.format(year=2023, last=""))
        later = years.LOADED_AT + timedelta(hours=1)
        years.load(opened, SMALL.format(year=2024, last=", last_year: 1/整修道路"), later)
        with opened.write(years.IMPORTED_AT) as writing:
            for year in (2023, 2024):
                plan = find_plan(writing.connection, year)
                ledger = Ledger(
                    writing, plan, author="a", today=date(2025, 1, 1), simulated=year == 2023
                )
                filed = Progress(add={"整修道路": Decimal(3)})
                ledger.progress("1", date(year, 12, 1), filed)
        summary = years.summary(opened, 2024)
    assert summary.scope.simulated
    assert "模拟数据" in markdown(summary)


def test_the_assumptions_of_next_year_s_plan_are_counted_above_it(
    told: dict[int, Summary],
) -> None:
    plan = markdown(told[2023]).split("## 四、2024年工作计划\n\n")[1]
    assert plan.startswith("暂定说明：计划中93项工作的日期和82个指标的目标值")


def test_assumptions_are_counted(told: dict[int, Summary]) -> None:
    assert "93项工作的日期和82个指标的目标值" in markdown(told[2024])
    assert told[2024].assumed == (93, 82)


# ---- templates and hostile text


def loaded(store: Store, text: str, hours: int) -> None:
    years.load(store, text, years.LOADED_AT + timedelta(hours=hours))


@pytest.fixture
def own(sqlite_store_url: str) -> Iterator[Callable[[str, str], Store]]:
    """Makes a store whose plan has a template for item 1 and wording of its own."""
    with Store(sqlite_store_url) as opened:

        def make(summary: str, wording: str = "") -> Store:
            text = SMALL.format(year=2024, last="")
            text = text.replace(
                "title: 整修道路", f"title: 整修道路\n        summary: |\n{summary}"
            )
            years.load(opened, text.replace("areas:", f"{wording}areas:"))
            with opened.write(years.IMPORTED_AT) as writing:
                ref = find_plan(writing.connection, 2024)
                ledger = Ledger(writing, ref, author="城建办", today=date(2025, 1, 1))
                filed = Progress({"整修道路": Decimal(15)}, {"满意率": Decimal(95)})
                ledger.progress("1", date(2024, 12, 1), filed)
            return opened

        yield make


def test_an_item_is_told_in_its_own_words(own: Callable[..., Store]) -> None:
    summary = years.summary(
        own(
            "          {{ item }}{{ figure('整修道路') }}，为{{ target('整修道路') }}的\n"
            "          {{ percent('整修道路') }}{{ compare('整修道路') }}，{{ year }}年。"
        ),
        2024,
    )
    assert "**整修道路。**整修道路15条，为16条的93.8%，2024年。" in markdown(summary)
    assert summary.document.unsourced() == []


def test_a_number_that_a_template_says_itself_is_reported_as_unsourced(
    own: Callable[..., Store],
) -> None:
    summary = years.summary(own("          整修道路17条（{{ figure('整修道路') }}）。"), 2024)
    assert summary.document.unsourced() == [("17", "整修道路17条（15条）。")]
    assert summary_json(summary)["unsourced"] == [
        {"number": "17", "text": "整修道路17条（15条）。"}
    ]


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{{ nobody }}", "line 1: 'nobody' is undefined"),
        ("{{ figure() }}", "line 1: .*missing 1 required positional argument"),
    ],
)
def test_a_broken_template_of_an_item_is_one_clear_error(
    own: Callable[..., Store], template: str, problem: str
) -> None:
    store = own("          " + template)
    with pytest.raises(BadInputError, match=rf"^测试街道办事处 2024: item 1, summary, {problem}"):
        years.summary(store, 2024)


def test_a_plan_words_its_sentences_itself(own: Callable[..., Store]) -> None:
    wording = 'wording: {lead: "{{ title }}——", problems: 不足之处}\n'
    text = markdown(years.summary(own("          好。", wording), 2024))
    assert "**整修道路——**好。" in text
    assert "## 二、不足之处" in text


HOSTILE = "<b>![x](http://e.example/) `*_[[red]] | # www.e.example {{ 7*7 }}"


def test_typed_text_is_dead_in_the_page(sqlite_store_url: str) -> None:
    with Store(sqlite_store_url) as opened:
        quoted = HOSTILE.replace("'", "''")
        text = SMALL.format(year=2024, last="").replace("整修道路\n", f"'{quoted}'\n", 1)
        years.load(opened, text.replace("title: 环境", f"title: '{quoted}'"))
        with opened.write(years.IMPORTED_AT) as writing:
            ref = find_plan(writing.connection, 2024)
            ledger = Ledger(writing, ref, author=HOSTILE, today=date(2025, 1, 1))
            filed = Progress({"整修道路": Decimal(1)}, note=HOSTILE, reason=HOSTILE)
            ledger.progress("1", date(2024, 3, 1), filed)
            ledger.assign("1", date(2024, 3, 1), Assignment(person=HOSTILE))
        summary = years.summary(opened, 2024)
    pages = [markdown(summary), "\n".join(source_tables(summary))]
    for page in pages:
        assert escape(HOSTILE) in page
        assert not re.findall(r"(?<!\\)[<`\[]", page)
        assert not re.findall(r"(?<!\\)://", page)
        assert "{{ 7\\*7 }}" in page


# ---- forms, sources, cost


@pytest.mark.parametrize("year", years.YEARS)
def test_the_data_say_the_same_as_the_page(told: dict[int, Summary], year: int) -> None:
    data = summary_json(told[year], sources=True)
    figures = {figure["id"]: figure for figure in data["figures"]}
    assert list(figures) == list(range(1, len(figures) + 1))
    page = markdown(told[year])
    seen: list[int] = []

    def check(text: dict[str, object]) -> None:
        assert isinstance(text["text"], str)
        assert isinstance(text["figures"], list)
        assert escape(text["text"]) in page
        at = 0
        for number in text["figures"]:
            at = text["text"].index(figures[number]["text"], at) + len(figures[number]["text"])
        seen.extend(text["figures"])

    def walk(section: dict[str, object]) -> None:
        check(section["title"])  # type: ignore[arg-type]
        for text in section["paragraphs"]:  # type: ignore[attr-defined]
            check(text)
        for point in section["points"]:  # type: ignore[attr-defined]
            check(point["lead"])
            check(point["body"])
        for text in section["closing"]:  # type: ignore[attr-defined]
            check(text)
        for below in section["sections"]:  # type: ignore[attr-defined]
            walk(below)

    for text in (*data["labels"], *data["opening"]):
        check(text)
    for section in data["sections"]:
        walk(section)
    assert seen == list(figures)
    rows = {row["id"] for row in data["rows"]}
    assert all(set(figure["rows"]) <= rows for figure in data["figures"])
    assert all(figure["source"] for figure in data["figures"])


def test_every_figure_is_listed_with_its_rows(told: dict[int, Summary]) -> None:
    lines = list(source_lines(told[2024]))
    assert "    #493  2024-06-20  党建办公室  1.1  增加  党章集体学习  +1" in lines
    listed = {int(found[1]) for line in lines if (found := re.match(r"    #(\d+)  ", line))}
    assert listed == set(told[2024].sources)
    reached = [line for line in lines if "  达到  " in line]
    assert any(line.endswith("  2.5  达到  年度评比") for line in reached)
    assert not any(re.search(r"  (undo|assign|[a-z]+)  ", line) for line in lines)
    numbered = [line for line in lines if line.startswith("[")]
    assert len(numbered) == len(list(told[2024].document.figures()))


def test_a_figure_of_totals_quotes_the_passage_that_it_was_read_from(
    told: dict[int, Summary],
) -> None:
    passage = "1－10月办理12345工单476件、满意率达90％"
    lines = [line for line in source_lines(told[2023]) if passage in line]
    assert [line.split("  ")[1:3] for line in lines] == [
        ["2.3 办理12345工单", "(登记数)"],
        ["2.3 工单满意率", "(登记数)"],
    ]
    (orders,) = [f for f in told[2023].document.figures() if f.label == "2.3 办理12345工单"]
    assert orders.registers[0].to_json()["passages"] == [passage]


def test_the_rows_of_last_year_are_among_the_sources(told: dict[int, Summary]) -> None:
    alleys = next(f for f in told[2024].document.figures() if f.label == "2023 4b.2 整修巷道")
    row = told[2024].sources[alleys.rows[0]]
    assert (row.effective_on.year, row.amount, row.code) == (2023, Decimal(24), "4b.2")


@given(st.sets(st.integers(1, 60)))
def test_row_numbers_are_shortened_without_loss(numbers: set[int]) -> None:
    said = ranges(sorted(numbers))
    found: set[int] = set()
    for part in said.split(", ") if said else ():
        first, _dash, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    assert found == numbers


def test_the_number_of_statements_does_not_grow_with_the_items(store: Store, small: Store) -> None:
    def statements(opened: Store) -> int:
        seen: list[str] = []
        with opened.read() as connection:
            ref = find_plan(connection, 2024)
            event.listen(connection, "before_cursor_execute", lambda *call: seen.append(call[2]))
            summarise(connection, ref, date(2024, 12, 31), workdays=years.WORKDAYS)
        return len(seen)

    # One more for last year's cited rows; the others ask the registers, of which `small` has none.
    assert statements(store) <= statements(small) + 10
    assert statements(store) <= 28


def test_the_summary_is_the_same_on_both_databases(
    passing_postgres_database: NewDatabase, told: dict[int, Summary]
) -> None:
    url = passing_postgres_database()
    years.fill(url)
    with Store(url) as opened:
        for year in years.YEARS:
            assert markdown(years.summary(opened, year)) == markdown(told[year])


def test_the_summary_as_known_at_an_earlier_moment_comes_out_again(store: Store) -> None:
    with store.read() as connection:
        moment = datetime(2024, 7, 15, tzinfo=UTC)
        ref = find_plan(connection, 2024, known_at=moment)
        then = summarise(connection, ref, date(2024, 6, 30), moment, workdays=years.WORKDAYS)
    assert "联合巡查53次" in markdown(then)
    assert all(row.recorded_at <= moment for row in then.sources.values())
