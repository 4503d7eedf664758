"""The registers in a plan: what the file says, what holds, what is wrong, and what is kept."""
# ruff: noqa: E501 - a marked message stands in its line, however long that gets

import json
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from plans import format_registers
from plans.fields import Part
from plans.format import json_schema
from plans.load import parse
from plans.model import Indicator
from plans.registers import (
    MEASURES,
    SECTIONS,
    Limit,
    Named,
    OrderKind,
    OrderRules,
    PetitionRules,
    Registers,
    Safety,
    SweepRhythm,
    UnitNames,
    Warnings,
    source_of,
)
from plans.resolve_registers import defaults
from tests.conftest import examples
from tests.test_plans_check import AREA, assert_problems_are_as_marked
from tests.test_plans_check import HEAD as START

HEAD = START + "  - {code: c1, name: 第一社区, kind: community}\n"
PAGE = (Path(__file__).parent.parent / "docs" / "plan-format.md").read_text("utf-8")
DESCRIPTION = PAGE.partition("\n## Registers\n")[2].partition("\n## Working days\n")[0]
PARTS = [
    part
    for part in vars(format_registers).values()
    if isinstance(part, type) and issubclass(part, Part) and part is not Part
]

codes = st.from_regex(r"[a-z][a-z0-9_.\-]{0,8}", fullmatch=True)
names = st.text("物业管理噪声扰民环境卫生", min_size=1, max_size=6)
limits = st.builds(Limit, st.integers(1, 999), st.booleans())
longer = st.builds(Limit, st.integers(100, 999), st.booleans())
numbers = st.integers(1, 90)
EVERY = st.sampled_from(["weekly", "monthly", "quarterly", "2 weeks", "holiday"])
UNITS = st.sampled_from(["dj", "c1"])


def coded(what: st.SearchStrategy[Any], least: int = 1) -> st.SearchStrategy[tuple[Any, ...]]:
    unique = (lambda one: one.code, lambda one: getattr(one, "name", one.code))
    found = st.lists(what, min_size=least, max_size=4, unique_by=unique).map(tuple)
    return st.tuples(found, st.booleans()).map(with_other_names)


def with_other_names(drawn: tuple[tuple[Any, ...], bool]) -> tuple[Any, ...]:
    ones, also = drawn
    called = also and all(hasattr(one, "also") for one in ones)
    return tuple(replace(one, also=(f"又名{one.code}",)) for one in ones) if called else ones


@st.composite
def registers(draw: st.DrawFn) -> Registers:
    """Registers that a plan file may ask for."""
    kinds = draw(coded(st.builds(Named, codes, names)))
    shared = (codes, names, st.sampled_from([kind.code for kind in kinds]), EVERY)
    of_the_office = st.builds(SweepRhythm, *shared, st.just("office"), UNITS)
    in_each = st.builds(SweepRhythm, *shared, st.just("community"), st.none() | UNITS)
    rhythm = of_the_office | in_each
    rising = st.lists(numbers, min_size=1, max_size=5, unique=True).map(sorted)
    return Registers(
        topics=draw(coded(st.builds(Named, codes, names))),
        petitions=draw(st.builds(PetitionRules, *[limits] * 7)),
        orders=OrderRules(
            sign=Limit(draw(st.integers(1, 99)), draw(st.booleans())),
            extend=draw(limits),
            kinds=draw(coded(st.builds(OrderKind, codes, names, longer))),
        ),
        warnings=Warnings(
            days=tuple(reversed(draw(rising))),
            false_alarms_percent=draw(st.integers(1, 50)),
            window_days=draw(st.integers(7, 90)),
            history_days=draw(st.integers(90, 1095)),
        ),
        safety=Safety(
            kinds=kinds,
            rhythms=draw(coded(rhythm, least=0)),
            order_days=tuple(draw(rising)),
            order_within=draw(limits),
            inspect_within=draw(limits),
            again_days=draw(st.integers(1, 1000)),
        ),
        units=draw(st.sampled_from([(), (UnitNames("c1", ("一社区", "第一社区居委会")),)])),
    )


