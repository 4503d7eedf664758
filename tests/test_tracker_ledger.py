"""The ledger: what may be recorded, what is refused and why, and what a row holds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Row, func, select

from plans.errors import BadInputError, ConflictError, DubanError, NotFoundError
from plans.model import Area, Indicator, Item, Milestone, Plan, Unit
from plans.typed import MAX_AMOUNT
from plans.workdays import Workdays
from tests.conftest import examples
from tracker.judge import Judged, judge
from tracker.ledger import MAX_TEXT, Assignment, Ledger, Progress, item_of
from tracker.schema import entry
from tracker.store import Store
from tracker.versions import record_version

NOON = datetime(2024, 1, 1, 4, tzinfo=UTC)
JANUARY, MARCH, JUNE, JULY, DECEMBER = (
    date(2024, month, day) for month, day in ((1, 31), (3, 1), (6, 30), (7, 31), (12, 31))
)
TODAY = date(2024, 10, 31)
WORKDAYS = Workdays()

FIGURES = (
    Indicator("整修巷道", "条", Decimal(16)),
    Indicator("满意率", "%", Decimal(90), reading="latest"),
    Indicator("接待", "人次"),
)
STEPS = (
    Milestone("start", "开工", MARCH),
    Milestone("end", "竣工", JUNE),
    Milestone("2024-01", "一月", JANUARY, lapses_on=date(2024, 2, 29)),
)
ITEM = Item("1", "整修", "cj", date(2024, 1, 1), JUNE, indicators=FIGURES, milestones=STEPS)
ROUNDS = (
    Milestone("2024-02", "二月", date(2024, 2, 29), lapses_on=date(2024, 3, 31)),
    Milestone("2024-03", "三月", date(2024, 3, 31), lapses_on=date(2024, 4, 30)),
)
OTHERS = (
    Item("2", "走访", "cj", date(2024, 1, 1), JUNE, indicators=(FIGURES[2],)),
    Item(
        "3", "片区", "cj", date(2024, 1, 1), JULY, measure="children",
        children=(Item("3.1", "一区", "c1", date(2024, 1, 1), JUNE),),
    ),
    Item(
        "p", "巡查", "cj", date(2024, 1, 1), JUNE, measure="children", pace="children",
        children=tuple(
            Item(
                code, "巡查", "c1", date(2024, 1, 1), JUNE, measure="milestones",
                pace="milestones", milestones=ROUNDS, recurring=True,
            )
            for code in ("p1", "p2")
        ),
    ),
)  # fmt: skip
UNITS = (Unit("cj", "城建办"), Unit("c1", "第一社区"))
PLAN = Plan("office", 2024, UNITS, (Area("a", "板块", (ITEM, *OTHERS)),))


class Office:
    """A store with a plan; every fact is filed in a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.write(NOON) as writing:
            self.plan = record_version(writing, PLAN, "text", author="a", on=MARCH)

    @contextmanager
    def ledger(self, **settings: Any) -> Iterator[Ledger]:
        with self.store.write(NOON + timedelta(days=1)) as writing:
            yield Ledger(writing, self.plan, **{"author": "城建办", "today": TODAY, **settings})

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """A method of the ledger."""

        def act(*arguments: Any, **named: Any) -> Any:
            with self.ledger() as ledger:
                return getattr(ledger, name)(*arguments, **named)

        return act

    def file(self, code: str = "1", on: date = MARCH, **filed: Any) -> list[int]:
        """Files progress."""
        rows: list[int] = self.progress(code, on, Progress(**filed))
        return rows

    def rows(self) -> list[Row[Any]]:
        with self.store.read() as connection:
            return list(connection.execute(select(entry).order_by(entry.c.id)))

    def row(self, row_id: int) -> Row[Any]:
        return next(row for row in self.rows() if row.id == row_id)

    def count(self) -> int:
        with self.store.read() as connection:
            return connection.execute(select(func.count()).select_from(entry)).scalar_one()

    def item(self, code: str = "1", as_of: date = TODAY) -> Judged:
        with self.store.read() as connection:
            found = judge(connection, as_of, plans=[self.plan.id], workdays=WORKDAYS)
        return next(item for item in found if item.code == code)

    @contextmanager
    def refuses(self, kind: type[DubanError], said: str) -> Iterator[None]:
        """What is in it is refused in one line, and nothing is written."""
        before = self.count()
        with pytest.raises(kind) as refused:
            yield
        line = str(refused.value)
        assert said in line
        assert "\n" not in line
        assert self.count() == before


@pytest.fixture
def office(store_url: str) -> Iterator[Office]:
    """On SQLite and on PostgreSQL."""
    with Store(store_url) as store:
        yield Office(store)


@pytest.fixture
def desk(sqlite_store_url: str) -> Iterator[Office]:
    """On SQLite alone, for checks that ask the database nothing of its own."""
    with Store(sqlite_store_url) as store:
        yield Office(store)


# What a row holds


