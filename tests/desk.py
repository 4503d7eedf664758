"""The command line, called in this process or as a process of its own, and a plan to call it on."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import cli

ROOT = Path(__file__).parent.parent

PLAN = """\
duban: 1
office: 测试街道办事处
year: 2024
units:
  - {code: cj, name: 城建办, head: 城建办主任}
  - {code: c1, name: 第一社区, kind: community}
areas:
  - code: A
    title: 环境
    items:
      - code: "1"
        title: 整修道路
        lead: cj
        start: 2024-01-01
        due: 2024-11-30
        assumed: true
        indicators:
          - {name: 道路, unit: 条, target: 10}
          - {name: 投资, unit: 万元, target: 64, sense: at_most, assumed: true}
          - {name: 满意率, unit: "%", target: 90, reading: latest}
      - code: "2"
        title: 公园绿化
        lead: cj
        start: 2024-01-01
        due: 2024-09-30
        milestones:
          - {code: plan, title: 方案评审, due: 2024-06-30, weight: 40}
          - {code: done, title: 竣工, due: 2024-09-30, weight: 60}
  - code: B
    title: 民生
    items:
      - {code: "3", title: 走访慰问, lead: c1, start: 2024-01-01, due: 2024-12-31, every: monthly}
"""


@dataclass(frozen=True)
class Ran:
    """How a call ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as data."""
        return json.loads(self.out)


def duban(*arguments: str) -> Ran:
    """Calls the command line in this process, with nobody at a terminal."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.StringIO())
        with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
            code = cli.run(list(arguments))
    out, err = (written(stream) for stream in streams)
    return Ran(code, out, err)


def written(stream: io.TextIOWrapper) -> str:
    """What was written to a stream in memory."""
    stream.flush()
    stream.seek(0)
    return stream.read()


def fine(*arguments: str) -> Ran:
    """Calls the command line in this process; it has to go well and say nothing on stderr."""
    ran = duban(*arguments)
    assert (ran.code, ran.err) == (0, ""), ran
    return ran


def refused(code: int, *arguments: str) -> str:
    """Calls the command line in this process; it has to be refused in one line, which is returned.

    Nothing else is printed, and nothing that a terminal would obey.
    """
    ran = duban(*arguments)
    assert (ran.code, ran.out) == (code, ""), ran
    assert ran.err.endswith("\n")
    line = ran.err[:-1]
    assert line
    assert line.isprintable(), ran
    return line


def process(
    *arguments: str, env: Mapping[str, str] | None = None, **settings: Any
) -> subprocess.Popen[str]:
    """Starts the command line as a process of its own."""
    command = [sys.executable, "-c", "import cli; cli.main()", *arguments]
    here = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=here, text=True, **{**pipes, **settings})


def ended(started: subprocess.Popen[str], seconds: float = 60) -> Ran:
    """Waits for a process."""
    out, err = started.communicate(timeout=seconds)
    return Ran(started.returncode, out or "", err or "")


def modules_of(*arguments: str) -> set[str]:
    """The top-level modules that a process has imported when it has answered."""
    return modules_of_all([arguments])


def modules_of_all(calls: Iterable[Iterable[str]]) -> set[str]:
    """The top-level modules that a process has imported when it has answered all these calls."""
    code = (
        "import sys, cli\n"
        f"for call in {[list(call) for call in calls]!r}: assert cli.run(call) == 0, call\n"
        "print('modules:', *{name.partition('.')[0] for name in sys.modules})"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(ran.stdout.rpartition("modules:")[2].split())


def write(folder: Path, text: str, name: str = "plan.yaml") -> str:
    """Writes a file; returns its path as it is typed."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)
