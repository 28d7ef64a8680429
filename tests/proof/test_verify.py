"""`formulator verify`: planted faults are named with a patient who shows them; the report says what was proven."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("z3")

from formulator.faults import FaultsFound, Place
from formulator.profile import profile_from_mapping
from formulator.proof.verification.report import Entry, Part, Report, as_html, as_json, from_json, write_report
from tests.conftest import CHECKOUT, Run
from tests.knowledge.breaking import in_item, without

INVARIANTS = ("--only", "Invariants")


@dataclass(frozen=True)
class Planted:
    """A fault in a copy of the data, and words that the message must hold."""

    what: str
    file: str
    edit: Callable[[str], str]
    words: str
    shown_by: str


def without_rule(identifier: str) -> Callable[[str], str]:
    """Take a whole rule out of its file."""
    return without(rf"^  - id: {identifier}\n(?:    .*\n|\n)*")


ADDED = """  - id: dutasteride_for_everybody_who_sheds
    subject: dutasteride
    kind: for
    role: main
    when: {concern: [hair_loss, hair_thinning]}
    text: Made up - dutasteride for all who shed.
    certainty: expert
    sources: [document_a]
"""

FAULTS = (
    Planted(
        "the pregnancy rule is gone",
        "rules/safety/pregnancy_and_breastfeeding.yaml",
        without_rule("pregnancy_no_procedure"),
        "pregnan",
        "pregnancy: yes",
    ),
    Planted(
        "haemophilia is only a caution",
        "rules/safety/bleeding.yaml",
        in_item(
            "haemophilia_no_injection",
            r"kind: excludes\n(.*\n).*\n.*\n",
            r"kind: against\n\1",
        ),
        "aemophilia",
        "haemophilia: yes",
    ),
    Planted(
        "dutasteride is recommended to all who shed",
        "rules/components/dutasteride_and_finasteride.yaml",
        lambda text: text.rstrip("\n") + "\n" + ADDED,
        "utasteride",
        "concern: hair",
    ),
    Planted(
        "any becomes all in the rule on kidneys and tranexamic acid",
        "rules/components/tranexamic_acid.yaml",
        in_item("renal_impairment_with_intradermal_tranexamic_acid", "any:", "all:"),
        "idney",
        "renal_impairment: yes",
    ),
    Planted(
        "a course has no stop rule",
        "protocols/melasma.yaml",
        without(r"^stop_rule: .*\n"),
        "stop_rule",
        "concern: pigmentation",
    ),
)


def broken_copy(fault: Planted, folder: Path) -> Path:
    """The data with one fault."""
    data = folder / "data"
    shutil.copytree(CHECKOUT / "data", data, ignore=shutil.ignore_patterns("versions", "verification"))
    path = data / fault.file
    path.write_text(fault.edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    return data


def test_every_planted_fault_is_written_in_a_file_that_is_there() -> None:
    for fault in FAULTS:
        text = (CHECKOUT / "data" / fault.file).read_text(encoding="utf-8")
        assert fault.edit(text) != text, fault.what


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.what)
def test_a_planted_fault_is_named_with_a_patient_who_shows_it(fault: Planted, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "formulator", "verify", str(broken_copy(fault, tmp_path))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, timeout=900, check=False)
    said = done.stderr
    assert done.returncode == 1, said
    assert fault.words in said
    assert fault.shown_by in said
    assert "Traceback" not in said


def test_without_the_pregnancy_rule_verify_ends_with_1_and_a_pregnant_patient(tmp_path: Path, run_program: Run) -> None:
    done = run_program("verify", str(broken_copy(FAULTS[0], tmp_path)), *INVARIANTS)
    said = done.stderr.decode()
    assert done.returncode == 1
    assert "Nobody who is pregnant gets a plan with a procedure" in said
    assert "pregnancy: yes" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--only", "Invariant"), "Did you mean 'Invariants'"),
        (("no/such/folder",), "cannot be read"),
    ],
)
def test_bad_usage_is_one_message_and_exit_2(arguments: tuple[str, ...], words: str, run_program: Run) -> None:
    done = run_program("verify", *arguments)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


ONE = Report(
    knowledge_version="2026.11.1",
    knowledge_sha256="ab" * 32,
    program="0",
    date="2026-11-25",
    patients=10**74 + 3,
    parts=(
        Part(
            "Invariants",
            "Holds <for> all",
            passed=False,
            seconds=1.5,
            figures={"proven": 1},
            entries=(Entry("one", "A & B", True), Entry("two", "C", False, "why", 0.2, {"pregnancy": "yes"})),
        ),
    ),
)


def test_a_report_survives_being_written_and_read(tmp_path: Path) -> None:
    write_report(ONE, tmp_path / "report.json")
    assert from_json((tmp_path / "report.json").read_text(encoding="utf-8"), Place("report")) == ONE
    assert json.loads(as_json(ONE))["passed"] is False


def test_the_page_of_a_report_holds_no_script_and_nothing_unescaped() -> None:
    page = as_html(ONE)
    assert "Holds &lt;for&gt; all" in page
    assert "A &amp; B" in page
    assert "10 to the power of 74" in page
    assert not re.search(r"<script|<for>|https?://", page)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "formulator/verification/1"}', "[" * 100_000, "NaN"])
def test_what_is_no_report_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(FaultsFound, match="no verification report"):
        from_json(text, Place("report.json"))


def test_a_counter_example_of_the_report_is_a_profile_that_can_be_loaded() -> None:
    witness = ONE.parts[0].entries[1].witness
    assert witness is not None
    assert profile_from_mapping(dict(witness), "witness").get("pregnancy") == "yes"
