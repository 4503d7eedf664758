"""What is recorded, but may be a slip of the hand, is said on standard error."""

from pathlib import Path

import pytest

from tests.desk import PLAN, duban, fine, write

GROWTH = 'indicators:\n          - {name: 增幅, unit: "%", target: 120, reading: latest}'


@pytest.fixture(autouse=True)
def plan(sqlite_store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_DB", sqlite_store_url)
    text = PLAN.replace("indicators:", GROWTH).replace("target: 64", "target: 0")
    fine("plan", "load", write(tmp_path, text))


@pytest.mark.parametrize(
    ("figures", "warning"),
    [
        (
            ("--set", "满意率=956"),
            "满意率: 956% is beyond 90% by 866%; if that is wrong: duban undo 1",
        ),
        (("--set", "满意率=100"), ""),
        (("--set", "增幅=130"), ""),
        (("--add", "道路=100"), ""),
        (("--add", "投资=900"), ""),
        (
            ("--add", "投资=1", "--add", "道路=100.5"),
            "道路: 100.5条 is beyond 10条 by 90.5条; if that is wrong: duban undo 2",
        ),
    ],
)
def test_a_figure_far_beyond_its_target_is_recorded_and_said(
    figures: tuple[str, ...], warning: str
) -> None:
    ran = duban("update", "1", *figures)
    assert (ran.code, ran.err) == (0, warning and f"{warning}\n")
    again = duban("update", "1", *figures, "--json")
    assert len(again.json["rows"]) == len(figures) // 2


def test_amounts_that_are_added_up_are_held_against_the_target_together() -> None:
    fine("update", "1", "--add", "道路=60")
    assert "道路: 101条 is beyond 10条" in duban("update", "1", "--add", "道路=41").err
    fine("undo", "2")
    fine("update", "1", "--add", "道路=4")
