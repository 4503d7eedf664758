"""`duban explain CODE`: the arithmetic behind a status, line by line, to the same numbers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from plans.levels import Level
from tracker.arithmetic import StepSeen, targets_past
from tracker.explain import Explanation
from tracker.history import Entry
from tracker.measured import MeasureSeen
from tracker.reports.cells import Line, Output, clean, line, show, width_of, wrap
from tracker.reports.console_frame import DIM, head, words_of
from tracker.reports.console_words import Words, exact
from tracker.schema import FULL, int_to_amount
from tracker.view import Scope

if TYPE_CHECKING:
    from tracker.registers.measures import Fed

Said = tuple[int, str, str]
"""A line of an explanation: depth, text, style."""

RESULT = "bold"


def print_explanation(console: Output, scope: Scope, explained: Explanation) -> None:
    """Prints how an item got its status."""
    show(console, explanation_lines(scope, explained, width_of(console)))


def explanation_lines(scope: Scope, explained: Explanation, width: int) -> Iterator[Line]:
    """The explanation, laid out for a width."""
    words = words_of(scope)
    title = f"{explained.item.code} {clean(explained.item.title)}"
    yield from head(scope, f"{title} · {words('explain')}", width)
    for key, part in (
        ("x_dates", _dates(explained, words)),
        ("x_expected", _expected(explained, words)),
        ("x_actual", _actual(explained, words)),
        ("x_level", _levels(explained, words)),
    ):
        yield line()
        yield line((words(key), "bold"))
        for depth, text, style in part:
            indent = "  " * (depth + 1)
            for n, piece in enumerate(wrap(text, width - len(indent) - 2)):
                yield line(indent, "  " if n else "", (piece, style))
    verdict = words(
        "x_verdict",
        expected=exact(explained.expected),
        actual=exact(explained.actual),
        level=words.level(explained.level),
    )
    yield line()
    mark = explained.level.mark
    yield from (
        line((piece, f"bold {explained.level.colour}"))
        for piece in wrap(f"{mark} {verdict}", width)
    )


def _dates(x: Explanation, words: Words) -> Iterator[Said]:
    yield 0, words("x_planned", start=x.item.start, due=x.item.due), ""
    if x.item.original_due != x.item.due:
        yield 0, words("x_original", due=x.item.original_due), ""
    titles = {seen.step.code: seen.step.title for seen in x.steps}
    for request, approval in x.extensions:
        said = words(
            "x_extended_part" if request.part else "x_extended",
            request=request.id,
            approval=approval.id,
            part=titles.get(request.part or "", request.part),
            due=request.due,
            on=approval.effective_on,
        )
        yield 0, said, ""
    yield 0, words("x_in_force", due=x.due), RESULT


def _expected(x: Explanation, words: Words) -> Iterator[Said]:
    """Expected progress: of the item's own dates, or of its children."""
    if x.as_of > x.due:
        yield 0, words("x_past_due", as_of=x.as_of, due=x.due), ""
    elif x.as_of < x.item.start:
        yield 0, words("x_before_start", as_of=x.as_of, start=x.item.start), ""
    elif x.item.pace == "children" and x.counted:
        yield 0, words("x_children"), ""
        yield from _children(x, "own_expected", words)
    elif x.item.pace == "milestones":
        yield from _weights(x, [seen for seen in x.steps if seen.past], "x_steps_due", words)
    elif x.item.pace == "table":
        ends = [end for end, _share in targets_past(x.item, x.due, x.as_of)]
        key = "x_table" if ends else "x_table_none"
        yield 0, words(key, end=max(ends, default=None), result=exact(x.expected)), ""
        if x.due > x.item.due:
            yield 0, words("x_table_stretched", planned=x.item.due, due=x.due), DIM
    else:
        yield from _linear(x, words)
    yield 0, words("x_expected_is", result=exact(x.expected)), RESULT


def _linear(x: Explanation, words: Words) -> Iterator[Said]:
    gone, whole = (x.as_of - x.item.start).days + 1, (x.due - x.item.start).days + 1
    days = {"start": x.item.start, "as_of": x.as_of, "due": x.due}
    yield 0, words("x_linear_days", gone=gone, all=whole, **days), ""
    result = exact(x.own_expected)
    yield 0, words("x_linear", gone=gone, all=whole, result=result), ""


