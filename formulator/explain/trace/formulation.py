"""A formulation: its score, effect, syringes and limits, the blood that it takes, what a course adds up to."""

from __future__ import annotations

from collections.abc import Iterator

from formulator.engine.blood import published_fact
from formulator.engine.formulation import BloodDraw, CourseDose, Formulation
from formulator.engine.schedule import wanted
from formulator.explain.trace.amounts import SHOWN, syringes_of
from formulator.explain.trace.filling import syringe_trace
from formulator.explain.trace.limits import limit_trace
from formulator.explain.trace.reading import GIVEN, Reading
from formulator.explain.trace.score import Scores, Settings, cautious_end
from formulator.explain.trace.tree import Trace, given, worked_out

_EXACT = 1e-6


def formulations_trace(reading: Reading) -> Trace:
    """Every formulation of the answer, best first, or why there is none."""
    found = reading.answer.formulations
    scores = Scores(reading, Settings(reading))
    if not found:
        why = reading.answer.infeasible.text if reading.answer.infeasible else "Nothing is composed with this decision."
        return Trace("part", "Formulations", "none", why)
    children = tuple(_formulation(one, scores) for one in found)
    return Trace("part", "Formulations", f"{len(found)} ranked", children=children)


def formulation_trace(one: Formulation, reading: Reading) -> Trace:
    """One formulation with all its numbers."""
    return _formulation(one, Scores(reading, Settings(reading)))


def _formulation(one: Formulation, scores: Scores) -> Trace:
    reading = scores.reading
    names = " + ".join(reading.knowledge.components[name].name for name in one.components)
    syringes = syringes_of(one, reading)
    return Trace(
        "part",
        f"{one.rank}. {names}",
        f"score {one.score:.2f}",
        one.why,
        children=(
            scores.trace(one),
            _effect(one, scores),
            *map(syringe_trace, syringes),
            *(limit_trace(check, syringes, reading) for check in one.limits),
            *(_blood(draw, reading) for draw in one.blood),
            *(node for dose in one.course for node in _course(dose, one, reading)),
        ),
        about=str(one.rank),
    )


def _effect(one: Formulation, scores: Scores) -> Trace:
    """The effect that is shown for the set, or why there is none."""
    shown, found = one.response, scores.effect(one)
    if not shown.estimable or shown.effect is None or shown.low is None or found is None:
        return Trace("part", "Effect of the set", "not estimated", shown.reason)
    effect, parts = found
    low = cautious_end("Lower end", shown.low, effect, parts, shown.level)
    return worked_out("Effect of the set", shown.effect, "SD", "sum", parts, _EXACT, (low,), shown.scale or "")


def _blood(draw: BloodDraw, reading: Reading) -> Trace:
    """Blood to draw: the plasma that is needed over the lowest published yield, rounded up to whole mL."""
    component = reading.knowledge.components[draw.component]
    yields = published_fact(component, "plasma yield")
    if draw.blood_ml is None or draw.plasma_ml is None or yields is None or not yields.low:
        return Trace("part", f"Blood for {component.name}", "no figure", draw.why, "", draw.sources)
    plasma = given("Plasma needed", draw.plasma_ml, "mL", "what is drawn up")
    share = given("Lowest published yield", yields.low, "of the blood", yields.text, yields.sources)
    exact = worked_out("Exactly", draw.plasma_ml / yields.low, "mL", "quotient", (plasma, share))
    whole = (exact, given("Step", 1, "mL"))
    return worked_out(f"Blood for {component.name}", draw.blood_ml, "mL", "rounded up", whole, sources=draw.sources)


def _course(dose: CourseDose, one: Formulation, reading: Reading) -> Iterator[Trace]:
    """What the sessions before maintenance add up to."""
    holders = [each for each in one.syringes if any(part.id == dose.id for part in each.components)]
    if not holders:
        return
    part = next(each for each in holders[0].components if each.id == dose.id)
    name, sessions = reading.knowledge.components[dose.id].name, _sessions(dose, reading)
    if dose.dose is not None and part.dose is not None:
        each = given("Dose a session", part.dose, dose.dose_unit)
        yield worked_out(
            f"Course, {name}", dose.dose, dose.dose_unit, "product", (each, sessions), SHOWN, about=dose.id
        )
    volume = holders[0].volume_ml
    if dose.volume_ml is not None and volume is not None:
        each = given("Volume a session", volume, "mL")
        yield worked_out(
            f"Course volume, {name}", dose.volume_ml, "mL", "product", (each, sessions), SHOWN, about=dose.id
        )


def _sessions(dose: CourseDose, reading: Reading) -> Trace:
    """The sessions of a course before maintenance, at most as many as are wanted."""
    protocol = reading.knowledge.protocols.get(reading.answer.indication or "")
    if protocol is None:
        return given("Sessions", dose.sessions)
    own = next((one.phases for one in protocol.components if one.id == dose.id), protocol.phases)
    phases = tuple(
        given(one.name.capitalize(), wanted(one) or 0, "sessions", sources=one.sessions.sources if one.sessions else ())
        for one in own
        if one.name != "maintenance"
    )
    total = sum(one.arithmetic.result for one in phases if one.arithmetic)
    counted = worked_out("Sessions before maintenance", total, "", "sum", phases)
    most: object = reading.patient.profile.get("max_sessions")
    if isinstance(most, int) and most < max(1, total):
        limit = given(reading.label("max_sessions"), most, "", GIVEN, about="max_sessions")
        return worked_out("Sessions", dose.sessions, "", "smallest", (counted, limit))
    return worked_out("Sessions", dose.sessions, "", "largest", (counted, given("At least", 1)))
