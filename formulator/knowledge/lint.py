"""The knowledge base checked beyond its schema: what is unread, unreachable, doubled or out of range."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from formulator.conditions import fields_read, truth
from formulator.conditions.tree import atoms, thresholds_read
from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge.acceptances import load_acceptances
from formulator.knowledge.archive import VERSIONS
from formulator.knowledge.base import Knowledge
from formulator.knowledge.items import TREATMENT, Disagreement, Rule, Threshold, setters_of
from formulator.knowledge.load import load_knowledge
from formulator.knowledge.positions import disputed, is_used, with_setters
from formulator.knowledge.references import all_items, sources_of
from formulator.knowledge.release_gate import release_faults
from formulator.paths import data_directory
from formulator.profile.fields import MORE

_MUST_BE_READ = ("lab", "condition", "allergy", "medication")
_WEAK = frozenset(("manufacturer", "secondary_summary", "clinic_page", "definition", "case_report"))
_STRONG_CERTAINTY = ("high", "moderate")


@dataclass(frozen=True, slots=True)
class LintReport:
    """What the lint found and what it counted; `knowledge` is what it has read, None where it could not."""

    faults: tuple[Fault, ...]
    counts: dict[str, int]
    explained: tuple[str, ...]
    loaded: bool = True
    knowledge: Knowledge | None = None

    def text(self) -> str:
        """The report for a terminal."""
        lines = [str(fault) for fault in self.faults]
        lines += [f"explained: {sentence}" for sentence in self.explained]
        lines.append(", ".join(f"{number} {name}" for name, number in self.counts.items()))
        lines.append(
            f"{len(self.faults)} fault{'s' * (len(self.faults) != 1)}"
            if self.faults
            else "The knowledge base is sound."
        )
        return "\n".join(lines) + "\n"


def lint_report(data: Path | None = None) -> LintReport:
    """Load and check a knowledge base; schema faults are part of the report.

    The shipped one, and any that has versions, must also be the version that it was released as.
    """
    try:
        knowledge = load_knowledge(data)
    except FaultsFound as found:
        return LintReport(found.faults, {}, (), loaded=False)
    faults = [*(fault for check in CHECKS for fault in check(knowledge)), *_acceptances(knowledge, data)]
    root = data or data_directory()
    if data is None or (root / VERSIONS).exists():
        faults += release_faults(root, knowledge)
    return LintReport(tuple(sorted(faults, key=str)), _counts(knowledge), _explanations(knowledge), knowledge=knowledge)


def _acceptances(knowledge: Knowledge, data: Path | None) -> tuple[Fault, ...]:
    """What is wrong with the accepted findings of the analysis; whether they still apply needs the analysis."""
    try:
        load_acceptances(knowledge, data)
    except FaultsFound as found:
        return found.faults
    return ()


def _counts(knowledge: Knowledge) -> dict[str, int]:
    return {
        "rules": len(knowledge.rules),
        "components": len(knowledge.components),
        "indications": len(knowledge.indications),
        "protocols": len(knowledge.protocols),
        "thresholds": len(knowledge.thresholds),
        "claims": len(knowledge.claims),
        "disagreements": len(knowledge.disagreements),
        "sources": len(knowledge.sources),
    }


def _explanations(knowledge: Knowledge) -> tuple[str, ...]:
    return tuple(f"{field} is read by no rule: {why}" for field, why in sorted(knowledge.unread_fields.items()))


def _place(knowledge: Knowledge, kind: str, identifier: str) -> Place:
    return knowledge.places.get(f"{kind} {identifier}", Place("data"))


def _rule_fault(knowledge: Knowledge, rule: Rule, field: str, problem: str, advice: str = "") -> Fault:
    return Fault(_place(knowledge, "Rule", rule.id), field, f"{rule.id}: {problem}", advice=advice)


def unread_fields(knowledge: Knowledge) -> Iterator[Fault]:
    """Every flag, medicine and lab is read by a rule, or its absence is explained in knowledge.yaml."""
    read = fields_that_matter(knowledge)
    for group in _MUST_BE_READ:
        for field in knowledge.catalogue.group(group):
            explained = field.name in knowledge.unread_fields
            if field.name not in read and not explained:
                place = Place("data/knowledge.yaml")
                yield Fault(
                    place,
                    field.name,
                    "No rule reads this field.",
                    advice="Write a rule, or explain under unread_fields.",
                )
            elif field.name in read and explained:
                yield Fault(
                    Place("data/knowledge.yaml"), field.name, "The explanation no longer applies: a rule reads it."
                )


def fields_that_matter(knowledge: Knowledge) -> frozenset[str]:
    """Fields read by a rule, or behind a derived fact that a rule reads."""
    read = frozenset().union(*(fields_read(rule.when) for rule in knowledge.rules.values()))
    behind = [fields_read(one.when) for one in knowledge.derivations if one.field in read]
    return read.union(*behind, *(fields_read(one.derived_from) for one in knowledge.indications.values()))


def unreachable_components(knowledge: Knowledge) -> Iterator[Fault]:
    """Every component of the contract has at least one rule that speaks about it by name or class."""
    spoken = {
        name
        for rule in knowledge.rules.values()
        if "procedure" not in rule.subject
        for name in knowledge.components_of_rule[rule.id]
    }
    for name in knowledge.components:
        if name not in spoken:
            yield Fault(_place(knowledge, "Component", name), "id", f"{name}: no rule speaks about this component.")


def duplicate_rules(knowledge: Knowledge) -> Iterator[Fault]:
    """No sentence stands twice; one condition excludes or supports a subject once. Objections may be several."""
    seen: dict[object, str] = {}
    for rule in knowledge.rules.values():
        same_condition = (rule.subject, rule.kind, rule.when, rule.role)
        for key in (rule.text, *(() if rule.kind == "against" else (same_condition,))):
            if key in seen:
                yield _rule_fault(knowledge, rule, "id", f"says the same as {seen[key]}.", "Merge the two.")
            seen.setdefault(key, rule.id)


def overrated_certainty(knowledge: Knowledge) -> Iterator[Fault]:
    """High or moderate certainty needs at least one source that is more than a clinic page, maker or case report."""
    for rule in knowledge.rules.values():
        types = {knowledge.sources[source].type for source in rule.sources}
        if rule.certainty in _STRONG_CERTAINTY and types <= _WEAK:
            yield _rule_fault(
                knowledge,
                rule,
                "certainty",
                f"{rule.certainty} is more than its sources carry ({', '.join(sorted(types))}).",
            )


def decisions_without_reason(knowledge: Knowledge) -> Iterator[Fault]:
    """Every indication has a reason to treat or a decision that forbids it; treat_after says what comes first.

    What decides where nothing is left to inject is no reason for or against an indication.
    """
    deciding = [one for one in knowledge.rules.values() if TREATMENT in one.subject or one.decision]
    for name in knowledge.indications:
        facts = {"indication": name}
        reasons = [one for one in deciding if not one.when_nothing_is_left and truth(one.when, facts)]
        if not reasons:
            yield Fault(
                _place(knowledge, "Indication", name), "id", f"{name}: no rule says why it may be treated or why not."
            )
    for rule in knowledge.rules.values():
        if rule.decision == "treat_after" and not rule.until:
            yield _rule_fault(knowledge, rule, "until", "treat_after needs until: what must come first.")
        if rule.kind == "excludes" and rule.subject == ("procedure",) and not rule.decision:
            yield _rule_fault(knowledge, rule, "decision", "An exclusion of every procedure needs a decision.")


def treatable_without_protocol(knowledge: Knowledge) -> Iterator[Fault]:
    """Whatever may be treated has a course with a reassessment and a stop rule."""
    for name in knowledge.indications:
        treatable = any(
            TREATMENT in rule.subject and truth(rule.when, {"indication": name}) for rule in knowledge.rules.values()
        )
        if treatable and name not in knowledge.protocols:
            yield Fault(
                _place(knowledge, "Indication", name),
                "id",
                f"{name}: treatable, but data/protocols has no course for it.",
            )


def unused_items(knowledge: Knowledge) -> Iterator[Fault]:
    """No threshold, technique or source that nothing refers to."""
    conditions = [rule.when for rule in knowledge.rules.values()] + [one.when for one in knowledge.derivations]
    conditions += [
        one.when for one in (*knowledge.before, *knowledge.after, *knowledge.expect, *knowledge.side_effects)
    ]
    conditions += [one.when for one in (*knowledge.disagreements, *knowledge.planning)]
    read = frozenset().union(*(thresholds_read(condition) for condition in conditions))
    for name in knowledge.thresholds:
        if name not in read:
            yield Fault(
                _place(knowledge, "Threshold", name), "id", f"{name}: no condition compares with this threshold."
            )
    cited = _cited(knowledge)
    for name in knowledge.sources:
        if name not in cited:
            yield Fault(Place("data/sources/sources.json"), name, "Nothing cites this source.", advice="Remove it.")


def _cited(knowledge: Knowledge) -> frozenset[str]:
    return frozenset().union(*(sources_of(item) for item in all_items(knowledge)))


def claims_all_present(knowledge: Knowledge) -> Iterator[Fault]:
    """All claims of the five source documents are weighed (A01-A15, B01-B20, C01-C16, D01-D10, E01-E12)."""
    lengths = {"A": 15, "B": 20, "C": 16, "D": 10, "E": 12}
    for letter, number in lengths.items():
        for position in range(1, number + 1):
            name = f"{letter}{position:02d}"
            if name not in knowledge.claims:
                yield Fault(Place("data/sources/claims.yaml"), name, "This claim has no verdict.")


def comparisons_that_say_nothing(knowledge: Knowledge) -> Iterator[Fault]:
    """A condition that compares a flag with both yes and no reads nothing."""
    for rule in knowledge.rules.values():
        for atom in atoms(rule.when):
            if getattr(atom, "values", frozenset()) >= {"yes", "no"}:
                yield _rule_fault(knowledge, rule, "when", "A comparison with yes and no is always true.")


_NEVER_CHANGED = frozenset(("sex", "age", "phototype"))


def changeable_facts(knowledge: Knowledge) -> Iterator[Fault]:
    """What may be changed is a field, its values are the field's own, and nobody changes sex, age or phototype."""
    place = Place("data/profile/changeable.csv")
    for one in knowledge.catalogue.changeable.values():
        field = knowledge.catalogue.fields.get(one.field)
        if field is None or one.field in _NEVER_CHANGED:
            yield Fault(place, one.field, "This is no field that can be changed.", "a field of data/profile/fields.csv")
        elif not one.to <= ({MORE} if field.is_number and not field.choices else field.choices.keys()):
            yield Fault(place, one.field, f"to: {';'.join(sorted(one.to))} is not allowed.", field.allowed())


