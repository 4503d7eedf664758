"""What changes between two versions of a plan, against an oracle that flattens both."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from plans.diff import Change, diff
from plans.model import Area, Indicator, Item, Milestone, Plan, Thresholds, Unit
from plans.registers import (
    Limit,
    Named,
    OrderKind,
    OrderRules,
    PetitionRules,
    Registers,
    Safety,
    SweepRhythm,
)

DAYS = st.sampled_from([date(2024, 1, 1), date(2024, 6, 30), date(2024, 12, 31)])
CODES = st.sampled_from(["a", "b", "c"])
TITLES = st.sampled_from(["甲", "乙"])


def coded(what: st.SearchStrategy[Any], key: str = "code") -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(what, max_size=3, unique_by=lambda part: getattr(part, key)).map(tuple)


milestones = st.builds(Milestone, CODES, TITLES, DAYS, st.integers(1, 2), st.none() | DAYS)
indicators = st.builds(
    Indicator,
    CODES,
    st.just("条"),
    st.none() | st.sampled_from([Decimal(1), Decimal(2)]),
    register=st.none() | st.just("hazards.found"),
)
units = st.builds(Unit, CODES, TITLES, head=st.none() | TITLES)

limits = st.sampled_from([Limit(5), Limit(5, workdays=True)])
named = coded(st.builds(Named, CODES, TITLES))
rhythms = st.builds(SweepRhythm, CODES, TITLES, CODES, st.sampled_from(["weekly", "holiday"]))
registers = st.builds(
    Registers,
    topics=named,
    petitions=st.builds(PetitionRules, settle=limits),
    orders=st.builds(OrderRules, kinds=coded(st.builds(OrderKind, CODES, TITLES, limits))),
    safety=st.builds(
        Safety, kinds=named, rhythms=coded(rhythms), order_days=st.sampled_from([(1,), (1, 3)])
    ),
)


@st.composite
def items(draw: st.DrawFn, code: str, children: tuple[Item, ...] = ()) -> Item:
    return Item(
        code=code,
        title=draw(TITLES),
        lead=draw(CODES),
        start=date(2024, 1, 1),
        due=draw(DAYS),
        support=tuple(draw(st.lists(CODES, max_size=2))),
        targets=draw(st.sampled_from([(), ((date(2024, 12, 31), Decimal(1)),)])),
        indicators=draw(coded(indicators, "name")),
        milestones=draw(coded(milestones)),
        summary=draw(st.none() | TITLES),
        children=children,
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    codes = draw(st.permutations(["A1", "A2", "A3", "A4", "A5"]))[: draw(st.integers(0, 5))]
    at: dict[str, list[Item]] = {code: [] for code in draw(st.permutations(["X", "Y"]))}
    while codes:
        code, *codes = codes
        taken = draw(st.integers(0, len(codes)))
        children = tuple(draw(items(child)) for child in codes[:taken])
        codes = codes[taken:]
        at[draw(st.sampled_from(["X", "Y"]))].append(draw(items(code, children)))
    return Plan(
        office=draw(TITLES),
        year=2024,
        units=draw(coded(units)),
        areas=tuple(Area(code, draw(TITLES), tuple(of)) for code, of in at.items()),
        thresholds=Thresholds(behind_points=draw(st.sampled_from([10, 11]))),
        wording=tuple(sorted(draw(st.dictionaries(CODES, TITLES, max_size=2)).items())),
        registers=draw(registers),
    )


def leaves(path: str, value: Any) -> dict[str, Any]:
    """Every single value below, by its path; items of a plan are left to themselves."""
    if is_dataclass(value) and not isinstance(value, (type, Limit)):
        found: dict[str, Any] = {}
        for field in fields(value):
            if field.name not in ("items", "children"):
                found |= leaves(f"{path}/{field.name}", getattr(value, field.name))
        return found
    coded_parts = ("units", "areas", "milestones", "topics", "kinds", "rhythms")
    if path.split("/")[-1] in coded_parts:
        return {p: v for part in value for p, v in leaves(f"{path}/{part.code}", part).items()}
    if path.split("/")[-1] == "indicators":
        return {p: v for part in value for p, v in leaves(f"{path}/{part.name}", part).items()}
    if path.split("/")[-1] in ("wording", "targets"):
        return {f"{path}/{key}": part for key, part in value}
    return {path: value}


def flat(plan: Plan) -> dict[tuple[str, str], Any]:
    found = {("", path): value for path, value in leaves("", plan).items()}
    for area, parent, item in plan.walk():
        found |= {(item.code, path): value for path, value in leaves("", item).items()}
        found |= {(item.code, "/area"): area.code, (item.code, "/parent"): parent and parent.code}
    return found


MISSING = object()


@given(plans())
def test_a_plan_does_not_differ_from_itself(plan: Plan) -> None:
    assert not diff(plan, replace(plan))


@given(plans(), plans())
def test_the_difference_is_empty_only_between_equals(old: Plan, new: Plan) -> None:
    assert bool(diff(old, new)) == (old != new)


@given(plans(), plans())
def test_items_of_one_version_only_are_added_or_dropped(old: Plan, new: Plan) -> None:
    found = diff(old, new)
    before = {item.code: item for *_, item in old.walk()}
    after = {item.code: item for *_, item in new.walk()}
    assert {i.code: i for i in found.added} == {c: after[c] for c in after.keys() - before.keys()}
    assert {i.code: i for i in found.dropped} == {c: before[c] for c in before.keys() - after}


@given(plans(), plans())
def test_every_value_that_differs_is_told_and_nothing_else(old: Plan, new: Plan) -> None:
    found = diff(old, new)
    gone = {item.code for item in (*found.added, *found.dropped)}
    before, after = flat(old), flat(new)
    differing = {
        place
        for place in before | after
        if place[0] not in gone and before.get(place, MISSING) != after.get(place, MISSING)
    }
    told = [(c.code, f"/{c.field}") for c in found.changed if not c.field.endswith("/order")]

    def covers(change: tuple[str, str], place: tuple[str, str]) -> bool:
        return change[0] == place[0] and f"{place[1]}/".startswith(f"{change[1]}/")

    assert all(any(covers(change, place) for change in told) for place in differing)
    assert all(any(covers(change, place) for place in differing) for change in told)
    assert len(set(told)) == len(told)


@given(plans(), plans())
def test_back_is_the_same_difference_the_other_way_round(old: Plan, new: Plan) -> None:
    there, back = diff(old, new), diff(new, old)
    assert [i.code for i in there.added] == [i.code for i in back.dropped]
    turned = {(c.code, c.field, repr(c.new), repr(c.old)) for c in back.changed}
    assert {(c.code, c.field, repr(c.old), repr(c.new)) for c in there.changed} == turned


def test_a_change_tells_where_and_from_what_to_what() -> None:
    item = Item("A1", "甲", "a", date(2024, 1, 1), date(2024, 6, 30),
                milestones=(Milestone("m1", "开工", date(2024, 3, 1)),))  # fmt: skip
    old = Plan("示例", 2024, (), (Area("X", "一", (item,)), Area("Y", "二")))
    later = Milestone("m1", "开工", date(2024, 4, 1))
    more = Milestone("m2", "完工", date(2024, 6, 1))
    moved = replace(item, due=date(2024, 7, 31), milestones=(later, more))
    new = replace(
        old,
        areas=(Area("Y", "二", (moved,)), Area("X", "壹")),
        thresholds=Thresholds(due_soon_days=3),
    )
    assert diff(old, new).changed == (
        Change("", "areas/X/title", "一", "壹"),
        Change("", "areas/order", ("X", "Y"), ("Y", "X")),
        Change("", "thresholds/due_soon_days", 7, 3),
        Change("A1", "area", "X", "Y"),
        Change("A1", "due", date(2024, 6, 30), date(2024, 7, 31)),
        Change("A1", "milestones/m1/due", date(2024, 3, 1), date(2024, 4, 1)),
        Change("A1", "milestones/m2", None, more),
    )
