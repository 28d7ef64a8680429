"""Words that every rendering shares: decisions, statuses, certainty, values."""

from __future__ import annotations

from formulator.engine.answer import Argument, Recommendation
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Amount

STATUS_MEANING = {
    "recommended": "a main part of the answer",
    "adjunct": "worth adding to a main part",
    "optional": "permitted, weak or mixed evidence",
    "deferred": "would be used, not until something is settled",
    "not_indicated": "permitted, but nothing speaks for it here or its limits outweigh it",
    "contraindicated": "excluded for this patient",
}
CERTAINTY_WORDS = {
    "high": "high certainty",
    "moderate": "moderate certainty",
    "low": "low certainty",
    "very_low": "very low certainty",
    "expert": "expert opinion or label, no trial data",
}
LIMIT_WORDS = {True: "within", False: "exceeded", None: "to check"}
DEFERS = "Defers"
KIND_WORDS = {"excludes": "Excludes", "against": "Against", "for": "For", "confirms": "Good care"}


def technique_label(knowledge: Knowledge, identifier: str) -> str:
    """What a technique or device is called."""
    if identifier in knowledge.components:
        return knowledge.components[identifier].name
    return knowledge.techniques[identifier].name if identifier in knowledge.techniques else identifier


def amount_words(one: Amount) -> str:
    """A published concentration or dose in words: range, unit, route, remark."""
    bounds = [f"{value:g}" for value in dict.fromkeys((one.low, one.high)) if value is not None]
    limit = "up to " if one.low is None and one.high is not None else ""
    size = f"{limit}{' to '.join(bounds)} {one.unit}".strip() if bounds else ""
    parts = [size, f"per {one.per}" if one.per else "", one.route]
    return ": ".join(part for part in (" ".join(part for part in parts if part), one.text) if part)


def model_words(answer: Recommendation) -> str:
    """Which model took part."""
    if answer.model_sha256 is None:
        return "no model: the rules answer alone"
    return f"model {answer.model_version} {answer.model_sha256[:12]}"


PLAN_AND_FORMULATION = (
    "The dates are for every main part. What the chosen formulation leaves out is left out on its dates."
)


def kind_word(one: Argument) -> str:
    """What an argument does, in a word; a temporary exclusion or an open question defers."""
    return DEFERS if one.kind == "excludes" and one.until else KIND_WORDS[one.kind]


def field_label(knowledge: Knowledge, field: str) -> str:
    """What a person calls a field, derived ones included."""
    known = knowledge.catalogue.fields.get(field)
    return known.label if known else field.replace("_", " ").capitalize()


def value_label(knowledge: Knowledge, field: str, value: object) -> str:
    """A value in words, with its unit; unknown where there is none."""
    if value is None:
        return "unknown"
    if field == "indication" and str(value) in knowledge.indications:
        return knowledge.indications[str(value)].name
    if isinstance(value, tuple):
        return ", ".join(str(entry) for entry in value)
    known = knowledge.catalogue.fields.get(field)
    return known.value_label(value) if known else str(value)
