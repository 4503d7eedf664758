"""The indicators and milestones of one item, for `duban show CODE`."""

from collections.abc import Iterable, Iterator, Sequence

from tracker.arithmetic import StepSeen
from tracker.measured import MeasureSeen
from tracker.reports.cells import (
    Line,
    Part,
    bar,
    clean,
    fit,
    line,
    percent,
    widest,
)
from tracker.reports.console_frame import (
    DIM,
    section,
)
from tracker.reports.console_words import Words
from tracker.schema import FULL, int_to_amount
from tracker.sheet import ItemSheet

_STATES = {
    "held": ("●", "green"),
    "late": ("◐", "yellow"),
    "missed": ("×", "red"),
    "broken": ("!", "red"),
    "open": ("○", DIM),
}


def indicators(seen: Sequence[MeasureSeen], width: int, words: Words) -> Iterator[Line]:
    values = ["—" if one.unknown else words.amount(int_to_amount(one.value)) for one in seen]
    targets = [_target(one, words) for one in seen]
    value = widest(values, 16)
    target = widest(targets, 28)
    name = min(widest((clean(one.measure.name) for one in seen), 40), width - value - target - 26)
    for one, stands, aim in zip(seen, values, targets, strict=True):
        parts: list[Part] = [
            "  ",
            fit(clean(one.measure.name), name) + "  ",
            (fit(stands, value, right=True), "bold"),
            (" " + fit(aim, target) + "  ", DIM),
        ]
        yield line(*parts, *_completion(one, words))


def _target(seen: MeasureSeen, words: Words) -> str:
    measure = seen.measure
    if measure.target is None:
        return f"{clean(measure.unit)} · {words('recorded_only')}"
    aim = f"/ {words.amount(measure.target, clean(measure.unit))}"
    if measure.sense != "at_least":
        aim += f" {words(measure.sense)}"
    return aim + (f" {words('target_assumed')}" if measure.assumed else "")


def _completion(seen: MeasureSeen, words: Words) -> list[Part]:
    counted = _counted(seen)
    if seen.measure.target is None:
        return counted
    if seen.unknown:
        return [(words("not_due_yet"), DIM)]
    if seen.kept:
        return [(words("rate_kept" if seen.rate else "kept"), "green"), *counted]
    done = seen.completion or 0
    if seen.measure.sense == "at_most":
        return [(words("exceeded"), "red"), *counted]
    reached = [*bar(done, 0, 12, "green" if done >= FULL else "cyan"), f" {percent(done):>5}"]
    return [*reached, *counted]


def _counted(seen: MeasureSeen) -> list[Part]:
    """What a rate of a register was worked out from."""
    counts = None if seen.measure.fed is None else seen.measure.fed.counts
    return [] if counts is None else [(f"  {counts[0]}/{counts[1]}", DIM)]


def steps(sheet: ItemSheet, width: int, words: Words) -> Iterator[Line]:
    seen, recurring = sheet.explained.steps, sheet.item.recurring
    yield from section(
        words("occurrences" if recurring else "milestones"), width, tally(seen, recurring, words)
    )
    if recurring:
        strip: list[Part] = ["  "]
        for one in seen[: width - 2]:
            strip.append(_STATES[one.state])
        yield line(*strip)
    odd = [one for one in seen if one.state in ("late", "missed", "broken")]
    ahead = [one for one in seen if one.state == "open"][:1]
    shown = [*odd, *ahead] if recurring else seen
    day = widest((words.day(one.due) for one in seen), 10)
    title = min(widest((clean(one.step.title) for one in seen), 60), width - day - 36)
    for one in shown:
        mark, colour = _STATES[one.state]
        moved = "" if one.due == one.step.original_due else words.day(one.step.original_due)
        yield line(
            "  ",
            (mark + " ", colour),
            (fit(words.day(one.due), day) + "  ", DIM),
            fit(clean(one.step.title), title) + "  ",
            (_step_state(one, sheet, words), colour if one.state != "held" else DIM),
            (f" {words('moved', due=moved)}" if moved else "", DIM),
        )


def _step_state(seen: StepSeen, sheet: ItemSheet, words: Words) -> str:
    recurring = sheet.item.recurring
    if seen.reached is not None:
        said = words("reached_on", day=words.day(seen.reached.effective_on))
        late = (seen.reached.effective_on - seen.due).days
        return said if late <= 0 else words.join([said, words("days_late", days=late)])
    if seen.state == "broken":
        return words("days_over", days=(sheet.scope.as_of - seen.due).days)
    return words("missed" if recurring else "lapsed") if seen.state == "missed" else words("open")


def tally(seen: Iterable[StepSeen], recurring: bool, words: Words) -> str:
    """How many milestones or occurrences were reached: in time, late, not at all."""
    states: list[str] = [one.state for one in seen]
    reached = states.count("held") + states.count("late")
    parts = [words("of_occurrences" if recurring else "of_steps", all=len(states), reached=reached)]
    named_states = {
        "held": "count_held",
        "late": "count_late_occurrence" if recurring else "count_late",
        "missed": "count_missed",
        "broken": "count_broken",
        "open": "count_open",
    }
    for state, key in named_states.items():
        if count := states.count(state):
            parts.append(words(key, count=count))
    return words.join(parts)
