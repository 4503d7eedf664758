"""Where the figures of a summary come from: each with its ledger rows or its place in the plan."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from plans.numerals import plain_number
from plans.register_words import CLASSIFIERS
from plans.registers import MEASURES
from tracker.figures import Figure
from tracker.history import Entry
from tracker.reports.markdown import escape, table
from tracker.summary import Summary

if TYPE_CHECKING:
    from tracker.registers.measures import Fed

INLINE = 12
"""A figure made of at most so many rows has them listed below it; of more, their numbers."""

WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "title": "数据来源",
        "total": "台账数",
        "counted": "登记数",
        "target": "计划数",
        "percent": "比例",
        "comparison": "比较",
        "count": "计数",
        "rows": "台账第{}行",
        "plan": "计划{} {}",
        "register": "登记簿“{}”：{}",
        "of": "{0}{2}中{1}{2}",
        "stated": "汇总数",
        "cited": "被引用的台账行",
        "kinds": {
            "add": "增加",
            "set": "现值",
            "reach": "达到",
            "report": "说明",
            "assign": "分工",
            "extend": "申请延期",
            "approve": "批准延期",
            "refuse": "不批准",
            "close": "销号",
            "cancel": "取消",
            "undo": "冲销",
        },
        "columns": ("行号", "日期", "填报单位", "事项", "类别", "指标或节点", "数量", "原文"),
        "figures": ("序号", "数字", "是什么", "类别", "来源"),
    },
    "en": {
        "title": "Sources",
        "total": "ledger",
        "counted": "register",
        "target": "plan",
        "percent": "percentage",
        "comparison": "comparison",
        "count": "count",
        "rows": "ledger rows {}",
        "plan": "plan {} {}",
        "register": "register {}: {}",
        "of": "{1} of {0}",
        "stated": "a total",
        "cited": "Ledger rows cited",
        "kinds": {},
        "columns": (
            *("row", "date", "who", "item", "kind", "indicator or milestone", "amount"),
            "source passage",
        ),
        "figures": ("no.", "figure", "of what", "kind", "source"),
    },
}


def source_lines(summary: Summary) -> Iterator[str]:
    """One line a figure, its rows below it; then the rows that were too many to stand there."""
    language = summary.document.language
    words = WORDS[language]
    listed: set[int] = set()
    for number, figure in enumerate(summary.document.figures(), 1):
        said = f"[{number}] {figure.text(language)}  {figure.label}  ({words[_kind(figure)]})"
        yield f"{said}  {_made_of(figure, language)}"
        if len(figure.rows) <= INLINE:
            listed |= set(figure.rows)
            for cited in figure.rows:
                yield f"    {_row_line(summary, summary.sources[cited])}"
    rest = [row for id_, row in summary.sources.items() if id_ not in listed]
    if rest:
        yield ""
        yield words["cited"]
        for row in rest:
            yield f"    {_row_line(summary, row)}"


def source_tables(summary: Summary) -> Iterator[str]:
    """The same as Markdown: a heading, a table of the figures, a table of the rows."""
    language = summary.document.language
    words = WORDS[language]
    yield f"## {words['title']}"
    figures = (
        (str(n), f.text(language), f.label, words[_kind(f)], _made_of(f, language))
        for n, f in enumerate(summary.document.figures(), 1)
    )
    yield table(words["figures"], (tuple(map(escape, cells)) for cells in figures))
    rows = (_cells(summary, row) for row in summary.sources.values())
    yield table(words["columns"], (tuple(map(escape, cells)) for cells in rows))


def _kind(figure: Figure) -> str:
    return "counted" if figure.kind == "total" and figure.registers else figure.kind


def _made_of(figure: Figure, language: str) -> str:
    words = WORDS[language]
    said = []
    if figure.rows:
        said.append(words["rows"].format(ranges(figure.rows)))
    said += [register_source(fed, language) for fed in figure.registers]
    for plan, places in groupby(figure.plan, lambda place: place.split(" ")[:2]):
        codes = [place.split(" ", 2)[2] for place in places]
        shown = codes if len(codes) <= INLINE else [*codes[:INLINE], f"… ({len(codes)})"]
        said.append(words["plan"].format(" ".join(plan), ", ".join(shown)))
    return "; ".join(said)


def register_source(fed: "Fed", language: str) -> str:
    """What was counted in a register: register orders.satisfied: 428 of 476; with passages."""
    words = WORDS[language]
    if fed.counts is not None:
        part, whole = (plain_number(Decimal(n), language) for n in fed.counts)
        said = words["of"].format(whole, part, CLASSIFIERS[MEASURES[fed.measure][1]])
    elif fed.numerator is not None:
        said = plain_number(Decimal(fed.numerator), language)
    else:
        said = words["stated"]
    passages = "".join(f" “{passage}”" for passage in fed.passages)
    return str(words["register"].format(fed.name(language), said)) + passages


def ranges(numbers: Iterable[int]) -> str:
    """Ascending numbers, runs of them shortened: 3-5, 9."""
    said = []
    for _, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        said.append(f"{run[0]}" if len(run) == 1 else f"{run[0]}-{run[-1]}")
    return ", ".join(said)


def _row_line(summary: Summary, row: Entry) -> str:
    return "  ".join(cell for cell in _cells(summary, row) if cell)


def _cells(summary: Summary, row: Entry) -> tuple[str, ...]:
    language = summary.document.language
    amount = "" if row.amount is None else plain_number(row.amount, language)
    signed = f"+{amount}" if row.kind == "add" else f"={amount}" if row.kind == "set" else ""
    on = row.effective_on.isoformat()
    kind = WORDS[language]["kinds"].get(row.kind, row.kind)
    part = summary.titles.get((row.item_id, row.part), row.part or "")
    passage = f"“{row.source}”" if row.source else ""
    return (f"#{row.id}", on, row.author, row.code, kind, part, signed, passage)