def test_each_figure_and_the_milestone_are_a_row_of_their_own(office: Office) -> None:
    ids = office.file(
        add={"整修巷道": Decimal("2.5"), "接待": Decimal(30)},
        set={"满意率": Decimal("96.5")},
        milestone="start",
        note="雨期前完成",
        reason="管线迁改",
        source="一季度通报",
        evidence={"name": "photo.jpg", "sha256": "ab" * 32},
    )
    rows = office.rows()
    assert [row.id for row in rows] == ids
    assert [(row.kind, row.part, row.amount) for row in rows] == [
        ("add", "整修巷道", Decimal("2.5")),
        ("add", "接待", Decimal(30)),
        ("set", "满意率", Decimal("96.5")),
        ("reach", "start", None),
    ]
    for row in rows:
        assert (row.note, row.reason, row.source) == ("雨期前完成", "管线迁改", "一季度通报")
        assert row.evidence == {"name": "photo.jpg", "sha256": "ab" * 32}
        assert (row.effective_on, row.author, row.simulated) == (MARCH, "城建办", False)
        assert row.recorded_at == NOON + timedelta(days=1)
        assert row.plan_id == office.plan.id


def test_a_note_alone_is_a_report(office: Office) -> None:
    (row_id,) = office.file(note="正在招标")
    assert office.row(row_id).kind == "report"
    assert office.item().last_reported == MARCH


def test_all_rows_of_one_filing_have_one_moment(office: Office) -> None:
    office.file(add={"整修巷道": Decimal(1)}, milestone="start")
    office.file(note="x")
    moments = [row.recorded_at for row in office.rows()]
    assert moments[0] == moments[1] < moments[2]


def test_rows_can_be_labelled_as_simulated(office: Office) -> None:
    with office.ledger(simulated=True) as ledger:
        ledger.progress("1", MARCH, Progress(note="x"))
    assert office.rows()[0].simulated


def test_the_item_of_a_row_is_found(office: Office) -> None:
    (row_id,) = office.file("2", note="x")
    with office.store.read() as connection:
        assert item_of(connection, row_id) == office.item("2").item_id


@pytest.mark.parametrize(
    "amount", ["0.0001", "1", "16", "2.5", "899999999.9999", "123456.789", "1E+3", "10.0"]
)
def test_an_amount_is_kept_exactly(office: Office, amount: str) -> None:
    (row_id,) = office.file(add={"接待": Decimal(amount)})
    assert office.row(row_id).amount == Decimal(amount)


# Unknown names


def test_an_unknown_item_is_answered_with_those_that_come_near(desk: Office) -> None:
    with desk.refuses(NotFoundError, "3.2: no such item; there are: 3.1, 3"):
        desk.file("3.2", note="x")
    with desk.refuses(NotFoundError, "甲: no such item; there are: 1, 2, 3, 3.1"):
        desk.file("甲", note="x")


def test_an_unknown_indicator_is_answered_with_those_that_come_near(desk: Office) -> None:
    with desk.refuses(NotFoundError, "整修巷路: no such indicator of 1; there are: 整修巷道"):
        desk.file(add={"整修巷路": Decimal(1)})
    with desk.refuses(NotFoundError, "x: no such indicator of 3.1; there are: none"):
        desk.file("3.1", add={"x": Decimal(1)})


def test_an_unknown_milestone_is_answered_with_those_that_come_near(desk: Office) -> None:
    with desk.refuses(NotFoundError, "strat: no such milestone of 1; there are: start"):
        desk.file(milestone="strat")
    with desk.refuses(NotFoundError, "endd: no such milestone of 1; there are: end"):
        desk.extend("1", MARCH, JULY, "x", "endd")


def test_an_unknown_unit_is_answered_with_those_there_are(desk: Office) -> None:
    for to in (Assignment(lead="c2"), Assignment(support=("cj", "c2"))):
        with desk.refuses(NotFoundError, "c2: no such unit; there are: cj, c1"):
            desk.assign("1", MARCH, to)


@pytest.mark.parametrize("row", [0, -1, 99, 2**63 - 1, 2**63, 10**30])
def test_an_unknown_row_is_told(office: Office, row: int) -> None:
    acts: list[Callable[[], Any]] = [
        lambda: office.undo(row),
        lambda: office.approve(row, MARCH),
        lambda: office.refuse(row, MARCH, "x"),
    ]
    for act in acts:
        with office.refuses(NotFoundError, f"row {row}: no such row in the ledger of office 2024"):
            act()


def test_a_row_of_another_plan_is_not_of_this_one(office: Office) -> None:
    (row_id,) = office.file(note="x")
    other = Plan("other", 2024, UNITS, PLAN.areas)
    with office.store.write() as writing:
        ref = record_version(writing, other, "text", author="a", on=MARCH)
        ledger = Ledger(writing, ref, author="a", today=TODAY)
        with pytest.raises(NotFoundError, match="no such row in the ledger of other 2024"):
            ledger.undo(row_id)


# Amounts


