"""What is told of indicators: what they stand at, against the target, and to the year before."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby, takewhile
from unicodedata import east_asian_width

from tracker.document import Quote, Text
from tracker.figures import Measured
from tracker.schema import FULL
from tracker.summary.teller import Teller

STALE_DAYS = 45
"""A figure on which nothing was filed for longer is dated: 476件（截至10月底）."""

SUFFIXES = frozenset("数率次量额度值比者员所地点位室站费款期长积性化")
"""What a Chinese word ends in: a name is not cut before it (居民培训人|次数, 检查场|所数)."""


def figures(
    teller: Teller,
    indicators: Iterable[Measured],
    *,
    dated: bool = True,
    bare: bool = False,
    akin: bool = False,
) -> Text:
    """What indicators stand at; those without target or comparison in one run.

    Args:
        teller: who tells.
        indicators: those of which nothing was filed, or is known from registers, are left out.
        dated: whether it is said of an old figure that it is old.
        bare: leaves targets and comparisons out.
        akin: whether what the names of an item's indicators begin with in common is said once:
            飞线充电检查点位594处、整改111处.
    """
    filed = [measured for measured in indicators if measured.told]
    clauses: list[Text] = []
    for alone, group in groupby(filed, lambda m: not bare and _stands_alone(teller, m)):
        members = list(group)
        if alone:
            clauses += [_judged(teller, measured, dated) for measured in members]
        else:
            runs = list(_runs(teller, members, dated, akin))
            clauses.append(teller.wording.render("runs", runs=runs))
    return teller.wording.render("clauses", clauses=clauses) if clauses else ()


def against(teller: Teller, measured: Measured) -> Text:
    """How an indicator stands to its target; nothing where it has none."""
    target = measured.target_figure()
    if target is None:
        return ()
    away = measured.value - target.value
    return teller.wording.render(
        "against",
        target=target,
        percent=measured.percent_figure() or "",
        difference=measured.difference(teller.wording.unit("points")) or "",
        state="reached" if not away else "above" if away > 0 else "below",
        sense=measured.sense,
        rate=measured.is_rate,
    )


def compared(teller: Teller, measured: Measured) -> Text:
    """How an indicator stands to the year before; nothing where that year has none.

    Only like is held against like: where one is known up to another day of its year than the other,
    last year's figure stands beside with the day up to which it counts, and no difference is told.
    """
    before = _last_year(teller, measured)
    if before is None or (measured.fed is not None and not measured.told):
        return ()
    change = measured.value - before.value
    through, over = _through(teller, before), teller.record.year_over
    alike = (
        _through_alike(through, _through(teller, measured))
        if over
        else _up_to_today(teller, before)
    )
    return teller.wording.render(
        "compared",
        last=replace(before.figure(), label=f"{before.place.split()[0]} {before.label}"),
        through=through or "",
        over=over,
        difference=measured.change(before, teller.wording.unit("points")) if alike else "",
        change="open" if not alike else "same" if not change else "more" if change > 0 else "less",
        rate=measured.is_rate,
        rough=bool(measured.approx or before.approx),
    )


def _through_alike(one: Quote | None, other: Quote | None) -> bool:
    """Whether two years' figures are both of the whole year, or dated on the same day."""
    return (one and one.text) == (other and other.text)


def _up_to_today(teller: Teller, before: Measured) -> bool:
    """Whether what is known of last year ends on the day of that year on which this one is told."""
    today = teller.record.as_of
    day = (today.year - 1, today.month, today.day)
    return before.through is not None and before.through.timetuple()[:3] == day


def goals(teller: Teller, indicators: Iterable[Measured]) -> list[Text]:
    """What is to be reached, told as a plan."""
    wanted = [measured for measured in indicators if measured.target is not None]

    def kind(measured: Measured) -> str | None:
        return None if measured.sense == "at_most" else _verb(teller, measured)

    told: list[Text] = []
    for verb, group in groupby(wanted, kind):
        members = [
            teller.wording.render(
                "goal",
                name=_name(measured),
                target=measured.target_figure() or "",
                sense=measured.sense,
                action=verb is not None,
            )
            for measured in group
        ]
        if verb:
            told.append(
                teller.wording.render("run", verb=verb, figures=members, parts=[], through="")
            )
        else:
            told += members
    return told


def misses_target(measured: Measured) -> bool:
    """Whether an indicator of which something is known is not where it was to be."""
    return measured.told and measured.completion not in (None, FULL)


def _stands_alone(teller: Teller, measured: Measured) -> bool:
    return measured.target is not None or _last_year(teller, measured) is not None


def _last_year(teller: Teller, measured: Measured) -> Measured | None:
    before = teller.record.before.get(measured.last_year or "")
    return before if before is not None and before.unit == measured.unit else None


