"""``duban completion SHELL``: what the shell needs to complete commands and options."""

import click

from commands.group import command
from plans.language import gettext as _


@command(
    "completion",
    help=_("Print the completion script of a shell; have the shell read it when it starts."),
    examples=[
        'eval "$(duban completion bash)"    # in ~/.bashrc',
        'eval "$(duban completion zsh)"     # in ~/.zshrc',
        "duban completion fish > ~/.config/fish/completions/duban.fish",
    ],
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Prints the script."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(ctx.find_root().command, {}, "duban", "_DUBAN_COMPLETE").source())
