"""What is told of milestones, of occurrences, and of an item by its children."""

from collections.abc import Iterable, Sequence

from tracker.document import Quote, Text
from tracker.figures import Figure
from tracker.summary.account import Account
from tracker.summary.measures import figures
from tracker.summary.promised import Step
from tracker.summary.teller import Teller

LISTED = 5  # titles that are told one by one
FEW = 3  # as many of what is still missing

Pairs = list[tuple[Account, Step]]


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
    waiting = [pair for account in accounts for pair in _waiting(teller, account)]
    late = sum(account.judged.late for account in accounts)
    held = sum(account.judged.held for account in accounts)
    gone = len(steps) - held - late - len(waiting)
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
        missed=times(gone, "missed"),
        waiting=times(len(waiting), "waiting"),
        over=not waiting and teller.record.year_over,
        complete=held == len(steps),
    )


def missed(teller: Teller, account: Account) -> Figure | None:
    """How many occurrences that should have been held were not; None for none."""
    judged = account.judged
    if not judged.recurring:
        return None
    gone = len(account.steps) - judged.held - judged.late - len(_waiting(teller, account))
    if not gone:
        return None
    places = _places(teller, [(account, step) for step in account.steps])
    rows = account.reached.values()
    return teller.count(gone, "times", "missed", account, rows=rows, places=places)


def _waiting(teller: Teller, account: Account) -> Pairs:
    """The occurrences that are not yet due; none, when the year is over."""
    as_of = teller.record.as_of
    if teller.record.year_over and account.judged.due <= as_of:
        return []
    return [
        (account, step)
        for step in account.steps
        if step.code not in account.reached and step.due >= as_of
    ]


def shortfall(teller: Teller, account: Account) -> Text:
    """The item and how many of its occurrences were not held."""
    number = missed(teller, account)
    if number is None:
        return ()
    return teller.wording.render(
        "shortfall",
        title=teller.listed(teller.title(account)),
        missed=number,
        over=teller.record.year_over,
    )


def _places(teller: Teller, steps: Pairs) -> list[str]:
    return [teller.place(account.code, step.code) for account, step in steps]


def _milestones(teller: Teller, account: Account) -> Text:
    reached, late = account.reached, account.judged.late
    there = [step for step in account.steps if step.code in reached]
    missing = [step for step in account.steps if step.code not in reached]
    rows = [reached[step.code] for step in there]

    def titles(steps: Iterable[Step]) -> list[Quote]:
        return [
            Quote(
                step.title,
                (reached[step.code].id,) if step.code in reached else (),
                (teller.place(account.code, step.code),),
            )
            for step in steps
        ]

    def number(of: Sequence[Step], what: str, unit: str = "of_steps") -> Figure | str:
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
    standing = [child for child in account.children if not child.cancelled]
    own = {measured.name for measured in account.measured}
    extra = figures(
        teller,
        (m for child in account.children for m in child.measured if m.name not in own),
        dated=False,
    )
    recurring = all(child.judged.recurring for child in standing)
    tell = _recurring if recurring else _parts
    clauses = [clause for clause in (tell(teller, account, standing), extra) if clause]
    return teller.wording.render("clauses", clauses=clauses)


def _recurring(teller: Teller, account: Account, standing: list[Account]) -> Text:
    if not standing:
        return ()
    short = [told for child in standing if (told := shortfall(teller, child))]
    return teller.wording.render(
        "recurring_parts",
        parts=_number(teller, account, standing),
        occurrences=occurrences(teller, standing, account),
        short=short,
    )


def _parts(teller: Teller, account: Account, standing: list[Account]) -> Text:
    done = [child for child in standing if child.finished]
    missing = [child for child in standing if not child.finished]
    return teller.wording.render(
        "parts",
        all=_number(teller, account, standing),
        done=teller.items(done, "finished", account, "of_steps") if done else "",
        open=teller.items(missing, "open", account, "of_steps") if missing else "",
        missing=teller.titles(missing[:LISTED]),
        more=len(missing) > LISTED,
    )


def _number(teller: Teller, account: Account, children: Sequence[Account]) -> Figure:
    places = [teller.place(child.code) for child in children]
    return teller.count(len(children), "parts", "parts", account, places=places)
