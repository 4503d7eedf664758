"""YAML text as data with its lines; what a plan does not need is refused."""

from functools import partial

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from plans.yaml_text import MAX_DEPTH, Map, Seq, parse_yaml
from tests.steps import steps

words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=8)
scalars = st.none() | words
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=30,
)


@given(documents)
def test_what_was_written_is_read_again(document: object) -> None:
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=1000)
    if "&id" not in text:
        assert parse_yaml(text) == (document, [])


def test_the_lines_of_keys_and_entries_are_known() -> None:
    tree, found = parse_yaml("a: 1\nb:\n  - x\n  - c:  # empty\n    d: {e: 1,\n      f: 2}\n")
    assert found == []
    assert isinstance(tree, Map)
    assert (tree.line, tree.lines) == (1, {"a": 1, "b": 2})
    assert isinstance(tree["b"], Seq)
    assert (tree["b"].line, tree["b"].lines) == (3, [3, 4])
    inner = tree["b"][1]
    assert inner.lines == {"c": 4, "d": 5}
    assert inner["d"].lines == {"e": 5, "f": 6}
    assert inner.line_of("missing") == 4
    assert (inner.has("c"), inner.has("d")) == (False, True)


def test_a_scalar_stays_the_text_that_was_typed() -> None:
    text = "[1.10, 2024-01-01, yes, 0x10, 1e3, .inf, '~', \"null\", ~, null, ]"
    assert parse_yaml(text)[0] == [
        "1.10", "2024-01-01", "yes", "0x10", "1e3", ".inf", "~", "null", None, None,
    ]  # fmt: skip


def test_text_over_several_lines_keeps_them() -> None:
    assert parse_yaml("a: |\n  一是\n  二是\n")[0] == {"a": "一是\n二是\n"}
    assert parse_yaml("a: 1\r\nb: 2\r\n")[0] == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: &x 2", 2, "anchor '&'; expected the text itself"),
        ("a: *x", 1, "alias '*'; expected the text itself"),
        ("a: !!python/object/apply:os.system [x]", 1,
         "tag '!'; expected plain text, a list or keys"),
        ("a: !!str 1", 1, "tag '!'; expected plain text, a list or keys"),
        ("a: 1\n---\nb: 2", 2, "second document after '---'; expected one"),
        ("? [a]\n: b", 1, "a list or mapping as a key; expected a word"),
        ("a: 1\nb: 2\na: 3", 3, "key 'a' stands twice; it is already in line 1"),
        ("a:\n\tb: 1", 2, "tab at the start of the line; expected spaces"),
        ("标题：x\nb: 1", 1, "full-width colon '：' after a key; expected ': '"),
        ("a: 1\nb: \x00", 2,
         "control or invisible character U+0000; expected visible text only"),
        ("a: \u202egnp", 1,
         "control or invisible character U+202E; expected visible text only"),
        ('a: "\\x1b[31m"', 1,
         "control or invisible character U+001B; expected visible text only"),
        ("a: [1, 2\nb: 3", 2, "not readable as YAML from here; expected 'key: value' lines or '- ' "
         "list entries, evenly indented, with quotes and brackets closed"),
    ],
)  # fmt: skip
def test_what_a_plan_does_not_need_is_refused_with_its_line(
    text: str, line: int, message: str
) -> None:
    assert parse_yaml(text)[1] == [(line, message)]


@pytest.mark.parametrize("opened", ["[", "{a: ", "- ", "? "])
def test_nesting_without_end_is_refused_at_once(opened: str) -> None:
    tree, found = parse_yaml(opened * 500_000)
    assert tree is None
    assert "nested deeper than 40 levels" in found[0][1] or "as a key" in found[0][1]
    deep, endless = (steps(partial(parse_yaml, opened * n)) for n in (1_000, 500_000))
    assert deep == endless


def test_the_deepest_that_is_allowed_is_read() -> None:
    assert parse_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH)[1] == []
    assert parse_yaml("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))[1] != []


def test_a_laughing_billion_is_refused_before_it_laughs() -> None:
    lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    assert parse_yaml("\n".join(lines)) == (None, [(1, "anchor '&'; expected the text itself")])


@given(st.text())
def test_any_text_is_data_or_findings(text: str) -> None:
    tree, found = parse_yaml(text)
    assert isinstance(tree, Map | Seq | str | None)
    assert all(message.isprintable() for _line, message in found)
