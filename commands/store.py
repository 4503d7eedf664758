"""``duban init``: the store itself."""

from commands.group import command
from commands.options import Desk, db_option
from plans.language import gettext as _


@command(
    "init",
    help=_(
        "Make the store, or bring an older one up to date. An up-to-date store stays as it is, "
        "and what it holds is kept."
    ),
    examples=["duban init", "duban init --db postgresql://duban@db.example/duban"],
)
@db_option
def init(desk: Desk) -> None:
    """Makes or migrates the store."""
    from tracker.migrate import migrate
    from tracker.store import default_url, parse_url, shown

    url = desk.url or default_url()
    migrate(url)
    ready = _("{url}: the store is ready; load a plan with: duban plan load FILE")
    desk.say(ready.format(url=shown(parse_url(url))))
