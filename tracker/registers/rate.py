"""A rate keeps what it is made of: published rates often do not follow from their counts."""

from dataclasses import dataclass
from typing import Any

from plans.numerals import percent_text, percentage


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many.

    Attributes:
        numerator, denominator: counts; without any to divide by there is no rate.
    """

    numerator: int
    denominator: int

    @property
    def text(self) -> str:
        """In percent, as people read it everywhere: 93.8%; a dash where there is none."""
        return percent_text(self.numerator, self.denominator) if self.denominator else "—"

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        percent = percentage(self.numerator, self.denominator) if self.denominator else None
        return {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "percent": None if percent is None else float(percent),
        }
