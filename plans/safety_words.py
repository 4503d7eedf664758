"""The fixed words of safety sweeps: grades, states and steps of a hazard, the five settings."""

from collections.abc import Iterable, Mapping

from plans.errors import BadInputError
from plans.language import chinese, listed
from plans.language import gettext as _
from plans.typed import fold, quoted

Names = Mapping[str, tuple[str, str]]
"""Code → Chinese and English name."""

GRADES: Names = {"ordinary": ("一般", "ordinary"), "major": ("重大", "major")}
"""Ordinary can be put right at once; major needs a partial or full shutdown (安全生产法)."""

STATES: Names = {
    "found": ("待整改", "found"),
    "ordered": ("限期整改", "ordered"),
    "fixed": ("待复查", "fixed"),
    "failed": ("复查不合格", "failed"),
    "passed": ("待销号", "passed"),
    "closed": ("已销号", "closed"),
}
"""The states of a hazard, in the order in which ``tracker.registers.standing`` numbers them."""

LISTED: Names = {
    **STATES,
    "overdue": ("逾期", "overdue"),
    "inspection_overdue": ("复查逾期", "inspection overdue"),
}
"""What a list of hazards can be narrowed down to: a state, or that its day is over (复查逾期: that
to re-inspect it)."""

STEPS: Names = {
    "order": ("责令整改", "order"),
    "fix": ("整改", "fix"),
    "fail": ("复查不合格", "fail"),
    "pass": ("复查合格", "pass"),
    "close": ("销号", "close"),
    "remind": ("提醒", "remind"),
    "escalate": ("提级督办", "escalate"),
    "undo": ("冲销", "undo"),
}
"""What happens with a hazard."""

SETTINGS: Names = {
    "who": ("责任人", "who"),
    "when": ("完成时限", "when"),
    "duty": ("责任", "duty"),
    "standard": ("整改标准", "standard"),
    "measures": ("整改措施", "measures"),
}
"""The five settings of an order to put a major hazard right (practice: 五落实)."""

RESULTS: Names = {"pass": ("合格", "pass"), "fail": ("不合格", "fail")}
"""What a re-inspection may result in."""

HELD: Names = {
    "held": ("按期", "held"),
    "late": ("补办", "late"),
    "missed": ("未开展", "missed"),
    "behind": ("待补办", "behind"),
    "open": ("待开展", "open"),
}
"""Where a sweep stands: behind is one whose day is over and that can still be made good."""


def word(names: Names, code: str) -> str:
    """What a code is called on the command line."""
    return names[code][0] if chinese() else names[code][1]


def words(names: Names, codes: Iterable[str]) -> str:
    """What codes are called on the command line, in a row; all of them."""
    said = [word(names, code) for code in codes]
    return listed(said, len(said))


def parse_name(names: Names, typed: str) -> str:
    """The code of one of the names, given by code or name.

    Raises:
        BadInputError: there is none of this name.
    """
    text = fold(typed).lower()
    for code, both in names.items():
        if text in (code, *both):
            return code
    message = _("{text}: expected one of: {there}")
    raise BadInputError(message.format(text=quoted(typed), there=words(names, names)))
