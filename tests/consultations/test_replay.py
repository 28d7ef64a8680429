"""An old answer can be made again exactly with what it was made with, or with today's, and what cannot be is said."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from formulator.consultations.records import Kept, answer_bytes, summary_of
from formulator.consultations.replay import Means, Replay, replay, same_model_words, with_todays, without_model
from formulator.consultations.text import SAME_KNOWLEDGE, replay_text
from formulator.engine import Preferences, recommend
from formulator.engine.answer import Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.explain.since_text import since_mapping, since_text, since_version
from formulator.export.json_export import as_json, as_mapping
from formulator.faults import FaultsFound
from formulator.knowledge.versions import Snapshot, present_snapshot, snapshot_of, version_records
from formulator.ui.examples import examples
from tests.consultations.made import NOW, TODAY, answer, patient, shared_model, store_at

OLD = "2026.11.1"


@pytest.fixture(scope="module")
def old() -> Snapshot:
    return snapshot_of(OLD)


@pytest.fixture(scope="module")
def means(old: Snapshot) -> Means:
    return Means(present_snapshot(), shared_model(), version_records(), lambda _: old)


def kept_of(found, preferences: Preferences = Preferences()) -> Kept:  # noqa: B008 - frozen
    store = store_at(None)
    return store.consultation(store.keep(found, NOW, preferences=preferences))


def _saying(document: dict[str, Any]) -> Kept:
    """As if this had been the answer."""
    kept, content = kept_of(answer()), answer_bytes(document)
    changed = {**summary_of(document), "answer_sha256": hashlib.sha256(content).hexdigest()}
    return Kept(consultation=kept.consultation.model_copy(update=changed), answer=content)


def _other_model() -> EvidenceModel:
    shared = shared_model()
    return EvidenceModel(shared.document, "another", "cd" * 32)


@pytest.mark.parametrize("example", sorted(examples()))
def test_with_todays_knowledge_and_model_the_answer_is_the_same_byte_for_byte(example: str, means: Means) -> None:
    kept = kept_of(answer(example))
    found = replay(kept, means)
    assert (found.result, found.places) == ("exact", ())
    assert as_json(found.answer).encode() == kept.answer == as_json(answer(example)).encode()
    assert with_todays(kept, means) is None


def test_the_preferences_are_those_of_the_day(means: Means) -> None:
    chosen = Preferences(estimate="mean", technique="scalp_nappage")
    kept = kept_of(answer(preferences=chosen), chosen)
    assert replay(kept, means).result == "exact"
    assert replay(kept, means).answer != answer()


def test_an_answer_of_rules_alone_is_made_again_without_todays_model(means: Means) -> None:
    found = replay(kept_of(answer(with_model=False)), means)
    assert (found.result, found.answer.model_sha256) == ("exact", None)


def _answer_of(old: Snapshot, example: str = "woman_38_cellulite") -> Recommendation:
    return recommend(patient(example, old.knowledge), old.answering, TODAY, shared_model())


@pytest.mark.parametrize("example", ["man_34_norwood_3", "pregnant_woman_31_melasma", "woman_38_cellulite"])
def test_an_answer_of_an_older_knowledge_is_made_again_byte_for_byte(example: str, means: Means, old: Snapshot) -> None:
    then = _answer_of(old, example)
    found = replay(kept_of(then), means)
    assert found.result == "exact"
    assert as_json(found.answer) == as_json(then) != as_json(answer(example))


def test_an_answer_of_an_older_knowledge_is_compared_with_today_as_since_does(
    means: Means, old: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formulator.explain.since.MOST_ITEMS", 3)  # trying items one by one takes seconds, three times
    example = "woman_38_cellulite"
    kept = kept_of(_answer_of(old, example))
    today = with_todays(kept, means)
    assert today is not None
    reference = since_version(OLD, patient(example), TODAY, shared_model())
    assert since_mapping(today) == since_mapping(reference)
    assert replay_text(replay(kept, means), means).endswith(since_text(reference))


@pytest.mark.parametrize("example", sorted(examples()))
def test_the_model_has_no_say_in_what_is_compared_without_it(example: str) -> None:
    """The promise on which a replay by rules alone rests: with, without and with another model all this is the same."""
    other = answer(example, with_model=False)
    with_it = without_model(as_mapping(answer(example)))
    assert with_it == without_model(as_mapping(other))
    assert {"decision", "plan", "missing", "before", "components", "disagreements"} <= set(with_it)
    assert all("status" in one and "arguments" in one for one in with_it["components"])


def test_without_the_model_of_that_day_the_rules_alone_are_compared_and_that_is_said(means: Means) -> None:
    kept = kept_of(answer())
    for model in (None, _other_model()):
        found = replay(kept, replace(means, model=model))
        assert found.result == "rules_alone"
        assert found.answer.model_sha256 is None
        assert "by rules alone, because the model of that day" in found.words
        assert "could not be compared" in found.words
        assert "byte for byte" not in found.words
    assert "today's is another" in same_model_words(kept, replace(means, model=_other_model()))
    assert "there is none today" in same_model_words(kept, replace(means, model=None))
    assert same_model_words(kept, means) == ""


def test_an_answer_that_the_program_gives_otherwise_today_names_the_places_and_no_values(means: Means) -> None:
    document = json.loads(as_json(answer()))
    document["components"][3]["status"] = "optional"
    document["plan"]["stop_rule"] = "Something that was never said."
    kept = _saying(document)
    found = replay(kept, means)
    assert found.result == "different"
    assert "the program itself answers otherwise" in found.words
    assert found.places == (f"components.{document['components'][3]['id']}.status", "plan.stop_rule")
    assert "never said" not in repr(found.places)
    other = replay(kept, replace(means, model=None))
    assert other.places == found.places


def test_a_knowledge_that_was_never_released_is_said_to_be_out_of_reach(means: Means) -> None:
    kept = _saying({**as_mapping(answer()), "knowledge": {"version": "2025.1.1", "sha256": "ef" * 32}})
    for ask in (replay, with_todays):
        with pytest.raises(FaultsFound, match="not at hand"):
            ask(kept, means)


def test_a_version_is_known_by_its_hash_and_not_by_its_name(means: Means, old: Snapshot) -> None:
    kept = kept_of(_answer_of(old))
    assert kept.consultation.knowledge_sha256 == old.knowledge.sha256
    assert means.record_of(kept.consultation).version == OLD


def test_the_text_says_first_whether_the_answer_came_out_the_same(means: Means) -> None:
    found: Replay = replay(kept_of(answer()), means)
    text = replay_text(found, means)
    assert text.startswith("Made again with knowledge")
    assert "byte for byte" in text
    assert text.endswith(f"{SAME_KNOWLEDGE}\n")
