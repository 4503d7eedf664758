"""Text in terminal cells: what fits, where lines break, and what a bar says."""

import os
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tracker.reports.cells import bar, clean, fit, line, percent, widest, wrap
from tracker.reports.console_words import exact, tenths
from tracker.schema import FULL

texts = st.text(
    st.one_of(
        st.characters(codec="utf-8"), st.sampled_from("整修巷道，。（）“”ab 12-%、：\n\t\x1b\u202e")
    )
)
parts = st.integers(0, FULL)


@given(texts, st.integers(0, 60), st.booleans())
def test_what_is_fitted_takes_exactly_its_cells(text: str, width: int, right: bool) -> None:
    assert cell_len(fit(clean(text), width, right=right)) == width


@given(texts)
def test_what_is_cleaned_is_one_printable_line(text: str) -> None:
    cleaned = clean(text)
    assert not set(cleaned) & set("\n\r\t\x1b\x00\x7f\x9b\u202e\u2066")
    assert clean(cleaned) == cleaned


@given(texts, st.integers(4, 60))
def test_wrapped_text_is_the_same_text_in_lines_that_fit(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(one) <= width for one in lines)
    assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")


def test_no_line_begins_with_closing_or_ends_with_opening_punctuation() -> None:
    text = "征收补偿方案公布（并征求意见），“三公示”全部完成；补偿款支付到位。" * 5
    for width in range(12, 60):
        for one in wrap(text, width):
            assert one[0] not in "，。；）”"
            assert one[-1] not in "（“"


def test_numbers_and_dates_are_not_torn_apart() -> None:
    text = "截至2024-10-31完成11000平方米"
    for width in range(12, 30):
        assert any("2024-10-31" in one for one in wrap(text, width))


@given(parts, parts, st.integers(2, 80))
def test_a_bar_takes_its_cells_and_is_full_only_when_all_is_done(
    actual: int, expected: int, width: int
) -> None:
    drawn = line(*bar(actual, expected, width, "red"))
    assert drawn.cells == width
    text = "".join(part for part, _style in drawn.parts)
    assert (text == "█" * width) == (actual == FULL)
    assert "█" not in text or actual > 0
    assert text.count("│") == (expected > 0 and actual < FULL)
    assert "▒" not in text or actual < expected


def test_a_bar_says_without_colour_what_is_done_and_what_should_be() -> None:
    def drawn(actual: int, expected: int) -> str:
        return "".join(part for part, _s in line(*bar(actual, expected, 10, "red")).parts)

    assert drawn(40_000, 60_000) == "████▒▒│░░░"
    assert drawn(80_000, 50_000) == "█████│██░░"
    assert drawn(0, 100_000) == "▒▒▒▒▒▒▒▒▒│"
    assert drawn(99_999, 100_000) == "█████████│"
    assert drawn(0, 0) == "░░░░░░░░░░"


@given(parts)
def test_a_share_is_never_rounded_to_what_is_not_reached(part: int) -> None:
    assert (percent(part) == "100%") == (part == FULL)
    assert (percent(part) == "0%") == (part == 0)
    assert percent(part) == f"{tenths(part)}%"
    assert (
        float(exact(part).rstrip("%")) * FULL / 100 == part
        or abs(float(exact(part).rstrip("%")) * FULL / 100 - part) < 0.01
    )


def test_widest_counts_cells_up_to_a_limit() -> None:
    assert widest(["abc", "整修"], 10) == 4
    assert widest(["整修巷道"], 6) == 6
    assert widest([], 6) == 0


def test_printing_to_a_pipe_loads_no_console_of_rich() -> None:
    code = (
        "import sys; from tracker.reports.cells import Pipe, line, show\n"
        "from tracker.reports import console\n"
        "show(Pipe(sys.stdout), [line('整修', ('巷道', 'bold'), '  ')])\n"
        "assert not {'rich.console', 'rich.text', 'rich.table'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ}
    )
    assert (done.returncode, done.stdout) == (0, "整修巷道\n"), done.stderr
