"""A statement about an answer is read strictly, and says the same as a formula and on the engine's own answer."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from formulator.faults import FaultsFound
from formulator.profile import load_catalogue
from formulator.proof import statements as say
from formulator.proof.invariants import load_invariants
from formulator.strict_yaml import read_yaml
from tests.conftest import CHECKOUT, TODAY, Run
from tests.engine.asking import shipped
from tests.proof.patients import profiles

ITEM = """\
reviewed: 2026-11-25
status: active
items:
  - id: some_invariant
    sentence: Something holds.
    when: {when}
    {conclusion}
    sources: [formulator_definitions]
"""

BROKEN = {
    "a statement that does not exist": ("then: {decison: treat}", 7, "Did you mean 'decision'"),
    "a decision that does not exist": ("then: {decision: [treat, cure]}", 7, "'cure' is no decision"),
    "a component that does not exist": ("then: {not_used: dutasterid}", 7, "Did you mean 'dutasteride'"),
    "a status that does not exist": ("then: {some_component: {status: good}}", 7, "'good' is no status"),
    "a filter that does not exist": ("then: {argument: {kinds: for}}", 7, "There is no 'kinds' here"),
    "a field that does not exist": ("then: {asked: pregnant}", 7, "'pregnant' is no field"),
    "an empty list": ("then: {decision: []}", 7, "The list is empty"),
    "an answer that is neither yes nor no": ("then: {reason: maybe}", 7, "is not an answer"),
    "a plan that is denied although dates are left out": (
        "then: {not: {no_plan_with: sessions}}",
        7,
        "cannot be denied",
    ),
    "no conclusion": ("law: never_adds", 4, "has then, or else change and law"),
    "a law without a change": ("law: never_removes", 4, "has then, or else change and law"),
    "a change of a field that is no flag": (
        "change: {fields: age, from: no, to: yes}\n    law: never_adds",
        4,
        "'age' is not defined",
    ),
    "a source that does not exist": ("then: {reason: yes}\n    among: nothing", 4, "'nothing' is not defined"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_mistake_is_named_with_its_file_and_line(what: str, tmp_path: Path) -> None:
    conclusion, line, words = BROKEN[what]
    (tmp_path / "invariants").mkdir()
    (tmp_path / "invariants" / "broken.yaml").write_text(
        ITEM.replace("{when}", "always").replace("{conclusion}", conclusion), encoding="utf-8"
    )
    with pytest.raises(FaultsFound) as found:
        load_invariants(shipped(), tmp_path)
    fault = found.value.faults[0]
    assert words in str(fault)
    assert (fault.place.file, fault.place.line) == ("data/invariants/broken.yaml", line)


def test_a_premise_is_a_condition_and_is_read_as_strictly(tmp_path: Path) -> None:
    (tmp_path / "invariants").mkdir()
    (tmp_path / "invariants" / "broken.yaml").write_text(
        ITEM.replace("{when}", "{pregnant: yes}").replace("{conclusion}", "then: {reason: yes}"), encoding="utf-8"
    )
    with pytest.raises(FaultsFound, match=r"broken.yaml:6.*There is no field 'pregnant'"):
        load_invariants(shipped(), tmp_path)


MORE = """\
- {asked: pregnancy}
- {asked: thromboembolism_history}
- {asked: ferritin}
- {asked: jurisdiction}
- {asked: severity}
- {asked: keloid_tendency}
- {assumed: keloid_tendency}
- {assumed: jurisdiction}
- {assumed: allergy_fish}
- {assumed: haemophilia}
- {plan: yes}
- {plan_without: [reassessment, stop_rule]}
- {some_component: {regulated: [restricted, unapproved]}}
- {some_component: {status: [recommended, deferred], without: {kind: confirms}}}
- {argument: {kind: against, harm: severe, certainty: [low, expert]}}
"""
SLOW = "- {unnamed_unknown: {kind: against, harm: severe}}\n"


def _parts(statement: say.Statement) -> Iterator[say.Statement]:
    yield statement
    if isinstance(statement, say.EveryOf | say.SomeOf):
        for part in statement.parts:
            yield from _parts(part)
    elif isinstance(statement, say.NotSo):
        yield from _parts(statement.part)


def every_statement(more_of_them: str) -> list[say.Statement]:
    """The statements of the shipped invariants with all their parts, and some more."""
    found = [part for one in load_invariants(shipped()) if one.then for part in _parts(one.then)]
    more = read_yaml(more_of_them, "more").value
    assert isinstance(more, list)
    return list(dict.fromkeys([*found, *(say.parse_statement(node, shipped()) for node in more)]))


def _of_dates(statement: say.Statement) -> bool:
    return any(isinstance(part, say.NoPlanWith) for part in _parts(statement))


@pytest.mark.parametrize(
    ("seed", "count", "more"), [(80, 60, MORE), pytest.param(81, 1500, MORE + SLOW, marks=pytest.mark.slow)]
)
def test_formulas_say_of_random_profiles_what_is_seen_in_the_answer(seed: int, count: int, more: str) -> None:
    pytest.importorskip("z3")
    from formulator.proof.answers import answers_of
    from formulator.proof.columns import Reading, columns_of
    from formulator.proof.invariants import conditions_behind
    from formulator.proof.readings import Readings
    from formulator.proof.seen import seen
    from formulator.proof.space import space_of

    behind = conditions_behind(load_invariants(shipped()), shipped())
    readings = Readings(answers_of(shipped(), space_of(shipped(), behind)))
    answers = [seen(profile.plain(), shipped(), TODAY) for profile in profiles(load_catalogue(), seed, count)]
    variables = readings.answers.variables
    rows = [
        variables.true_of(dict(profile.values), one.facts.get("days_to_event"))
        for profile, one in zip(profiles(load_catalogue(), seed, count), answers, strict=True)
    ]
    reading = Reading(columns_of(variables.names, rows), count)
    for statement in every_statement(more):
        expected = reading(readings.formula(statement))
        for said, one in zip(expected, answers, strict=True):
            # what the calendar leaves open is proven in one direction: never planned, hence never seen
            assert said == one.holds(statement) or (_of_dates(statement) and not said), (statement, one.answer.profile)


def test_the_lint_names_the_file_and_line_of_a_broken_invariant(tmp_path: Path, run_program: Run) -> None:
    shutil.copytree(CHECKOUT / "data", tmp_path / "data")
    broken = tmp_path / "data" / "invariants" / "components.yaml"
    broken.write_text(broken.read_text(encoding="utf-8").replace("not_used: pdrn", "not_used: pdrm"), encoding="utf-8")
    ran = run_program("lint", str(tmp_path / "data"))
    assert ran.returncode == 2
    assert re.search(rb"data/invariants/components.yaml:\d+:\d+: then: 'pdrm' is no component", ran.stderr)
