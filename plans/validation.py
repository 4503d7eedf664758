"""Holds the data of a plan file against the format; says every misfit in our own words.

What does not fit is then taken out, so that the checks across the plan still run over the rest and
all problems come out at once.
"""

from difflib import get_close_matches
from itertools import islice
from typing import Any, get_args

from pydantic import ValidationError

from plans.fields import Part, whole
from plans.format import ChildEntry, PlanFile
from plans.language import gettext as _
from plans.typed import TypedError, fold, quoted
from plans.yaml_text import Finding, Map, Seq

ROUNDS = 8
"""Taking out goes from a key to its entry to the entry around that: fewer steps than this."""

MAX_FINDINGS = 1000
"""Of one round: a larger file that fits nowhere is of another kind altogether."""

MAX_MISFITS = 20_000
"""More are not even collected: each costs a kilobyte."""

STAND_INS = frozenset(("title", "name", "office", "unit", "lead"))
"""Texts that the checks across the plan can do without: an entry stays though they are wrong."""

NAMES_A_UNIT = frozenset(("lead", "support", "unit"))
"""Keys with the code of a unit; ``unit`` is one in a rhythm, and elsewhere any text fits it."""

Step = tuple[Map | Seq, Any]
"""A Map or Seq, and the key or index in it."""


def validate(tree: Map) -> tuple[PlanFile | None, list[Finding]]:
    """The plan file and what is wrong with it; None where too little is left of it.

    ``tree`` afterwards holds exactly what the plan file was made from.
    """
    found: list[Finding] = []
    codes = _codes_by_name(tree)
    keep = 1000
    for _round in range(ROUNDS):
        try:
            return PlanFile.model_validate(tree, context={"year": _year(tree)}), found
        except ValidationError as error:
            if error.error_count() > MAX_MISFITS:
                keep //= 10
                message = _("more than {limit} misfits; only the first entries were looked at")
                found = [(0, message.format(limit=MAX_MISFITS))]
                _shorten(tree, keep)
                continue
            misfits = [(_steps(tree, e["loc"]), e) for e in error.errors(include_url=False)]
        told = (m for m in misfits if not _is_consequence(*m))
        found += [_finding(*misfit, codes) for misfit in islice(told, MAX_FINDINGS)]
        if not _take_out(tree, misfits):
            break
    return None, found


def _year(tree: Map) -> int:
    """The plan's year; a leap year in place of one that cannot be read, which is told once."""
    try:
        return int(str(whole(2000, 2100).read(tree.get("year"), None)))
    except TypedError:
        return 2000


def _shorten(tree: Map, keep: int) -> None:
    """Leaves the first entries of every list and mapping."""
    nodes: list[Any] = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, Map):
            for key in list(node)[keep:]:
                del node[key]
            nodes += node.values()
        elif isinstance(node, Seq):
            del node[keep:], node.lines[keep:]
            nodes += node


def _steps(tree: Map, loc: tuple[int | str, ...]) -> list[Step]:
    """The way through the data to a misfit. A part of ``loc`` that is not in it is no step, but
    for a missing key at the end."""
    steps: list[Step] = []
    node: Any = tree
    for place, part in enumerate(loc):
        inside = isinstance(node, Map) and part in node
        if inside or (isinstance(node, Seq) and isinstance(part, int)):
            steps.append((node, part))
            node = node[part]
        elif isinstance(node, Map) and place == len(loc) - 1 and part != "[key]":
            steps.append((node, part))
    return steps


def _is_consequence(steps: list[Step], error: Any) -> bool:
    """Whether something is only missing because it was taken out in an earlier round."""
    if error["type"] not in ("missing", "too_short") or not steps:
        return False
    node, key = steps[-1]
    return isinstance(node, Map) and key in node.removed


