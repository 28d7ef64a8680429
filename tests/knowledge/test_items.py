"""What an item of the knowledge says of itself, and what it refuses to be."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from pydantic import ValidationError

from formulator.conditions import Always
from formulator.knowledge.items import Composition, Figure, Protocol, Rule, Source
from formulator.knowledge.reading import FileReader

USUAL = {
    "id": "some_rule",
    "reviewed": date(2026, 11, 25),
    "status": "active",
    "sources": ("some_source",),
    "subject": "prp",
    "when": Always(),
    "text": "A sentence.",
    "certainty": "low",
}
EXCLUDES = {"kind": "excludes", "unknown": "assume", "harm": "severe"}
AGAINST, FOR = {"kind": "against", "harm": "minor"}, {"kind": "for", "role": "main"}


@pytest.mark.parametrize(
    ("parts", "citation"),
    [
        ({"title": "On hair."}, "On hair."),
        (
            {"title": "On hair", "author": "Ito, Abe", "journal": "Hair", "year": "2020"},
            "Ito, Abe. On hair. Hair. 2020.",
        ),
        ({"title": "...and skin...", "year": "1999"}, "...and skin. 1999."),
    ],
)
def test_a_source_is_cited_in_one_line_by_what_is_known_of_it(parts, citation):
    assert Source(id="a", type="trial", **parts).citation() == citation


def test_a_setting_that_does_not_exist_is_named(knowledge):
    for one in knowledge.composition.settings:
        assert knowledge.composition.setting(one.id) == one.value
    with pytest.raises(KeyError, match="no_such_setting"):
        knowledge.composition.setting("no_such_setting")
    assert isinstance(knowledge.composition, Composition)


def test_an_answer_names_the_component_that_it_does_not_hold():
    from tests.engine.asking import ask

    with pytest.raises(KeyError, match="no_such_component"):
        ask({"age": 40}).component("no_such_component")


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({**EXCLUDES, "unknown": None}, "excludes needs unknown: block or assume"),
        ({**AGAINST, "unknown": "assume"}, "unknown, until and decision belong to excludes only"),
        ({**FOR, "until": "later"}, "unknown, until and decision belong to excludes only"),
        ({**EXCLUDES, "unknown": "block"}, "unknown: block needs ask: the question to settle first"),
        ({**EXCLUDES, "harm": None}, "excludes and against need harm: severe, moderate or minor"),
        ({**AGAINST, "harm": None}, "excludes and against need harm: severe, moderate or minor"),
        ({**EXCLUDES, "limits_to": "optional"}, "limits_to belongs to against only"),
        ({**FOR, "limits_to": "optional"}, "limits_to belongs to against only"),
        ({**FOR, "role": None}, "for and confirms need role: main, adjunct or optional"),
        ({"kind": "confirms"}, "for and confirms need role: main, adjunct or optional"),
        ({**AGAINST, "role": "main"}, "role belongs to for and confirms only"),
        ({**EXCLUDES, "decision": "refer_first"}, "decision belongs to rules on procedure"),
        (
            {**EXCLUDES, "subject": ("procedure", "prp"), "decision": "refer_first"},
            "decision belongs to rules on procedure",
        ),
        ({**EXCLUDES, "when_nothing_is_left": True}, "when_nothing_is_left belongs to rules with a decision"),
        (
            {**EXCLUDES, "subject": "procedure", "decision": "treat"},
            "decision: treat is said by a rule with subject: treatment, kind: for",
        ),
        ({**AGAINST, "subject": "treatment"}, "subject: treatment takes kind: for"),
        ({"kind": "confirms", "role": "main", "subject": "treatment"}, "subject: treatment takes kind: for"),
    ],
)
def test_a_rule_whose_parts_do_not_fit_its_kind_is_refused_in_these_words(parts, problem):
    with pytest.raises(ValidationError) as found:
        Rule.model_validate({**USUAL, **parts})
    assert [one["msg"] for one in found.value.errors()] == [f"Value error, {problem}"]


@pytest.mark.parametrize(
    "parts",
    [
        EXCLUDES,
        {**EXCLUDES, "unknown": "block", "ask": "Is it so?"},
        {**EXCLUDES, "subject": "procedure", "decision": "treat_after", "until": "it is over"},
        {**EXCLUDES, "subject": "procedure", "decision": "do_not_treat", "when_nothing_is_left": True},
        AGAINST,
        {**AGAINST, "limits_to": "not_indicated"},
        FOR,
        {**FOR, "kind": "confirms"},
        {"kind": "for", "subject": "treatment"},
        {**FOR, "subject": ["prp", "minoxidil"]},
    ],
)
def test_a_rule_whose_parts_fit_is_taken(parts):
    rule = Rule.model_validate({**USUAL, **parts})
    assert isinstance(rule.subject, tuple)


@pytest.mark.parametrize(
    ("low", "high", "used", "problem"),
    [
        (1, 2, None, ""),
        (2, 2, 2, ""),
        (1, 2, 1, ""),
        (1, 2, 2, ""),
        (2, 1, None, "high (1) lies below low (2)"),
        (1, 2, 0.5, "used (0.5) lies outside 1 to 2"),
        (1, 2, 2.5, "used (2.5) lies outside 1 to 2"),
    ],
)
def test_a_range_is_in_order_and_holds_the_value_that_is_used(low, high, used, problem, knowledge):
    figure = Figure(low=low, high=high, used=used, sources=("a",))
    plain = knowledge.protocols["aga_male"].model_dump(by_alias=True)
    plain["session_minutes"] = figure
    if problem:
        with pytest.raises(ValidationError, match=problem.replace("(", r"\(").replace(")", r"\)")):
            Protocol.model_validate(plain)
    else:
        assert Protocol.model_validate(plain).session_minutes == figure


def test_the_gravest_of_all_decisions_that_are_forced_counts_and_an_open_blocking_one_delays(knowledge):
    order = ("do_not_treat", "refer_first", "treat_after")
    of_decision = {name: [one.id for one in knowledge.rules.values() if one.decision == name] for name in order}
    for names in permutations(order, 2):
        holds = [of_decision[name][0] for name in names]
        assert knowledge.decision_of(holds, ()) == min(names, key=order.index)
    blocking = [one.id for one in knowledge.rules.values() if one.decision and one.unknown == "block"]
    assumed = [one.id for one in knowledge.rules.values() if one.decision and one.unknown == "assume"]
    assert knowledge.decision_of((), ()) == "treat"
    assert knowledge.decision_of((), blocking[:1]) == "treat_after"
    assert knowledge.decision_of((), assumed[:1]) == "treat"
    assert knowledge.decision_of(of_decision["refer_first"][:1], blocking[:1]) == "refer_first"


def test_a_component_is_spoken_about_by_its_own_name_before_that_of_its_group(knowledge):
    for rule in list(knowledge.rules.values())[::7]:
        for name, subject in knowledge.subjects_of_rule[rule.id]:
            assert subject in rule.subject
            assert name in knowledge.members(subject)
            assert subject == name or name not in rule.subject


def test_a_fault_in_an_item_names_the_item_the_part_and_the_line(tmp_path: Path):
    text = (
        "reviewed: 2026-11-25\nstatus: active\nitems:\n"
        "  - id: some_technique\n    name: A name\n    route: skin\n    depth_mm: {low: 2, high: 1, sources: [a]}\n"
        "    sources: [a]\n  - {id: nameless, route: skin, sources: [a]}\n  - just a word\n"
    )
    (tmp_path / "techniques.yaml").write_text(text, encoding="utf-8")
    from formulator.knowledge.items import Technique

    reader = FileReader(tmp_path)
    assert reader.items("techniques.yaml", Technique) == []
    assert [str(fault) for fault in reader.faults] == [
        "data/techniques.yaml:7:15: depth_mm: some_technique: high (1) lies below low (2).",
        "data/techniques.yaml:9:5: name: nameless: This is missing.",
        "data/techniques.yaml:10:5: An item is a mapping. Allowed: id, sources and more.",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- 1\n", "data/groups.yaml:1:1: The file is not one mapping. Allowed: reviewed, status, items."),
        (
            "items: none\n",
            "data/groups.yaml:1:1: The file has another shape. Allowed: reviewed, status and a list items.",
        ),
        ("items: []\nmore: 1\n", "data/groups.yaml:1:1: more: The file has another shape."),
        ("status: active\n", "data/groups.yaml:1:1: The file has another shape."),
    ],
)
def test_a_file_of_another_shape_is_named(text, words, tmp_path: Path):
    (tmp_path / "groups.yaml").write_text(text, encoding="utf-8")
    from formulator.knowledge.items import Group

    reader = FileReader(tmp_path)
    assert reader.items("groups.yaml", Group) == []
    [fault] = reader.faults
    assert str(fault).startswith(words)


def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path):
    (tmp_path / "groups.yaml").write_bytes(b"\xff")
    (tmp_path / "washouts.yaml").mkdir()
    reader = FileReader(tmp_path)
    for name in ("groups.yaml", "washouts.yaml", "absent.yaml"):
        assert reader.document(name) is None
    not_text, folder, absent = map(str, reader.faults)
    assert not_text == "data/groups.yaml: The file cannot be read: it is not UTF-8 text."
    assert folder == "data/washouts.yaml: The file cannot be read: Is a directory."
    assert absent == "data/absent.yaml: The file cannot be read: No such file or directory."


def test_a_name_that_nothing_has_is_reported_with_what_it_should_be_and_the_nearest(knowledge):
    from dataclasses import replace

    from formulator.knowledge.references import broken_references

    rule = next(one for one in knowledge.rules.values() if one.subject == ("minoxidil",))
    wrong = {"subject": ("minoxidl",), "sources": ("no_such_source_at_all",)}
    rules = {**knowledge.rules, rule.id: rule.model_copy(update=wrong)}
    found = [str(fault) for fault in broken_references(replace(knowledge, rules=rules))]
    place = knowledge.places[f"Rule {rule.id}"]
    assert found == [
        f"{place}: sources: {rule.id}: the source 'no_such_source_at_all' is not defined.",
        f"{place}: subject: {rule.id}: the component or group 'minoxidl' is not defined. Did you mean 'minoxidil'?",
    ]


def test_a_fault_of_the_file_about_the_knowledge_names_the_part_and_the_line(tmp_path: Path):
    from formulator.knowledge.load import _about

    (tmp_path / "knowledge.yaml").write_text("version: latest\nnotice: Education.\n", encoding="utf-8")
    reader = FileReader(tmp_path)
    assert _about(reader).version == "unread"
    [fault] = reader.faults
    assert str(fault).startswith("data/knowledge.yaml:1:10: version: String should match pattern")
    assert str(fault).endswith(".")


def test_an_id_that_stands_twice_is_named_with_where_it_stood_first(tmp_path: Path):
    group = "  - {id: some_group, meaning: Some words., members: [prp], reviewed: 2026-11-25, status: active}\n"
    (tmp_path / "groups.yaml").write_text(f"items:\n{group}{group}", encoding="utf-8")
    from formulator.knowledge.items import Group

    reader = FileReader(tmp_path)
    assert len(reader.items("groups.yaml", Group)) == 2
    assert [str(fault) for fault in reader.faults] == [
        "data/groups.yaml:3:5: id: some_group stands twice (first at data/groups.yaml:2:5). Allowed: each id once."
    ]


OF_FORM = {
    "harms: minor": "harms: made_rule: There is no key 'harms'. Did you mean 'harm'?",
    f"text: {'a' * 152}": "text: made_rule: This has 152 characters. Allowed: at most 140.",
    "text: no": "text: made_rule: This has 2 characters. Allowed: at least 3.",
    "certainty: lo": "certainty: made_rule: 'lo' is not a choice. Allowed: high, moderate, low, very_low, expert.",
}


@pytest.mark.parametrize("line", OF_FORM)
def test_what_does_not_fit_is_said_in_words_with_its_line_and_never_with_a_link(line, tmp_path: Path):
    (tmp_path / "rules.yaml").write_text(f"items:\n  - id: made_rule\n    {line}\n", encoding="utf-8")
    reader = FileReader(tmp_path)
    assert reader.items("rules.yaml", Rule) == []
    said = [str(fault) for fault in reader.faults]
    column = 5 + line.index(":") + 2
    assert any(one.startswith(f"data/rules.yaml:3:{column}: {OF_FORM[line]}") for one in said), said
    assert not [one for one in said if "pydantic" in one or "http" in one or "String should" in one]


def test_a_key_that_is_like_none_comes_with_those_that_there_are(tmp_path: Path):
    (tmp_path / "groups.yaml").write_text("items:\n  - {id: made, zzzz: 1}\n", encoding="utf-8")
    from formulator.knowledge.items import Group

    reader = FileReader(tmp_path)
    assert reader.items("groups.yaml", Group) == []
    said = next(str(fault) for fault in reader.faults if "zzzz" in str(fault))
    assert all(name in said.partition("Allowed: ")[2] for name in Group.model_fields)


def test_an_entry_of_a_list_is_named_and_not_counted_from_zero(tmp_path: Path):
    from formulator.knowledge.versions import VersionRecord

    changes = "changes:\n- items: [rule made_rule]\n  how: added\n  says: Words.\n  why: ''\n- {how: odd}\n"
    (tmp_path / "one.yaml").write_text(f"version: 2026.11.1\n{changes}", encoding="utf-8")
    reader = FileReader(tmp_path)
    assert reader.documents("one.yaml", VersionRecord) == []
    fields = {fault.field for fault in reader.faults}
    assert {"changes.rule made_rule.why", "changes.entry 2.why"} <= fields