def _actual(x: Explanation, words: Words) -> Iterator[Said]:
    """Actual progress: of indicators, milestones, children, or whether the item is closed."""
    if x.item.measure == "children" and x.counted:
        yield 0, words("x_children"), ""
        yield from _children(x, "own_actual", words)
    elif x.item.measure == "indicators" and any(
        seen.measure.target is not None for seen in x.measures
    ):
        yield from _indicators(x, words)
    elif x.item.measure == "milestones":
        yield from _weights(x, [seen for seen in x.steps if seen.reached], "x_steps_reached", words)
        if missed := [clean(seen.step.title) for seen in x.steps if seen.state == "missed"]:
            yield 0, words("x_missed", count=len(missed), titles=words.join(missed)), ""
    else:
        closed = x.row("close")
        yield 0, words("x_closing"), ""
        key = "x_closed" if closed else "x_not_closed"
        yield 0, words(key, row=closed.id if closed else 0, result=exact(x.own_actual)), ""
    yield 0, words("x_actual_is", result=exact(x.actual)), RESULT


def _weights(x: Explanation, chosen: list[StepSeen], key: str, words: Words) -> Iterator[Said]:
    yield 0, words(key), ""
    for seen in chosen:
        title, weight = clean(seen.step.title), seen.step.weight
        if key == "x_steps_due" or seen.reached is None:
            said = words("x_step_due", title=title, due=seen.due, weight=weight)
        else:
            on, row = seen.reached.effective_on, seen.reached.id
            said = words("x_step_reached", title=title, on=on, row=row, weight=weight)
        yield 1, said, DIM
    if not chosen:
        yield 1, words("x_no_step"), DIM
    part = sum(seen.step.weight for seen in chosen)
    whole = sum(seen.step.weight for seen in x.steps)
    result = exact(part * FULL // whole)
    yield 0, words("x_steps", part=part, all=whole, result=result), ""


def _children(x: Explanation, which: str, words: Words) -> Iterator[Said]:
    total = 0
    for child in x.children:
        named = {"code": child.item.code, "title": clean(child.item.title)}
        if child not in x.counted:
            yield 1, words("x_child_cancelled", **named), DIM
            continue
        part, weight = getattr(child, which), child.item.weight
        total += weight * part
        yield 1, words("x_child", **named, weight=weight, part=exact(part)), DIM
    weights = sum(child.item.weight for child in x.counted)
    yield 0, _mean(total, weights, words), ""


def _indicators(x: Explanation, words: Words) -> Iterator[Said]:
    yield 0, words("x_indicators"), ""
    total = weights = 0
    for seen in x.measures:
        name = clean(seen.measure.name)
        if seen.measure.target is None:
            yield 1, words("x_recorded_only", name=name), DIM
            continue
        part = seen.completion
        if part is not None:
            total, weights = total + seen.measure.weight * part, weights + seen.measure.weight
        yield 1, words.noted(name, words("x_weighted", weight=seen.measure.weight)), ""
        yield 2, _value(seen, words), DIM
        yield 2, _completion(seen, part, words), DIM
    if weights:
        yield 0, _mean(total, weights, words), ""
        return
    rates = any(seen.rate for seen in x.measures)
    kept = "x_all_rates_kept" if rates else "x_all_kept"
    yield 0, words("x_all_computed" if x.facts.computed else kept, result=exact(x.actual)), ""


def _value(seen: MeasureSeen, words: Words) -> str:
    if seen.measure.fed is not None:
        return _computed(seen, seen.measure.fed, words)
    if not seen.rows:
        return words("x_no_rows")
    unit = clean(seen.measure.unit)
    rows = " ＋ ".join(_row(row, words) for row in seen.rows)
    if seen.measure.reading == "latest":
        return words("x_rows_last", rows=rows)
    return words("x_rows_sum", rows=rows, value=words.amount(int_to_amount(seen.value), unit))


def _computed(seen: MeasureSeen, fed: "Fed", words: Words) -> str:
    """Where an indicator of a register comes from: 428 of 476 make 89.9%."""
    of = clean(fed.name(words.language))
    if fed.unknown is not None:
        first, last = map(words.day, fed.unknown)
        return words("x_register_open", register=of, first=first, last=last)
    if fed.value is None:
        return words("x_register_none", register=of)
    value = words.amount(int_to_amount(seen.value), clean(seen.measure.unit))
    if fed.counts is None:
        key = "x_register_total" if fed.is_rate else "x_register_count"
        return words(key, register=of, value=value)
    part, whole = fed.counts
    return words("x_register_rate", register=of, part=part, all=whole, value=value)


def _row(row: Entry, words: Words) -> str:
    amount = words.amount(row.amount or int_to_amount(0))
    return words("x_row_amount", amount=amount, row=row.id, on=words.day(row.effective_on))


def _completion(seen: MeasureSeen, part: int | None, words: Words) -> str:
    value, target = seen.value, int((seen.measure.target or 0) * 10_000)
    sense = seen.measure.sense
    if seen.rate and seen.kept:
        fed = seen.measure.fed
        unknown = "x_rate_open" if fed is not None and fed.unknown else "x_rate_unknown"
        key = unknown if seen.unknown else "x_rate_kept"
    elif sense == "at_most":
        key = "x_ceiling_kept" if seen.kept else "x_ceiling_broken"
    elif value < target:
        key = "x_at_least"
    elif sense == "at_least" or value == target:
        key = "x_reached"
    else:
        key = "x_beyond_all" if value >= 2 * target else "x_beyond"
    return words(
        key,
        value=words.amount(int_to_amount(value)),
        target=words.amount(int_to_amount(target)),
        result=exact(part or 0),
    )


def _mean(total: int, weights: int, words: Words) -> str:
    return words("x_mean", sum=exact(total), weight=weights, result=exact(total // weights))


def _levels(x: Explanation, words: Words) -> Iterator[Said]:
    gap = words("x_gap", expected=exact(x.expected), actual=exact(x.actual), gap=exact(x.gap))
    yield 0, gap, ""
    for level, held in x.conditions:
        answer = words("x_yes") if held else words("x_no")
        found = _found(x, level, held, words)
        tried = words.labelled(words.level(level), _condition(x, level, words))
        said = f"{level.mark} {tried} → {words.noted(answer, found)}"
        yield 0, said, f"bold {level.colour}" if held else DIM


def _condition(x: Explanation, level: Level, words: Words) -> str:
    limits = x.item.terms.thresholds
    key = f"x_{level.code}"
    if level.code == "far_behind":
        days = limits.unstarted_far_behind_days
        return words(key, points=limits.far_behind_points, days=days)
    if level.code == "behind":
        return words(key, points=limits.behind_points, days=limits.unstarted_behind_days)
    if level.code == "not_reported":
        return _asked(x, words)
    return words(key, days=limits.due_soon_days) if level.code == "due_soon" else words(key)


def _asked(x: Explanation, words: Words) -> str:
    if x.facts.asked is None:
        return words("x_not_asked")
    first, end = x.facts.asked
    return words("x_not_reported", first=first, last=end.fromordinal(end.toordinal() - 1))


def _found(x: Explanation, level: Level, held: bool, words: Words) -> str:
    """The fact that decided, where one can be named."""
    facts = x.facts
    if level.code == "overdue" and facts.broken_on:
        return words("x_overdue_since", day=facts.broken_on)
    if level.code == "overdue" and facts.settled:
        return words("x_settled")
    if level.code in ("far_behind", "behind"):
        if facts.unstarted:
            return words("x_unstarted", days=(x.as_of - x.item.start).days)
        return words("x_gap_is", points=exact(x.gap).rstrip("%"))
    if level.code == "not_reported" and facts.asked is not None:
        last = facts.last_reported
        return words("last_reported", day=last) if last else words("never_reported")
    if level.code == "due_soon" and facts.next_due:
        return words("x_next_due", day=facts.next_due)
    if level.code in ("cancelled", "closed_out") and held:
        row = x.row("cancel" if level.code == "cancelled" else "close")
        return words("x_row", row=row.id) if row else ""
    return ""
