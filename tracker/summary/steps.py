"""What is told of milestones, of occurrences, and of an item by its children."""

from collections.abc import Iterable, Sequence

from tracker.arithmetic import StepSeen
from tracker.document import Quote, Text
from tracker.figures import Figure
from tracker.summary.account import Account
from tracker.summary.measures import figures
from tracker.summary.teller import Teller

LISTED = 5  # titles that are told one by one
FEW = 3  # as many of what is still missing

Pairs = list[tuple[Account, StepSeen]]


def progress(teller: Teller, account: Account) -> Text:
    """How many milestones or occurrences were reached, late or not."""
    if not account.steps or account.by_children:
        return ()
    if account.judged.recurring:
        return occurrences(teller, [account], account)
    return _milestones(teller, account)


def occurrences(teller: Teller, accounts: Sequence[Account], whole: Account) -> Text:
    """How many occurrences of recurring items were held, held late, or not held."""
    steps = [(account, step) for account in accounts for step in account.steps]
    late = sum(account.judged.late for account in accounts)
    held = sum(account.judged.held for account in accounts)
    missed = sum(account.judged.missed for account in accounts)
    still = sum(_still(teller, account) for account in accounts)
    waiting = len(steps) - held - late - missed - still
    rows = [row for account in accounts for row in account.reached.values()]
    places = _places(teller, steps)

    def times(number: int, what: str) -> Figure | str:
        if not number:
            return ""
        return teller.count(number, "of_times", what, whole, rows=rows, places=places)

    return teller.wording.render(
        "occurrences",
        rhythm=teller.wording.rhythm(len(accounts[0].steps)) if len(accounts) == 1 else "",
        all=teller.count(len(steps), "times", "all", whole, places=places),
        held=teller.count(held, "of_times", "held", whole, rows=rows, places=places),
        late=times(late, "held_late"),
        missed=times(missed, "missed"),
        still=times(still, "still"),
        waiting=times(waiting, "waiting"),
        complete=held == len(steps),
    )


def _still(teller: Teller, account: Account) -> int:
    """How many occurrences are due and not held, and can still be made good."""
    as_of = teller.record.as_of
    return sum(step.state in ("broken", "open") and step.due <= as_of for step in account.steps)


def shortfall(teller: Teller, account: Account) -> Text:
    """The item and how many of its occurrences were not held, or are still to be made good."""
    missed, still = account.judged.missed, _still(teller, account)
    if not account.judged.recurring or not (missed or still):
        return ()
    places = _places(teller, [(account, step) for step in account.steps])
    rows = account.reached.values()

    def times(number: int, what: str) -> Figure | str:
        if not number:
            return ""
        return teller.count(number, "times", what, account, rows=rows, places=places)

    return teller.wording.render(
        "shortfall",
        title=teller.listed(teller.title(account)),
        missed=times(missed, "missed"),
        still=times(still, "still"),
    )


def _places(teller: Teller, steps: Pairs) -> list[str]:
    return [teller.place(account.code, step.code) for account, step in steps]


def _milestones(teller: Teller, account: Account) -> Text:
    late = account.judged.late
    there = [step for step in account.steps if step.reached is not None]
    missing = [step for step in account.steps if step.reached is None]
    rows = [step.reached for step in there if step.reached is not None]

    def titles(steps: Iterable[StepSeen]) -> list[Quote]:
        return [
            Quote(
                step.title,
                () if step.reached is None else (step.reached.id,),
                (teller.place(account.code, step.code),),
            )
            for step in steps
        ]

    def number(of: Sequence[StepSeen], what: str, unit: str = "of_steps") -> Figure | str:
        if not of:
            return ""
        places = _places(teller, [(account, step) for step in of])
        return teller.count(len(of), unit, what, account, rows=rows, places=places)

    named = titles(missing if len(missing) <= FEW else missing[: FEW - 1])
    return teller.wording.render(
        "steps",
        all=number(account.steps, "steps", "steps"),
        single=len(account.steps) == 1,
        reached=number(there, "reached"),
        done=titles(there) if len(there) <= LISTED else [],
        late=teller.count(late, "of_steps", "reached_late", account, rows=rows) if late else "",
        open=number(missing, "missing"),
        missing=[teller.listed(title) for title in named],
        more=len(missing) > FEW,
    )


def children(teller: Teller, account: Account) -> Text:
    """What is told of an item by its children."""
    if not account.by_children:
        return ()
    own = {measured.name for measured in account.measured}
    extra = figures(
        teller,
        (m for child in account.children for m in child.measured if m.name not in own),
        dated=False,
        akin=True,
    )
    recurring = all(child.judged.recurring for child in account.counted)
    tell = _recurring if recurring else _parts
    clauses = [clause for clause in (tell(teller, account), extra) if clause]
    return teller.wording.render("clauses", clauses=clauses)


def _recurring(teller: Teller, account: Account) -> Text:
    short = [told for child in account.counted if (told := shortfall(teller, child))]
    return teller.wording.render(
        "recurring_parts",
        parts=_number(teller, account),
        occurrences=occurrences(teller, account.counted, account),
        short=short,
    )


def _parts(teller: Teller, account: Account) -> Text:
    done = [child for child in account.counted if child.finished]
    missing = [child for child in account.counted if not child.finished]
    return teller.wording.render(
        "parts",
        all=_number(teller, account),
        done=teller.items(done, "finished", account, "of_steps") if done else "",
        open=teller.items(missing, "open", account, "of_steps") if missing else "",
        missing=teller.titles(missing[:LISTED]),
        more=len(missing) > LISTED,
    )


def _number(teller: Teller, account: Account) -> Figure:
    places = [teller.place(child.code) for child in account.counted]
    return teller.count(len(places), "parts", "parts", account, places=places)
