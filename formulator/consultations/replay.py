"""An old answer made again: exactly, with the knowledge and the model of its day, or with today's as a difference.

Released knowledge is rebuilt from data/versions; the model of an older day is not shipped. Where it is not at hand the
rules answer alone, and only what no model has a say in is compared: the decision, every status and argument, the plan,
questions, notes. That the model has no say in these is a promise of the engine, which tests hold it to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from formulator import __version__
from formulator.consultations.records import Consultation, Kept
from formulator.engine import recommend
from formulator.engine.answer import Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.explain.since import Asked, Since, since
from formulator.export.json_export import as_json
from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge import Knowledge
from formulator.knowledge.versions import Snapshot, VersionRecord, snapshot_of
from formulator.profile import Profile, profile_from_mapping

Result = Literal["exact", "rules_alone", "different"]
MOST_PLACES = 12
_MADE_WITH_MODEL = ("formulations", "infeasible", "model")


@dataclass(frozen=True, slots=True)
class Means:
    """What answers can be made with today: the present knowledge, the model, and the released versions."""

    present: Snapshot
    model: EvidenceModel | None
    records: tuple[VersionRecord, ...]
    snapshot: Callable[[str], Snapshot] = snapshot_of

    def knowledge_of(self, then: Consultation) -> Knowledge:
        """The knowledge that a consultation was answered with; raises FaultsFound where it is not at hand."""
        if then.knowledge_sha256 == self.present.knowledge.sha256:
            return self.present.answering
        record = self.record_of(then)
        return self.snapshot(record.version).answering

    def record_of(self, then: Consultation) -> VersionRecord:
        """The record of the version with the hash of that day; raises FaultsFound where none was released."""
        found = next((one for one in self.records if one.sha256 == then.knowledge_sha256), None)
        if found is None:
            problem = (
                f"The knowledge of that day, {then.knowledge_version} {then.knowledge_sha256[:12]}, is not at hand: "
                "only released versions can be rebuilt, and this is none that this program knows."
            )
            raise FaultsFound([Fault(Place("replay"), "", problem, advice="The answer as it was kept stays readable.")])
        return found


@dataclass(frozen=True)
class Replay:
    """An answer made again beside the one that was kept.

    `exact`: the same bytes. `rules_alone`: the model of that day is not at hand, and all that no model has a say in is
    the same. `different`: `places` names the first parts that are not the same.
    """

    kept: Kept
    answer: Recommendation
    knowledge: Knowledge
    result: Result
    with_model: bool
    places: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The result in sentences."""
        then = self.kept.consultation
        made = f"Made again with knowledge {then.knowledge_version} {then.knowledge_sha256[:12]}"
        if self.result == "exact":
            by = f"model {then.model_version}" if then.model_sha256 else "no model, as then"
            return f"{made} and {by}: the same answer, byte for byte."
        if not self.with_model:
            made += f" by rules alone, because the model of that day ({then.model_version}) is not at hand"
        if self.result == "rules_alone":
            return f"{made}: all that no model has a say in is the same. {_NOT_COMPARED}"
        changed = (
            "" if then.program == __version__ else f" It was kept by program {then.program}; this is {__version__}."
        )
        return f"{made}: not the same answer, so the program itself answers otherwise.{changed}"


_NOT_COMPARED = "Estimates, their order and formulations could not be compared."


def profile_of(kept: Kept, knowledge: Knowledge) -> Profile:
    """The patient of a kept answer; raises FaultsFound where this knowledge does not take the profile."""
    return profile_from_mapping(kept.document["profile"], "kept profile", knowledge.catalogue)


def replay(kept: Kept, means: Means) -> Replay:
    """The answer made again with what it was made with.

    Raises FaultsFound where the knowledge of that day is not at hand or no longer takes the profile.
    """
    then = kept.consultation
    knowledge = means.knowledge_of(then)
    has_model = not then.model_sha256 or (means.model is not None and means.model.sha256 == then.model_sha256)
    model = means.model if has_model and then.model_sha256 else None
    profile = profile_of(kept, knowledge)
    answer = recommend(profile, knowledge, date.fromisoformat(then.date), model, then.chosen)
    made = as_json(answer).encode()
    if has_model and made == kept.answer:
        return Replay(kept, answer, knowledge, "exact", with_model=True)
    old, new = kept.document, json.loads(made)
    if not has_model:
        old, new = without_model(old), without_model(new)
    places = tuple(_places(old, new))[:MOST_PLACES]
    if not has_model and not places:
        return Replay(kept, answer, knowledge, "rules_alone", with_model=False)
    return Replay(kept, answer, knowledge, "different", has_model, places or ("the form of the text",))


def without_model(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer without what a model has a say in: estimates, the order that they give, formulations."""
    kept = {name: value for name, value in answer.items() if name not in _MADE_WITH_MODEL}
    components = [{name: value for name, value in one.items() if name != "response"} for one in answer["components"]]
    return {**kept, "components": sorted(components, key=lambda one: one["id"])}


def _places(old: Any, new: Any, where: str = "") -> Iterator[str]:
    """The places at which two answers differ, by key and id, never by value."""
    if old == new:
        return
    pairs = _pairs(old, new)
    if pairs is None or where.count(".") >= 2:
        yield where or "answer"
        return
    for name, left, right in pairs:
        yield from _places(left, right, f"{where}.{name}" if where else name)


def _pairs(old: Any, new: Any) -> Iterable[tuple[str, Any, Any]] | None:
    if isinstance(old, dict) and isinstance(new, dict):
        return [(name, old.get(name), new.get(name)) for name in dict.fromkeys((*old, *new))]
    if isinstance(old, list) and isinstance(new, list):
        by_id = [{one["id"]: one for one in side if isinstance(one, dict) and "id" in one} for side in (old, new)]
        if all(len(found) == len(side) for found, side in zip(by_id, (old, new), strict=True)) and old and new:
            return _pairs(*by_id)
    return None


def with_todays(kept: Kept, means: Means) -> Since | None:
    """What today's knowledge answers otherwise, and why; the same as `explain --since` for the patient and the day.

    Both sides take today's model, so that the knowledge alone makes the difference. None where the knowledge is that of
    today. Raises FaultsFound as `replay`.
    """
    then = kept.consultation
    if then.knowledge_sha256 == means.present.knowledge.sha256:
        return None
    record = means.record_of(then)
    profile = profile_of(kept, means.present.knowledge)
    asked = Asked(profile, date.fromisoformat(then.date), means.model, then.chosen)
    return since(record, means.snapshot(record.version), means.present, means.records, asked)


def same_model_words(kept: Kept, means: Means) -> str:
    """Whether the model is still that of the day; empty where it is."""
    then, now = kept.consultation, means.model
    if then.model_sha256 == (now.sha256 if now else ""):
        return ""
    today = f"today's is {now.version} {now.sha256[:12]}" if now else "there is none today"
    before = f"model {then.model_version} {then.model_sha256[:12]}" if then.model_sha256 else "no model"
    return f"The answer was made with {before}; {today}. What a model says is not compared."
