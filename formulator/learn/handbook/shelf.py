"""What the handbook is generated from: the knowledge, the model, the cases and what is proven, each indexed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from formulator.engine.answer import Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.knowledge.base import COMPANIONS, INJECTIONS, PROCEDURE
from formulator.knowledge.changes import indications_named
from formulator.knowledge.items import TREATMENT, Rule
from formulator.learn.cases import Case, Casebook, answer_of
from formulator.learn.cases.agreement import rules_used
from formulator.proof.atoms import resolutions
from formulator.proof.invariants import Invariant, load_invariants
from formulator.proof.mutants import mutants_of
from formulator.proof.pairs import Pair, load_pairs
from formulator.proof.verification.report import Report, shipped_report
from formulator.proof.worked import WorkedCase, load_cases

WIDE = frozenset((PROCEDURE, INJECTIONS, COMPANIONS, TREATMENT))
"""Subjects that say nothing about one component more than about the others."""


@dataclass(frozen=True)
class Handbook:
    """Everything that pages are made of; it changes nothing, and each index is made when it is first asked for."""

    knowledge: Knowledge
    casebook: Casebook
    model: EvidenceModel | None = None
    report: Report | None = None
    pairs: tuple[Pair, ...] = ()
    worked: tuple[WorkedCase, ...] = ()
    invariants: tuple[Invariant, ...] = ()

    @cached_property
    def answers(self) -> Mapping[str, Recommendation]:
        """What the engine answers to each case whose patient is a possible one, by the rules alone."""
        found: dict[str, Recommendation] = {}
        for case in self.casebook.cases.values():
            try:
                found[case.id] = answer_of(case, self.knowledge)
            except FaultsFound:  # the lint names such a case
                continue
        return found

    @cached_property
    def cases_of_rule(self) -> Mapping[str, tuple[Case, ...]]:
        """For each rule, the cases in whose answer it speaks; those that are about it come first."""
        used = {name: rules_used(answer) for name, answer in self.answers.items()}
        cases = [self.casebook.cases[name] for name in used]
        index: dict[str, list[Case]] = {}
        for case in cases:
            for rule in used[case.id]:
                index.setdefault(rule, []).append(case)
        return {rule: tuple(sorted(one, key=lambda case: rule not in case.lessons)) for rule, one in index.items()}

    @cached_property
    def cases_of_indication(self) -> Mapping[str, tuple[Case, ...]]:
        """For each indication, its cases, the easiest first."""
        index: dict[str, list[Case]] = {}
        for name, answer in self.answers.items():
            index.setdefault(answer.indication or "", []).append(self.casebook.cases[name])
        return {name: tuple(sorted(one, key=lambda case: case.difficulty)) for name, one in index.items()}

    @cached_property
    def pairs_of_rule(self) -> Mapping[str, tuple[Pair, ...]]:
        """For each rule, the pairs of patients that it tells apart."""
        index: dict[str, list[Pair]] = {}
        for pair in self.pairs:
            index.setdefault(pair.rule, []).append(pair)
        return {rule: tuple(one) for rule, one in index.items()}

    @cached_property
    def rules_of_component(self) -> Mapping[str, tuple[Rule, ...]]:
        """For each component, the rules about it or a small group of it: not those about every procedure."""
        return {
            name: tuple(rule for rule in rules if not WIDE.issuperset(rule.subject))
            for name, rules in self.knowledge.rules_about.items()
        }

    @cached_property
    def rules_of_indication(self) -> Mapping[str, tuple[Rule, ...]]:
        """For each indication, the rules that name it."""
        index: dict[str, list[Rule]] = {name: [] for name in self.knowledge.indications}
        for rule in self.knowledge.rules.values():
            for name in indications_named(rule):
                index[name].append(rule)
        return {name: tuple(rules) for name, rules in index.items()}

    @cached_property
    def wide_rules_of_component(self) -> Mapping[str, tuple[Rule, ...]]:
        """For each component, the rules about every procedure, or every companion, that hold for it too."""
        found: dict[str, list[Rule]] = {name: [] for name in self.knowledge.components}
        for rule in self.knowledge.rules.values():
            for name in self.knowledge.components_of_rule[rule.id] if WIDE.issuperset(rule.subject) else ():
                found[name].append(rule)
        return {name: tuple(rules) for name, rules in found.items()}

    @property
    def proven(self) -> Report | None:
        """The verification report, if it is about this very knowledge."""
        current = self.report is not None and self.report.knowledge_sha256 == self.knowledge.sha256
        return self.report if current else None

    def planted(self, rule: Rule) -> int:
        """How many small faults the verification plants in a rule."""
        return sum(1 for _ in mutants_of(rule, self._steps))

    @cached_property
    def _steps(self) -> Mapping[str, float]:
        return resolutions(self.knowledge)


def load_handbook(
    knowledge: Knowledge, casebook: Casebook, model: EvidenceModel | None = None, data: Path | None = None
) -> Handbook:
    """The handbook of a knowledge base with the pairs, worked cases, invariants and report that lie beside it.

    Raises FaultsFound where one of them cannot be read.
    """
    report = shipped_report() if data is None else None
    return Handbook(
        knowledge,
        casebook,
        model,
        report,
        load_pairs(data),
        load_cases(data=data),
        load_invariants(knowledge, data),
    )
