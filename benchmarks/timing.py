"""Timing whole processes in turn, so that a machine that slows down slows both down."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PYTHON = sys.executable
DUBAN = str(Path(PYTHON).parent / "duban")

Side = tuple[Sequence[str], Mapping[str, str]]
"""A command, and what its environment has more."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """What one target came to.

    Attributes:
        name: what is compared.
        measured: the median of the ratios of the pairs.
        most: the target, which ``measured`` may not exceed; None for what is only told.
        ours, theirs: median seconds (or megabytes) of the two sides.
        unit: of ours and theirs.
    """

    name: str
    measured: float
    most: float | None
    ours: float
    theirs: float
    unit: str = "s"

    @property
    def met(self) -> bool:
        """Whether the target is met."""
        return self.most is None or self.measured <= self.most


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that is measured.

    Without the settings of Python's that a machine may have: not to keep compiled modules would
    have all of Duban compiled at every start, and not to buffer would write each line by itself.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, **more}


def output(side: Side) -> str:
    """What a command prints.

    Raises:
        RuntimeError: the command failed.
    """
    command, more = side
    done = subprocess.run(command, env=environment(more), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-500:]}")
    return done.stdout


def seconds(side: Side) -> float:
    """Wall time of one run of a command; its output is thrown away."""
    began = time.perf_counter()
    output(side)
    return time.perf_counter() - began


def compare(name: str, most: float | None, ours: Side, theirs: Side, runs: int = 7) -> Ratio:
    """Runs both in turn, after one warm-up each, and takes the median of the ratios."""
    seconds(ours)
    seconds(theirs)
    return median(name, most, [(seconds(ours), seconds(theirs)) for _ in range(runs)])


def median(name: str, most: float | None, pairs: Sequence[tuple[float, float]]) -> Ratio:
    """The median of the ratios of pairs of times, ours first."""
    return Ratio(
        name,
        statistics.median(a / b for a, b in pairs),
        most,
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
    )


def memory(name: str, megabytes: int, most: float | None, ours: Side) -> Ratio:
    """Peak memory of a command, as a share of so many megabytes."""
    command, more = ours
    peak = float(output(([PYTHON, "-c", _PEAK, *command], more)))
    return Ratio(f"{name} : {megabytes} MB", peak / megabytes, most, peak, megabytes, "MB")


# A process of its own: what the benchmarks themselves needed counts for all that they start.
_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""
