"""The columns of files that registers are imported from, recognised by their usual headings."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from plans.language import chinese
from tracker.registers.sheet_file import Cell

HEAD_ROWS = 20
"""A heading row is looked for in so many; what stands above it are titles."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a column may hold.

    Attributes:
        code: its English heading.
        names: its usual headings in Chinese, that of our own files first.
        needed: whether a file has to have it.
    """

    code: str
    names: tuple[str, ...]
    needed: bool = False

    @property
    def shown(self) -> str:
        """What it is called where a file has no heading for it."""
        return self.names[0] if chinese() else self.code


def _fields(**headings: str) -> tuple[Field, ...]:
    """Code → headings, those of a field that a file has to have after '*'."""
    return tuple(
        Field(code, tuple(names.removeprefix("*").split()), names.startswith("*"))
        for code, names in headings.items()
    )


PETITION = _fields(
    number="*编号 工单编号 工单号 信访编号 信访件编号 案件编号 件号",
    channel="*渠道 来源 来源渠道 受理渠道 信访形式 信访渠道 诉求渠道 诉求来源",
    kind="工单类型 诉求类型 工单类别",
    topic="*主题 问题类别 问题类型 事项类别 内容分类 诉求主题 信访内容分类",
    community="社区 所属社区 问题属地 属地社区 所在社区",
    received="*收到日期 收件日期 来件日期 登记日期 派单日期 派单时间 收到时间 接收日期",
    unit="承办单位 责任单位 主办单位 办理单位 承办部门",
    repeated="重复 是否重复 重复件 是否重复件 重复投诉 重复信访",
    accepted="受理日期 签收日期 受理时间 签收时间 受理告知日期",
    extended_to="延期至 延期到 延期截止日期",
    extended_on="延期批准日期 批准延期日期 延期审批日期",
    extended_by="延期批准单位 批准延期单位 延期审批单位",
    settled="办结日期 办结时间 答复日期 办复日期 结案日期",
    result="办结结果 办理结果 处理结果 办结方式",
    surveyed="回访日期 回访时间",
    survey="满意度 回访结果 是否满意 群众满意度 满意情况",
)
SWEEP = _fields(
    number="编号 检查编号 排查编号",
    rhythm="安排 检查安排 排查安排 周期",
    kind="*类别 检查类别 排查类别 排查内容 隐患类别",
    community="社区 所属社区 所在社区",
    due="*应查日期 应排查日期 计划日期 截止日期",
    held="检查日期 排查日期 实查日期 实际检查日期",
    places="检查场所 检查场所数 排查场所 场所数",
    people="出动人次 出动人员 出动人数",
    unit="牵头单位 检查单位 排查单位 责任单位",
)
HAZARD = _fields(
    number="编号 隐患编号",
    kind="*类别 隐患类别 隐患类型",
    grade="*等级 隐患等级 隐患级别",
    place="*场所 隐患场所 地点 隐患地点 位置 隐患部位",
    community="社区 所属社区 所在社区",
    found="*发现日期 发现时间 排查日期",
    unit="责任单位 整改责任单位 牵头单位",
    sweep="检查编号 排查编号",
    ordered_on="责令日期 责令整改日期 下达日期 交办日期",
    order_due="整改期限 整改截止日期 限期整改日期",
    who="责任人 整改责任人",
    when="完成时限 整改时限",
    duty="责任 整改责任",
    standard="整改标准",
    measures="整改措施",
    fixed="整改日期 整改完成日期",
    fixed_by="整改人 整改单位",
    inspected="复查日期",
    inspected_by="复查人 复查单位",
    inspection="复查结果",
    ordered_again_on="再次责令日期",
    order_again_due="再次整改期限",
    fixed_again="再次整改日期",
    fixed_again_by="再次整改人 再次整改单位",
    inspected_again="再次复查日期",
    inspected_again_by="再次复查人 再次复查单位",
    inspection_again="再次复查结果",
    closed="销号日期",
)
TOTALS = _fields(
    measure="*指标",
    kind="类别",
    first="*起 起始日期 开始日期",
    last="*止 截止日期 结束日期",
    amount="*数值",
    source="原文 出处",
)
DAYS = frozenset(
    (
        *("received", "accepted", "extended_to", "extended_on", "settled", "surveyed", "due"),
        *("held", "found", "ordered_on", "order_due", "fixed", "inspected", "closed"),
        *("ordered_again_on", "order_again_due", "fixed_again", "inspected_again"),
        *("first", "last"),
    )
)
"""The fields that hold days."""

INSTEAD = {"due": "held"}
"""Field that a file has to have → another that does as well."""

LAYOUTS: Mapping[str, tuple[Field, ...]] = {
    "petition": PETITION,
    "sweep": SWEEP,
    "hazard": HAZARD,
}
"""Register → the fields of its cases. Totals have headings of their own in any file."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a sheet has what.

    Attributes:
        fields: those that its headings were held against.
        row: the number of the heading row, from 1.
        columns: code of a field → index of its column; the first where two have such a heading.
        twice: headings of further columns for a field that has one.
        others: index → heading of the columns that are none of the fields.
    """

    fields: tuple[Field, ...]
    row: int
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    twice: tuple[str, ...]
    others: Mapping[int, str]

    @property
    def missing(self) -> list[Field]:
        """The fields that a file has to have and this one has not."""
        return [
            field
            for field in self.fields
            if field.needed and not {field.code, INSTEAD.get(field.code)} & self.columns.keys()
        ]

    def heading(self, code: str) -> str:
        """The heading of a field as the sheet has it."""
        return self.headings.get(code) or next(f.shown for f in self.fields if f.code == code)


def recognise(
    rows: Sequence[Sequence[Cell]], register: str, given: Collection[str] = ()
) -> Layout | None:
    """The first row that has the headings of a register's cases, or of totals.

    Headings may take two rows: what stands below one of a group is a heading by itself, or with
    that of its group (复查 above 日期).

    Args:
        rows: the first ones of a sheet.
        given: codes of fields that are said otherwise than by a column: none is needed.

    Returns:
        Where there is no such row, that which comes nearest; None where no heading is known.
    """
    best: Layout | None = None
    cases = tuple(
        replace(field, needed=field.needed and field.code not in given)
        for field in LAYOUTS[register]
    )
    for number, row in enumerate(rows, 1):
        for fields in (TOTALS, cases):
            found = _held_against(fields, number, row)
            if number < len(rows):
                found = _in_two_rows(found, row, rows[number])
            if not found.missing:
                return found
            if len(found.columns) > (len(best.columns) if best else 0):
                best = found
    return best


def _in_two_rows(found: Layout, above: Sequence[Cell], below: Sequence[Cell]) -> Layout:
    """The layout of headings in two rows where together they say more than either alone."""
    fields, number = found.fields, found.row + 1
    codes = _codes(fields)
    heads, group, known = [], "", 0
    for top, sub in zip_longest(map(_heading, above), map(_heading, below), fillvalue=""):
        group = top or group
        of_group = bool(sub) and fold_heading(group + sub) in codes
        by_itself = fold_heading(sub) in codes
        if sub and not of_group and not by_itself and fold_heading(top) in codes:
            return found  # a value below a heading
        known += of_group or by_itself
        heads.append(group + sub if of_group else sub or top)
    if not known:
        return found
    single = _held_against(fields, number, below)
    both = _held_against(fields, number, heads)
    most = max(len(found.columns), len(single.columns))
    return both if len(both.columns) > most else found


def _heading(cell: Cell) -> str:
    return " ".join(str(cell).split())


def _codes(fields: tuple[Field, ...]) -> dict[str, str]:
    """Folded heading → code of its field."""
    return {fold_heading(name): f.code for f in fields for name in (f.code, *f.names)}


def _held_against(fields: tuple[Field, ...], number: int, row: Sequence[Cell]) -> Layout:
    codes = _codes(fields)
    columns: dict[str, int] = {}
    headings: dict[str, str] = {}
    twice: list[str] = []
    others: dict[int, str] = {}
    for index, cell in enumerate(row):
        heading = _heading(cell)
        code = codes.get(fold_heading(heading))
        if code is None:
            others[index] = heading
        elif code in columns:
            twice.append(heading)
        else:
            columns[code], headings[code] = index, heading
    return Layout(fields, number, columns, headings, tuple(twice), others)


def fold_heading(heading: str) -> str:
    """A heading without what offices write around it: widths, spaces, colons, (必填)."""
    folded = unicodedata.normalize("NFKC", heading[:100]).casefold()
    return re.sub(r"[\s*:_]|\((?:必填|选填|必填项)\)", "", folded)
