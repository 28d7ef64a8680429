"""Words that every rendering shares: decisions, statuses, certainty, values."""

from __future__ import annotations

from formulator.conditions import Condition, say
from formulator.engine.answer import Argument, Recommendation
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Amount, MixingFact, Rule

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
STATE_WORDS = {
    "compatible": "compatible",
    "incompatible": "incompatible",
    "conflicting": "conflicting reports",
    "no_data": "no data",
}
VERDICT_WORDS = {
    "used": "Holds in part, used with its limits",
    "contradicted": "Not what trials show",
    "counselling": "Said to the patient",
}


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


def kind_word(one: Argument | Rule) -> str:
    """What an argument does, in a word; a temporary exclusion or an open question defers."""
    return DEFERS if one.kind == "excludes" and one.until else KIND_WORDS[one.kind]


def does_words(rule: Rule) -> str:
    """What a rule does to a status, in words; empty where it does no more than its kind says."""
    parts = [f"role: {rule.role}"] if rule.role else []
    parts += [f"at most {rule.limits_to.replace('_', ' ')}"] if rule.limits_to else []
    parts += [f"until: {rule.until}"] if rule.until else []
    return "; ".join(parts)


def mixed_words(one: MixingFact, knowledge: Knowledge) -> str:
    """The two things that a mixing fact speaks of."""
    other = one.other or f"every component of the group {one.group.replace('_', ' ')}"
    named = one.pair or (one.component, other)
    return " + ".join(knowledge.components[name].name if name in knowledge.components else name for name in named)


def condition_words(condition: Condition, knowledge: Knowledge) -> str:
    """A condition as a sentence part, in the words of the catalogue of fields."""
    return say(
        condition, lambda field: field_label(knowledge, field), lambda field, one: value_label(knowledge, field, one)
    )


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
