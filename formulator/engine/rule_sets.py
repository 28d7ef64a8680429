"""What the engine asks of rules again and again, as sets of rules kept as bits (those of the knowledge's matcher).

A question about many rules then is one "and" of two numbers. Made once for a knowledge base.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import attrgetter, or_

from formulator.conditions.compiled import Listing, Union
from formulator.engine.findings import HARM_ORDER
from formulator.engine.standing import BLOCKED, LANE_BITS, said_by
from formulator.knowledge import Knowledge
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.knowledge.items import Rule

Rules = int
"""A set of rules."""
Lanes = int
"""The standings of all components side by side (`Knowledge.lanes_of_rule`)."""


@dataclass(frozen=True)
class RuleSets:
    """Sets of rules.

    `about`: those that speak about a component. `saying`: those that move a standing while they hold; `bearing`: those
    that move anything while they hold or block. `forcing`: those that force a decision, by decision; `by_harm`: by
    place in HARM_ORDER. `noticing`: those that ask whether a field is known. `answers`: what the answers to a field
    that rules read (`Knowledge.cells`) leave of the masks. `said` and `held_back` join what rules say while they hold,
    and which components they block while they hang, as lanes; `gravity` lists their places in `by_gravity`, the most
    urgent question first.
    """

    knowledge: Knowledge
    about: Mapping[str, Rules]
    saying: Rules
    bearing: Rules
    blocking: Rules
    delaying: Rules
    speaking_for_themselves: Rules
    with_role: Rules
    assumed_absent: Rules
    forcing: Mapping[str, Rules]
    noticing: Mapping[str, Rules]
    lanes: tuple[tuple[str, int], ...]
    answers: Mapping[str, tuple[int, ...]]
    ruled: Listing[Rule]
    said: Union
    held_back: Union
    deciding: Rules
    by_harm: tuple[Rules, ...]
    gravity: Listing[int]
    by_gravity: tuple[Rule, ...]

    def about_any(self, components: Iterable[str]) -> Rules:
        """The rules that speak about at least one of these components."""
        return reduce(or_, map(self.about.__getitem__, components), 0)

    def said_while(self, holding: Rules) -> Lanes:
        """The standing of every component while these rules hold."""
        return self.said.of(holding & self.saying)

    def blocked_while(self, hanging: Rules) -> Lanes:
        """A mark on every component that these rules hold back while they hang."""
        return self.held_back.of(hanging & self.blocking)

    def decision(self, holding: Rules, hanging: Rules) -> str:
        """The gravest decision: what `Knowledge.decision_of` says, from bits."""
        for decision in GRAVEST_FIRST:
            if holding & self.forcing[decision] or (decision == "treat_after" and hanging & self.delaying):
                return decision
        return "treat"

    def gravest(self, rules: Rules) -> Rule | None:
        """The rule whose question is the most urgent."""
        places = self.gravity.of(rules)
        return self.by_gravity[min(places)] if places else None

    def worst_harm(self, rules: Rules) -> int:
        """The place in HARM_ORDER of the gravest harm behind rules; moderate where there are none."""
        for place, harmful in enumerate(self.by_harm):
            if rules & harmful:
                return place
        return HARM_ORDER.index("moderate")

    def speaking_of(self, rules: Rules) -> list[Rule]:
        """They themselves, sorted by id."""
        return sorted(self.ruled.of(rules), key=_by_id)


_by_id = attrgetter("id")


def rule_sets(knowledge: Knowledge) -> RuleSets:
    """The sets of a knowledge base."""
    made = knowledge.made_by_engine
    if _KEY not in made:
        made[_KEY] = _made(knowledge)
    return made[_KEY]


_KEY = ("rule sets",)


def _made(knowledge: Knowledge) -> RuleSets:
    rules, bits = knowledge.matcher.rules, knowledge.matcher.bits

    def those(wanted: Callable[[Rule], object]) -> Rules:
        return bits(rule.id for rule in rules if wanted(rule))

    in_order = [rules[at] for at in knowledge.matcher.masks.order]
    by_gravity = tuple(sorted(rules, key=_gravest_first))
    place = {rule.id: number for number, rule in enumerate(by_gravity)}
    lanes = knowledge.lanes_of_rule
    return RuleSets(
        knowledge=knowledge,
        about={name: bits(names) for name, names in _about(knowledge).items()},
        saying=those(said_by),
        bearing=those(lambda rule: said_by(rule) or rule.decision or rule.unknown == "block"),
        blocking=bits(knowledge.rules_that_block),
        delaying=bits(knowledge.rules_that_delay),
        speaking_for_themselves=bits(knowledge.rules_that_speak_for_themselves),
        with_role=those(lambda rule: rule.role),
        assumed_absent=bits(knowledge.rules_assumed_absent),
        forcing={one: those(lambda rule, one=one: rule.decision == one) for one in GRAVEST_FIRST},
        noticing={field: bits(one.id for one in found) for field, found in knowledge.rules_noticing.items()},
        lanes=tuple((name, LANE_BITS * place) for place, name in enumerate(knowledge.components)),
        answers=_answers(knowledge),
        ruled=Listing(in_order),
        said=Union([lanes[rule.id] * said_by(rule) for rule in in_order]),
        held_back=Union([lanes[rule.id] * BLOCKED for rule in in_order]),
        deciding=bits(knowledge.rules_that_force | knowledge.rules_that_delay),
        by_harm=tuple(those(lambda rule, one=one: rule.harm == one) for one in HARM_ORDER),
        gravity=Listing([place[rule.id] for rule in in_order]),
        by_gravity=by_gravity,
    )


def _answers(knowledge: Knowledge) -> Mapping[str, tuple[int, ...]]:
    masks = knowledge.matcher.masks
    return {
        field: masks.answers(field, [cell.value for cell in cells])
        for field, cells in knowledge.cells.items()
        if field in masks.columns
    }


def _about(knowledge: Knowledge) -> Mapping[str, list[str]]:
    return {name: [rule.id for rule in found] for name, found in knowledge.rules_about.items()}


def _gravest_first(rule: Rule) -> tuple[bool, bool, int, str]:
    return (rule.unknown != "block", not rule.decision, HARM_ORDER.index(rule.harm), rule.id)
