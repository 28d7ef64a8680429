"""What changed for one patient between two versions of the knowledge, and which changed items did it."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from formulator.cli import main
from formulator.engine import recommend
from formulator.explain.difference import difference
from formulator.explain.since import MOST_ITEMS, Asked, Since, since
from formulator.explain.since_text import only_about, since_mapping, since_text
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge, load_knowledge
from formulator.knowledge.archive import files_of
from formulator.knowledge.changes import changes_between, item_kind, items_by_name
from formulator.knowledge.mixture import PARTS_OF_COMPOSITION, TABLES_OF_KIND, with_items
from formulator.knowledge.versions import Change, Snapshot, VersionRecord
from formulator.profile import profile_from_mapping
from formulator.strict_yaml import read_yaml
from tests.conftest import CHECKOUT, TODAY
from tests.samples import UNGRADED_MAN

MELASMA = {
    "domain": "skin",
    "concern": "pigmentation",
    "cause": "melasma",
    "sex": "female",
    "age": 36,
    "phototype": 5,
    "site": "cheeks",
    "pregnancy": "no",
    "lactation": "no",
    "oral_contraceptive_or_oestrogen": "yes",
}
BALD = {**UNGRADED_MAN, "ferritin": 40}
RULE = """
  - id: scratch_sun_in_melasma
    subject: prp
    kind: against
    limits_to: not_indicated
    harm: minor
    when: {indication: melasma}
    text: A sentence that stands in no other version of the knowledge.
    certainty: expert
    sources: [pmc_9464276]
"""
THEN = VersionRecord(
    version="2026.11.1", released=date(2026, 11, 25), sha256="0" * 64, kind="first", summary="The first one."
)
NOW = VersionRecord(
    version="2026.12.1",
    released=date(2026, 12, 1),
    sha256="1" * 64,
    kind="safety",
    summary="Plasma is not for melasma.",
    changes=(
        Change(
            items=("rule scratch_sun_in_melasma",),
            how="added",
            says="Plasma is no longer suggested in melasma.",
            why="A made-up reason.",
        ),
    ),
)
Edit = Callable[[Path], None]


def add_rule(data: Path) -> None:
    """One rule more, about platelet-rich plasma in melasma."""
    path = data / "rules" / "indications" / "melasma.yaml"
    path.write_text(path.read_text(encoding="utf-8") + RULE, encoding="utf-8")


def move_threshold(data: Path) -> None:
    """Ferritin of 40 becomes low: the threshold moves, the rules that read it stay as they are."""
    replace_in(data / "thresholds" / "hair.yaml", "value: 30\n", "value: 50\n")


def shorten_course(data: Path) -> None:
    """One session fewer in melasma."""
    replace_in(data / "protocols" / "melasma.yaml", "high: 7, used: 6", "high: 7, used: 5")


def reword(data: Path) -> None:
    """A sentence about pregnancy and the notice say the same in other words."""
    replace_in(data / "knowledge.yaml", "Education and exploration", "Exploration and education")


def replace_in(path: Path, old: str, new: str) -> None:
    """Every occurrence in one file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """The shipped data before and after edits of a scratch copy, by the edits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("formulator.knowledge.reading.read_yaml", cache(read_yaml))
        folder = tmp_path_factory.mktemp("scratch") / "data"
        shutil.copytree(CHECKOUT / "data", folder, ignore=shutil.ignore_patterns("versions"))
        before = Snapshot(load_knowledge(folder), files_of(folder))

        @cache
        def edited(*edits: Edit) -> tuple[Snapshot, Snapshot]:
            for edit in edits:
                edit(folder)
            after = Snapshot(load_knowledge(folder), files_of(folder))
            for name, content in before.files.items():
                (folder / name).write_bytes(content)
            return before, after

        yield edited


def asked(patient: dict[str, object]) -> Asked:
    """The question about one patient."""
    return Asked(profile_from_mapping(patient, "test"), TODAY)


def compared(states, patient: dict[str, object], *edits: Edit) -> Since:
    """The patient's answers before and after some edits."""
    return since(THEN, *states(*edits), (THEN, NOW), asked(patient))


