"""The words of the terminal reports, in the language of the plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from plans.levels import LEVELS, Level
from tracker.history import Entry
from tracker.schema import FULL

OFFICE_ZONE = "Asia/Shanghai"

_WORDS: Mapping[str, tuple[str, str]] = {
    # The head of every report
    "status": ("事项进展", "status"),
    "overdue": ("逾期事项", "overdue items"),
    "report": ("督办进度报告", "progress report"),
    "ledger": ("台账", "ledger"),
    "explain": ("状态推算", "how the status comes about"),
    "as_of": ("截至{day}", "as of {day}"),
    "known_at": ("按{moment}前所记台账", "by what was recorded until {moment}"),
    "simulated": ("【模拟数据】", "[SIMULATED DATA]"),
    "counts": ("{items}个事项，{children}个子项", "items: {items}, sub-items: {children}"),
    "counts_items": ("{items}个事项", "items: {items}"),
    "assumed": (
        "其中{items}项日期、{indicators}个指标数量为暂定",
        "assumed: dates of {items}, targets of {indicators} indicators",
    ),
    "only_unit": ("牵头单位：{unit}", "lead unit: {unit}"),
    "nothing": ("没有事项", "no items"),
    "more": ("…… 另有{count}项未列出", "… {count} more not listed"),
    # Column headings
    "code": ("编号", "code"),
    "item": ("事项", "item"),
    "progress": ("完成进度", "progress"),
    "expected": ("应达", "due"),
    "actual": ("完成", "done"),
    "due": ("期限", "due"),
    "state": ("状况", "status"),
    "lead": ("牵头单位", "lead unit"),
    "reported": ("最近填报", "reported"),
    "unit": ("单位", "unit"),
    "items": ("事项", "items"),
    "finished": ("办结", "done"),
    "count_of_overdue": ("逾期", "overdue"),
    "count_of_behind": ("滞后", "behind"),
    "count_of_silent": ("未报", "silent"),
    "trend": ("逐月", "months"),
    # What is remarkable about an item, in a few cells
    "remark_overdue": ("逾期{days}天", "{days} d overdue"),
    "remark_far_behind": ("严重滞后{points}点", "far behind {points}"),
    "remark_behind": ("滞后{points}点", "behind {points}"),
    "remark_not_reported": ("未报·{month}", "silent·{month}"),
    "remark_never_reported": ("从未填报", "never filed"),
    "remark_due_today": ("今天到期", "due today"),
    "remark_due_soon": ("{days}天后到期", "due in {days} d"),
    "remark_not_started": ("{day}启动", "from {day}"),
    "remark_area": ("{count}项", "{count} in all"),
    "remark_area_late": ("{count}项·需督办{late}", "{count} · {late} late"),
    "legend": (
        "进度条：█已完成 ▒应完成而未完成 │应达位置 ░尚未到期",
        "bars: █ done, ▒ should be done, │ where it should be, ░ still to come",
    ),
    # Overdue
    "overdue_count": ("逾期{count}项（共{of}项）", "overdue: {count} of {of} items"),
    "none_overdue": ("没有逾期事项（共{of}项）", "nothing is overdue ({of} items)"),
    "overdue_days": ("逾期", "days"),
    "overdue_workdays": ("工作日", "workd."),
    "days": ("{days}天", "{days}"),
    "original_due": ("原定", "first"),
    "present_due": ("现定", "now"),
    "extensions": ("延期", "ext."),
    "times": ("{count}次", "{count}"),
    "since": ("自{day}", "since {day}"),
    "late_step": ("逾期节点“{title}”（{due}）", "overdue: “{title}” ({due})"),
    "late_steps": (
        "逾期节点“{title}”（{due}）等{count}个",
        "overdue: “{title}” ({due}), {count} in all",
    ),
    "reason": ("原因：{reason}", "reason: {reason}"),
    "no_reason": ("未说明原因", "no reason filed"),
    # Answerable
    "area": ("所属", "area"),
    "support": ("配合单位", "support"),
    "person": ("责任人", "in charge"),
    "head": ("单位负责人", "unit head"),
    "leader": ("分管领导", "leader"),
    "dates": ("起止", "dates"),
    "from_to": ("{start} 至 {due}", "{start} to {due}"),
    "was_due": ("原定{due}，延期{count}次", "first {due}, extended {count}×"),
    "date_assumed": ("日期为暂定", "dates assumed"),
    "target_assumed": ("数量为暂定", "target assumed"),
    "pending": ("申请延期至{due}，待批", "extension to {due} asked for"),
    "rhythm": ("填报", "reporting"),
    "rhythm_weekly": ("每周", "weekly"),
    "rhythm_monthly": ("每月", "monthly"),
    "rhythm_quarterly": ("每季", "quarterly"),
    "rhythm_none": ("不要求", "not asked for"),
    "last_reported": ("最近填报{day}", "last on {day}"),
    "never_reported": ("从未填报", "never"),
    # Parts of an item
    "milestones": ("节点", "milestones"),
    "occurrences": ("各次", "occurrences"),
    "indicators": ("指标", "indicators"),
    "with_children": ("含子项", "sub-items included"),
    "children": ("子项", "sub-items"),
    "after": ("前置事项", "only after"),
    "source": ("依据", "source"),
    "source_text": ("“{text}”", "“{text}”"),
    "recent_rows": ("最近台账", "latest rows"),
    "of_rows": ("共{all}行，列{shown}行", "{shown} of {all}"),
    "item_card": ("事项卡", "item"),
    "workdays": ("{days}个工作日", "{days} workdays"),
    "lapsed": ("未完成", "not reached"),
    "moved": ("（原定{due}）", "(first due {due})"),
    "held": ("按期", "in time"),
    "was_late": ("迟", "late"),
    "missed": ("漏办", "missed"),
    "broken": ("逾期未完成", "overdue"),
    "open": ("未到期", "to come"),
    "of_steps": ("{all}个，已完成{reached}个", "{reached} of {all} reached"),
    "of_occurrences": ("{all}次，已办{reached}次", "held {reached} of {all}"),
    "count_held": ("按期{count}", "{count} in time"),
    "count_late": ("迟完成{count}", "{count} late"),
    "count_late_occurrence": ("迟办{count}", "{count} late"),
    "count_missed": ("漏办{count}", "{count} missed"),
    "count_broken": ("逾期{count}", "{count} overdue"),
    "count_open": ("未到期{count}", "{count} to come"),
    "reached_on": ("{day}完成", "reached {day}"),
    "days_late": ("迟{days}天", "{days} d late"),
    "days_over": ("已逾期{days}天", "{days} d overdue"),
    "at_least": ("目标", "target"),
    "at_most": ("不超过", "at most"),
    "exactly": ("恰为", "exactly"),
    "recorded_only": ("只记录，不考核", "recorded only"),
    "kept": ("未超", "kept"),
    "exceeded": ("已超", "exceeded"),
    # The ledger
    "row": ("行号", "row"),
    "effective": ("日期", "date"),
    "author": ("填报单位", "filed by"),
    "what": ("内容", "what"),
    "recorded": ("登记", "filed"),
    "no_rows": ("还没有台账", "no rows yet"),
    "row_add": ("{part} ＋{amount}", "{part} +{amount}"),
    "row_set": ("{part} ＝ {amount}", "{part} = {amount}"),
    "row_reach": ("完成“{part}”", "reached “{part}”"),
    "row_report": ("填报", "report"),
    "row_assign": ("交办 {who}", "assigned: {who}"),
    "row_extend": ("申请延期至{due}", "asks for {due}"),
    "row_extend_part": ("申请“{part}”延期至{due}", "asks for {due} for “{part}”"),
    "row_approve": ("同意第{row}行的申请", "grants row {row}"),
    "row_refuse": ("不同意第{row}行的申请", "turns down row {row}"),
    "row_close": ("销号", "closed out"),
    "row_cancel": ("取消", "cancelled"),
    "row_undo": ("撤销第{row}行", "takes back row {row}"),
    "row_reversed": ("（已由第{row}行撤销）", "(taken back by row {row})"),
    "plan_loaded": ("计划换版", "plan loaded"),
    "evidence": ("附件", "evidence"),
    # The report
    "overall": ("总体进度", "overall"),
    "should_be": ("应达{percent}", "{percent} expected"),
    "points_ahead": ("超前{points}个百分点", "{points} points ahead"),
    "points_behind": ("落后{points}个百分点", "{points} points behind"),
    "since_month": ("较{month}底{change}个百分点", "{change} points since the end of {month}"),
    "month_finished": ("本月办结{count}项", "{count} finished this month"),
    "month_late": ("本月新增滞后逾期{count}项", "{count} newly late this month"),
    "attention": ("需要先办", "needs attention first"),
    "attention_more": ("另有{count}项滞后、逾期或未报", "{count} more are late or silent"),
    "attention_none": ("没有滞后、逾期或未报的事项", "nothing is late or silent"),
    "areas": ("各板块", "areas"),
    "area_name": ("板块", "area"),
    "by_area": ("各板块事项", "items by area"),
    "by_unit": ("各牵头单位", "lead units"),
    "upcoming": ("近期到期", "due next"),
    "within_week": ("7天内", "within 7 days"),
    "within_month": ("8至30天内", "in 8 to 30 days"),
    "none_due": ("30天内没有到期的节点或事项", "nothing is due in the next 30 days"),
    "item_due": ("事项到期", "the item"),
    "heat_legend": ("逐月：", "months: "),
    # Explanations
    "x_dates": ("一、期限", "1 Dates"),
    "x_expected": ("二、应达进度", "2 Expected progress"),
    "x_actual": ("三、完成进度", "3 Actual progress"),
    "x_level": (
        "四、状态判定（依次对照，先符合者为准）",
        "4 Level (tried in order; the first that holds)",
    ),
    "x_planned": ("计划 {start} 至 {due}", "planned {start} to {due}"),
    "x_original": ("首次承诺的期限 {due}", "first promised for {due}"),
    "x_extended": (
        "第{request}行申请延期至{due}，第{approval}行于{on}同意",
        "row {request} asked for {due}, granted by row {approval} on {on}",
    ),
    "x_extended_part": (
        "第{request}行申请“{part}”延期至{due}，第{approval}行于{on}同意",
        "row {request} asked for {due} for “{part}”, granted by row {approval} on {on}",
    ),
    "x_in_force": ("现行期限 {due}", "date in force {due}"),
    "x_past_due": (
        "{as_of}已过现行期限{due}：应全部完成",
        "{as_of} is past {due}: all is expected",
    ),
    "x_before_start": (
        "{as_of}早于启动日{start}：应达为零",
        "{as_of} is before {start}: none is expected",
    ),
    "x_linear_days": (
        "按序时进度：{start}至{as_of}已过{gone}天，至{due}共{all}天",
        "by time: {gone} days from {start} to {as_of}, of {all} days to {due}",
    ),
    "x_linear": ("{gone} ÷ {all} ＝ {result}", "{gone} ÷ {all} = {result}"),
    "x_steps_due": ("按节点：期限已过的节点权重", "by milestones: weights of those that are past"),
    "x_steps_reached": ("按节点：已完成的节点权重", "by milestones: weights of those reached"),
    "x_step_due": ("{title}：{due}期，权重{weight}", "{title}: due {due}, weight {weight}"),
    "x_step_reached": (
        "{title}：{on}完成（第{row}行），权重{weight}",
        "{title}: reached {on} (row {row}), weight {weight}",
    ),
    "x_steps": (
        "{part} ÷ {all}（全部节点权重）＝ {result}",
        "{part} ÷ {all} (all weights) = {result}",
    ),
    "x_no_step": ("没有", "none"),
    "x_table": ("按月度目标：{end}为{result}", "by the table: {result} at {end}"),
    "x_table_none": ("按月度目标：首个目标日未到", "by the table: none yet"),
    "x_children": ("按子项加权平均", "weighted mean of the sub-items"),
    "x_child": ("{code} {title}：{weight} × {part}", "{code} {title}: {weight} × {part}"),
    "x_child_cancelled": ("{code} {title}：已取消，不计", "{code} {title}: cancelled, left out"),
    "x_mean": ("{sum} ÷ {weight}（权重之和）＝ {result}", "{sum} ÷ {weight} (weights) = {result}"),
    "x_indicators": ("按指标加权平均", "weighted mean of the indicators"),
    "x_indicator": ("{name}", "{name}"),
    "x_rows_sum": ("{rows} ＝ {value}", "{rows} = {value}"),
    "x_row_amount": ("{amount}（第{row}行，{on}）", "{amount} (row {row}, {on})"),
    "x_rows_last": ("最近一次填报 {rows}", "filed last: {rows}"),
    "x_no_rows": ("没有填报，按0计", "nothing filed: 0"),
    "x_at_least": (
        "{value} ÷ {target}（目标）＝ {result}",
        "{value} ÷ {target} (target) = {result}",
    ),
    "x_reached": ("已达目标{target}：{result}", "target {target} is reached: {result}"),
    "x_beyond": (
        "超出恰为{target}的目标：（2 × {target} − {value}）÷ {target} ＝ {result}",
        "beyond exactly {target}: (2 × {target} − {value}) ÷ {target} = {result}",
    ),
    "x_beyond_all": ("达到或超过恰为{target}的两倍：{result}", "twice {target} or more: {result}"),
    "x_ceiling_kept": (
        "未超过上限{target}：随应达进度计 {result}",
        "ceiling of {target} kept: as much as is expected, {result}",
    ),
    "x_ceiling_broken": ("超过上限{target}：{result}", "ceiling of {target} exceeded: {result}"),
    "x_recorded_only": ("{name}：只记录，不考核", "{name}: recorded only"),
    "x_weighted": ("权重{weight}", "weight {weight}"),
    "x_closing": ("没有可计量的内容：销号即完成", "nothing to measure: complete once closed"),
    "x_closed": ("第{row}行销号：{result}", "closed by row {row}: {result}"),
    "x_not_closed": ("尚未销号：{result}", "not closed: {result}"),
    "x_expected_is": ("应达 {result}", "expected {result}"),
    "x_actual_is": ("完成 {result}", "actual {result}"),
    "x_gap": ("差距：{expected} − {actual} ＝ {gap}", "gap: {expected} − {actual} = {gap}"),
    "x_yes": ("是", "yes"),
    "x_no": ("否", "no"),
    "x_cancelled": ("有取消的记录", "a row cancels it"),
    "x_closed_out": ("有销号的记录", "a row closes it"),
    "x_done": ("完成进度达到100%", "actual progress is 100%"),
    "x_overdue": ("有已过期限而未完成的节点或事项", "a milestone or the item is past its date"),
    "x_overdue_since": ("最早一项期限{day}", "the earliest was due {day}"),
    "x_far_behind": (
        "差距大于{points}点，或应启动而未启动满{days}天",
        "the gap is above {points} points, or it is unstarted for {days} days",
    ),
    "x_behind": (
        "差距大于{points}点，或应启动而未启动满{days}天",
        "the gap is above {points} points, or it is unstarted for {days} days",
    ),
    "x_unstarted": ("启动已{days}天，尚无填报", "{days} days since the start, nothing filed"),
    "x_gap_is": ("差距{points}点", "the gap is {points} points"),
    "x_not_reported": (
        "应报{first}至{last}，此后没有填报",
        "nothing filed since the period {first} to {last}",
    ),
    "x_not_asked": ("不要求填报", "no reports are asked for"),
    "x_due_soon": ("{days}天内有节点或事项到期", "something is due within {days} days"),
    "x_next_due": ("下一期限{day}", "next date {day}"),
    "x_not_started": (
        "没有填报，且未到启动日或应达为零",
        "nothing filed, and it need not have begun",
    ),
    "x_row": ("第{row}行", "row {row}"),
    "x_on_track": ("以上都不符合", "none of the above"),
    "x_verdict": (
        "应达 {expected}，完成 {actual}，状态：{level}",
        "expected {expected}, actual {actual}, status: {level}",
    ),
}

_MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WEEKDAYS_ZH = "一二三四五六日"


@dataclass(frozen=True)
class Words:
    """Words, dates and amounts of one plan's language.

    Attributes:
        year: the plan's; short dates of another year name it.
    """

    language: str
    year: int

    @cached_property
    def _n(self) -> int:
        return 0 if self.language == "zh" else 1

    def __call__(self, key: str, **values: object) -> str:
        """The words of a key, with values filled in."""
        return _WORDS[key][self._n].format(**values) if values else _WORDS[key][self._n]

    def level(self, level: Level) -> str:
        """The word of a level."""
        return level.zh if self._n == 0 else level.en

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The words of all levels by rank."""
        return tuple(map(self.level, LEVELS))

    def join(self, parts: Iterable[str]) -> str:
        """Parts of an enumeration."""
        return ("，" if self._n == 0 else ", ").join(parts)

    def labelled(self, label: str, text: str) -> str:
        """A label and what it labels."""
        return f"{label}：{text}" if self._n == 0 else f"{label}: {text}"

    def noted(self, text: str, note: str) -> str:
        """A text with a note in brackets, where there is one."""
        if not note:
            return text
        return f"{text}（{note}）" if self._n == 0 else f"{text} ({note})"

    def long_day(self, day: date) -> str:
        """A date as the head of a report gives it."""
        if self._n == 0:
            week = _WEEKDAYS_ZH[day.weekday()]
            return f"{day.year}年{day.month}月{day.day}日（星期{week}）"
        return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"

    def day(self, day: date | None) -> str:
        """A date in a table: month and day, and the year where it is not the plan's."""
        if day is None:
            return "—"
        return day.strftime("%m-%d" if day.year == self.year else "%Y-%m-%d")

    def month(self, day: date) -> str:
        """A month by name."""
        return f"{day.month}月" if self._n == 0 else _MONTHS_EN[day.month - 1]

    def moment(self, moment: datetime) -> str:
        """A moment in the office's time zone."""
        return moment.astimezone(ZoneInfo(OFFICE_ZONE)).strftime("%Y-%m-%d %H:%M")

    def amount(self, amount: Decimal, unit: str = "") -> str:
        """A quantity with its unit: 16条, 0.5 km²."""
        shown = format(amount, "f")
        return shown + unit if self._n == 0 or not unit else f"{shown} {unit}"


