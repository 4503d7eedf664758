"""The ordered table of status levels; every report, flow and message reads it.

The order is the order of judgement: an item has the first level whose condition holds
(the conditions stand in ``tracker/status.py``). Lights and words follow the practice of
published bulletins (green on pace, yellow behind, red far behind or past the date, blue due soon).
"""

from typing import NamedTuple


class Level(NamedTuple):
    """One status level.

    Attributes:
        rank: place in the order of judgement, 0 first; the statement selects this number.
        code: the stable name in JSON.
        zh: the word on what office people read.
        en: the same in English.
        colour: a rich colour name.
        mark: one character that tells the level without colour.
        late: whether the level means that somebody has to act on lateness.
        finished: whether nobody has to act any more.
    """

    rank: int
    code: str
    zh: str
    en: str
    colour: str
    mark: str
    late: bool
    finished: bool


LEVELS: tuple[Level, ...] = tuple(
    Level(rank, *row)
    for rank, row in enumerate(
        [
            ("cancelled", "已取消", "cancelled", "bright_black", "×", False, True),
            ("closed_out", "已销号", "closed out", "green", "■", False, True),
            ("done", "已办结", "done", "green", "●", False, True),
            ("overdue", "逾期", "overdue", "red", "!", True, False),
            ("far_behind", "严重滞后", "far behind", "red", "▼", True, False),
            ("behind", "滞后", "behind", "yellow", "▽", True, False),
            ("not_reported", "未报", "not reported", "magenta", "?", True, False),
            ("due_soon", "临期", "due soon", "blue", "◆", False, False),
            ("not_started", "未到启动时间", "not started", "bright_black", "·", False, False),
            ("on_track", "达序", "on pace", "green", "○", False, False),
        ]
    )
)

BY_CODE: dict[str, Level] = {level.code: level for level in LEVELS}
