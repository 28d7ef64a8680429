"""The knowledge under another position: only that changes, it never passes for the shipped one, and safety stays."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from formulator.conditions import truth
from formulator.conditions.tree import AtLeast, Below, atoms, thresholds_read
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Threshold, setters_of
from formulator.knowledge.positions import disputed, is_used, numbers_of, under_position, with_setters


def every_position(knowledge: Knowledge, with_plan: bool = True) -> list[tuple[str, int]]:
    """Topic and place of each position from which a plan follows (or of each from which none does)."""
    return [
        (topic, place)
        for topic, item in disputed(knowledge).items()
        for place, one in enumerate(item.positions)
        if (one.no_plan is None) == with_plan
    ]


def parts_that_differ(one: Knowledge, other: Knowledge) -> set[str]:
    return {part.name for part in fields(Knowledge) if getattr(one, part.name) != getattr(other, part.name)}


def test_no_altered_knowledge_carries_the_version_or_hash_of_the_shipped_one(knowledge):
    hashes = [under_position(knowledge, *which).sha256 for which in every_position(knowledge)]
    assert len(set(hashes)) == len(hashes), "two positions share a hash"
    assert knowledge.sha256 not in hashes
    assert all(len(one) == 64 for one in hashes)
    versions = {under_position(knowledge, *which).version for which in every_position(knowledge)}
    assert versions == {f"{knowledge.version}+position"}


def test_a_used_position_changes_nothing_but_the_mark_and_every_other_changes_something(knowledge):
    marks = {"version", "sha256"}
    for topic, place in every_position(knowledge):
        differs = parts_that_differ(knowledge, under_position(knowledge, topic, place)) - marks
        assert bool(differs) != is_used(knowledge, topic, place), (topic, place, differs)


def test_the_shipped_knowledge_is_left_as_it_was(knowledge):
    before = replace(knowledge)
    for which in every_position(knowledge):
        under_position(knowledge, *which)
    assert before == knowledge


def test_where_no_plan_follows_none_is_made(knowledge):
    for topic, place in every_position(knowledge, with_plan=False):
        with pytest.raises(ValueError, match="no plan follows"):
            under_position(knowledge, topic, place)


def test_a_topic_or_position_that_does_not_exist_is_refused(knowledge):
    with pytest.raises(KeyError):
        under_position(knowledge, "no_such_topic", 0)
    with pytest.raises(IndexError):
        under_position(knowledge, "zinc_low", 99)


def test_a_threshold_takes_its_number_in_every_condition_and_no_other_condition_changes(knowledge):
    for topic, item in disputed(knowledge).items():
        for place, one in enumerate(item.positions):
            if not isinstance(item, Threshold) or one.number is None:
                continue
            other = under_position(knowledge, topic, place)
            for name, rule in other.rules.items():
                limits = {
                    atom.limit
                    for atom in atoms(rule.when)
                    if isinstance(atom, AtLeast | Below) and atom.threshold == topic
                }
                assert limits <= {one.number}
                if topic not in thresholds_read(rule.when):
                    assert rule is knowledge.rules[name]


def test_a_limit_inside_all_any_and_not_is_found(knowledge):
    """A value between two positions is judged otherwise by every rule that hangs on the threshold alone."""
    rule = next(one for one in knowledge.rules.values() if one.id == "oral_iron_in_iron_deficiency")
    item = knowledge.thresholds["ferritin_deficient"]
    place = next(place for place, one in enumerate(item.positions) if one.number == 15)
    facts = {"domain": "hair", "ferritin": 20}
    assert truth(rule.when, facts) is True
    assert truth(under_position(knowledge, item.id, place).rules[rule.id].when, facts) is False


def test_what_was_worked_out_for_the_shipped_knowledge_does_not_leak(knowledge):
    assert knowledge.rules_reading
    assert knowledge.cells
    place = next(place for place, one in enumerate(knowledge.thresholds["zinc_low"].positions) if one.number == 60)
    other = under_position(knowledge, "zinc_low", place)
    assert {rule.id: rule for rules in other.rules_reading.values() for rule in rules} == {
        rule.id: other.rules[rule.id] for rules in other.rules_reading.values() for rule in rules
    }
    assert other.cells["zinc"] != knowledge.cells["zinc"]


def test_no_position_gives_days_to_a_medicine_that_only_its_prescriber_may_pause(knowledge):
    for which in every_position(knowledge):
        other = under_position(knowledge, *which)
        for old, new in zip(knowledge.washouts, other.washouts, strict=True):
            if old.prescriber:
                assert (new.stop_days_before, new.resume_days_after) == (old.stop_days_before, old.resume_days_after)


def test_no_position_raises_a_ceiling_of_a_dose(knowledge):
    for which in every_position(knowledge):
        other = under_position(knowledge, *which)
        for name, component in knowledge.components.items():
            for old, new in zip(component.doses, other.components[name].doses, strict=True):
                assert not old.limit or (new.high or 0) <= (old.high or 0)


def test_days_and_the_sentence_that_says_them_change_together(knowledge):
    for which in every_position(knowledge):
        other = under_position(knowledge, *which)
        kept = {one.id: one for one in (*other.before, *other.after, *other.washouts)}
        for old in (*knowledge.before, *knowledge.after, *knowledge.washouts):
            if old.id not in kept:
                continue
            new = kept[old.id]
            timed = [name for name in ("hours", "days", "stop_days_before", "resume_days_after") if hasattr(old, name)]
            if any(getattr(old, name) != getattr(new, name) for name in timed):
                assert new.text != old.text
                changed = [getattr(new, name) for name in timed if getattr(new, name) != getattr(old, name)]
                assert all(f"{value:g}" in new.text for value in changed if value is not None), new.text


def test_every_number_of_a_disputed_threshold_is_a_position_that_can_be_taken(knowledge):
    for topic, item in disputed(knowledge).items():
        if isinstance(item, Threshold):
            assert item.value in numbers_of(item), topic


def test_setters_are_taken_in_a_row(knowledge):
    item = disputed(knowledge)["triamcinolone_or_plasma_areata"]
    other = with_setters(knowledge, setters_of(item.positions[1], None))
    assert other.rules["prp_patchy_areata"].role == "main"
    assert "prp_areata_below_steroid" not in other.rules
    assert other.rules["intralesional_triamcinolone_limited_areata"].role == "optional"
