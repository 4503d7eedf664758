"""Dates, numbers and shares as offices type them."""

import unicodedata
from calendar import monthrange
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.errors import BadInputError
from plans.typed import (
    FORBIDDEN,
    MAX_AMOUNT,
    TypedError,
    parse_code,
    parse_date,
    parse_line,
    parse_month,
    parse_passage,
    parse_quantity,
    parse_share,
    quoted,
)

FULL_WIDTH = str.maketrans("0123456789.,%-/", "０１２３４５６７８９．，％－／")
amounts = st.decimals(-MAX_AMOUNT + 1, MAX_AMOUNT - 1, places=4)
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2024-06-30",
        "2024/6/30",
        "2024.6.30",
        "20240630",
        "2024年6月30日",
        "2024 年 6 月 30 号",
        "2024年6月底",
        "2024年6月末",
        "２０２４年６月３０日",
        "　2024－06－30 ",
        "6月30日",
        "6月30",
        "6-30",
        "6.30",
        "６．３０",
        "6/30",
        "６月底",
    ],
)
def test_a_date_is_read_as_offices_type_it(text: str) -> None:
    assert parse_date(text, year=2024) == date(2024, 6, 30)


def test_the_end_of_the_year_and_of_february_are_days() -> None:
    assert parse_date("年底", year=2024) == date(2024, 12, 31)
    assert parse_date("2023年底") == date(2023, 12, 31)
    assert [parse_date("2月底", year=y).day for y in (2023, 2024)] == [28, 29]


def test_a_date_that_names_a_year_keeps_it() -> None:
    assert parse_date("2023-06-30", year=2024) == date(2023, 6, 30)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024-02-30", "'2024-02-30': there is no such day; that month has 29 days"),
        ("2024-13-01", "'2024-13-01': there is no such month; expected 1 to 12"),
        ("2024-01-00", "'2024-01-00': there is no such day; that month has 31 days"),
        ("0000-01-01", "'0000-01-01': expected a year between 1900 and 2200"),
        ("6月30日", "'6月30日' names no year; expected for example 2024-06-30"),
        ("soon", "'soon' is no date; expected for example 2024-06-30, 6月30日 or 6月底"),
    ],
)
def test_a_date_that_cannot_be_meant_says_why(text: str, said: str) -> None:
    with pytest.raises(TypedError) as error:
        parse_date(text)
    assert str(error.value) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024",
        "2024-6",
        "2024年6月",
        "2024-6/30",
        "24-06-30",
        "2024-06-3 0",
        "٢٠٢٤-٠٦-٣٠",
    ],
)
def test_what_may_be_read_in_two_ways_is_no_date(text: str) -> None:
    with pytest.raises(TypedError, match="is no date"):
        parse_date(text, year=2024)


