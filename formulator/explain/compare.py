"""Two profiles side by side: which inputs differ, and which answers differ because of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from formulator.engine import Preferences, recommend
from formulator.engine.ranking import DEFAULT_PREFERENCES
from formulator.evidence.answer import EvidenceModel
from formulator.explain.attribution import Attribution, Fields, Input, attribute
from formulator.explain.difference_lines import Names
from formulator.explain.difference_words import Line, difference_text, wrapped
from formulator.export.json_export import plain
from formulator.export.words import field_label, model_words, value_label
from formulator.knowledge import Knowledge
from formulator.profile import Profile

SCHEMA = "formulator/comparison/1"
NOT_GIVEN = "not given"


def compare(  # noqa: PLR0913 - two patients, and everything that an answer is made from
    before: Profile,
    after: Profile,
    knowledge: Knowledge,
    today: date,
    model: EvidenceModel | None = None,
    preferences: Preferences = DEFAULT_PREFERENCES,
) -> Attribution:
    """The difference between the answers for two profiles on one day, each change with the inputs that cause it.

    Raises FaultsFound where dates of a profile do not fit the day.
    """
    return attribute(
        before, after, knowledge.catalogue, lambda profile: recommend(profile, knowledge, today, model, preferences)
    )


def given_words(field: str, value: Any, knowledge: Knowledge) -> str:
    """A given value in words; what was not given is not the same as asked and not known."""
    if value is None:
        return NOT_GIVEN
    if field == "stocked_components":
        return ", ".join(knowledge.components[one].name for one in value) or "nothing"
    return "asked, not known" if value == "unknown" and field != "cause" else value_label(knowledge, field, value)


def input_words(one: Input, knowledge: Knowledge) -> str:
    """An input that differs, with both values."""
    old, new = (given_words(one.field, value, knowledge) for value in (one.before, one.after))
    return f"{field_label(knowledge, one.field)}: {old} -> {new}"


def causes_words(causes: Sequence[Fields], searched: int, knowledge: Knowledge) -> str:
    """The causes of a change in words; where no smaller set is enough, how large the sets were that were tried."""
    if not causes:
        return f"only all together: no {searched} of them are enough" if searched else "all together"
    return " or ".join(" with ".join(field_label(knowledge, field) for field in fields) for fields in causes)


def compare_text(found: Attribution, knowledge: Knowledge) -> str:
    """The comparison for a terminal."""
    return "\n\n".join(_parts(found, knowledge)) + "\n"


def _parts(found: Attribution, knowledge: Knowledge) -> Iterator[str]:
    if not found.inputs:
        yield "No input differs, so nothing in the answer does."
        return
    inputs = [wrapped(input_words(one, knowledge), "  ") for one in found.inputs]
    yield "\n".join([f"INPUTS THAT DIFFER  {len(inputs)}", *inputs])
    if not found.difference:
        yield "The answer is the same."
    yield from difference_text(
        found.difference, Names(knowledge, knowledge), found.causes, lambda line: _because(line, found, knowledge)
    )
    yield _footer(found)


def _because(one: Line, found: Attribution, knowledge: Knowledge) -> str:
    """The cause of a line in brackets; one differing input needs no mention."""
    return f" [{causes_words(one.causes, found.searched, knowledge)}]" if len(found.inputs) > 1 else ""


def _footer(found: Attribution) -> str:
    answer, other = found.difference.before, found.difference.after
    profiles = f"profiles {answer.profile_sha256[:12]} and {other.profile_sha256[:12]}"
    knowledge = f"Knowledge {answer.knowledge_version} {answer.knowledge_sha256[:12]}"
    return f"{knowledge}; {model_words(answer)}; {profiles}; date {answer.date}"


def compare_json(found: Attribution) -> str:
    """The comparison as JSON text: inputs, and every change with the sets of fields that cause it."""
    return json.dumps(compare_mapping(found), indent=2, ensure_ascii=False) + "\n"


def compare_mapping(found: Attribution) -> dict[str, Any]:
    """The comparison as plain values; `causes` is empty where no set of up to `searched` inputs is enough."""
    answer, other = found.difference.before, found.difference.after
    changes = zip(found.difference.changes, found.causes, strict=True)
    return {
        "schema": SCHEMA,
        "inputs": [{"field": i.field, "before": plain(i.before), "after": plain(i.after)} for i in found.inputs],
        "searched": found.searched,
        "changes": [{**plain(change), "causes": plain(causes)} for change, causes in changes],
        "before": _side(answer),
        "after": _side(other),
        "knowledge": {"version": answer.knowledge_version, "sha256": answer.knowledge_sha256},
        "model": {"version": answer.model_version, "sha256": answer.model_sha256},
        "date": answer.date.isoformat(),
    }


def _side(answer: Any) -> dict[str, Any]:
    return {"decision": answer.decision, "indication": answer.indication, "profile_sha256": answer.profile_sha256}
