"""Texts of hazards, as people type them: none is taken in that seems to say who somebody is."""

from collections.abc import Mapping

from plans.person_names import refuse_home, refuse_person
from plans.places import folded_place
from plans.privacy import refuse_personal, refuse_telephone
from plans.typed import parse_line

MAX_POST = 60  # characters of a post or unit


def checked_text(typed: str, most: int = 200) -> str:
    """A line of text without a number of a person.

    Raises:
        TypedError: it is empty or too long, or such a number stands in it.
    """
    line = parse_line(typed, most)
    refuse_personal(line)
    refuse_telephone(line)
    return line


def checked_place(typed: str) -> str:
    """A place as it is kept; raises TypedError where it is somebody's home, too."""
    line = checked_text(typed)
    refuse_home(line)
    return folded_place(line)


def checked_post(units: Mapping[str, str], typed: str) -> str:
    """A post as it was typed, or the name of a unit that is given by its code or name.

    Args:
        units: code → name.

    Raises:
        TypedError: it seems to be a person's name, too.
    """
    text = typed.strip()
    if text in units or text in units.values():
        return units.get(text, text)
    post = checked_text(text, MAX_POST)
    refuse_person(post)
    return post


def checked_setting(units: Mapping[str, str], code: str, typed: str) -> str:
    """One of the settings of an order; raises TypedError as the others do."""
    return checked_post(units, typed) if code == "who" else checked_text(typed)
