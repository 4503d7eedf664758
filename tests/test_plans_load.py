"""Plan files: what they mean, and what becomes of hostile ones."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.load import PlanProblems, load, parse
from plans.model import Item, Plan
from plans.workdays import Workdays
from tests.conftest import examples
from tests.steps import steps

HEAD = """\
duban: 1
office: 示例街道
year: 2024
units:
  - {code: dj, name: 党建办, head: 党建办主任}
  - {code: cj, name: 城建办}
"""
AREA = """\
areas:
  - code: A
    title: 板块
    items:
"""
ITEM = "{code: %s, title: 事项, lead: dj, start: 1-1, due: 年底, %s}"
FIGURE = "indicators: [{name: 件数, unit: 件, target: 12}]"


def with_items(*items: str) -> str:
    return HEAD + AREA + "".join(f"      - {item}\n" for item in items)


def with_item(extra: str, code: str = "A1") -> str:
    """A plan with one item in block style; ``extra`` holds its further lines."""
    lines = f"- code: {code}\n  title: 事项\n  lead: dj\n  start: 2024-01-01\n  due: 2024-12-31\n"
    lines += "".join(f"  {line}\n" for line in extra.splitlines())
    return HEAD + AREA + "".join(f"      {line}\n" for line in lines.splitlines())


def plan_of(text: str) -> Plan:
    plan, problems = parse(text, "plan.yaml")
    assert problems == []
    assert plan is not None
    return plan


def item_of(text: str) -> Item:
    return plan_of(text).areas[0].items[0]


def test_a_small_plan_means_what_it_says() -> None:
    plan = plan_of(with_items(ITEM % ("A1", FIGURE)))
    assert (plan.office, plan.year, plan.language) == ("示例街道", 2024, "zh")
    assert [u.code for u in plan.units] == ["dj", "cj"]
    item = plan.areas[0].items[0]
    assert (item.start, item.due) == (date(2024, 1, 1), date(2024, 12, 31))
    assert item.indicators[0].target == Decimal(12)
    assert (item.measure, item.pace, item.report) == ("indicators", "linear", "monthly")


def test_every_key_left_empty_is_the_same_as_left_out() -> None:
    empty = "support:\nperson:\npace:\nchildren:\nmilestones:\nafter:\nsummary:\n"
    assert plan_of(with_item(empty + FIGURE)) == plan_of(with_item(FIGURE))


def test_values_are_read_as_offices_type_them() -> None:
    item = item_of(
        with_item(
            "weight: ２\nassumed: 是\nindicators: [{name: 投资, unit: 万元, target: '1,064.5'}]"
        )
    )
    assert (item.weight, item.assumed, item.indicators[0].target) == (2, True, Decimal("1064.5"))


def test_what_looks_like_a_number_a_date_or_a_flag_stays_text_where_text_is_meant() -> None:
    text = HEAD.replace("code: dj", "code: 1.10").replace("党建办,", "2024-01-01,") + AREA
    plan = plan_of(text + "      - " + (ITEM % ("no", FIGURE)).replace("dj", "1.10"))
    assert plan.units[0].code == "1.10"
    assert plan.units[0].name == "2024-01-01"
    assert plan.areas[0].items[0].code == "no"


def test_a_template_becomes_the_milestones_of_each_item() -> None:
    templates = """\
milestone_templates:
  alley:
    - {code: start, title: 开工, due: start, weight: 10}
    - {code: drains, title: 排水验收, due: start + 20 days, weight: 30}
    - {code: papers, title: 资料, due: due - 10 workdays, weight: 20}
    - {code: done, title: 竣工验收, due: due, weight: 40}
