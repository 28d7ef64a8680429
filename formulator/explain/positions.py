"""Where sources disagree: the positions, who holds them, which is used, and the answer under each other one."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, get_args

from formulator.engine import recommend
from formulator.engine.answer import DisagreementShown, Recommendation
from formulator.engine.ranking import DEFAULT_PREFERENCES, Preferences
from formulator.evidence.answer import EvidenceModel
from formulator.explain.asked import Asked
from formulator.explain.difference import Difference, difference
from formulator.explain.difference_lines import Names
from formulator.explain.difference_words import lines_of
from formulator.export.json_export import plain
from formulator.export.text import note_line
from formulator.knowledge import Knowledge
from formulator.knowledge.items import SourceType
from formulator.knowledge.positions import disputed, is_used, under_position
from formulator.profile import Profile

RANK: tuple[str, ...] = get_args(SourceType)
"""Types of sources, the strongest first."""
Outcome = Literal["used", "no_plan", "same", "differs"]
SAID = {"used": "This is what the answer follows.", "same": "Nothing in this answer would change."}
"""What is said where there is neither a difference nor a reason of the position's own."""


@dataclass(frozen=True, slots=True)
class PositionShown:
    """One side: what it says, how it is read as one value, who says it, whether it is used, or why no plan follows."""

    index: int
    value: str
    read_as: str
    held_by: str
    sources: tuple[str, ...]
    used: bool
    no_plan: str


