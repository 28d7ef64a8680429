"""What holds of every answer, whoever the patient is."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from formulator.conditions import truth
from formulator.engine import recommend
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.export.json_export import as_json, as_mapping
from formulator.export.text import as_text
from formulator.export.words import field_label
from formulator.profile import Profile, profile_from_mapping
from tests.conftest import TODAY
from tests.engine.asking import ask, shipped, statuses
from tests.strategies import flags_of, profile_documents

DECISIONS = {"treat", "treat_after", "refer_first", "do_not_treat"}
STATUSES = ["recommended", "adjunct", "optional", "deferred", "not_indicated", "contraindicated"]
IN_USE = {"recommended", "adjunct", "optional"}
KINDS = {"excludes", "against", "for", "confirms"}
CERTAINTIES = {"high", "moderate", "low", "very_low", "expert"}

# ------------------------------------------------------------------ the contract: its keys, and those added since

TOP = {
    "schema",
    "decision",
    "decision_arguments",
    "indication",
    "components",
    "formulations",
    "plan",
    "assumptions",
    "missing",
    "before",
    "after",
    "expect",
    "disagreements",
    "notice",
    "knowledge",
    "model",
    "profile",
    "date",
}
RESPONSE_ADDED = {"code", "sentence", "family", "natural", "own"}
TOP_ADDED = {"side_effects", "profile_sha256", "derived", "infeasible"}
FORMULATION = {"rank", "syringes", "separate", "mixing", "response", "objections", "why"}
SYRINGE = {"components", "diluent", "volume_ml", "technique", "depth_mm", "points"}
PART = {"id", "concentration", "unit", "volume_ml", "dose", "dose_unit"}
COMPONENT = {"id", "status", "cautions", "arguments", "not_evaluated", "response"}
COMPONENT_ADDED = {"stocked"}
ARGUMENT = {"rule", "subject", "kind", "text", "because", "certainty", "sources"}
ARGUMENT_ADDED = {"detail", "role", "limits_to", "until", "harm"}
RESPONSE = {
    "estimable",
    "reason",
    "effect",
    "low",
    "high",
    "level",
    "scale",
    "p_better_than_control",
    "studies",
    "patients",
    "certainty",
}
PLAN = {"phases", "sessions", "reassess", "stop_rule", "maintenance", "washouts"}
PLAN_ADDED = {
    "could_be_added",
    "technique",
    "deliveries",
    "left_out",
    "settle_first",
    "provisional",
    "event",
    "sources",
}
PHASE = {"name", "sessions", "interval_days_low", "interval_days_high", "sources"}
SESSION = {"number", "phase", "date", "components", "minutes"}
WASHOUT = {"medicine", "stop_on", "resume_on", "sources"}
NOTE = {"text", "sources"}
NOTE_ADDED = {"id", "hours", "days", "weeks_low", "weeks_high", "frequency"}


def has_keys(mapping, required, added=frozenset()):
    """All required keys are there, and no key that nobody knows."""
    assert required <= set(mapping) <= required | set(added), set(mapping) ^ required


def formulations_have_their_keys(formulations):
    for formulation in formulations:
        assert set(formulation) >= FORMULATION
        has_keys(formulation["response"], RESPONSE, RESPONSE_ADDED)
        assert all({"pair", "state", "sources"} <= set(one) for one in formulation["mixing"])
        for syringe in formulation["syringes"]:
            assert set(syringe) >= SYRINGE
            assert all(set(part) >= PART for part in syringe["components"])


@given(profile_documents())
def test_the_json_has_the_keys_of_the_contract_and_no_unannounced_ones(document):
    answer = json.loads(as_json(ask(document)))
    has_keys(answer, TOP, TOP_ADDED)
    assert answer["schema"] == "formulator/recommendation/1"
    assert answer["decision"] in DECISIONS
    assert answer["date"] == TODAY.isoformat()
    has_keys(answer["knowledge"], {"version", "sha256"})
    has_keys(answer["model"], {"version", "sha256"})
    arguments = list(answer["decision_arguments"])
    for component in answer["components"]:
        has_keys(component, COMPONENT, COMPONENT_ADDED)
        has_keys(component["response"], RESPONSE, RESPONSE_ADDED)
        for hanging in component["not_evaluated"]:
            has_keys(hanging, {"rule", "unknown"})
        arguments += component["arguments"] + component["cautions"]
    for argument in arguments:
        has_keys(argument, ARGUMENT, ARGUMENT_ADDED)
        assert all(set(read) == {"field", "value"} for read in argument["because"])
    for assumption in answer["assumptions"]:
        has_keys(assumption, {"field", "value", "rules"})
    for question in answer["missing"]:
        has_keys(question, {"field", "why", "answers"}, {"worst"})
    for note in answer["before"] + answer["after"] + answer["expect"] + answer["side_effects"]:
        has_keys(note, NOTE, NOTE_ADDED)
    for entry in answer["disagreements"]:
        has_keys(entry, {"topic", "used", "positions", "why"}, {"id"})
        assert all(set(position) == {"value", "sources"} for position in entry["positions"])
    formulations_have_their_keys(answer["formulations"])
    if answer["plan"] is not None:
        plan = answer["plan"]
        has_keys(plan, PLAN, PLAN_ADDED)
        for phase in plan["phases"]:
            has_keys(phase, PHASE)
        for session in plan["sessions"]:
            has_keys(session, SESSION)
        for washout in plan["washouts"]:
            has_keys(washout, WASHOUT, {"text", "session"})
        for look in plan["reassess"]:
            has_keys(look, {"date", "what"}, {"sources"})


# ------------------------------------------------------------------ decision and components


@given(profile_documents())
def test_there_is_exactly_one_decision_and_at_least_one_reason_for_it(document):
    answer = ask(document)
    assert answer.decision in DECISIONS
    assert answer.decision_arguments
    for one in answer.decision_arguments:
        rule = shipped().rules[one.rule]
        if answer.decision == "treat":
            assert rule.subject == ("treatment",)
        else:
            assert rule.decision


@given(profile_documents())
def test_the_first_reason_is_one_that_forces_the_decision(document):
    answer = ask(document)
    rule = shipped().rules[answer.decision_arguments[0].rule]
    waits = answer.decision == "treat_after" and rule.unknown == "block"
    assert waits or answer.decision in ("treat", rule.decision)


@given(profile_documents())
def test_every_component_is_judged_once_and_the_best_stand_first(document):
    components = ask(document).components
    assert sorted(one.id for one in components) == sorted(shipped().components)
    order = [STATUSES.index(one.status) for one in components]
    assert order == sorted(order)


@given(profile_documents())
def test_every_status_is_carried_by_arguments_that_are_shown(document):
    for one in ask(document).components:
        kinds = {argument.kind for argument in one.arguments}
        excluding = [argument for argument in one.arguments if argument.kind == "excludes"]
        if one.status in IN_USE:
            assert kinds & {"for", "confirms"}
            assert not excluding
        if one.status == "deferred":
            assert kinds & {"for", "confirms"}
            assert excluding
            assert all(argument.until for argument in excluding)
        if one.status == "contraindicated":
            assert excluding
        if one.status == "not_indicated":
            assert not excluding
        assert [argument for argument in one.arguments if argument.kind == "against"] == list(one.cautions)


@given(profile_documents())
def test_every_argument_is_that_of_a_rule_with_its_sources_and_the_values_that_it_read(document):
    answer = ask(document)
    knowledge, facts = shipped(), {**dict(answer.derived), **dict(answer.profile)}
    shown = [argument for one in answer.components for argument in one.arguments] + list(answer.decision_arguments)
    for argument in shown:
        rule = knowledge.rules[argument.rule]
        assert argument.kind == rule.kind in KINDS
        assert argument.certainty in CERTAINTIES
        assert argument.sources
        assert set(argument.sources) <= set(knowledge.sources)
        for read in argument.because:
            known = facts.get(read.field)
            if read.value is None:
                assert known in (None, "unknown")
            elif not isinstance(read.value, tuple):
                assert str(read.value) == str(known)


@given(profile_documents())
def test_a_rule_is_shown_as_holding_exactly_where_its_condition_is_true_and_as_open_where_it_is_unknown(document):
    knowledge = shipped()
    answer = ask(document)
    facts = {**dict(profile_from_mapping(document, "case").values), **dict(answer.derived)}
    for one in answer.components:
        shown, hanging = {argument.rule for argument in one.arguments}, {entry.rule for entry in one.not_evaluated}
        for identifier, rule in knowledge.rules.items():
            if one.id in knowledge.components_of_rule[identifier]:
                value = truth(rule.when, facts)
                assert (identifier in hanging) == (value is None)
                if identifier in shown:
                    assert value is True or (value is None and rule.unknown == "block" and one.status == "deferred")


@given(profile_documents())
def test_a_component_counts_as_in_stock_where_the_clinic_lists_it_or_lists_nothing(document):
    stock = document.get("stocked_components") or list(shipped().components)
    assert {one.id for one in ask(document).components if one.stocked} == set(stock)


@given(profile_documents())
def test_what_is_contraindicated_or_deferred_is_never_planned_or_formulated(document):
    answer = as_mapping(ask(document))
    refused = {one["id"] for one in answer["components"] if one["status"] in ("contraindicated", "deferred")}
    planned = {name for session in (answer["plan"] or {"sessions": []})["sessions"] for name in session["components"]}
    mixed = json.dumps(answer["formulations"])
    assert not planned & refused
    assert not any(f'"{name}"' in mixed for name in refused)


@given(profile_documents())
def test_there_is_a_plan_only_where_treatment_may_follow_and_it_brings_in_only_what_is_used_and_in_stock(document):
    answer = ask(document)
    if answer.decision in ("refer_first", "do_not_treat"):
        assert answer.plan is None
        assert not answer.formulations
    if answer.plan is not None:
        found, stock = statuses(answer), document.get("stocked_components") or list(shipped().components)
        for session in answer.plan.sessions:
            for name in session.components:
                assert found[name] in IN_USE
                assert name in stock
                assert shipped().components[name].delivered_into_skin


@given(profile_documents())
def test_an_answer_that_estimates_nothing_says_why(document):
    for one in ask(document).components:
        if not one.response.estimable:
            assert one.response.reason
            assert (one.response.effect, one.response.low, one.response.high) == (None, None, None)


# ------------------------------------------------------------------ unknown is not no


@given(profile_documents())
@example(
    {
        "domain": "skin",
        "concern": "fine_lines",
        "cause": "ageing",
        "sex": "female",
        "age": 56,
        "severity_scale": "glogau",
    }
)
def test_every_assumption_and_every_question_names_a_real_field_that_is_unknown(document):
    answer = ask(document)
    known = set(profile_from_mapping(document, "case").values) | set(answer.derived)
    for field in [one.field for one in answer.assumptions] + [one.field for one in answer.missing]:
        assert field in shipped().catalogue.fields
        assert field not in known
    assert len({one.field for one in answer.missing}) == len(answer.missing)
    for one in answer.assumptions:
        assert one.value
        assert all(shipped().rules[rule].is_assumed_absent for rule in one.rules)


@given(profile_documents())
def test_every_open_exclusion_of_something_in_use_is_named_as_an_assumption(document):
    answer = ask(document)
    assumed = {rule for one in answer.assumptions for rule in one.rules}
    for one in answer.components:
        if one.status in IN_USE:
            for entry in one.not_evaluated:
                rule = shipped().rules[entry.rule]
                assert rule.kind != "excludes" or (rule.unknown == "assume" and entry.rule in assumed)


@given(profile_documents())
def test_confirming_every_assumption_keeps_everything_in_use_that_was_in_use(document):
    answer = ask(document)
    flags = set(flags_of(shipped().catalogue))
    confirmed = {
        one.field: one.value for one in answer.assumptions if one.field in flags and one.value in ("yes", "no")
    }
    profile = profile_from_mapping(document, "case")
    again = recommend(Profile({**profile.values, **confirmed}), shipped(), TODAY)
    if again.decision == answer.decision:
        after = statuses(again)
        lost = {name for name, status in statuses(answer).items() if status in IN_USE and after[name] not in IN_USE}
        assert not lost
    else:
        assert answer.decision != "treat"


@given(profile_documents())
def test_a_question_that_somebody_answered_with_unknown_comes_before_all_others(document):
    profile = profile_from_mapping(document, "case")
    asked = [one.field in profile.asked_unknown for one in ask(document).missing]
    assert asked == sorted(asked, reverse=True)


MELASMA = {
    **dict.fromkeys(flags_of(shipped().catalogue), "no"),
    "domain": "skin",
    "concern": "pigmentation",
    "cause": "melasma",
    "sex": "female",
    "age": 36,
    "phototype": 5,
    "site": "face",
    "childbearing_potential": "yes",
    "thromboembolism_history": "unknown",
    "stroke_history": "unknown",
    "oral_contraceptive_or_oestrogen": "yes",
}


def representative(words: str, field: str):
    """A value that fits the words of an answer."""
    parts = words.split(" ")
    if words == "any value":
        value = 1.0
    elif words.startswith("below "):
        limit = float(parts[1])
        value = limit - min(1.0, limit / 2)
    elif words.endswith(" or more") or " to below " in words:
        value = float(parts[0])
    elif shipped().catalogue.fields[field].is_number:
        value = float(words)
    else:
        return words
    return int(value) if shipped().catalogue.fields[field].type == "integer" else value


@settings(max_examples=25)
@given(profile_documents(), st.randoms(use_true_random=False))
@example(MELASMA, Random(1))
@example({**MELASMA, "thromboembolism_history": "no"}, Random(1))
def test_what_an_answer_is_said_to_change_is_what_it_does_change(document, random):
    """The oracle asks a second time with the answer filled in."""
    answer = ask(document)
    profile, names = (
        profile_from_mapping(document, "case"),
        {one.name: key for key, one in shipped().components.items()},
    )
    before = statuses(answer)
    others = answer.missing[3:]
    for question in [*answer.missing[:3], *random.sample(others, min(2, len(others)))]:
        for words, changes in question.answers.items():
            value = representative(words, question.field)
            again = recommend(
                Profile({**profile.values, question.field: value}, profile.asked_unknown - {question.field}),
                shipped(),
                TODAY,
            )
            if again.decision != answer.decision:
                assert changes[0].startswith(
                    f"Decision: {DECISION_WORDS[answer.decision]} -> {DECISION_WORDS[again.decision]}"
                ), (
                    question.field,
                    words,
                )
                continue
            assert not any(change.startswith("Decision:") for change in changes), (question.field, words, changes)
            after = statuses(again)
            moved = {
                (name, STATUS_WORDS[before[name]], STATUS_WORDS[after[name]])
                for name in before
                if before[name] != after[name] and {before[name], after[name]} & (IN_USE | {"deferred"})
            }
            said = set()
            for change in changes:
                if change != "nothing changes":
                    name = max((known for known in names if change.startswith(f"{known}: ")), key=len)
                    old, _, new = change[len(name) + 2 :].partition(" -> ")
                    said.add((names[name], old, new.split(" (")[0]))
            assert said == moved, (question.field, words)


# ------------------------------------------------------------------ some things hold whatever else is said


@given(profile_documents())
def test_in_pregnancy_there_is_no_procedure_and_no_plan(document):
    kept = {key: value for key, value in document.items() if key not in ("sex", "childbearing_potential", "cause")}
    kept = {
        key: value for key, value in kept.items() if "partner" not in key and "male" not in key and "psa" not in key
    }
    kept.pop("prostate_cancer_risk", None)
    answer = ask({**kept, "sex": "female", "pregnancy": "yes"})
    assert answer.decision in ("do_not_treat", "refer_first")
    assert answer.plan is None
    into_skin = {name: status for name, status in statuses(answer).items() if name in shipped().into_skin}
    assert set(into_skin.values()) == {"contraindicated"}
    assert any(read.field == "pregnancy" for one in answer.decision_arguments for read in one.because)


@given(profile_documents())
def test_a_bleeding_disorder_never_leads_to_injections(document):
    answer = ask({**document, "bleeding_disorder": "yes", "haemophilia": "yes"})
    injected = {name: status for name, status in statuses(answer).items() if name in shipped().members("injections")}
    assert set(injected.values()) <= {"contraindicated", "deferred"}
    assert answer.plan is None or not answer.plan.sessions


@given(profile_documents())
def test_an_exclusion_that_holds_is_never_outvoted(document):
    answer = ask(document)
    facts = {**dict(profile_from_mapping(document, "case").values), **dict(answer.derived)}
    found = statuses(answer)
    for rule in shipped().rules.values():
        if rule.kind == "excludes" and not rule.when_nothing_is_left and truth(rule.when, facts):
            for name in shipped().components_of_rule[rule.id]:
                assert found[name] in ("contraindicated", "deferred")
                assert rule.until or found[name] == "contraindicated"


@given(profile_documents())
def test_injections_are_refused_for_lack_of_a_useful_one_only_where_none_is_in_use_or_waiting(document):
    answer = ask(document)
    if any(shipped().rules[one.rule].when_nothing_is_left for one in answer.decision_arguments):
        found = statuses(answer)
        assert not {name for name in shipped().into_skin if found[name] in IN_USE | {"deferred"}}


# ------------------------------------------------------------------ order and determinism


def shuffled(mapping, random):
    """The same mapping in another order."""
    names = list(mapping)
    random.shuffle(names)
    return {name: mapping[name] for name in names}


@pytest.fixture(scope="module")
def reordered(knowledge):
    """The knowledge base with rules, indications, components, derivations and figures in two other orders."""
    import random

    found = []
    for seed in (1, 2):
        rng = random.Random(seed)
        tuples = {
            name: tuple(rng.sample(getattr(knowledge, name), len(getattr(knowledge, name))))
            for name in ("derivations", "planning")
        }
        tables = {
            name: shuffled(getattr(knowledge, name), rng)
            for name in ("rules", "components", "indications", "groups", "thresholds", "protocols", "sources")
        }
        found.append(replace(knowledge, **tuples, **tables))
    return found


@given(document=profile_documents())
def test_the_order_of_rules_and_of_everything_else_in_the_files_never_matters(document, reordered, knowledge):
    expected = as_json(ask(document, knowledge))
    for other in reordered:
        assert as_json(ask(document, other)) == expected


@given(profile_documents(), st.randoms(use_true_random=False))
def test_the_order_of_the_profile_and_asking_again_never_change_a_byte(document, random):
    expected = as_json(ask(document))
    assert as_json(ask(shuffled(document, random))) == expected
    assert as_json(ask(document)) == expected


@given(profile_documents())
def test_asking_changes_neither_the_profile_nor_the_knowledge(document):
    profile = profile_from_mapping(document, "case")
    plain, digest = profile.plain(), shipped().sha256
    recommend(profile, shipped(), TODAY)
    assert profile.plain() == plain
    assert shipped().sha256 == digest


@given(profile_documents())
def test_the_profile_in_the_answer_asked_again_gives_the_same_answer(document):
    answer = ask(document)
    again = ask(json.loads(json.dumps(dict(answer.profile))))
    assert as_json(again) == as_json(answer)


@given(profile_documents())
def test_the_text_for_a_terminal_says_the_decision_names_what_is_used_and_fits_the_width(document):
    answer = ask(document)
    text = as_text(answer, shipped())
    assert f"({answer.decision})" in text.splitlines()[0]
    for one in answer.components:
        if one.status in IN_USE:
            assert f"[{one.id}]" in text
    for one in answer.assumptions:
        assert field_label(shipped(), one.field) in " ".join(text.split())
    assert " ".join(answer.notice.split()) in " ".join(text.split())
    if answer.plan:
        for session in answer.plan.sessions:
            assert session.date.isoformat() in text
