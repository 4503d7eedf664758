"""``duban summary``: on the terminal, as data, into files; and what it refuses."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import desk, years
from tests.conftest import NewStore

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def db(new_store: NewStore) -> str:
    """A store with both years."""
    return f"--db={new_store('years', years.fill)}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to write into."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("year", years.YEARS)
def test_the_summary_is_printed_as_of_the_last_day_of_the_year(db: str, year: int) -> None:
    page = (GOLDEN / f"summary_{year}.md").read_text(encoding="utf-8")
    assert desk.fine("summary", str(year), db).out == page


def test_the_summary_as_of_a_day_and_as_known_then(db: str) -> None:
    june = desk.fine("summary", "2024", db, "--as-of=2024-06-30").out
    assert "截至6月30日" in june
    known = desk.fine("summary", "2024", db, "--as-of=2024-06-30", "--known-at=2024-06-05").out
    assert known != june


def test_a_written_page_is_the_printed_one(db: str, here: Path) -> None:
    said = desk.fine("summary", "2024", db, "-o", "年终总结.md").out
    assert said.startswith("年终总结.md: written; ")
    assert (here / "年终总结.md").read_text("utf-8") == desk.fine("summary", "2024", db).out


def test_a_written_page_may_end_with_its_sources(db: str, here: Path) -> None:
    desk.fine("summary", "2024", db, "-o", "a.md", "--sources")
    page = (here / "a.md").read_text(encoding="utf-8")
    assert page.startswith(desk.fine("summary", "2024", db).out)
    assert "\n## 数据来源\n" in page
    row = r"\| \\#\d+ \| 2024-06-20 \| 党建办公室 \| 1.1 \| 增加 \| 党章集体学习 \| \+1 \|"
    assert re.search(row, page)


def test_written_data_are_the_printed_ones(db: str, here: Path) -> None:
    desk.fine("summary", "2023", db, "-o", "a.JSON")
    printed = desk.fine("summary", "2023", db, "--json").json
    assert json.loads((here / "a.JSON").read_text(encoding="utf-8")) == printed
    keys = "id text value unit approx label kind source rows plan registers"
    assert all(list(figure) == keys.split() for figure in printed["figures"])
    assert "rows" not in printed
    assert desk.fine("summary", "2023", db, "--json", "--sources").json["rows"]


def test_what_was_written_is_said_as_data_where_data_are_wanted(db: str, here: Path) -> None:
    said = desk.fine("summary", "2023", db, "-o", "a.md", "--json").json
    assert said["file"] == "a.md"
    assert said["figures"] > 120


def test_sources_list_each_figure_with_its_rows(db: str) -> None:
    lines = desk.fine("summary", "2024", db, "--sources").out.splitlines()
    said = r"\[\d+\] 1次  1.1 党章集体学习  \(台账数\)  台账第(\d+)行"
    at, row = next((n, m[1]) for n, line in enumerate(lines) if (m := re.fullmatch(said, line)))
    assert lines[at + 1] == f"    #{row}  2024-06-20  党建办公室  1.1  增加  党章集体学习  +1"


def test_a_file_is_replaced_and_keeps_its_mode(db: str, here: Path) -> None:
    page = here / "a.md"
    page.write_text("old", encoding="utf-8")
    page.chmod(0o640)
    desk.fine("summary", "2024", db, "-o", "a.md")
    assert page.read_text(encoding="utf-8") != "old"
    assert page.stat().st_mode & 0o777 == 0o640


def test_a_new_file_has_the_mode_that_the_user_s_mask_leaves(db: str, here: Path) -> None:
    mask = os.umask(0o027)
    try:
        desk.fine("summary", "2024", db, "-o", "a.md")
    finally:
        os.umask(mask)
    assert (here / "a.md").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("a.docx", "a.docx: Word files cannot be written yet; expected .md or .json"),
        ("a.pdf", "a.pdf: expected a name that ends with .md or .json"),
        ("a", "a: expected a name that ends with .md or .json"),
        ("nowhere/a.md", "nowhere/a.md: cannot be written: No such file or directory"),
        ("file/a.md", "file/a.md: cannot be written: Not a directory"),
        ("folder.md", "folder.md: cannot be written: is a directory; expected a file"),
        ("长" * 100 + ".md", "cannot be written: File name too long"),
    ],
)
def test_a_file_that_cannot_be_written_is_one_clear_line(
    db: str, here: Path, file: str, said: str
) -> None:
    (here / "folder.md").mkdir()
    (here / "file").touch()
    before = sorted(here.iterdir())
    assert said in desk.refused(3, "summary", "2024", db, "-o", file)
    assert sorted(here.iterdir()) == before


def test_a_full_disk_leaves_the_file_as_it_was(db: str, here: Path) -> None:
    (here / "a.json").write_text("old", encoding="utf-8")

    def small_files_only() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    arguments = ("summary", "2024", db, "-o", "a.json", "--sources")
    ran = desk.ended(desk.process(*arguments, preexec_fn=small_files_only))
    assert (ran.code, ran.out, ran.err) == (3, "", "a.json: cannot be written: File too large\n")
    assert (here / "a.json").read_text(encoding="utf-8") == "old"
    assert [path.name for path in here.iterdir()] == ["a.json"]


def test_the_year_is_given_once_and_has_to_have_a_plan(db: str) -> None:
    assert "no such plan" in desk.refused(4, "summary", "2022", db)
    assert "give one of them" in desk.refused(2, "summary", "2024", "--year=2023", db)
    assert desk.duban("summary", "abc", db).code == 2
    assert desk.fine("summary", "2024", "--year=2024", db).out


def test_a_broken_template_of_the_plan_is_one_clear_line(tmp_path: Path) -> None:
    db = f"--db=sqlite:///{tmp_path / 'duban.db'}"
    text = desk.PLAN.replace("title: 整修道路", "title: 整修道路\n        summary: '{{ tell }}'")
    desk.fine("init", db)
    desk.fine("plan", "load", desk.write(tmp_path, text), db)
    desk.fine("update", "1", "--add=道路=3", "--on=2024-03-01", db, "--year=2024")
    said = desk.refused(3, "summary", "2024", db)
    assert said == "测试街道办事处 2024: item 1, summary, line 1: 'tell' is undefined"


def test_a_number_without_a_source_is_told_of_on_standard_error(tmp_path: Path) -> None:
    db = f"--db=sqlite:///{tmp_path / 'duban.db'}"
    text = desk.PLAN.replace("title: 整修道路", "title: 整修道路\n        summary: 修了17条。")
    desk.fine("init", db)
    desk.fine("plan", "load", desk.write(tmp_path, text), db)
    desk.fine("update", "1", "--add=道路=3", "--on=2024-03-01", db, "--year=2024")
    ran = desk.duban("summary", "2024", db)
    assert ran.code == 0
    assert ran.err == "17: stands in the wording, so it has no source: 修了17条。\n"


def test_the_summary_imports_nothing_that_loading_and_flows_need(db: str) -> None:
    code = (
        f"import sys, cli; cli.run(['summary', '2024', {db!r}]); "
        "print([m for m in ('pydantic', 'prefect', 'alembic', 'pendulum', 'openpyxl', 'rich') "
        "if m in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=desk.ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stderr == "[]\n"
