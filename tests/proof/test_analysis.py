"""The shipped knowledge has no finding that is not accepted, and no acceptance of nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from formulator.engine.answer import USABLE
from formulator.faults import FaultsFound, Place
from formulator.knowledge.acceptances import CheckName, load_acceptances
from formulator.knowledge.lint import lint_report
from tests.conftest import CHECKOUT, TODAY
from tests.engine.asking import ask, shipped

HEADER = "reviewed: 2026-11-25\nstatus: active\nitems:\n"
SOUND = "  - id: made_up\n    check: hole\n    findings: prp\n    reason: Made up for a test.\n"


def checks():
    """The checks of the analysis, where the solver is installed."""
    pytest.importorskip("z3")
    from formulator.proof.analysis import report

    return report


def checked(names=None, knowledge=None, acceptances=None):
    """Some checks of the shipped knowledge, or of another one."""
    report = checks()
    wanted = [one for one in report.CHECKS if names is None or one.name in names]
    accepted = load_acceptances(shipped()) if acceptances is None else acceptances
    return list(report.analyse(knowledge or shipped(), accepted, TODAY, wanted))


QUICK = {"dead_item", "idle_threshold", "no_indication", "nothing_usable", "no_reason", "hole", "two_indications",
         "two_values", "role_never_reached", "care_excluded", "pauses_at_odds"}  # fmt: skip


def test_the_quick_checks_find_nothing_that_is_not_accepted_and_the_engine_shows_each_finding():
    for one in checked(QUICK):
        assert one.passed, "\n".join(map(str, one.faults))
        assert all(checks().shown_by_engine(each, shipped(), TODAY) for each in one.findings)


@pytest.mark.slow
def test_no_check_finds_anything_that_is_not_accepted_and_the_engine_shows_each_finding():
    for one in checked():
        assert one.passed, "\n".join(map(str, one.faults))
        assert all(checks().shown_by_engine(each, shipped(), TODAY) for each in one.findings)


def test_an_acceptance_that_no_longer_applies_fails_with_its_file_and_line():
    (acceptance, place), *_ = [pair for pair in load_acceptances(shipped()) if pair[0].check == "hole"]
    stale = acceptance.model_copy(update={"findings": (*acceptance.findings, "prp pdrn")})
    (hole,) = checked({"hole"}, acceptances=[(stale, place)])
    assert not hole.passed
    assert [fault.place for fault in hole.idle] == [place]
    assert "prp pdrn" in str(hole.idle[0])


def test_a_finding_that_is_not_accepted_fails_with_its_file_line_and_rule():
    (hole,) = checked({"hole"}, acceptances=[])
    assert not hole.passed
    (fault,) = hole.faults
    assert fault.place.file == "data/rules/triage/hair.yaml"
    assert fault.place.line
    assert "high_tsh_hair_loss_treat_first" in fault.problem


def test_every_check_has_a_name_that_can_be_accepted_and_a_sentence():
    found = checks().CHECKS
    assert {one.name for one in found} == set(CheckName.__args__)
    assert all(one.sentence.endswith(".") for one in found)


def test_what_is_accepted_as_waiting_really_waits():
    """The reason for accepting `nothing_left`: some component is deferred, and no session is planned."""
    (left,) = checked({"nothing_left"}, knowledge=replace(shipped(), indications=_only("scars_other", "acne_scars")))
    assert left.findings
    for one in left.findings:
        answer = ask(one.witness or {})
        skin = [each.status for each in answer.components if each.id in shipped().into_skin]
        assert "deferred" in skin
        assert USABLE.isdisjoint(skin)
        assert not (answer.plan and any(each.components for each in answer.plan.sessions))


def _only(*names: str):
    return {name: shipped().indications[name] for name in names}


@pytest.fixture
def folder(tmp_path):
    """A copy of the knowledge base."""
    return shutil.copytree(CHECKOUT / "data", tmp_path / "data")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (SOUND.replace("prp", "no_such_rule"), "no_such_rule"),
        (SOUND.replace("prp", "'*'"), "'*'"),
        (SOUND.replace("prp", "prp * pdrn"), "'*'"),
        (SOUND.replace("check: hole", "check: no_such_check"), "check"),
        (SOUND.replace("reason: Made up for a test.", "reason: ''"), "reason"),
        (SOUND + "    sources: [no_such_source]\n", "no_such_source"),
        (SOUND + "    severity: low\n", "severity"),
        (SOUND + SOUND.replace("made_up", "made_up_again"), "already"),
        (SOUND + SOUND, "twice"),
    ],
)
def test_the_lint_refuses_an_acceptance_that_is_wrong_without_any_solver(content, words, folder):
    (folder / "acceptances.yaml").write_text(HEADER + content, encoding="utf-8")
    faults = [str(fault) for fault in lint_report(folder).faults if fault.place.file == "data/acceptances.yaml"]
    assert faults
    assert any(words in fault for fault in faults), faults
    assert all(fault.startswith("data/acceptances.yaml:") for fault in faults)


def test_without_the_file_nothing_is_accepted(folder):
    (folder / "acceptances.yaml").unlink()
    assert load_acceptances(shipped(), folder) == ()


def test_an_acceptance_stands_where_its_file_says():
    assert all(place != Place() and place.line for _, place in load_acceptances(shipped()))


def test_a_broken_file_of_acceptances_is_a_fault_and_no_traceback(folder):
    (folder / "acceptances.yaml").write_text("items: [", encoding="utf-8")
    with pytest.raises(FaultsFound):
        load_acceptances(shipped(), folder)
