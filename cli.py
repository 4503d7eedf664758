"""The desk in front: ``duban COMMAND``. Commands are imported when they are called."""

import gc
import os
import sys
from gettext import bindtextdomain, textdomain

import click

from commands.group import LazyGroup
from plans.errors import DubanError
from plans.language import CATALOGUES, N_, chinese, why
from plans.language import gettext as _

VERSION = "0.1.0"  # looking it up in the installed package takes as long as all the rest of a start

COMMANDS = {
    "init": ("commands.store:init", N_("Make the store, or bring an older one up to date.")),
    "demo": ("commands.demo:demo", N_("Show the whole product in one go, on sample data.")),
    "plan": ("commands.plan:plan", N_("Check, load and print plan files.")),
    "plans": ("commands.plan:plans", N_("List the plans in the store.")),
    "assign": ("commands.facts:assign", N_("Say who is answerable for an item.")),
    "update": ("commands.facts:update", N_("File progress on an item.")),
    "extend": ("commands.review:extend", N_("Ask for a later date.")),
    "approve": ("commands.review:approve", N_("Grant a request for a later date.")),
    "return": ("commands.review:send_back", N_("Turn a request for a later date down.")),
    "close": ("commands.review:close", N_("Accept a finished item and strike it off.")),
    "cancel": ("commands.review:cancel", N_("Withdraw an item.")),
    "undo": ("commands.review:undo", N_("Reverse a row of the ledger.")),
    "ledger": ("commands.ledger:ledger", N_("Show the ledger of an item, or import a file.")),
    "status": ("commands.look:status", N_("Show where every item stands.")),
    "overdue": ("commands.look:overdue", N_("List what is late, the latest first.")),
    "show": ("commands.look:show", N_("Show one item with all that belongs to it.")),
    "explain": ("commands.look:explain", N_("Show the arithmetic behind an item's status.")),
    "report": ("commands.look:report", N_("Print the progress report.")),
    "petition": (
        "commands.petition:petition",
        N_("Follow petitions and orders of the 12345 line."),
    ),
    "sweep": ("commands.sweep:sweep", N_("Safety sweeps: which are due, and were they held.")),
    "hazard": ("commands.hazard:hazard", N_("Hazards: found, put right, inspected, closed out.")),
    "summary": ("commands.summary:summary", N_("Write the year-end summary.")),
    "run": ("commands.run:run", N_("Run one flow, now.")),
    "up": ("commands.run:up", N_("Run the schedules, with a Prefect server if none is set.")),
    "completion": ("commands.completion:completion", N_("Print the shell completion script.")),
}
"""name → (where, one line of help); the command line shows them in this order."""


def _version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"duban {VERSION}")
        ctx.exit()


def _teach_click() -> None:
    """Has click speak the language of the command line: it asks the catalogue that is named."""
    if chinese():
        os.environ["LANGUAGE"] = "zh_CN"  # every zh_* locale has this one
        bindtextdomain("click", CATALOGUES)
        textdomain("click")


def desk() -> LazyGroup:
    """The command line, in the language in force."""
    return LazyGroup(
        "duban",
        lazy=COMMANDS,
        help=_(
            "Carries an office's annual plan from the promise to the year-end summary: "
            "the plan is text, what happens is a ledger, status is computed as of any date."
        ),
        params=[
            click.Option(
                ["--version"],
                is_flag=True,
                expose_value=False,
                is_eager=True,
                callback=_version,
                help=_("Show the version and exit."),
            )
        ],
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )


def main() -> None:
    """Runs a command; every error that a user can cause is one line on stderr."""
    # A command makes many objects and little garbage: with Python's own thresholds, looking for
    # cycles takes a tenth of its time, and as much again for a last look when all goes anyway.
    gc.set_threshold(100_000, 50)
    try:
        code = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        code = _nobody_reads()
    except OSError as error:
        code = _failed(_("cannot read or write: {reason}").format(reason=why(error)), 6)
        _nobody_reads()
    gc.freeze()
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Runs the command that the arguments name; returns the exit code.

    0 fine, 1 a bug, 2 usage, 3 bad input, 4 not found, 5 conflict, 6 store unavailable.

    Raises:
        OSError: standard output cannot be written.
    """
    _teach_click()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    command = desk()
    try:
        if "_DUBAN_COMPLETE" in os.environ:
            command.main(arguments, "duban", "_DUBAN_COMPLETE")
        with command.make_context("duban", arguments) as context:
            command.invoke(context)
        return 0
    except click.exceptions.Exit as finished:
        return finished.exit_code
    except DubanError as error:
        return _failed(str(error), error.exit_code, lines=error.several)
    except click.exceptions.NoArgsIsHelpError as error:
        return _failed(error.format_message(), 2, lines=True)
    except click.UsageError as error:
        path = "duban" if error.ctx is None else error.ctx.command_path
        message = _("{message} (see: {command} --help)")
        return _failed(message.format(message=_wrong_call(error), command=path), 2)
    except click.ClickException as error:
        return _failed(error.format_message(), 2)
    except (click.Abort, KeyboardInterrupt):
        return _failed(_("stopped"), 130)
    except OSError:
        raise
    except Exception as error:
        if os.environ.get("DUBAN_DEBUG"):
            raise
        return _bug(error)


def _wrong_call(error: click.UsageError) -> str:
    """What click says of a wrong call, in one line: it gives each choice a line of its own."""
    text = error.format_message().replace("\n\t", " ")
    if chinese():  # what click puts between its sentences is not in its catalogue
        if isinstance(error, click.MissingParameter):
            text = text.replace(". ", "。")
        text = text.replace("。 ", "。")
    return text.rstrip(".。 ")


def _failed(message: str, code: int, *, lines: bool = False) -> int:
    """Says what is wrong: in one line, unless there are several problems, or it is help."""
    from commands.output import one_line, plain

    click.echo(plain(message) if lines else one_line(message), err=True)
    return code


def _nobody_reads() -> int:
    """Whoever read the output has left (``duban status | head``): what is still buffered goes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 128 + 13


def _bug(error: Exception) -> int:
    message = _(
        "this is a bug in duban ({kind}: {error}). Please report it with what you typed; "
        "DUBAN_DEBUG=1 shows where it happened."
    )
    said = " ".join(str(error).split())[:200]
    return _failed(message.format(kind=type(error).__name__, error=said), 1)


if __name__ == "__main__":
    main()
