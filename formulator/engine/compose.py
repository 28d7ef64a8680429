"""The best formulations among what is permitted: every set is looked at, so the ranking is exact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from formulator.engine.amounts import Filled, Filling, Given, fill_all
from formulator.engine.answer import Argument, ComponentAnswer
from formulator.engine.blood import blood_for
from formulator.engine.decide import Verdict
from formulator.engine.effect import EffectModel, JointEffect, response_of
from formulator.engine.filling import number
from formulator.engine.findings import Findings
from formulator.engine.firmness import TOLD_APART, beaten_by, not_told_apart
from formulator.engine.formulation import (
    BloodDraw,
    Burden,
    CourseDose,
    Formulation,
    Infeasible,
    LimitCheck,
    MixingState,
    ScorePart,
)
from formulator.engine.infeasible import why_nothing
from formulator.engine.limits import checks
from formulator.engine.options import Option, area_of, candidates, carriers
from formulator.engine.patient import Patient
from formulator.engine.quantities import quantity
from formulator.engine.ranking import DEFAULT_PREFERENCES, Preferences, Ranked, Ranking
from formulator.engine.reasons import mark_pareto, part_text, why_below
from formulator.knowledge.items import Phase

_COMPOSED = ("treat", "treat_after")
Composed = tuple[tuple[Formulation, ...], Infeasible | None]


def may_be_composed(patient: Patient, verdict: Verdict, findings: Findings) -> bool:
    """Whether the decision allows treatment and no blocking question about the procedure is open."""
    return verdict.decision in _COMPOSED and not waits(patient, verdict, findings)


def compose(
    patient: Patient,
    verdict: Verdict,
    answers: Sequence[ComponentAnswer],
    model: EffectModel | None = None,
    preferences: Preferences = DEFAULT_PREFERENCES,
) -> Composed:
    """Ranked formulations, or why there is none; call it where `may_be_composed`.

    Contraindicated and deferred components never enter. `model` gives the joint effect; without one the ranking uses
    role and certainty, and says so.
    """
    composer = composer_for(patient, answers, model, preferences)
    formulations = composer.formulations()
    if formulations or verdict.decision != "treat":
        return formulations, None
    return (), why_nothing(patient, answers, candidates(patient, answers, preferences.technique))


def composer_for(
    patient: Patient, answers: Sequence[ComponentAnswer], model: EffectModel | None, preferences: Preferences
) -> Composer:
    """What `compose` ranks, for those who ask more about the order than the best few."""
    options = candidates(patient, answers, preferences.technique).options
    return Composer(patient, answers, options, _joint(options, model, patient), model, preferences)


def waits(patient: Patient, verdict: Verdict, findings: Findings) -> bool:
    """Whether a blocking question about the procedure is still open."""
    return bool(verdict.waits_for) or not patient.knowledge.rules_that_delay.isdisjoint(findings.open)


def _joint(options: Sequence[Option], model: EffectModel | None, patient: Patient) -> JointEffect | None:
    indication = patient.facts.get("indication")
    return model.joint([one.id for one in options], str(indication)) if model and options and indication else None


def given_of(patient: Patient) -> Given:
    """Area and weight with their units; absent values stay unknown."""
    weight = patient.profile.get("weight_kg")
    known = quantity(str(weight), "kg") if isinstance(weight, int | float) else None
    return Given(area_of(patient), known)


@dataclass(frozen=True)
class Composer:
    """One patient's options, put together."""

    patient: Patient
    answers: Sequence[ComponentAnswer]
    options: tuple[Option, ...]
    joint: JointEffect | None
    model: EffectModel | None
    preferences: Preferences

    @cached_property
    def ranking(self) -> Ranking:
        """All sets of these options and what they score."""
        return Ranking(self.options, self.patient.knowledge, self.joint, self.preferences)

    def formulations(self) -> tuple[Formulation, ...]:
        """The best few, each with why it stands below the one above."""
        settings = self.patient.knowledge.composition
        most = self.preferences.alternatives or int(settings.setting("alternatives"))
        ranked = self.ranking.best_first()
        found: list[tuple[Ranked, Formulation]] = []
        for one in ranked:
            if len(found) == most:
                break
            made = self.formulation(one)
            if made is not None:
                above = [each for each, _ in found]
                found.append((one, self._placed(one, made, above, len(ranked))))
        return mark_pareto(tuple(made for _, made in found))

    def _placed(self, one: Ranked, made: Formulation, above: Sequence[Ranked], total: int) -> Formulation:
        """The formulation with its rank, why it stands below, and which of those above trials cannot tell from it."""
        shares = beaten_by(one, above, self.ranking)
        return replace(
            made,
            rank=len(above) + 1,
            why=why_below(one, above[-1] if above else None, self.ranking, total),
            beaten_by=shares,
            not_told_apart_from=not_told_apart(shares, self.patient.knowledge.composition.setting(TOLD_APART)),
        )

    def formulation(self, one: Ranked) -> Formulation | None:
        """A set with its amounts, or None where a limit leaves nothing to give."""
        knowledge = self.patient.knowledge
        chosen = [self.options[position] for position in one.positions]
        given = given_of(self.patient)
        filled = fill_all([_filling(group, self.options) for group in one.split], given, knowledge)
        limits = checks(filled, given, knowledge)
        if any(_nothing_left(each) for each in filled) or any(_above(check) for check in limits):
            return None
        separate = tuple(sorted(carriers(chosen) | {each.id for each in chosen if each.device}))
        names = [knowledge.components[each.id].name for each in self.options]
        level = knowledge.composition.setting("certainty_level")
        mixing = tuple(self._mixing(one, filled))
        blood = tuple(draw for each in filled for draw in blood_for(each, knowledge))
        return Formulation(
            rank=0,
            syringes=tuple(each.syringe for each in filled),
            separate=separate,
            mixing=mixing,
            response=response_of(one.positions, names, self.joint, self.model.scale if self.model else "", level),
            objections=self._objections(chosen),
            why="",
            components=tuple(each.id for each in chosen),
            score=one.score,
            score_parts=tuple(
                ScorePart(name, round(value, 9), part_text(name, knowledge)) for name, value in self.ranking.parts(one)
            ),
            burden=_burden(chosen, filled, blood),
            limits=limits,
            course=tuple(self._course(filled)),
            blood=blood,
            sequence=tuple(_sequence(filled, separate, mixing, self.patient)),
            asks=_asks(filled, limits),
        )

    def _objections(self, chosen: Sequence[Option]) -> tuple[Argument, ...]:
        """What speaks against the components, the gravest of each component first, each sentence once."""
        names = {each.id for each in chosen}
        found = [caution for answer in self.answers if answer.id in names for caution in answer.cautions]
        return tuple({one.rule: one for one in found}.values())

    def _mixing(self, one: Ranked, filled: Sequence[Filled]) -> Iterator[MixingState]:
        table = self.patient.knowledge.mixing
        names = sorted(self.options[each].id for each in one.positions if not self.options[each].device)
        diluents = [(each.syringe.diluent, each.filling.components) for each in filled if each.syringe.diluent]
        together = {pair for each in filled for pair in combinations(sorted(each.filling.components), 2)}
        pairs = list(combinations(names, 2))
        for diluent, components in diluents:
            added = [tuple(sorted((str(diluent), name))) for name in components]
            pairs += [(pair[0], pair[1]) for pair in added]
            together.update((pair[0], pair[1]) for pair in added)
        for pair in dict.fromkeys(pairs):
            known = table.of(*pair)
            yield MixingState(
                known.pair, known.state, known.sources, known.text, known.pair in together, known.conditions
            )

    def _unit_of(self, held: str, filled: Filled) -> str:
        """The dose unit of something that a ready-made product holds besides."""
        components = (self.patient.knowledge.components[name] for name in filled.filling.components)
        units = [one.unit for each in components for one in each.contains if one.id == held]
        return units[0].partition("/")[0] if units else ""

    def _course(self, filled: Sequence[Filled]) -> Iterator[CourseDose]:
        for each in filled:
            for name, dose in each.doses.items():
                shown = next((one for one in each.syringe.components if one.id == name), None)
                unit = shown.dose_unit if shown else self._unit_of(name, each)
                sessions = sessions_of(name if shown else each.filling.components[0], self.patient)
                total = round(number(dose, unit) * sessions, 4) if dose and unit else None
                volume = each.syringe.volume_ml
                yield CourseDose(name, sessions, total, unit, None if volume is None else round(volume * sessions, 4))


