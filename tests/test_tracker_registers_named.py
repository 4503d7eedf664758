"""What a plan names is found by code, name or what it is called in short."""

import pytest

from plans.errors import NotFoundError
from tracker.registers.named import find


def test_a_community_is_found_by_what_it_is_called_in_short() -> None:
    there = {
        "a": "安乐社区",
        "b": "胜利社区",
        "c": "安乐居委会",
        "d": "白云路居委会",
        "e": "安乐站",
    }
    for typed, code in (
        ("胜利", "b"),
        ("胜利社区居委会", "b"),
        ("胜利居委会", "b"),
        ("白云路", "d"),
    ):
        assert find(there, typed, "{text}?") == code
    for typed in ("安乐", "安乐社区居委会", "社区", "居委会"):  # two are called so, or none
        with pytest.raises(NotFoundError):
            find(there, typed, "{text}?")
    assert find(there, "安乐社区", "{text}?") == "a"
