"""What ``duban sweep …`` and ``duban hazard …`` share: recording, and options."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.options import ANY_PATH, Desk, Function, Whole, typed_date
from commands.recording import plan_of
from plans.language import gettext as _

if TYPE_CHECKING:
    from datetime import date

    from tracker.loaded import PlanRef
    from tracker.registers.filing import Filing

SHOWN = 50

NUMBER = click.argument("number", metavar="NUMBER")
UNIT = click.option("--unit", metavar="UNIT", help=_("Only what this unit leads: code or name."))
KIND = click.option("--kind", metavar="KIND", help=_("Only this kind: code or name."))
COMMUNITY = click.option(
    "--community", metavar="UNIT", help=_("Only in this community: code or name.")
)
LIMIT = click.option(
    "--limit",
    metavar="N",
    type=Whole(min=1),
    default=SHOWN,
    help=_("On a terminal, show at most N rows; by default {shown}.").format(shown=SHOWN),
)
ALL = click.option("--all", "everything", is_flag=True, help=_("Show all rows."))


def evidence_option(function: Function) -> Function:
    """--evidence FILE, as often as there are files."""
    return click.option(
        "--evidence",
        metavar="FILE",
        type=ANY_PATH,
        multiple=True,
        help=_("A photograph or document that shows it; a copy is kept. May be given again."),
    )(function)


class Named(click.ParamType[str]):
    """One of some fixed words, given by its code or name.

    Args:
        words: the name of the table in ``plans.safety_words``.
    """

    name = "text"

    def __init__(self, words: str) -> None:
        self.words = words

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code."""
        from plans import safety_words
        from plans.errors import BadInputError

        try:
            return safety_words.parse_name(getattr(safety_words, self.words), value)
        except BadInputError as error:
            self.fail(str(error), param, ctx)


@contextmanager
def recording(
    desk: Desk,
    register: str,
    day: "date",
    files: Sequence[Path] = (),
    number: str | None = None,
) -> "Iterator[tuple[Filing, list[dict[str, Any]]]]":
    """A register in a transaction of its own, for the plan of a case, or of a day's year or the
    newest before it.

    The files are copied in before it begins: nobody waits for that, and if it fails, they are not
    referred to by anything.

    Args:
        day: of what is recorded.
        number: of the case that it is recorded of, as it was typed; None where there is none yet.
    """
    from tracker.database import default_url
    from tracker.registers.evidence import evidence_folder, keep
    from tracker.registers.filing import Filing

    with desk.store() as store:
        folder = evidence_folder(desk.url or default_url()) if files else None
        kept = [keep(file, folder) for file in files if folder is not None]
        with store.write() as writing:
            connection = writing.connection
            of_case = None if number is None else case_plan(desk, connection, register, number)
            plan = of_case or desk.register_plan(connection, day.year)
            author, today = desk.author, desk.today
            yield Filing(writing, plan, register, author, today, desk.workdays), kept


def case_plan(desk: Desk, connection: Any, register: str, typed: str) -> "PlanRef | None":
    """The plan that a case is of, by its number as it was typed; see ``plan_of``."""
    from tracker.registers.hazards import typed_number

    return plan_of(desk, connection, register, typed_number(typed))


def typed_day(desk: Desk, option: str, typed: str | None) -> "date":
    """The day that is meant; one without a year is of ``--year``, or of this year."""
    return desk.today if typed is None else typed_date(option, typed, desk.year)


def codes(
    connection: Any, plan: "PlanRef", kind: str | None, community: str | None, unit: str | None
) -> dict[str, str | None]:
    """What a list is narrowed down to, by codes.

    Raises:
        NotFoundError: the plan has no such kind, community or unit.
    """
    from tracker.registers.filing import registers_of
    from tracker.registers.hazards import community_of, find_kind, lead_of

    rules = registers_of(connection, plan)
    return {
        "kind": None if kind is None else find_kind(rules, kind),
        "community": community_of(connection, plan, community),
        "unit": None if unit is None else lead_of(connection, plan, None, unit),
    }


def shown(desk: Desk, limit: int, everything: bool) -> int | None:
    """How many rows are asked for: all, unless they go to a terminal."""
    full = everything or desk.as_json or not desk.console.is_terminal
    return None if full else limit


Act = Callable[["Filing", list[dict[str, Any]]], str]
"""Records something; returns the number of the case."""