def test_a_rule_that_was_added_is_named_for_the_patient_whom_it_concerns(states):
    found = compared(states, MELASMA, add_rule)
    assert found.responsible == ("rule scratch_sun_in_melasma",)
    assert not found.together
    moved = {one.subject: (one.before, one.after) for one in found.difference.of("status")}
    assert moved["prp"][1] == "not_indicated"
    text = " ".join(since_text(found).split())
    for words in (
        "Plasma is no longer suggested in melasma.",
        "Why: A made-up reason.",
        "new in 2026.12.1",
        "[rule scratch_sun_in_melasma]",
        "Plasma is not for melasma.",
    ):
        assert words in text


def test_and_not_for_a_patient_whom_it_does_not(states):
    found = compared(states, BALD, add_rule)
    assert not found.difference
    assert (found.responsible, found.met, found.others) == ((), (), ("rule scratch_sun_in_melasma",))
    text = since_text(found)
    assert "The answer is the same with both." in text
    assert "not read for this patient: 1" in text
    assert "Plasma is no longer suggested" not in text


def test_a_threshold_that_moved_is_the_cause_and_not_the_rules_that_read_it(states):
    before, after = states(move_threshold)
    assert [(one.item, one.parts) for one in changes_between(before, after)] == [
        ("threshold ferritin_deficient", ("value",))
    ]
    found = compared(states, BALD, move_threshold)
    assert found.difference
    assert found.responsible == ("threshold ferritin_deficient",)
    assert "Value was" in found.told["threshold ferritin_deficient"].says
    assert found.told["threshold ferritin_deficient"].version == ""
    assert "not released yet" in since_text(found)


def test_a_course_that_changed_moves_the_dates_of_its_indication_alone(states):
    found = compared(states, MELASMA, shorten_course)
    assert found.difference.of("session")
    assert found.responsible == ("protocol melasma",)
    assert not compared(states, BALD, shorten_course).difference


def test_each_of_several_changes_is_given_to_its_own_item(states):
    found = compared(states, MELASMA, add_rule, shorten_course, reword, move_threshold)
    causes = {one.part: causes for one, causes in zip(found.difference.changes, found.causes, strict=True)}
    assert causes["notice"] == (("about notice",),)
    assert causes["status"] == (("rule scratch_sun_in_melasma",),)
    assert {"rule scratch_sun_in_melasma", "protocol melasma", "about notice"} <= set(found.responsible)
    assert "threshold ferritin_deficient" not in found.responsible


@pytest.mark.parametrize("patient", [MELASMA, BALD])
def test_all_changed_items_together_make_the_answer_of_today(patient, states):
    before, after = states(add_rule, shorten_course, reword, move_threshold)
    names = [one.item for one in changes_between(before, after)]
    for old, new in ((before, after), (after, before)):
        mixed = with_items(old.knowledge, new.knowledge, names)
        one, other = asked(patient).answer(mixed), asked(patient).answer(new.knowledge)
        assert not difference(one, other)
        assert not difference(
            asked(patient).answer(with_items(old.knowledge, new.knowledge, ())), asked(patient).answer(old.knowledge)
        )


def test_every_part_of_the_knowledge_is_compared_and_can_be_taken_over(states):
    before, _ = states(add_rule)
    tables = {table for names in TABLES_OF_KIND.values() for table in names}
    whole = {"version", "sha256", "notice", "unread_fields", "catalogue", "composition", "sources", "places"}
    assert {one.name for one in dataclasses.fields(Knowledge)} == tables | whole, "extend all_items and mixture.py"
    kinds = {item_kind(name) for name in items_by_name(before.knowledge)}
    assert kinds == {*TABLES_OF_KIND, *PARTS_OF_COMPOSITION, "composition", "source"}
    parts = {one for one in type(before.knowledge.composition).model_fields if one not in ("reviewed", "status")}
    assert parts == {*PARTS_OF_COMPOSITION.values(), "needle_dead_space"}


def test_the_same_knowledge_has_no_changes(states):
    before, _ = states(reword)
    found = since(THEN, before, before, (THEN,), asked(MELASMA))
    assert not found.difference
    assert not found.told


