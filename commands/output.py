"""What leaves the desk: text whose control characters are dead, and JSON."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from plans.typed import FORBIDDEN, one_line

__all__ = ["json_text", "one_line", "plain"]


def plain(text: str) -> str:
    """The text with control, invisible and direction-changing characters made harmless."""
    return FORBIDDEN.sub("�", text)


def json_text(data: object) -> str:
    """The data as JSON text that a terminal takes no harm from."""
    text = json.dumps(data, ensure_ascii=False, indent=2, default=_as_json, allow_nan=False)
    return FORBIDDEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def _as_json(value: object) -> Any:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
