"""Places: what is kept, and when two are the same however they were typed."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from plans.places import compared, folded_place

words = st.text("甲乙３3ＡAaÉéèİIi\u0131\u0307\u0301Ⅲß ſﬁ\u3000\xa0-", max_size=20)


@given(words)
def test_what_a_name_is_compared_by_is_the_same_for_all_ways_of_writing_it(name: str) -> None:
    key = compared(name)
    assert compared(key) == key
    assert not any(letter.isspace() for letter in key)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert compared(unicodedata.normalize(form, f" {name}\u3000")) == key
    assert compared(name.casefold()) == key


def test_other_letters_are_another_place() -> None:
    keys = {compared(name) for name in ("甲座", "乙座", "a", "b", "é", "e", "\u0131", "i")}
    assert len(keys) == 8


def test_a_place_is_kept_as_typed_but_for_widths_and_spaces() -> None:
    assert folded_place(" 幸福小区　３号楼  Ａ座 ") == "幸福小区 3号楼 A座"
