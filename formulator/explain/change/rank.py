"""What would bring a formulation to the first place: the wish for it, and what it still lacks.

A set of components is judged by what its own components are (status, certainty, technique), so each set above it stays
above unless one of the facts changes that these rest on. Area and weight, which move amounts and not permissions, and
the stock of the clinic are not changed in thought: whoever stocks nothing else has the answer already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from formulator.conditions import fields_read
from formulator.conditions.nearest import Fields
from formulator.engine.assess import judged
from formulator.engine.compose import Composer, composer_for, may_be_composed
from formulator.engine.decide import decide
from formulator.engine.effect import EffectModel
from formulator.engine.findings import CERTAINTY_ORDER, read_rules
from formulator.engine.patient import Patient
from formulator.engine.ranking import Preferences
from formulator.engine.standing import standing_of, status_of
from formulator.evidence.answer import EvidenceModel
from formulator.explain.change.targets import InAnswer, Target, Treatable
from formulator.explain.change.world import State
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule
from formulator.profile import Profile

WISH = "needle_aversion"
Components = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Stands:
    """A feasible set: its components, and what must be permitted for it with any technique."""

    components: Components
    needs: Components


@dataclass
class First:
    """A set of components stands first among all formulations."""

    components: Components
    knowledge: Knowledge
    model: EvidenceModel | None
    effects: EffectModel | None
    preferences: Preferences
    _above: dict[object, list[Fields]] = field(default_factory=dict)
    _now: dict[str, object] = field(default_factory=dict)

    def lacking(self, state: State) -> list[Fields]:
        """Leave to treat, its own components in the answer, and each set that stands above it put back."""
        lacking = [fields for one in self._permitted for fields in one.lacking(state)]
        if lacking:
            return lacking
        key = (state.facts.get(WISH), *self._marked(state))
        if key not in self._above:
            self._above[key] = self._in_the_way(state)
        return self._above[key]

    @cached_property
    def _permitted(self) -> tuple[Target, ...]:
        """Leave to treat, and each component in the answer."""
        return Treatable(self.knowledge), *(InAnswer(name, self.knowledge) for name in sorted(self.components))

    def _in_the_way(self, state: State) -> list[Fields]:
        """For each set that stands above, what could turn that; the same marks give the same order."""
        order = tuple(self._ranked(state))
        mine = next((one for one in order if one.components == self.components), None)
        if mine is None:
            return [self._feasible]
        return list(dict.fromkeys(self._could_turn(one, mine) for one in order[: order.index(mine)]))

    def _marked(self, state: State) -> list[object]:
        """The mark of each component, weighed again only where one of its rules reads otherwise."""
        members = self.knowledge.component_set_of_rule
        turned = (name for name in state.touched if state.turns(self.knowledge.rules[name]))
        touched = frozenset().union(*(members[name] for name in turned))
        names = sorted(self.knowledge.into_skin)
        if not self._now:
            self._now.update({name: self._mark(name, state.world.with_changes({})) for name in names})
        return [self._mark(name, state) if name in touched else self._now[name] for name in names]

    def _mark(self, name: str, state: State) -> object:
        """All that the rules make of a component: its status and the best certainty of what speaks for it."""
        rules = self.knowledge.rules_about[name]
        holding = state.holding(rules)
        blocked = any(rule.unknown == "block" and state.truth_of(rule) is None for rule in rules)
        speaking = [CERTAINTY_ORDER.index(rule.certainty) for rule in holding if rule.role]
        return status_of(standing_of(holding), blocked), min(speaking, default=None)

    def _ranked(self, state: State) -> Iterator[_Stands]:
        composer = self._composer(state)
        if composer is None:
            return
        for one in composer.ranking.best_first():
            names = frozenset(composer.options[position].id for position in one.positions)
            if names == self.components or composer.formulation(one) is not None:
                yield _Stands(names, names | self._brought_along(names))
            if names == self.components:
                return

    def _composer(self, state: State) -> Composer | None:
        patient = Patient(Profile(state.values), state.facts, self.knowledge, state.world.patient.today)
        findings = read_rules(self.knowledge, patient.facts)
        answers = judged(findings, patient, self.model)
        verdict = decide(findings, answers, patient)
        if not may_be_composed(patient, verdict, findings):
            return None
        return composer_for(patient, answers, self.effects, self.preferences)

    def _brought_along(self, names: Components) -> set[str]:
        """What products hold or are diluted with."""
        found: set[str] = set()
        for name in sorted(names):
            component = self.knowledge.components[name]
            found |= {each.id for each in component.contains} | {component.diluent or ""}
        return found & self.knowledge.components.keys()

    def _carriers(self, names: Components) -> set[str]:
        """Devices that could bring one of the components in: with them its technique changes."""
        routes = {route for name in names for route in self.knowledge.components[name].routes}
        return set(self.knowledge.members("devices") & routes)

    def _could_turn(self, above: _Stands, mine: _Stands) -> Fields:
        """Facts whose change could forbid what stands above, or weigh the components of the two differently."""
        both = above.components | mine.components
        found = frozenset((WISH,)).union(*(self._forbidding[name] for name in above.needs - mine.needs))
        found = found.union(*(self._forbidding[name] for name in self._carriers(both)))
        return found.union(*(self._weighing[name] for name in both))

    @cached_property
    def _forbidding(self) -> dict[str, Fields]:
        """For each component, what its exclusions read; one that would exclude the wished set as well is no help."""
        members = self.knowledge.component_set_of_rule
        return self._read_by(lambda one: one.kind == "excludes" and members[one.id].isdisjoint(self.components))

    @cached_property
    def _weighing(self) -> dict[str, Fields]:
        """For each component, what its support and its limits read."""
        return self._read_by(lambda rule: bool(rule.role or rule.limits_to))

    def _read_by(self, of_kind: Callable[[Rule], bool]) -> dict[str, Fields]:
        return {
            name: frozenset().union(*(fields_read(rule.when) for rule in rules if of_kind(rule)))
            for name, rules in self.knowledge.rules_about.items()
        }

    @cached_property
    def _feasible(self) -> Fields:
        """What decides whether the permitted set can be given: techniques, contents, and the weight of its devices."""
        needed = self._brought_along(self.components) | self._carriers(self.components)
        excluding = self._read_by(lambda one: one.kind == "excludes")
        found = frozenset((WISH,)).union(*(excluding[name] for name in needed))
        return found.union(*(self._weighing[name] for name in self.components))