"""
    text = with_items(ITEM % ("A1", "template: alley")).replace("areas:", templates + "areas:")
    item = item_of(text)
    assert [(m.code, m.due, m.weight) for m in item.milestones] == [
        ("start", date(2024, 1, 1), 10),
        ("drains", date(2024, 1, 21), 30),
        ("papers", Workdays().add(date(2024, 12, 31), -10), 20),
        ("done", date(2024, 12, 31), 40),
    ]
    assert (item.measure, item.pace, item.recurring) == ("milestones", "milestones", False)


def test_a_recurrence_becomes_occurrences() -> None:
    item = item_of(with_items(ITEM % ("A1", "every: monthly, day: 25")))
    assert [m.due.day for m in item.milestones] == [25] * 12
    assert item.milestones[0].lapses_on == date(2024, 2, 25)
    assert (item.measure, item.pace, item.recurring) == ("milestones", "milestones", True)


def test_milestones_without_weights_count_alike() -> None:
    steps = "milestones: [{code: a, title: 甲, due: 3月底}, {code: b, title: 乙, due: due}]"
    assert [m.weight for m in item_of(with_item(steps)).milestones] == [1, 1]


def test_measure_and_pace_follow_from_what_an_item_has() -> None:
    steps = "milestones: [{code: a, title: 甲, due: 3月底}]"
    child = "children: [{code: B, title: 子项, lead: cj, start: 1-1, due: 12-31, every: monthly}]"
    untargeted = "indicators: [{name: 件数, unit: 件}]"
    found = [
        (item.measure, item.pace)
        for item in map(item_of, map(with_item, [
            steps, f"{FIGURE}\n{steps}", untargeted, f"{untargeted}\n{steps}", child,
            f"{child}\n{FIGURE}\nmeasure: indicators", f"{FIGURE}\npace: {{6月: 50%, 12月: 100%}}",
        ]))
    ]  # fmt: skip
    assert found == [
        ("milestones", "milestones"),
        ("indicators", "milestones"),
        ("indicators", "linear"),
        ("milestones", "milestones"),
        ("children", "children"),
        ("indicators", "linear"),
        ("indicators", "table"),
    ]


def test_a_table_of_targets_is_by_the_last_days_of_months() -> None:
    item = item_of(with_item(f"{FIGURE}\npace: {{2024-06: 40%, 2024年2月: 0.1, 12月: 100%}}"))
    assert item.targets == (
        (date(2024, 2, 29), Decimal("0.1")),
        (date(2024, 6, 30), Decimal("0.4")),
        (date(2024, 12, 31), Decimal(1)),
    )


def test_the_rhythm_of_reports_comes_from_the_plan_unless_the_item_has_its_own() -> None:
    text = with_items(ITEM % ("A1", FIGURE), ITEM % ("A2", FIGURE + ", report: weekly"))
    plan = plan_of(text.replace("units:", "reporting: {every: quarterly}\nunits:"))
    assert [item.report for item in plan.areas[0].items] == ["quarterly", "weekly"]


def test_settings_wording_and_sources_are_carried_over() -> None:
    settings_text = (
        "title: 二〇二四年工作计划\nlanguage: en\nsimulated: yes\n"
        "thresholds: {behind_points: 5}\nescalation: {leader_after_workdays: 20}\n"
        'wording:\n  opening: "{{ office }}: {{ total }}"\n'
    )
    text = with_item(f'{FIGURE}\nsource: |\n  一是\n  二是\nsummary: "{{{{ done }}}}"')
    plan = plan_of(text.replace("units:", settings_text + "units:"))
    assert (plan.title, plan.language, plan.simulated) == ("二〇二四年工作计划", "en", True)
    assert (plan.thresholds.behind_points, plan.thresholds.far_behind_points) == (5, 30)
    assert plan.escalation.leader_after_workdays == 20
    assert plan.wording == (("opening", "{{ office }}: {{ total }}"),)
    item = plan.areas[0].items[0]
    assert (item.source, item.summary) == ("一是\n二是", "{{ done }}")


def test_a_problem_is_printed_with_its_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "2024.yaml"
    path.write_text(HEAD.replace("2024", "24") + AREA, "utf-8")
    with pytest.raises(PlanProblems) as error:
        load(path)
    said = f"{path}:3: year: '24': expected a whole number from 2000 to 2100"
    assert str(error.value) == said
    assert error.value.exit_code == 3


def test_a_file_is_read_and_its_byte_order_mark_left_out(tmp_path: Path) -> None:
    path = tmp_path / "2024.yaml"
    path.write_text(with_items(ITEM % ("A1", FIGURE)), "utf-8-sig")
    assert load(str(path)).office == "示例街道"


@contextmanager
def without_root() -> Iterator[None]:
    """Root may read everything; for a while be somebody else."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def refusal(path: Path) -> str:
    with pytest.raises(PlanProblems) as error:
        load(path)
    (problem,) = error.value.problems
    return str(problem).removeprefix(str(path))


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing.yaml") == ": there is no such file"
    assert refusal(tmp_path) == ": is a directory; expected a file"
    closed = tmp_path / "closed.yaml"
    closed.write_text(HEAD)
    closed.chmod(0)
    with without_root():
        assert refusal(closed) == ": no permission to read the file"
    assert refusal(tmp_path / "2024.yaml" / "x") == ": there is no such file"
    assert "cannot be read" in refusal(tmp_path / ("x" * 300))


