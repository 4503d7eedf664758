"""What an indicator stands at as of a date, and how complete it is, in plain Python.

The rules are those of ``tracker/status.py``; see ``tracker/arithmetic.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.history import Entry
from tracker.particulars import Measure
from tracker.schema import AMOUNT_SCALE, FULL


@dataclass(frozen=True, slots=True)
class MeasureSeen:
    """An indicator as of a date.

    Attributes:
        rows: those that make the value: all that add up, or the one that counts last.
        value: in ten-thousandths of the unit; 0 for a rate of a register that has none.
        completion: of FULL; None where it is not counted: a ceiling or a rate of a register that
            is kept, or no target.
    """

    measure: Measure
    rows: tuple[Entry, ...]
    value: int
    completion: int | None

    @property
    def kept(self) -> bool:
        """Whether it is a ceiling, or a rate of a register, that is kept."""
        return self.completion is None and self.measure.target is not None

    @property
    def rate(self) -> bool:
        """Whether it is a rate of a register."""
        return self.measure.fed is not None and self.measure.fed.is_rate

    @property
    def unknown(self) -> bool:
        """Whether it is a rate of which nothing is due yet."""
        return self.measure.fed is not None and self.measure.fed.value is None


def see_measure(measure: Measure, held: Sequence[Entry]) -> MeasureSeen:
    """An indicator with the rows that make its value, or what its register says."""
    if measure.register is not None:
        return _computed(measure)
    if measure.reading == "sum":
        rows = [r for r in held if r.kind == "add" and r.part == measure.name]
    else:
        rows = [r for r in held if r.kind == "set" and r.part == measure.name]
        rows = sorted(rows, key=lambda row: (row.effective_on, row.id))[-1:]
    return made_of(measure, rows)


def made_of(measure: Measure, rows: Sequence[Entry]) -> MeasureSeen:
    """An indicator that stands at the sum of these rows."""
    value = sum(int((row.amount or 0) * AMOUNT_SCALE) for row in rows)
    if measure.target is None:
        return MeasureSeen(measure, tuple(rows), value, None)
    completion = complete(measure.sense, value, int(measure.target * AMOUNT_SCALE))
    return MeasureSeen(measure, tuple(rows), value, completion)


def _computed(measure: Measure) -> MeasureSeen:
    """An indicator that stands at what its register says."""
    fed = measure.fed
    value = None if fed is None else fed.value
    completion = None
    if measure.target is not None and value is not None:
        target = int(measure.target * AMOUNT_SCALE)
        completion = complete(measure.sense, value, target)
        if fed is not None and fed.is_rate:
            completion = hold(completion)
    return MeasureSeen(measure, (), value or 0, completion)


def hold(completion: int | None) -> int | None:
    """Completion of a rate of a register: one that meets its target is kept, and not counted."""
    return None if completion == FULL else completion


def complete(sense: str, value: int, target: int) -> int | None:
    """Completion of an indicator, of FULL; None for a ceiling that is kept."""
    if sense == "at_most":
        return None if value <= target else 0
    if value == target:
        return FULL
    if value < target:
        return value * FULL // target
    if sense == "at_least":
        return FULL
    return 0 if value >= 2 * target else (2 * target - value) * FULL // target


def completion_of(sense: str, value: Decimal, target: Decimal) -> int | None:
    """As ``complete``, of amounts."""
    return complete(sense, int(value * AMOUNT_SCALE), int(target * AMOUNT_SCALE))


def only_rates_are_short(measures: Sequence[MeasureSeen]) -> bool:
    """Whether some rates of registers are not kept, and no other target is left to be reached."""
    short = [seen.rate for seen in measures if seen.completion not in (None, FULL)]
    return bool(short) and all(short)
