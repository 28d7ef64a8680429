"""YAML and JSON are read without guessing: what is written is what is understood, or it is refused with its place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulator.faults import FaultsFound, Place
from formulator.strict_yaml import DEEPEST_NESTING, LARGEST_DOCUMENT, read_yaml

WORDS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12)
TREES = st.recursive(
    WORDS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=20
)


@given(TREES.filter(lambda tree: tree not in ("", [], {})))
def test_json_text_is_read_back_with_every_scalar_as_the_text_that_was_written(tree):
    assert read_yaml(json.dumps(tree), "f").plain() == tree


@pytest.mark.parametrize("word", ["NO", "no", "off", "010", "0x1f", "12:30", "1e3", "2026-11-25", "null", "~", "1_000"])
def test_a_scalar_that_yaml_would_turn_into_something_else_stays_the_text_that_was_written(word):
    assert read_yaml(f"key: {word}", "f").plain() == {"key": word}


@given(st.lists(WORDS, min_size=1, max_size=8, unique=True), st.integers(0, 6), st.integers(0, 3))
def test_every_value_knows_the_line_and_column_on_which_it_stands(names, blank_lines, indent):
    text = "\n" * blank_lines + "".join(f"{' ' * indent}k{name}: v\n" for name in names)
    mapping = read_yaml(text, "case.yaml").mapping()
    for position, name in enumerate(names):
        expected = Place("case.yaml", blank_lines + position + 1, indent + len(name) + 4)
        assert mapping[f"k{name}"].place == expected


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("age: 1\nsex: male\nage: 2\n", 3, "twice"),
        ('{"age": 1,\n "age": 2}', 2, "twice"),
        ("a: &x 1\n", 1, "Anchors"),
        ("a: 1\nb: *x\n", 2, "Anchors"),
        ("a: 1\n<<: *x\n", 2, "Anchors"),
        ("a: !!python/object:os.system 1\n", 1, "tag"),
        ("a: 1\nb: !!int 2\n", 2, "tag"),
        ("? [a, b]\n: 1\n", 1, "key"),
        ("a: 1\n  b: 2\n", 2, "Not readable"),
        ("a: 1\nb: [1, 2\n", 0, "Not readable"),
        ("a: 1\n\tb: 2\n", 2, "Not readable"),
        ("a: 1\n---\nb: 2\n", 2, "Not readable"),
        ('a: "\\q"\n', 1, "Not readable"),
        ("", 1, "empty"),
        ("# only a remark\n", 1, "empty"),
    ],
)
def test_what_hides_structure_or_cannot_be_read_is_refused_with_its_line(text, line, word):
    with pytest.raises(FaultsFound) as found:
        read_yaml(text, "case.yaml")
    [fault] = found.value.faults
    assert word in fault.problem
    assert fault.place.file == "case.yaml"
    assert fault.place.line == line or (line == 0 and fault.place.line >= 2)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("items:\n  - a: 1\n  b: 2\n", "in the column of the key above"),
        ("a:\n   b: 1\n  c: 2\n", "in the column of the key above"),
        ("text: Stop it: today\n", "needs quotes around the sentence"),
        ("a: 1\n\tb: 2\n", "a tab is no indentation; write spaces"),
        ("a:\n\tb: 2\n", "tab is no indentation"),
    ],
)
def test_an_error_of_the_scanner_says_what_usually_lies_behind_it(text, advice):
    with pytest.raises(FaultsFound) as found:
        read_yaml(text, "case.yaml")
    [fault] = found.value.faults
    assert advice in fault.advice.lower()


def test_every_repeated_key_gets_its_own_message():
    with pytest.raises(FaultsFound) as found:
        read_yaml("a: 1\nb: 1\na: 2\nb: 2\na: 3\n", "f")
    assert [(fault.field, fault.place.line) for fault in found.value.faults] == [("a", 3), ("b", 4), ("a", 5)]


def test_the_deepest_nesting_is_read_and_one_level_more_is_refused():
    deep = "[" * (DEEPEST_NESTING - 1) + "1" + "]" * (DEEPEST_NESTING - 1)
    assert read_yaml(f"{{a: {deep}}}", "f").mapping()
    with pytest.raises(FaultsFound, match="nested too deeply"):
        read_yaml(f"{{a: [{deep}]}}", "f")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_a_hundred_thousand_levels_are_refused_without_exhausting_the_stack(opening):
    with pytest.raises(FaultsFound):
        read_yaml(opening * 100_000, "f")


def test_a_document_that_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(FaultsFound, match="characters"):
        read_yaml("a: " + "x" * LARGEST_DOCUMENT, "f")


@given(st.text(max_size=200) | st.text(st.sampled_from("{}[]:,-?&*!|>'\"%@`# \n\tab01"), max_size=60))
def test_any_text_is_either_read_or_refused_with_a_fault(text):
    try:
        assert read_yaml(text, "f").place.line >= 1
    except FaultsFound as refused:
        found = refused.faults
    else:
        return
    assert found
    assert all(fault.place.file == "f" and fault.problem for fault in found)