def test_a_file_in_another_encoding_is_told_which(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(HEAD.encode("gb18030"))
    assert refusal(path) == ":2: not UTF-8; it looks like GB18030 (GBK). Save it as UTF-8"
    path.write_bytes(HEAD.encode("utf-16"))
    assert refusal(path) == ": encoded as UTF-16; save it as UTF-8"
    path.write_bytes(b"duban: 1\noffice: \xff\xff\xff\n")
    assert refusal(path) == ":2: byte 0xff is not UTF-8; save the file as UTF-8 text"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    with path.open("wb") as file:
        file.truncate(20_000_001)
    assert refusal(path) == ": larger than 20 MB; expected the plan of one office"
    assert refusal(Path("/dev/zero")) == ": larger than 20 MB; expected the plan of one office"


@pytest.mark.parametrize("text", ["", "# nothing\n", "plan", "- a\n- b\n", "null"])
def test_what_is_no_plan_at_all_is_told_what_one_looks_like(text: str) -> None:
    _, problems = parse(text, "p")
    assert [str(p) for p in problems] == [
        "p: no plan; expected keys such as 'duban: 1' and 'office:'"
    ]


def test_a_plan_without_a_year_is_still_told_its_other_problems() -> None:
    _, problems = parse(with_items(ITEM % ("A1", "weight: x")).replace("year: 2024\n", ""), "p")
    assert {p.message for p in problems} >= {
        "key year is missing",
        "weight: 'x': expected a whole number from 1 to 1000",
    }


def test_templates_and_recurrences_cannot_be_multiplied_without_end() -> None:
    steps = "".join(f"    - {{code: s{n}, title: 步, due: due}}\n" for n in range(1000))
    items = "".join(f"      - {ITEM % (f'A{n}', 'template: t')}\n" for n in range(1000))
    text = HEAD + "milestone_templates:\n  t:\n" + steps + AREA + items
    _, problems = parse(text, "p")
    assert [p.message for p in problems] == [
        "more than 500000 milestones in the plan; expected fewer"
    ]


def test_misfits_without_end_are_not_collected() -> None:
    for text in (
        HEAD + "areas:\n" + "- a\n" * 50_000,
        "".join(f"k{n}: a\n" for n in range(50_000)),
    ):
        plan, problems = parse(text, "p")
        assert plan is None
        assert str(problems[0]) == (
            "p: more than 20000 misfits; only the first entries were looked at"
        )
        assert 100 <= len(problems) <= 1000


def test_centuries_of_weeks_are_not_worked_out() -> None:
    near = "{code: A%d, title: 远, lead: dj, start: 2024-01-01, due: 2024-12-31, every: 1 week}"
    far = near.replace("start: 2024", "start: 1900").replace("due: 2024", "due: 2200")
    year, centuries = (with_items(*(item % n for n in range(20))) for item in (near, far))
    assert len(parse(centuries, "p")[1]) == 40
    assert steps(lambda: parse(centuries, "p")) < steps(lambda: parse(year, "p"))


def test_a_long_circle_is_named_in_short() -> None:
    items = [ITEM % (f"A{n}", f"{FIGURE}, after: [A{(n + 1) % 3000}]") for n in range(3000)]
    _, (problem,) = parse(with_items(*items), "p")
    assert "A0 → A1 → A2 → A3 → A4 → … → A2997 → A2998 → A2999 → A0" in problem.message


def test_a_template_that_nests_too_deeply_is_refused() -> None:
    text = with_item(f"summary: '{{{{ {'(' * 900}1{')' * 900} }}}}'\n{FIGURE}")
    _, (problem,) = parse(text, "p")
    assert problem.message in (
        "template is nested too deeply",
        "template cannot be read in its line 1; expected Jinja such as {{ done }}",
    )


GOOD = (
    with_item("""\
support: [cj]
weight: 3
indicators:
  - {name: 整修巷道, unit: 条, target: 16, sense: at_least}
milestones:
  - {code: a, title: 甲, due: start + 20 days, weight: 40}
  - {code: b, title: 乙, due: 12-31, weight: 60}
pace: {6月: 50%, 12月: 100%}
after: [A2]
children:
summary: "{{ done }}"
""")
    + f"      - {ITEM % ('A2', 'every: 2 weeks')}\n"
)
HOSTILE = [
    "", "null", "~", "[]", "{}", "[[]]", "{a: b}", "'", '"', "*a", "&a b", "!!python/name:os.x y",
    "2024-02-30", "1e999", "NaN", "-1", "0", "9" * 20, "[red]x[/]", "=1+1", "{{ x }}", "\t", "：",
    "{% raw %}", "\x00", "\x1b[31m", "\u202e", "- - -", "? x", "| ", "> ", "---", "%Y", "yes",
    "due", "start - 999 days", "x" * 5000,
]  # fmt: skip
FOREIGN = ("Input should", "Field required", "pydantic", "validation error", "Value error",
           "not permitted", "while parsing", "did not find", "Traceback", "yaml.")  # fmt: skip


def test_the_text_that_is_broken_below_is_good() -> None:
    assert plan_of(GOOD).areas[0].items[0].weight == 3


@st.composite
def broken(draw: st.DrawFn) -> str:
    """The good text with one to four lines lost, doubled, shifted, or with another value."""
    lines = GOOD.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        lines[at] = draw(
            st.sampled_from([
                "", f"{line}\n{line}", f"  {line}", line.lstrip(), line.replace(":", "：", 1),
                line.replace("code", "cod"), line.replace("dj", "zz"),
                line.partition(":")[0] + ": " + draw(st.sampled_from(HOSTILE)),
                line[: draw(st.integers(0, len(line)))] + draw(st.text(max_size=5)),
            ])
        )  # fmt: skip
    return "\n".join(lines)


@settings(max_examples=examples(400))
@given(broken())
def test_however_a_plan_is_broken_it_is_told_in_our_own_words(text: str) -> None:
    plan, problems = parse(text, "p.yaml")
    assert (plan is None) == bool(problems)
    for problem in problems:
        assert 0 <= problem.line <= text.count("\n") + 2
        assert problem.message.isprintable()
        assert not [words for words in FOREIGN if words in problem.message]


def test_four_times_the_items_are_four_times_the_work() -> None:
    dated = ", ".join(f"{{code: m{n}, title: 步骤, due: {n}月底, weight: 20}}" for n in range(2, 7))

    def work(count: int) -> int:
        items = [ITEM % (f"A{n}", f"{FIGURE}, milestones: [{dated}]") for n in range(count)]
        text = with_items(*items)
        return steps(lambda: plan_of(text))

    work(1)  # what is only done once in a process
    assert work(1_000) < 4.2 * work(250)
