"""The arithmetic that is shown: it ends where the statement ends, and its parts add up."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from plans.errors import NotFoundError
from tests import sample
from tests.conftest import NewStore, examples
from tests.worlds import WORKDAYS, Look, Step, World, histories, looks
from tracker.explain import Explanation, explain, explain_item
from tracker.judge import Judged, judge
from tracker.measured import complete
from tracker.particulars import load_particulars
from tracker.reports.console_explain import print_explanation
from tracker.reports.console_words import exact
from tracker.schema import AMOUNT_SCALE, FULL
from tracker.store import Store
from tracker.versions import find_plan
from tracker.view import load_scope

Worlds = tuple[Store, Iterator[int], Callable[[], datetime]]


def from_the_statement(item: Judged) -> tuple[object, ...]:
    return (
        *(item.level.code, item.expected, item.actual, item.due, item.last_reported),
        *(item.broken_on, item.next_due, item.lead, item.person, item.leader, item.extensions),
        *(item.held, item.late, item.missed, item.steps),
    )


def from_the_rows(x: Explanation) -> tuple[object, ...]:
    states = [seen.state for seen in x.steps]
    finished = x.level.code in ("cancelled", "closed_out", "done")
    dates = (None, None) if finished else (x.facts.broken_on, x.facts.next_due)
    return (
        *(x.level.code, x.expected, x.actual, x.due, x.facts.last_reported, *dates),
        *(x.who.lead, x.who.person, x.who.leader, len(x.extensions)),
        *(states.count(state) for state in ("held", "late", "missed")),
        len(states),
    )


@pytest.fixture(scope="module")
def store(new_store: NewStore) -> Iterator[Store]:
    """The sample year."""
    with Store(new_store("sample", sample.fill)) as opened:
        yield opened


def explanations(store: Store, as_of: date) -> list[Explanation]:
    with store.read() as connection:
        plan = find_plan(connection, 2024)
        found = load_particulars(connection, plan, as_of)
    return [explain_item(item, as_of) for item in found.values()]


def printed(store: Store, x: Explanation, width: int = 80) -> list[str]:
    console = sample.terminal(width)
    with store.read() as connection:
        scope = load_scope(connection, find_plan(connection, 2024), x.as_of, None)
    print_explanation(console, scope, x)
    return sample.text(console).splitlines()


def test_every_item_of_the_sample_year_is_explained_to_the_numbers_of_the_statement(
    store: Store,
) -> None:
    with store.read() as connection:
        plan = find_plan(connection, 2024)
        for week in range(0, 60):
            as_of = date(2023, 12, 29) + timedelta(days=7 * week + week % 5)
            found = load_particulars(connection, plan, as_of)
            judged = judge(connection, as_of, plans=[plan.id], workdays=sample.workdays())
            assert len(judged) == len(found)
            for item in judged:
                explained = explain_item(found[item.item_id], as_of)
                assert from_the_rows(explained) == from_the_statement(item), (as_of, item.code)


def test_what_was_known_at_a_moment_is_explained_to_the_numbers_of_the_statement(
    store: Store,
) -> None:
    with store.read() as connection:
        plan = find_plan(connection, 2024)
        for month in range(1, 13):
            known_at = datetime(2024, month, 17, 4, tzinfo=UTC)
            as_of = date(2024, month, 15)
            found = load_particulars(connection, plan, as_of, known_at)
            for item in judge(
                connection, as_of, known_at, plans=[plan.id], workdays=sample.workdays()
            ):
                explained = explain_item(found[item.item_id], as_of)
                assert from_the_rows(explained) == from_the_statement(item), (as_of, item.code)


@settings(max_examples=examples(40))
@given(histories, st.lists(looks, min_size=1, max_size=4))
def test_any_office_is_explained_to_the_numbers_of_the_statement(
    worlds: Worlds, history: list[Step], looked: list[Look]
) -> None:
    store, numbers, clock = worlds
    world = World([store], clock, f"office {next(numbers)}")
    world.live(history)
    for look in looked:
        as_of, known_at = world.day(look), world.known(look)
        if known_at is not None:
            known_at = max(known_at, world.moments[0])  # before that there was no plan
        with store.read() as connection:
            plan = find_plan(connection, 2024, world.office, known_at)
            found = load_particulars(connection, plan, as_of, known_at)
            judged = judge(connection, as_of, known_at, plans=[plan.id], workdays=WORKDAYS)
        assert [item.item_id for item in judged] == list(found)
        for item in judged:
            explained = explain_item(found[item.item_id], as_of)
            assert from_the_rows(explained) == from_the_statement(item)


@pytest.fixture(scope="module")
def worlds(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """A store that many examples share, as offices do."""
    path = tmp_path_factory.mktemp("worlds") / "duban.db"
    path.write_bytes(sqlite_template.read_bytes())
    minutes = count()
    with Store(f"sqlite:///{path}") as opened:
        start = datetime(2024, 1, 1, tzinfo=UTC)
        yield opened, count(), lambda: start + timedelta(minutes=next(minutes))


@pytest.mark.parametrize("as_of", [date(2024, 2, 29), date(2024, 7, 15), date(2024, 12, 31)])
def test_the_last_line_says_the_numbers_and_the_level(store: Store, as_of: date) -> None:
    for x in explanations(store, as_of):
        verdict = printed(store, x)[-1]
        level = x.level
        assert verdict == (
            f"{level.mark} 应达 {exact(x.expected)}，完成 {exact(x.actual)}，状态：{level.zh}"
        )


def test_the_weights_that_are_listed_add_up_to_the_numerator(store: Store) -> None:
    x = next(x for x in explanations(store, sample.AS_OF) if x.item.code == "5.3")
    lines = printed(store, x, width=120)
    expected = lines[lines.index("二、应达进度") : lines.index("三、完成进度")]
    actual = lines[
        lines.index("三、完成进度") : lines.index("四、状态判定（依次对照，先符合者为准）")
    ]
    for part, result in ((expected, x.expected), (actual, x.actual)):
        listed = [int(m[1]) for text in part if (m := re.search(r"，权重(\d+)$", text))]
        quotient = next(text for text in part if "÷" in text).strip()
        assert quotient == f"{sum(listed)} ÷ 100（全部节点权重）＝ {exact(result)}"


def test_the_rows_that_are_listed_add_up_to_the_value_of_an_indicator(store: Store) -> None:
    summed = 0
    for x in explanations(store, sample.AS_OF):
        for seen in x.measures:
            if seen.measure.reading == "sum" and seen.measure.fed is None:
                assert seen.value == sum(int((row.amount or 0) * AMOUNT_SCALE) for row in seen.rows)
                summed += bool(seen.rows)
    assert summed > 20


def test_a_row_that_was_taken_back_is_not_among_those_that_make_a_value(store: Store) -> None:
    taken_back = 0
    for x in explanations(store, date(2024, 12, 31)):
        counted = {row.id for seen in x.measures for row in seen.rows}
        for row in x.item.entries:
            if row.reversed_by is not None:
                taken_back += 1
                assert row.id not in counted
    assert taken_back


def test_an_extension_is_explained_by_its_request_and_its_approval(store: Store) -> None:
    x = next(x for x in explanations(store, date(2024, 9, 30)) if x.item.code == "4.8")
    [(request, approval)] = x.extensions
    lines = printed(store, x, width=120)
    assert (
        f"  第{request.id}行申请延期至{request.due}，第{approval.id}行于{approval.effective_on}同意"
        in lines
    )
    assert f"  现行期限 {x.due}" in lines


def test_every_level_that_was_tried_is_listed_up_to_the_one_that_held(store: Store) -> None:
    levels = set()
    for x in explanations(store, sample.AS_OF):
        lines = printed(store, x, width=140)
        start = lines.index("四、状态判定（依次对照，先符合者为准）") + 2
        tried = [text.split("：")[0].split()[-1] for text in lines[start:-2]]
        assert tried == [level.zh for level, _held in x.conditions]
        assert [held for _level, held in x.conditions] == [False] * (len(tried) - 1) + [True]
        levels.add(x.level.code)
    assert {"overdue", "far_behind", "behind", "not_reported", "due_soon", "on_track"} <= levels


@pytest.mark.parametrize("width", [60, 80, 140])
def test_no_line_of_an_explanation_is_wider_than_the_terminal(store: Store, width: int) -> None:
    for x in explanations(store, sample.AS_OF):
        assert max(map(cell_len, printed(store, x, width))) <= width


def test_an_unknown_code_names_those_that_are_like_it(store: Store) -> None:
    with store.read() as connection:
        plan = find_plan(connection, 2024)
        with pytest.raises(NotFoundError, match=r"9\.9.*no such item.*there are: "):
            explain(connection, plan, "9.9", sample.AS_OF)


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_completion_lies_between_nothing_and_everything_and_is_whole_on_target(
    value: int, target: int
) -> None:
    assert 0 <= (complete("at_least", value, target) or 0) <= FULL
    assert 0 <= (complete("exactly", value, target) or 0) <= FULL
    assert complete("at_least", target, target) == complete("exactly", target, target) == FULL
    assert complete("at_most", value, target) == (None if value <= target else 0)
    if value < target:
        assert complete("at_least", value, target) == complete("exactly", value, target)
        assert complete("at_least", value, target) != FULL
