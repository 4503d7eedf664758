"""What a newer plan file changes, in lines for people and as data for programs."""

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from plans.diff import Change, PlanDiff
from plans.language import gettext as _
from plans.model import Indicator, Item, Milestone
from plans.registers import Limit

if TYPE_CHECKING:
    from tracker.losses import Losses, Part

Standing = Mapping[tuple[str, str | None], date]
"""(code of an item, code of its milestone or None for the item) → its date as it stands."""


Ended = Mapping[str, str]
"""Code of an item that is closed or cancelled → the kind of the row that did it."""


def as_lines(
    changes: PlanDiff, standing: Standing, losses: "Losses", ended: Ended
) -> Iterator[str]:
    """One line a change: + added, - dropped, ~ changed with old and new."""
    for item in changes.added:
        added = _("+ {code} {title}, lead {lead}, due {due}")
        yield added.format(code=item.code, title=item.title, lead=item.lead, due=item.due)
        yield from _stays(_first(item, standing))
    dropped = {
        None: _("- {code} {title}: no longer in the file, will be cancelled"),
        "close": _("- {code} {title}: no longer in the file, stays closed"),
        "cancel": _("- {code} {title}: no longer in the file, stays cancelled"),
    }
    for item in changes.dropped:
        yield dropped[ended.get(item.code)].format(code=item.code, title=item.title)
    for change in changes.changed:
        where = f"{change.code} {change.field}" if change.code else change.field
        yield f"~ {where}: {_shown(change.old)} → {_shown(change.new)}"
        yield from _stays(_held(change, standing))
    if any(isinstance(change.new, Limit) for change in changes.changed):
        yield _("limits that change hold for cases registered from now on; others keep their days")
    for part, rows in losses.rows.items():
        lost = _("! {code} {part}: {rows} filed rows would no longer count")
        yield lost.format(code=part.item, part=part.name, rows=rows)
    for part, (title, due) in losses.missed.items():
        missed = _("! {code} {part}: {title}, due {due} and not reached, would no longer be seen")
        yield missed.format(code=part.item, part=part.name, title=title, due=due)
    for place, cases in losses.cases.items():
        unnamed = _("! {place}: {cases} cases are of it, and would be shown by the code alone")
        yield unnamed.format(place=place, cases=cases)
    counts = _("added {added}, dropped {dropped}, changed {changed}")
    yield counts.format(
        added=len(changes.added), dropped=len(changes.dropped), changed=len(changes.changed)
    )


def as_data(changes: PlanDiff, standing: Standing, losses: "Losses") -> dict[str, Any]:
    """The same for programs; ``held`` is the date that stays although the file has a later one."""
    return {
        "added": [{**_listed(item), "held": _first(item, standing)} for item in changes.added],
        "dropped": [_listed(item) for item in changes.dropped],
        "changed": [
            {
                "code": change.code or None,
                "field": change.field,
                "old": _data(change.old),
                "new": _data(change.new),
                "held": _held(change, standing),
            }
            for change in changes.changed
        ],
        "no_longer_counted": [
            {"code": part.item, "part": part.name, "rows": rows}
            for part, rows in losses.rows.items()
        ],
        "missed_and_gone": [
            {"code": part.item, "part": part.name, "title": title, "due": due}
            for part, (title, due) in losses.missed.items()
        ],
        "cases_without_a_name": [
            {"field": place, "cases": cases} for place, cases in losses.cases.items()
        ],
    }


def gone_parts(changes: PlanDiff) -> "Mapping[Part, None]":
    """The milestones and indicators that an item no longer has, or that units no longer file."""
    from tracker.losses import Part

    gone: dict[Part, None] = {}
    for change in changes.changed:
        if change.new is None and isinstance(change.old, Milestone):
            gone[Part(change.code, "milestones", change.old.code)] = None
        elif change.new is None and isinstance(change.old, Indicator):
            gone[Part(change.code, "indicators", change.old.name)] = None
        elif change.field.endswith("/register") and change.old is None:
            gone[Part(change.code, "indicators", change.field.split("/")[1])] = None
    return gone


def gone_names(changes: PlanDiff) -> list[str]:
    """Where the plan no longer names a topic, kind or unit, for cases that are of it."""
    from tracker.losses import NAMED

    gone = [change.field for change in changes.changed if change.new is None]
    return [field for field in gone if field.rpartition("/")[0] in NAMED]


def _held(change: Change, standing: Standing) -> date | None:
    """The date in the newest version, where a change tries to move it later."""
    path = change.field.split("/")
    if path[-1] != "due" or not isinstance(change.new, date):
        return None
    first = standing.get((change.code, path[1] if len(path) > 1 else None))
    return first if first is not None and change.new > first else None


def _first(item: Item, standing: Standing) -> date | None:
    """The same for an item that an earlier version dropped."""
    first = standing.get((item.code, None))
    return first if first is not None and item.due > first else None


def _stays(first: date | None) -> Iterator[str]:
    if first is not None:
        message = _(
            "  does not move the date, which stays {first}; ask for an extension: duban extend"
        )
        yield message.format(first=first)


def _listed(item: Item) -> dict[str, Any]:
    return {"code": item.code, "title": item.title, "lead": item.lead, "due": item.due}


def _shown(value: object) -> str:
    if value is None:
        return "—"
    if is_dataclass(value):
        return str(getattr(value, "title", None) or getattr(value, "name", value))
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value)) or "—"
    text = str(value).replace("\n", " ")
    return f"{text[:60]}…" if len(text) > 60 else text


def _data(value: object) -> object:
    plain = value is None or isinstance(value, (str, int, date, Decimal))
    return value if plain else _shown(value)
