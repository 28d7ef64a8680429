"""Each check of the lint on the shipped knowledge with one fault in it: it names that item, its place, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from formulator.conditions import All, Always, IsOneOf
from formulator.conditions.tree import fields_read
from formulator.faults import Fault, Place
from formulator.knowledge import Knowledge, lint
from formulator.knowledge.items import TREATMENT, Rule
from formulator.profile.fields import Changeable

Check = Callable[[Knowledge], Iterator[Fault]]


def faults(check: Check, knowledge: Knowledge) -> list[str]:
    """What a check says."""
    return [str(fault) for fault in check(knowledge)]


def with_rules(knowledge: Knowledge, *added: Rule, without: Callable[[Rule], bool] = lambda _: False) -> Knowledge:
    """The knowledge with more rules, and without some; an added rule stands where the first one does."""
    kept = {name: rule for name, rule in knowledge.rules.items() if not without(rule)}
    place = Place("data/rules/made_up.yaml", 7, 3)
    places = {**knowledge.places, **{f"Rule {rule.id}": place for rule in added}}
    return replace(knowledge, rules={**kept, **{rule.id: rule for rule in added}}, places=places)


def changed(knowledge: Knowledge, kind: str = "against", **parts: Any) -> Rule:
    """A rule of a kind under another name, with some of its parts changed."""
    rule = next(one for one in knowledge.rules.values() if one.kind == kind)
    made_up = {"id": "made_up", "text": "This stands nowhere else.", "subject": ("prp",)}
    return rule.model_copy(update={**made_up, **parts})


@pytest.mark.parametrize("check", lint.CHECKS, ids=lambda check: check.__name__)
def test_every_check_is_content_with_the_shipped_knowledge(check, knowledge):
    assert faults(check, knowledge) == []


def test_a_flag_that_no_rule_reads_any_more_is_named(knowledge):
    blind = with_rules(knowledge, without=lambda rule: "glaucoma" in fields_read(rule.when))
    [fault] = [one for one in faults(lint.unread_fields, blind) if "glaucoma" in one]
    assert fault.startswith("data/knowledge.yaml: glaucoma: No rule reads this field.")
    assert "explain under unread_fields" in fault


def test_an_explanation_for_a_field_that_a_rule_reads_is_named(knowledge):
    wrong = replace(knowledge, unread_fields={**knowledge.unread_fields, "smoking": "Because."})
    assert faults(lint.unread_fields, wrong) == [
        "data/knowledge.yaml: smoking: The explanation no longer applies: a rule reads it."
    ]


def test_what_stands_behind_a_derived_fact_counts_as_read(knowledge):
    matter = lint.fields_that_matter(knowledge)
    assert {"concern", "cause", "severity", "smoking"} <= matter
    assert "needle_aversion" not in lint.fields_that_matter(
        replace(knowledge, rules={}, derivations=(), indications=knowledge.indications)
    )


def test_a_component_about_which_no_rule_speaks_by_name_or_group_is_named(knowledge):
    prp = knowledge.components["prp"].model_copy(update={"id": "made_up"})
    more = replace(knowledge, components={**knowledge.components, "made_up": prp})
    [fault] = faults(lint.unreachable_components, more)
    assert fault == "data: id: made_up: no rule speaks about this component."


def test_a_sentence_that_stands_twice_is_named_with_the_rule_that_said_it_first(knowledge):
    rule = changed(knowledge)
    again = rule.model_copy(update={"id": "made_up_again", "when": All((rule.when, Always()))})
    found = faults(lint.duplicate_rules, with_rules(knowledge, rule, again))
    assert found == ["data/rules/made_up.yaml:7:3: id: made_up_again: says the same as made_up. Merge the two."]


@pytest.mark.parametrize(("kind", "doubled"), [("for", True), ("excludes", True), ("against", False)])
def test_one_condition_supports_or_excludes_a_subject_once_while_objections_may_be_several(kind, doubled, knowledge):
    one = changed(knowledge, kind, when=IsOneOf("smoking", frozenset({"yes"})))
    other = one.model_copy(update={"id": "made_up_again", "text": "Another sentence that is new."})
    found = faults(lint.duplicate_rules, with_rules(knowledge, one, other))
    assert bool(found) == doubled


@pytest.mark.parametrize("certainty", ["high", "moderate", "low", "very_low", "expert"])
@pytest.mark.parametrize("kind", ["clinic_page", "manufacturer", "case_report", "trial"])
def test_certainty_above_what_the_sources_carry_is_named(certainty, kind, knowledge):
    source = next(one.id for one in knowledge.sources.values() if one.type == kind)
    rule = changed(knowledge, certainty=certainty, sources=(source,))
    found = faults(lint.overrated_certainty, with_rules(knowledge, rule))
    if certainty in ("high", "moderate") and kind != "trial":
        assert found == [
            f"data/rules/made_up.yaml:7:3: certainty: made_up: {certainty} is more than its sources carry ({kind})."
        ]
    else:
        assert found == []


def test_one_strong_source_among_weak_ones_carries_a_rule(knowledge):
    sources = tuple(
        next(one.id for one in knowledge.sources.values() if one.type == kind) for kind in ("clinic_page", "trial")
    )
    rule = changed(knowledge, certainty="high", sources=sources)
    assert faults(lint.overrated_certainty, with_rules(knowledge, rule)) == []


def decides_about(name: str) -> Callable[[Rule], bool]:
    """Whether a rule decides about an indication."""

    def decides(rule: Rule) -> bool:
        return bool(TREATMENT in rule.subject or rule.decision) and name in str(rule.when)

    return decides


def test_an_indication_without_any_reason_to_treat_or_not_is_named(knowledge):
    silent = with_rules(knowledge, without=decides_about("striae"))
    [fault] = faults(lint.decisions_without_reason, silent)
    assert fault.endswith("id: striae: no rule says why it may be treated or why not.")
    assert fault.startswith("data/indications/striae.yaml:")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"decision": "treat_after", "until": ""}, "until: made_up: treat_after needs until: what must come first."),
        ({"decision": None}, "decision: made_up: An exclusion of every procedure needs a decision."),
        ({"decision": "treat_after", "until": "the wound has healed"}, ""),
        ({"decision": "refer_first"}, ""),
        ({"decision": None, "subject": ("prp",)}, ""),
    ],
)
def test_a_decision_says_what_comes_first_and_an_exclusion_of_everything_has_a_decision(parts, words, knowledge):
    rule = changed(knowledge, "excludes", **{"subject": ("procedure",), **parts})
    found = faults(lint.decisions_without_reason, with_rules(knowledge, rule))
    assert found == ([f"data/rules/made_up.yaml:7:3: {words}"] if words else [])


def test_what_may_be_treated_without_a_course_is_named(knowledge):
    protocols = {name: one for name, one in knowledge.protocols.items() if name != "melasma"}
    [fault] = faults(lint.treatable_without_protocol, replace(knowledge, protocols=protocols))
    assert fault.startswith("data/indications/melasma.yaml:")
    assert fault.endswith("id: melasma: treatable, but data/protocols has no course for it.")


def test_a_threshold_and_a_source_that_nothing_uses_are_named(knowledge):
    threshold = next(iter(knowledge.thresholds.values())).model_copy(update={"id": "made_up"})
    source = next(iter(knowledge.sources.values())).model_copy(update={"id": "made_up"})
    more = replace(
        knowledge,
        thresholds={**knowledge.thresholds, "made_up": threshold},
        sources={**knowledge.sources, "made_up": source},
        places={**knowledge.places, "Threshold made_up": Place("data/thresholds/hair.yaml", 3)},
    )
    assert faults(lint.unused_items, more) == [
        "data/thresholds/hair.yaml:3: id: made_up: no condition compares with this threshold.",
        "data/sources/sources.json: made_up: Nothing cites this source. Remove it.",
    ]


@pytest.mark.parametrize("name", ["A01", "A15", "B20", "C16", "D10", "E12"])
def test_a_claim_of_a_source_document_without_a_verdict_is_named(name, knowledge):
    claims = {one: claim for one, claim in knowledge.claims.items() if one != name}
    assert faults(lint.claims_all_present, replace(knowledge, claims=claims)) == [
        f"data/sources/claims.yaml: {name}: This claim has no verdict."
    ]


def test_a_comparison_with_yes_and_no_is_named(knowledge):
    rule = changed(
        knowledge, when=All((IsOneOf("sex", frozenset({"male"})), IsOneOf("smoking", frozenset({"yes", "no"}))))
    )
    assert faults(lint.comparisons_that_say_nothing, with_rules(knowledge, rule)) == [
        "data/rules/made_up.yaml:7:3: when: made_up: A comparison with yes and no is always true."
    ]


@pytest.mark.parametrize(
    ("field", "to", "words"),
    [
        ("age", (), "This is no field that can be changed."),
        ("sex", ("male",), "This is no field that can be changed."),
        ("phototype", (), "This is no field that can be changed."),
        ("no_such_field", (), "This is no field that can be changed."),
        ("nsaid", ("never", "no"), "to: never;no is not allowed."),
        ("nsaid", ("no",), ""),
        ("ferritin", (), ""),
    ],
)
def test_a_change_that_nobody_can_make_is_named(field, to, words, knowledge):
    changeable = {field: Changeable(field, "medicine", frozenset(to), "somehow")}
    wrong = replace(knowledge, catalogue=replace(knowledge.catalogue, changeable=changeable))
    found = faults(lint.changeable_facts, wrong)
    assert len(found) == bool(words)
    assert all(fault.startswith(f"data/profile/changeable.csv: {field}: {words}") for fault in found)


def test_the_report_counts_what_it_read_and_lists_what_is_explained(knowledge):
    text = lint.lint_report().text()
    assert f"{len(knowledge.rules)} rules, {len(knowledge.components)} components" in text
    assert f"{len(knowledge.claims)} claims" in text
    assert f"{len(knowledge.sources)} sources" in text
    for field, why in knowledge.unread_fields.items():
        assert f"explained: {field} is read by no rule: {why}" in text


def test_a_report_with_one_fault_says_fault_and_with_two_says_faults():
    fault = Fault(Place("data/x.yaml", 2), "id", "Wrong.")
    assert lint.LintReport((fault,), {"rules": 3}, ()).text() == "data/x.yaml:2: id: Wrong.\n3 rules\n1 fault\n"
    assert lint.LintReport((fault, fault), {}, ()).text().endswith("\n2 faults\n")
