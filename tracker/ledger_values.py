"""The values of a ledger file: each read by its kind, with what is wrong and where."""

from collections.abc import Callable, Iterable
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from plans.language import gettext as _
from plans.typed import (
    TypedError,
    fold,
    parse_code,
    parse_date,
    parse_line,
    parse_passage,
    quoted,
)
from plans.yaml_text import Finding, Map, Seq
from plans.zone import OFFICE_ZONE
from tracker.ledger import MAX_TEXT

ZONE = ZoneInfo(OFFICE_ZONE)

Figures = dict[str, tuple[int, str]]
"""Indicator name → line and amount as typed; its unit is known to the plan."""


class Values:
    """Reads values; what is wrong goes to ``found``."""

    def __init__(self, found: list[Finding]) -> None:
        self.found = found

    def say(self, line: int, message: str, **values: object) -> None:
        self.found.append((line, message.format(**values)))

    def check_keys(
        self, tree: Map, needed: Iterable[str], possible: Iterable[str], line: int
    ) -> None:
        allowed = (*needed, *possible)
        for key in tree:
            if key not in allowed:
                message = _("unknown key {key}; expected {allowed}")
                self.say(tree.line_of(key), message, key=quoted(key), allowed=", ".join(allowed))
        for key in needed:
            if not tree.has(key):
                self.say(tree.line_of(key), _("{key} is missing"), key=key)

    def read(self, tree: Map, key: str, parse: Callable[[str], Any]) -> Any:
        """The value of a key; None when it is missing (said elsewhere) or wrong (said here)."""
        if not tree.has(key):
            return None
        if not isinstance(tree[key], str):
            self.say(tree.line_of(key), _("{key}: a list or keys; expected text"), key=key)
            return None
        try:
            return parse(tree[key])
        except TypedError as error:
            self.say(tree.line_of(key), "{key}: {error}", key=key, error=error)
            return None

    def figures(self, entry: Map, key: str) -> Figures:
        figures = entry[key]
        if not isinstance(figures, Map):
            message = _("{key}: expected {{indicator: amount}}")
            self.say(entry.line_of(key), message, key=key)
            return {}
        for name, amount in figures.items():
            if not isinstance(amount, str):
                self.say(figures.line_of(name), _("{name}: expected an amount"), name=quoted(name))
        return {
            name: (figures.line_of(name), amount)
            for name, amount in figures.items()
            if isinstance(amount, str)
        }

    def assignment(self, entry: Map) -> dict[str, Any]:
        made = entry["assign"]
        if not isinstance(made, Map):
            self.say(entry.line_of("assign"), _("assign: expected {{lead: UNIT}} and the like"))
            return {}
        self.check_keys(made, (), ("lead", "support", "person", "leader"), made.line)
        read = {key: self.read(made, key, parse_line) for key in ("lead", "person", "leader")}
        support = made.get("support")
        if isinstance(support, str):
            return {**read, "support": (support,)}
        fits = isinstance(support, Seq) and all(isinstance(unit, str) for unit in support)
        if support is not None and not fits:
            self.say(made.line_of("support"), _("support: expected a list of units"))
        return {**read, "support": None if support is None else tuple(support)}


def _text(text: str) -> str:
    return parse_passage(text, MAX_TEXT)


def parse_version(text: str) -> int:
    """The version of the format."""
    if text != "1":
        message = _("{text}: expected 1, the version of the format that this Duban reads")
        raise TypedError(message.format(text=quoted(text)))
    return 1


def parse_year(text: str) -> int:
    """The year of a plan."""
    typed = fold(text)
    if not (typed.isdecimal() and len(typed) == 4):
        raise TypedError(
            _("{text} is no year; expected for example 2024").format(text=quoted(text))
        )
    return int(typed)


def parse_flag(text: str) -> bool:
    """true or false."""
    if text not in ("true", "false"):
        raise TypedError(_("{text}: expected true or false").format(text=quoted(text)))
    return text == "true"


READ: dict[str, Callable[[str], Any]] = {
    "item": parse_code,
    "milestone": parse_code,
    "with_children": parse_flag,
    **dict.fromkeys(("note", "reason", "source", "close", "cancel"), _text),
}


def parse_moment(text: str) -> datetime:
    """A day and a time of day, in the office's time zone."""
    day, _space, clock = fold(text).rpartition(" ")
    try:
        return datetime.combine(parse_date(day), time.fromisoformat(clock), ZONE)
    except ValueError:  # TypedError is one
        message = _("{text} is no time; expected for example '2024-06-30 17:00'")
        raise TypedError(message.format(text=quoted(text))) from None
