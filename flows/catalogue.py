"""The flows by the names that the command line has for them."""

from typing import NamedTuple

from plans.language import N_


class Entry(NamedTuple):
    """One flow.

    Attributes:
        point: its dotted entry point.
        what: what it does, as a message to translate.
    """

    point: str
    what: str


FLOWS = {
    "daily-check": Entry(
        "flows.daily_check.daily_check",
        N_("Judge all items, record the day, bring what is late higher up, report."),
    ),
    "flag-overdue": Entry(
        "flows.flag_overdue.flag_overdue",
        N_("Write an urge slip for each unit with something late or due in 7 days."),
    ),
    "petition-warning": Entry(
        "flows.petition_warning.petition_warning",
        N_("Publish today's warnings of petitions: cases whose time runs out, topics that rise."),
    ),
    "safety-sweep": Entry(
        "flows.safety_sweep.safety_sweep",
        N_("Make the sweeps that are due, remind of them, bring overdue hazards higher up."),
    ),
    "year-end-summary": Entry(
        "flows.year_end_summary.year_end_summary",
        N_("Roll the year up by unit, and publish the year-end summary."),
    ),
}