def _take_out(tree: Map, misfits: list[tuple[list[Step], Any]]) -> bool:
    """Takes out each misfit: its key, or the list entry around it once the key is gone."""
    doomed: dict[int, tuple[Seq, set[int]]] = {}
    changed = False
    for steps, error in misfits:
        for node, key in steps:
            if isinstance(node, Map):
                node.removed.add(key)
        node, key = steps[-1] if steps else (tree, "")
        seqs = [(n, k) for n, k in steps if isinstance(n, Seq)]
        if isinstance(node, Map) and key in STAND_INS and error["type"] != "extra_forbidden":
            node[key] = "_"  # fits as a text and as a code
            changed = True
        elif isinstance(node, Map) and key in node:
            del node[key]
            changed = True
        elif seqs:
            seq, index = seqs[-1]
            doomed.setdefault(id(seq), (seq, set()))[1].add(index)
    for seq, indices in doomed.values():
        for index in sorted(indices, reverse=True):
            del seq[index], seq.lines[index]
            changed = True
    return changed


def _codes_by_name(tree: Map) -> dict[str, str]:
    """The codes of the units by their names, for whoever writes the name where a code belongs."""
    units = tree.get("units")
    named = [unit for unit in units if isinstance(unit, Map)] if isinstance(units, Seq) else []
    return {fold(str(unit.get("name"))): str(unit.get("code")) for unit in named}


def _finding(steps: list[Step], error: Any, codes: dict[str, str]) -> Finding:
    if not steps:
        return 0, _("expected the keys of a plan")
    node, key = steps[-1]
    line = node.lines[key] if isinstance(node, Seq) else node.line_of(key)
    name = (
        key
        if isinstance(key, str)
        else next((k for _n, k in reversed(steps) if isinstance(k, str)), "")
    )
    given = error["input"]
    if name in NAMES_A_UNIT and isinstance(given, str) and fold(given) in codes:
        message = _("{key} {name} is no unit; use the code: {code}")
        return line, message.format(key=name, name=quoted(given), code=codes[fold(given)])
    return line, _message(name, error, steps)


def _message(name: str, error: Any, steps: list[Step]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return f"{name}: {context['error']}"
    if kind == "extra_forbidden":
        return _unknown_key(name, steps)
    if kind == "missing":
        left_empty = isinstance(steps[-1][0], Map) and name in steps[-1][0].lines
        empty, missing = _("{name}: left empty; expected a value"), _("key {name} is missing")
        return (empty if left_empty else missing).format(name=name)
    if kind == "too_short":
        return _("{name}: expected at least one entry").format(name=name)
    given = error["input"]
    shown = quoted(given) if isinstance(given, str) else _what_it_is(given)
    wanted = {
        "literal_error": str(context.get("expected", "")).replace("'", "").replace(" or ", ", "),
        "list_type": _("a list of entries, each after '- '"),
        "dict_type": _("keys, each with its value"),
        "model_type": _("keys, each with its value"),
    }
    message = _("{name}: {shown}; expected {wanted}")
    return message.format(name=name, shown=shown, wanted=wanted.get(kind, _("another value")))


def _what_it_is(value: object) -> str:
    if value is None:
        return _("left empty")
    return _("a list") if isinstance(value, list) else _("keys")


def _unknown_key(name: str, steps: list[Step]) -> str:
    part: type[Part] = PlanFile
    for _node, key in steps[:-1]:
        field = part.model_fields.get(str(key))
        part = (field and _part_within(field.annotation)) or part
    if name == "children" and part is ChildEntry:
        return _("children of a child; expected at most two levels, items and their children")
    known = part.known_keys()
    if close := get_close_matches(name, known, n=1):
        message = _("unknown key {name}; did you mean {close}?")
        return message.format(name=quoted(name), close=close[0])
    message = _("unknown key {name}; expected {known}")
    return message.format(name=quoted(name), known=", ".join(known))


def _part_within(annotation: Any) -> type[Part] | None:
    """The kind of mapping in a key's type, for example in ``list[ItemEntry]``."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    return next(filter(None, map(_part_within, get_args(annotation))), None)
