"""What a row leaves empty is as the register has it: an empty cell contradicts nothing."""

from collections.abc import Iterable, Mapping
from typing import Any

from tracker.registers.cells import Bad


def is_empty(value: object) -> bool:
    """Whether nothing stands in a cell, whether something has to or not."""
    return value is None or (type(value) is Bad and value.empty)


def fill_in(values: Mapping[str, Any], place: int, said: Iterable[Mapping[str, Any]]) -> None:
    """Fills in what a row leaves empty.

    Args:
        values: code of a field → the list of what its column says, in which it is filled in.
        place: of the row.
        said: what the register has, each as the fields that belong together; those of which the
            row says something else stay as they are.
    """
    for fields in said:
        there = {code: values[code][place] for code in fields}
        if all(is_empty(here) or here == fields[code] for code, here in there.items()):
            for code, value in fields.items():
                values[code][place] = value