def exact(part: int) -> str:
    """Progress (of FULL) to the last digit: 83.333%."""
    whole, rest = divmod(abs(part) * 100, FULL)
    digits = f"{whole}.{rest * 1000 // FULL:03d}".rstrip("0").rstrip(".")
    return f"{'−' if part < 0 else ''}{digits}%"


def tenths(part: int) -> str:
    """Progress (of FULL) to a tenth of a percent, rounded towards nothing: 83.3."""
    whole, rest = divmod(abs(part) * 1000 // FULL, 10)
    return f"{'−' if part < 0 else ''}{whole}.{rest}"


def row_words(row: Entry, words: Words, titles: Mapping[str, str]) -> str:
    """What a row of the ledger says, in a few words.

    Args:
        titles: milestone code → title.
    """
    part = titles.get(row.part or "", row.part)
    amount = None if row.amount is None else format(row.amount, "f")
    if row.kind == "extend":
        due = words.day(row.due)
        return words("row_extend_part" if row.part else "row_extend", part=part, due=due)
    if row.kind == "assign":
        named = row.assignment or {}
        support = "、".join(named.get("support") or ())
        who = [named.get("lead"), support, named.get("person"), named.get("leader")]
        return words("row_assign", who=" · ".join(name for name in who if name))
    other = row.answers or row.reverses
    return words(f"row_{row.kind}", part=part, amount=amount, row=other)
