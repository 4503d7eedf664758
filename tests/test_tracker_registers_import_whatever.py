"""Rows of which some cells are changed at random: each comes in whole, or it is told why not."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.errors import BadInputError
from tests.conftest import examples
from tests.petition_office import load
from tests.tables import TODAY, WORKDAYS, workbook
from tracker.migrate import migrate
from tracker.registers.filing import Filing
from tracker.registers.importing import Imported, import_table
from tracker.registers.satisfaction import read_survey
from tracker.registers.sheet_file import TableFile
from tracker.store import Store
from tracker.versions import find_plan

ROW = {
    "编号": "1",
    "渠道": "来信",
    "主题": "噪声扰民",
    "社区": "c1",
    "收到日期": "2024-03-01",
    "受理日期": "2024-03-02",
    "办结日期": "2024-03-09",
    "办结结果": "已解决",
    "回访日期": "",
    "满意度": "",
}
STEPS = ("受理日期", "办结日期", "满意度")
ODD = (
    *("", " ", "#N/A", "#REF!", "=A1", "合计", "小计：3", "满意", "一般", "未评价", "张三", "2"),
    *("2024-03-05", "2024年3月10日 9:00", "3-9", "5.1", "45423", "已解决", "来信", "第一社区"),
)
CELLS = st.one_of(st.sampled_from(ODD), st.text("0123456789-/.年月日#=NA合计 ", max_size=8))
HEADINGS = st.sampled_from([*ROW, "", "姓名", "备注", "办结日"])


class UndoneError(Exception):
    """Takes back what a try has recorded."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path_factory.mktemp('office') / 'duban.db'}"
    migrate(url)
    load(url)
    with Store(url) as opened:
        yield opened


def tried(store: Store, content: bytes) -> Imported | None:
    """What an import came to; None where it was refused. Nothing of it stays."""
    imported = None
    with suppress(UndoneError), store.write() as writing:
        plan = find_plan(writing.connection, 2024)
        filing = Filing(writing, plan, "petition", "信访办", TODAY, WORKDAYS)
        with suppress(BadInputError):  # whatever else is raised is a bug
            imported = import_table(filing, TableFile(Path("a.csv"), content))
        raise UndoneError
    return imported


@given(
    st.lists(st.tuples(st.sampled_from([*ROW]), CELLS), max_size=3),
    st.none() | st.tuples(st.sampled_from([*ROW]), HEADINGS),
    st.booleans(),
)
@settings(max_examples=examples(120))
def test_a_row_comes_in_whole_or_is_told(
    store: Store, cells: list[tuple[str, str]], other: tuple[str, str] | None, as_workbook: bool
) -> None:
    row = ROW | dict(cells)
    headings = [other[1] if other and name == other[0] else name for name in row]
    table = [headings, [*row.values()]]
    content = "\n".join(map(",".join, table)).encode()
    done = tried(store, workbook({"工单": table}) if as_workbook else content)
    if done is None:
        return
    assert done.columns_left_out == [name for name in headings if name and name not in ROW]
    said = dict(zip(headings, row.values(), strict=True))
    if not done.counts.new:
        assert done.warnings or not any(map(str.strip, row.values()))
        return
    assert not {"#N/A", "#REF!", "=A1"} & {said.get(name) for name in ROW}
    given_steps = [said.get(name, "").strip() for name in STEPS]
    given_steps[-1] = (given_steps[-1] and read_survey(given_steps[-1])) or ""
    assert done.counts.events == sum(map(bool, given_steps))
