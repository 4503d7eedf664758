"""The ledger file: many rows of a ledger in one YAML text (docs/ledger-file.md describes it).

``parse`` checks the form of every entry and collects all problems; whether the facts fit the plan
and what the ledger holds is decided when they are recorded (``tracker/imports.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from plans.language import gettext as _
from plans.problems import Problem
from plans.typed import parse_date, parse_line, quoted
from plans.yaml_text import Finding, Map, Seq, parse_yaml
from tracker.ledger_values import READ, Values, parse_flag, parse_moment, parse_version, parse_year

ANSWERS = ("approve", "refuse", "undo")

COMMON = ("on", "filed", "by", "id")
FORMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "extend": (("item", "extend", "reason"), ("milestone",)),
    "approve": (("approve",), ("note",)),
    "refuse": (("refuse", "reason"), ()),
    "undo": (("undo",), ("reason",)),
    "close": (("item", "close"), ()),
    "cancel": (("item", "cancel"), ("with_children",)),
    "assign": (("item", "assign"), ("note",)),
    "progress": (("item",), ("add", "set", "milestone", "note", "reason", "source")),
}
"""kind → keys that an entry has to have, keys that it may have; besides the common ones."""


@dataclass(frozen=True, slots=True)
class Filing:
    """One entry of the file.

    Attributes:
        line: where it begins.
        kind: a key of ``FORMS``.
        filed: when it is said to have been filed; None outside simulations.
        label: by which later entries refer to it.
        values: what stands under the other keys, read.
    """

    line: int
    kind: str
    on: date
    by: str
    filed: datetime | None
    label: str | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A ledger file whose form is fine."""

    name: str
    text: str
    office: str
    year: int
    simulated: bool
    filings: tuple[Filing, ...]


def parse(text: str, name: str, now: datetime) -> tuple[LedgerFile | None, list[Problem]]:
    """The entries, or None and everything that is wrong with the form, in order of the lines.

    Args:
        text: the file.
        name: of the file, for messages.
        now: nothing can have been filed later.
    """
    tree, found = parse_yaml(text)
    reader = _Reader(now, found)
    head, filings = None, []
    if isinstance(tree, Map) and "duban" in tree and "duban_ledger" not in tree:
        found[:] = [
            (tree.line_of("duban"), _("this is a plan file; load it with: duban plan load FILE"))
        ]
    elif isinstance(tree, Map):
        head = reader.head(tree)
        filings = reader.filings(tree)
    elif not found:
        found.append((0, _("no ledger file; expected keys such as 'duban_ledger: 1'")))
    if found or head is None:
        return None, sorted({Problem(name, line, message) for line, message in found})
    office, year, simulated = head
    return LedgerFile(name, text, office, year, simulated, tuple(filings)), []


class _Reader(Values):
    """Reads the entries in order."""

    def __init__(self, now: datetime, found: list[Finding]) -> None:
        super().__init__(found)
        self.now = now
        self.year: int | None = None
        self.simulated = False
        self.last_filed: datetime | None = None
        self.labels: dict[str, str] = {}  # label → kind of the entry that has it

    def head(self, tree: Map) -> tuple[str, int, bool] | None:
        keys = ("duban_ledger", "office", "year", "simulated", "entries")
        self.check_keys(tree, keys, (), tree.line)
        office = self.read(tree, "office", parse_line)
        self.read(tree, "duban_ledger", parse_version)
        self.year = self.read(tree, "year", parse_year)
        simulated = self.read(tree, "simulated", parse_flag)
        self.simulated = bool(simulated)
        if office is None or self.year is None or simulated is None:
            return None
        return office, self.year, simulated

    def filings(self, tree: Map) -> list[Filing]:
        entries = tree.get("entries")
        if not isinstance(entries, Seq):
            if tree.has("entries"):
                self.say(tree.line_of("entries"), _("entries: expected a list, each after '- '"))
            return []
        read = [
            self.filing(entry, line) for line, entry in zip(entries.lines, entries, strict=True)
        ]
        return [filing for filing in read if filing is not None]

    def filing(self, entry: object, line: int) -> Filing | None:
        if not isinstance(entry, Map):
            self.say(line, _("expected an entry with keys such as on, by and item"))
            return None
        acts = [kind for kind in FORMS if kind in entry]
        if len(acts) > 1:
            message = _("{one} and {other} in one entry; expected one entry for each")
            self.say(line, message, one=acts[0], other=acts[1])
            return None
        kind = acts[0] if acts else "progress"
        needed, possible = FORMS[kind]
        self.check_keys(entry, ("on", "by", *needed), ("filed", "id", *possible), line)
        on = self.read(entry, "on", lambda text: parse_date(text, self.year))
        by = self.read(entry, "by", parse_line)
        filed = self.read_filed(entry, on)
        label = self.read_label(entry, kind)
        values = {key: self.value(entry, key) for key in (*needed, *possible) if entry.has(key)}
        if kind == "progress" and values.keys() <= {"item"}:
            self.say(line, _("nothing to file; expected add, set, milestone or note"))
        if on is None or by is None:
            return None
        return Filing(line, kind, on, by, filed, label, values)

    def read_filed(self, entry: Map, on: date | None) -> datetime | None:
        filed: datetime | None = self.read(entry, "filed", parse_moment)
        if filed is None:
            return None
        line = entry.line_of("filed")
        if not self.simulated:
            self.say(line, _("filed: only in a simulated file; a real row is recorded when it is"))
        if on is not None and filed.date() < on:
            self.say(line, _("filed: before {on}, the day on which it took effect"), on=on)
        if self.last_filed is not None and filed < self.last_filed:
            self.say(line, _("filed: before the entry above; expected the order of filing"))
        if filed > self.now:
            self.say(line, _("filed: in the future"))
        self.last_filed = filed
        return filed

    def read_label(self, entry: Map, kind: str) -> str | None:
        label: str | None = self.read(entry, "id", parse_line)
        if label is not None:
            if label in self.labels:
                self.say(entry.line_of("id"), _("id {id} stands twice"), id=quoted(label))
            self.labels[label] = kind
        return label

    def value(self, entry: Map, key: str) -> Any:
        if key in ("add", "set"):
            return self.figures(entry, key)
        if key == "assign":
            return self.assignment(entry)
        if key in ANSWERS:
            return self.reference(entry, key)
        return self.read(entry, key, READ.get(key, lambda text: parse_date(text, self.year)))

    def reference(self, entry: Map, key: str) -> str | None:
        label: str | None = self.read(entry, key, parse_line)
        line = entry.line_of(key)
        if label is not None and label not in self.labels:
            self.say(line, _("{id}: no entry above has this id"), id=quoted(label))
        elif label is not None and key != "undo" and self.labels[label] != "extend":
            self.say(line, _("{id} asks for no extension"), id=quoted(label))
        return label
