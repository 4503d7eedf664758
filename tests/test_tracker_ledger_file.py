"""The form of ledger files: what is read, and every problem with its line."""

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tracker.ledger_file import LedgerFile, parse

ROOT = Path(__file__).parent.parent
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2024, 12, 31, 12, tzinfo=ZONE)

HEAD = "duban_ledger: 1\noffice: 测试街道办事处\nyear: 2024\nsimulated: {}\nentries:\n"


def read(*entries: str, simulated: bool = False) -> LedgerFile:
    file, problems = parse(text_of(*entries, simulated=simulated), "file.yaml", NOW)
    assert file is not None, problems
    return file


def text_of(*entries: str, simulated: bool = False) -> str:
    head = HEAD.format("true" if simulated else "false")
    return head + "".join(f"  - {{{entry}}}\n" for entry in entries)


def problems(text: str) -> list[tuple[int, str]]:
    file, found = parse(text, "file.yaml", NOW)
    assert file is None
    assert all(problem.file == "file.yaml" for problem in found)
    return [(problem.line, problem.message) for problem in found]


def test_an_entry_is_read_with_its_line_date_and_values() -> None:
    file = read(
        'on: 6月底, by: 城建办, item: "1.1", add: {道路: ２条}, set: {满意率: 90%}, note: 雨季'
    )
    assert (file.office, file.year, file.simulated) == ("测试街道办事处", 2024, False)
    (filing,) = file.filings
    assert (filing.line, filing.kind, filing.on, filing.by) == (
        *(6, "progress"),
        date(2024, 6, 30),
        "城建办",
    )
    assert filing.values == {
        "item": "1.1",
        "add": {"道路": (6, "２条")},
        "set": {"满意率": (6, "90%")},
        "note": "雨季",
    }


def test_a_code_keeps_its_trailing_zero_without_quotes() -> None:
    (filing,) = read("on: 2024-01-31, by: 城建办, item: 1.10, note: x").filings
    assert filing.values["item"] == "1.10"


def test_entries_of_every_kind_are_read() -> None:
    file = read(
        "id: a, on: 2024-01-01, by: 甲, item: x, extend: 2024-11-30, reason: 雨季, milestone: m",
        "on: 2024-01-02, by: 甲, approve: a, note: 同意",
        "id: b, on: 2024-01-02, by: 甲, item: x, extend: 2024-12-30, reason: 雨季",
        "on: 2024-01-02, by: 甲, refuse: b, reason: 不同意",
        "on: 2024-01-02, by: 甲, undo: a, reason: 误录",
        "on: 2024-01-02, by: 甲, item: x, close: 准予销号",
        "on: 2024-01-02, by: 甲, item: x, cancel: 统一组织, with_children: true",
        "on: 2024-01-02, by: 甲, item: x, assign: {lead: cj, support: [c1, c2], person: 专干}",
        "on: 2024-01-02, by: 甲, item: x, assign: {support: c1}, note: x",
        "on: 2024-01-02, by: 甲, item: x, milestone: 2024-Q1, source: 月报",
    )
    assert [filing.kind for filing in file.filings] == [
        *("extend", "approve", "extend", "refuse", "undo", "close", "cancel"),
        *("assign", "assign", "progress"),
    ]
    assert file.filings[6].values["with_children"] is True
    assert file.filings[0].values["extend"] == date(2024, 11, 30)
    assert file.filings[7].values["assign"] == {
        "lead": "cj",
        "person": "专干",
        "leader": None,
        "support": ("c1", "c2"),
    }
    assert file.filings[8].values["assign"]["support"] == ("c1",)


def test_a_simulated_entry_has_the_moment_of_its_filing_in_the_offices_time() -> None:
    file = read("on: 2024-01-18, filed: 2024-01-22 10:05, by: 甲, item: x, note: y", simulated=True)
    assert file.filings[0].filed == datetime(2024, 1, 22, 10, 5, tzinfo=ZONE)


COMMON = "on: 2024-01-31, by: 甲"

