"""Click groups that import a command only when it is called, and commands with examples."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from commands.help import Context
from plans.language import gettext as _


class Command(click.Command):
    """A command whose help ends with examples.

    Args:
        examples: whole command lines, as they are typed.
    """

    context_class = Context

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the examples as they stand: a command line is never wrapped."""
        with formatter.section(_("Examples")):
            for example in self.examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called.

    Args:
        lazy: name → ("module:attribute", one line of help), in the order in which help lists them.
    """

    context_class = Context

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the table."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command, imported now; None when there is none of this name."""
        if name not in self.lazy:
            return None
        module, attribute = self.lazy[name][0].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called; of one that is not there, those that come near are named."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            typed = error.command_name
            raise click.exceptions.NoSuchCommand(typed, possibilities=self.lazy, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands by the table, without importing them."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(line)) for name, (_where, line) in self.lazy.items()])


def command(name: str, **settings: Any) -> Callable[[Callable[..., Any]], Command]:
    """Makes a ``Command``: ``@command("status", help=_("..."), examples=["duban status"])``."""
    return click.command(name, cls=Command, **settings)