@dataclass(frozen=True, slots=True)
class TopicShown:
    """A topic that touches an answer, with its positions in the order of the strongest source of each."""

    id: str
    topic: str
    used: str
    why: str
    positions: tuple[PositionShown, ...]


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a position would change: nothing (used, no_plan, same, with the reason in `said`), or these lines."""

    outcome: Outcome
    said: str
    lines: tuple[str, ...] = ()
    knowledge_version: str = ""
    knowledge_sha256: str = ""


def topics_of(answer: Recommendation, knowledge: Knowledge) -> tuple[TopicShown, ...]:
    """The disagreements that touch an answer, in its order."""
    return tuple(_topic(one, knowledge) for one in answer.disagreements)


def _topic(shown: DisagreementShown, knowledge: Knowledge) -> TopicShown:
    positions = [
        PositionShown(
            index,
            one.value,
            one.read_as or "",
            held_by(one.sources, knowledge),
            one.sources,
            is_used(knowledge, shown.id, index),
            one.no_plan or "",
        )
        for index, one in enumerate(disputed(knowledge)[shown.id].positions)
    ]
    positions.sort(key=lambda one: min(RANK.index(knowledge.sources[name].type) for name in one.sources))
    return TopicShown(shown.id, shown.topic, shown.used, shown.why, tuple(positions))


def held_by(sources: Sequence[str], knowledge: Knowledge) -> str:
    """Types of the sources in words with their years, the strongest type first: "guideline 2017; 2 clinic pages"."""
    found = [knowledge.sources[name] for name in sources]
    parts = []
    for kind in RANK:
        years = [one.year for one in found if one.type == kind]
        if years:
            number = f"{len(years)} " if len(years) > 1 else ""
            dated = ", ".join(sorted({year for year in years if year})) or "no year"
            parts.append(f"{number}{_type_words(kind, len(years))} ({dated})")
    return "; ".join(parts)


def _type_words(kind: str, number: int) -> str:
    words = kind.replace("_", " ")
    if number == 1 or words == "consensus":
        return words
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"


def answer_under(  # noqa: PLR0913 - what `recommend` takes, and the position
    profile: Profile,
    knowledge: Knowledge,
    today: date,
    model: EvidenceModel | None,
    topic: str,
    position: int,
    preferences: Preferences = DEFAULT_PREFERENCES,
) -> Recommendation:
    """The answer if this position were used; its knowledge version and hash are not the shipped ones.

    Raises ValueError where no plan follows from the position, FaultsFound where the profile does not fit the day.
    """
    return recommend(profile, under_position(knowledge, topic, position), today, model, preferences)


def consequence(asked: Asked, topic: str, position: int) -> Consequence:
    """What differs from the answer under one position, in clinical words; never silence."""
    knowledge = asked.knowledge
    one = disputed(knowledge)[topic].positions[position]
    if is_used(knowledge, topic, position):
        return Consequence("used", one.no_plan or SAID["used"])
    if one.no_plan:
        return Consequence("no_plan", one.no_plan)
    other = under_position(knowledge, topic, position)
    after = recommend(asked.profile, other, asked.answer.date, asked.model, asked.preferences)
    lines = told(difference(asked.answer, after), knowledge, other)
    marks = (after.knowledge_version, after.knowledge_sha256)
    return Consequence("differs", "", lines, *marks) if lines else Consequence("same", SAID["same"], (), *marks)


def told(found: Difference, knowledge: Knowledge, other: Knowledge) -> tuple[str, ...]:
    """The lines of a difference that matter to a plan; that the topic itself now reads otherwise is left out."""
    apart = replace(found, changes=tuple(one for one in found.changes if one.part != "disagreement"))
    lines = [
        f"{title}: {line.text}" if line.verb == "changed" else f"{title}, {line.verb}: {line.text}"
        for title, told in lines_of(apart, Names(knowledge, other)).items()
        for line in told
    ]
    return (*lines, *_reworded(apart))


def _reworded(found: Difference) -> Iterator[str]:
    """Notes that stay with other words or hours."""
    for one in found.of("note"):
        if not (one.came or one.went):
            yield f"{one.subject.replace('_', ' ').capitalize()}: {note_line(one.before)} -> {note_line(one.after)}"


def positions_output(asked: Asked, form: str) -> str:
    """Every topic that touches the answer, with what each position would change: `text` or `json`."""
    if form == "json":
        return json.dumps(positions_mapping(asked), indent=2, ensure_ascii=False) + "\n"
    return positions_text(asked)


def positions_mapping(asked: Asked) -> dict[str, Any]:
    """Every topic that touches the answer, with what each position would change, as plain values."""
    return {
        "topics": [
            {
                **plain(topic),
                "positions": [
                    {**plain(one), "would_change": plain(consequence(asked, topic.id, one.index))}
                    for one in topic.positions
                ],
            }
            for topic in topics_of(asked.answer, asked.knowledge)
        ],
        "knowledge": {"version": asked.answer.knowledge_version, "sha256": asked.answer.knowledge_sha256},
        "profile_sha256": asked.answer.profile_sha256,
        "date": asked.answer.date.isoformat(),
    }


def positions_text(asked: Asked) -> str:
    """The same for a terminal."""
    topics = topics_of(asked.answer, asked.knowledge)
    lines = [line for topic in topics for line in _topic_lines(topic, asked)]
    if not topics:
        lines = ["No disagreement of sources touches this answer.", ""]
    answer = asked.answer
    lines.append(f"Knowledge {answer.knowledge_version} {answer.knowledge_sha256[:12]}; {answer.date}")
    return "\n".join(lines) + "\n"


def _topic_lines(topic: TopicShown, asked: Asked) -> Iterator[str]:
    yield from _wrapped(f"{topic.topic} [{topic.id}]", "")
    yield from _wrapped(f"Used: {topic.used}", "  ")
    yield from _wrapped(f"Why: {topic.why}", "  ")
    for one in topic.positions:
        mark = "* " if one.used else "- "
        read = f" Read as: {one.read_as}." if one.read_as else ""
        yield from _wrapped(f"{mark}{one.value}: {one.held_by}.{read}", "  ")
        found = consequence(asked, topic.id, one.index)
        for line in found.lines or (found.said,):
            yield from _wrapped(line, "      ")
    yield ""


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, 110, initial_indent=indent, subsequent_indent=indent + "  ")
