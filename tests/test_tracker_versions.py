"""Plans in the store: versions, what loading drops and takes back, dates that do not slide."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from plans.errors import ConflictError, NotFoundError, UsageError
from plans.model import (
    Area,
    Escalation,
    Indicator,
    Item,
    Milestone,
    Plan,
    Reporting,
    Thresholds,
    Unit,
)
from plans.registers import Limit, PetitionRules, Registers, Safety, SweepRhythm
from plans.workdays import Workdays
from tracker import version_items
from tracker.judge import Judged, judge
from tracker.ledger import Ledger, Progress
from tracker.loaded import LOADED
from tracker.registers.filing import registers_of
from tracker.schema import area, entry, indicator, item, item_version, milestone, plan_version
from tracker.store import Store
from tracker.versions import (
    PlanRef,
    find_plan,
    indicator_units,
    list_plans,
    record_version,
    standing_dates,
    version_text,
)

FIRST = datetime(2024, 1, 2, tzinfo=UTC)
START, JUNE, JULY, DECEMBER = (date(2024, 1, 1), date(2024, 6, 30), date(2024, 7, 31),
                               date(2024, 12, 31))  # fmt: skip
WORKDAYS = Workdays()


def an_item(code: str, due: date = JUNE, **more: Any) -> Item:
    return Item(code, f"事项{code}", "u", START, due, **more)


def a_plan(*items: Item, office: str = "office", year: int = 2024, heading: str = "a") -> Plan:
    return Plan(office, year, (Unit("u", "单位"),), (Area(heading, "板块", items),))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store(store_url) as opened:
        yield opened


class Loading:
    """Loads plans a day apart."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.moments: list[datetime] = []

    def __call__(self, plan: Plan, text: str = "text", on: date = START) -> PlanRef:
        moment = FIRST + timedelta(days=len(self.moments))
        with self.store.write(moment) as writing:
            self.moments.append(writing.recorded_at)
            return record_version(writing, plan, text, author="党政办", on=on)


@pytest.fixture
def load(store: Store) -> Loading:
    return Loading(store)


def judged(
    store: Store, as_of: date = DECEMBER, known_at: datetime | None = None
) -> dict[str, Judged]:
    with store.read() as connection:
        found = judge(connection, as_of, known_at, workdays=WORKDAYS)
    return {item.code: item for item in found}


def rows(store: Store, *columns: Any, **where: Any) -> list[Any]:
    with store.read() as connection:
        table = columns[0].table
        wanted = select(*columns).where(*[table.c[n] == value for n, value in where.items()])
        return list(connection.execute(wanted).all())


# Finding


def test_a_plan_is_found_by_its_year(store: Store, load: Loading) -> None:
    refs = {year: load(a_plan(an_item("1"), year=year)) for year in (2023, 2024)}
    with store.read() as connection:
        assert find_plan(connection, 2023) == refs[2023]
        assert find_plan(connection, 2024) == refs[2024]
        assert list_plans(connection) == list(refs.values())


def test_the_office_has_to_be_named_where_several_have_a_plan(store: Store, load: Loading) -> None:
    load(a_plan(an_item("1"), office="甲"))
    wanted = load(a_plan(an_item("1"), office="乙"))
    with store.read() as connection:
        with pytest.raises(UsageError, match="plans of 2 offices; say which with --office: "):
            find_plan(connection, 2024)
        assert find_plan(connection, 2024, "乙") == wanted


def test_a_plan_that_is_not_there_is_answered_with_those_that_are(
    store: Store, load: Loading
) -> None:
    nothing = pytest.raises(NotFoundError, match="load one with: duban plan load FILE")
    with store.read() as connection, nothing:
        find_plan(connection, 2024)
    load(a_plan(an_item("1"), office="甲"))
    with store.read() as connection:
        with pytest.raises(NotFoundError, match=r"2022: no such plan; there are: 甲 2024"):
            find_plan(connection, 2022)
        with pytest.raises(NotFoundError, match=r"乙 2024: no such plan; there are: 甲 2024"):
            find_plan(connection, 2024, "乙")


