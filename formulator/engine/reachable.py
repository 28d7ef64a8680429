"""What can still matter once the concern is known: which rules can be reached, and which fields they and the plan read.

Concern, cause and sex settle the indication and much else; every other field is taken as open. A rule is reachable if
something is left of its condition then. It matters if it speaks about the procedure, gives a component a role, or
speaks about a component that could be used here. Nothing is guessed: whatever a field that is not listed holds, the
decision, the plan, the formulations and the status of every component that could be used are the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from formulator.conditions import ALWAYS, NEVER, Condition, fields_read, remaining
from formulator.engine.options import comes_with
from formulator.engine.strengths import PER_KG, ceilings_of
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule
from formulator.profile.fields import UNKNOWN, Scale

SETTLED_FIRST = ("domain", "concern", "cause", "sex")
"""The fields that are asked first: what they say, or leave unsaid, settles what else is needed."""
_INDICATION, _NONE_OF_THEM = "indication", "none of them"
READ_BY_PLAN = (
    *("event_date", "start_date", "unavailable_dates", "max_sessions", "needle_aversion"),
    *("site", "area_cm2"),
)
"""What the plan and the formulations read themselves, not by a condition."""
READ_ALWAYS = ("age", "stocked_components")
"""What the estimate of the model and the list of components read."""


@dataclass(frozen=True)
class Reach:
    """What the settled fields leave open.

    `indications` are those still possible, `usable` the components for which a reachable rule speaks, `read` maps each
    rule that matters to the fields that it reads, by itself or through what follows from them, `others` the fields
    that something else reads: the plan, notes, tests of a work-up. `sites` are those of the tissue, first the ones for
    which most techniques are described; `scales` are those that grade the concern, first the ones of the indication.
    """

    indications: tuple[str, ...]
    usable: frozenset[str]
    read: Mapping[str, frozenset[str]]
    others: frozenset[str]
    sites: tuple[str, ...]
    scales: tuple[str, ...]

    @cached_property
    def fields(self) -> frozenset[str]:
        """Every field that can matter, the settled ones included."""
        return frozenset().union(SETTLED_FIRST, self.others, *self.read.values())

    @cached_property
    def rules_of(self) -> Mapping[str, tuple[str, ...]]:
        """For each field, the rules that read it, in the order of their ids."""
        found: dict[str, list[str]] = {}
        for rule in sorted(self.read):
            for field in self.read[rule]:
                found.setdefault(field, []).append(rule)
        return {field: tuple(rules) for field, rules in found.items()}


def reach_of(known: Mapping[str, Any], knowledge: Knowledge) -> Reach:
    """What can matter for a patient of whom these facts are known; only those of `SETTLED_FIRST` are looked at."""
    given = {name: known[name] for name in SETTLED_FIRST if known.get(name) is not None}
    key = ("reach", *sorted(given.items()))
    if key not in knowledge.made_by_engine:
        knowledge.made_by_engine[key] = _Search(given, knowledge).reach()
    return knowledge.made_by_engine[key]


class _Search:
    """One search, for one set of settled facts."""

    def __init__(self, given: Mapping[str, Any], knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.facts = dict(given)
        self.closed = {*SETTLED_FIRST}
        self._settle()
        self.indications = self._indications()
        self.certain = self.facts.get(_INDICATION) is not None
        self.behind = self._behind()

    def reach(self) -> Reach:
        """Reachable rules first, then what they make usable, then what matters for that."""
        rules = self.knowledge.rules
        left = {name: fields for name, one in rules.items() if (fields := self._open(one.when)) is not None}
        usable = frozenset(
            name for rule in left if rules[rule].role for name in self.knowledge.components_of_rule[rule]
        )
        weighed = self._weighed(usable)
        mattering = [rule for rule in left if self._matters(rules[rule], weighed)]
        return Reach(
            indications=self.indications,
            usable=usable,
            read={rule: self._given(left[rule]) for rule in mattering},
            others=self._given(self._others(usable)),
            sites=self._sites(usable),
            scales=self._scales(),
        )

    def _settle(self) -> None:
        """Add what follows from the given facts whatever else becomes known."""
        before = -1
        while len(self.facts) != before:
            before = len(self.facts)
            for one in self.knowledge.derivations:
                settled = one.field not in self.facts and remaining(one.when, self.facts, self.closed) == ALWAYS
                if settled and self._can_only_be(one.field, one.value):
                    self.facts[one.field] = one.value
                    self.closed.add(one.field)

    def _can_only_be(self, field: str, value: str) -> bool:
        """Whether nothing else can be entered for a fact that follows: what is entered outranks what follows."""
        if field in self.closed or field not in self.knowledge.catalogue.fields:
            return True
        others = set(self.knowledge.catalogue.fields[field].choices) - {value, UNKNOWN}
        clashing = {
            one.other_value
            for one in self.knowledge.catalogue.impossible
            if one.other_field == field and self.facts.get(one.field) == one.value
        }
        return others <= clashing

    def _indications(self) -> tuple[str, ...]:
        left = {name: self._rest(one.derived_from) for name, one in self.knowledge.indications.items()}
        certain = next((name for name, rest in left.items() if rest == ALWAYS), None)
        if certain is not None:
            self.facts[_INDICATION] = certain
            self.closed.add(_INDICATION)
            return (certain,)
        return tuple(name for name, rest in left.items() if rest != NEVER)

    def _rest(self, condition: Condition, **more: Any) -> Condition:
        return remaining(condition, {**self.facts, **more}, {*self.closed, *more})

    def _rests(self, condition: Condition) -> Iterator[Condition]:
        """What is left under each indication that is still possible, and where there is none."""
        if self.certain:
            yield self._rest(condition)
            return
        for name in (*self.indications, _NONE_OF_THEM):
            yield self._rest(condition, indication=name)
        yield self._rest(condition)

    def _open(self, condition: Condition) -> frozenset[str] | None:
        """The fields that a condition still reads; None where it cannot hold."""
        rests = [rest for rest in self._rests(condition) if rest != NEVER]
        return frozenset().union(*map(fields_read, rests)) if rests else None

    def _behind(self) -> Mapping[str, frozenset[str]]:
        """For each fact that is still open, the fields from which it can follow."""
        found: dict[str, frozenset[str]] = {"days_to_event": frozenset(("event_date", "start_date"))}
        if not self.certain:
            found[_INDICATION] = frozenset().union(
                *(fields_read(self._rest(one.derived_from)) for one in self.knowledge.indications.values())
            )
        for one in self.knowledge.derivations:
            found[one.field] = found.get(one.field, frozenset()) | fields_read(self._rest(one.when))
        return found

    def _given(self, fields: Iterable[str]) -> frozenset[str]:
        """The fields of a profile that these come from."""
        reached: set[str] = set()
        waiting = set(fields)
        while waiting:
            reached |= waiting
            waiting = set().union(*(self.behind.get(one, ()) for one in waiting)) - reached
        return frozenset(reached & self.knowledge.catalogue.fields.keys())

    def _weighed(self, usable: frozenset[str]) -> frozenset[str]:
        """Usable components, what their products hold, and the devices that carry them."""
        contents = (comes_with(name, self.knowledge) for name in usable)
        return frozenset().union(usable, self.knowledge.members("devices"), *contents)

    def _matters(self, rule: Rule, weighed: frozenset[str]) -> bool:
        about = self.knowledge.component_set_of_rule[rule.id]
        return bool(
            rule.decision
            or rule.role
            or not about
            or about & weighed
            or rule.id in self.knowledge.disputed_thresholds_of_rule
        )

    def _others(self, usable: frozenset[str]) -> frozenset[str]:
        """What is read beside the rules."""
        found: set[str] = {*READ_ALWAYS}
        knowledge = self.knowledge
        for name in self.indications:
            found.update(field for test in knowledge.indications[name].work_up for field in test.fields)
        if any(name in knowledge.protocols for name in self.indications):
            found.update(READ_BY_PLAN)
            found.update(self._of_ceilings(self._weighed(usable)))
            for washout in knowledge.washouts:
                if any(knowledge.members(subject) & usable for subject in washout.subject):
                    found.add(washout.medicine)
                    found |= (self._open(washout.when) if washout.when else None) or frozenset()
        return frozenset(found).union(*(self._open(condition) or () for condition in self._surrounding(usable)))

    def _of_ceilings(self, dosed: frozenset[str]) -> Collection[str]:
        components = (self.knowledge.components[name] for name in dosed)
        by_weight = any(one.kind == PER_KG for component in components for one in ceilings_of(component))
        return ("weight_kg",) if by_weight else ()

    def _surrounding(self, usable: frozenset[str]) -> Iterator[Condition]:
        """The conditions of notes, planning figures and disagreements."""
        knowledge = self.knowledge
        for note in (*knowledge.before, *knowledge.after, *knowledge.expect, *knowledge.side_effects):
            if not note.components or not usable.isdisjoint(note.components):
                yield note.when
        for one in (*knowledge.planning, *knowledge.disagreements):
            yield one.when

    def _scales(self) -> tuple[str, ...]:
        knowledge, concern = self.knowledge, self.facts.get("concern")
        first = [scale.id for name in self.indications for scale in knowledge.indications[name].severity_scales]
        listed = [one.name for one in knowledge.catalogue.scales.values() if _grades(one, concern)]
        return tuple(sorted(listed, key=lambda name: name not in first))

    def _sites(self, usable: frozenset[str]) -> tuple[str, ...]:
        """The sites of the tissue, first those for which most techniques of this concern are described."""
        knowledge = self.knowledge
        protocols = Counter(self._sites_of(self.indications))
        own = Counter(site for name in usable for site in _described(knowledge.components[name].techniques, knowledge))
        domains = knowledge.catalogue.concern_domains.get(str(self.facts.get("concern")), frozenset())
        here = {knowledge.indications[name].domain for name in self.indications}
        tissue = set(self._sites_of(self._of_domains(domains)))
        nearer = set(self._sites_of(self._of_domains(here)))
        every = list(knowledge.catalogue.fields["site"].choices)
        listed = [site for site in every if site in own or site in protocols or site in tissue] or every
        return tuple(sorted(listed, key=lambda site: (-protocols[site], -own[site], site not in nearer)))

    def _of_domains(self, domains: Collection[str]) -> list[str]:
        return [name for name, one in self.knowledge.indications.items() if one.domain in domains]

    def _sites_of(self, indications: Iterable[str]) -> Iterator[str]:
        for name in indications:
            protocol = self.knowledge.protocols.get(name)
            techniques = (*protocol.technique, *(one.technique for one in protocol.needle_free)) if protocol else ()
            yield from _described(techniques, self.knowledge)


def _described(techniques: Iterable[str], knowledge: Knowledge) -> list[str]:
    """The sites of these techniques, once for each technique."""
    return [site for name in techniques if name in knowledge.techniques for site in knowledge.techniques[name].sites]


def _grades(scale: Scale, concern: Any) -> bool:
    return concern is None or not scale.concerns or concern in scale.concerns
