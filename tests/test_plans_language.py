"""The language of the command line: Chinese under zh_* locales, and complete catalogues."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from plans.language import chinese, locale_name, why
from tests.desk import PLAN, ended, process, write

ROOT = Path(__file__).parent.parent
ZH = {"LC_ALL": "zh_CN.UTF-8"}


def test_the_catalogues_are_complete_and_in_step_with_the_source() -> None:
    command = [sys.executable, ".ci/messages.py", "--check"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("variables", "name", "is_chinese"),
    [
        ({}, "C", False),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN.UTF-8", True),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en_GB.UTF-8", False),
        ({"LC_MESSAGES": "en_GB.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh_TW.UTF-8", True),
        ({"LC_ALL": "", "LANG": "zh"}, "zh", True),
    ],
)
def test_the_locale_is_that_of_posix(
    variables: dict[str, str], name: str, is_chinese: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    assert locale_name() == name
    assert chinese() is is_chinese


def test_help_is_chinese_down_to_the_words_of_the_library() -> None:
    ran = ended(process("update", "--help", env=ZH))
    assert ran.code == 0
    assert ran.out.startswith("用法: duban update [OPTIONS] CODE\n")
    for text in ("选项:", "填报事项进展", "累加到指标。", "显示本帮助后退出。", "示例:"):
        assert text in ran.out


def test_chinese_help_fits_into_the_cells_of_the_terminal() -> None:
    from commands.help import cells

    for width in ("60", "80", "100"):
        ran = ended(process("plan", "load", "--help", env={**ZH, "COLUMNS": width}))
        text = ran.out.partition("示例:")[0]
        assert max(cells(line) for line in text.splitlines()) <= int(width)
        assert not [line for line in text.splitlines() if line.strip().startswith(("，", "。"))]


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "zh_TW.UTF-8", "zh"])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("foo",), "没有命令'foo'（用法见：duban --help）\n"),
        (
            ("show", "x", "--as-of", "从前"),
            "--as-of: '从前'不是日期；应如2024-06-30、6月30日或6月底\n",
        ),
    ],
)
def test_errors_are_chinese(locale: str, arguments: tuple[str, ...], said: str) -> None:
    ran = ended(process(*arguments, env={"LC_ALL": locale}))
    assert ran.err == said


def test_a_variable_for_other_programs_does_not_mix_the_languages() -> None:
    ran = ended(process("foo", env={"LC_ALL": "en_US.UTF-8", "LANGUAGE": "zh_CN"}))
    assert ran.err == "No such command 'foo' (see: duban --help)\n"


def test_what_is_recorded_is_said_in_chinese(
    sqlite_store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_DB", sqlite_store_url)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    loaded = ended(process("plan", "load", write(tmp_path, PLAN)))
    assert loaded.out.startswith("已载入为基准版。测试街道办事处2024年：板块2，单位2，事项3")
    update = ("update", "2", "--milestone", "plan", "--on", "6月20日", "--year", "2024")
    assert ended(process(*update)).out == (
        "已记入第1行。2 公园绿化：! 逾期，完成40%，应达100%，期限2024-09-30\n"
    )
    two = ended(process("update", "1", "--add", "道路=1", "--add", "投资=1"))
    assert two.out.startswith("已记入第2、3行。")
    unknown = ended(process("update", "1", "--add", "街道=1"))
    assert unknown.err == "街道：1没有这个指标；现有：道路 (条)\n"
    ended(process("cancel", "3", "--reason", "x", "--on", "2024-07-01"))
    assert "3：2024-07-01由第4行已取消；" in ended(process("update", "3", "--note", "x")).err


def test_what_the_operating_system_says_is_chinese_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    write(tmp_path, PLAN)
    for path, said_of_it, said in (
        ("nowhere.jpg", "No such file", "没有这个文件或文件夹"),
        ("plan.yaml/x", "Not a directory", "不是文件夹"),
    ):
        with pytest.raises(OSError, match=said_of_it) as raised:
            (tmp_path / path).read_text()
        assert why(raised.value) == said
    assert why(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))) == "磁盘已满"
    assert why(OSError("its own words")) == "its own words"
    monkeypatch.setenv("LC_ALL", "C")
    assert why(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))) == "No space left on device"
