"""For every check of the analysis a knowledge base with exactly that fault: it is named with file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import pytest

from formulator.knowledge import Knowledge, load_knowledge
from formulator.strict_yaml import read_yaml
from tests.conftest import CHECKOUT, TODAY
from tests.knowledge.breaking import a_rule, added, in_item, item, swap

pytest.importorskip("z3")

from formulator.proof.analysis.ground import ground_of
from formulator.proof.analysis.report import CHECKS, shown_by_engine

RULES, DERIVED, THRESHOLDS, WASHOUTS = (
    "rules/phototype.yaml",
    "profile/derived.yaml",
    "thresholds/safety.yaml",
    "washouts.yaml",
)
Edit = Callable[[str], str]


@dataclass(frozen=True)
class Broken:
    """Edits of files, and what the check of this name must find; of all rules only the planted ones are kept."""

    check: str
    edits: Mapping[str, Edit]
    keys: frozenset[str]
    file: str
    line_of: str


def rules(*made: str) -> dict[str, Edit]:
    """Rules added to one file."""
    return {RULES: added("".join(made))}


def planted(name: str, **parts: str | None) -> str:
    """One rule; its condition and kind are given, the rest is sound."""
    text = f"The sentence of {name} stands in no other rule of the knowledge base."
    return a_rule(**{"id": f"planted_{name}", "text": text, "harm": None, **parts})


def supports(name: str, when: str, **parts: str) -> str:
    return planted(name, **{"kind": "for", "role": "main", "when": when, **parts})


def excludes(name: str, when: str, **parts: str) -> str:
    return planted(name, **{"kind": "excludes", "unknown": "assume", "harm": "severe", "when": when, **parts})


def objects(name: str, when: str, **parts: str) -> str:
    return planted(name, **{"kind": "against", "harm": "severe", "when": when, **parts})


TREATED = planted("reason", kind="for", subject="treatment", when="{indication: aga_male}")
HERE = "{indication: aga_male}"
BROKEN = (
    Broken(
        "dead_item", rules(objects("a", "{sex: male, pregnancy: yes}")), frozenset(("planted_a",)), RULES, "planted_a"
    ),
    Broken(
        "dead_part",
        rules(objects("a", "{any: [{bleeding_disorder: yes}, {haemophilia: yes}]}")),
        frozenset(("planted_a haemophilia=yes",)),
        RULES,
        "planted_a",
    ),
    Broken(
        "idle_threshold",
        {
            THRESHOLDS: added(
                item(
                    id="planted_limit",
                    field="age",
                    value="130",
                    unit="years",
                    meaning="Nobody.",
                    sources="[document_a]",
                )
            ),
            **rules(objects("a", "{age: {below: planted_limit}}")),
        },
        frozenset(("planted_limit",)),
        THRESHOLDS,
        "planted_limit",
    ),
    Broken(
        "no_indication",
        {"indications/melasma.yaml": swap(r"cause: \[melasma, hormonal\]", "cause: melasma")},
        frozenset(("pigmentation hormonal",)),
        "indications/melasma.yaml",
        "",
    ),
    Broken(
        "nothing_usable",
        rules(planted("a", kind="for", subject="treatment", when="{indication: scarring_alopecia}")),
        frozenset(("scarring_alopecia",)),
        "indications/scarring_alopecia.yaml",
        "",
    ),
    Broken("no_reason", {}, frozenset(("treat",)), "rules", ""),
    Broken(
        "hole",
        {DERIVED: swap(r"  - id: norwood_is_moderate\n(    .*\n)+", "")},
        frozenset(("norwood_is_advanced norwood_is_mild norwood_is_severe severity=3.0",)),
        DERIVED,
        "norwood_is_advanced",
    ),
    Broken(
        "two_indications",
        {"indications/pih.yaml": swap(r"cause: \[post_inflammatory,", "cause: [melasma, post_inflammatory,")},
        frozenset(("melasma pih",)),
        "indications/pih.yaml",
        "",
    ),
    Broken(
        "two_values",
        {DERIVED: in_item("norwood_is_mild", "below: norwood_moderate", "below: norwood_severe")},
        frozenset(("norwood_is_moderate norwood_is_mild",)),
        DERIVED,
        "norwood_is_mild",
    ),
    Broken(
        "redundant_rule",
        rules(excludes("a", "{bleeding_disorder: yes}"), excludes("b", "{haemophilia: yes}")),
        frozenset(("planted_b",)),
        RULES,
        "planted_b",
    ),
    Broken(
        "support_never_counts",
        rules(supports("a", "{smoking: yes, pacemaker: yes}"), excludes("b", "{smoking: yes}")),
        frozenset(("planted_a prp",)),
        RULES,
        "planted_a",
    ),
    Broken(
        "role_never_reached",
        rules(supports("a", "{smoking: yes, pacemaker: yes}"), objects("b", "{smoking: yes}", limits_to="optional")),
        frozenset(("planted_a prp",)),
        RULES,
        "planted_a",
    ),
    Broken(
        "care_excluded",
        rules(supports("a", "{smoking: yes}", kind="confirms"), excludes("b", "{pacemaker: yes}")),
        frozenset(("planted_a planted_b prp",)),
        RULES,
        "planted_a",
    ),
    Broken(
        "pauses_at_odds",
        {
            WASHOUTS: added(
                item(
                    id="planted_keeps",
                    medicine="biotin_supplement",
                    subject="procedure",
                    prescriber="yes",
                    text="Keep it.",
                    why="Planted.",
                    positions="[{value: keep, sources: [document_a]}, {value: stop, sources: [document_b]}]",
                    sources="[document_a]",
                )
            )
        },
        frozenset(("biotin_before_blood_tests planted_keeps",)),
        WASHOUTS,
        "planted_keeps",
    ),
    Broken(
        "nothing_left",
        rules(
            TREATED,
            supports("a", HERE),
            supports("b", HERE, subject="pdrn"),
            excludes("c", "{smoking: yes}", until="Later."),
            excludes("d", "{pacemaker: yes}", subject="pdrn", until="Later."),
        ),
        frozenset(("aga_male",)),
        "indications/aga_male.yaml",
        "",
    ),
    Broken(
        "two_cautions",
        rules(TREATED, supports("a", HERE), objects("b", "{smoking: yes}"), objects("c", "{pacemaker: yes}")),
        frozenset(("prp pacemaker smoking",)),
        "components/prp.yaml",
        "",
    ),
    Broken(
        "due_and_excluded",
        rules(TREATED, supports("a", "{smoking: yes}"), excludes("b", "{pacemaker: yes, epilepsy: yes}")),
        frozenset(("prp epilepsy pacemaker smoking",)),
        "components/prp.yaml",
        "",
    ),
)


@pytest.fixture(scope="module", autouse=True)
def an_unchanged_file_is_parsed_once():
    """Only to save time: the same text under the same name gives the same immutable nodes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("formulator.knowledge.reading.read_yaml", cache(read_yaml))
        yield


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The knowledge base copied once."""
    folder = tmp_path_factory.mktemp("knowledge") / "data"
    shutil.copytree(CHECKOUT / "data", folder)
    return folder


def loaded(folder) -> Knowledge:
    """The knowledge of a folder with the planted rules alone."""
    knowledge = load_knowledge(folder)
    return replace(knowledge, rules={name: one for name, one in knowledge.rules.items() if name.startswith("planted_")})


def found_by(name: str, knowledge: Knowledge):
    """What one check finds."""
    check = next(one for one in CHECKS if one.name == name)
    return list(check.find(ground_of(knowledge, TODAY)))


@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: one.check)
def test_the_check_names_exactly_the_planted_fault_with_file_and_line_and_a_patient_who_shows_it(broken: Broken, copy):
    try:
        for name, edit in broken.edits.items():
            (copy / name).write_text(edit((copy / name).read_text(encoding="utf-8")), encoding="utf-8")
        knowledge = loaded(copy)
        findings = found_by(broken.check, knowledge)
        assert {one.key for one in findings} == broken.keys
        assert {one.place.file for one in findings} == {f"data/{broken.file}"}
        if broken.line_of:
            lines = (copy / broken.file).read_text(encoding="utf-8").splitlines()
            assert [lines[one.place.line - 1].strip() for one in findings] == [f"- id: {broken.line_of}"]
        assert all(one.check == broken.check and one.sentence for one in findings)
        assert all(shown_by_engine(one, knowledge, TODAY) for one in findings)
        assert str(findings[0].fault()).startswith(f"data/{broken.file}")
    finally:
        for name in broken.edits:
            shutil.copy(CHECKOUT / "data" / name, copy / name)


@pytest.mark.parametrize("broken", [one for one in BROKEN if one.edits], ids=lambda one: one.check)
def test_without_the_planted_fault_the_check_finds_nothing(broken: Broken, copy):
    assert not found_by(broken.check, loaded(copy))


def test_every_check_has_a_broken_knowledge_base():
    assert {one.check for one in BROKEN} == {one.name for one in CHECKS}
