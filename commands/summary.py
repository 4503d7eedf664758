"""``duban summary``: the year-end summary, on the terminal or into a file."""

import os
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.group import command
from commands.options import ANY_PATH, Desk, Whole, view_options
from commands.output import json_text, one_line
from plans.errors import BadInputError, UsageError
from plans.language import gettext as _
from plans.language import why

if TYPE_CHECKING:
    from tracker.summary import Summary

ENDINGS = (".md", ".json")


@command(
    "summary",
    help=_(
        "Write the year-end summary: what was done by area, with figures against target and last "
        "year, problems with the reasons filed, what is carried over, and next year's plan. "
        "Without --as-of it tells the year up to its last day, or up to today."
    ),
    examples=[
        "duban summary 2024",
        "duban summary 2024 -o summary.md",
        "duban summary 2024 --sources",
        "duban summary 2023 -o summary.json",
    ],
)
@click.argument("of", metavar="YEAR", type=Whole(2000, 2100))
@click.option(
    "-o",
    "--output",
    type=ANY_PATH,
    metavar="FILE",
    help=_("Write it to FILE: .md or .json by its ending."),
)
@click.option(
    "--sources",
    is_flag=True,
    help=_("List every figure with its ledger rows; with -o, add the list to the file."),
)
@view_options
@click.pass_context
def summary(ctx: click.Context, desk: Desk, of: int, output: Path | None, sources: bool) -> None:
    """Sums up a year."""
    if desk.year not in (None, of):
        message = _("{year} and --year {other}: give one of them")
        raise UsageError(message.format(year=of, other=desk.year))
    if output is not None and output.suffix.lower() not in ENDINGS:
        raise BadInputError(_ending(output))
    if ctx.params["as_of"] is None:
        desk = replace(desk, as_of=min(desk.today, date(of, 12, 31)))
    summed = _summed(replace(desk, year=of))
    for number, text in summed.document.unsourced():
        message = _("{number}: stands in the wording, so it has no source: {text}")
        click.echo(one_line(message.format(number=number, text=text)), err=True)
    if output is not None:
        write_whole(output, _rendered(summed, output.suffix.lower(), sources))
        _say_written(desk, summed, output)
    elif desk.as_json:
        from tracker.reports.summary_json import summary_json

        desk.json(summary_json(summed, sources=sources))
    elif sources:
        from tracker.reports.summary_sources import source_lines

        desk.write("\n".join(source_lines(summed)) + "\n")
    else:
        desk.write(_rendered(summed, ".md", sources=False))


def _ending(output: Path) -> str:
    if output.suffix.lower() == ".docx":
        message = _("{file}: Word files cannot be written yet; expected {endings}")
    else:
        message = _("{file}: expected a name that ends with {endings}")
    return message.format(file=output, endings=_(" or ").join(ENDINGS))


def _summed(desk: Desk) -> "Summary":
    from tracker.summary import summarise

    with desk.store() as store, store.read() as connection:
        plan = desk.plan(connection)
        return summarise(connection, plan, desk.as_of, desk.known_at, workdays=desk.workdays)


def _rendered(summed: "Summary", ending: str, sources: bool) -> str:
    if ending == ".json":
        from tracker.reports.summary_json import summary_json

        return json_text(summary_json(summed, sources=sources)) + "\n"
    from tracker.reports.summary_markdown import render_markdown

    text = render_markdown(summed.document)
    if sources:
        from tracker.reports.summary_sources import source_tables

        text += "\n" + "\n\n".join(source_tables(summed)) + "\n"
    return text


def _say_written(desk: Desk, summed: "Summary", output: Path) -> None:
    figures = sum(1 for _figure in summed.document.figures())
    if desk.as_json:
        desk.json({"file": str(output), "figures": figures, "rows": len(summed.sources)})
    else:
        message = _("{file}: written; {figures} figures from {rows} ledger rows and the plan")
        desk.say(message.format(file=output, figures=figures, rows=len(summed.sources)))


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that it is there whole, or as it was before.

    Raises:
        BadInputError: it cannot be written.
    """
    temporary: Path | None = None
    try:
        if path.is_dir():
            raise IsADirectoryError(0, _("is a directory; expected a file"))
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=".duban-", delete=False
        ) as file:
            temporary = Path(file.name)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        temporary.replace(path)
    except (OSError, ValueError) as error:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
        message = _("{file}: cannot be written: {reason}")
        raise BadInputError(message.format(file=path, reason=why(error))) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
