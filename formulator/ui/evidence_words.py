"""The words, icons and safe links of the evidence on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from formulator.evidence.answer import EvidenceModel, Response
from formulator.knowledge import Knowledge
from formulator.ui.words import BadgeColour, safe

Row = Mapping[str, Any]


class State(NamedTuple):
    """How one answer of the model looks: whether it has a number, and if not why not."""

    icon: str
    word: str
    meaning: str
    colour: BadgeColour


STATES: dict[str, State] = {
    "estimated": State(":material/query_stats:", "Estimated", "Controlled trials give a range.", "blue"),
    "out_of_scope": State(
        ":material/do_not_disturb_on:", "Out of scope", "The model was not built for this question.", "gray"
    ),
    "not_estimable": State(
        ":material/call_split:", "Not estimable", "No controlled trial lets its own effect be told.", "orange"
    ),
    "too_little_evidence": State(
        ":material/hourglass_empty:", "Too little evidence", "Too few people were studied for a number.", "orange"
    ),
    "outside_studied_range": State(
        ":material/straighten:", "Outside what was studied", "Nobody like this patient took part.", "orange"
    ),
}
DESIGNS = {
    "rct_parallel": "Randomised, parallel groups",
    "rct_split": "Randomised, two sides of one person",
    "controlled_nonrandomised": "Controlled, not randomised",
    "retrospective": "Looking back at records",
    "single_arm": "One arm, no control",
    "case_series": "Case series",
    "meta_analysis": "Meta-analysis",
    "network_meta_analysis": "Network meta-analysis",
    "systematic_review": "Systematic review",
}
FLAGS = {
    "imputed_correlation": "correlation of the two measurements assumed (0.5)",
    "derived_counts": "count of responders worked out from a printed percentage",
    "imputed_arm_size": "people per arm worked out, not printed",
    "continuity_correction": "0.5 added to a count of nobody or everybody",
    "imputed_sd": "spread (SD) borrowed from other trials of this outcome",
    "from_p_value": "spread worked out from a printed p-value",
    "extreme": "unusually large, taken as printed",
    "before_after": "pooled change from baseline, no control",
    "asymmetric_interval": "printed interval is lopsided",
}
BASES = {
    "counts": "numbers of responders",
    "before_and_after": "means and SDs before and after",
    "percent_change": "per cent change with its SD",
    "borrowed_sd": "means, with an SD from other trials",
    "change_sd": "mean change with its SD",
    "p_between": "means and a p-value between the arms",
    "p_within": "means and a p-value within the arm",
    "after": "means and SDs after treatment",
    "printed_interval": "the printed interval",
}
DOMAINS = {
    "design": "Where it begins",
    "risk_of_bias": "Risk of bias",
    "inconsistency": "Inconsistency",
    "imprecision": "Imprecision",
    "indirectness": "Indirectness",
    "publication_bias": "Small-study and publication bias",
    "additivity": "Additivity",
}
_AS_PRINTED = {
    one.lower(): one for one in ("CBL", "DWJ211", "MASI", "SALT", "TCA", "TEWL", "THBG", "C", "D", "PIH", "VISIA")
} | {
    "mmasi": "mMASI",
    "pct": "%",
    "cm2": "cm²",
    "um": "µm",
}
"""Parts of the ids in data/evidence that are no ordinary words."""
INERT = "inert control or nothing more"


def component_name(identifier: str, knowledge: Knowledge) -> str:
    """The name of a component; trials also tested things that the knowledge base does not hold."""
    known = knowledge.components.get(identifier)
    return known.name if known else plain(identifier)


def plain(identifier: str) -> str:
    """An id as words, abbreviations as they are printed."""
    words = " ".join(_AS_PRINTED.get(one, one) for one in identifier.split("_"))
    return words[:1].upper() + words[1:]


def names(identifiers: Iterable[str], knowledge: Knowledge, nothing: str = "nothing more") -> str:
    """Components given together."""
    return " + ".join(component_name(one, knowledge) for one in identifiers) or nothing


def indication_name(identifier: str, knowledge: Knowledge) -> str:
    """The name of an indication, its id where it is none of the knowledge base."""
    known = knowledge.indications.get(identifier)
    return known.name if known else plain(identifier)


def family_name(identifier: str, model: EvidenceModel) -> str:
    """The name of a family of outcomes."""
    return str(model.document["families"].get(identifier, {}).get("name") or plain(identifier))


def study_of(row: Row, model: EvidenceModel) -> Row:
    """What is known of the study behind a row; empty where the document does not hold it."""
    return model.document["studies"].get(row["study"], {})


def address(url: object) -> str:
    """An address that may be linked, empty where it is none."""
    text = str(url or "").replace(" ", "%20").replace(")", "%29").replace("(", "%28")
    return text if text.startswith(("http://", "https://")) else ""


def linked(label: str, url: object) -> str:
    """A label that leads to its address, where there is one."""
    where = address(url)
    return f"[{safe(label)}]({where})" if where else safe(label)


def number(value: float | None, digits: int = 2) -> str:
    """A number without a minus before zero; empty where there is none."""
    if value is None:
        return ""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text


def interval(middle: float | None, low: float | None, high: float | None, digits: int = 2) -> str:
    """An estimate with its interval."""
    return f"{number(middle, digits)} ({number(low, digits)} to {number(high, digits)})"


def in_names(text: str, response: Response, knowledge: Knowledge) -> str:
    """A sentence of the model with names in the place of ids."""
    named = {one: component_name(one, knowledge) for one in response.component.split(" + ")}
    named[response.indication] = indication_name(response.indication, knowledge)
    for identifier, name in named.items():
        text = re.sub(rf"\b{re.escape(identifier)}\b", lambda _, name=name: name, text)
    return text


def many(count: int, word: str, more: str = "") -> str:
    """A count with its word, one or several."""
    return f"{count} {word if count == 1 else more or word + 's'}"


def assumed(row: Row) -> str:
    """What had to be assumed to read a row."""
    return "; ".join(FLAGS.get(flag, plain(flag)) for flag in row["flags"])


def place_of(row: Row) -> str:
    """The rows of the table that an effect was read from."""
    lines = ", ".join(str(line) for line in row["lines"])
    return (
        f"data/evidence/outcomes.csv, line {lines}"
        if len(row["lines"]) == 1
        else f"data/evidence/outcomes.csv, lines {lines}"
    )