def positions_that_cannot_be_taken(knowledge: Knowledge) -> Iterator[Fault]:
    """A position fits the items that it sets; it is marked as used exactly where it changes nothing."""
    for topic, item in disputed(knowledge).items():
        for number, position in enumerate(item.positions):
            problem = _misfit(knowledge, item, number)
            if problem:
                yield Fault(
                    _place(knowledge, type(item).__name__, topic), "positions", f"{topic}: {position.value}: {problem}"
                )
        if isinstance(item, Threshold) and not any(
            is_used(knowledge, topic, one) for one in range(len(item.positions))
        ):
            place = _place(knowledge, "Threshold", topic)
            yield Fault(place, "positions", f"{topic}: no position has the number that is used ({item.value:g}).")


def _misfit(knowledge: Knowledge, item: Disagreement | Threshold, number: int) -> str:
    setters = setters_of(item.positions[number], item.id if isinstance(item, Threshold) else None)
    if not setters:
        return ""
    try:
        same = with_setters(knowledge, setters) == knowledge
    except ValueError as error:
        return f"It cannot be taken: {' '.join(str(error).split())}"
    used = is_used(knowledge, item.id, number)
    if used and not same:
        return "It is marked as used, but it changes the knowledge."
    return "It changes nothing in the knowledge, but it is not marked as used." if same and not used else ""


CHECKS: tuple[Callable[[Knowledge], Iterator[Fault]], ...] = (
    unread_fields,
    unreachable_components,
    duplicate_rules,
    overrated_certainty,
    decisions_without_reason,
    treatable_without_protocol,
    unused_items,
    claims_all_present,
    comparisons_that_say_nothing,
    changeable_facts,
    positions_that_cannot_be_taken,
)
