"""What is promised of the knowledge base that is shipped."""

from __future__ import annotations

import csv
import hashlib
import json

import pytest

from formulator.conditions.tree import atoms, fields_read
from formulator.knowledge import load_knowledge
from formulator.knowledge.lint import lint_report
from formulator.knowledge.load import knowledge_hash
from formulator.knowledge.references import all_items, sources_of
from tests.conftest import CHECKOUT

CONTRACT = CHECKOUT.parent / "shared" / "contract"
contract_only = pytest.mark.skipif(not CONTRACT.exists(), reason="the contract is not on this machine")


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table of the contract."""
    with (CONTRACT / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_lint_finds_nothing():
    report = lint_report()
    assert report.text().endswith("The knowledge base is sound.\n"), report.text()


@contract_only
def test_every_component_and_indication_of_the_contract_is_there_under_its_id(knowledge):
    assert set(knowledge.components) == {row["component"] for row in rows("components.csv")}
    assert set(knowledge.indications) == {row["indication"] for row in rows("indications.csv")}
    for row in rows("components.csv"):
        assert knowledge.components[row["component"]].delivered_into_skin == (row["delivered_into_skin"] == "yes")


@contract_only
def test_every_input_field_of_the_contract_is_there_with_its_type_its_unit_and_its_choices(knowledge):
    fields = knowledge.catalogue.fields
    assert {row["field"] for row in rows("profile_fields.csv")} <= set(fields)
    for row in rows("profile_fields.csv"):
        field = fields[row["field"]]
        assert (field.type, field.unit, field.group) == (row["type"], row["unit"], row["group"])
        if row["type"] == "enum":
            assert list(field.choices) == row["allowed"].split(";")


def test_there_are_at_least_250_rules_and_all_73_claims(knowledge):
    assert len(knowledge.rules) >= 250
    assert len(knowledge.claims) == 73


def test_every_flag_medicine_and_lab_is_read_by_a_rule_or_its_absence_is_explained(knowledge):
    derived_from = {name: fields_read(one.when) for one in knowledge.derivations for name in [one.field]}
    read = {field for rule in knowledge.rules.values() for field in fields_read(rule.when)}
    read |= {field for name in read for field in derived_from.get(name, ())}
    for group in ("lab", "condition", "allergy", "medication"):
        for field in knowledge.catalogue.group(group):
            assert field.name in read or field.name in knowledge.unread_fields, field.name


def test_every_item_has_sources_and_every_source_is_defined(knowledge):
    for item in all_items(knowledge):
        cited = sources_of(item)
        assert cited or type(item).__name__ == "Group"
        assert cited <= set(knowledge.sources)


def test_no_condition_compares_with_a_number_that_is_not_a_named_threshold(knowledge):
    for rule in knowledge.rules.values():
        for atom in atoms(rule.when):
            if hasattr(atom, "limit"):
                threshold = knowledge.thresholds[atom.threshold]
                assert (threshold.field, threshold.value) == (atom.field, atom.limit)


def test_thresholds_carry_the_unit_of_their_field(knowledge):
    for threshold in knowledge.thresholds.values():
        field = knowledge.catalogue.fields.get(threshold.field)
        if field is not None and field.unit and threshold.field != "severity":  # severity counts on its scale
            assert threshold.unit == field.unit, threshold.id


def test_every_place_points_at_the_line_on_which_the_item_stands(knowledge):
    for identifier in list(knowledge.rules)[::20]:
        place = knowledge.places[f"Rule {identifier}"]
        lines = (CHECKOUT / place.file).read_text(encoding="utf-8").splitlines()
        assert identifier in lines[place.line - 1]


def test_the_hash_is_the_same_for_the_same_bytes_and_changes_with_any_byte_or_name(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_bytes(b"one")
    (tmp_path / "b.csv").write_bytes(b"two")
    first = knowledge_hash(tmp_path)
    assert first == knowledge_hash(tmp_path)
    seen = {first}
    (tmp_path / "b.csv").write_bytes(b"twp")
    seen.add(knowledge_hash(tmp_path))
    (tmp_path / "b.csv").rename(tmp_path / "c.csv")
    seen.add(knowledge_hash(tmp_path))
    (tmp_path / "rules" / "a.yaml").rename(tmp_path / "a.yaml")
    seen.add(knowledge_hash(tmp_path))
    assert len(seen) == 4
    assert all(len(one) == len(hashlib.sha256().hexdigest()) for one in seen)


def test_files_that_are_no_knowledge_do_not_change_the_hash(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"one")
    first = knowledge_hash(tmp_path)
    (tmp_path / ".a.yaml.swp").write_bytes(b"left by an editor")
    (tmp_path / "notes.txt").write_bytes(b"left by a person")
    assert knowledge_hash(tmp_path) == first


def test_reading_twice_gives_the_same_knowledge(knowledge):
    again = load_knowledge()
    if again.sha256 == knowledge.sha256:
        assert again == knowledge


def test_every_source_stands_once_in_the_file_and_has_an_address_or_a_title(knowledge):
    found = json.loads((CHECKOUT / "data" / "sources" / "sources.json").read_text(encoding="utf-8"))
    identifiers = [entry["id"] for entry in found]
    assert len(identifiers) == len(set(identifiers))
    assert all(entry.get("URL") or entry.get("title") for entry in found)
    for source in knowledge.sources.values():
        assert source.citation().strip(". ")