MISTAKES = {
    "by: 甲, item: x, note: y": "on is missing",
    "on: 2024-01-31, item: x, note: y": "by is missing",
    f"{COMMON}, note: y": "item is missing",
    f"{COMMON}, item: x": "nothing to file; expected add, set, milestone or note",
    f"{COMMON}, item: x, extend: 2024-11-30": "reason is missing",
    f"{COMMON}, item: x, note: y, colour: red": (
        "unknown key 'colour'; expected on, by, item, filed, id, add, set, milestone, note, "
        "reason, source"
    ),
    f"{COMMON}, item: x, close: ok, cancel: no": (
        "close and cancel in one entry; expected one entry for each"
    ),
    f"{COMMON}, item: x, cancel: no, with_children: 2": (
        "with_children: '2': expected true or false"
    ),
    f"{COMMON}, approve: nobody": "'nobody': no entry above has this id",
    f"{COMMON}, undo: nobody": "'nobody': no entry above has this id",
    "on: 2024-02-30, by: 甲, item: x, note: y": (
        "on: '2024-02-30': there is no such day; that month has 29 days"
    ),
    "on: [1, 2], by: 甲, item: x, note: y": "on: a list or keys; expected text",
    f"{COMMON}, item: x/y, note: z": (
        "item: 'x/y' is no code; expected letters, digits, '.', '-' or '_', at most 40"
    ),
    f"{COMMON}, item: x, add: 2": "add: expected {indicator: amount}",
    f"{COMMON}, item: x, add: {{道路: [2]}}": "'道路': expected an amount",
    f"{COMMON}, item: x, add: {{道路: }}": "'道路': expected an amount",
    f"{COMMON}, item: x, assign: 城建办": "assign: expected {lead: UNIT} and the like",
    f"{COMMON}, item: x, assign: {{head: 城建办}}": (
        "unknown key 'head'; expected lead, support, person, leader"
    ),
    f"{COMMON}, item: x, assign: {{support: {{a: b}}}}": "support: expected a list of units",
    f"{COMMON}, filed: 2024-02-01 10:00, item: x, note: y": (
        "filed: only in a simulated file; a real row is recorded when it is"
    ),
}


@pytest.mark.parametrize("entry", MISTAKES)
def test_a_mistake_is_told_with_its_line_and_what_was_expected(entry: str) -> None:
    fine = "on: 2024-01-01, by: 甲, item: x, note: y"
    assert problems(text_of(fine, entry)) == [(7, MISTAKES[entry])]


SIMULATED_MISTAKES = {
    "filed: 2024-01-30 10:00": "filed: before 2024-01-31, the day on which it took effect",
    "filed: 2024-02-04 10:00": "filed: before the entry above; expected the order of filing",
    "filed: 2025-01-01 10:00": "filed: in the future",
    "filed: 2024-02-05": "filed: '2024-02-05' is no time; expected for example '2024-06-30 17:00'",
    "filed: 2024-02-05 25:00": (
        "filed: '2024-02-05 25:00' is no time; expected for example '2024-06-30 17:00'"
    ),
}


@pytest.mark.parametrize("filed", SIMULATED_MISTAKES)
def test_a_simulated_moment_has_to_be_possible(filed: str) -> None:
    before = "on: 2024-02-05, filed: 2024-02-05 09:00, by: 甲, item: x, note: y"
    text = text_of(before, f"{COMMON}, item: x, note: y, {filed}", simulated=True)
    assert (7, SIMULATED_MISTAKES[filed]) in problems(text)


def test_ids_are_given_once_and_answers_go_to_requests() -> None:
    text = text_of(
        f"id: a, {COMMON}, item: x, note: y",
        f"id: a, {COMMON}, item: x, note: y",
        f"{COMMON}, approve: a",
    )
    assert problems(text) == [(7, "id 'a' stands twice"), (8, "'a' asks for no extension")]


def test_all_problems_of_a_file_are_told_at_once() -> None:
    text = text_of("on: never, by: 甲, item: x, note: y", f"{COMMON}, item: x", COMMON)
    text = text.replace("year: 2024", "year: soon\ncolour: red") + "  - 1\n"
    assert [line for line, _message in problems(text)] == [3, 4, 7, 8, 9, 9, 10]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 0, "no ledger file; expected keys such as 'duban_ledger: 1'"),
        ("- a\n- b\n", 0, "no ledger file; expected keys such as 'duban_ledger: 1'"),
        (HEAD.format("false"), 5, "entries is missing"),
        (HEAD.format("false") + "  a: b\n", 5, "entries: expected a list, each after '- '"),
        (HEAD.format("maybe") + "  []\n", 4, "simulated: 'maybe': expected true or false"),
        (HEAD.format("true").replace(": 1", ": 2") + "  []\n", 1, "duban_ledger: '2': expected 1"),
        (HEAD.format("true") + "  - &a {on: 2024-01-01}\n", 6, "anchor '&'"),
        (HEAD.format("true") + "  - !!python/object {}\n", 6, "tag '!'"),
        (HEAD.format("true") + "  - {note: \x1b}\n", 6, "control or invisible character U+001B"),
        (HEAD.format("true") + "  - " + "[" * 100_000, 6, "nested deeper than 40 levels"),
        (HEAD.format("true") + "\t- {}\n", 6, "tab at the start of the line"),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else str(value),
)
def test_what_is_no_ledger_file_is_told(text: str, line: int, said: str) -> None:
    found = problems(text)
    assert [(at, message.startswith(said)) for at, message in found if at == line] == [(line, True)]


def test_a_file_without_entries_is_fine() -> None:
    file, found = parse(HEAD.format("false") + "  []\n", "file.yaml", NOW)
    assert file is not None, found
    assert file.filings == ()


def test_the_example_of_the_documentation_is_fine() -> None:
    text = (ROOT / "docs" / "ledger-file.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    file, found = parse(example, "example.yaml", NOW)
    assert file is not None, found
    kinds = {filing.kind for filing in file.filings}
    assert kinds == {"progress", "extend", "approve", "undo", "close", "cancel", "assign"}
