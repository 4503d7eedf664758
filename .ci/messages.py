"""Bring the catalogues of messages in step with the source, or check that they are.

    .ci/messages.py           # new messages into the .po files, then .po to .mo
    .ci/messages.py --check   # exit 1 and say what is missing, changed or out of step

``duban`` holds the project's own messages, ``click`` those of the library that answers wrong
calls: it looks its messages up in whatever catalogue the program names.
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "plans" / "locale" / "zh_CN" / "LC_MESSAGES"
ROOMS = ("commands", "flows", "plans", "tracker")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}

FIRST = datetime(2026, 1, 1, tzinfo=UTC)  # a date that moves would change files without a reason

Found = tuple[str | tuple[str, ...], list[str]]


def own_messages() -> Iterator[Found]:
    """The messages of the project."""
    for _line, message, comments, _context in extract_from_file(
        "python", ROOT / "cli.py", keywords=KEYWORDS
    ):
        yield message, comments
    for room in ROOMS:
        for _file, _line, message, comments, _context in extract_from_dir(
            ROOT / room, [("**.py", "python")], keywords=KEYWORDS
        ):
            yield message, comments


def click_messages() -> Iterator[Found]:
    """The messages of click."""
    for _file, _line, message, comments, _context in extract_from_dir(
        Path(click.__file__).parent, [("**.py", "python")], keywords=KEYWORDS
    ):
        yield message, comments


def in_step(name: str, messages: Iterator[Found]) -> tuple[Catalog, bytes, bytes]:
    """A catalogue with exactly these messages, as text and compiled; translations are kept."""
    template = Catalog()
    for message, _comments in messages:
        template.add(message)
    with (FOLDER / f"{name}.po").open("rb") as file:
        catalogue = read_po(file, locale="zh_CN", domain=name)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    catalogue.creation_date = catalogue.revision_date = FIRST
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "Duban"
    text, compiled = io.BytesIO(), io.BytesIO()
    write_po(text, catalogue, width=100, no_location=True, sort_output=True)
    write_mo(compiled, catalogue)
    return catalogue, text.getvalue(), compiled.getvalue()


def wanting(catalogue: Catalog) -> Iterator[str]:
    """What a translator has to do."""
    for message in catalogue:
        translated = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(translated):
            yield f"not translated: {message.id!r}"
        elif message.fuzzy:
            yield f"fuzzy: {message.id!r}"
        for error in message.check(catalogue):
            yield f"{error}: {message.id!r}"


def main() -> None:
    """Updates or checks both catalogues."""
    check = "--check" in sys.argv[1:]
    complaints: list[str] = []
    for name, messages in (("duban", own_messages()), ("click", click_messages())):
        catalogue, text, compiled = in_step(name, messages)
        complaints += [f"{name}.po: {complaint}" for complaint in wanting(catalogue)]
        for ending, content in (("po", text), ("mo", compiled)):
            path = FOLDER / f"{name}.{ending}"
            if not check:
                path.write_bytes(content)
            elif not path.exists() or path.read_bytes() != content:
                complaints.append(f"{path.name}: not in step with the source; run: make messages")
    print("\n".join(complaints) or "the catalogues are complete")
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
