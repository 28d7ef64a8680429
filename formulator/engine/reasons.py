"""Why one formulation stands below another, and which of them nothing beats on both effect and burden."""

from __future__ import annotations

from dataclasses import replace

from formulator.engine.formulation import Formulation
from formulator.engine.ranking import Ranked, Ranking
from formulator.knowledge import Knowledge

_WORDS = {
    "effect": "less effect on the cautious or mean estimate",
    "standing": "less speaks for it by role and certainty",
    "each_syringe": "more syringes, each a pass of its own",
    "each_100_points": "more needle points",
    "blood_draw": "a blood draw",
    "device_step": "a device step",
    "each_cost_class": "a higher cost class",
    "weak_evidence": "a component on very weak evidence",
    "strength_unpublished": "a component without a published strength",
}
_TIERS = ("a main part of the answer", "an adjunct", "optional components only")
_BENEFIT = ("effect", "standing")
_CLOSE = 5e-7


def part_text(name: str, knowledge: Knowledge) -> str:
    """What a part of the score stands for: the reason given in data/composition.yaml."""
    if name == "effect":
        return "Estimated effect of the components that trials isolate."
    if name == "standing":
        return "Role and certainty of what the rules say for the components; an order, not an effect."
    return next(one.why for one in knowledge.composition.settings if one.id == name)


def why_below(one: Ranked, above: Ranked | None, ranking: Ranking, total: int) -> str:
    """One sentence: the largest difference to the formulation above, or why it is the best."""
    if above is None:
        basis = "effect" if ranking.joint else "role and certainty (no effect model)"
        return f"Best of {total} permitted combinations by {basis}, less burden, cost and weak evidence."
    if one.tier != above.tier:
        return f"Holds {_TIERS[one.tier]}, the one above {_TIERS[above.tier]}."
    mine, other = dict(ranking.parts(one)), dict(ranking.parts(above))
    lost = {name: other.get(name, 0.0) - mine.get(name, 0.0) for name in dict.fromkeys((*mine, *other))}
    behind = above.score - one.score
    name = max(lost, key=lambda each: (lost[each], each))
    if behind < _CLOSE or lost[name] <= 0:
        more = len(one.positions) > len(above.positions)
        tie = "Equal in score, with more components." if more else "Equal in score; only the alphabet puts it below."
        return tie + _difference(one, above, ranking)
    difference = _difference(one, above, ranking)
    return f"{behind:.2f} points below, mostly {_WORDS[name]} ({lost[name]:.2f}).{difference}"


def _difference(one: Ranked, above: Ranked, ranking: Ranking) -> str:
    names = [ranking.knowledge.components[option.id].name for option in ranking.options]
    gained = [names[each] for each in one.positions if each not in above.positions]
    dropped = [names[each] for each in above.positions if each not in one.positions]
    parts = [f"with {' and '.join(gained)}"] if gained else []
    parts += [f"without {' and '.join(dropped)}"] if dropped else []
    return f" Differs: {'; '.join(parts)}."


def benefit_and_burden(one: Formulation) -> tuple[float, float]:
    """The two axes of the picture: what speaks for it, and the sum of its penalties (positive)."""
    benefit = sum(part.value for part in one.score_parts if part.id in _BENEFIT)
    burden = -sum(part.value for part in one.score_parts if part.id not in _BENEFIT)
    return round(benefit, 9), round(burden, 9)


def mark_pareto(formulations: tuple[Formulation, ...]) -> tuple[Formulation, ...]:
    """Mark those that no other beats on both axes."""
    placed = [benefit_and_burden(one) for one in formulations]
    return tuple(
        replace(one, pareto=not any(_beats(other, here) for other in placed))
        for one, here in zip(formulations, placed, strict=True)
    )


def _beats(other: tuple[float, float], here: tuple[float, float]) -> bool:
    return other != here and other[0] >= here[0] and other[1] <= here[1]
