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

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Tag,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from plans.language import N_
from plans.language import gettext as _
from plans.person_names import refuse_name
from plans.privacy import refuse_personal
from plans.recurrence import EVERY
from plans.typed import (
    MAX_AMOUNT,
    TypedError,
    parse_code,
    parse_date,
    parse_line,
    parse_passage,
    parse_quantity,
    parse_share,
    quoted,
)

RELATIVE = re.compile(r"(start|due)(?:\s*([+-])\s*([0-9]{1,3})\s*(days?|workdays?))?")
FLAGS = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}


class Part(BaseModel):
    """A mapping of the file; a key that is not listed is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_empty(cls, data: object) -> object:
        """``support:`` with nothing behind it is the same as no ``support``."""
        if not isinstance(data, dict) or None not in data.values():
            return data
        keys = cls.known_keys()
        return {k: v for k, v in data.items() if v is not None or k not in keys}

    @classmethod
    def known_keys(cls) -> list[str]:
        """The keys as they are typed in the file."""
        return [field.alias or name for name, field in cls.model_fields.items()]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """Pydantic metadata: how a value is read, and its JSON Schema.

    Attributes:
        expected: what is expected, as a message to translate.
        parse: gets the text and the year of the plan (None where that is not known).
        schema: JSON Schema.
    """

    expected: str
    parse: Callable[[str, int | None], object]
    schema: dict[str, Any]

    def read(self, value: object, year: int | None) -> object:
        """The value that is meant.

        Raises:
            TypedError: left empty, no scalar, or not what was expected.
        """
        if isinstance(value, str):
            return self.parse(value, year)
        empty, other = (
            _("left empty; expected {expected}"),
            _("a list or keys; expected {expected}"),
        )
        raise TypedError((empty if value is None else other).format(expected=_(self.expected)))

    def __get_pydantic_core_schema__(self, _source: Any, _: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: object, info: ValidationInfo) -> object:
            return self.read(value, info.context["year"] if info.context else None)

        return core_schema.with_info_plain_validator_function(read)

    def __get_pydantic_json_schema__(
        self, _source: CoreSchema, _: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return dict(self.schema)


def line(limit: int, without: str = "") -> Kind:
    """One line of at most ``limit`` characters, with none of those in ``without``."""

    def parse(text: str, _year: int | None) -> str:
        text = parse_line(text, limit)
        refuse_personal(text)
        if found := [c for c in without if c in text]:
            message = _("{text}: expected a text without {character}")
            raise TypedError(message.format(text=quoted(text), character=quoted(found[0])))
        return text

    pattern = {"pattern": f"^[^{without}]+$"} if without else {}
    return Kind(N_("text"), parse, _string(limit) | pattern)


def matter(limit: int, refuse: Callable[[str], None] = refuse_name) -> Kind:
    """What cases are put under: never a person.

    Args:
        refuse: raises TypedError for what seems to be one.
    """

    def parse(text: str, _year: int | None) -> str:
        text = parse_line(text, limit)
        refuse_personal(text)
        refuse(text)
        return text

    return Kind(N_("text"), parse, _string(limit))


def passage(limit: int) -> Kind:
    """Text of several lines, at most ``limit`` characters."""

    def parse(text: str, _year: int | None) -> str:
        refuse_personal(text)
        return parse_passage(text, limit)

    return Kind(N_("text"), parse, _string(limit))


def whole(low: int, high: int) -> Kind:
    """A whole number from ``low`` to ``high``."""

    def parse(text: str, _year: int | None) -> int:
        try:
            number = parse_quantity(text)
        except TypedError:
            number = Decimal(low - 1)
        if not low <= number <= high or number != int(number):
            message = _("{text}: expected a whole number from {low} to {high}")
            raise TypedError(message.format(text=quoted(text), low=low, high=high))
        return int(number)

    schema = {"type": ["integer", "string"], "minimum": low, "maximum": high}
    return Kind(N_("a whole number"), parse, schema)


def _string(limit: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": limit}


def _version(text: str, _year: int | None) -> int:
    if text != "1":
        message = _("{text}: expected 1, the version of the format that this Duban reads")
        raise TypedError(message.format(text=quoted(text)))
    return 1


def _reference(text: str, _year: int | None) -> str:
    text = parse_line(text, 120)
    code, slash, name = text.partition("/")
    if not slash or "/" in name:
        message = _("{text}: expected CODE/NAME of an indicator of last year")
        raise TypedError(message.format(text=quoted(text)))
    return f"{parse_code(code)}/{parse_line(name)}"


def _flag(text: str, _year: int | None) -> bool:
    if text.lower() not in FLAGS:
        message = _("{text}: expected {known}")
        raise TypedError(message.format(text=quoted(text), known=", ".join(FLAGS)))
    return FLAGS[text.lower()]


def _relative_date(text: str, year: int | None) -> date | str:
    return text.strip() if RELATIVE.fullmatch(text.strip()) else parse_date(text, year)


def _amount(text: str, _year: int | None) -> Decimal:
    number = parse_quantity(text)
    if number < 0:
        message = _("{text}: expected a number that is not negative")
        raise TypedError(message.format(text=quoted(text)))
    return number


def _every(text: str, _year: int | None) -> str:
    if not EVERY.fullmatch(text.strip()):
        message = _("{text}: expected monthly, quarterly, yearly, or for example '2 weeks'")
        raise TypedError(message.format(text=quoted(text)))
    return text.strip()


NUMBER = {"type": ["number", "string"], "minimum": 0}
CODE = {**_string(40), "type": ["string", "integer", "number"], "pattern": r"^[^\s/=]+$"}
REFERENCE = {**_string(120), "pattern": "^[^/]+/[^/]+$"}
DAY = {"type": "string", "description": "2024-06-30, 2024年6月30日, 6月30日, 6月底"}
RELATIVE_DAY = {"type": "string", "description": "a date, or start/due ± N days or workdays"}
AMOUNT = {**NUMBER, "exclusiveMaximum": MAX_AMOUNT, "description": "16, 1.5, 11,000, 6.4万"}
SHARE = {**NUMBER, "maximum": 1, "description": "a share: 25% or 0.25"}
EVERY_SCHEMA = {"type": "string", "pattern": f"^(?:{EVERY.pattern})$"}

Version = Annotated[int, Kind("1", _version, {"const": 1})]


def _code(text: str, _year: int | None) -> str:
    code = parse_code(text)
    refuse_personal(code)
    return code


Line = Annotated[str, line(200)]
Passage = Annotated[str, passage(2000)]
Code = Annotated[str, Kind(N_("a code"), _code, CODE)]
Reference = Annotated[str, Kind("CODE/NAME", _reference, REFERENCE)]
Flag = Annotated[bool, Kind(N_("true or false"), _flag, {"enum": [True, False, *FLAGS]})]
Weight = Annotated[int, whole(1, 1000)]
Day = Annotated[date, Kind(N_("a date"), parse_date, DAY)]
RelativeDay = Annotated[date | str, Kind(N_("a date"), _relative_date, RELATIVE_DAY)]
Amount = Annotated[Decimal, Kind(N_("a number"), _amount, AMOUNT)]
Share = Annotated[Decimal, Kind(N_("a share"), lambda text, _: parse_share(text), SHARE)]
Every = Annotated[str, Kind(N_("monthly, quarterly, yearly or '2 weeks'"), _every, EVERY_SCHEMA)]
PaceName = Literal["linear", "milestones", "children"]
PaceOrTable = Annotated[
    Annotated[PaceName, Tag("name")] | Annotated[dict[str, Share], Tag("table")],
    Discriminator(lambda value: "table" if isinstance(value, dict) else "name"),
]
