"""Words of the Formulations tab and the Mixing page: names instead of ids, states, limits, what clashes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from formulator.engine.answer import Formulation
from formulator.engine.formulation import BloodDraw, Infeasible, LimitCheck, MixingState
from formulator.export.words import LIMIT_WORDS, STATE_WORDS, field_label
from formulator.knowledge import Knowledge
from formulator.ui.words import safe, source_links

STATES = ("compatible", "incompatible", "conflicting", "no_data")
STATE_ICONS = {
    "compatible": ":material/check_circle:",
    "incompatible": ":material/block:",
    "conflicting": ":material/help:",
    "no_data": ":material/remove:",
}
LIMIT_ICONS = {True: ":material/check_circle:", False: ":material/error:", None: ":material/help:"}
_DIFFERS = "Differs:"
_ID = re.compile(r"\b[a-z][a-z0-9_]*\b")


def name_of(identifier: str, knowledge: Knowledge) -> str:
    """The name of a component, or the word itself."""
    found = knowledge.components.get(identifier)
    return found.name if found else identifier.replace("_", " ")


def names_of(identifiers: Iterable[str], knowledge: Knowledge) -> str:
    """Names in one line, told apart by a plus: some names hold commas."""
    return " + ".join(name_of(one, knowledge) for one in identifiers)


def named(text: str, knowledge: Knowledge) -> str:
    """A sentence in which every id of a component has become its name."""
    return _ID.sub(lambda found: name_of(found[0], knowledge) if found[0] in knowledge.components else found[0], text)


def why_words(one: Formulation, knowledge: Knowledge) -> str:
    """Why it stands where it stands; only what follows 'Differs' holds ids."""
    reason, differs, rest = one.why.partition(_DIFFERS)
    return f"{reason}{differs}{named(rest, knowledge)}"


def effect_words(one: Formulation, knowledge: Knowledge) -> str:
    """What trials let expect of it, with the interval, or why nothing can be estimated."""
    found = one.response
    if found.sentence:
        return found.sentence
    if not found.estimable or found.effect is None:
        return named(found.reason, knowledge) or "Not estimated."
    interval = ""
    if found.low is not None and found.high is not None:
        share = f", {found.level:.0%} interval" if found.level else ", interval"
        interval = f"{share} {found.low:.2f} to {found.high:.2f}"
    return f"Expected effect {found.effect:.2f}{interval} ({found.scale})."


def burden_words(one: Formulation) -> str:
    """Points, syringes, blood and cost in one line."""
    found = one.burden
    if found is None:
        return ""
    points = f"{found.points} points" if found.points is not None else "points follow from the area"
    blood = f", {found.blood_ml:g} mL of blood" if found.blood_ml else ", blood draw" if found.blood_ml is None else ""
    plural = "" if found.syringes == 1 else "s"
    given = f"{found.syringes} filling{plural}, {points}" if found.syringes else "no syringe"
    return f"{given}{blood}, cost class {found.cost_class} of 3"


def mixing_line(one: MixingState, knowledge: Knowledge) -> str:
    """Two components, what is known, under which conditions, and what is done about it."""
    placed = "in one syringe" if one.together else "in separate syringes"
    conditions = f" Conditions: {' '.join(one.conditions)}" if one.conditions else ""
    text = safe(f"{STATE_WORDS[one.state]}; here {placed}. {one.text}{conditions}")
    sources = f" :gray[{source_links(one.sources, knowledge)}]" if one.sources else ""
    return f"{STATE_ICONS[one.state]} **{safe(names_of(one.pair, knowledge))}**: {text}{sources}"


def unpublished(one: LimitCheck) -> bool:
    """Whether nothing could be checked because nobody has published a figure."""
    return one.within is None and not one.needs


def limit_words(one: LimitCheck, knowledge: Knowledge) -> str:
    """A limit with its state, the figures and its sources."""
    figures = ""
    if one.allowed is not None and one.value is not None:
        figures = f" ({one.value:.4g} of {one.allowed:.4g} {one.unit})"
    needs = f" Needs: {', '.join(field_label(knowledge, name) for name in one.needs)}." if one.needs else ""
    sources = f" :gray[{source_links(one.sources[:3], knowledge)}]" if one.sources else ""
    subject = f"**{safe(name_of(one.component, knowledge))}**, " if one.component else ""
    state = LIMIT_WORDS[one.within]
    return f"{LIMIT_ICONS[one.within]} {subject}{state}{safe(figures)}: {safe(one.text + needs)}{sources}"


def blood_words(one: BloodDraw, knowledge: Knowledge) -> str:
    """How much blood, for how much, spun how, activated or not."""
    amount = f"draw {one.blood_ml:g} mL for {one.plasma_ml:g} mL." if one.blood_ml and one.plasma_ml else "draw."
    target = f" Target: {one.target.rstrip('.')}." if one.target else ""
    words = f"{amount} {one.why}{target} Activation: {one.activation}"
    sources = source_links(one.sources[:3], knowledge)
    return f":material/bloodtype: **{safe(name_of(one.component, knowledge))}**: {safe(words)} :gray[{sources}]"


def infeasible_lines(one: Infeasible, knowledge: Knowledge) -> list[str]:
    """What clashes, and what dropping each constraint would allow."""
    lines = []
    for each in one.clash:
        gives = names_of(each.gives, knowledge) if each.gives else "nothing by itself"
        field = f" ({field_label(knowledge, each.field)})" if each.field else ""
        lines.append(f"- **{safe(each.text)}**{safe(field)} Without this: {safe(gives)}.")
    return lines
