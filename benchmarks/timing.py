"""Timing whole processes in turn, so that a machine that slows down slows both down."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PYTHON = sys.executable
DUBAN = str(Path(PYTHON).parent / "duban")


@dataclass(frozen=True, slots=True)
class Ratio:
    """What one target came to.

    Attributes:
        name: what is compared.
        measured: the median of the ratios of the pairs.
        most: the target, which ``measured`` may not exceed.
        ours, theirs: median seconds (or megabytes) of the two sides.
        unit: of ours and theirs.
    """

    name: str
    measured: float
    most: float
    ours: float
    theirs: float
    unit: str = "s"

    @property
    def met(self) -> bool:
        """Whether the target is met."""
        return self.measured <= self.most


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that is measured.

    Without the settings of Python's that a machine may have: not to keep compiled modules would
    have all of Duban compiled at every start, and not to buffer would write each line by itself.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, **env}


def seconds(command: Sequence[str], env: Mapping[str, str]) -> float:
    """Wall time of one run of a command; its output is thrown away.

    Raises:
        RuntimeError: the command failed.
    """
    began = time.perf_counter()
    done = subprocess.run(command, env=environment(env), capture_output=True)
    took = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode()[-500:]}")
    return took


def compare(
    name: str,
    most: float,
    ours: tuple[Sequence[str], Mapping[str, str]],
    theirs: tuple[Sequence[str], Mapping[str, str]],
    runs: int = 7,
) -> Ratio:
    """Runs both in turn, after one warm-up each, and takes the median of the ratios."""
    seconds(*ours)
    seconds(*theirs)
    pairs = [(seconds(*ours), seconds(*theirs)) for _ in range(runs)]
    return Ratio(
        name,
        statistics.median(a / b for a, b in pairs),
        most,
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
    )


def peak_mb() -> float:
    """The largest resident size of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
