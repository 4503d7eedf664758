"""Write constraints.txt: the exact version of every package, for every Python given.

    python .ci/constraints.py python3.11 python3.12 python3.13 > constraints.txt

Installs Duban with its extras into a fresh environment of each Python, one after the other, and
asks pip what is there. A version that not every Python has gets an environment marker.
"""

import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEADER = """\
# The exact version of everything that is installed, transitive dependencies too.
# Written by `make constraints`; not edited by hand.
"""


def frozen(python: str, directory: Path) -> tuple[str, list[str]]:
    """The version of a Python, as "3.12", and what pip freezes after a fresh install there."""
    subprocess.run([python, "-m", "venv", directory], check=True)

    def output(*arguments: str) -> str:
        return subprocess.check_output([directory / "bin" / "python", *arguments], text=True)

    version = output("-c", "import sys; print('%d.%d' % sys.version_info[:2])").strip()
    print(f"==> Python {version}", file=sys.stderr)
    output("-m", "pip", "install", "-qq", f"{ROOT}[dev]")
    lines = output("-m", "pip", "freeze", "--exclude", "duban").splitlines()
    return version, [line.strip() for line in lines if "==" in line]


def merged(frozen_by_python: dict[str, list[str]]) -> list[str]:
    """One line a package where all agree, otherwise one for each Python that has it."""
    pythons_by_pin: dict[str, list[str]] = defaultdict(list)
    for version, pins in frozen_by_python.items():
        for pin in pins:
            pythons_by_pin[pin].append(version)
    lines = []
    for pin in sorted(pythons_by_pin, key=lambda pin: pin.lower().split("==")):
        pythons = pythons_by_pin[pin]
        if len(pythons) == len(frozen_by_python):
            lines.append(pin)
        else:
            marker = " or ".join(f'python_version == "{version}"' for version in pythons)
            lines.append(f"{pin} ; {marker}")
    return lines


def main() -> None:
    """Freeze each Python named on the command line; print the merged constraints."""
    with tempfile.TemporaryDirectory() as directory:
        by_python = dict(
            frozen(python, Path(directory) / str(number))
            for number, python in enumerate(sys.argv[1:])
        )
    print(HEADER + "\n".join(merged(by_python)))


if __name__ == "__main__":
    main()
