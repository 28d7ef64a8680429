"""Formulations as text for a terminal: the best one with its syringes, the others in a line each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from formulator.engine.answer import Formulation, Infeasible, Recommendation
from formulator.engine.formulation import LimitCheck, Syringe
from formulator.export.words import field_label
from formulator.knowledge import Knowledge

_WIDTH = 110


def formulations_text(answer: Recommendation, knowledge: Knowledge) -> str:
    """The section, empty where nothing may be composed."""
    if answer.infeasible:
        return "\n".join(_infeasible(answer.infeasible, knowledge))
    if not answer.formulations:
        return ""
    best, *others = answer.formulations
    lines = ["FORMULATIONS  one session, best first", *_best(best, knowledge)]
    lines += [_line(f"  {one.rank}  ", f"{names(one, knowledge)}{tie_words(one)}: {one.why}") for one in others]
    if others and rules_alone(answer.formulations):
        lines.append(_line("  ", RULES_ALONE))
    return "\n".join(lines)


RULES_ALONE = (
    "This order rests on rules alone: no trial isolates any of these components, so trials cannot tell them apart."
)


def rules_alone(formulations: Sequence[Formulation]) -> bool:
    """Whether trials have no say in the order: no model, or no component that it can estimate."""
    return not any(part.id == "effect" for one in formulations for part in one.score_parts)


def tie_words(one: Formulation) -> str:
    """That trials cannot tell it from the highest of those above, with a comma before; empty where they can."""
    return f", cannot be told apart from {one.not_told_apart_from[0]}" if one.not_told_apart_from else ""


def _line(first: str, text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=first, subsequent_indent=" " * (len(first) + 2))


def names(one: Formulation, knowledge: Knowledge) -> str:
    """What a formulation holds, in words."""
    return " + ".join(knowledge.components[name].name for name in one.components)


def _best(one: Formulation, knowledge: Knowledge) -> Iterator[str]:
    yield _line("  1  ", f"{names(one, knowledge)}: {one.why}")
    for number, syringe in enumerate(one.syringes, start=1):
        yield _line(f"     Syringe {number}: ", syringe_line(syringe, knowledge))
    for draw in one.blood:
        amount = (
            f"draw {draw.blood_ml:g} mL for {draw.plasma_ml:g} mL" if draw.blood_ml and draw.plasma_ml else draw.why
        )
        yield _line("     Blood: ", f"{amount}. Activation: {draw.activation}")
    for text in one.sequence:
        yield _line("     ", text)
    for check in one.limits:
        if check.allowed is not None:
            yield _line("     Limit: ", limit_line(check, knowledge))
    if one.asks:
        yield _line("     To make the amounts definite: ", ", ".join(field_label(knowledge, name) for name in one.asks))


def syringe_line(syringe: Syringe, knowledge: Knowledge) -> str:
    """One syringe in a sentence: what, how strong, how much, where."""
    parts = []
    for part in syringe.components:
        strength = f" {part.concentration:.3g} {part.unit}" if part.concentration is not None else ""
        dose = f" ({part.dose:.3g} {part.dose_unit})" if part.dose is not None else ""
        parts.append(f"{knowledge.components[part.id].name}{strength}{dose}")
    if syringe.diluent and syringe.diluent_ml is not None:
        parts.append(f"{knowledge.components[syringe.diluent].name.lower()} {syringe.diluent_ml:g} mL")
    technique = knowledge.techniques[syringe.technique].name.lower()
    return f"{', '.join(parts)}; {_volume(syringe)}; {technique}{_place(syringe)}"


def _volume(syringe: Syringe) -> str:
    if syringe.volume_ml is not None:
        if syringe.drawn_ml is None or syringe.size_ml is None:
            return f"{syringe.volume_ml:g} mL"
        return (
            f"{syringe.volume_ml:g} mL, drawn up {syringe.drawn_ml:g} mL in {syringe.barrels} x {syringe.size_ml:g} mL"
        )
    return f"{syringe.per_cm2_ml:g} mL a cm2" if syringe.per_cm2_ml is not None else "no published volume"


def _place(syringe: Syringe) -> str:
    points = f", {syringe.points} points" if syringe.points is not None else ""
    each = f" of {syringe.volume_per_point_ml:g} mL" if points and syringe.volume_per_point_ml is not None else ""
    depth = f", {syringe.depth_mm:g} mm deep" if syringe.depth_mm is not None else ""
    return f"{points}{each}{depth}."


def limit_line(check: LimitCheck, knowledge: Knowledge) -> str:
    """A limit with what is given and what is allowed."""
    subject = f"{knowledge.components[check.component].name}: " if check.component else ""
    given = f"{check.value:g}" if check.value is not None else "unknown"
    return f"{subject}{given} of {check.allowed:g} {check.unit}. {check.text}"


def _infeasible(one: Infeasible, knowledge: Knowledge) -> Iterator[str]:
    yield _line("FORMULATIONS  none: ", one.text)
    for each in one.clash:
        gives = ", ".join(knowledge.components[name].name for name in each.gives) or "nothing by itself"
        yield _line("  Without this: ", f"{each.text} Gives {gives}.")
