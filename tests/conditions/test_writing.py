"""A condition as it is written in a file, as it is said in words, and every mistake refused at its place."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given

from formulator.conditions import All, Always, AnyOf, AtLeast, Below, IsKnown, IsOneOf, Not, parse_condition, say, truth
from formulator.faults import FaultsFound
from formulator.strict_yaml import read_yaml
from tests.conditions.trees import ALL_TREES, CONTEXT, FACTS, VALUE_TREES, completions, written


def parsed(text: str):
    """The tree of a YAML text."""
    return parse_condition(read_yaml(text, "rules.yaml"), CONTEXT)


YES = frozenset(("yes",))


@given(ALL_TREES)
def test_a_tree_that_is_written_down_is_read_back_as_the_same_tree(tree):
    assert parsed(json.dumps(written(tree))) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("always", Always()),
        ("{flag: yes}", IsOneOf("flag", YES)),
        ("{colour: [red, blue]}", IsOneOf("colour", frozenset(("red", "blue")))),
        ("{number: {at_least: low}}", AtLeast("number", 2.0, "low")),
        ("{number: {below: high}}", Below("number", 7.5, "high")),
        ("{number: {at_least: low, below: high}}", All((AtLeast("number", 2.0, "low"), Below("number", 7.5, "high")))),
        ("{number: {known: no}}", IsKnown("number", False)),
        ("{flag: {known: yes}}", IsKnown("flag", True)),
        ("{grade: [1, 2]}", IsOneOf("grade", frozenset((1, 2)))),
        ("{grade: {at_least: of_grade}}", AtLeast("grade", 2.0, "of_grade")),
        ("{flag: yes, colour: red}", All((IsOneOf("flag", YES), IsOneOf("colour", frozenset(("red",)))))),
        ("{not: {flag: yes}}", Not(IsOneOf("flag", YES))),
        (
            "all:\n  - {flag: yes}\n  - any:\n      - {colour: red}\n      - not: {other_flag: yes}\n",
            All(
                (IsOneOf("flag", YES), AnyOf((IsOneOf("colour", frozenset(("red",))), Not(IsOneOf("other_flag", YES)))))
            ),
        ),
    ],
)
def test_every_form_of_the_format_page_gives_the_tree_that_it_means(text, tree):
    assert parsed(text) == tree


@pytest.mark.parametrize("number", ["200", "12.5", "-3"])
def test_a_number_in_a_condition_is_refused_with_the_advice_to_name_it(number):
    with pytest.raises(FaultsFound, match="Numbers never stand in a condition; give it a name in data/thresholds"):
        parsed(f"{{number: {{below: {number}}}}}")


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("{colour: purple}", 10, ["purple", "blue, green, red"]),
        ("{colour: [red, purple]}", 16, ["purple", "blue, green, red"]),
        ("{colour: gren}", 10, ["Did you mean 'green'?"]),
        ("{colour: {red: yes}}", 16, ["red", "at_least, below, known"]),
        ("{colour: [[red]]}", 11, ["word"]),
        ("{colour: []}", 10, ["empty"]),
        ("{colour: {}}", 10, ["empty"]),
        ("{flag: unknown}", 8, ["unknown", "no, yes"]),
        ("{flag: true}", 8, ["true", "no, yes"]),
        ("{flag: {known: maybe}}", 16, ["maybe", "yes, no"]),
        ("{number: 5}", 10, ["named threshold"]),
        ("{number: {at_least: 5}}", 21, ["threshold '5'"]),
        ("{number: {at_least: lwo}}", 21, ["lwo"]),
        ("{number: {at_least: midle}}", 21, ["Did you mean 'middle'?"]),
        ("{number: {at_least: [low]}}", 21, ["threshold"]),
        ("{number: {atleast: low}}", 20, ["Did you mean 'at_least'?"]),
        ("{number: {above: low}}", 18, ["above", "at_least, below, known"]),
        ("{number: {at_least: of_grade}}", 21, ["about grade, not number"]),
        ("{flag: {at_least: low}}", 19, ["about number, not flag"]),
        ("{grade: 4}", 9, ["4", "1, 2, 3"]),
        ("{grade: [1, x]}", 13, ["x", "1, 2, 3"]),
        ("{colours: red}", 11, ["colours", "Did you mean 'colour'?"]),
        ("{all: {flag: yes}}", 7, ["list"]),
        ("{all: []}", 7, ["list"]),
        ("{any: yes}", 7, ["list"]),
        ("{any: [{flag: yes}, sometimes]}", 21, ["sometimes"]),
        ("{not: never}", 7, ["never"]),
        ("{not: [{flag: yes}]}", 7, ["not a condition"]),
        ("sometimes", 1, ["sometimes", "always"]),
        ("[{flag: yes}]", 1, ["not a condition"]),
        ("{}", 1, ["not a condition"]),
    ],
)
def test_every_mistake_in_a_condition_is_refused_at_its_column_with_what_would_be_right(text, column, words):
    with pytest.raises(FaultsFound) as found:
        parsed("\n\n" + text)
    [fault] = found.value.faults
    assert (fault.place.file, fault.place.line, fault.place.column) == ("rules.yaml", 3, column)
    assert all(word in str(fault) for word in words), str(fault)


# ------------------------------------------------------------------ in words


def said(tree) -> str:
    """The tree in words, fields and values under their own names."""
    return say(tree, lambda field: field, lambda _, value: f"{value:g}" if isinstance(value, float) else str(value))


_ATOM = re.compile(
    r"(?P<one>\w+): (?P<values>\w+(?: or (?!not\b)\w+(?![\w:]| at least| below| is ))*)"
    r"|(?P<least>\w+) at least (?P<at>[\d.]+)"
    r"|(?P<less>\w+) below (?P<under>[\d.]+)|(?P<known>\w+) is (?P<no>not )?known"
)


def truth_of_words(words: str, facts) -> bool:
    """The oracle: read the sentence as English, comparisons first, then not, and, or with their brackets."""

    def decided(found: re.Match[str]) -> str:
        if found["one"]:
            return str(facts[found["one"]] in found["values"].split(" or "))
        if found["least"]:
            return str(facts[found["least"]] >= float(found["at"]))
        if found["less"]:
            return str(facts[found["less"]] < float(found["under"]))
        return str((found["known"] in facts) is not bool(found["no"]))

    return eval(_ATOM.sub(decided, words).replace("always", "True"))


@given(ALL_TREES, FACTS)
def test_what_is_said_in_words_means_what_the_tree_means(tree, facts):
    for complete in list(completions(facts))[:7]:
        assert truth_of_words(said(tree), complete) is truth(tree, complete), said(tree)


@given(VALUE_TREES)
def test_two_trees_that_differ_in_meaning_are_said_in_different_words(tree):
    assert said(tree) != said(Not(tree))


def test_a_condition_reads_like_a_sentence():
    tree = All((IsOneOf("flag", YES), AnyOf((AtLeast("number", 2.0, "low"), Not(IsKnown("colour", True))))))
    assert said(tree) == "flag: yes and (number at least 2 or not (colour is known))"
