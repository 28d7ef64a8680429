"""Dead knowledge: items that apply to nobody, parts that never matter, thresholds that separate nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from formulator.conditions import All, AnyOf, Condition, IsOneOf, Not
from formulator.conditions.tree import AtLeast, Below, atoms
from formulator.proof.analysis.findings import Check, Finding
from formulator.proof.analysis.ground import Ground
from formulator.proof.booleans import Formula, both, negated
from formulator.proof.formulas import Kleene
from formulator.proof.seen import Seen
from formulator.proof.space import DAYS_TO_EVENT, Space, conditions_of


@dataclass(frozen=True)
class Conditioned:
    """An item that speaks where its condition holds: what it is called, and when it can come into play at all."""

    kind: str
    id: str
    when: Condition
    within: Formula


def conditioned(ground: Ground) -> Iterator[Conditioned]:
    """Every item with a condition. A derivation speaks only while its field was not given."""
    knowledge, always = ground.knowledge, both()
    for rule in knowledge.rules.values():
        within = ground.answers.nothing_left if rule.when_nothing_is_left else always
        yield Conditioned("Rule", rule.id, rule.when, within)
    for one in knowledge.derivations:
        yield Conditioned("Derivation", one.id, one.when, negated(ground.answers.variables.field(one.field).known))
    for one in knowledge.indications.values():
        yield Conditioned("Indication", one.id, one.derived_from, always)
    for one in knowledge.washouts:
        if one.when is not None:
            yield Conditioned("Washout", one.id, one.when, ground.answers.facts.field(one.medicine).has("yes"))
    for notes in (knowledge.before, knowledge.after, knowledge.expect, knowledge.side_effects):
        for one in notes:
            yield Conditioned("CareNote", one.id, one.when, always)
    for one in knowledge.disagreements:
        yield Conditioned("Disagreement", one.id, one.when, always)
    for one in knowledge.planning:
        yield Conditioned("PlanningFigure", one.id, one.when, always)


def dead_items(ground: Ground) -> Iterator[Finding]:
    """Items whose condition certainly holds for no possible patient (impossible combinations excluded).

    There is no witness: that is the fault.
    """
    for one in conditioned(ground):
        if not ground.possible_once(ground.read(one.when).true, one.within):
            words = f"{one.id}: this condition holds for no possible patient."
            yield Finding("dead_item", (one.id,), ground.place(one.kind, one.id), words, "severe")


def parts_left_out(condition: Condition, space: Space) -> Iterator[tuple[bool, Condition, Condition]]:
    """Each part that can be left out, with what remains; the first says whether it is an alternative.

    Alternatives are the branches of `any` and the values of a list; requirements are the parts of `all`. Under a `not`
    the two change places.
    """
    if isinstance(condition, All | AnyOf):
        for number, part in enumerate(condition.parts):
            before, after = condition.parts[:number], condition.parts[number + 1 :]
            if before or after:
                yield isinstance(condition, AnyOf), part, _joined(type(condition), (*before, *after))
            for alternative, inner, remaining in parts_left_out(part, space):
                yield alternative, inner, type(condition)((*before, remaining, *after))
    elif isinstance(condition, Not):
        for alternative, inner, remaining in parts_left_out(condition.part, space):
            yield not alternative, inner, Not(remaining)
    elif isinstance(condition, IsOneOf) and len(condition.values) > 1:
        for together in _told_apart(condition, space):
            yield True, IsOneOf(condition.field, together), IsOneOf(condition.field, condition.values - together)


def _told_apart(listed: IsOneOf, space: Space) -> Iterator[frozenset[str | int]]:
    """The values of a list; those that stand together in every list are taken as one."""
    cells = space.cells.get(listed.field, ())
    groups = {frozenset(value for value in listed.values if value in cell) for cell in cells}
    alone = listed.values.difference(*groups)
    found = {one for one in groups if one and one < listed.values} | {frozenset((value,)) for value in alone}
    yield from sorted(found, key=lambda one: sorted(map(str, one)))


def _joined(kind: type[All | AnyOf], parts: tuple[Condition, ...]) -> Condition:
    return parts[0] if len(parts) == 1 else kind(parts)


def dead_parts(ground: Ground) -> Iterator[Finding]:
    """Parts of a condition that never matter beside the rest of it and what is possible.

    An alternative is dead if the item holds for the same patients without it: nobody is reached by it. A requirement is
    dead if the condition reads the same without it, true, false and unknown: it excludes nobody, and no question hangs
    on it. The witness is a patient for whom the item holds.
    """
    for one in conditioned(ground):
        whole = ground.read(one.when)
        for alternative, part, remaining in parts_left_out(one.when, ground.answers.variables.space):
            rest = ground.read(remaining)
            if _matters(ground, whole, rest, alternative):
                continue
            if ground.never(whole.true, one.within):
                break
            yield _dead_part(ground, one, part, alternative, whole.true)


def _matters(ground: Ground, whole: Kleene, rest: Kleene, alternative: bool) -> bool:
    """Leaving out an alternative can only lose patients; leaving out a requirement can only win some."""
    if alternative:
        return ground.possible_once(whole.true, negated(rest.true))
    return ground.possible_once(rest.true, negated(whole.true)) or ground.possible_once(
        whole.false, negated(rest.false)
    )


def _dead_part(ground: Ground, one: Conditioned, part: Condition, alternative: bool, holds: Formula) -> Finding:
    said = _said(part)
    what = "nobody is reached by the alternative" if alternative else "nobody is excluded by the requirement"
    words = f"{one.id}: {what} {said}."
    place = ground.place(one.kind, one.id)
    shows = _shown(one.id) if one.kind == "Rule" else lambda _: True
    witness = ground.witness(holds, one.within)
    return Finding("dead_part", (one.id, *said.replace(" ", "").split("&")), place, words, "minor", witness, shows)


def _shown(rule: str) -> Callable[[Seen], bool]:
    return lambda at: rule in at.findings.holds


def _said(part: Condition) -> str:
    """A part of a condition in short: the fields and values that it reads."""
    return " & ".join(dict.fromkeys(map(_atom, atoms(part))))


def _atom(atom: Condition) -> str:
    if isinstance(atom, IsOneOf):
        return f"{atom.field}={'|'.join(sorted(map(str, atom.values)))}"
    if isinstance(atom, AtLeast | Below):
        return f"{atom.field}{'>=' if isinstance(atom, AtLeast) else '<'}{atom.threshold}"
    return f"{getattr(atom, 'field', '')}:known"


def idle_thresholds(ground: Ground) -> Iterator[Finding]:
    """Thresholds that separate nobody: every allowed value of the field lies on one side of it.

    The witness holds a value of the field.
    """
    space = ground.answers.variables.space
    used = {atom.threshold: atom for one in conditions_of(ground.knowledge) for atom in atoms(one)
            if isinstance(atom, AtLeast | Below)}  # fmt: skip
    for name, atom in sorted(used.items()):
        values = [cell.value for cell in space.cells.get(atom.field, ())]
        sides = {value >= atom.limit for value in values if isinstance(value, int | float)}
        if len(sides) == 1:
            side = "at or above" if sides == {True} else "below"
            words = f"{name}: every allowed value of {atom.field} lies {side} {atom.limit:g}."
            event = "event_date" if atom.field == DAYS_TO_EVENT else atom.field
            witness = {} if event != atom.field else {atom.field: values[0]}
            yield Finding("idle_threshold", (name,), ground.place("Threshold", name), words, "moderate", witness)


CHECKS = (
    Check("dead_item", "Every item with a condition can come to apply to some patient.", dead_items),
    Check("dead_part", "Every part of every condition matters to some patient.", dead_parts),
    Check("idle_threshold", "Every threshold has allowed values on both sides.", idle_thresholds),
)
