"""How much work something is, without a clock: a busy machine is slow, but counts the same."""

import sys
from collections.abc import Callable


def steps(work: Callable[[], object]) -> int:
    """How many calls Python makes for it, of functions of its own and of C."""
    count = 0

    def step(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(step)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
