"""What all parts of a summary share: record, wording, how things are named and counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from plans.numerals import percentage
from plans.phrasing import Wording
from tracker.document import Quote, Text
from tracker.figures import Figure, place
from tracker.schema import FULL
from tracker.summary.account import Account
from tracker.summary.record import Record


class Numbered(Protocol):
    """A ledger row, as far as citing it goes."""

    @property
    def id(self) -> int:
        """Its number."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Whoever tells the year: in which wording, from which record."""

    record: Record
    wording: Wording

    def place(self, code: str, part: str | None = None) -> str:
        """Where something stands in the plan."""
        return place(self.record.plan, code, part)

    def title(self, account: Account) -> Quote:
        """The item's title, as the plan has it."""
        return Quote(account.judged.title, plan=(self.place(account.code),))

    def lead(self, account: Account) -> Text:
        """The title with which a point begins."""
        return self.wording.render("lead", title=self.title(account))

    def listed(self, quote: Quote) -> Text:
        """A title among others: in quotation marks where it holds the mark that parts them."""
        return self.wording.render("listed", title=quote, marked=self.wording.is_parted(quote.text))

    def titles(self, accounts: Iterable[Account]) -> list[Text]:
        """The titles of items, to be listed."""
        return [self.listed(self.title(account)) for account in accounts]

    def unit(self, code: str) -> Quote:
        """The name of a unit."""
        named = self.record.view.units.get(code)
        return Quote(code if named is None else named.name, plan=(self.place(code),))

    def day(self, on: date) -> str:
        """A date as it is written."""
        return self.wording.day(on, self.record.plan.year)

    def is_due(self, account: Account) -> bool:
        """Whether a date of the item has come, so that its unit owes an answer."""
        judged = account.judged
        return judged.broken_on is not None or judged.due <= self.record.as_of

    @property
    def as_of(self) -> Quote:
        """The date as of which everything is told."""
        return Quote(self.day(self.record.as_of))

    @property
    def year(self) -> Quote:
        """The plan's year."""
        return Quote(str(self.record.plan.year))

    @property
    def next_year(self) -> Quote:
        """The year that follows."""
        return Quote(str(self.record.plan.year + 1))

    def count(
        self,
        number: int,
        unit: str,
        what: str,
        of: Account | None = None,
        *,
        rows: Iterable[Numbered] = (),
        places: Iterable[str] = (),
    ) -> Figure:
        """A number of things, with the rows, or the places in the plan, that were counted.

        Args:
            number: how many.
            unit: the kind of unit, as in the wording's ``units``.
            what: what is counted, as in the wording's ``labels``.
            of: the item to which they belong.
            rows: the ledger rows that say so.
            places: the places in the plan that say so.
        """
        ids = tuple(sorted({row.id for row in rows}))
        label = self.wording.label(what)
        if of is not None:
            label = f"{of.code} {label}"
        named = self.wording.unit(unit, number)
        return Figure(Decimal(number), named, label, "count", ids, tuple(places))

    def items(
        self,
        accounts: Sequence[Account],
        what: str,
        of: Account | None = None,
        unit: str = "items",
    ) -> Figure:
        """A number of items, with all that was filed on them and their places in the plan."""
        rows = [row for account in accounts for row in account.standing]
        places = [self.place(account.code) for account in accounts]
        return self.count(len(accounts), unit, what, of, rows=rows, places=places)

    def share(self, account: Account) -> Figure:
        """How complete an item is, in percent."""
        value = percentage(account.judged.actual, FULL)
        rows = tuple(sorted(row.id for row in account.reports))
        label = f"{account.code} {self.wording.label('share')}"
        return Figure(value, "%", label, "percent", rows, (self.place(account.code),))

    def assumed(self, dates: Sequence[str], targets: Sequence[str]) -> Text:
        """How many items have assumed dates, and how many indicators assumed targets.

        The places in the plan are counted: an item or indicator each.
        """

        def number(places: Sequence[str], unit: str, what: str) -> Figure | str:
            return self.count(len(places), unit, what, places=places) if places else ""

        return self.wording.render(
            "assumed",
            items=number(dates, "items", "assumed_items"),
            indicators=number(targets, "indicators", "assumed_indicators"),
        )