@pytest.mark.parametrize("amount", ["0", "-1", "-0.0001", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_only_something_can_be_added(desk: Office, amount: str) -> None:
    with desk.refuses(BadInputError, "is not an amount to add; expected a number above 0"):
        desk.file(add={"整修巷道": Decimal(amount)})


@pytest.mark.parametrize("amount", ["-1", "-0.0001", "NaN", "sNaN", "Infinity"])
def test_a_value_is_a_number_that_is_not_negative(desk: Office, amount: str) -> None:
    with desk.refuses(BadInputError, "is not a value; expected a number, 0 or above"):
        desk.file(set={"满意率": Decimal(amount)})
    desk.file(set={"满意率": Decimal(0)})


@pytest.mark.parametrize("amount", ["900000000", "1E+12", "1E+999999"])
def test_an_absurd_amount_is_refused(desk: Office, amount: str) -> None:
    with desk.refuses(BadInputError, "is out of range, below 900000000; use a larger unit"):
        desk.file(add={"整修巷道": Decimal(amount)})


@pytest.mark.parametrize(
    "amount", ["0.00001", "1.23456", "1E-9999", "0.0001000000000000000000000000000000001"]
)
def test_an_amount_has_at_most_four_decimals(desk: Office, amount: str) -> None:
    with desk.refuses(BadInputError, "has more than 4 decimals"):
        desk.file(add={"整修巷道": Decimal(amount)})


def test_amounts_together_stay_in_range(office: Office) -> None:
    nearly = Decimal(MAX_AMOUNT) - 1
    (first,) = office.file(add={"接待": nearly})
    with office.refuses(BadInputError, "1 接待: 899999999 + 1 is out of range, below 900000000"):
        office.file(add={"接待": Decimal(1)})
    office.file(add={"整修巷道": nearly})  # each indicator by itself
    office.undo(first)
    office.file(add={"接待": Decimal(1)})


def test_a_quantity_that_adds_up_is_not_set_and_a_value_is_not_added_to(desk: Office) -> None:
    with desk.refuses(BadInputError, "1 整修巷道: is a quantity that adds up; use --add"):
        desk.file(set={"整修巷道": Decimal(1)})
    with desk.refuses(BadInputError, "1 满意率: is a value that is replaced, not added to"):
        desk.file(add={"满意率": Decimal(1)})


def test_one_wrong_figure_keeps_the_others_out(desk: Office) -> None:
    with desk.refuses(BadInputError, "is not an amount"):
        desk.file(add={"接待": Decimal(1), "整修巷道": Decimal(0)}, milestone="start")


# Texts


def test_filing_nothing_is_refused(desk: Office) -> None:
    empties: list[dict[str, Any]] = [
        {}, {"note": " "}, {"note": "\n", "reason": "", "source": "\u3000"}
    ]  # fmt: skip
    for empty in empties:
        with desk.refuses(BadInputError, "1: nothing to file; give a figure, a milestone or"):
            desk.file(**empty)


HOSTILE = ["\x1b[31mred", "bell\x07", "null\x00", "\u202eback", "zero\u200bwidth", "half\ud800"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_has_control_or_invisible_characters(desk: Office, text: str) -> None:
    (asked,) = [desk.extend("1", MARCH, JULY, "x")]
    acts: dict[str, Callable[[], Any]] = {
        "note": lambda: desk.file(note=text),
        "reason": lambda: desk.file(reason=text),
        "source": lambda: desk.file(source=text),
        "evidence": lambda: desk.file(note="x", evidence={"name": text, "sha256": "0"}),
        "person": lambda: desk.assign("1", MARCH, Assignment(person=text)),
        "leader": lambda: desk.assign("1", MARCH, Assignment(leader=text)),
        "note ": lambda: desk.assign("1", MARCH, Assignment(lead="c1"), text),
        "reason ": lambda: desk.extend("1", MARCH, JULY, text),
        " note": lambda: desk.approve(asked, MARCH, text),
        " reason": lambda: desk.refuse(asked, MARCH, text),
        "reason  ": lambda: desk.cancel("1", MARCH, text),
        " note ": lambda: desk.close("2", MARCH, text),
        "reason   ": lambda: desk.undo(asked, text),
    }
    for what, act in acts.items():
        with desk.refuses(BadInputError, f"{what.strip()}: "):
            act()
    with pytest.raises(BadInputError, match="author: "), desk.ledger(author=text):
        pass


def test_texts_may_have_several_lines_and_anything_that_is_written(desk: Office) -> None:
    written = "第一行\n第二行\t“[red]引用[/red]” {{ x }} =1+1 <b> 𠮷 é"
    (row_id,) = desk.file(note=f"\u3000{written} \n")
    assert desk.row(row_id).note == written


def test_a_text_has_an_end(desk: Office) -> None:
    with desk.refuses(BadInputError, "note: "):
        desk.file(note="长" * (MAX_TEXT + 1))
    with desk.refuses(BadInputError, "person: "):
        desk.assign("1", MARCH, Assignment(person="长" * 201))
    desk.file(note="长" * MAX_TEXT)


@pytest.mark.parametrize("author", ["", " ", "\u3000", "长" * 201, "两\n行"])
def test_somebody_has_to_file(desk: Office, author: str) -> None:
    said = r"who files this\? give a name with --as|author: "
    with pytest.raises(BadInputError, match=said), desk.ledger(author=author):
        pass


def test_a_reason_is_needed_where_a_promise_changes(desk: Office) -> None:
    asked = desk.extend("1", MARCH, JULY, "管线迁改")
    acts: list[Callable[[], Any]] = [
        lambda: desk.extend("1", MARCH, JULY, " "),
        lambda: desk.refuse(asked, MARCH, ""),
        lambda: desk.cancel("1", MARCH, "\n"),
    ]
    for act in acts:
        with desk.refuses(BadInputError, "a reason is needed; give one with --reason"):
            act()


# Days


def test_nothing_takes_effect_in_the_future_or_before_the_plans_year(desk: Office) -> None:
    asked = desk.extend("1", MARCH, JULY, "x")
    tomorrow, before = TODAY + timedelta(days=1), date(2023, 12, 31)
    acts: list[Callable[[date], Any]] = [
        lambda on: desk.file(on=on, note="x"),
        lambda on: desk.assign("1", on, Assignment(lead="c1")),
        lambda on: desk.extend("1", on, DECEMBER, "x"),
        lambda on: desk.approve(asked, on),
        lambda on: desk.refuse(asked, on, "x"),
        lambda on: desk.close("2", on),
        lambda on: desk.cancel("1", on, "x"),
    ]
    for act in acts:
        with desk.refuses(BadInputError, f"{tomorrow} is in the future; today is {TODAY}"):
            act(tomorrow)
        with desk.refuses(BadInputError, "2023-12-31 is before the plan's year, 2024"):
            act(before)


def test_what_is_filed_late_takes_effect_when_it_happened(office: Office) -> None:
    office.file(on=date(2024, 1, 1), add={"整修巷道": Decimal(4)})
    assert office.item(as_of=date(2024, 1, 1)).actual == 100_000 // 4 // 2


# Milestones


def test_a_milestone_is_reached_once(office: Office) -> None:
    (first,) = office.file(milestone="start")
    with office.refuses(ConflictError, f"1 start: reached on 2024-03-01 already, by row {first}"):
        office.file(on=JUNE, milestone="start")
    office.undo(first)
    office.file(on=JUNE, milestone="start")
    assert (office.item().held, office.item().late) == (0, 1)


def test_an_occurrence_can_be_made_good_until_it_lapses(office: Office) -> None:
    with office.refuses(ConflictError, "1 2024-01: could be made good until 2024-02-29, so it is"):
        office.file(on=MARCH, milestone="2024-01")
    office.file(on=date(2024, 2, 29), milestone="2024-01")
    assert (office.item().late, office.item().missed) == (1, 0)


def test_an_occurrence_extended_past_its_lapse_can_be_made_good_until_then(office: Office) -> None:
    asked = office.extend("1", JANUARY, JUNE, "x", "2024-01")
    office.approve(asked, JANUARY)
    with office.refuses(ConflictError, "could be made good until 2024-06-30"):
        office.file(on=date(2024, 7, 1), milestone="2024-01")
    office.file(on=JUNE, milestone="2024-01")
    assert office.item().held == 1


# Assignment


def test_an_assignment_leaves_what_it_does_not_name(office: Office) -> None:
    office.assign("1", MARCH, Assignment(lead="c1", support=("cj",)))
    office.assign("1", MARCH, Assignment(person="网格员"))
    row_id = office.assign("1", JUNE, Assignment(leader="分管领导"), "分工调整")
    found = office.item()
    assert (found.lead, found.person, found.leader) == ("c1", "网格员", "分管领导")
    assert office.item(as_of=MARCH).leader is None
    assert office.row(row_id).note == "分工调整"
    assert office.row(row_id).assignment == {
        "lead": None, "support": None, "person": None, "leader": "分管领导"
    }  # fmt: skip


def test_nobody_cannot_be_assigned(desk: Office) -> None:
    for nobody in (Assignment(), Assignment(person=" ")):
        with desk.refuses(BadInputError, "1: nobody to assign; give --lead"):
            desk.assign("1", MARCH, nobody)


def test_supporting_units_can_be_taken_away(office: Office) -> None:
    row_id = office.assign("1", MARCH, Assignment(support=()))
    assert office.row(row_id).assignment["support"] == []


# Extensions


def test_an_extension_counts_once_it_is_approved_and_from_then_on(office: Office) -> None:
    office.file(milestone="start")
    asked = office.extend("1", MARCH, JULY, "管线迁改")
    assert (office.item().due, office.item().extensions) == (JUNE, 0)
    office.approve(asked, date(2024, 7, 5), "同意")
    assert (office.item().due, office.item().extensions) == (JULY, 1)
    assert office.item(as_of=date(2024, 7, 4)).level.code == "overdue"
    assert office.item(as_of=date(2024, 7, 5)).level.code != "overdue"


def test_a_refused_extension_does_not_count(office: Office) -> None:
    asked = office.extend("1", MARCH, JULY, "x")
    office.refuse(asked, MARCH, "不具备条件")
    assert (office.item().due, office.item().extensions) == (JUNE, 0)


def test_an_extension_is_asked_for_before_the_date_in_force_is_over(office: Office) -> None:
    late = date(2024, 7, 1)
    with office.refuses(ConflictError, "1: was due on 2024-06-30; an extension has to be asked"):
        office.extend("1", late, JULY, "x")
    office.approve(office.extend("1", JUNE, JULY, "x"), JUNE)
    office.extend("1", late, DECEMBER, "x")


def test_an_extension_is_for_a_later_date_than_the_one_in_force(office: Office) -> None:
    with office.refuses(BadInputError, "1: 2024-06-30 is not later than the date in force"):
        office.extend("1", MARCH, JUNE, "x")
    office.approve(office.extend("1", MARCH, DECEMBER, "x"), MARCH)
    with office.refuses(BadInputError, "is not later than the date in force, 2024-12-31"):
        office.extend("1", MARCH, JULY, "x")


def test_an_extension_has_a_bound(desk: Office) -> None:
    with desk.refuses(BadInputError, "1: 2030-01-01 is out of range; expected a date up to 2029"):
        desk.extend("1", MARCH, date(2030, 1, 1), "x")
    desk.extend("1", MARCH, date(2029, 12, 31), "x")


def test_a_milestone_is_extended_by_itself(office: Office) -> None:
    with office.refuses(ConflictError, "1 start: was due on 2024-03-01"):
        office.extend("1", date(2024, 3, 2), JUNE, "x", "start")
    office.approve(office.extend("1", MARCH, date(2024, 4, 1), "x", "start"), MARCH)
    found = office.item(as_of=date(2024, 3, 15))
    assert (found.due, found.next_due, found.extensions) == (JUNE, date(2024, 4, 1), 1)


def test_a_milestone_on_the_last_day_of_its_item_goes_along_and_is_extended_from_there(
    office: Office,
) -> None:
    office.approve(office.extend("1", MARCH, JULY, "x"), MARCH)
    office.file(milestone="start")
    assert office.item(as_of=JULY).next_due == JULY
    with office.refuses(BadInputError, "1 end: 2024-07-15 is not later than the date in force"):
        office.extend("1", MARCH, date(2024, 7, 15), "x", "end")
    office.approve(office.extend("1", JULY, DECEMBER, "x"), JULY)
    assert office.item().next_due == DECEMBER


def test_a_milestone_is_not_extended_past_its_item_nor_a_child_past_its_parent(
    office: Office,
) -> None:
    said = "1 start: 2024-07-31 is after 2024-06-30, the date in force of 1; extend 1 first"
    with office.refuses(ConflictError, said):
        office.extend("1", MARCH, JULY, "x", "start")
    office.approve(office.extend("1", MARCH, JULY, "x"), MARCH)
    asked = office.extend("1", MARCH, JULY, "x", "start")
    (granted,) = (row.id for row in office.rows() if row.kind == "approve")
    office.undo(granted)
    with office.refuses(ConflictError, f"row {asked}: 2024-07-31 is after 2024-06-30"):
        office.approve(asked, MARCH)
    said = "3.1: 2024-12-31 is after 2024-07-31, the date in force of 3; extend 3 first"
    with office.refuses(ConflictError, said):
        office.extend("3.1", MARCH, DECEMBER, "x")
    office.extend("3.1", MARCH, JULY, "x")


def test_a_later_date_is_asked_for_together_with_that_of_the_item_above_and_granted_after_it(
    office: Office,
) -> None:
    above = office.extend("3", MARCH, DECEMBER, "x")
    with office.refuses(ConflictError, "3.1: 2025-01-01 is after 2024-07-31"):
        office.extend("3.1", MARCH, date(2025, 1, 1), "x")
    below = office.extend("3.1", MARCH, DECEMBER, "x")
    with office.refuses(ConflictError, f"row {below}: 2024-12-31 is after 2024-07-31"):
        office.approve(below, JUNE)
    office.approve(above, JUNE)
    with office.refuses(ConflictError, f"row {below}: 2024-12-31 is after 2024-07-31"):
        office.approve(below, MARCH)  # not in force yet on that day
    office.approve(below, JUNE)
    assert office.item("3.1").due == DECEMBER
    office.extend("1", MARCH, JULY, "x")
    office.extend("1", MARCH, JULY, "x", "start")


@pytest.mark.parametrize(("code", "below"), [("1", ("1", "start")), ("3", ("3.1", None))])
def test_an_approval_is_undone_after_the_later_dates_that_rest_on_it(
    office: Office, code: str, below: tuple[str, str | None]
) -> None:
    (inner, part), second = below, date(2024, 8, 31)
    first = office.approve(office.extend(code, MARCH, second, "x"), MARCH)
    within = office.approve(office.extend(inner, MARCH, second, "x", part), MARCH)
    with office.refuses(ConflictError, f"by row {within}, rests on it; undo row {within} first"):
        office.undo(first)
    other = office.approve(office.extend(code, MARCH, DECEMBER, "x"), MARCH)
    later = office.approve(office.extend(inner, MARCH, DECEMBER, "x", part), JUNE)
    office.undo(first)  # the other one carries it
    with office.refuses(ConflictError, f"granted by row {within}, rests on it"):
        office.undo(other)
    for row in (within, later, other):
        office.undo(row)


def test_a_request_is_answered_once(office: Office) -> None:
    asked = office.extend("1", MARCH, JULY, "x")
    answer = office.approve(asked, MARCH)
    again: list[Callable[[], Any]] = [
        lambda: office.approve(asked, MARCH),
        lambda: office.refuse(asked, MARCH, "x"),
    ]
    for act in again:
        with office.refuses(ConflictError, f"row {asked} was answered already, by row {answer}"):
            act()
    office.undo(answer)
    assert office.item().due == JUNE
    office.refuse(asked, MARCH, "x")


def test_only_a_request_is_answered(desk: Office) -> None:
    (filed,) = desk.file(note="x")
    with desk.refuses(ConflictError, f"row {filed} is no request, but report"):
        desk.approve(filed, MARCH)


def test_a_request_that_was_reversed_is_not_answered(desk: Office) -> None:
    asked = desk.extend("1", MARCH, JULY, "x")
    by = desk.undo(asked)
    with desk.refuses(ConflictError, f"row {asked} was reversed already, by row {by}"):
        desk.approve(asked, MARCH)


def test_an_answer_does_not_come_before_the_request(desk: Office) -> None:
    asked = desk.extend("1", MARCH, JULY, "x")
    with desk.refuses(BadInputError, f"row {asked}: was asked for on 2024-03-01, after 2024-02-2"):
        desk.approve(asked, date(2024, 2, 29))


def test_each_extension_counts_from_the_day_of_its_approval(office: Office) -> None:
    office.approve(office.extend("1", MARCH, JULY, "x"), date(2024, 3, 5))
    office.approve(office.extend("1", MARCH, DECEMBER, "x"), date(2024, 4, 1))
    assert office.item(as_of=date(2024, 3, 31)).due == JULY
    assert office.item(as_of=date(2024, 4, 1)).due == DECEMBER


def test_a_second_request_waits_for_the_answer_to_the_first(office: Office) -> None:
    asked = office.extend("1", MARCH, JULY, "x")
    said = f"1: row {asked} asks for 2024-07-31 and is not answered yet; answer it first"
    with office.refuses(ConflictError, said):
        office.extend("1", MARCH, DECEMBER, "x")
    step = office.extend("1", MARCH, date(2024, 4, 1), "x", "start")
    with office.refuses(ConflictError, f"1 start: row {step} asks for 2024-04-01 and is not"):
        office.extend("1", MARCH, JUNE, "x", "start")
    office.refuse(asked, MARCH, "x")
    office.undo(step)
    office.extend("1", MARCH, DECEMBER, "x")
    office.extend("1", MARCH, JUNE, "x", "start")


@pytest.mark.parametrize(
    ("part", "one", "other"), [(None, JULY, DECEMBER), ("start", date(2024, 4, 1), JUNE)]
)
def test_a_request_that_was_overtaken_is_not_approved(
    office: Office, part: str | None, one: date, other: date
) -> None:
    first = office.extend("1", MARCH, one, "x", part)
    refused = office.refuse(first, MARCH, "x")
    office.approve(office.extend("1", MARCH, other, "x", part), date(2024, 4, 1))
    office.undo(refused)
    said = f"asks for {one}, which is not later than the date in force by now, {other}"
    with office.refuses(ConflictError, f"row {first}: {said}; return it: duban return {first}"):
        office.approve(first, date(2024, 3, 5))
    office.refuse(first, date(2024, 3, 5), "x")


def test_a_milestone_that_is_not_there_is_answered_by_title_too(desk: Office) -> None:
    with desk.refuses(NotFoundError, "开工日: no such milestone of 1; there are: start (开工)"):
        desk.file(milestone="开工日")


# Closing and cancelling


def finish(office: Office) -> list[int]:
    """All that is asked of item 1."""
    return office.file(add={"整修巷道": Decimal(16)}, set={"满意率": Decimal(95)})


def test_an_item_is_closed_when_it_is_complete(office: Office) -> None:
    office.file(add={"整修巷道": Decimal(15)}, set={"满意率": Decimal(95)})
    said = "1: only 96.9% complete on 2024-03-01; see: duban explain 1"
    with office.refuses(ConflictError, said):
        office.close("1", MARCH)
    office.file(on=JUNE, add={"整修巷道": Decimal(1)})
    with office.refuses(ConflictError, "1: only 96.9% complete on 2024-03-01"):
        office.close("1", MARCH)
    office.close("1", JUNE, "验收合格")
    assert office.item().level.code == "closed_out"
    assert office.item(as_of=MARCH).level.code != "closed_out"


def test_an_item_with_nothing_to_measure_is_complete_when_it_is_closed(office: Office) -> None:
    office.close("2", MARCH)
    assert (office.item("2").level.code, office.item("2").actual) == ("closed_out", 100_000)


def test_an_item_of_children_is_closed_after_them(office: Office) -> None:
    with office.refuses(ConflictError, "3: only 0% complete"):
        office.close("3", MARCH)
    office.close("3.1", MARCH)
    office.close("3", MARCH)


def test_nothing_is_filed_on_a_closed_or_cancelled_item(office: Office) -> None:
    finish(office)
    (closed,), (cancelled,) = office.close("1", MARCH), office.cancel("2", MARCH, "并入其他事项")
    for code, state, row in (("1", "closed", closed), ("2", "cancelled", cancelled)):
        acts: list[Callable[[str], Any]] = [
            lambda code: office.file(code, note="x"),
            lambda code: office.extend(code, MARCH, JULY, "x"),
            lambda code: office.close(code, MARCH),
            lambda code: office.cancel(code, MARCH, "x"),
        ]
        said = f"{code}: {state} on 2024-03-01 by row {row}; undo that row first"
        for act in acts:
            with office.refuses(ConflictError, said):
                act(code)
        office.undo(row)
        office.file(code, note="x")


def test_a_cancelled_item_stays_to_be_seen(office: Office) -> None:
    (row_id,) = office.cancel("1", MARCH, "由市级统一组织")
    assert office.item().level.code == "cancelled"
    assert office.item(as_of=date(2024, 2, 29)).level.code != "cancelled"
    assert office.row(row_id).reason == "由市级统一组织"


def test_an_item_is_cancelled_with_what_is_open_below_it_or_not_at_all(office: Office) -> None:
    said = "3: not all of it is finished; with --with-children"
    with office.refuses(ConflictError, said):
        office.cancel("3", MARCH, "由市级统一组织")
    ids = office.cancel("3", MARCH, "由市级统一组织", with_children=True)
    rows = [office.row(row_id) for row_id in ids]
    assert [(row.kind, row.reason) for row in rows] == [("cancel", "由市级统一组织")] * 2
    assert [office.item(code).level.code for code in ("3", "3.1")] == ["cancelled"] * 2


def test_what_is_finished_below_a_cancelled_item_stays_so(office: Office) -> None:
    office.close("3.1", MARCH)
    assert len(office.cancel("3", MARCH, "x", with_children=True)) == 1
    assert office.item("3.1").level.code == "closed_out"


@pytest.mark.parametrize("end", ["close", "cancel"])
def test_nothing_is_filed_below_a_closed_or_cancelled_item(office: Office, end: str) -> None:
    (child,) = office.close("3.1", MARCH)
    (row,) = office.close("3", MARCH) if end == "close" else office.cancel("3", MARCH, "x")
    state = "closed" if end == "close" else "cancelled"
    with office.refuses(
        ConflictError, f"row {child} belongs to an item below 3, {state} by row {row}; undo that"
    ):
        office.undo(child)
    office.undo(row)
    office.undo(child)
    ids = office.cancel("3", MARCH, "x", with_children=True)
    office.undo(ids[0])
    office.undo(ids[1])
    asked = office.extend("3.1", MARCH, JULY, "x")
    office.close("3.1", MARCH)
    with office.refuses(ConflictError, "3.1: closed on 2024-03-01 by row"):
        office.approve(asked, MARCH)
    office.refuse(asked, MARCH, "x")


def test_what_is_below_a_cancelled_item_is_left_alone(office: Office) -> None:
    (wrong,) = office.file("3.1", note="x")
    above, below = office.cancel("3", MARCH, "x", with_children=True)
    office.undo(wrong)  # nothing rests on it
    with office.refuses(ConflictError, f"row {below} belongs to an item below 3, cancelled by"):
        office.undo(below)
    acts: list[Callable[[], Any]] = [
        lambda: office.file("3.1", note="x"),
        lambda: office.extend("3.1", MARCH, JULY, "x"),
        lambda: office.close("3.1", MARCH),
        lambda: office.cancel("3.1", MARCH, "x"),
    ]
    for act in acts:
        with office.refuses(ConflictError, f"3.1: cancelled on 2024-03-01 by row {below}"):
            act()
    office.undo(above)
    with office.refuses(ConflictError, f"3.1: cancelled on 2024-03-01 by row {below}"):
        office.file("3.1", note="x")
    office.undo(below)
    office.file("3.1", note="x")


def test_a_child_that_is_settled_is_closed_with_its_item(office: Office) -> None:
    for code in ("p1", "p2"):
        office.file(code, MARCH, milestone="2024-02")
    (own,) = office.close("p2", JUNE)
    child = office.item("p1")
    assert (child.level.code, child.settled) == ("far_behind", True)
    above, below = office.close("p", JUNE, "验收合格")
    assert [(office.row(n).kind, office.row(n).note) for n in (above, below)] == [
        ("close", "验收合格")
    ] * 2
    assert [office.item(code).level.code for code in ("p", "p1")] == ["closed_out"] * 2
    office.undo(above)
    office.undo(below)
    office.file("p1", JUNE, note="x")
    assert office.row(own).kind == "close"


def test_a_child_that_is_settled_is_closed_with_a_cancelled_item_too(office: Office) -> None:
    office.file("p1", MARCH, milestone="2024-02")
    with office.refuses(ConflictError, "with --with-children (with_children: true in a ledger "):
        office.cancel("p", MARCH, "x")
    office.file("p2", MARCH, milestone="2024-02")
    ids = office.cancel("p", JUNE, "x")
    assert [office.row(n).kind for n in ids] == ["cancel", "close", "close"]
    assert office.item("p1").level.code == "closed_out"


@pytest.mark.parametrize("end", ["close", "cancel"])
def test_an_item_does_not_end_before_what_is_below_it(office: Office, end: str) -> None:
    for code in ("p1", "p2"):
        office.file(code, MARCH, milestone="2024-02")
    (row,) = office.close("p1", JULY)
    said = (
        f"p: cannot end on 2024-06-30, before p1 below it, closed on 2024-07-31 by row {row}; "
        "give that day or a later one with --on"
    )
    with office.refuses(ConflictError, said):
        office.close("p", JUNE) if end == "close" else office.cancel("p", JUNE, "x")
    office.close("p", JULY) if end == "close" else office.cancel("p", JULY, "x")


def test_what_was_not_finished_yet_by_the_day_is_cancelled_not_closed(office: Office) -> None:
    office.file("p1", date(2024, 4, 15), milestone="2024-03")
    office.file("p1", date(2024, 2, 29), milestone="2024-02")
    ids = office.cancel("p", MARCH, "x", with_children=True)
    assert [office.row(n).kind for n in ids] == ["cancel"] * 3


def test_a_closing_is_not_contradicted_on_a_day_in_between_either(office: Office) -> None:
    finish(office)
    office.file(on=JUNE, set={"满意率": Decimal(45)})
    office.file(on=JULY, set={"满意率": Decimal(95)})
    with office.refuses(ConflictError, "1: only 75% complete on 2024-06-30"):
        office.close("1", MARCH)
    office.close("1", JULY)


def test_what_was_filed_of_later_days_does_not_contradict_a_closing(office: Office) -> None:
    finish(office)
    office.file(on=JUNE, set={"满意率": Decimal(45)})
    with office.refuses(ConflictError, "1: only 75% complete on 2024-06-30"):
        office.close("1", MARCH)


def test_an_approval_is_undone_after_the_closing_that_may_rest_on_it(office: Office) -> None:
    granted = office.approve(office.extend("1", MARCH, JULY, "x"), MARCH)
    finish(office)
    (closed,) = office.close("1", MARCH)
    said = f"row {granted} belongs to a closed item; undo its closing first: row {closed}"
    with office.refuses(ConflictError, said):
        office.undo(granted)


# Reversal


def test_what_is_undone_is_filed_again_rightly(office: Office) -> None:
    (wrong,) = office.file(add={"整修巷道": Decimal(51)})
    by = office.undo(wrong, "15条误录为51条")
    office.file(add={"整修巷道": Decimal(15)})
    row = office.row(by)
    assert (row.kind, row.reverses, row.reason) == ("undo", wrong, "15条误录为51条")
    assert row.effective_on == MARCH
    assert office.item().actual == 100_000 * 15 // 16 // 2


def test_a_row_is_undone_once(desk: Office) -> None:
    (wrong,) = desk.file(note="x")
    by = desk.undo(wrong)
    with desk.refuses(ConflictError, f"row {wrong} was reversed already, by row {by}"):
        desk.undo(wrong)


def test_a_reversal_is_not_undone(desk: Office) -> None:
    by = desk.undo(desk.file(note="x")[0])
    with desk.refuses(ConflictError, f"row {by} is itself a reversal; file the fact again"):
        desk.undo(by)


def test_a_request_is_undone_after_its_answer(desk: Office) -> None:
    asked = desk.extend("1", MARCH, JULY, "x")
    answer = desk.approve(asked, MARCH)
    with desk.refuses(ConflictError, f"row {asked} was answered by row {answer}; undo that first"):
        desk.undo(asked)
    desk.undo(answer)
    desk.undo(asked)


def test_what_made_an_item_complete_is_undone_after_its_closing(office: Office) -> None:
    first, _second = finish(office)
    (closed,) = office.close("1", MARCH)
    said = f"row {first} belongs to a closed item; undo its closing first: row {closed}"
    with office.refuses(ConflictError, said):
        office.undo(first)
    office.undo(closed)
    office.undo(first)
    assert office.item().level.code != "closed_out"


# Whatever is typed


@settings(max_examples=examples(50))
@given(
    text=st.text(max_size=300),
    amount=st.decimals(allow_nan=True, allow_infinity=True),
    day=st.dates(),
)
def test_whatever_is_typed_is_taken_or_refused_in_one_clear_way(
    anything: Office, text: str, amount: Decimal, day: date
) -> None:
    with anything.ledger() as ledger:
        acts: list[Callable[[], Any]] = [
            lambda: ledger.progress("1", MARCH, Progress(note=text)),
            lambda: ledger.progress("1", day, Progress(add={"接待": amount})),
            lambda: ledger.progress("1", MARCH, Progress(set={"满意率": amount})),
            lambda: ledger.extend("1", MARCH, day, text),
            lambda: ledger.assign("1", day, Assignment(person=text, leader=text)),
        ]
        for act in acts:
            with suppress(BadInputError, ConflictError):
                act()
    assert anything.item().code == "1"


@pytest.fixture(scope="module")
def anything(
    tmp_path_factory: pytest.TempPathFactory, new_postgres_database: Any, postgres_template: str
) -> Iterator[Office]:
    """One office on PostgreSQL, which is the stricter of the two about texts and numbers."""
    with Store(new_postgres_database(postgres_template)) as store:
        yield Office(store)
