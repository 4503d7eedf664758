"""Every problem of a bad plan file, each told with its line and in its exact words.

In the texts below ``#! message`` marks a line that has to be reported with this message.
"""
# ruff: noqa: E501 - a marked message stands in its line, however long that gets

import pytest

from plans.load import parse

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


def assert_problems_are_as_marked(text: str) -> None:
    marked = [
        (number, message.strip())
        for number, line in enumerate(text.splitlines(), 1)
        for message in line.split("#!")[1:]
    ]
    assert marked, "the text marks nothing"
    plan, problems = parse(text, "plan.yaml")
    assert plan is None
    assert [(p.line, p.message) for p in problems] == sorted(marked)


WRONG = {
    "keys": """duban: 1
office: ""  #! office: left empty; expected text
year: 2024
titel: 计划  #! unknown key 'titel'; did you mean title?
thresholds: {behind: 1}  #! unknown key 'behind'; did you mean behind_points?
language: fr  #! language: 'fr'; expected zh, en
units:
  - {code: dj, name: 党建办, xx: 1}  #! unknown key 'xx'; expected code, name, kind, head, leader
  - code: cj  #! key name is missing
  - 城建办  #! units: '城建办'; expected keys, each with its value
areas:
  - code: A
    title:  #! title: left empty; expected a value
    items:
      - {code: A1, title: 事项, lead: dj, start: 1-1, due: 12-31, every: monthly}
""",
    "version": HEAD.replace("duban: 1", "duban: 2  #! duban: '2': expected 1, the version of the format that this Duban reads") + AREA,
    "no lists": """duban: 1
office: 示例街道
year: 2024
units: []  #! units: expected at least one entry
areas: 板块  #! areas: '板块'; expected a list of entries, each after '- '
""",
    "values": with_item("""weight: 0  #! weight: '0': expected a whole number from 1 to 1000
assumed: maybe  #! assumed: 'maybe': expected true, yes, 是, false, no, 否
report: daily  #! report: 'daily'; expected weekly, monthly, quarterly, none
support: dj  #! support: 'dj'; expected a list of entries, each after '- '
person: [x]  #! person: a list or keys; expected text
after: [a b]  #! after: 'a b' is no code; expected letters, digits, '.', '-' or '_', at most 40
indicators:
  - name: 巷道=条  #! name: '巷道=条': expected a text without '='
    unit: 条
    target: -1  #! target: '-1': expected a number that is not negative
  - {name: 投资, unit: 元, target: 9亿}  #! target: '9亿' is too large; use a larger unit such as 万元 or 亿元
  - {name: 面积, unit: 亩, target: NaN}  #! target: 'NaN' is no number; expected for example 16, 1.5, 11,000 or 6.4万
  - {name: 上年, unit: 件, last_year: A1}  #! last_year: 'A1': expected CODE/NAME of an indicator of last year
pace: quickly  #! pace: 'quickly'; expected linear, milestones, children"""),
    "dates": with_items(
        "{code: A1, title: 甲, lead: dj, start: 2023-12-01, due: 2025-01-31, every: monthly}"
        "  #! start 2023-12-01 is outside the year 2024 of the plan"
        "  #! due 2025-01-31 is outside the year 2024 of the plan",
        "{code: A2, title: 乙, lead: dj, start: 7-1, due: 6-30, every: monthly}"
        "  #! start 2024-07-01 is after due 2024-06-30; expected start on or before due",
        "{code: A3, title: 丙, lead: dj, start: 1-1, due: 2-30, every: monthly}"
        "  #! due: '2-30': there is no such day; that month has 29 days",
    ),
    "milestones": with_item("""milestones:
  - {code: a, title: 甲, due: 2024-03-01, weight: 50}  #! weight: the milestones add up to 90; expected 100
  - {code: b, title: 乙, due: due + 1 day, weight: 20}  #! milestone 'b' is due 2025-01-01; expected from 2024-01-01 to 2024-12-31, the dates of item A1
  - {code: a, title: 丙, due: due, weight: 20}  #! code 'a' stands twice; it is already in line 17"""),
    "some weights": with_item("""milestones:
  - {code: a, title: 甲, due: 3月底, weight: 100}  #! weight: some milestones have none; expected all of them or none
  - {code: b, title: 乙, due: due}"""),
    "units": with_item(f"""support: [cj, nobody, dj, cj]  #! support 'nobody' is no unit; expected a code listed under units #! support 'dj' already leads the item; expected other units #! support 'cj' stands twice
{FIGURE}""").replace(
        "lead: dj", "lead: somebody  #! lead 'somebody' is no unit; expected a code listed under units"
    ).replace("#! support 'dj' already leads the item; expected other units ", ""),
    "lead supports": with_item(f"""support: [dj]  #! support 'dj' already leads the item; expected other units
{FIGURE}"""),
    "codes": HEAD + """  - {code: dj, name: 党政办}  #! code 'dj' stands twice; it is already in line 5
areas:
  - {code: A, title: 甲, items: [{code: A1, title: 事项, lead: dj, start: 1-1, due: 1-2, every: 1 week, day: 3}]}  #! day: expected only with monthly, quarterly or yearly
  - code: A  #! code 'A' stands twice; it is already in line 9
    title: 乙
    items:
      - code: A2
        title: 事项
        lead: dj
        start: 1-1
        due: 12-31
        indicators:
          - {name: 件数, unit: 件, target: 1}
          - {name: 件数, unit: 件, target: 0}  #! name '件数' stands twice; it is already in line 19 #! target 0 is reached before anything is done; expected more than 0, or sense: at_most
        children:  #! item 'A2' has children and milestones of its own; expected one of them
          - code: A1  #! code 'A1' stands twice; it is already in line 9
            title: 子项
            lead: dj
            start: 2023-12-31  #! start 2023-12-31 is outside the year 2024 of the plan #! start 2023-12-31 is before the start 2024-01-01 of A2, the item around it
            due: 12-31
            every: monthly
        measure: children
        every: monthly
""",
    "nothing to follow": with_item("weight: 1").replace("code: A1", "code: A1  #! item 'A1' has "
    "nothing to follow; expected indicators, milestones, template, every or children"),
    "measure that it lacks": with_item(f"""measure: milestones  #! measure: milestones, but item 'A1' has no milestones
pace: children  #! pace: children, but item 'A1' has no children
{FIGURE}"""),
    "children and indicators": with_item(f"""{FIGURE}  #! item 'A1' has children and indicators; expected measure: children or measure: indicators
children:
  - {ITEM % ("A2", FIGURE)}"""),
    "a child outside its parent": with_item("""children:
  - {code: A2, title: 子项, lead: dj, start: 1-1, due: 12-31, every: monthly}  #! due 2024-12-31 is after the due date 2024-06-30 of A1, the item around it""").replace("due: 2024-12-31", "due: 6-30"),
    "a third level": with_item("""children:
  - code: A2
    title: 子项
    lead: dj
    start: 1-1
    due: 12-31
    every: monthly
    children: []  #! children of a child; expected at most two levels, items and their children"""),
    "a year that cannot be read": with_items(
        ITEM % ("A1", "every: monthly"), ITEM % ("A2", FIGURE + ", pace: {6月: 50%, 12月: 100%}")
    ).replace("year: 2024", "year: 二〇二四年  #! year: '二〇二四年': expected a whole number from 2000 to 2100"),
    "another year": with_items(
        "{code: A1, title: 甲, lead: dj, start: 2024-01-01, due: 2024-12-31, every: monthly}",
        "{code: A2, title: 乙, lead: dj, start: 2024-01-01, due: 年底, template: x}",
        "{code: A3, title: 丙, lead: dj, start: 2024-01-01, due: 2024-06-30, milestones: [{code: a, title: 甲, due: 3-1}]}",
    ).replace("year: 2024", "year: 2042  #! year: 2042, but 5 of 6 dates of items are of 2024").replace("areas:", "milestone_templates: {x: [{code: a, title: 甲, due: due}]}\nareas:"),
    "a recurrence in other words": with_item("""every: 每月  #! every: '每月': expected monthly, quarterly, yearly, or for example '2 weeks'
day: 25"""),
    "units by names that are no codes": with_item(f"""support: [城建（综合）]  #! support '城建（综合）' is no unit; use the code: cj
{FIGURE}""").replace("城建办", "城建（综合）").replace("lead: dj", "lead: 党建 办  #! lead '党建 办' is no unit; use the code: dj").replace("党建办,", "党建 办,"),
    "units by their names": with_item(f"""support: [城建办]  #! support '城建办' is no unit; use the code: cj
{FIGURE}""").replace("lead: dj", "lead: 党建办  #! lead '党建办' is no unit; use the code: dj"),
    "figures that an item has not": with_item(f"""summary: "完成{{{{ figure('路') }}}}、{{{{ figure('件数') }}}}，{{{{ percent('户数') }}}}"  #! summary: figure('路'): item A1 has no such indicator; expected 户数, 件数 #! summary: percent('户数'): the indicator has no target
{FIGURE}
measure: indicators
children:
  - {ITEM % ("A2", "indicators: [{name: 户数, unit: 户}]")}"""),
    "templates": HEAD + """milestone_templates:
  short:
    - {code: a, title: 甲, due: start + 400 days, weight: 30}  #! weight: the milestones add up to 60; expected 100
    - {code: a, title: 乙, due: due, weight: 30}  #! code 'a' stands twice; it is already in line 9
""" + AREA + f"""      - {ITEM % ("A1", "template: long")}  #! template 'long' is not defined; expected short
      - {ITEM % ("A2", "template: short")}  #! milestone 'a' is due 2025-02-04; expected from 2024-01-01 to 2024-12-31, the dates of item A2
      - {ITEM % ("A3", "template: short, every: monthly")}  #! template + every together; expected one of template, milestones and every
      - {ITEM % ("A4", FIGURE + ", day: 3")}  #! day: expected only together with 'every'
      - {ITEM % ("A5", "every: 60 weeks")}  #! every '60 weeks': no occurrence is due between start and due
""",
    "tables": with_items(
        ITEM % ("A1", FIGURE + ", pace: {2023-12: 50%, 12月: 100%}")
        + "  #! 2023-12 is outside the year 2024 of the plan",
        ITEM % ("A2", FIGURE + ", pace: {3月: 50%, 6月: 40%, 12月: 90%}")
        + "  #! pace: the shares fall; expected them to rise month by month"
        "  #! pace: the last share is 90%; expected 100%",
        ITEM % ("A3", FIGURE + ", pace: {12月: 100%, 2024-12: 100%}")
        + "  #! month '2024-12' stands twice",
        ITEM % ("A4", FIGURE + ", pace: {spring: 100%}")
        + "  #! 'spring' is no month; expected for example 2024-10 or 10月",
        ITEM % ("A5", FIGURE + ", pace: {6月: much, 12月: 100%}")
        + "  #! 6月: 'much' is no number; expected for example 16, 1.5, 11,000 or 6.4万",
    ),
    "order": with_items(
        ITEM % ("A1", FIGURE + ", after: [A3]")
        + "  #! after: A1 → A3 → A2 → A1 wait for each other; expected an order without a circle",
        ITEM % ("A2", FIGURE + ", after: [A1, A9]")
        + "  #! after 'A9': there is no such item; expected the code of an item",
        ITEM % ("A3", FIGURE + ", after: [A2]"),
        ITEM % ("A4", FIGURE + ", after: [A4]")
        + "  #! after: A4 → A4 wait for each other; expected an order without a circle",
        ITEM % ("A5", f"after: [A6], children: [{ITEM % ('A6', FIGURE + ', after: [A5]')}]")
        + "  #! after 'A6': an item cannot wait for its own parent or child"
        "  #! after 'A5': an item cannot wait for its own parent or child",
        ITEM % ("A7", f"children: [{ITEM % ('A8', FIGURE + ', after: [B1]')}]")
        + "  #! after: A7 → A8 → B1 → A7 wait for each other; expected an order without a circle",
        ITEM % ("B1", FIGURE + ", after: [A7]"),
    ),
    "settings": HEAD.replace("units:", """thresholds:
  behind_points: 40  #! behind_points (40) is larger than far_behind_points (30); expected at most that
  unstarted_far_behind_days: 5
  unstarted_behind_days: 6  #! unstarted_behind_days (6) is larger than unstarted_far_behind_days (5); expected at most that
escalation: {leader_after_workdays: 2}  #! unit_head_after_workdays (3) is larger than leader_after_workdays (2); expected at most that
units:""") + AREA,
    "sentences": with_item(f"""summary: "完成{{{{ done"  #! template cannot be read in its line 1; expected Jinja such as {{{{ done }}}}
{FIGURE}""").replace("units:", """wording:
  opening: "{% include 'secret' %}"  #! template fetches another one; expected a text of its own
  closing: "{% if %}"  #! template cannot be read in its line 1; expected Jinja such as {{ done }}
units:"""),
    "what is wrong does not hide the rest": HEAD.replace("year: 2024", "year: 2024\nlanguage: x  "
    "#! language: 'x'; expected zh, en") + "  - {code: zz, nam: 综治办}  #! unknown key 'nam'; did you "
    "mean name? #! key name is missing\n" + AREA + f"""      - {{code: A1, title: 甲, lead: zz, start: 1-1, due: 6月31日, every: monthly}}  #! due: '6月31日': there is no such day; that month has 30 days
      - {ITEM % ("A2", FIGURE + ", after: [A1]")}
      - {ITEM % ("A2", FIGURE)}  #! code 'A2' stands twice; it is already in line 14
""",
    "keys that stand twice": with_item(f"""{FIGURE}
title: 又一次  #! key 'title' stands twice; it is already in line 12"""),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_all_problems_are_told_each_with_its_line(name: str) -> None:
    assert_problems_are_as_marked(WRONG[name])


def test_a_template_that_multiplies_a_text_is_refused_with_its_line() -> None:
    ones = "[" + ",".join(["1"] * 180) + "]"
    bomb = "'-'"
    for _nested in range(4):
        bomb = f"{ones} | join({bomb})"
    text = with_item(f"""{FIGURE}
summary: "{{{{ {bomb} }}}}"  #! template joins what it made; expected a list that it is given: {{{{ parts | join('; ') }}}}""")
    assert_problems_are_as_marked(text)