def typed(value: Any) -> Any:
    """A value as it stands in a file."""
    if isinstance(value, Limit):
        return str(value)
    if isinstance(value, tuple):
        return [typed(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: typed(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def with_registers(text: str) -> str:
    return HEAD + "registers:\n" + "".join(f"  {line}\n" for line in text.splitlines()) + AREA


def registers_of(text: str) -> Registers:
    plan, problems = parse(text, "plan.yaml")
    assert problems == []
    assert plan is not None
    return plan.registers


def with_indicator(entry: str) -> str:
    item = "{code: A1, title: 事项, lead: dj, start: 1-1, due: 年底, indicators: [%s]}"
    return HEAD + AREA + f"      - {item % entry}\n"


def indicator_of(entry: str) -> Indicator:
    plan, problems = parse(with_indicator(entry), "plan.yaml")
    assert problems == []
    assert plan is not None
    return plan.areas[0].items[0].indicators[0]


def test_a_plan_that_says_nothing_has_the_defaults() -> None:
    assert registers_of(HEAD + AREA) == Registers()
    empty = "topics:\npetitions:\norders: {}\nwarnings: {days: }\nsafety:\n  kinds:\n  rhythms: []"
    assert registers_of(with_registers(empty)) == Registers()
    assert registers_of(HEAD + "registers:\n" + AREA) == Registers()


def test_what_is_left_out_keeps_its_default() -> None:
    found = registers_of(
        with_registers("petitions: {settle: 45 days}\nsafety: {again_days: 60}\norders:\n  kinds:\n"
                       "    - {code: urgent, name: 紧急, settle: 1个工作日}")
    )  # fmt: skip
    rules = Registers()
    assert found == replace(
        rules,
        petitions=replace(rules.petitions, settle=Limit(45)),
        orders=replace(rules.orders, kinds=(OrderKind("urgent", "紧急", Limit(1, True)),)),
        safety=replace(rules.safety, again_days=60),
    )


def test_a_plan_in_english_has_english_names_where_it_gives_none() -> None:
    text = with_registers("topics: [{code: noise, name: noise at night}]")
    found = registers_of(text.replace("year:", "language: en\nyear:"))
    assert [topic.name for topic in found.topics] == ["noise at night"]
    assert found.safety.kinds[2] == Named("exits", "blocked fire exits")
    chinese, english = named(defaults("zh")), named(defaults("en"))
    assert [replace(one, name="") for one in chinese] == [replace(one, name="") for one in english]
    assert all(one.name.isascii() for one in english)


def named(rules: Registers) -> list[Any]:
    return [*rules.topics, *rules.orders.kinds, *rules.safety.kinds]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("15 days", Limit(15)),
        ("1 day", Limit(1)),
        ("１５日", Limit(15)),
        ("15天", Limit(15)),
        ("5 workdays", Limit(5, workdays=True)),
        ("1workday", Limit(1, workdays=True)),
        ("5个工作日", Limit(5, workdays=True)),
        ("5 工作日", Limit(5, workdays=True)),
    ],
)
def test_a_length_of_time_is_read_as_offices_type_it(text: str, limit: Limit) -> None:
    found = registers_of(with_registers(f"petitions: {{review: {text}}}"))
    assert found.petitions.review == limit


@given(registers())
@settings(max_examples=examples(50))
def test_registers_come_back_from_a_file_and_from_what_is_kept(rules: Registers) -> None:
    written = yaml.safe_dump({"registers": typed(rules)}, allow_unicode=True)
    assert registers_of(HEAD + written + AREA) == rules
    kept = json.loads(json.dumps(rules.to_json()))
    assert Registers.of_json(kept) == rules
    assert Registers.of_json(kept).to_json() == rules.to_json()


def test_a_version_without_registers_has_the_defaults() -> None:
    assert Registers.of_json(None) == Registers()


@given(st.builds(PetitionRules, *[st.sampled_from([Limit(15), Limit(30), Limit(60)])] * 7))
def test_a_limit_has_its_section_only_as_long_as_it_is_the_one_of_the_regulation(
    rules: PetitionRules,
) -> None:
    regulation = asdict(PetitionRules())
    for name, limit in asdict(rules).items():
        wanted = SECTIONS[name] if limit == regulation[name] else None
        assert source_of(rules, name) == wanted


def test_the_regulation_has_a_section_for_each_limit() -> None:
    assert [source_of(PetitionRules(), name) for name in asdict(PetitionRules())] == [
        "信访工作条例 §22",
        "信访工作条例 §23",
        "信访工作条例 §23",
        "信访工作条例 §34",
        "信访工作条例 §34",
        "信访工作条例 §35",
        "信访工作条例 §35",
    ]
    assert source_of(PetitionRules(object=Limit(5)), "object") is None


@pytest.mark.parametrize("measure", MEASURES)
def test_an_indicator_reads_what_it_takes_from_a_register_as_that_is_made(measure: str) -> None:
    rate = MEASURES[measure][0] == "rate"
    unit, reading = ("'%'", "latest") if rate else ("件", "sum")
    found = indicator_of(f"{{name: 甲, unit: {unit}, target: 95, register: {measure}}}")
    assert (found.register, found.reading, found.register_kind) == (measure, reading, None)
    same = f"{{name: 甲, unit: {unit}, target: 95, register: {measure}, reading: {reading}}}"
    assert indicator_of(same) == found


def test_an_indicator_may_be_about_one_kind_and_have_a_full_width_percent_sign() -> None:
    found = indicator_of("{name: 甲, unit: ％, register: hazards.put_right_rate, kind: exits}")
    assert found == Indicator(
        "甲", "%", reading="latest", register="hazards.put_right_rate", register_kind="exits"
    )
    filed = indicator_of("{name: 甲, unit: ％, reading: latest}")
    assert (filed.unit, filed.register) == ("％", None)


WRONG = {
    "keys": """topic: []  #! unknown key 'topic'; did you mean topics?
topics:
  - {code: a, title: 甲}  #! unknown key 'title'; expected code, name, also #! key name is missing
  - 噪声  #! topics: '噪声'; expected keys, each with its value
petitions: {setle: 3 days}  #! unknown key 'setle'; did you mean settle?
orders:
  kinds:
    - {code: a, name: 甲, setle: 3 days}  #! unknown key 'setle'; did you mean settle? #! key settle is missing
safety:
  kinds:
    - {code: a, name: 甲, setle: 3 days}  #! unknown key 'setle'; expected code, name, also""",
    "no topics": """topics: []  #! topics: expected at least one entry
warnings: {days: []}  #! days: expected at least one entry
orders: {kinds: []}  #! kinds: expected at least one entry
safety:
  kinds: []  #! kinds: expected at least one entry
  rhythms: [{code: a, title: 甲, kind: exit, unit: cj, every: weekly}]  #! kind 'exit': there is no such kind of hazard; there are: exits""",
    "lengths of time": """petitions:
  pass_on: 15  #! pass_on: '15': expected for example 15 days, 5 workdays, 15日 or 5个工作日
  accept: 0 days  #! accept: '0 days': expected for example 15 days, 5 workdays, 15日 or 5个工作日
  settle: 1000 days  #! settle: '1000 days': expected for example 15 days, 5 workdays, 15日 or 5个工作日
  review: [30 days]  #! review: a list or keys; expected 15 days
orders:
  sign: soon  #! sign: 'soon': expected for example 15 days, 5 workdays, 15日 or 5个工作日""",
    "numbers": """warnings:
  days: [7, x]  #! days: 'x': expected a whole number from 1 to 90
  false_alarms_percent: 51  #! false_alarms_percent: '51': expected a whole number from 1 to 50
  window_days: 6  #! window_days: '6': expected a whole number from 7 to 90
  history_days: 59  #! history_days: '59': expected a whole number from 60 to 1095
safety: {again_days: 0}  #! again_days: '0': expected a whole number from 1 to 1000""",
    "twice": """topics:
  - {code: a, name: 甲}
  - {code: a, name: 乙}  #! code 'a' stands twice; it is already in line 10
  - {code: b, name: 乙}  #! name '乙' stands twice; it is already in line 11
orders:
  kinds:
    - {code: a, name: 甲, settle: 2 days}
    - {code: a, name: 乙, settle: 2 days}  #! code 'a' stands twice; it is already in line 15
safety:
  kinds:
    - {code: a, name: 甲}
    - {code: Ａ, name: 乙}
    - {code: a, name: 丙}  #! code 'a' stands twice; it is already in line 19
  rhythms:
    - {code: a, title: 甲, kind: a, unit: cj, every: weekly}
    - {code: a, title: 乙, kind: A, unit: cj, every: weekly}  #! code 'a' stands twice; it is already in line 23""",
    "other names": """topics:
  - {code: a, name: 甲, also: [丙, 甲]}
  - {code: b, name: 乙, also: [丁, 甲]}  #! also '甲': something else in the list is called so already
  - {code: d, name: 己, also: [马蜂窝, 王海洋]}
  - {code: e, name: 庚, also: [王先生]}  #! also: the text seems to be a person's name; if it is a matter, name it more fully
  - {code: c, name: 戊, also: [丙]}  #! also '丙': something else in the list is called so already
orders:
  kinds:
    - {code: a, name: 甲, settle: 2 days, also: []}
    - {code: b, name: 乙, settle: 2 days, also: [甲]}  #! also '甲': something else in the list is called so already
units:
  - {code: c1, also: [一社区]}
  - {code: cx, also: [第一社区]}  #! unit 'cx' is no unit; expected a code listed under units #! also '第一社区': something else in the list is called so already
  - {code: c1, also: [二社区]}  #! code 'c1' stands twice; it is already in line 20
  - {code: dj, also: []}  #! also: expected at least one entry""",
    "order": """warnings:
  days: [3, 7]  #! days: 3, 7; expected each less than the one before, such as 7, 3
  window_days: 90  #! window_days (90) is larger than history_days (60); expected at most that
  history_days: 60
safety: {order_days: [1, 1]}  #! order_days: 1, 1; expected each more than the one before, such as 1, 3, 7""",
    "orders": """orders:
  sign: 3 workdays
  kinds:
    - {code: a, name: 甲, settle: 2 workdays}  #! order 'a': 2 workdays to settle it is less than 3 workdays to sign for it
    - {code: b, name: 乙, settle: 2 days}
    - {code: c, name: 丙, settle: 3 workdays}""",
    "an order that the default gives less time": "orders: {sign: 3 workdays}  #! order 'enquiry': 2 workdays to settle it is less than 3 workdays to sign for it",
    "rhythms": """safety:
  kinds: [{code: wires, name: 飞线}, {code: 消 防, name: 消防}]  #! code: '消 防' is no code; expected letters, digits, '.', '-' or '_', at most 40
  rhythms:
    - {code: a, title: 甲, kind: wire, unit: cj, every: weekly}  #! kind 'wire': there is no such kind of hazard; there are: wires
    - {code: b, title: 乙, kind: exits, unit: cj, every: monthly}  #! kind 'exits': there is no such kind of hazard; there are: wires
    - {code: c, title: 丙, kind: wires, unit: cj, every: 每周}  #! every: '每周': expected weekly, monthly, quarterly, holiday, or for example '2 weeks'
    - {code: d, title: 丁, kind: wires, unit: cj, every: yearly}  #! every: 'yearly': expected weekly, monthly, quarterly, holiday, or for example '2 weeks'
    - {code: e, title: 戊, kind: wires, unit: cj, every: weekly, per: street}  #! per: 'street'; expected office, community
    - {code: f, title: 己, kind: wires, every: weekly, unit: nobody}  #! unit 'nobody' is no unit; expected a code listed under units
    - {code: g, title: 庚, kind: wires, every: weekly, unit: 党建办}  #! unit '党建办' is no unit; use the code: dj
    - {code: h, title: 辛, unit: cj, every: weekly}  #! key kind is missing""",
    "a sweep that nobody holds": """safety:
  rhythms:
    - {code: a, title: 甲, kind: wires, every: weekly}  #! rhythm 'a': key unit is missing, and no item takes its figures from sweeps or hazards whose lead could hold it
    - {code: b, title: 乙, kind: wires, every: weekly, per: community}
    - {code: c, title: 丙, kind: wires, every: weekly, unit: c1}""",
    "numbers that would be too long": f"""safety:
  rhythms:
    - {{code: {"r" * 40}, title: 甲, kind: wires, unit: cj, every: weekly}}
    - {{code: {"s" * 40}, title: 乙, kind: wires, every: weekly, per: community}}  #! code '{"s" * 40}' is longer than 36, what numbers of sweeps have room for beside the code '{"c" * 12}'""",
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_all_that_is_wrong_with_the_registers_is_told_with_its_line(name: str) -> None:
    text = with_registers(WRONG[name])
    if name == "numbers that would be too long":
        text = text.replace("c1", "c" * 12)
    assert_problems_are_as_marked(text)


def test_a_kind_that_is_unacceptable_itself_is_not_missed_by_what_names_it() -> None:
    assert_problems_are_as_marked(
        with_registers("""safety:
  kinds: [{code: wires, nam: 飞线}]  #! unknown key 'nam'; did you mean name? #! key name is missing
  rhythms: [{code: a, title: 甲, kind: wires, unit: cj, every: weekly}]""")
    )


def test_a_sweep_of_the_office_is_held_by_the_lead_of_what_counts_it() -> None:
    rhythm = "registers: {safety: {rhythms: [{code: a, title: 甲, kind: exits, every: weekly}]}}\n"
    counted = with_indicator("{name: 检查场所, unit: 处, register: sweeps.places}")
    assert len(registers_of(counted.replace("areas:", rhythm + "areas:")).safety.rhythms) == 1
    other = with_indicator("{name: 办结, unit: 件, register: orders.settled}")
    assert parse(other.replace("areas:", rhythm + "areas:"), "plan.yaml")[0] is None
    wrong = with_indicator("{name: 检查场所, unit: 处, register: sweeps.place}")
    assert len(parse(wrong.replace("areas:", rhythm + "areas:"), "plan.yaml")[1]) == 1


def test_a_sweep_per_community_needs_communities() -> None:
    text = with_registers("""safety:
  rhythms:
    - {code: a, title: 甲, kind: wires, every: weekly, per: community}  #! per: community, but no unit is of kind: community""")
    assert_problems_are_as_marked(text.replace(", kind: community}", "}"))


@pytest.mark.parametrize(
    "entry",
    [
        "{name: 甲, unit: 件, register: orders.setled}  #! register: 'orders.setled': the registers have no such figure; there are: orders.settled, orders.repeated, orders.satisfied",
        "{name: 甲, unit: 件, register: [x]}  #! register: a list or keys; expected a figure of a register",
        "{name: 甲, unit: 件, kind: exits}  #! kind: expected only together with 'register'",
        "{name: 甲, unit: 件, register: hazards.lost, kind: exits}  #! register: 'hazards.lost': the registers have no such figure; there are: hazards.major, hazards.found, hazards.reopened",
        "{name: 甲, unit: 件, register: orders.settled, kind: exits}  #! kind: orders.settled has no kinds; expected only with sweeps.… and hazards.…",
        "{name: 甲, unit: 处, register: hazards.found, kind: exit}  #! kind 'exit': there is no such kind of hazard; there are: exits",
        "{name: 甲, unit: 处, register: hazards.found, kind: 消防}  #! kind '消防': there is no such kind of hazard; there are: clutter, exits, falling, wires",
        "{name: 甲, unit: 处, register: hazards.found, reading: latest}  #! reading: latest, but hazards.found is read as sum; leave it out",
        "{name: 甲, unit: '%', register: hazards.reopened, reading: sum}  #! reading: sum, but hazards.reopened is read as latest; leave it out",
        "{name: 甲, unit: 户, register: orders.satisfied}  #! unit: '户', but orders.satisfied is a rate; expected '%'",
        "{name: 甲, unit: '%', register: orders.settled}  #! unit: '%', but orders.settled is a count; expected for example 件",
        "{name: 甲, unit: 件, registr: orders.settled}  #! unknown key 'registr'; did you mean register?",
    ],
    ids=lambda entry: entry.partition("#! ")[2].partition(":")[0],
)  # fmt: skip
def test_what_is_wrong_with_an_indicator_of_a_register_is_told(entry: str) -> None:
    entry, _mark, message = entry.partition("  #! ")
    _plan, problems = parse(with_indicator(entry), "plan.yaml")
    assert [(p.line, p.message) for p in problems] == [(12, message)]


KEYS = sorted({key for part in PARTS for key in part.known_keys()})
SCALARS = [
    "a",
    "b",
    "",
    None,
    "3 days",
    "7",
    "0",
    "weekly",
    "community",
    "甲",
    "dj",
    "wires",
    "\u202e",
]
anything = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)
near_misses = st.fixed_dictionaries(
    {},
    optional={
        "topics": anything | st.lists(st.fixed_dictionaries({"code": anything, "name": anything})),
        "warnings": anything | st.fixed_dictionaries({"days": anything, "window_days": anything}),
        "orders": anything | st.fixed_dictionaries({"sign": anything, "kinds": anything}),
        "safety": anything
        | st.fixed_dictionaries(
            {
                "kinds": anything,
                "rhythms": st.lists(
                    st.fixed_dictionaries(
                        {"code": anything, "title": anything, "kind": anything, "every": anything},
                        optional={"per": anything, "unit": anything},
                    ),
                    max_size=3,
                ),
            }
        ),
    },
)


@given(near_misses | anything)
@settings(max_examples=examples(150))
def test_whatever_stands_there_is_taken_or_told_with_its_line(value: Any) -> None:
    written = yaml.safe_dump({"registers": value}, allow_unicode=True, default_flow_style=False)
    plan, problems = parse(HEAD + written + AREA, "plan.yaml")
    assert (plan is None) == bool(problems)
    lines = (HEAD + written).count("\n")
    assert all(HEAD.count("\n") < p.line <= lines and p.message for p in problems), problems


@pytest.mark.parametrize(
    "text",
    [
        "topics: []",
        "petitions: {settle: 15}",
        "petitions: {settel: 15 days}",
        "orders: {kinds: [{code: a, name: 甲}]}",
        "warnings: {false_alarms_percent: 0}",
        "safety: {rhythms: [{code: a, title: 甲, kind: b, unit: cj, every: daily}]}",
    ],
)
def test_the_schema_refuses_what_loading_refuses(text: str) -> None:
    tree = yaml.safe_load(with_registers(text).replace("duban: '1'", "duban: 1"))
    tree["areas"][0]["items"] = []
    assert [error.json_path for error in Draft202012Validator(json_schema()).iter_errors(tree)]
    assert parse(with_registers(text), "plan.yaml")[0] is None


@given(registers())
@settings(max_examples=examples(20))
def test_the_schema_takes_what_loading_takes(rules: Registers) -> None:
    written = yaml.safe_dump({"registers": without_none(typed(rules))}, allow_unicode=True)
    tree = yaml.safe_load(HEAD + written + AREA)
    tree["areas"][0]["items"] = []
    assert [str(e) for e in Draft202012Validator(json_schema()).iter_errors(tree)] == []


def without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_none(one) for key, one in value.items() if one is not None}
    return [without_none(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_is_described(part: type[Part]) -> None:
    assert [key for key in part.known_keys() if f"`{key}`" not in DESCRIPTION] == []


def table(heading: str) -> dict[str, list[str]]:
    """The rows of the table that follows a heading in the description, by their key."""
    rows = DESCRIPTION.partition(f"\n`{heading}`")[2].partition("|---")[2].partition("\n\n")[0]
    cells = [row.strip("| ").split(" | ") for row in rows.splitlines()[1:]]
    return {key.strip("`"): rest for key, *rest in cells}


def test_the_description_has_the_defaults_and_their_sections() -> None:
    rules = Registers()
    petitions = table("petitions")
    assert {key: row[0] for key, row in petitions.items()} == {
        name: str(getattr(rules.petitions, name)) for name in SECTIONS
    }
    for key, row in petitions.items():
        kinds = (False, True) if "review" in key else (False,)
        sources = [source_of(rules.petitions, key, second=second) for second in kinds]
        assert sources == [f"信访工作条例 {one}" for one in re.findall("§[0-9]+", row[1])]
    for part, of in (
        ("orders", rules.orders),
        ("warnings", rules.warnings),
        ("safety", rules.safety),
    ):
        shown = {key: row[0] for key, row in table(part).items() if key not in ("kinds", "rhythms")}
        assert shown == {
            key: ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            for key in shown
            for value in [getattr(of, key)]
        }
        assert len(shown) >= 2
    assert table("safety")["kinds"][0] == ", ".join(kind.code for kind in rules.safety.kinds)
    assert table("orders")["kinds"][0] == "enquiry 2, help 5, complaint 13 workdays"
    assert table("registers")["topics"][0].startswith(f"{len(rules.topics)} ")


def test_the_description_has_every_figure_of_a_register() -> None:
    rows = DESCRIPTION.partition("### Indicators from the registers")[2]
    assert re.findall(r"`(\w+\.\w+)`", rows) == sorted(
        MEASURES, key=lambda measure: rows.index(f"`{measure}`")
    )
