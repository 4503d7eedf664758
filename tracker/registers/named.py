"""What a plan version names, found by code or name: topics, communities, units, kinds."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy import Connection, select

from plans.case_number import number_words
from plans.errors import NotFoundError
from plans.language import gettext as _
from plans.language import listed
from plans.registers import Named as Coded
from plans.registers import OrderKind, Registers
from plans.typed import fold, quoted
from tracker.loaded import PlanRef
from tracker.schema import plan_version, unit

_COMMUNITY = re.compile(r"(?:社区居委会|社区|居委会)\Z")


class Codes(dict[str, str]):
    """Code → name, in the order of the plan.

    Attributes:
        also: folded other name → code.
    """

    def __init__(
        self, names: Iterable[tuple[str, str]], also: Iterable[tuple[str, Iterable[str]]] = ()
    ) -> None:
        super().__init__(names)
        self.also = {fold(name): code for code, names in also for name in names if code in self}


@dataclass(frozen=True, slots=True)
class Named:
    """What a plan version names, each as code → name, in plan order.

    Attributes:
        topics, kinds: of petitions, and of orders of the 12345 line.
        communities: the units that are communities.
    """

    topics: Mapping[str, str]
    kinds: Mapping[str, str]
    units: Mapping[str, str]
    communities: Mapping[str, str]

    def topic(self, typed: str) -> str:
        """The code of a topic; raises NotFoundError, as all of these do."""
        return find(self.topics, typed, _("{text}: no such topic"))

    def kind(self, typed: str) -> str:
        """The code of a kind of order."""
        return find(self.kinds, typed, _("{text}: no such kind of order"))

    def community(self, typed: str) -> str:
        """The code of a community."""
        return find(self.communities, typed, _("{text}: no such community"))

    def unit(self, typed: str) -> str:
        """The code of a unit."""
        return find(self.units, typed, _("{text}: no such unit"))


def load_named(connection: Connection, version_id: int, rules: Registers) -> Named:
    """The names of a plan version."""
    u = unit.c
    rows = connection.execute(
        select(u.code, u.name, u.kind).where(u.version_id == version_id).order_by(u.position)
    ).all()
    also = [(one.code, one.also) for one in rules.units]
    return Named(
        named(rules.topics),
        named(rules.orders.kinds),
        Codes(((row.code, row.name) for row in rows), also),
        Codes(((row.code, row.name) for row in rows if row.kind == "community"), also),
    )


def words_of(connection: Connection, plans: Iterable[PlanRef]) -> frozenset[str]:
    """What numbers of cases may speak of: the office and its units, the codes of rhythms."""
    u = unit.c
    names: set[str] = set()
    for plan in plans:
        kept = select(plan_version.c.registers).where(plan_version.c.id == plan.version_id)
        rhythms = Registers.of_json(connection.execute(kept).scalar_one()).safety.rhythms
        names |= {plan.office, *(rhythm.code for rhythm in rhythms)}
        of_plan = select(u.name, u.code).where(u.version_id == plan.version_id)
        names.update(*connection.execute(of_plan).all())
    return number_words(names)


def named(ones: Iterable[Coded | OrderKind]) -> Codes:
    """Code → name, in the order of the plan."""
    ones = [*ones]
    return Codes(((one.code, one.name) for one in ones), ((one.code, one.also) for one in ones))


def units_of(connection: Connection, plan: PlanRef, kind: str | None = None) -> dict[str, str]:
    """The units of a plan version: code → name.

    Args:
        kind: only those of this kind, such as "community".
    """
    u = unit.c
    rows = select(u.code, u.name).where(u.version_id == plan.version_id).order_by(u.position)
    if kind is not None:
        rows = rows.where(u.kind == kind)
    return {row.code: row.name for row in connection.execute(rows)}


def find(there: Mapping[str, str], typed: str, message: str) -> str:
    """The code of what is given by code or name.

    Args:
        there: code → name.
        message: what is said first where there is none, with a place for {text}.

    Raises:
        NotFoundError: there is none; the nearest names are given, or all where none comes near.
    """
    wanted = fold(typed)
    if wanted in there:
        return wanted
    for code, name in there.items():
        if fold(name) == wanted != "":
            return code
    if isinstance(there, Codes) and wanted in there.also:
        return there.also[wanted]
    if len(short := _called_shortly(there, wanted)) == 1:
        return short[0]
    near = nearest(there, wanted)
    said = message.format(text=quoted(typed))
    more = _("the nearest: {there}") if near else _("there are: {there}")
    names = near or [f"{code} {name}" for code, name in there.items()]
    both = _("{what}; {there}")
    raise NotFoundError(both.format(what=said, there=more.format(there=listed(names, 30))))


def _called_shortly(there: Mapping[str, str], wanted: str) -> list[str]:
    """The codes of the communities that are meant without, or with more, of 社区居委会."""
    stem = _COMMUNITY.sub("", wanted)
    of = (code for code, name in there.items() if _COMMUNITY.search(fold(name)))
    return [code for code in of if stem and _COMMUNITY.sub("", fold(there[code])) == stem]


def nearest(there: Mapping[str, str], wanted: str) -> list[str]:
    """The codes, each with its name, that come near to what was typed: at most three."""
    texts = {text: code for code, name in there.items() for text in (name, code)}
    codes = dict.fromkeys(texts[text] for text in get_close_matches(wanted, texts, 3, 0.5))
    return [f"{code} {there[code]}" for code in codes]
