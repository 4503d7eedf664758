"""Evidence: copied in under its hash, once, whole or not at all."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.errors import BadInputError, StoreError
from tests.conftest import examples
from tracker.registers import evidence
from tracker.registers.evidence import evidence_folder, fingerprint, keep, kept_file


def held(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@given(st.lists(st.binary(max_size=40), max_size=6))
@settings(max_examples=examples(30))
def test_what_is_kept_can_be_read_again_under_its_hash_and_lies_there_once(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    root = tmp_path_factory.mktemp("kept")
    folder = root / "evidence"
    for number, content in enumerate(contents):
        file = root / f"照片{number}.jpg"
        file.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        shown = {"name": file.name, "sha256": digest, "bytes": len(content)}
        assert keep(file, folder) == shown
        assert fingerprint(file) == {"name": file.name, "sha256": digest}
        file.unlink()
        assert kept_file(folder, digest).read_bytes() == content
    assert len(held(folder)) == len(set(contents))


def test_a_copy_is_not_changed_by_mistake_and_outlives_the_original(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"as it was")
    copy = kept_file(tmp_path / "kept", str(keep(file, tmp_path / "kept")["sha256"]))
    file.write_bytes(b"edited")
    assert copy.read_bytes() == b"as it was"
    assert copy.stat().st_mode & 0o222 == 0


def test_a_copy_that_cannot_be_finished_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, folder = tmp_path / "a.jpg", tmp_path / "kept"
    file.write_bytes(b"x" * 100)
    monkeypatch.setattr(evidence, "MAX_EVIDENCE_BYTES", 99)
    with pytest.raises(BadInputError, match="larger than"):
        keep(file, folder)
    assert held(folder) == []

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(evidence, "MAX_EVIDENCE_BYTES", 1000)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="cannot be kept here: No space left on device"):
        keep(file, folder)
    assert held(folder) == []


def test_a_file_that_grows_while_it_is_read_is_held_to_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"x" * 100)
    monkeypatch.setattr(evidence, "MAX_EVIDENCE_BYTES", 100)
    keep(file, tmp_path / "kept")
    with file.open("rb") as source:
        file.write_bytes(b"x" * 101)
        with pytest.raises(BadInputError, match="larger than"):
            list(evidence._pieces(file, source))


def test_only_an_ordinary_file_that_can_be_read_is_evidence(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, said in {"pipe": "expected a file", ".": "expected a file", "x": "cannot be"}.items():
        with pytest.raises(BadInputError, match=said):
            keep(tmp_path / name, tmp_path / "kept")
    odd = tmp_path / "a\u202ejpg.exe"
    odd.write_bytes(b"")
    with pytest.raises(BadInputError, match="name of the evidence"):
        keep(odd, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_evidence_is_not_called_after_a_person(tmp_path: Path) -> None:
    for name in ("王建国身份证.jpg", "13812345678.jpg"):
        file = tmp_path / name
        file.write_bytes(b"")
        for taking in (fingerprint, lambda file: keep(file, tmp_path / "kept")):
            with pytest.raises(BadInputError, match="name of the evidence: the text") as refused:
                taking(file)
            assert file.stem not in str(refused.value)
    assert not (tmp_path / "kept").exists()


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"")
    with pytest.raises(StoreError, match=r"a\.jpg: evidence cannot be kept here"):
        keep(file, file)


def test_evidence_lies_beside_the_store_or_where_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert evidence_folder(f"sqlite:///{tmp_path}/duban.db") == tmp_path / "duban.db.evidence"
    assert evidence_folder("postgresql://u@h/n") == Path.home() / ".local/share/duban/evidence"
    monkeypatch.setenv("DUBAN_EVIDENCE", str(tmp_path / "shown"))
    assert evidence_folder("postgresql://u@h/n") == tmp_path / "shown"
