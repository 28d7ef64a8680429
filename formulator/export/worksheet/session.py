"""Page one: what goes where today, what is checked before, what is done when it goes wrong."""

from __future__ import annotations

from typing import Any

from formulator.engine.answer import Plan, Recommendation
from formulator.engine.formulation import BloodDraw, Formulation, LimitCheck, Syringe
from formulator.export.drawings import points_map
from formulator.export.pauses import advice_lines
from formulator.export.words import field_label
from formulator.export.worksheet.citations import Citations
from formulator.export.worksheet.notes import Printed
from formulator.export.worksheet.syringes import syringe_entries
from formulator.export.worksheet.words import day_words, names_of, number
from formulator.knowledge import Knowledge

_LONGEST_CHECK = 100
_NO_CEILING = ("pH", "mOsm/kg")
_STATES = {True: "within", False: "exceeded", None: "to check"}


def session_page(answer: Recommendation, plan: Plan, knowledge: Knowledge, cite: Citations) -> dict[str, Any]:
    """The first session with the best formulation."""
    best = answer.formulations[0] if answer.formulations else None
    return {
        "when": _when(plan),
        "planned": names_of(best.components, knowledge) if best else _planned(plan, knowledge),
        "provisional": [field_label(knowledge, name) for name in plan.provisional],
        "settle_first": list(plan.settle_first),
        "syringes": syringe_entries(best, knowledge) if best else [],
        "no_syringe": _no_syringe(answer),
        "separate": names_of(best.separate, knowledge) if best else "",
        "sequence": list(best.sequence) if best else [],
        "blood": [_blood(one, knowledge, cite) for one in best.blood] if best else [],
        "limits": [_limit(one, cite) for one in best.limits if not _unpublished(one)] if best else [],
        "unpublished": [one.text for one in best.limits if _unpublished(one)] if best else [],
        "asks": [field_label(knowledge, name) for name in best.asks] if best else [],
        "map": _map(answer, best, knowledge),
        "checks": _checks(answer, plan, knowledge, cite),
        "assumed": len(answer.assumptions),
        "emergencies": _emergencies(knowledge, cite),
    }


def _when(plan: Plan) -> str:
    if not plan.sessions:
        return "Not dated yet"
    first = plan.sessions[0]
    minutes = f", about {first.minutes} minutes" if first.minutes else ""
    return f"Session 1 of {len(plan.sessions)}, {day_words(first.date)}, {first.phase}{minutes}"


def _planned(plan: Plan, knowledge: Knowledge) -> str:
    return names_of(plan.sessions[0].components, knowledge) if plan.sessions else ""


def _no_syringe(answer: Recommendation) -> str:
    """Why no syringe stands on the sheet."""
    if answer.formulations and answer.formulations[0].syringes:
        return ""
    if answer.infeasible:
        return answer.infeasible.text
    return "No syringe is planned: see the reasons for what comes first or is given another way."


def _blood(one: BloodDraw, knowledge: Knowledge, cite: Citations) -> str:
    name = knowledge.components[one.component].name
    amounts = f"draw {number(one.blood_ml)} mL of blood for {number(one.plasma_ml)} mL" if one.blood_ml else "draw"
    spins = f"Spins: {'; '.join(words.rstrip('.') for words, _ in one.spins)}." if one.spins else ""
    return " ".join(
        part for part in (f"{name}: {amounts}.", one.target, spins, one.activation, cite.of(one.sources)) if part
    )


def _unpublished(one: LimitCheck) -> bool:
    """Whether nothing could be checked because nobody has published a figure, whatever else becomes known."""
    return one.within is None and not one.needs


def _limit(one: LimitCheck, cite: Citations) -> dict[str, str]:
    unit = one.unit if one.unit else ""
    known = one.value is not None and one.allowed is not None and one.unit not in _NO_CEILING
    figures = f" ({number(one.value)} of {number(one.allowed)} {unit})" if known else ""
    return {"text": f"{one.text}{figures} {cite.of(one.sources)}", "state": _STATES[one.within]}


def _map(answer: Recommendation, best: Formulation | None, knowledge: Knowledge) -> dict[str, Any] | None:
    """The points of the syringe with the most points, on the outline of the patient's site."""
    syringe = max(best.syringes, key=lambda one: one.points or 0, default=None) if best else None
    found = points_map(str(answer.profile.get("site")), syringe.points if syringe else None) if syringe else None
    if syringe is None or found is None:
        return None
    planned = syringe.points
    count = "No number of points can be worked out for this technique and area." if planned is None else ""
    if planned is not None:
        count = f"{planned} points" + (f", {found.drawn} of them drawn" if found.drawn < planned else "")
    spacing = f"{number(syringe.spacing_cm)} cm apart" if syringe.spacing_cm else ""
    depth = (
        f"{number(syringe.depth_mm)} mm deep"
        if syringe.depth_mm is not None
        else "depth: not published as a number, see below"
    )
    return {
        "svg": found.svg,
        "alt": f"Outline with injection points. {found.words}. {count}",
        "words": f"{found.words}; schematic.",
        "count": count,
        "how": f"{spacing + ', ' if spacing else ''}{depth}. {_technique_text(syringe, knowledge)}".strip(),
        "spacing_cm": syringe.spacing_cm,
    }


def _technique_text(syringe: Syringe, knowledge: Knowledge) -> str:
    technique = knowledge.techniques.get(syringe.technique)
    return technique.text if technique else ""


def _checks(answer: Recommendation, plan: Plan, knowledge: Knowledge, cite: Citations) -> list[str]:
    """What is ticked before the first puncture: identity, pauses of medicines, the team's notes."""
    team = [note for note, _ in Printed(answer).of(answer.before, knowledge.before, "team")]
    pauses = [f"{field_label(knowledge, name)}: {text}" for name, text in advice_lines(_first_pauses(plan))]
    return [
        "Identity, site, allergies and consent checked.",
        *pauses,
        *(f"{_in_short(one.text)} {cite.of(one.sources)}" for one in team),
    ]


def _in_short(text: str) -> str:
    """What to do: the first sentence, without the reason that follows its dash where it is long."""
    first = text.partition(". ")[0].rstrip(".")
    return f"{first if len(first) <= _LONGEST_CHECK else first.partition(' - ')[0].partition('; ')[0]}."


def _first_pauses(plan: Plan) -> list[Any]:
    return [one for one in plan.washouts if one.session in (None, 1)]


def _emergencies(knowledge: Knowledge, cite: Citations) -> list[dict[str, Any]]:
    return [
        {
            "title": one.title,
            "signs": f"{one.signs} {cite.of(one.sources)}",
            "steps": [f"{step.text} {cite.of(step.sources)}" for step in one.steps],
        }
        for one in knowledge.emergencies
    ]