def _filling(group: tuple[int, ...], options: Sequence[Option]) -> Filling:
    way = options[group[0]].way
    if way is None:
        raise ValueError(f"{options[group[0]].id} has no technique")
    return Filling(tuple(options[one].id for one in group), way)


def _nothing_left(filled: Filled) -> bool:
    volume, points = filled.coverage.volume, filled.coverage.points
    return (volume is not None and volume.base <= 0) or points == 0


def _above(check: LimitCheck) -> bool:
    """A ceiling that is passed; acidity is said, and does not forbid."""
    return check.within is False and check.id != "mixture_ph"


def _burden(chosen: Sequence[Option], filled: Sequence[Filled], blood: Sequence[BloodDraw]) -> Burden:
    counts = [each.coverage.points for each in filled]
    drawn = [one.blood_ml for one in blood]
    known = [one for one in drawn if one is not None]
    return Burden(
        points=sum(one or 0 for one in counts) if all(one is not None for one in counts) else None,
        syringes=len(filled),
        blood_ml=sum(known) if known or not blood else None,
        cost_class=max(one.cost for one in chosen),
    )


def sessions_of(name: str, patient: Patient) -> int:
    """Sessions of a course before maintenance, as the plan uses them and as many as are wanted at most."""
    protocol = patient.knowledge.protocols.get(str(patient.facts.get("indication")))
    if protocol is None:
        return 1
    own = next((one.phases for one in protocol.components if one.id == name), protocol.phases)
    wanted = patient.profile.get("max_sessions")
    total = max(1, sum(_count(phase) for phase in own if phase.name != "maintenance"))
    return min(total, wanted) if isinstance(wanted, int) else total


