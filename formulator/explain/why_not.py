"""Why a component is not in the answer, why nobody treats, why a formulation is not first; what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from formulator.conditions import fewest_changes
from formulator.engine.answer import USABLE, Argument, Recommendation
from formulator.engine.effect import TrialEffects
from formulator.engine.facts import facts_of
from formulator.engine.patient import Patient
from formulator.engine.ranking import DEFAULT_PREFERENCES, Preferences
from formulator.engine.standing import LADDER
from formulator.evidence.answer import EvidenceModel
from formulator.explain.change.alike import DistinctMoves
from formulator.explain.change.moves import Moves
from formulator.explain.change.rank import WISH, First
from formulator.explain.change.search import Change, smallest_changes
from formulator.explain.change.targets import InAnswer, Target, Treatable
from formulator.explain.change.world import State, World
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule
from formulator.profile import profile_from_mapping


@dataclass(frozen=True, slots=True)
class Nearest:
    """A rule that would speak for the component, and the smallest sets of facts that would have to differ for it."""

    rule: Rule
    lacking: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What keeps something out, and every smallest change of up to three facts that would bring it about.

    `fixed` are facts that stand in the way and that nobody can change; `nearest` the rules that come closest to
    speaking for a component that nothing speaks for. `wanted` is the status or decision that the changes lead to.
    `facts` are the facts now.
    """

    wanted: str
    keeps_out: tuple[Argument, ...]
    nearest: tuple[Nearest, ...]
    fixed: tuple[str, ...]
    changes: tuple[Change, ...]
    facts: Mapping[str, Any]


def why_not(answer: Recommendation, component: str, knowledge: Knowledge) -> WhyNot | None:
    """Why a component is not used, or is used as less than a main part; None where it is recommended.

    What is not used is wished to be used at all; what is used, one step higher.

    Raises KeyError for what is no component.
    """
    found = answer.component(component)
    if found.status == "recommended":
        return None
    wanted = LADDER[LADDER.index(found.status) - 1] if found.status in USABLE else "optional"
    target = InAnswer(component, knowledge, at_least=wanted)
    world, now = _world(answer, knowledge)
    against = tuple(one for one in found.arguments if one.kind == "excludes" or one.limits_to)
    nearest = () if any(one.kind == "excludes" for one in against) else _nearest(target, now)
    here = tuple(one for one in nearest if not all("indication" in fields for fields in one.lacking))
    nearest = here if here or found.status in USABLE else nearest
    return WhyNot(wanted, against, nearest, _fixed(target, now), smallest_changes(target, world), now.facts)


def why_not_treated(answer: Recommendation, knowledge: Knowledge) -> WhyNot | None:
    """What stands between this patient and a treatment; None where the decision is to treat."""
    if answer.decision == "treat":
        return None
    target = Treatable(knowledge)
    world, now = _world(answer, knowledge)
    changes = smallest_changes(target, world)
    return WhyNot("treat", answer.decision_arguments, (), _fixed(target, now), changes, now.facts)


def why_not_first(
    answer: Recommendation,
    rank: int,
    knowledge: Knowledge,
    model: EvidenceModel | None,
    preferences: Preferences = DEFAULT_PREFERENCES,
) -> WhyNot | None:
    """What would bring the formulation of this rank to the first place; None for the first and for what is none.

    Only facts that can be changed are: what is unknown and cannot be is not answered in thought.
    """
    found = next((one for one in answer.formulations if one.rank == rank > 1), None)
    if found is None:
        return None
    effects = TrialEffects(model) if model else None
    target = First(frozenset(found.components), knowledge, model, effects, preferences)
    world, now = _world(answer, knowledge)
    moves = DistinctMoves(Moves(world.patient, answers=False), world, knowledge.rules.values(), frozenset((WISH,)))
    return WhyNot("first", found.objections, (), (), smallest_changes(target, world, moves=moves), now.facts)


def _world(answer: Recommendation, knowledge: Knowledge) -> tuple[World, State]:
    profile = profile_from_mapping(answer.profile, "profile", knowledge.catalogue)
    world = World(Patient(profile, facts_of(profile, knowledge, answer.date), knowledge, answer.date))
    return world, world.with_changes({})


def _nearest(target: InAnswer, now: State) -> tuple[Nearest, ...]:
    """The rules that would speak for it and lack the fewest facts."""
    found = [Nearest(rule, fewest_changes(rule.when, now.facts)) for rule in target.nearest_support(now)]
    possible = [one for one in found if one.lacking]
    fewest = min((len(one.lacking[0]) for one in possible), default=0)
    return tuple(one for one in possible if len(one.lacking[0]) == fewest)


def _fixed(target: Target, now: State) -> tuple[str, ...]:
    """Facts that keep it out and that no move touches."""
    moves, world = Moves(now.world.patient), now.world
    found: dict[str, None] = {}
    for facts in target.lacking(now):
        inputs = frozenset().union(*(world.inputs_behind(name) for name in facts))
        if not any(moves.of(name) for name in inputs):
            found.update(dict.fromkeys(sorted(facts)))
    return tuple(found)