def _judged(teller: Teller, measured: Measured, dated: bool) -> Text:
    verb = _verb(teller, measured)
    return teller.wording.render(
        "measured",
        verb=verb or "",
        name=_name(measured),
        figure=measured.figure(),
        noun=verb is None,
        reached=measured.is_rate or measured.value >= (measured.target or 0),
        through=(dated and _through(teller, measured)) or "",
        against=against(teller, measured),
        compared=compared(teller, measured),
    )


def _runs(
    teller: Teller, indicators: Sequence[Measured], dated: bool, akin: bool
) -> Iterator[Text]:
    """The indicators in runs that share a verb and a day, or the beginning of their names; a whole
    with its parts is one run."""
    left = list(indicators)
    while left:
        verb, through = _manner(teller, left[0], dated)
        parts, said = _parts_of_first(left), ""
        alike = 1 if parts or not (verb or through) else _alike(teller, left, dated)
        if akin and alike == 1 and not (parts or verb or through):
            alike, said = _akin(left)
        yield teller.wording.render(
            "run",
            verb=verb or "",
            figures=[
                _named(teller, measured, said if nth else "")
                for nth, measured in enumerate(left[:alike])
            ],
            parts=[_named(teller, measured) for measured in left[alike : alike + parts]],
            through=through or "",
        )
        left = left[alike + parts :]


def _manner(teller: Teller, measured: Measured, dated: bool) -> tuple[str | None, Quote | None]:
    """The verb of an indicator and, where that is told, the day up to which it was filed."""
    return _verb(teller, measured), _through(teller, measured) if dated else None


def _alike(teller: Teller, left: list[Measured], dated: bool) -> int:
    """How many of the first indicators are told in the same manner, and are no whole of parts."""

    def told(measured: Measured) -> tuple[str | None, str]:
        verb, through = _manner(teller, measured, dated)
        return verb, "" if through is None else through.text

    first = told(left[0])
    for place, measured in enumerate(left):
        if told(measured) != first or _parts_of_first(left[place:]):
            return place
    return len(left)


def _akin(left: Sequence[Measured]) -> tuple[int, str]:
    """How many of the first indicators are of one item and have names that begin alike, and how."""
    first = left[0]
    kin = list(takewhile(lambda m: m.code == first.code and m.name[:2] == first.name[:2], left))
    said = _beginning([measured.name for measured in kin])
    return (len(kin), said) if said and len(kin) > 1 else (1, "")


def _beginning(names: Sequence[str]) -> str:
    """What names begin with in common; nothing where that or a rest of them is no word."""
    marks = takewhile(lambda marks: len(set(marks)) == 1, zip(*names, strict=False))
    alike = "".join(mark for mark, *_same in marks)
    if alike and east_asian_width(alike[-1]) != "W":  # words stand between spaces
        return alike[: alike.rfind(" ") + 1]
    rests = [name.removeprefix(alike) for name in names]
    words = len(alike) > 1 and all(len(rest) > 1 and rest[0] not in SUFFIXES for rest in rests)
    return alike if words else ""


def _parts_of_first(indicators: list[Measured]) -> int:
    """How many of the next indicators are the parts of the first: 16件，其中7件…、9件….

    They add up to it exactly, in its unit, and their names share a word of two characters with
    its name; without that, equal sums can be chance.
    """
    whole, total = indicators[0], Decimal(0)
    for number, part in enumerate(indicators[1:], 1):
        if part.unit != whole.unit or part.is_rate or not _share_a_word(whole.name, part.name):
            return 0
        total += part.value
        if total == whole.value and number > 1:
            return number
    return 0


def _share_a_word(one: str, other: str) -> bool:
    return any(one[n : n + 2] in other for n in range(len(one) - 1))


def _named(teller: Teller, measured: Measured, said: str = "") -> Text:
    """An indicator by its name, without what was said of it just before."""
    name = replace(_name(measured), text=measured.name.removeprefix(said))
    return teller.wording.render(
        "named", name=name, figure=measured.figure(), rate=measured.is_rate
    )


def _name(measured: Measured) -> Quote:
    return Quote(measured.name, plan=(measured.place,))


def _verb(teller: Teller, measured: Measured) -> str | None:
    return None if measured.is_rate else teller.wording.verb(measured.name, measured.unit)


def _through(teller: Teller, measured: Measured) -> Quote | None:
    """The day up to which a figure was filed, where that is long before it is told."""
    if measured.target is not None and measured.value >= measured.target:
        return None
    through = measured.through
    year_end = date(int(measured.place.split()[0]), 12, 31)
    told_on = min(teller.record.as_of, year_end)
    if through is None or (told_on - through).days <= STALE_DAYS:
        return None
    newest = max((row.id for row in measured.rows if row.on == through), default=None)
    if newest is None:
        return Quote(teller.wording.through(through), plan=(measured.place,))
    return Quote(teller.wording.through(through), rows=(newest,))
