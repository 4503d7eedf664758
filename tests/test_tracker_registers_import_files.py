"""Files that are no tables, too large, damaged or hostile: told so in one line."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.errors import BadInputError
from tests.conftest import examples
from tests.desk import duban, refused
from tests.petition_office import load
from tests.tables import workbook
from tracker.registers import sheet_file, sheet_rows
from tracker.registers.layout import LAYOUTS, TOTALS, fold_heading, recognise
from tracker.registers.sheet_file import Cell, TableFile, read_table

TABLE = workbook({"工单": [["编号", "主题"], ["1", "噪声"]]})


def read(content: bytes) -> list[tuple[str | None, list[list[Cell]]]]:
    tables = TableFile(Path("cases.xlsx"), content).sheets()
    return [(sheet.name, [list(row) for row in sheet.rows]) for sheet in tables]


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_sheet(change: Callable[[bytes], bytes]) -> bytes:
    files = parts(TABLE)
    name = "xl/worksheets/sheet1.xml"
    return packed(files | {name: change(files[name])})


def test_a_workbook_and_a_text_are_read_alike() -> None:
    rows = [["编号", "主题"], ["1", "噪声"]]
    assert read(TABLE) == [("工单", rows)]
    for content in ("编号,主题\n1,噪声\n", "\ufeff编号,主题\r\n1,噪声\r\n", "编号\t主题\n1\t噪声"):
        assert read(content.encode()) == [(None, rows)]
    assert read('编号,主题\n1,"噪声"'.encode("gb18030")) == [(None, rows)]
    for mark in ",\t;":
        lines = [
            "工单、办结,回访",
            *(mark.join([*row, "x", "a,b" if mark == "\t" else "y"]) for row in rows),
        ]
        found = read("\n".join(lines).encode())[0][1]
        assert [row[:2] for row in found[1:]] == rows


def test_what_a_formula_came_to_is_read_and_no_macro_gets_by() -> None:
    files = parts(TABLE) | {"xl/vbaProject.bin": b"macro", "xl/media/a.png": b"\x89PNG"}
    assert read(packed(files)) == read(TABLE)
    formula = b'<c r="B2"><f>HYPERLINK("http://x")</f><v>7</v></c>'
    changed = with_sheet(lambda sheet: re.sub(rb'<c r="B2".*?</c>', formula, sheet))
    assert read(changed)[0][1][1] == ["1", 7.0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither an .xlsx workbook nor a .csv text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, "an .xls workbook, or one with a password"),
        ("编号".encode("utf-16"), "encoded as UTF-16"),
        (b"PK\x03\x04 and nothing else", "damaged, or no .xlsx workbook"),
        (TABLE[: len(TABLE) // 2], "damaged, or no .xlsx workbook"),
        (packed({"word/document.xml": b"<a/>"}), "no .xlsx workbook"),
        (packed({"xl/workbook.xml": b"<a/>"}), "damaged, or no .xlsx workbook"),
        (with_sheet(lambda sheet: sheet[:300]), "damaged"),
        (b'a,b\n"' + b"x" * 200_000 + b'"\n', "no .csv text"),
    ],
)
def test_what_is_no_table_is_told_so(content: bytes, said: str) -> None:
    with pytest.raises(BadInputError, match=r"^cases\.xlsx: ") as told:
        read(content)
    assert said in str(told.value)


@pytest.mark.parametrize(
    "rest", ['2,"噪声\n3,油烟\n4,停车\n', '2,"噪声\n3,"油烟"\n4,停车\n', '2,噪声\n3,"油']
)
def test_a_quotation_mark_that_is_not_closed_swallows_no_rows(rest: str) -> None:
    opens = 2 + rest.partition('"')[0].count("\n")
    with pytest.raises(BadInputError, match=rf"row {opens}: .* a quotation mark") as told:
        read(f"编号,主题\n{rest}".encode())
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "far", [b'r="XFD1048576"', b"r='XFD1048576'", b'\tr = "XFD1048576"', b'r="&#88;FD1048576"']
)
def test_a_cell_so_far_away_that_no_memory_would_do_is_refused(far: bytes) -> None:
    content = with_sheet(lambda sheet: sheet.replace(b'r="B2"', far))
    with pytest.raises(BadInputError, match="too far to the right or below"):
        read(content)


@pytest.mark.parametrize("place", ["AZ50000", "GZ2000", "ZZ500", "XFD9"])
def test_wide_and_long_tables_are_read_within_reason(place: str) -> None:
    content = with_sheet(
        lambda sheet: sheet.replace(b'r="B2"', f'r="{place}"'.encode()).replace(
            b'<row r="2"', f'<row r="{place.lstrip("AGXFDZ")}"'.encode()
        )
    )
    assert read(content)[0][1][-1][-1] == "噪声"


def test_what_unpacks_to_more_than_it_may_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheet_file, "MAX_UNPACKED", 5_000_000)
    bomb = with_sheet(lambda sheet: sheet + b" " * 6_000_000)
    assert len(bomb) < 30_000
    with pytest.raises(BadInputError, match="larger than 5 MB when it is unpacked"):
        read(bomb)


def test_a_part_that_lies_about_its_size_is_not_unpacked_any_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = with_sheet(lambda sheet: sheet + b" " * 50_000_000)
    at = bomb.rindex(b"xl/worksheets/sheet1.xml") - 46 + 24  # its size in the central directory
    assert struct.unpack("<I", bomb[at : at + 4])[0] > 50_000_000
    lying = bomb[:at] + struct.pack("<I", 1000) + bomb[at + 4 :]
    unpacked: list[int] = []
    honest = zlib.decompressobj

    class Counting:
        def __init__(self, bits: int = zlib.MAX_WBITS) -> None:
            self.inner = honest(bits)

        def __getattr__(self, name: str) -> object:
            return getattr(self.inner, name)

        def decompress(self, data: bytes, most: int = 0) -> bytes:
            got = self.inner.decompress(data, most)
            unpacked.append(len(got))
            return got

    monkeypatch.setattr(zlib, "decompressobj", Counting)
    with pytest.raises(BadInputError, match="damaged"):
        read(lying)
    assert sum(unpacked) < 1_000_000


@given(st.data())
@settings(max_examples=examples(60))
def test_a_damaged_workbook_is_read_or_told_to_be_damaged(data: st.DataObject) -> None:
    files = parts(TABLE)
    name = data.draw(st.sampled_from([name for name in files if name.endswith((".xml", ".rels"))]))
    content = files[name]
    at = data.draw(st.integers(0, len(content) - 1))
    cut = data.draw(st.integers(0, 40))
    new = data.draw(st.binary(max_size=4))
    changed = packed(files | {name: content[:at] + new + content[at + cut :]})
    with suppress(BadInputError):  # whatever else is raised is a bug
        read(changed)


def test_a_file_too_large_or_not_there_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_file, "MAX_BYTES", 1_000_000)
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 1_000_001)
    for name, said in ((path, "larger than 1 MB"), (tmp_path, "is a directory"), ("?", "no such")):
        with pytest.raises(BadInputError, match=said):
            read_table(Path(name))


def test_the_desk_refuses_what_has_no_headings_in_one_line(
    tmp_path: Path, sqlite_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(sqlite_store_url)
    path = tmp_path / "a.csv"
    arguments = ("petition", "import", str(path), "--db", sqlite_store_url, "--year", "2024")
    path.write_text("一,二\n1,2\n", encoding="utf-8")
    assert "no heading row among the first 20" in refused(3, *arguments)
    path.write_text("标题\n编号,渠道,收到日期\n1,来信,2024-01-01\n", encoding="utf-8")
    assert "row 2, 主题: there is no such column" in duban(*arguments).err
    path.write_bytes(b"\xd0\xcf\x11\xe0")
    assert "save it as .xlsx" in refused(3, *arguments)
    monkeypatch.setattr(sheet_rows, "MAX_ROWS", 2)
    path.write_text("编号,渠道,主题,收到日期\n" + "1,,,\n" * 3, encoding="utf-8")
    assert "more than 2 rows" in refused(3, *arguments)


@pytest.mark.parametrize("register", LAYOUTS)
def test_no_heading_means_two_things_in_a_register(register: str) -> None:
    for fields in (LAYOUTS[register], TOTALS):
        names = [fold_heading(name) for f in fields for name in (f.code, *f.names)]
        assert len(names) == len(set(names))
        found = recognise([["说明"], [f"{field.names[-1]}（必填）" for field in fields]], register)
        assert found is not None
        assert (found.row, found.missing, list(found.columns)) == (2, [], [f.code for f in fields])


def test_the_docs_list_every_heading() -> None:
    docs = (Path(__file__).parent.parent / "docs" / "registers.md").read_text(encoding="utf-8")
    for fields in (*LAYOUTS.values(), TOTALS):
        for field in fields:
            star = "\\*" if field.needed else ""
            also = ", ".join([f"`{field.code}`", *field.names[1:]])
            assert f"| {field.names[0]}{star} | {also} |" in docs, field
