"""What the commands share: options, and the ``Desk`` that they open the store through.

A command with ``@store_options`` or ``@view_options`` gets a ``Desk`` as its first argument.
Nothing heavy is imported before it is needed, so that ``duban --help`` stays quick.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.output import json_text, one_line, plain
from plans.errors import BadInputError, NotFoundError
from plans.language import gettext as _
from plans.zone import OFFICE_ZONE

if TYPE_CHECKING:
    from plans.workdays import Workdays
    from tracker.reports.cells import Output
    from tracker.store import Store
    from tracker.versions import PlanRef

Function = Callable[..., Any]

ANY_PATH = click.Path(path_type=Path, readable=False)
"""A file that the command itself opens: what is wrong with it is bad input, not wrong usage."""


class Whole(click.IntRange):
    """A whole number; what is none is told so."""

    name = _("whole number")


@dataclass(frozen=True)
class Desk:
    """One call of a command: which store, which plan, seen from when, by whom.

    Attributes:
        as_of: the date that is judged; today in the office's time zone by default.
        known_at: the moment whose knowledge is used; None for all there is.
        as_json: whether the answer is data for programs instead of text for people.
    """

    as_of: date
    url: str | None = None
    year: int | None = None
    office: str | None = None
    known_at: datetime | None = None
    as_json: bool = False
    named_author: str | None = None

    @classmethod
    def now(cls, **settings: Any) -> "Desk":
        """A desk that sees all there is, as of today."""
        return cls(as_of=now().date(), **settings)

    @contextmanager
    def store(self) -> "Iterator[Store]":
        """The open store."""
        from tracker.store import Store, default_url

        with Store(self.url or default_url()) as store:
            yield store

    def plan(self, connection: Any, year: int | None = None) -> "PlanRef":
        """The plan that the command means.

        It is that of ``--year``; else of ``year``, by default the year that holds as_of; where
        there is none and no other day than today is looked at, the only one there is.
        """
        from tracker.versions import find_plan, list_plans

        meant = self.year or year or self.as_of.year
        try:
            return find_plan(connection, meant, self.office, self.known_at)
        except NotFoundError:
            there = list_plans(connection, self.known_at, office=self.office)
            if self.year is None and self.as_of == self.today and len(there) == 1:
                return there[0]
            raise

    def register_plan(self, connection: Any, year: int | None = None) -> "PlanRef":
        """The plan with which a register is looked at, which goes on from year to year.

        It is that of ``--year``; else the newest that the office has up to this year, by default
        that of as_of; else the only one there is.
        """
        from tracker.versions import find_latest

        if self.year is not None:
            return self.plan(connection, year)
        try:
            return find_latest(connection, year or self.as_of.year, self.office, self.known_at)
        except NotFoundError:
            return self.plan(connection, year)

    @property
    def author(self) -> str:
        """Who files: ``--as``, ``DUBAN_USER``, or the login name.

        Raises:
            BadInputError: it is no name, or a number of a person stands in it.
        """
        from plans.privacy import refuse_personal
        from plans.typed import TypedError, parse_line

        try:
            author = parse_line(self.named_author or os.environ.get("DUBAN_USER") or _login())
            refuse_personal(author)
            return author
        except TypedError as error:
            raise BadInputError(f"--as: {error}") from None

    @cached_property
    def today(self) -> date:
        """Today in the office's time zone."""
        return now().date()

    @cached_property
    def workdays(self) -> "Workdays":
        """The calendar of working days in force."""
        from plans.workdays import load_workdays

        return load_workdays()

    @cached_property
    def console(self) -> "Output":
        """Standard output for people; no text is taken as markup."""
        from tracker.reports.cells import Pipe

        if not sys.stdout.isatty() and not os.environ.get("FORCE_COLOR"):
            return Pipe(sys.stdout)
        from rich.console import Console

        return Console(markup=False, emoji=False, highlight=False)

    def json(self, data: object) -> None:
        """Prints data, and nothing else, for programs."""
        click.echo(json_text(data))

    def write(self, text: str) -> None:
        """Prints text as it stands, without a line break of its own."""
        click.echo(plain(text), nl=False)

    def say(self, line: str) -> None:
        """Prints one line for people."""
        click.echo(one_line(line))


def store_options(function: Function) -> Function:
    """Adds --db, --year and --office; the command gets a ``Desk`` that sees all, as of today."""
    return _desk_first(function, _STORE)


def load_options(function: Function) -> Function:
    """--db, --as and --json, for a command whose file names the plan."""
    return _desk_first(function, (_DB, _AUTHOR, _JSON))


