"""What is wrong with the headings of a sheet: all of it at once, each with what was expected."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from plans.language import gettext as _
from plans.language import listed
from plans.personal_headings import personal_heading
from plans.privacy import personal_text
from tracker.registers.findings import Finding, Findings
from tracker.registers.layout import Layout, fold_heading

NEAR = 0.8  # how alike two headings are, of 1; at 0.75 are 受理时限 and 受理时间


def check_headings(
    findings: Findings, sheet: str | None, layout: Layout, posts: bool, left: int = 0
) -> dict[int, str]:
    """Tells what is wrong with headings.

    Args:
        sheet: its name; None for a text.
        posts: whether columns of posts are expected.
        left: how many empty columns the rows leave out at their left.

    Returns:
        Index → heading of the columns that are not known; those refused are not among them.
    """

    def tell(heading: str, message: str) -> None:
        findings.add(Finding(sheet, layout.row, heading, "", message))

    for field in layout.missing:
        others = listed([*field.names[1:], field.code], len(field.names))
        message = _("there is no such column; expected this heading, or one of: {others}")
        if field.code == "channel":
            message = _(
                "there is no such column; expected this heading, or one of: {others}; where all "
                "came in on one way, --channel may say which"
            )
        tell(field.names[0], message.format(others=others))
    unknown = {}
    for index, name in layout.others.items():
        if not name:
            continue
        what = personal_heading(name, posts=posts)
        if what is None:
            unknown[index] = name
            continue
        message = _("{what}: delete this column; no register may say who a person is")
        shown = column_name(index + left) if personal_text(name) else name
        tell(shown, message.format(what=what))
    for name in layout.twice:
        tell(name, _("a second column for the same; delete one or name it otherwise"))
    if layout.missing and unknown:
        said = _("columns not taken in: {names}").format(names=listed([*unknown.values()], 30))
        for note in (said, *misnamed(layout, unknown.values())):
            findings.note(sheet, note)
    return unknown


def misnamed(layout: Layout, unknown: Iterable[str]) -> Iterator[str]:
    """Of the headings that are not known what is said of those by which a field may be meant."""
    for name in unknown:
        if near := nearest_heading(layout, name):
            message = _("column {name}, not taken in: is {near} meant? Name it so")
            yield message.format(name=name, near=near)


def column_name(index: int) -> str:
    """What a column without a heading is called: as in a spreadsheet, by letters.

    Args:
        index: from 0.
    """
    letters = ""
    number = index + 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return _("column {letters}").format(letters=letters)


def nearest_heading(layout: Layout, name: str) -> str | None:
    """The heading that one which is not known surely means, of the fields a sheet has not yet."""
    names = {
        fold_heading(heading): heading
        for field in layout.fields
        if field.code not in layout.columns
        for heading in (field.code, *field.names)
    }
    found = get_close_matches(fold_heading(name), names, 1, NEAR)
    return names[found[0]] if found else None
