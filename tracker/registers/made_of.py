"""What counts and rates of registers are made of: columns of a case, and totals; once for all.

The columns are those of ``tracker/registers/standing.py``; ``cases`` is how many there are.
"""

from collections.abc import Mapping

RATES: Mapping[str, tuple[str, str]] = {
    "accepted_in_time": ("accepted_in_time", "accept_due"),
    "settled_on_time": ("settled_on_time", "settle_due"),
    "satisfied": ("satisfied", "asked"),
    "repeated": ("repeated", "cases"),
}
"""Rate of petitions → the counts that are its numerator and its denominator."""

SWEEP_RATES: Mapping[str, tuple[str, str]] = {
    "held": ("held", "due"),
    "in_time": ("in_time", "due"),
}
"""The same of sweeps."""

HAZARD_RATES: Mapping[str, tuple[str, str]] = {
    "put_right": ("put_right", "cases"),
    "put_right_in_time": ("put_right_in_time", "cases"),
    "reopened": ("reopened", "cases"),
}
"""The same of hazards."""

_OF_PETITIONS: Mapping[str, tuple[str, str | None]] = {
    "received": ("cases", None),
    "settled": ("settled", None),
    **RATES,
}

COUNTED: Mapping[str, tuple[str, str | None]] = {
    **{f"petitions.{name}": columns for name, columns in _OF_PETITIONS.items()},
    **{f"orders.{name}": columns for name, columns in _OF_PETITIONS.items()},
    "sweeps.held": ("held", None),
    "sweeps.held_rate": SWEEP_RATES["held"],
    "sweeps.places": ("places", None),
    "sweeps.people": ("people", None),
    "hazards.found": ("cases", None),
    "hazards.major": ("major", None),
    "hazards.put_right": ("put_right", None),
    "hazards.put_right_rate": HAZARD_RATES["put_right"],
    "hazards.put_right_in_time": HAZARD_RATES["put_right_in_time"],
    "hazards.reopened": HAZARD_RATES["reopened"],
}
"""Measure → the columns of a case that its numerator and its denominator add up."""


def _count_of(group: str, column: str) -> str | None:
    """The measure of a group that counts a column."""
    counts = (m for m, made in COUNTED.items() if m.startswith(f"{group}.") and made[1] is None)
    return next((measure for measure in counts if COUNTED[measure][0] == column), None)


def _totals_of(measure: str, part: str, of: str) -> tuple[str | None, str | None]:
    group = measure.partition(".")[0]
    return _count_of(group, part), _count_of(group, of)


OUT_OF: Mapping[str, tuple[str | None, str]] = {
    measure: (part, of)
    for measure, columns in COUNTED.items()
    if columns[1] is not None
    for part, of in [_totals_of(measure, columns[0], columns[1])]
    if of is not None
}
"""Rate → the totals that are its numerator, where there is one, and its denominator. Of the others
it is not known how many were asked or due."""

PART_OF: Mapping[str, str] = {
    "petitions.settled": "petitions.received",
    "orders.settled": "orders.received",
    "hazards.put_right": "hazards.found",
    "hazards.major": "hazards.found",
}
"""Count → the count of the same period that it is usually not larger than; but what came in before
the period may have been settled in it."""
