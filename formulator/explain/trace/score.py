"""Why a formulation ranks where it does: each part of its score from settings and counts, and the effect of the set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import isclose
from statistics import NormalDist

from formulator.engine.effect import Effect, JointEffect, TrialEffects, effect_of
from formulator.engine.formulation import Formulation, ScorePart
from formulator.engine.options import WEAKEST, certainty_of, points_of
from formulator.engine.strengths import is_blood, strength_of
from formulator.explain.trace.reading import Reading
from formulator.explain.trace.tree import Trace, given, worked_out
from formulator.export.words import CERTAINTY_WORDS

_ROLE_OF_STATUS = {"recommended": "role_main", "adjunct": "role_adjunct", "optional": "role_optional"}
_EXACT = 1e-6


class Settings:
    """The settings of data/composition.yaml as nodes, each made once."""

    def __init__(self, reading: Reading) -> None:
        self._items = {one.id: one for one in reading.knowledge.composition.settings}
        self._made: dict[str, Trace] = {}

    def node(self, identifier: str) -> Trace:
        """A setting with its reason."""
        if identifier not in self._made:
            one = self._items[identifier]
            label = identifier.replace("_", " ").capitalize()
            self._made[identifier] = given(label, one.value, one.unit, one.why, one.sources, identifier)
        return self._made[identifier]

    def value(self, identifier: str) -> float:
        """The number of a setting."""
        return self._items[identifier].value


@dataclass(frozen=True)
class Scores:
    """The scores of all formulations of one answer."""

    reading: Reading
    settings: Settings

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every component that stands in a formulation."""
        return tuple(sorted({name for one in self.reading.answer.formulations for name in one.components}))

    @cached_property
    def joint(self) -> JointEffect | None:
        """The joint effect of these components, as the ranking asks for it."""
        reading = self.reading
        indication = reading.answer.indication
        return TrialEffects(reading.model).joint(self.names, indication) if reading.model and indication else None

    def effect(self, one: Formulation) -> tuple[Effect, tuple[Trace, ...]] | None:
        """The effect of a set: the sum of what each component itself accounts for."""
        if self.joint is None:
            return None
        positions = [self.names.index(name) for name in one.components]
        components = self.reading.knowledge.components
        parts = tuple(
            given(
                components[self.names[place]].name, self.joint.mean[place], "SD", _isolated(self.joint.estimable[place])
            )
            for place in positions
        )
        return effect_of(positions, self.joint), parts

    def trace(self, one: Formulation) -> Trace:
        """The score as the sum of its parts."""
        parts = tuple(self._part(part, one) for part in one.score_parts)
        return worked_out("Score", one.score, "points", "sum", parts, _EXACT, sentence=one.why)

    def _part(self, part: ScorePart, one: Formulation) -> Trace:
        if part.id == "effect":
            return self._effect(part, one)
        if part.id == "standing":
            return self._standing(part, one)
        weight, count = self.settings.node(part.id), self._count(part.id, one)
        label = part.id.replace("_", " ").capitalize()
        operands = (weight, count)
        return worked_out(label, part.value, "points", "penalty", operands, _EXACT, sources=part.sources, about=part.id)

    def _effect(self, part: ScorePart, one: Formulation) -> Trace:
        """The mean, or the cautious end of the effect: whichever was asked for."""
        found = self.effect(one)
        if found is None:
            return given("Effect", part.value, "SD", part.text, about=part.id)
        effect, parts = found
        if isclose(effect.mean, part.value, abs_tol=_EXACT):
            return worked_out("Effect, mean", part.value, "SD", "sum", parts, _EXACT, sentence=part.text, about=part.id)
        level = self.settings.value("certainty_level")
        end = cautious_end("Effect, cautious end", part.value, effect, parts, level)
        return end._replace(sentence=part.text, about=part.id)

    def _standing(self, part: ScorePart, one: Formulation) -> Trace:
        """Role times certainty of each component, best first, each further one counted for less."""
        answers = [self.reading.answers[name] for name in one.components]
        weighed = []
        for answer in answers:
            role, certainty = _ROLE_OF_STATUS[answer.status], certainty_of(answer)
            worth = self.settings.value(role) * self.settings.value(f"certainty_{certainty}")
            weighed.append((-worth, answer.id, role, f"certainty_{certainty}"))
        further = self.settings.node("each_further_active")
        beside = any(each.id == "effect" for each in one.score_parts)
        less = (self.settings.node("standing_beside_effect"),) if beside else ()
        terms = []
        for place, (_, name, role, certainty) in enumerate(sorted(weighed)):
            factors = (self.settings.node(role), self.settings.node(certainty), *(further,) * place, *less)
            value = 1.0
            for factor in factors:
                value *= factor.arithmetic.result if factor.arithmetic else 1.0
            label = self.reading.knowledge.components[name].name
            terms.append(worked_out(label, value, "points", "product", factors, about=name))
        return worked_out(
            "Role and certainty", part.value, "points", "sum", tuple(terms), _EXACT, sentence=part.text, about=part.id
        )

    def _count(self, penalty: str, one: Formulation) -> Trace:
        """How often a penalty holds, counted on the formulation itself."""
        return _COUNTS[penalty](one, self.reading)