def file_options(function: Function) -> Function:
    """--db and --json, for commands whose file names plan and authors."""
    return _desk_first(function, (_DB, _JSON))


def db_option(function: Function) -> Function:
    """--db only, for commands on the store itself."""
    return _desk_first(function, (_DB,))


def write_options(function: Function) -> Function:
    """Adds --as and --json to ``store_options``, for commands that record something."""
    return _desk_first(function, (*_STORE, _AUTHOR, _JSON))


def view_options(function: Function) -> Function:
    """Adds --as-of, --known-at and --json to ``store_options``, for commands that read."""
    return _desk_first(function, (*_STORE, *_SIGHT, _JSON))


def flow_options(function: Function) -> Function:
    """Adds --as-of and --json to ``store_options``, for flows: they know all there is."""
    return _desk_first(function, (*_STORE, _AS_OF, _JSON))


def _desk_first(function: Function, options: Sequence[Callable[[Function], Function]]) -> Function:
    @wraps(function)
    def command(
        *,
        url: str | None,
        year: int | None = None,
        office: str | None = None,
        as_of: str | None = None,
        known_at: str | None = None,
        author: str | None = None,
        as_json: bool = False,
        **rest: Any,
    ) -> Any:
        desk = Desk(
            as_of=now().date() if as_of is None else typed_date("--as-of", as_of, year),
            url=url,
            year=year,
            office=None if office is None else _storable(office),
            known_at=None if known_at is None else typed_moment("--known-at", known_at, year),
            as_json=as_json,
            named_author=author,
        )
        return function(desk, **rest)

    decorated: Function = command
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


_DB = click.option(
    "--db",
    "url",
    metavar="URL",
    help=_("The store; by default DUBAN_DB, or a file in your data directory."),
)
_STORE = (
    _DB,
    click.option(
        "--year",
        metavar="YEAR",
        type=Whole(2000, 2100),
        help=_(
            "The year of the plan; by default that of the day that is judged or on which it took "
            "effect, or of the only plan there is."
        ),
    ),
    click.option("--office", metavar="NAME", help=_("The office, where the store holds several.")),
)
_AS_OF = click.option("--as-of", metavar="DATE", help=_("Judge as of this date; today by default."))
_SIGHT = (
    _AS_OF,
    click.option(
        "--known-at",
        metavar="TIME",
        help=_("Use only what had been recorded by then: '2024-06-30 17:00', or a whole day."),
    ),
)
_JSON = click.option("--json", "as_json", is_flag=True, help=_("Print data for programs."))
_AUTHOR = click.option(
    "--as",
    "author",
    metavar="NAME",
    help=_("Who files, as a post or unit; by default DUBAN_USER, or your login name."),
)


def now() -> datetime:
    """The moment, in the office's time zone."""
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo(OFFICE_ZONE))


def typed_date(option: str, text: str, year: int | None = None) -> date:
    """The date that is meant; one without a year is of ``year``, by default this year.

    Raises:
        BadInputError: it is none; the message names the option.
    """
    from plans.typed import TypedError, parse_date

    try:
        return parse_date(text, now().year if year is None else year)
    except TypedError as error:
        raise BadInputError(f"{option}: {error}") from None


def typed_moment(option: str, text: str, year: int | None = None) -> datetime:
    """The moment that is meant, in the office's time zone; a day alone means its end.

    Raises:
        BadInputError: it is none; the message names the option.
    """
    from zoneinfo import ZoneInfo

    from plans.typed import fold, quoted

    zone = ZoneInfo(OFFICE_ZONE)
    typed = fold(text)
    if ":" not in typed:
        return datetime.combine(typed_date(option, text, year), time.max, zone)
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        message = _("{text} is no time; expected for example '2024-06-30 17:00' or 2024-06-30")
        raise BadInputError(f"{option}: {message.format(text=quoted(text))}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _storable(name: str) -> str:
    """The name without bytes that are no text: a database takes none, and no office has one."""
    return name.encode(errors="replace").decode()


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return "unknown"


def agreed(question: str) -> bool:
    """Whether somebody at the keyboard says yes, in whichever language; an empty line is no."""
    from plans.typed import fold

    answers = {"y": True, "yes": True, "是": True, "n": False, "no": False, "否": False, "": False}
    while True:
        typed = click.prompt(
            question, default="", show_default=False, prompt_suffix=_(" [y/N]: "), err=True
        )
        if (answer := fold(typed).lower()) in answers:
            return answers[answer]


def on_keyboard() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()
