"""What changes between two versions of a plan: added, dropped, changed with old and new."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from plans.model import Item, Plan
from plans.registers import Limit

KEYS = {
    "units": "code",
    "areas": "code",
    "milestones": "code",
    "indicators": "name",
    "topics": "code",
    "kinds": "code",
    "rhythms": "code",
}
PAIRS = frozenset(("targets", "wording"))
ITEMS = frozenset(("items", "children"))


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs.

    Attributes:
        code: of the item; empty for the plan itself.
        field: where, for example "due", "area", "milestones/m1/due", "thresholds/behind_points",
            "units/ccb", "milestones/order", "registers/petitions/settle".
        old: the value before; None for a part that is new. A whole Milestone, Indicator, Unit,
            Area, or part of the registers where it is new or gone, the codes in order for an order.
        new: the same afterwards.
    """

    code: str
    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """The difference between two versions of a plan; false when there is none.

    Attributes:
        added: items that only the new version has, children on their own too, in its order.
        dropped: items that only the old version has.
        changed: everything else that differs, the plan's own settings first.
    """

    added: tuple[Item, ...]
    dropped: tuple[Item, ...]
    changed: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.dropped or self.changed)


def diff(old: Plan, new: Plan) -> PlanDiff:
    """The difference between two versions of a plan; items are the same when their codes are.

    It is empty exactly when both versions are equal.
    """
    before, after = _places(old), _places(new)
    changed = list(_values("", "", old, new))
    for code, (area, parent, item) in after.items():
        if code in before:
            old_area, old_parent, old_item = before[code]
            moves = (("area", old_area, area), ("parent", old_parent, parent))
            changed += [Change(code, *move) for move in moves if move[1] != move[2]]
            changed += _values(code, "", old_item, item)
    return PlanDiff(
        added=tuple(item for code, (*_, item) in after.items() if code not in before),
        dropped=tuple(item for code, (*_, item) in before.items() if code not in after),
        changed=tuple(changed),
    )


def _places(plan: Plan) -> dict[str, tuple[str, str | None, Item]]:
    return {
        item.code: (area.code, parent.code if parent else None, item)
        for area, parent, item in plan.walk()
    }


def _values(code: str, prefix: str, old: Any, new: Any) -> Iterator[Change]:
    for name in (field.name for field in fields(old)):
        was, now = getattr(old, name), getattr(new, name)
        if was == now:
            continue
        path = f"{prefix}{name}"
        if name in ITEMS:
            yield from _order(code, path, [i.code for i in was], [i.code for i in now])
        elif name in PAIRS:
            yield from _parts(code, path, dict(was), dict(now))
        elif name in KEYS:
            key = KEYS[name]
            yield from _parts(code, path, _keyed(was, key), _keyed(now, key))
        elif is_dataclass(was) and not isinstance(was, Limit):
            yield from _values(code, f"{path}/", was, now)
        else:
            yield Change(code, path, was, now)


def _keyed(parts: Iterable[Any], key: str) -> dict[str, Any]:
    return {getattr(part, key): part for part in parts}


def _parts(code: str, path: str, old: dict[Any, Any], new: dict[Any, Any]) -> Iterator[Change]:
    for key in old | new:
        was, now = old.get(key), new.get(key)
        if is_dataclass(was) and is_dataclass(now):
            yield from _values(code, f"{path}/{key}/", was, now)
        elif was != now:
            yield Change(code, f"{path}/{key}", was, now)
    yield from _order(code, path, list(old), list(new))


def _order(code: str, path: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    """The order of what both versions have."""
    kept_before = tuple(key for key in old if key in new)
    kept_after = tuple(key for key in new if key in old)
    if kept_before != kept_after:
        yield Change(code, f"{path}/order", kept_before, kept_after)
