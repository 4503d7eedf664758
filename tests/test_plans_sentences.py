"""Sentence templates: what they may do, what passes through them, and how a broken one is named."""

import re
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, meta

from plans.errors import BadInputError
from plans.load import parse
from plans.numerals import chinese, heading_number, plain_number, point_number
from plans.phrasing import Wording, templates
from plans.sentences import MAX_OUTPUT, Template, fill
from plans.templates import find_problem

DOCS = Path(__file__).parent.parent / "docs" / "wording.md"


@dataclass(frozen=True)
class Thing:
    """Something with a source."""

    value: int = 3
    unit: str = "条"


THING = Thing()


def filled(text: str, language: str = "zh", **values: object) -> tuple[object, ...]:
    return fill(Template("here", text), language, values)


def test_what_passes_through_a_template_is_the_same_object() -> None:
    assert filled("整修{{ a }}，投资{{ b }}。", a=THING, b="若干") == (
        "整修",
        THING,
        "，投资若干。",
    )


def test_the_parts_of_an_earlier_sentence_come_out_flat() -> None:
    earlier = filled("巷道{{ a }}", a=THING)
    assert filled("{{ x | join('；') }}。", x=[earlier, earlier]) == (
        *("巷道", THING, "；巷道", THING, "。"),
    )


def test_a_function_of_a_template_gives_an_object_too() -> None:
    parts = filled("{{ figure('巷道') }}", figure=lambda name: Thing(unit=name))
    assert parts == (Thing(unit="巷道"),)


def test_a_template_may_compare_what_it_is_given() -> None:
    text = "{% if a.value >= 3 and a.unit == '条' %}够{% else %}缺{% endif %}"
    assert filled(text, a=THING) == ("够",)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("甲\n  乙\n{% if x %}丙{% endif %}\n丁", "zh", "甲乙丁"),
        ("one\n  two\n{% if x %}three{% endif %}\nfour .", "en", "one two four."),
        ("甲，{{ x }}。", "zh", "甲。"),
        ("甲（{{ x }}）、；乙", "zh", "甲；乙"),
    ],
)
def test_line_breaks_and_the_marks_of_empty_clauses_go(text: str, language: str, said: str) -> None:
    assert filled(text, language, x="") == (said,)


@pytest.mark.parametrize(
    "text",
    [
        "{{ 1 + 1 }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ a ~ a }}",
        "{% set b = a %}",
        "{% for n in range(10) %}x{% endfor %}",
        "{% for c in [1, 2] %}x{% endfor %}",
        "{% for c in x %}{% for d in x %}{% for e in x %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for c in x recursive %}{{ loop(x) }}{% endfor %}",
        "{{ 'x'.center(1000000000) }}",
        "{{ x | center(1000000000) }}",
        "{{ x[0] }}",
        "{% macro m() %}{% endmacro %}",
        "{% include 'passwd' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{{ ''.__class__.__mro__ }}",
        "{{ a.__class__ }}{{ a.x() }}",
        "{{ figure.__globals__ }}",
        "{% raw %}x{% endraw %}{{ x | attr('y') }}",
        "{{ [1, 1] }}",
        "{{ (1, 1) | join }}",
        "{{ x | join(x | join('; ')) }}",
        "{{ x | join('; ') | join('; ') }}",
        "{{ x | first | default(x | join) | join }}",
        "{{ x | join('; ', attribute='unit') }}",
        "{{ x | join('" + "甲" * 101 + "') }}",
        "{{ (" * 2000 + "a" + ") }}" * 2000,
    ],
)
def test_a_template_that_could_do_more_than_arrange_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match=r"^here, line 1: "):
        filled(text, a=THING, x=["甲"], figure=lambda name: name)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("甲\n{{ b }}", 2),
        ("甲\n乙\n{{ figure('x') }}", 3),
        ("甲\n{{ b", 2),
        ("甲\n\n\n{% if %}", 4),
        ("\n{% for c in a %}{{ c }}{% endfor %}", 2),
        ("{{ a.nothing.more }}", 1),
    ],
)
def test_a_broken_template_names_its_place_and_line(text: str, line: int) -> None:
    def figure(name: str) -> object:
        raise LookupError(f"no {name}")

    with pytest.raises(BadInputError, match=rf"^here, line {line + 6}: .") as caught:
        fill(Template("here", text, first_line=7), "zh", {"a": THING, "figure": figure})
    assert "\n" not in str(caught.value)