def test_a_plan_is_at_the_version_of_the_moment_asked_for(store: Store, load: Loading) -> None:
    refs = [load(a_plan(an_item("1")), text) for text in ("one", "two")]
    with store.read() as connection:
        for ref, moment in zip(refs, load.moments, strict=True):
            assert find_plan(connection, 2024, known_at=moment) == ref
        assert list_plans(connection, load.moments[0] - timedelta(microseconds=1)) == []


# Texts and everything else of a version


def test_every_version_keeps_its_text_and_the_first_is_the_baseline(
    store: Store, load: Loading
) -> None:
    texts = ["基线\n", "第二版", "三"]
    ref = [load(a_plan(an_item("1")), text) for text in texts][-1]
    with store.read() as connection:
        assert [version_text(connection, ref, n) for n in (1, 2, 3)] == texts
        assert version_text(connection, ref) == texts[-1]
        with pytest.raises(NotFoundError, match="version 4: no such version"):
            version_text(connection, ref, 4)
    found = rows(store, plan_version.c.digest, plan_version.c.number, plan_version.c.author)
    assert found == [
        (hashlib.sha256(text.encode()).hexdigest(), n, "党政办")
        for n, text in enumerate(texts, start=1)
    ]


def test_a_version_holds_all_that_the_file_says(store: Store, load: Loading) -> None:
    figure = Indicator(
        "资金", "万元", Decimal("64.5"), "at_most", "latest", 3, "9/资金", True, "sweeps.held", "w"
    )
    step = Milestone("m1", "开工", date(2024, 3, 1), 40, date(2024, 4, 1))
    child = an_item("1.1")
    full = Item(
        "1", "整修", "u", START, JUNE, ("v",), "专干", "分管领导", 7, "table",
        ((date(2024, 3, 31), Decimal("0.3333")),), "indicators", "weekly", (figure,), (step,),
        recurring=True, after=("2",), source="原文", assumed=True, summary="{{ x }}",
        children=(child,),
    )  # fmt: skip
    plan = replace(
        a_plan(full, an_item("2")),
        title="要点",
        language="en",
        simulated=True,
        thresholds=Thresholds(1, 2, 3, 4, 5),
        reporting=Reporting("weekly", 6),
        escalation=Escalation(7, 8),
        wording=(("opening", "…"),),
        registers=Registers(
            petitions=PetitionRules(settle=Limit(45)),
            safety=Safety(rhythms=(SweepRhythm("r", "周巡查", "wires", "weekly"),)),
        ),
    )
    ref = load(plan)
    assert (ref.title, ref.language, ref.simulated) == ("要点", "en", True)
    with store.read() as connection:
        version = connection.execute(select(plan_version)).one()._mapping
        kept = connection.execute(
            select(item_version, item.c.code)
            .join(item, item.c.id == item_version.c.item_id)
            .order_by(item_version.c.position)
        ).all()
        (measured,) = connection.execute(select(indicator)).all()
        (dated,) = connection.execute(select(milestone)).all()
        assert indicator_units(connection, ref, "1") == {("1", "资金"): "万元"}
        assert registers_of(connection, ref) == plan.registers
    assert [version[name] for name in Thresholds.__dataclass_fields__] == [1, 2, 3, 4, 5]
    assert (version["rhythm"], version["grace_days"]) == ("weekly", 6)
    assert [version[name] for name in Escalation.__dataclass_fields__] == [7, 8]
    assert version["wording"] == {"opening": "…"}
    assert [(row.code, row.parent_id) for row in kept] == [
        ("1", None), ("1.1", kept[0].item_id), ("2", None)
    ]  # fmt: skip
    for name in ("title", "person", "leader", "weight", "pace", "measure", "report", "source",
                 "recurring", "assumed", "summary", "start", "due"):  # fmt: skip
        assert kept[0]._mapping[name] == getattr(full, name), name
    assert (kept[0].support, kept[0].after, kept[0].area) == (["v"], ["2"], "a")
    for name in Indicator.__dataclass_fields__:
        assert measured._mapping[name] == getattr(figure, name), name
    for name in Milestone.__dataclass_fields__:
        assert dated._mapping[name] == getattr(step, name), name


