"""What the source documents promise beside what trials found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

import streamlit as st

from formulator.evidence.answer import EvidenceModel, Response
from formulator.export.words import VERDICT_WORDS
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Claim
from formulator.ui.evidence_words import component_name, in_names, indication_name, many
from formulator.ui.words import BadgeColour, safe, source_links

_VERDICTS: dict[str, tuple[str, BadgeColour]] = {
    "used": (":material/check:", "blue"),
    "contradicted": (":material/close:", "red"),
    "counselling": (":material/record_voice_over:", "gray"),
}
_EARLY_WEEKS = 8
Finding = Callable[[EvidenceModel, Knowledge], str]


def show_claims(model: EvidenceModel, knowledge: Knowledge) -> None:
    """Each claim about efficacy: the promise, what its sources say, what the trials of this model say."""
    st.caption("Promises of the five source documents, beside what published trials and the model say.")
    for identifier, finding in _FINDINGS.items():
        claim = knowledge.claims.get(identifier)
        if claim is not None:
            with st.container(border=True):
                _claim(claim, finding(model, knowledge), knowledge)


def _claim(claim: Claim, found: str, knowledge: Knowledge) -> None:
    icon, colour = _VERDICTS[claim.verdict]
    lines = [
        f"**{safe(claim.id)}: {safe(claim.claim)}**",
        f":material/menu_book: {safe(claim.text)} :gray[{source_links(claim.sources, knowledge)}]",
        f":material/query_stats: **In these trials**: {safe(found)}",
    ]
    st.markdown(lines[0])
    st.badge(VERDICT_WORDS[claim.verdict], icon=icon, color=colour)
    st.markdown("\n\n".join(lines[1:]))


def _satisfied(model: EvidenceModel, knowledge: Knowledge) -> str:
    hair = [
        one for one in model.indications if one in knowledge.indications and knowledge.indications[one].domain == "hair"
    ]
    answers = [answer for one in hair for answer in _estimates(one, model)]
    above = sum((answer.low or 0) > 0 for answer in answers)
    satisfied = [i for i in hair if "satisfaction" in model.families(i)]
    start = (
        "Satisfaction was compared in hair trials."
        if satisfied
        else "No controlled hair trial here compared satisfaction."
    )
    return f"{start} Of {many(len(answers), 'estimate')} in hair, {above} have an 8-in-10 range wholly above no effect."


def _estimates(indication: str, model: EvidenceModel) -> list[Response]:
    components = {one for row in model.document["rows"] if indication in row["indications"] for one in row["added"]}
    answers = [
        model.response(component, indication, family)
        for family in model.families(indication)
        for component in sorted(components)
    ]
    return [answer for answer in answers if answer.estimable]


def _lasting(model: EvidenceModel, _: Knowledge) -> str:
    weeks = _weeks(model)
    if not weeks:
        return "No trial prints when it measured."
    return (
        f"The longest controlled trial measured at week {max(weeks):g}, half of them by week {median(weeks):g}; "
        f"{len(model.document['rows']) - len(weeks)} contrasts do not print a time. None followed people for good."
    )


def _early(model: EvidenceModel, _: Knowledge) -> str:
    weeks = _weeks(model)
    if not weeks:
        return "No trial prints when it measured."
    before = sum(one < _EARLY_WEEKS for one in weeks)
    return (
        f"{before} of {len(weeks)} contrasts that print a time were measured before week {_EARLY_WEEKS}; "
        f"the earliest at week {min(weeks):g}, half by week {median(weeks):g}."
    )


def _weeks(model: EvidenceModel) -> list[float]:
    return [row["weeks"] for row in model.document["rows"] if row["weeks"]]


def _asked(*pairs: tuple[str, str]) -> Finding:
    """The model's own sentences about components in indications."""

    def answer(model: EvidenceModel, knowledge: Knowledge) -> str:
        return " ".join(_sentence(component, indication, model, knowledge) for component, indication in pairs)

    return answer


def _sentence(component: str, indication: str, model: EvidenceModel, knowledge: Knowledge) -> str:
    found = model.response(component, indication)
    name, where = component_name(component, knowledge), indication_name(indication, knowledge)
    return f"{name}, {where[:1].lower()}{where[1:]}: {in_names(found.sentence, found, knowledge)}"


def _preventive(model: EvidenceModel, _: Knowledge) -> str:
    rows: Sequence[object] = [row for row in model.document["rows"] if "preventive_skin_ageing" in row["indications"]]
    return f"{many(len(rows), 'controlled contrast')} of prevention of skin ageing on file."


_FINDINGS: dict[str, Finding] = {
    "A10": _satisfied,
    "D07": _lasting,
    "E09": _lasting,
    "A09": _early,
    "C06": _early,
    "E08": _early,
    "B03": _asked(("minoxidil", "aga_female"), ("minoxidil", "aga_male")),
    "B04": _asked(("finasteride", "aga_male")),
    "C11": _preventive,
    "E03": _asked(("hyaluronic_acid", "fine_lines_photoaging"), ("hyaluronic_acid", "dehydration_skin_quality")),
    "E04": _asked(("biotin", "nutritional_hair_loss"), ("vitamin_b_complex", "nutritional_hair_loss")),
}
