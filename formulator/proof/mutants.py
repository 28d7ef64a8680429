"""Small faults planted in the knowledge, one at a time: each is a knowledge base that differs in one rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from formulator.conditions import All, Always, AnyOf, AtLeast, Below, Condition, IsKnown, IsOneOf, Not
from formulator.conditions.tree import Atom
from formulator.knowledge import Knowledge
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.knowledge.items import Rule
from formulator.proof.atoms import atom_name, moved, resolutions

DROPPED = "rule dropped"
FLIPPED = "comparator flipped"
MOVED = "threshold moved"
SWAPPED = "all and any swapped"
UNNEGATED = "not dropped"
ANSWERED = "yes and no swapped"
SOFTENED = "exclusion made a caution"
UNBLOCKED = "block made an assumption"
DEMOTED = "role lowered"
UNCONFIRMED = "confirms made for"
LOOSENED = "limit loosened"
MILDER = "decision weakened"
ENDED = "until added"
ENDLESS = "until removed"
KINDS = (
    *(DROPPED, FLIPPED, MOVED, SWAPPED, UNNEGATED, ANSWERED),
    *(SOFTENED, UNBLOCKED, DEMOTED, UNCONFIRMED, LOOSENED, MILDER, ENDED, ENDLESS),
)
OF_EFFECT = frozenset((DROPPED, SOFTENED, UNBLOCKED, DEMOTED, UNCONFIRMED, LOOSENED, MILDER, ENDED, ENDLESS))
"""The kinds that leave the condition as it is."""

_LOWER_ROLE = {"main": "adjunct", "adjunct": "optional"}
_LOOSER = {"not_indicated": "optional", "optional": "adjunct", "adjunct": None}
_KEPT_BY_KNOWLEDGE = (
    *("into_skin", "computed_groups", "mixing", "subjects", "identifiers", "position_of_field"),
    *("fields_behind_derivations", "components_of_rule", "component_set_of_rule", "subjects_of_rule"),
)
"""What is worked out from the components, or from the subjects of rules: no mutant changes either."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: the rule, the kind of fault, what differs in words, and the faulty rule (None: it is gone)."""

    rule: str
    kind: str
    what: str
    changed: Rule | None

    @property
    def fault(self) -> str:
        """The fault in words; no two of a rule have the same."""
        return f"{self.kind}: {self.what}" if self.what else self.kind

    def knowledge(self, original: Knowledge) -> Knowledge:
        """The knowledge base with this fault."""
        rules = {name: rule for name, rule in original.rules.items() if name != self.rule or self.changed}
        if self.changed:
            rules[self.rule] = self.changed
        made = replace(original, rules=rules)
        vars(made).update({name: getattr(original, name) for name in _KEPT_BY_KNOWLEDGE})
        return made


def mutants_of(rule: Rule, steps: Mapping[str, float]) -> Iterator[Mutant]:
    """Every mutant of a rule; `steps` is the smallest step of each field with a threshold."""
    yield Mutant(rule.id, DROPPED, "", None)
    numbered: dict[str, int] = {}
    for kind, what, condition in rewritten(rule.when, steps):
        numbered[kind + what] = number = numbered.get(kind + what, 0) + 1
        words = what if number == 1 else f"{what} #{number}"
        yield Mutant(rule.id, kind, words, rule.model_copy(update={"when": condition}))
    for kind, what, update in _weaker(rule):
        yield Mutant(rule.id, kind, what, rule.model_copy(update=update))


def all_mutants(knowledge: Knowledge) -> tuple[Mutant, ...]:
    """Every mutant of every rule, in the order of the rules."""
    steps = resolutions(knowledge)
    return tuple(one for rule in knowledge.rules.values() for one in mutants_of(rule, steps))


def rewritten(condition: Condition, steps: Mapping[str, float]) -> Iterator[tuple[str, str, Condition]]:
    """Each condition with one fault in it, with the kind of the fault and where it is."""
    if isinstance(condition, Not):
        yield UNNEGATED, "", condition.part
        yield from ((kind, what, Not(part)) for kind, what, part in rewritten(condition.part, steps))
    elif isinstance(condition, All | AnyOf):
        yield from _in_group(condition, steps)
    elif not isinstance(condition, Always):
        yield from _in_atom(condition, steps)


def _in_group(group: All | AnyOf, steps: Mapping[str, float]) -> Iterator[tuple[str, str, Condition]]:
    if len(group.parts) > 1:
        other, word = (AnyOf, "all") if isinstance(group, All) else (All, "any")
        yield SWAPPED, f"{word} of {len(group.parts)}", other(group.parts)
    for place, part in enumerate(group.parts):
        for kind, what, changed in rewritten(part, steps):
            yield kind, what, type(group)((*group.parts[:place], changed, *group.parts[place + 1 :]))


def _in_atom(atom: Atom, steps: Mapping[str, float]) -> Iterator[tuple[str, str, Condition]]:
    name = atom_name(atom)
    if isinstance(atom, AtLeast | Below):
        other = Below if isinstance(atom, AtLeast) else AtLeast
        yield FLIPPED, name, other(atom.field, atom.limit, atom.threshold)
        for by in (-1, 1):
            changed = moved(atom, by, steps[atom.field])
            yield MOVED, f"{name}: {atom.limit:g} to {changed.limit:g}", changed
    elif isinstance(atom, IsKnown):
        yield ANSWERED, name, IsKnown(atom.field, not atom.expected)
    elif atom.values in ({"yes"}, {"no"}):
        yield ANSWERED, name, IsOneOf(atom.field, frozenset({"yes", "no"}) - atom.values)


def _weaker(rule: Rule) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each way in which the rule could say less, as the parts of it that change."""
    if rule.kind == "excludes":
        nothing = {"unknown": None, "until": "", "decision": None, "when_nothing_is_left": False}
        yield SOFTENED, "", {"kind": "against", **nothing}
        yield (ENDLESS, "", {"until": ""}) if rule.until else (ENDED, "", {"until": "something changes"})
    if rule.unknown == "block":
        yield UNBLOCKED, "", {"unknown": "assume"}
    if rule.role in _LOWER_ROLE:
        yield DEMOTED, f"{rule.role} to {_LOWER_ROLE[rule.role]}", {"role": _LOWER_ROLE[rule.role]}
    if rule.kind == "confirms":
        yield UNCONFIRMED, "", {"kind": "for"}
    if rule.limits_to:
        looser = _LOOSER[rule.limits_to]
        yield LOOSENED, f"{rule.limits_to} to {looser or 'no limit'}", {"limits_to": looser}
    yield from _milder(rule)


def _milder(rule: Rule) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if rule.decision:
        milder = GRAVEST_FIRST[GRAVEST_FIRST.index(rule.decision) + 1]
        left = rule.when_nothing_is_left and milder != "treat"
        decision = None if milder == "treat" else milder
        yield MILDER, f"{rule.decision} to {milder}", {"decision": decision, "when_nothing_is_left": left}
