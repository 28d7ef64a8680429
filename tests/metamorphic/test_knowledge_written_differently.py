"""The same knowledge, written in another order or under other names, gives the same answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formulator.conditions import Always, IsOneOf, Not
from formulator.export.json_export import as_json
from formulator.knowledge import Knowledge, load_knowledge
from tests.engine.asking import ask, shipped, statuses
from tests.metamorphic.rewriting import copied, plain, renamed, renaming, rewritten, rules_moved, shuffled_text
from tests.strategies import profile_documents

AS_WRITTEN = ("before", "after", "expect", "side_effects", "because", "unknown")
"""Lists in the order in which a person wrote them to be read: notes in their file, fields in their condition."""


@dataclass
class Written:
    """A knowledge base in a case that a failing example can print in a line."""

    knowledge: Knowledge = field(repr=False)


def unordered(value: Any) -> Any:
    """An answer with these lists put into one order."""
    if isinstance(value, list):
        return [unordered(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: unordered(one) for key, one in value.items()}
    return {key: sorted(one, key=str) if key in AS_WRITTEN and one else one for key, one in found.items()}


@pytest.fixture(scope="module")
def shuffled(tmp_path_factory) -> Written:
    """The shipped files with items and keys in another order, and the rules in files of other names."""
    draw = Random(3)
    folder = copied(tmp_path_factory.mktemp("shuffled") / "data")
    rewritten(folder, lambda text: shuffled_text(text, draw))
    rules_moved(folder, draw)
    return Written(load_knowledge(folder))


@settings(max_examples=15)
@given(document=profile_documents())
def test_the_order_of_files_of_items_in_them_and_of_keys_in_items_never_matters(document, shuffled):
    assert unordered(plain(ask(document, shuffled.knowledge))) == unordered(plain(ask(document)))


def test_the_hash_tells_that_other_files_were_read(shuffled, knowledge):
    assert shuffled.knowledge.sha256 != knowledge.sha256
    assert shuffled.knowledge.version == knowledge.version


@pytest.fixture(scope="module")
def names(knowledge) -> dict[str, str]:
    """Another name for every rule, threshold and source."""
    return renaming(knowledge)


@pytest.fixture(scope="module")
def renamed_knowledge(tmp_path_factory, names) -> Written:
    """The shipped files with these names."""
    folder = copied(tmp_path_factory.mktemp("renamed") / "data")
    rewritten(folder, lambda text: renamed(text, names))
    return Written(load_knowledge(folder))


def test_almost_every_rule_threshold_and_source_has_another_name(names, renamed_knowledge, knowledge):
    assert len(names) > 0.95 * (len(knowledge.rules) + len(knowledge.thresholds) + len(knowledge.sources))
    assert len(set(renamed_knowledge.knowledge.rules) & set(knowledge.rules)) < 10


@settings(max_examples=15)
@given(document=profile_documents())
def test_other_names_for_rules_thresholds_and_sources_change_the_names_and_nothing_else(
    document, renamed_knowledge, names
):
    back = {new: old for old, new in names.items()}
    found = json.loads(renamed(json.dumps(plain(ask(document, renamed_knowledge.knowledge))), back))
    assert found == json.loads(renamed(json.dumps(plain(ask(document))), back))


# ------------------------------------------------------------------ one more rule


def with_rule(number: int, **changes) -> tuple[Knowledge, str]:
    """The shipped knowledge with a copy of one of its rules, changed."""
    rules = list(shipped().rules.values())
    original = rules[number % len(rules)]
    added = original.model_copy(update={"id": f"{original.id}_again", **changes})
    places = {**shipped().places, f"Rule {added.id}": shipped().places[f"Rule {original.id}"]}
    return replace(shipped(), rules={**shipped().rules, added.id: added}, places=places), added.id


@settings(max_examples=15)
@given(profile_documents(), st.integers(0, 10_000))
def test_one_more_rule_that_can_never_hold_changes_not_a_byte(document, number):
    more, _ = with_rule(number, when=Not(Always()))
    assert as_json(ask(document, more)) == as_json(ask(document))


@settings(max_examples=15)
@given(profile_documents(), st.integers(0, 10_000))
def test_one_more_rule_about_the_other_sex_changes_not_a_byte(document, number):
    assume("sex" in document)
    other = frozenset({"female", "male"} - {document["sex"]})
    more, _ = with_rule(number, when=IsOneOf("sex", other))
    assert as_json(ask(document, more)) == as_json(ask(document))


@settings(max_examples=15)
@given(profile_documents(), st.integers(0, 10_000))
def test_one_more_objection_to_what_is_contraindicated_stands_there_and_changes_nothing_else(document, number):
    expected = plain(ask(document))
    refused = [one["id"] for one in expected["components"] if one["status"] == "contraindicated"]
    assume(refused)
    chosen = refused[number % len(refused)]
    objections = [place for place, one in enumerate(shipped().rules.values()) if one.kind == "against"]
    more, rule = with_rule(objections[number % len(objections)], when=Always(), subject=(chosen,), limits_to=None)
    answer = ask(document, more)
    found = plain(answer)
    for one in found["components"]:
        if one["id"] == chosen:
            assert rule in [argument["rule"] for argument in one["arguments"]]
            for key in ("arguments", "cautions"):
                one[key] = [argument for argument in one[key] if argument["rule"] != rule]
    assert statuses(answer) == {one["id"]: one["status"] for one in expected["components"]}
    assert found == expected
