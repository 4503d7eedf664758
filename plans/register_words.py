"""The fixed words of petitions: what happens with one, how it ended, why; channels by their names.

A petition has no free text, so that nobody can write into it who somebody is: reasons and results
are chosen from these lists.
"""

from collections.abc import Mapping

from plans.errors import BadInputError
from plans.language import chinese, listed
from plans.language import gettext as _
from plans.registers import CHANNELS, HOTLINE, MEASURE_NAMES
from plans.typed import fold, quoted

Names = Mapping[str, tuple[str, str]]
"""Code → Chinese and English name."""

EVENT_NAMES: Names = {
    "accept": ("受理", "accepted"),
    "decline": ("不予受理", "declined"),
    "object": ("退回", "given back"),
    "extend": ("延期", "extended"),
    "settle": ("办结", "settled"),
    "survey": ("回访", "surveyed"),
    "review": ("申请复查", "review asked for"),
    "reviewed": ("复查答复", "review answered"),
    "undo": ("冲销", "taken back"),
}
ALSO: Mapping[str, str] = {
    "sign": "accept",
    "复查": "review",
    "复核": "review",
    "申请复核": "review",
    "复查意见": "reviewed",
    "复核答复": "reviewed",
    "复核意见": "reviewed",
}
"""What else an event may be typed as: 复核 is the second review of a case (信访工作条例 §36)."""
SECOND: Names = {
    "review": ("申请复核", "second review asked for"),
    "reviewed": ("复核答复", "second review answered"),
}
"""What the events of a second review are called."""
SIGNED = ("签收", "signed for")
"""What accepting is called with an order of the 12345 line."""

RESULTS: Mapping[str, Names] = {
    "settle": {
        "resolved": ("已解决", "resolved"),
        "partly": ("部分解决", "partly resolved"),
        "explained": ("已解释说明", "explained"),
        "referred": ("已引导其他途径", "referred to another way"),
        "unsupported": ("不予支持", "not supported"),
        "withdrawn": ("诉求人撤回", "withdrawn"),
        "unstated": ("未注明", "not stated"),
    },
    "decline": {
        "lawsuit": ("应通过诉讼仲裁复议等途径", "to be dealt with by a court or the like"),
        "not_ours": ("不属于本机关职责", "not this office's duty"),
        "under_way": ("已受理正在办理", "under way already"),
        "concluded": ("已有终结意见", "concluded already"),
        "unclear": ("诉求事项不明", "unclear what is asked for"),
    },
    "object": {
        "not_ours": ("不属于本单位职责", "not this unit's duty"),
        "elsewhere": ("不属于本辖区", "outside the area"),
        "duplicate": ("重复转办", "passed on twice"),
    },
    "extend": {
        "complex": ("情况复杂", "complex"),
        "several": ("需多部门会办", "several departments have to act"),
        "expertise": ("需鉴定检测", "an expert has to look at it"),
        "works": ("施工周期较长", "works take longer"),
        "weather": ("天气等客观原因", "weather and the like"),
    },
    "survey": {
        "satisfied": ("满意", "satisfied"),
        "dissatisfied": ("不满意", "dissatisfied"),
    },
    "reviewed": {
        "upheld": ("维持", "upheld"),
        "changed": ("变更", "changed"),
        "revoked": ("撤销", "revoked"),
    },
}
"""Kind of event → what it may result in, or be for."""

UNSTATED = "unstated"
"""The result of what a file says to be settled that has no results at all."""


CLASSIFIERS: Mapping[str, str] = {"petition": "件", "sweep": "次", "hazard": "处"}
"""Register → the measure word of its cases."""


def measure_name(measure: str, kind: str | None = None) -> str:
    """What a measure is called on the command line, with the name of the kind it is narrowed to."""
    if not chinese():
        return f"{measure} {kind}" if kind else measure
    name = MEASURE_NAMES[measure]
    return f"{name}（{kind}）" if kind else name


def parse_result(kind: str, typed: str) -> str:
    """The code of a result or reason, given by its code or one of its names.

    Raises:
        BadInputError: there is none of this name for this kind of event.
    """
    return _code(RESULTS.get(kind, {}), typed, _("{text}: no such result; there are: {there}"))


_HOTLINE = (
    *("热线", "12345工单", "12345热线工单", "市长热线", "政务服务热线", "市民热线"),
    *("政务服务便民热线", "12345政务服务便民热线", "12345政务服务热线", "12345市民热线"),
)
"""What else the 12345 line is called."""


def parse_channel(typed: str) -> str:
    """The code of a channel, given by its code or one of its names; 热线 is the 12345 line.

    Raises:
        BadInputError: there is none of this name.
    """
    if fold(typed) in _HOTLINE:
        return HOTLINE
    return _code(CHANNELS, typed, _("{text}: no such channel; there are: {there}"))


def _code(names: Names, typed: str, message: str) -> str:
    text = fold(typed)
    if text in names:
        return text
    for code, both in names.items():
        if text in both:
            return code
    there = [f"{code} {both[0]}" if chinese() else code for code, both in names.items()]
    raise BadInputError(message.format(text=quoted(typed), there=listed(there, len(there))))