def _count(phase: Phase) -> int:
    return int(phase.sessions.used or phase.sessions.low) if phase.sessions else 0


def _sequence(
    filled: Sequence[Filled], separate: Sequence[str], mixing: Sequence[MixingState], patient: Patient
) -> Iterator[str]:
    """How the parts follow one another, and why they are not mixed."""
    names = patient.knowledge.components
    if len(filled) > 1:
        order = ", then ".join(" with ".join(names[one].name for one in each.filling.components) for each in filled)
        yield f"One syringe after the other: {order}. Change the needle in between."
    for one in mixing:
        if not one.together and one.state != "no_data":
            yield f"{names[one.pair[0]].name} and {names[one.pair[1]].name} not in one syringe: {one.text}"
    if any(not one.together and one.state == "no_data" for one in mixing):
        unknown = [" and ".join(names[one].name for one in each.pair) for each in mixing if each.state == "no_data"]
        yield f"No mixing data, so given separately: {'; '.join(unknown)}."
    for name in separate:
        yield f"{names[name].name} is a step of its own."


def _asks(filled: Sequence[Filled], limits: Sequence[LimitCheck]) -> tuple[str, ...]:
    """Fields that would make the amounts definite."""
    asked = ["area_cm2"] if any(each.coverage.needs_area for each in filled) else []
    asked += [field for check in limits for field in check.needs]
    return tuple(dict.fromkeys(asked))