def cautious_end(label: str, value: float, effect: Effect, parts: tuple[Trace, ...], level: float) -> Trace:
    """The lower end of the central interval at a level: mean less a quantile times the standard error."""
    mean = worked_out("Mean", effect.mean, "SD", "sum", parts, _EXACT)
    error = given("Standard error", effect.error, "SD", "from the joint distribution of the components")
    quantile = given(f"Normal quantile at {level:.0%}", NormalDist().inv_cdf((1 + level) / 2))
    return worked_out(label, value, "SD", "cautious end", (mean, error, quantile), _EXACT)


def _isolated(estimable: bool) -> str:
    return "own part, without what any arm gains" if estimable else "no trial isolates it: counts as 0, with wide doubt"


def _points(one: Formulation, reading: Reading) -> Trace:
    """Hundreds of points of one pass for each syringe, before limits are shared."""
    patient, techniques = reading.patient, reading.knowledge.techniques
    passes = tuple(
        given(f"Points of syringe {number}, before limits", points_of(techniques[each.technique], patient))
        for number, each in enumerate(one.syringes, 1)
    )
    total = sum(node.arithmetic.result for node in passes if node.arithmetic)
    points = worked_out("Points", total, "", "sum", passes)
    return worked_out("Hundreds of points", total / 100, "", "quotient", (points, given("A hundred", 100)))


def _syringes(one: Formulation, _: Reading) -> Trace:
    return given("Syringes", len(one.syringes))


def _blood(one: Formulation, _: Reading) -> Trace:
    return given("Blood draws", float(bool(one.blood)))


def _devices(one: Formulation, reading: Reading) -> Trace:
    names = "; ".join(reading.knowledge.components[name].name for name in one.separate)
    return given("Device steps", len(one.separate), "", names)


def _cost(one: Formulation, _: Reading) -> Trace:
    return given("Highest cost class", one.burden.cost_class if one.burden else 0)


def _weak(one: Formulation, reading: Reading) -> Trace:
    weak = [name for name in one.components if certainty_of(reading.answers[name]) in WEAKEST]
    words = "; ".join(
        f"{reading.knowledge.components[name].name}, {CERTAINTY_WORDS[certainty_of(reading.answers[name])]}"
        for name in weak
    )
    return given("Components on weak evidence", len(weak), "", words)


def _unpublished(one: Formulation, reading: Reading) -> Trace:
    devices = reading.knowledge.members("devices")
    filled = [reading.knowledge.components[name] for name in one.components if name not in devices]
    without = [each.name for each in filled if not is_blood(each) and strength_of(each) is None]
    return given("Components without a published strength", len(without), "", "; ".join(without))


_COUNTS: dict[str, Callable[[Formulation, Reading], Trace]] = {
    "each_syringe": _syringes,
    "each_100_points": _points,
    "blood_draw": _blood,
    "device_step": _devices,
    "each_cost_class": _cost,
    "weak_evidence": _weak,
    "strength_unpublished": _unpublished,
}
