"""A case that came in otherwise than was recorded is corrected: afresh, with what has happened."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from plans.errors import BadInputError, ConflictError, NotFoundError
from tests import petition_office, safety_office
from tests.desk import fine, refused
from tests.petition_office import WORKDAYS, moment, register
from tests.safety_office import SETTINGS, filing
from tests.tables import take, text
from tracker.registers.correcting import correct_hazard, correct_petition
from tracker.registers.correction import corrections_of
from tracker.registers.events import events_of, find_case
from tracker.registers.findings import FileProblems
from tracker.registers.hazard_sheet import load_hazard
from tracker.registers.hazards import Hazards
from tracker.registers.notices import record_escalations
from tracker.registers.petition_sheet import PetitionSheet, load_petition
from tracker.registers.rates import load_rates
from tracker.schema import filing as filed
from tracker.schema import register_case
from tracker.store import Store

D = date.fromisoformat
DAY = D("2024-03-01")
YEAR_END = D("2024-12-31")
HEAD = "编号 渠道 工单类型 主题 社区 收到日期 承办单位 受理日期 办结日期 办结结果"


def sheet(store: Store, number: str, known_at: datetime | None = None) -> PetitionSheet:
    with store.read() as connection:
        plan = petition_office.plan_of(store)
        return load_petition(connection, plan, number, YEAR_END, known_at, workdays=WORKDAYS)


def topics(store: Store, known_at: datetime | None = None) -> dict[str, int]:
    """Topic → how many cases of it are counted."""
    with store.read() as connection:
        plan = petition_office.plan_of(store)
        rates = load_rates(connection, plan, YEAR_END, known_at, by=["topic"])
    found: Counter[str] = Counter()
    for row in rates.parts["topic"]:
        found[str(row.key)] += int(row.now.received)
    return dict(+found)


def test_a_corrected_petition_stands_as_it_was_with_all_that_has_happened(
    petitions: Store,
) -> None:
    with register(petitions, at=moment(2024, 4, 1)) as book:
        book.add("1", "12345", "noise", DAY, kind="complaint", community="c1")
        book.record("1", "accept", DAY)
        book.record("1", "extend", D("2024-03-08"), to=D("2024-03-25"), by="dz")
        book.undo("1")
        book.record("1", "settle", D("2024-03-12"), result="resolved")
        book.record("1", "survey", D("2024-03-20"), result="satisfied")
    before = sheet(petitions, "1")
    with register(petitions, at=moment(2024, 4, 2)) as book:
        correct_petition(book, "1", topic="环境卫生", community="c2", kind="咨询")
    after = sheet(petitions, "1")
    row = after.row
    assert (row.topic, row.community, row.unit, row.kind) == ("sanitation", "c2", "c2", "enquiry")
    assert (row.received, row.accept_by) == (before.row.received, before.row.accept_by)
    assert (before.row.settle_by, row.settle_by) == (D("2024-03-20"), D("2024-03-05"))
    kept = [(one.event.number, one.event.kind, one.event.effective_on) for one in after.events]
    assert kept == [
        (1, "accept", DAY),
        (2, "settle", D("2024-03-12")),
        (3, "survey", D("2024-03-20")),
    ]
    assert sheet(petitions, "1", moment(2024, 4, 1)).row == before.row
    (correction,) = after.corrections
    assert correction.to_json() == {
        "author": "信访办",
        "recorded_at": "2024-04-02T01:00:00+00:00",
        "was": {"kind": "complaint", "topic": "noise", "community": "c1", "unit": "c1"},
        "other_year": False,
    }
    assert sheet(petitions, "1", moment(2024, 4, 1)).corrections == []


def test_what_follows_is_worked_out_by_the_rules_under_which_it_was_registered(
    petitions: Store,
) -> None:
    with register(petitions) as book:
        book.add("1", "visit", "noise", DAY, community="c1")
        book.record("1", "accept", D("2024-03-04"))
        book.add("2", "visit", "noise", DAY, community="c1", unit="dz")
    url = petitions.url.render_as_string(hide_password=False)
    petition_office.load(
        url, more="registers: {petitions: {accept: 1 day}, orders: {sign: 9 days}}\n"
    )
    with register(petitions) as book:
        correct_petition(book, "1", channel="12345", kind="咨询", received=D("2024-03-04"))
        correct_petition(book, "2", received=D("2024-02-29"), community="c2")
    one, other = sheet(petitions, "1").row, sheet(petitions, "2").row
    assert (one.accept_by, one.settle_by) == (D("2024-03-05"), D("2024-03-06"))
    assert (other.accept_by, other.settle_by, other.unit) == (D("2024-03-15"), None, "dz")
    with register(petitions) as book:
        correct_petition(book, "1", channel="来信", repeated=True)
    letter = sheet(petitions, "1").row
    assert (letter.channel, letter.kind, letter.repeated) == ("letter", None, True)
    assert letter.settle_by == D("2024-05-03")
    assert len(sheet(petitions, "1").corrections) == 2


def test_what_could_not_have_been_is_refused_and_so_is_a_correction_of_nothing(
    petitions: Store,
) -> None:
    with register(petitions) as book:
        book.add("1", "visit", "noise", DAY, community="c1")
        book.record("1", "accept", D("2024-03-04"))
        book.record("1", "settle", D("2024-03-05"), result="resolved")
        book.record("1", "review", D("2024-03-06"))
    for columns, error, message in (
        ({"topic": "noise"}, ConflictError, "nothing to correct"),
        ({"topic": "nosuch"}, NotFoundError, "no such topic"),
        ({"unit": "nosuch"}, NotFoundError, "no such unit"),
        ({"kind": "咨询"}, BadInputError, "only orders"),
        ({"channel": "12345"}, BadInputError, "needs its kind"),
        ({"channel": "12345", "kind": "咨询"}, ConflictError, "1: review: not possible"),
        ({"received": D("2024-03-05")}, BadInputError, "before it came in on 2024-03-05"),
        ({"received": D("2025-07-01")}, BadInputError, "lies ahead"),
    ):
        given: dict[str, Any] = columns
        with register(petitions) as book, pytest.raises(error, match=message):
            correct_petition(book, "1", **given)
    assert sheet(petitions, "1").corrections == []


def test_a_corrected_case_can_be_taken_back_and_corrected_again(petitions: Store) -> None:
    with register(petitions) as book:
        book.add("1", "visit", "noise", DAY, community="c1")
    for topic in ("property", "noise", "property"):
        with register(petitions) as book:
            correct_petition(book, "1", topic=topic)
        assert topics(petitions) == {topic: 1}
    with register(petitions) as book:
        book.undo("1")
        with pytest.raises(NotFoundError, match="taken back"):
            correct_petition(book, "1", topic="noise")
    with register(petitions) as book:
        book.add("1", "visit", "noise", DAY, community="c1")
    assert sheet(petitions, "1").corrections == []


def test_a_corrected_hazard_keeps_its_sweep_its_orders_and_its_evidence(safety: Store) -> None:
    shown = [{"name": "现场.jpg", "sha256": "0" * 64, "bytes": 3}]
    sweep = "wires-c1-2024-03-29"
    take(
        safety,
        text(
            "安排 类别 社区 应查日期 检查日期 检查场所 出动人次",
            "wires 飞线充电 c1 2024-03-29 2024-03-20 36 8",
        ),
        "sweep",
    )
    with filing(safety, "hazard") as opened:
        book = Hazards(opened)
        book.add("wires", "major", "甲", D("2024-03-20"), number="H1", sweep=sweep, evidence=shown)
        book.order("H1", D("2024-03-20"), D("2024-03-27"), SETTINGS)
        book.fix("H1", D("2024-03-25"), "物业项目经理", evidence=shown)
        with pytest.raises(BadInputError, match="before 2024-03-21"):
            correct_hazard(book, "H1", found=D("2024-03-21"))
    with filing(safety, "hazard") as opened:
        correct_hazard(Hazards(opened), "H1", kind="exits", place="乙", grade="一般")
    with safety.read() as connection:
        plan = safety_office.plan_of(safety)
        found = load_hazard(connection, plan, "H1", YEAR_END, workdays=safety_office.WORKDAYS)
    row = found.row
    assert (row.kind, row.place, row.grade, row.sweep) == ("exits", "乙", "ordinary", sweep)
    assert found.evidence == shown
    order, fix = (one.event.details for one in found.steps)
    assert (order, fix) == ({"settings": SETTINGS}, {"evidence": shown})
    assert [one.was for one in found.corrections] == [
        {"kind": "wires", "grade": "major", "place": "甲"}
    ]


def test_an_ordinary_hazard_put_right_on_the_spot_cannot_have_been_a_major_one(
    safety: Store,
) -> None:
    with filing(safety, "hazard") as opened:
        book = Hazards(opened)
        book.add("wires", "ordinary", "甲", DAY, number="H1", community="c1")
        book.fix("H1", DAY, "物业项目经理")
        with pytest.raises(ConflictError, match="a major hazard is ordered to be put right first"):
            correct_hazard(book, "H1", grade="major")


def test_who_was_told_of_a_hazard_is_not_told_again_when_it_is_corrected(safety: Store) -> None:
    with filing(safety, "hazard") as opened:
        Hazards(opened).add("wires", "ordinary", "甲", DAY, number="H1", community="c1")
    with filing(safety, "hazard") as opened:
        assert [one.stage for one in record_escalations(opened, D("2024-05-01"))] == ["leader"]
    with filing(safety, "hazard") as opened:
        correct_hazard(Hazards(opened), "H1", place="乙")
    with filing(safety, "hazard") as opened:
        assert record_escalations(opened, D("2024-05-01")) == []


# Files


def test_a_file_that_says_otherwise_is_refused_unless_it_is_to_correct(petitions: Store) -> None:
    first = [
        f"{n} 12345热线 投诉 噪声扰民 第一社区 2024-03-01 - 2024-03-01 - -" for n in range(1, 5)
    ]
    take(petitions, text(HEAD, *first))
    second = [
        "1 12345热线 咨询 环境卫生 第一社区 2024-03-01 - 2024-03-01 2024-03-04 已解决",
        "2 来信 - 噪声扰民 第二社区 2024-03-01 - 2024-03-01 - -",
        "3 12345热线 投诉 噪声扰民 第一社区 2024-03-01 - 2024-03-01 2024-03-04 已解决",
        "4 12345热线 投诉 噪声扰民 第一社区 2024-03-01 - 2024-03-01 - -",
        "5 12345热线 投诉 噪声扰民 第一社区 2024-03-01 - 2024-03-01 - -",
    ]
    with pytest.raises(FileProblems) as told:
        take(petitions, text(HEAD, *second))
    lines = str(told.value).splitlines()
    assert len(lines) == 3
    assert "row 2, 工单类型: 咨询: in the register it is 投诉; where the file" in lines[0]
    assert "row 3, 渠道: letter: in the register it is 12345; where the file is right" in lines[1]
    counts = take(petitions, text(HEAD, *second), correct=True).counts
    assert (counts.new, counts.corrected, counts.added_to, counts.there) == (1, 2, 1, 1)
    assert counts.events == 3
    one, two = sheet(petitions, "1").row, sheet(petitions, "2").row
    assert (one.kind, one.topic, one.ended_on) == ("enquiry", "sanitation", D("2024-03-04"))
    assert (two.channel, two.kind, two.unit) == ("letter", None, "c2")
    assert two.settle_by == D("2024-04-30")
    assert topics(petitions) == {"noise": 4, "sanitation": 1}
    assert not take(petitions, text(HEAD, *second), correct=True).changed
    wrong = second[1].replace("第二社区 2024-03-01", "第一社区 2024-03-02")
    with pytest.raises(FileProblems, match=r"row 2, 收到日期: .*before it came in on 2024-03-02"):
        take(petitions, text(HEAD, wrong), correct=True)


def test_a_file_corrects_as_a_single_correction_does(petitions: Store) -> None:
    with register(petitions) as book:
        for number in ("1", "2"):
            book.add(number, "visit", "noise", DAY, community="c1")
            book.record(number, "accept", D("2024-03-04"))
    with register(petitions) as book:
        correct_petition(book, "1", channel="12345", kind="help", topic="drains", community="c2")
    take(petitions, text(HEAD, "2 12345 求助 排水积水 c2 2024-03-01 - - - -"), correct=True)
    with petitions.read() as connection:
        cases = [find_case(connection, [1], "petition", number) for number in ("1", "2")]
        assert all(len(corrections_of(connection, case)) == 1 for case in cases)
        events = [events_of(connection, case.id) for case in cases]
        both = select(func.count()).where(register_case.c.number == "2")
        assert connection.execute(both).scalar() == 2
    for (accept,) in events:
        assert (accept.kind, accept.effective_on, accept.due) == ("accept", D("2024-03-04"), None)
    one, other = (replace(case, id=0, number="", filing_id=0) for case in cases)
    assert one == other


# As it is typed


def test_a_correction_is_typed_and_shown(petitions: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_DB", petitions.url.render_as_string(hide_password=False))
    with register(petitions) as book:
        book.add("1", "12345", "noise", DAY, kind="complaint", community="c1")
    typed = ("--kind", "咨询", "--community", "", "--unit", "党政办", "--repeated")
    said = fine("petition", "correct", "1", *typed, "--received", "2024-02-29").out
    changes = (
        "corrected: in 2024-03-01→2024-02-29, kind of order 投诉→咨询, "
        "community 第一社区→whole office, lead unit 第一社区→党政办, repeated no→yes. 1: "
    )
    assert said.startswith(changes)
    assert said.endswith("due 2024-03-01\n")
    shown = fine("petition", "show", "1", "--as-of", "2024-06-30").out
    assert "更正" in shown
    was = "原为：收到2024-03-01，工单类型投诉，社区第一社区，承办单位第一社区，重复否（"
    assert was in "".join(shown.split())
    assert "nothing to correct" in refused(5, "petition", "correct", "1", *typed)


def test_a_correction_of_a_hazard_is_typed_and_shown(
    safety: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_DB", safety.url.render_as_string(hide_password=False))
    with filing(safety, "hazard") as opened:
        Hazards(opened).add("wires", "ordinary", "甲", DAY, number="H1", community="c1")
    fine("hazard", "correct", "H1", "--grade", "重大", "--place", "乙", "--community", "c2")
    shown = fine("hazard", "show", "H1", "--as-of", "2024-06-30").out
    assert "原为：等级一般，社区第一社区，场所甲，责任单位第一社区（" in "".join(shown.split())


def test_what_has_happened_stays_filed_by_whom_and_when_it_was(petitions: Store) -> None:
    with register(petitions, at=moment(2024, 3, 5)) as book:
        book.filing.author = "第一社区"
        book.add("1", "visit", "noise", DAY, community="c1")
        book.record("1", "accept", D("2024-03-04"))
    with register(petitions, at=moment(2024, 4, 2)) as book:
        correct_petition(book, "1", topic="环境卫生")
    (event,) = sheet(petitions, "1").events
    assert (event.author, event.recorded_at) == ("第一社区", moment(2024, 3, 5))
    assert topics(petitions, moment(2024, 4, 1)) == {"noise": 1}
    assert topics(petitions, moment(2024, 4, 2)) == topics(petitions) == {"sanitation": 1}
    with petitions.read() as connection:
        plan = petition_office.plan_of(petitions)
        before, after = (
            load_rates(connection, plan, YEAR_END, at).wholes
            for at in (moment(2024, 4, 1), moment(2024, 4, 2))
        )
    assert before == after
    assert sum(int(row.now.counts.accepted_in_time) for row in after) == 1


def test_what_was_made_up_is_so_when_it_was_corrected(petitions: Store) -> None:
    for number, made_up in (("1", True), ("2", False)):
        with register(petitions, simulated=made_up) as book:
            book.add(number, "visit", "noise", DAY, community="c1")
    for number, simulated in (("2", False), ("1", True)):
        with register(petitions) as book:
            correct_petition(book, number, topic="环境卫生")
        with petitions.read() as connection:
            case = find_case(connection, [1], "petition", number)
            of = select(filed.c.simulated).where(filed.c.id == case.filing_id)
            assert connection.execute(of).scalar_one() == simulated
    assert sheet(petitions, "1").scope.simulated
    assert not sheet(petitions, "2").scope.simulated
