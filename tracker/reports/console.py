"""Everything that a terminal shows of a plan; each function prints what its loader gave."""

from tracker.reports.console_explain import print_explanation
from tracker.reports.console_item import print_item
from tracker.reports.console_ledger import print_ledger
from tracker.reports.console_overdue import print_overdue
from tracker.reports.console_report import print_report
from tracker.reports.console_status import print_status

__all__ = [
    "print_explanation",
    "print_item",
    "print_ledger",
    "print_overdue",
    "print_report",
    "print_status",
]
