"""The kinds of values in a plan file, each with its own wording of what was expected.

In the file every scalar is text (``plans/yaml_text.py``); here it becomes a date, a number or a
line. The JSON Schema of a kind describes the same for editors.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Discriminator, GetCoreSchemaHandler, GetJsonSchemaHandler, Tag, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from plans.language import gettext as _
from plans.recurrence import EVERY
from plans.typed import (
    FORBIDDEN,
    MAX_AMOUNT,
    TypedError,
    parse_code,
    parse_date,
    parse_line,
    parse_quantity,
    parse_share,
    quoted,
)

RELATIVE = re.compile(r"(start|due)(?:\s*([+-])\s*([0-9]{1,3})\s*(days?|workdays?))?")
FLAGS = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """Pydantic metadata: how a value is read, and its JSON Schema.

    Attributes:
        parse: gets the value and the year of the plan (None where that is not known).
        schema: JSON Schema.
    """

    parse: Callable[[object, int | None], object]
    schema: dict[str, Any]

    def __get_pydantic_core_schema__(self, _source: Any, _: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: object, info: ValidationInfo) -> object:
            return self.parse(value, (info.context or {}).get("year"))

        return core_schema.with_info_plain_validator_function(read)

    def __get_pydantic_json_schema__(
        self, _source: CoreSchema, _: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return dict(self.schema)


def scalar(value: object, expected: str) -> str:
    """The scalar as it stands in the file.

    Raises:
        TypedError: nothing, a list or keys instead.
    """
    if isinstance(value, str):
        return value
    if value is None:
        raise TypedError(_("left empty; expected {expected}").format(expected=expected))
    raise TypedError(_("a list or keys; expected {expected}").format(expected=expected))


def line(limit: int, without: str = "") -> Kind:
    """One line of at most ``limit`` characters, with none of those in ``without``."""

    def parse(value: object, _year: int | None) -> str:
        text = parse_line(scalar(value, _("text")), limit)
        if found := [c for c in without if c in text]:
            message = _("{text}: expected a text without {character}")
            raise TypedError(message.format(text=quoted(text), character=quoted(found[0])))
        return text

    return Kind(parse, _string(limit) | ({"pattern": f"^[^{without}]+$"} if without else {}))


def passage(limit: int) -> Kind:
    """Text of several lines, at most ``limit`` characters."""

    def parse(value: object, _year: int | None) -> str:
        text = scalar(value, _("text")).strip()
        if not 0 < len(text) <= limit:
            message = _("{length} characters; expected text of 1 to {limit}")
            raise TypedError(message.format(limit=limit, length=len(text)))
        if FORBIDDEN.search(text):
            raise TypedError(_("expected text without control or invisible characters"))
        return text

    return Kind(parse, _string(limit))


def whole(low: int, high: int) -> Kind:
    """A whole number from ``low`` to ``high``."""

    def parse(value: object, _year: int | None) -> int:
        text = scalar(value, _("a whole number"))
        try:
            number = parse_quantity(text)
        except TypedError:
            number = Decimal(low - 1)
        if not low <= number <= high or number != int(number):
            message = _("{text}: expected a whole number from {low} to {high}")
            raise TypedError(message.format(text=quoted(text), low=low, high=high))
        return int(number)

    return Kind(parse, {"type": "integer", "minimum": low, "maximum": high})


def _string(limit: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": limit}


def _code(value: object, _year: int | None) -> str:
    return parse_code(scalar(value, _("a code")))


def _version(value: object, _year: int | None) -> int:
    text = scalar(value, "1")
    if text != "1":
        message = _("{text}: expected 1, the version of the format that this Duban reads")
        raise TypedError(message.format(text=quoted(text)))
    return 1


def _reference(value: object, _year: int | None) -> str:
    text = parse_line(scalar(value, _("CODE/NAME")), 120)
    code, slash, name = text.partition("/")
    if not slash or "/" in name:
        message = _("{text}: expected CODE/NAME of an indicator of last year")
        raise TypedError(message.format(text=quoted(text)))
    return f"{parse_code(code)}/{parse_line(name)}"


def _flag(value: object, _year: int | None) -> bool:
    text = scalar(value, _("true or false"))
    if text.lower() not in FLAGS:
        raise TypedError(_("{text}: expected true or false").format(text=quoted(text)))
    return FLAGS[text.lower()]


def _date(value: object, year: int | None) -> date:
    return parse_date(scalar(value, _("a date")), year)


def _relative_date(value: object, year: int | None) -> date | str:
    if isinstance(value, str) and RELATIVE.fullmatch(value.strip()):
        return value.strip()
    return _date(value, year)


def _amount(value: object, _year: int | None) -> Decimal:
    text = scalar(value, _("a number"))
    number = parse_quantity(text)
    if number < 0:
        message = _("{text}: expected a number that is not negative")
        raise TypedError(message.format(text=quoted(text)))
    return number


def _share(value: object, _year: int | None) -> Decimal:
    return parse_share(scalar(value, _("a share such as 25%")))


def _every(value: object, _year: int | None) -> str:
    text = scalar(value, _("monthly, quarterly, yearly, or '2 weeks'")).strip()
    if not EVERY.fullmatch(text):
        message = _("{text}: expected monthly, quarterly, yearly, or for example '2 weeks'")
        raise TypedError(message.format(text=quoted(text)))
    return text


NUMBER = {"type": ["number", "string"], "minimum": 0}

Version = Annotated[int, Kind(_version, {"const": 1})]
Line = Annotated[str, line(200)]
Passage = Annotated[str, passage(2000)]
Code = Annotated[str, Kind(_code, {**_string(40), "pattern": r"^[^\s/=]+$"})]
Reference = Annotated[str, Kind(_reference, {**_string(120), "pattern": "^[^/]+/[^/]+$"})]
Flag = Annotated[bool, Kind(_flag, {"type": "boolean"})]
Weight = Annotated[int, whole(1, 1000)]
Day = Annotated[
    date,
    Kind(_date, {"type": "string", "description": "2024-06-30, 2024年6月30日, 6月30日, 6月底"}),
]
RelativeDay = Annotated[
    date | str,
    Kind(
        _relative_date,
        {"type": "string", "description": "a date, or start/due ± N days or workdays"},
    ),
]
Amount = Annotated[
    Decimal,
    Kind(
        _amount,
        {**NUMBER, "exclusiveMaximum": MAX_AMOUNT, "description": "16, 1.5, 11,000, 6.4万"},
    ),
]
Share = Annotated[
    Decimal, Kind(_share, {**NUMBER, "maximum": 1, "description": "a share: 25% or 0.25"})
]
Every = Annotated[str, Kind(_every, {"type": "string", "pattern": f"^(?:{EVERY.pattern})$"})]
PaceName = Literal["linear", "milestones", "children"]
PaceOrTable = Annotated[
    Annotated[PaceName, Tag("name")] | Annotated[dict[str, Share], Tag("table")],
    Discriminator(lambda value: "table" if isinstance(value, dict) else "name"),
]