def test_a_template_says_at_most_so_much() -> None:
    text, line = "{% for c in x %}{{ c }}{% endfor %}", "甲" * 1_000
    assert filled(text, x=[line] * (MAX_OUTPUT // 1_000)) == ("甲" * MAX_OUTPUT,)
    with pytest.raises(BadInputError, match="says more than"):
        filled(text, x=[line] * (MAX_OUTPUT // 1_000 + 1))
    with pytest.raises(BadInputError, match="says more than"):
        filled("{% for c in x %}{% for d in x %}{{ d }}{% endfor %}{% endfor %}", x=["甲"] * 9_999)


def test_a_template_that_says_nothing_goes_through_its_lists_only_so_often() -> None:
    silent = "{% for c in x %}{% for d in x %}{% if d == a %}甲{% endif %}{% endfor %}{% endfor %}"
    with pytest.raises(BadInputError, match="goes through its lists more than"):
        filled(silent, a="乙", x=["甲"] * 9_999)


def test_a_mark_that_a_template_makes_up_means_nothing() -> None:
    assert filled("甲{{ '\\x029\\x03' }}乙", a=THING) == ("甲乙",)


@given(st.text())
def test_whatever_stands_in_a_template_it_fails_in_no_other_way(text: str) -> None:
    with suppress(BadInputError):
        assert all(isinstance(part, str | Thing) for part in filled(text, a=THING))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_duban_itself_keeps_to_the_rules_and_writes_no_number(language: str) -> None:
    for name, template in templates(language).items():
        assert find_problem(template.text) is None, name
        outside = re.sub(r"\{[{%].*?[%}]\}", "", template.text, flags=re.DOTALL)
        assert not re.search(r"\d", outside), name


def test_both_languages_have_the_same_templates_that_are_given_the_same() -> None:
    assert templates("zh").keys() == templates("en").keys()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_description_names_every_template_and_all_that_it_is_given(language: str) -> None:
    rows = re.findall(r"^\| (`.*?) \| (.*) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    described = {name: given for names, given in rows for name in re.findall(r"`(\w+)`", names)}
    for name, template in templates(language).items():
        used = meta.find_undeclared_variables(Environment().parse(template.text))
        missing = {v for v in used if not re.search(rf"\b{v}\b", described[name])}
        assert not missing, f"{name}: {missing}"


def test_a_plan_replaces_a_template_by_name() -> None:
    wording = Wording("zh", {"goes_on": "{{ clause }}，明年接着办"}, "某办2024")
    assert wording.render("goes_on", clause="甲", next_year="2025") == ("甲，明年接着办",)


def test_a_plan_cannot_replace_what_there_is_not() -> None:
    with pytest.raises(BadInputError, match=r"某办2024.*goes_onn.*goes_on"):
        Wording("zh", {"goes_onn": "x"}, "某办2024")


def test_a_plan_file_that_replaces_what_there_is_not_is_refused_with_the_line() -> None:
    text = """\
duban: 1
office: 某办
year: 2024
wording:
  opening: 今年工作如下。
  openning: 今年工作如下。
units: [{code: a, name: 甲}]
areas:
  - code: A
    title: 环境
    items: [{code: "1", title: 整修, lead: a, start: 1-1, due: 2-1, every: monthly}]
"""
    _plan, problems = parse(text, "plan.yaml")
    assert [str(problem) for problem in problems] == [
        "plan.yaml:6: wording 'openning': there is no such sentence; see docs/wording.md"
    ]


def test_an_error_in_the_wording_of_a_plan_names_the_plan_and_the_template() -> None:
    wording = Wording("zh", {"goes_on": "{{ clause }}\n{{ nobody }}"}, "某办2024")
    with pytest.raises(BadInputError, match=r"^某办2024: wording goes_on, line 2: .*nobody"):
        wording.render("goes_on", clause="甲", next_year="2025")


@pytest.mark.parametrize(
    ("name", "unit", "verb"),
    [
        ("整修巷道", "条", ""),
        ("监督检查", "次", "开展"),
        ("安全生产工作会议", "次", "召开"),
        ("督查通报", "期", "印发"),
        ("商场补偿款", "万元", "支付"),
        ("线上学习", "人", None),
        ("规范运行的网格", "个", None),
    ],
)
def test_the_verb_fits_the_name_and_the_measure_word(
    name: str, unit: str, verb: str | None
) -> None:
    assert Wording("zh", {}, "x").verb(name, unit) == verb


def test_list_numbers_are_written_as_officials_write_them() -> None:
    numbers = (1, 10, 11, 20, 21, 99, 100, 101, 110, 111, 320)
    written = "一 十 十一 二十 二十一 九十九 一百 一百零一 一百一十 一百一十一 三百二十"
    assert [chinese(n) for n in numbers] == written.split()
    thousands = [chinese(n) for n in (1_000, 1_001, 1_010, 2_300, 9_999, 10_000)]
    written = "一千 一千零一 一千零一十 二千三百 九千九百九十九 10000"
    assert thousands == written.split()
    assert len({chinese(n) for n in range(1, 10_000)}) == 9_999
    assert heading_number(1, 12, "zh") + heading_number(2, 3, "zh") == "十二、（三）"
    assert point_number(11, "zh") == "十一是"
    assert [point_number(n, "en") for n in (1, 26, 27)] == ["(a) ", "(z) ", "(aa) "]


@given(st.decimals(0, 900_000_000, places=4))
def test_a_number_keeps_its_value_and_loses_its_trailing_zeros(value: Decimal) -> None:
    text = plain_number(value)
    assert Decimal(text) == value
    assert not re.search(r"[eE]|\.\d*0$|\.$", text)
    assert plain_number(value, "en").replace(",", "") == text
