"""One total of a register: what it says, and whether a rate follows from its counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from plans.errors import BadInputError, NotFoundError
from plans.language import gettext as _
from plans.numerals import percentage, plain_number
from plans.registers import MEASURE_NAMES, MEASURES
from plans.typed import fold, parse_quantity, quoted
from tracker.registers.named import nearest
from tracker.registers.period_totals import OUT_OF


@dataclass(frozen=True, slots=True)
class Total:
    """A figure of a period.

    Attributes:
        first, last: the days of the period, both included.
        amount: of a rate in percent.
    """

    plan_id: int
    measure: str
    kind: str | None
    first: date
    last: date
    amount: Decimal
    source: str | None = None

    def same_as(self, other: "Total") -> bool:
        """Whether both are of the same measure and kind in one plan."""
        mine, theirs = ((t.plan_id, t.measure, t.kind) for t in (self, other))
        return mine == theirs

    def crosses(self, other: "Total") -> bool:
        """Whether the periods overlap and neither lies in the other."""
        first, second = sorted((self, other), key=lambda t: (t.first, -t.last.toordinal()))
        return second.first <= first.last < second.last

    @property
    def shown(self) -> str:
        """What it says, in a few words."""
        unit = "%" if _is_rate(self.measure) else ""
        kind = f" {self.kind}" if self.kind else ""
        return f"{self.measure}{kind} {plain_number(self.amount)}{unit}"


def read_measure(text: str) -> str:
    """The code of a measure, given by its code or its Chinese name.

    Raises:
        NotFoundError: there is none; the nearest are named.
    """
    wanted = fold(text)
    for code, name in MEASURE_NAMES.items():
        if wanted in (code, name):
            return code
    near = ", ".join(nearest(MEASURE_NAMES, wanted) or MEASURE_NAMES)
    message = _("{text}: no such figure of a register; there are: {there}")
    raise NotFoundError(message.format(text=quoted(text), there=near))


def read_amount(measure: str, text: str) -> Decimal:
    """The amount of a total; of a rate in percent.

    Raises:
        BadInputError: it is no whole number; or of a rate none from 0 to 100, or it cannot be told
            whether a share or a percentage is meant.
    """
    typed = fold(text)
    if not _is_rate(measure):
        number = parse_quantity(typed)
        if number < 0 or number != int(number):
            message = _("{text}: expected a whole number, not below 0")
            raise BadInputError(message.format(text=quoted(text)))
        return number
    number = parse_quantity(typed.removesuffix("%"))
    if not 0 <= number <= 100:
        message = _("{text}: expected a percentage from 0 to 100")
        raise BadInputError(message.format(text=quoted(text)))
    if 0 < number <= 1 and not typed.endswith("%"):
        message = _("{text}: a share or a percentage? Expected for example 90%")
        raise BadInputError(message.format(text=quoted(text)))
    return number


def _is_rate(measure: str) -> bool:
    return MEASURES[measure][0] == "rate"


def why_left_out(rate: Total, known: Sequence[Total]) -> str | None:
    """Why a rate does not follow from its counts; None where it does or they are not known."""
    if rate.measure not in OUT_OF:
        return None
    part, whole = (_count(measure, rate, known) for measure in OUT_OF[rate.measure])
    if not whole:
        return None
    values = {
        "rate": f"{plain_number(rate.amount)}%",
        "whole": whole,
        "what": rate.shown.rpartition(" ")[0],
    }
    nearest_part = int(rate.amount * whole / 100)
    if not any(_gives(n, whole, rate.amount) for n in (nearest_part, nearest_part + 1)):
        message = _(
            "{what}: {rate} of {whole}: no whole number of {whole} gives {rate}; "
            "the counts are kept, the rate is left out"
        )
        return message.format(**values)
    if part is not None and not _gives(part, whole, rate.amount):
        message = _(
            "{what}: {rate} of {whole}: {part} of {whole} are {share}%; "
            "the counts are kept, the rate is left out"
        )
        return message.format(part=part, share=plain_number(percentage(part, whole)), **values)
    return None


def _count(measure: str | None, rate: Total, known: Sequence[Total]) -> int | None:
    """A count of the same period, kind and plan."""
    of = (rate.plan_id, rate.kind, rate.first, rate.last)
    found = [
        t for t in known if t.measure == measure and (t.plan_id, t.kind, t.first, t.last) == of
    ]
    return int(found[0].amount) if found else None


def _gives(part: int, whole: int, rate: Decimal) -> bool:
    """Whether a share rounds to a rate, to as many decimals as the rate is given with: whole
    percents, or tenths by the rule for percentages everywhere."""
    if not 0 <= part <= whole:
        return False
    exact = percentage(part, whole)
    if rate == rate.to_integral_value():
        rounded = (Decimal(part * 100) / whole).quantize(Decimal(1), ROUND_HALF_UP)
        return rate in (exact, rounded)
    return rate == exact