def test_large_plans_are_recorded_in_chunks(
    store: Store, load: Loading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(version_items, "CHUNK", 3)
    family = [an_item(f"{n}", children=(an_item(f"{n}.1"), an_item(f"{n}.2"))) for n in range(5)]
    load(a_plan(*family))
    codes = [code for n in range(5) for code in (f"{n}", f"{n}.1", f"{n}.2")]
    found = judged(store)
    assert list(found) == codes
    assert {found[code].parent_id for code in codes if "." in code} == {
        found[f"{n}"].item_id for n in range(5)
    }


# Dropped and taken back


def test_an_item_keeps_its_identity_over_versions(store: Store, load: Loading) -> None:
    load(a_plan(an_item("1"), an_item("2")))
    before = judged(store)
    load(a_plan(an_item("3"), an_item("2"), an_item("1"), heading="b"))
    after = judged(store)
    assert list(after) == ["3", "2", "1"]
    assert {code: after[code].item_id for code in before} == {
        code: found.item_id for code, found in before.items()
    }


def test_what_a_file_drops_is_cancelled_from_the_day_of_loading_and_comes_last(
    store: Store, load: Loading
) -> None:
    load(a_plan(an_item("1", children=(an_item("1.1"),)), an_item("2")))
    load(a_plan(an_item("3"), an_item("2"), heading="b"), on=date(2024, 5, 1))
    assert [(code, found.level.code) for code, found in judged(store).items()] == [
        ("3", "overdue"), ("2", "overdue"), ("1", "cancelled"), ("1.1", "cancelled")
    ]  # fmt: skip
    on_the_day_before = judged(store, date(2024, 4, 30))
    assert on_the_day_before["1"].level.code != "cancelled"
    made = rows(store, entry.c.kind, entry.c.reason, entry.c.effective_on, entry.c.author)
    assert made == [("cancel", LOADED, date(2024, 5, 1), "党政办")] * 2


def test_a_dropped_item_is_cancelled_once(store: Store, load: Loading) -> None:
    load(a_plan(an_item("1"), an_item("2")))
    for _again in range(3):
        load(a_plan(an_item("2")))
    assert judged(store)["1"].level.code == "cancelled"
    assert len(rows(store, entry.c.id)) == 1


def test_headings_of_dropped_items_are_kept_and_empty_ones_are_not(
    store: Store, load: Loading
) -> None:
    load(a_plan(an_item("1"), an_item("2")))
    load(a_plan(an_item("1"), an_item("2"), heading="b"))
    ref = load(a_plan(an_item("2"), heading="c"))
    found = rows(store, area.c.code, area.c.position, version_id=ref.version_id)
    assert sorted(found, key=lambda row: row.position) == [("c", 0), ("b", 1)]


def test_a_dropped_child_stands_alone_once_its_parent_is_a_child_itself(
    store: Store, load: Loading
) -> None:
    parent = an_item("2", children=(an_item("2.1"),))
    load(a_plan(an_item("1"), parent))
    load(a_plan(an_item("1"), an_item("2")))
    below = {code: found.parent_id for code, found in judged(store).items()}
    assert below["2.1"] is not None
    load(a_plan(an_item("1", children=(an_item("2"),))))
    below = {code: found.parent_id for code, found in judged(store).items()}
    assert below["2"] is not None
    assert below["2.1"] is None


def test_an_item_that_comes_back_stands_again(store: Store, load: Loading) -> None:
    load(a_plan(an_item("1"), an_item("2")))
    load(a_plan(an_item("2")))
    load(a_plan(an_item("2"), an_item("1")))
    assert {found.level.code for found in judged(store).values()} == {"overdue"}
    kinds = [(row.kind, row.reason) for row in rows(store, entry.c.kind, entry.c.reason)]
    assert kinds == [("cancel", LOADED), ("undo", LOADED)]
    assert judged(store, known_at=load.moments[1])["1"].level.code == "cancelled"


def test_what_somebody_cancelled_is_not_taken_back_by_loading(store: Store, load: Loading) -> None:
    ref = load(a_plan(an_item("1"), an_item("2")))
    with store.write(FIRST) as writing:
        ledger = Ledger(writing, ref, author="a", today=DECEMBER)
        ledger.cancel("1", date(2024, 3, 1), "并入其他事项")
    load(a_plan(an_item("2")))
    load(a_plan(an_item("2"), an_item("1")))
    assert judged(store)["1"].level.code == "cancelled"


def test_a_cancellation_by_loading_is_undone_by_loading_alone(store: Store, load: Loading) -> None:
    load(a_plan(an_item("1"), an_item("2")))
    ref = load(a_plan(an_item("2")))
    ((cancelled,),) = rows(store, entry.c.id)
    with store.write(FIRST + timedelta(days=9)) as writing:
        ledger = Ledger(writing, ref, author="a", today=DECEMBER)
        with pytest.raises(ConflictError, match="load a plan file that has the item"):
            ledger.undo(cancelled)
    load(a_plan(an_item("2")))
    assert judged(store)["1"].level.code == "cancelled"
    load(a_plan(an_item("2"), an_item("1")))
    assert judged(store)["1"].level.code == "overdue"
    assert len(rows(store, entry.c.id)) == 2


# What has ended


def ended(store: Store, ref: PlanRef, *acts: tuple[str, str], on: date = JUNE) -> list[int]:
    """The rows by which items were closed or cancelled, in this order."""
    with store.write() as writing:
        ledger = Ledger(writing, ref, author="a", today=DECEMBER)
        made = [
            ledger.close(code, on) if act == "close" else ledger.cancel(code, on, LOADED)
            for act, code in acts
        ]
    return [row for rows in made for row in rows]


def road(target: int) -> Indicator:
    return Indicator("道路", "条", Decimal(target))


@pytest.mark.parametrize("end", ["close", "cancel"])
def test_nothing_new_comes_below_what_has_ended(store: Store, load: Loading, end: str) -> None:
    ref = load(a_plan(an_item("1", children=(an_item("1.1"),))))
    _child, above = ended(store, ref, ("close", "1.1"), (end, "1"))
    state = "closed" if end == "close" else "cancelled"
    said = f"1.2 would be open below 1, {state} on 2024-06-30 by row {above}"
    with pytest.raises(ConflictError, match=said):
        load(a_plan(an_item("1", children=(an_item("1.1"), an_item("1.2")))))
    with store.read() as connection:
        assert find_plan(connection, 2024) == ref


def test_a_dropped_child_does_not_come_back_below_what_has_ended(
    store: Store, load: Loading
) -> None:
    both = a_plan(an_item("1", children=(an_item("1.1"), an_item("1.2"))))
    load(both)
    ref = load(a_plan(an_item("1", children=(an_item("1.1"),))))
    ended(store, ref, ("close", "1.1"), ("close", "1"))
    with pytest.raises(ConflictError, match=r"1\.2 would be open below 1, closed on 2024-06-30"):
        load(both)


def test_what_is_closed_stays_finished(store: Store, load: Loading) -> None:
    ref = load(a_plan(an_item("1", indicators=(road(10),)), an_item("2")))
    with store.write() as writing:
        ledger = Ledger(writing, ref, author="a", today=DECEMBER)
        ledger.progress("1", JUNE, Progress(add={"道路": Decimal(12)}))
    (row,) = ended(store, ref, ("close", "1"))
    load(a_plan(an_item("1", indicators=(road(12),))))
    said = f"1, closed on 2024-06-30 by row {row}, would not be finished on 2024-06-30"
    with pytest.raises(ConflictError, match=said):
        load(a_plan(an_item("1", indicators=(road(20),))))


def undo(store: Store, ref: PlanRef, row: int) -> None:
    with store.write() as writing:
        Ledger(writing, ref, author="a", today=DECEMBER).undo(row)


def test_what_has_ended_stays_so_when_it_is_dropped(store: Store, load: Loading) -> None:
    ref = load(a_plan(an_item("1"), an_item("2"), an_item("3")))
    closed, cancelled = ended(store, ref, ("close", "1"), ("cancel", "2"))
    ref = load(a_plan(an_item("3")), on=DECEMBER)
    levels = {code: found.level.code for code, found in judged(store).items()}
    assert (levels["1"], levels["2"]) == ("closed_out", "cancelled")
    assert len(rows(store, entry.c.id)) == 2
    for row in (closed, cancelled):
        undo(store, ref, row)
    levels = {code: found.level.code for code, found in judged(store, JUNE).items()}
    assert (levels["1"], levels["2"]) == ("cancelled", "cancelled")
    for (row,) in rows(store, entry.c.id, kind="cancel", version_id=ref.version_id):
        with pytest.raises(ConflictError, match="load a plan file that has"):
            undo(store, ref, row)


def test_a_closing_is_undone_while_its_item_is_dropped_and_the_item_comes_back_open(
    store: Store, load: Loading
) -> None:
    step = Milestone("m", "节点", JUNE)
    ref = load(a_plan(an_item("1", children=(an_item("1.1"),)), an_item("2")))
    child, above = ended(store, ref, ("close", "1.1"), ("close", "1"))
    ref = load(a_plan(an_item("2")), on=DECEMBER)
    grown = an_item("1.1", milestones=(step,), measure="milestones")
    more = a_plan(an_item("1", children=(grown,)), an_item("2"))
    with pytest.raises(ConflictError, match=f"1.1, closed on 2024-06-30 by row {child}, would"):
        load(more)
    with pytest.raises(ConflictError, match=f"below 1, closed by row {above}"):
        undo(store, ref, child)
    undo(store, ref, above)
    undo(store, ref, child)
    ref = load(a_plan(an_item("2", JULY)), on=DECEMBER)  # nor does it stand in another's way
    load(more)
    levels = {code: found.level.code for code, found in judged(store).items()}
    assert (levels["1"], levels["1.1"]) == ("overdue", "overdue")


def test_a_dropped_child_cannot_be_undone_to_end_its_item_earlier(
    store: Store, load: Loading
) -> None:
    load(a_plan(an_item("1", children=(an_item("1.1"), an_item("1.2")))))
    ref = load(a_plan(an_item("1", children=(an_item("1.1"),))), on=DECEMBER)
    ended(store, ref, ("close", "1.1"))
    with pytest.raises(ConflictError, match=r"before 1\.2 below it, .* or a later one with --on$"):
        ended(store, ref, ("close", "1"))


def test_the_words_of_the_loader_are_not_its_mark(store: Store, load: Loading) -> None:
    ref = load(a_plan(an_item("1"), an_item("2")))
    (row,) = ended(store, ref, ("cancel", "1"))
    load(a_plan(an_item("2")), on=DECEMBER)
    ref = load(a_plan(an_item("1"), an_item("2")), on=DECEMBER)
    assert judged(store)["1"].level.code == "cancelled"
    with store.write() as writing:
        Ledger(writing, ref, author="a", today=DECEMBER).undo(row)
    assert judged(store)["1"].level.code == "overdue"


# Dates


def test_a_later_date_in_the_file_does_not_count(store: Store, load: Loading) -> None:
    step = Milestone("m", "节点", date(2024, 3, 1))
    load(a_plan(an_item("1", milestones=(step,))))
    load(a_plan(an_item("1", JULY, milestones=(replace(step, due=date(2024, 4, 1)),))))
    found = judged(store, START)["1"]
    assert (found.due, found.original_due) == (JUNE, JUNE)
    assert found.next_due == date(2024, 3, 1)


def test_an_earlier_date_counts_and_the_first_is_remembered(store: Store, load: Loading) -> None:
    load(a_plan(an_item("1", JULY)))
    load(a_plan(an_item("1", JUNE)))
    found = judged(store, START)["1"]
    assert (found.due, found.original_due) == (JUNE, JULY)
    load(a_plan(an_item("1", DECEMBER)))
    found = judged(store, START)["1"]
    assert (found.due, found.original_due) == (JUNE, JULY)


def test_a_date_that_came_earlier_does_not_go_back_by_loading(store: Store, load: Loading) -> None:
    may, step = date(2024, 5, 1), Milestone("m", "节点", JUNE)
    for due, step_due in ((DECEMBER, JUNE), (JULY, may), (DECEMBER, JUNE)):
        ref = load(a_plan(an_item("1", due, milestones=(replace(step, due=step_due),))))
    found = judged(store, START)["1"]
    assert (found.due, found.next_due, found.original_due) == (JULY, may, DECEMBER)
    with store.read() as connection:
        assert standing_dates(connection, ref) == {("1", None): JULY, ("1", "m"): may}
        firsts = connection.execute(select(milestone.c.original_due)).scalars()
        assert set(firsts) == {JUNE}


def test_a_later_start_in_the_file_stays_within_the_date_in_force(
    store: Store, load: Loading
) -> None:
    load(a_plan(an_item("1")))
    load(a_plan(replace(an_item("1", DECEMBER), start=JULY)))
    found = judged(store)["1"]
    assert (found.start, found.due) == (JUNE, JUNE)


def test_a_request_for_a_milestone_that_a_newer_plan_dropped_is_not_granted(
    store: Store, load: Loading
) -> None:
    ref = load(a_plan(an_item("1", milestones=(Milestone("m", "节点", date(2024, 3, 1)),))))
    with store.write() as writing:
        ledger = Ledger(writing, ref, author="a", today=START)
        asked = ledger.extend("1", START, date(2024, 4, 1), "x", "m")
    with store.write() as writing:
        ref = record_version(writing, a_plan(an_item("1")), "text", author="a", on=START)
        ledger = Ledger(writing, ref, author="a", today=START)
        with pytest.raises(NotFoundError, match=f"milestone of row {asked}"):
            ledger.approve(asked, START)


def test_a_date_does_not_slide_by_leaving_an_item_out_for_a_while(
    store: Store, load: Loading
) -> None:
    step = Milestone("m", "节点", date(2024, 3, 1))
    load(a_plan(an_item("1", milestones=(step,)), an_item("2")))
    load(a_plan(an_item("1"), an_item("2")))
    load(a_plan(an_item("2")))
    later = replace(step, due=date(2024, 5, 1))
    ref = load(a_plan(an_item("1", JULY, milestones=(later,)), an_item("2")))
    found = judged(store, START)["1"]
    assert (found.due, found.next_due) == (JUNE, date(2024, 3, 1))
    with store.read() as connection:
        assert standing_dates(connection, ref) == {
            ("1", None): JUNE, ("1", "m"): date(2024, 3, 1), ("2", None): JUNE
        }  # fmt: skip


def test_dates_of_another_office_are_its_own(store: Store, load: Loading) -> None:
    load(a_plan(an_item("1", JUNE)))
    ref = load(a_plan(an_item("1", JULY), office="other"))
    with store.read() as connection:
        assert standing_dates(connection, ref) == {("1", None): JULY}