@given(days)
def test_every_spelling_of_a_day_is_the_same_day(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    spellings = [
        day.isoformat(),
        f"{y:04}/{m}/{d}",
        f"{y:04}.{m:02}.{d:02}",
        f"{y:04}年{m}月{d}日",
        f"{y:04}{m:02}{d:02}",
    ]
    spellings += [s.translate(FULL_WIDTH) for s in spellings]
    assert {parse_date(s) for s in spellings} == {day}
    assert {parse_date(s, year=y) for s in (f"{m}月{d}日", f"{m}-{d}", f"{m}/{d}")} == {day}


@given(days)
def test_a_month_is_its_first_and_last_day(day: date) -> None:
    first = day.replace(day=1)
    last = day.replace(day=monthrange(day.year, day.month)[1])
    for text in (f"{day:%Y-%m}", f"{day.year:04}年{day.month}月", f"{day.month}月份"):
        assert parse_month(text, year=day.year) == (first, last)
    assert parse_date(f"{day.month}月底", year=day.year) == last


@pytest.mark.parametrize("text", ["2024-13", "2024", "13月", "十月", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(TypedError):
        parse_month(text, year=2024)


def test_a_month_without_its_year_needs_one() -> None:
    with pytest.raises(TypedError, match="names no year"):
        parse_month("10月")


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("16", None, "16"),
        ("11,000", None, "11000"),
        ("１１，０００", None, "11000"),
        ("6.4万", None, "64000"),
        ("0.8亿", None, "80000000"),
        ("+1.50", None, "1.5"),
        ("-3", None, "-3"),
        ("-0", None, "0"),
        ("2条", "条", "2"),
        ("2 条", "条", "2"),
        ("1.2万人次", "人次", "12000"),
        ("64", "万元", "64"),
        ("64万", "万元", "64"),
        ("６４万元", "万元", "64"),
        ("640000元", "万元", "64"),
        ("1.2亿元", "万元", "12000"),
        ("64万元", "元", "640000"),
        ("11000㎡", "平方米", "11000"),
        ("11000平方米", "㎡", "11000"),
        ("1.1万平方米", "平方米", "11000"),
        ("90%", "%", "90"),
    ],
)
def test_a_quantity_is_read_as_offices_type_it(text: str, unit: str | None, value: str) -> None:
    found = parse_quantity(text, unit)
    assert str(found) == value


@pytest.mark.parametrize(
    "text",
    ["", "NaN", "nan", "inf", "-Infinity", "1e5", "1E+5", "0x10", "1_000", "٣", "十六", "1,00",
     "--1", ".", "1.", ".5", "1.2.3", "9" * 25, "1" * 1000, "16\x1b[31m", "１/２"],
)  # fmt: skip
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(TypedError):
        parse_quantity(text)


@pytest.mark.parametrize(
    ("text", "unit", "said"),
    [
        ("2条", None, "'2条': expected a number only, without '条'"),
        ("2人", "人次", "'2人' is not in the unit of this figure; expected '人次'"),
        ("640000元", "平方米", "'640000元' is not in the unit of this figure; expected '平方米'"),
        ("900000000", None, "'900000000' is too large; use a larger unit such as 万元 or 亿元"),
        ("-9亿", None, "'-9亿' is too large; use a larger unit such as 万元 or 亿元"),
        ("1.00001", None, "'1.00001': expected at most 4 decimals"),
        ("640000.5元", "万元", "'640000.5元': expected at most 4 decimals"),
    ],
)
def test_a_quantity_that_does_not_fit_says_why(text: str, unit: str | None, said: str) -> None:
    with pytest.raises(TypedError) as error:
        parse_quantity(text, unit)
    assert str(error.value) == said


@given(amounts)
def test_every_spelling_of_a_number_is_the_same_number(value: Decimal) -> None:
    plain = f"{value:f}"
    spellings = [plain, f"{value:,f}", plain.translate(FULL_WIDTH), f"  {plain}　"]
    assert {parse_quantity(s) for s in spellings} == {value}
    assert parse_quantity(f"{value:f}条", unit="条") == value


@given(amounts)
def test_a_number_never_prints_with_an_exponent_or_idle_zeros(value: Decimal) -> None:
    shown = str(parse_quantity(f"{value:f}"))
    assert "E" not in shown
    assert shown == (shown.rstrip("0") if "." in shown else shown)
    assert Decimal(shown) == value


@given(st.integers(0, 8_999))
def test_ten_thousands_and_yuan_convert_both_ways(wan: int) -> None:
    assert parse_quantity(f"{wan}万元", unit="元") == wan * 10_000
    assert parse_quantity(f"{wan * 10_000}元", unit="万元") == wan


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_clear_refusal(text: str) -> None:
    said, value = "", Decimal(0)
    try:
        value = parse_quantity(text)
    except TypedError as error:
        said = str(error)
    assert abs(value) < MAX_AMOUNT
    readable = set(unicodedata.normalize("NFKC", text).strip()) <= set("0123456789.,+- 万亿")
    assert quoted(text) in said if said else readable


@pytest.mark.parametrize(
    ("text", "share"),
    [("25%", "0.25"), ("２５％", "0.25"), ("0.25", "0.25"), ("100%", "1"), ("1", "1"), ("0", "0"),
     ("33.33%", "0.3333")],
)  # fmt: skip
def test_a_share_is_a_part_of_one(text: str, share: str) -> None:
    assert parse_share(text) == Decimal(share)


@pytest.mark.parametrize("text", ["25", "101%", "-1%", "1.01", "%", "", "half", "33.333%"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(TypedError):
        parse_share(text)


def test_a_typed_error_is_bad_input_and_a_value_error() -> None:
    with pytest.raises(TypedError) as error:
        parse_share("x")
    assert isinstance(error.value, BadInputError)
    assert isinstance(error.value, ValueError)
    assert error.value.exit_code == 3


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9b", "\u200b", "\u200f", "\u202e", "\u2028",
     "\u2066", "\ufeff", "\ufffd"],
)  # fmt: skip
def test_control_and_invisible_characters_stand_in_no_text(character: str) -> None:
    assert FORBIDDEN.search(character)
    with pytest.raises(TypedError):
        parse_line(f"整修{character}巷道")
    with pytest.raises(TypedError):
        parse_passage(f"整修{character}巷道", 100)
    with pytest.raises(TypedError):
        parse_code(f"a{character}b")


def test_a_line_has_no_breaks_and_a_passage_may() -> None:
    assert parse_line("　整修　巷道 ") == "整修 巷道"
    assert parse_passage(" 一是\n二是\n", 100) == "一是\n二是"
    for text in ("a\nb", "a\tb", "a\rb", "", " ", "x" * 201):
        with pytest.raises(TypedError):
            parse_line(text)
    for text in ("", "x" * 101):
        with pytest.raises(TypedError):
            parse_passage(text, 100)


def test_a_code_is_folded_so_that_it_is_found_however_it_was_typed() -> None:
    assert parse_code(" Ａ－１２ ") == "A-12"
    assert parse_code("城建办") == "城建办"
    for text in ("", "-a", "a b", "a/b", "a=b", "x" * 41, "[red]", "=1+1", "{{x}}"):
        with pytest.raises(TypedError):
            parse_code(text)


def test_a_quotation_is_short_and_has_nothing_unprintable() -> None:
    assert quoted("a\x1b[31mb") == "'a�[31mb'"
    assert quoted("x" * 1000) == "'" + "x" * 40 + "…'"


@pytest.mark.parametrize("text", ["40余", "约40", "200余张", "约４０万"])
def test_a_rough_number_is_not_taken_for_an_exact_one(text: str) -> None:
    with pytest.raises(TypedError, match="leave out 约 and 余"):
        parse_quantity(text, "张")
