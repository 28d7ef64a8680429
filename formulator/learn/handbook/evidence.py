"""What trials say about a component in an indication: the effect with its interval, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from formulator.evidence.answer import EvidenceModel, Response
from formulator.evidence.answer_words import study_label
from formulator.export.words import CERTAINTY_WORDS
from formulator.knowledge import Knowledge
from formulator.learn.handbook.page import Line, Link, Section

_INTRO = "What a comparable trial would find over an inert control. It orders; it never decides what is permitted."
_NO_MODEL = Section("evidence", "Evidence", (), "The evidence model is not there: the rules speak alone.")
_NEVER_ASKED = "No estimate. The model was not built for it: none of its trials was read."


def evidence_of_component(identifier: str, knowledge: Knowledge, model: EvidenceModel | None) -> tuple[Section, ...]:
    """For each indication in which it is used or was tried, what trials say; then the trials."""
    if model is None:
        return (_NO_MODEL,)
    used = [use.indication for use in knowledge.components[identifier].uses]
    tried = [one for one in model.indications if model.trials(identifier, one)]
    asked = [one for one in dict.fromkeys((*used, *tried)) if one in knowledge.indications]
    found = [(model.response(identifier, one), one) for one in asked]
    lines = (_line(each, model, knowledge.indications[one].name, Link("indication", one)) for each, one in found)
    return _sections(lines, [each for each, _ in found], model)


def evidence_of_indication(identifier: str, knowledge: Knowledge, model: EvidenceModel | None) -> tuple[Section, ...]:
    """For each component with a controlled trial in this indication, or of which it is a use, what trials say."""
    if model is None:
        return (_NO_MODEL,)
    asked = [
        one
        for one in knowledge.components.values()
        if model.trials(one.id, identifier) or identifier in [use.indication for use in one.uses]
    ]
    found = [(model.response(one.id, identifier), one) for one in asked]
    found.sort(key=lambda pair: (not pair[0].estimable, -(pair[0].low or 0.0)))
    lines = (_line(each, model, one.name, Link("component", one.id)) for each, one in found)
    return _sections(lines, [each for each, _ in found], model)


def _sections(lines: Iterable[Line], found: Iterable[Response], model: EvidenceModel) -> tuple[Section, ...]:
    """What trials say, and each trial in full."""
    kept = tuple(lines)
    rows = {row["study"]: row for each in found for row in each.rows}
    trials = tuple(_trial(row, model.study(name)) for name, row in rows.items())
    return (
        Section("evidence", "Evidence", kept, _INTRO if kept else ""),
        Section("trials", "Trials behind the evidence", trials),
    )


def _trial(row: Mapping[str, Any], study: Mapping[str, Any]) -> Line:
    lead = study_label(row["study"], study) if study.get("first_author") else str(study.get("year") or "")
    return Line(str(study.get("title") or row["study"]), lead, address=row["url"] or study.get("url") or "")


def _line(found: Response, model: EvidenceModel, lead: str, link: Link) -> Line:
    if found.code == "out_of_scope":
        return Line(_NEVER_ASKED, lead, (), (), link)
    return Line(found.sentence, lead, tuple(_more(found, model)), (), link)


def _more(found: Response, model: EvidenceModel) -> Iterator[str]:
    if found.estimable:
        effect, low, high = (round(value or 0.0, 2) + 0.0 for value in (found.effect, found.low, found.high))
        yield f"Effect {effect:.2f} ({low:.2f} to {high:.2f} in 8 of 10 trials; {found.scale})."
    elif found.studies:
        certainty = f", {CERTAINTY_WORDS[found.certainty]}" if found.certainty else ""
        yield f"Controlled studies of it here: {found.studies}, with {found.patients} people{certainty}."
    trials = dict.fromkeys(study_label(row["study"], model.study(row["study"])) for row in found.rows)
    if trials:
        yield f"Trials: {'; '.join(trials)}."