def test_too_many_changed_items_are_said_to_be_too_many_and_none_is_blamed(states, monkeypatch):
    assert MOST_ITEMS > 1
    monkeypatch.setattr("formulator.explain.since.MOST_ITEMS", 0)
    found = compared(states, MELASMA, add_rule)
    assert found.difference
    assert found.responsible == ()
    assert "too many to try each alone" in " ".join(since_text(found).split())
    assert "[not tried]" in " ".join(since_text(found).split())


def test_one_component_shows_its_own_changes_only(states):
    found = compared(states, MELASMA, add_rule, shorten_course)
    about = only_about(found, "prp")
    assert {one.subject for one in about.difference.of("status")} == {"prp"}
    assert len(about.difference.changes) == len(about.causes) < len(found.difference.changes)
    assert not only_about(found, "deoxycholate").difference


def test_a_field_that_did_not_exist_is_left_out_in_sight_and_a_value_that_was_not_allowed_is_refused(states):
    before, after = states(add_rule)
    catalogue = before.knowledge.catalogue
    fields = {name: one for name, one in catalogue.fields.items() if name != "oral_contraceptive_or_oestrogen"}
    older = Snapshot(_with_fields(before, fields), before.files)
    found = since(THEN, older, after, (THEN,), asked(MELASMA))
    assert found.left_out == ("oral_contraceptive_or_oestrogen",)
    assert "did not have these fields: oral_contraceptive_or_oestrogen" in " ".join(since_text(found).split())
    stricter = {**catalogue.fields, "age": type(fields["age"])(**{**_parts(fields["age"]), "low": 40.0})}
    with pytest.raises(FaultsFound, match=r"Version 2026\.11\.1 could not have answered: age"):
        since(THEN, Snapshot(_with_fields(before, stricter), before.files), after, (THEN,), asked(MELASMA))


def _parts(field) -> dict[str, object]:
    return {name: getattr(field, name) for name in field.__slots__}


def _with_fields(state: Snapshot, fields):
    return dataclasses.replace(state.knowledge, catalogue=dataclasses.replace(state.knowledge.catalogue, fields=fields))


def test_json_holds_every_change_with_its_causes_and_every_changed_item(states):
    found = compared(states, MELASMA, add_rule, move_threshold)
    content = json.loads(json.dumps(since_mapping(found)))
    assert content["schema"] == "formulator/since/1"
    assert len(content["changes"]) == len(found.difference.changes)
    assert all(one["causes"] == [["rule scratch_sun_in_melasma"]] for one in content["changes"])
    read = {one["item"]: one["for_this_profile"] for one in content["items"]}
    assert read == {"rule scratch_sun_in_melasma": "changes_the_answer", "threshold ferritin_deficient": "can_be_read"}


# ------------------------------------------------------------------ the command


@pytest.fixture
def patient(tmp_path) -> str:
    """A profile in a file."""
    path = tmp_path / "patient.yaml"
    path.write_text("\n".join(f"{name}: {value}" for name, value in MELASMA.items()), encoding="utf-8")
    return str(path)


def call(*arguments: str):
    """The command line in this process."""
    return CliRunner().invoke(main, ["explain", *arguments])


def test_the_command_compares_with_a_released_version(patient):
    shown = call(patient, "--since", "2026.11.1", "--date", "2026-11-25")
    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith("SINCE KNOWLEDGE 2026.11.1")
    content = json.loads(call(patient, "prp", "--since", "2026.11.1", "--format", "json").stdout)
    assert content["since"]["version"] == "2026.11.1"
    assert content["since"]["sha256"].startswith("ec9e6a6b0af2")


@pytest.mark.parametrize("version", ["2026.11.0", "", "../2026.11.1", "x" * 500])
def test_an_unknown_version_is_refused_with_those_that_exist(version, patient):
    refused = call(patient, "--since", version)
    assert refused.exit_code == 2
    assert "2026.11.1" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not refused.stdout


def test_an_unknown_component_is_refused(patient):
    refused = call(patient, "prpp", "--since", "2026.11.1")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Did you mean 'prp'?" in refused.stderr


def test_the_old_answer_is_the_one_that_the_old_knowledge_gives(states):
    before, after = states(add_rule)
    found = compared(states, MELASMA, add_rule)
    profile = profile_from_mapping(MELASMA, "test")
    assert found.difference.before == recommend(profile, before.knowledge, TODAY)
    assert found.difference.after == recommend(profile, after.knowledge, TODAY)
