"""One total of a register: what it says, and whether a rate follows from its counts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from plans.errors import BadInputError, NotFoundError
from plans.language import chinese
from plans.language import gettext as _
from plans.numerals import percentage, plain_number
from plans.register_words import measure_name
from plans.registers import MEASURE_NAMES, MEASURES
from plans.typed import fold, parse_quantity, quoted
from tracker.registers.cells import without_measure_word
from tracker.registers.made_of import OUT_OF, PART_OF
from tracker.registers.named import nearest


@dataclass(frozen=True, slots=True)
class Total:
    """A figure of a period.

    Attributes:
        first, last: the days of the period, both included.
        amount: of a rate in percent; None takes the figure back.
        kind_name: what the plan calls the kind, where it is known.
    """

    plan_id: int
    measure: str
    kind: str | None
    first: date
    last: date
    amount: Decimal | None
    source: str | None = None
    kind_name: str | None = field(default=None, compare=False)

    @property
    def figure(self) -> tuple[int, str, str | None]:
        """What it is of: plan, measure and kind."""
        return self.plan_id, self.measure, self.kind

    def crosses(self, other: "Total") -> bool:
        """Whether the periods overlap and neither lies in the other."""
        one = self.first < other.first <= self.last < other.last
        return one or other.first < self.first <= other.last < self.last

    @property
    def shown(self) -> str:
        """What it says, in a few words."""
        unit = "%" if _is_rate(self.measure) else ""
        return f"{self.what} {plain_number(self.amount or Decimal(0))}{unit}"

    @property
    def what(self) -> str:
        """The figure that it is of."""
        return measure_name(self.measure, self.kind_name or self.kind)


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
    if chinese():
        codes = [one.partition(" ")[0] for one in nearest(MEASURE_NAMES, wanted)]
        near = "、".join(MEASURE_NAMES[code] for code in codes or MEASURE_NAMES)
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
        number = parse_quantity(without_measure_word(typed))
        if number < 0 or number != int(number):
            message = _("{text}: expected a whole number, not below 0")
            raise BadInputError(message.format(text=quoted(text)))
        return number
    number = parse_quantity(typed.removesuffix("%"))
    if not 0 <= number <= 100:
        message = _("{text}: expected a percentage from 0 to 100")
        raise BadInputError(message.format(text=quoted(text)))
    if 0 < number <= 1 and not typed.endswith("%"):
        message = _(
            "{text}: a share or a percentage? Format the cell as text and type for example 90%"
        )
        raise BadInputError(message.format(text=quoted(text)))
    return number


def _is_rate(measure: str) -> bool:
    return MEASURES[measure][0] == "rate"


def why_left_out(rate: Total, count: Callable[[str, Total], int | None]) -> str | None:
    """Why a rate does not follow from its counts; None where it does or they are not known.

    Args:
        count: another figure of the plan, kind and period of a total, where it is known.
    """
    if rate.measure not in OUT_OF or rate.amount is None:
        return None
    part, whole = (None if n is None else count(n, rate) for n in OUT_OF[rate.measure])
    if not whole:
        return None
    values = {"rate": f"{plain_number(rate.amount)}%", "whole": whole, "what": rate.what}
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


def more_than_all(total: Total, count: Callable[[str, Total], int | None]) -> list[str]:
    """Of which count of a total's period there is more than of that which it is a part of.

    Args:
        total: the part, or what it is a part of.
        count: as of ``why_left_out``.
    """
    said = []
    for part, whole in PART_OF.items():
        if total.measure not in (part, whole):
            continue
        of_part, of_whole = count(part, total), count(whole, total)
        if of_part is None or of_whole is None or of_part <= of_whole:
            continue
        kind = total.kind_name or total.kind
        message = _(
            "{first} to {last}: {part} {more} is more than {whole} {less}; taken in: right only if "
            "cases of before are among them"
        )
        names = {"part": measure_name(part, kind), "whole": measure_name(whole, kind)}
        period = {"first": total.first, "last": total.last}
        said.append(message.format(more=of_part, less=of_whole, **names, **period))
    return said


def _gives(part: int, whole: int, rate: Decimal) -> bool:
    """Whether a share rounds to a rate, to as many decimals as the rate is given with, or to tenths
    by the rule for percentages everywhere."""
    if not 0 <= part <= whole:
        return False
    decimals = Decimal(plain_number(rate)).as_tuple().exponent
    assert isinstance(decimals, int)
    rounded = (Decimal(part * 100) / whole).quantize(Decimal(1).scaleb(decimals), ROUND_HALF_UP)
    return rate in (percentage(part, whole), rounded)
