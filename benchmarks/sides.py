"""What is timed of Duban as a process of its own: python -m benchmarks.sides NAME ARGUMENT…

Only what no command does by itself; the commands are timed as they are. What these are compared
with is in ``benchmarks/bare.py``.
"""

import gc
import sys
import time
from collections.abc import Callable
from datetime import date


def judge(url: str, as_of: str) -> None:
    """Judges all items and rolls them up by unit and level.

    Prints the seconds from where the database begins to where all rows are there; the process opens
    the store and puts the statement together, too.
    """
    from sqlalchemy import event

    from benchmarks.statements import roll_up
    from tracker.store import Store

    began: list[float] = []
    with Store(url) as store, store.read() as connection:
        event.listen(
            connection, "before_cursor_execute", lambda *_: began.append(time.perf_counter())
        )
        connection.execute(roll_up(date.fromisoformat(as_of))).all()
        print(time.perf_counter() - began[-1])


def record(url: str, items: str) -> None:
    """Records a plan, as ``duban plan load`` does once the file is read.

    Instead of being read, each item is made when its turn comes; that is counted, too.
    """
    from benchmarks.items import FIRST, LOADED, plan
    from tracker.store import Store
    from tracker.versions import record_version

    with Store(url) as store, store.write(LOADED) as writing:
        record_version(writing, plan(int(items)), "", author="bench", on=FIRST)


if __name__ == "__main__":
    gc.set_threshold(100_000, 50)  # as in cli.main
    sides: dict[str, Callable[..., None]] = {"judge": judge, "record": record}
    sides[sys.argv[1]](*sys.argv[2:])
