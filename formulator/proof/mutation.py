"""Do cases, invariants and pairs notice each small fault in the knowledge? Scored by rule and by kind of fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from formulator.conditions import truth
from formulator.engine.facts import facts_of
from formulator.engine.findings import read_rules
from formulator.engine.patient import Patient
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.proof.answers import Answers
from formulator.proof.facts import facts_of as derived_facts_of
from formulator.proof.faulty import ANSWER, ARGUMENT, could_change, noticed, outlook_with, reading, touches
from formulator.proof.invariants import Invariant, load_invariants
from formulator.proof.mutants import DROPPED, OF_EFFECT, SOFTENED, Mutant, all_mutants
from formulator.proof.outlook import Outlook
from formulator.proof.pairing import finer_space
from formulator.proof.pairs import Asked, Pair, load_pairs
from formulator.proof.quick import violated
from formulator.proof.variables import variables_of
from formulator.proof.witnesses import Witnesses
from formulator.proof.worked import (
    ARGUED,
    DEFAULT_DAY,
    SHORT,
    ArguedAnswer,
    ShortAnswer,
    WorkedCase,
    load_cases,
    problems,
    whole_answer,
)

CASES, INVARIANTS = "worked case", "invariant"
PAIR_ANSWER, PAIR_ARGUMENT = f"pair: {ANSWER}", f"pair: {ARGUMENT}"
KILLERS = (CASES, INVARIANTS, PAIR_ANSWER, PAIR_ARGUMENT)
KILLED, EQUIVALENT, SURVIVED = "killed", "equivalent", "survived"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant: for each kind of killer that notices it, the first that does, by name.

    `masked`: proven that it changes decision and statuses for nobody.
    """

    mutant: Mutant
    noticed_by: Mapping[str, str]
    masked: bool = False

    @property
    def verdict(self) -> str:
        """Killed; else equivalent, where it changes no decision and no status; else survived."""
        if self.masked and not set(self.noticed_by) - {PAIR_ARGUMENT}:
            return EQUIVALENT
        return KILLED if self.noticed_by else SURVIVED


@dataclass(frozen=True)
class MutationReport:
    """The outcomes of all mutants, in the order of the rules."""

    outcomes: tuple[Outcome, ...]

    @property
    def score(self) -> float:
        """The part of the mutants that are not equivalent which is killed; 1 where there are none."""
        counts = Counter(one.verdict for one in self.outcomes)
        judged = counts[KILLED] + counts[SURVIVED]
        return counts[KILLED] / judged if judged else 1.0

    def score_by(self, *killers: str) -> float:
        """The same part, counting only what these kinds of killer notice."""
        judged = [one for one in self.outcomes if one.verdict != EQUIVALENT]
        return sum(not one.noticed_by.keys().isdisjoint(killers) for one in judged) / max(1, len(judged))

    @property
    def equivalent(self) -> tuple[Mutant, ...]:
        """The mutants of which it is proven that they change the decision and the statuses of nobody."""
        return tuple(one.mutant for one in self.outcomes if one.verdict == EQUIVALENT)

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """The mutants that nothing notices although somebody's answer changes."""
        return tuple(one.mutant for one in self.outcomes if one.verdict == SURVIVED)

    @property
    def by_kind(self) -> Mapping[str, Counter[str]]:
        """For each kind of fault, how many were killed, are equivalent, survived."""
        return self._counted(lambda one: one.mutant.kind)

    @property
    def by_rule(self) -> Mapping[str, Counter[str]]:
        """For each rule, how many were killed, are equivalent, survived."""
        return self._counted(lambda one: one.mutant.rule)

    @property
    def by_killer(self) -> Mapping[str, int]:
        """How many mutants each kind of killer notices; one mutant may be noticed by several."""
        return Counter(name for one in self.outcomes for name in one.noticed_by)

    def _counted(self, key: Callable[[Outcome], str]) -> Mapping[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        for one in self.outcomes:
            found.setdefault(key(one), Counter())[one.verdict] += 1
        return found


@dataclass(frozen=True, slots=True)
class Sight:
    """A patient whose sound answer is known, and the invariants that speak about them."""

    name: str
    outlook: Outlook
    laws: tuple[Invariant, ...]


@dataclass(frozen=True)
class Jury:
    """What may notice a fault in a knowledge base: worked cases, invariants, pairs."""

    knowledge: Knowledge
    cases: Sequence[WorkedCase]
    invariants: Sequence[Invariant]
    pairs: Sequence[Pair]
    today: date = DEFAULT_DAY

    @cached_property
    def asked(self) -> Asked:
        """The sound answers to the patients of pairs."""
        return Asked(self.knowledge, self.today)

    @cached_property
    def pairs_of(self) -> Mapping[str, tuple[Pair, ...]]:
        """The pairs of each rule."""
        found: dict[str, list[Pair]] = {}
        for pair in self.pairs:
            found.setdefault(pair.rule, []).append(pair)
        return {rule: tuple(pairs) for rule, pairs in found.items()}

    @cached_property
    def case_sights(self) -> tuple[tuple[WorkedCase, Sight], ...]:
        """The patients of the worked cases."""
        return tuple((case, self._sight(case.sentence, _outlook(case, self.knowledge))) for case in self.cases)

    def _sight(self, name: str, outlook: Outlook) -> Sight:
        facts = outlook.patient.facts
        laws = tuple(law for law in self.invariants if law.then is not None and truth(law.when, facts) is True)
        return Sight(name, outlook, laws)

    @cached_property
    def pair_sights(self) -> Mapping[str, tuple[Sight, ...]]:
        """The patients of the pairs of each rule."""
        return {rule: tuple(self._sights(pairs)) for rule, pairs in self.pairs_of.items()}

    def _sights(self, pairs: Iterable[Pair]) -> Iterator[Sight]:
        for pair in pairs:
            for side in pair.sides:
                try:
                    outlook = self.asked.outlook(pair.document(side, self.today))
                except FaultsFound:  # not a possible patient: the check of the pairs says so
                    continue
                yield self._sight(f"{pair.rule}, {pair.shows}", outlook)

    def noticed_by(self, mutant: Mutant) -> dict[str, str]:
        """For each kind of killer that notices a mutant, the first that does."""
        faulty = mutant.knowledge(self.knowledge)
        found = dict(self._by_pairs(mutant, faulty))
        answers = [
            (case, sight, outlook_with(mutant, faulty, sight.outlook))
            for case, sight in self.case_sights
            if could_change(mutant, sight.outlook)
        ]
        by_case = self._by_cases(mutant, answers)
        if not (found or by_case):
            by_case = self._by_whole_answers(mutant, faulty)
        by_law = next(_by_laws((sight, outlook) for _, sight, outlook in answers), "")
        by_law = by_law or next(_by_laws(self._pair_answers(mutant, faulty)), "")
        found.update({CASES: by_case} if by_case else {}, **({INVARIANTS: by_law} if by_law else {}))
        return {name: found[name] for name in KILLERS if name in found}

    def _pair_answers(self, mutant: Mutant, faulty: Knowledge) -> Iterator[tuple[Sight, Outlook]]:
        for sight in self.pair_sights.get(mutant.rule, ()):
            if could_change(mutant, sight.outlook):
                yield sight, outlook_with(mutant, faulty, sight.outlook)

    def _by_pairs(self, mutant: Mutant, faulty: Knowledge) -> Iterator[tuple[str, str]]:
        names = {ANSWER: PAIR_ANSWER, ARGUMENT: PAIR_ARGUMENT}
        found: dict[str, str] = {}
        for pair in self.pairs_of.get(mutant.rule, ()):
            for what in noticed(pair, mutant, faulty, self.asked):
                found.setdefault(names[what], f"{pair.rule}, {pair.shows}")
        yield from found.items()

    def _by_whole_answers(self, mutant: Mutant, faulty: Knowledge) -> str:
        """The first case whose whole answer fails: the slow way, for what nothing else notices."""
        for case, sight in self.case_sights:
            if touches(mutant, sight.outlook) and any(problems(case, whole_answer(case, faulty))):
                return case.sentence
        return ""

    def _by_cases(self, mutant: Mutant, answers: Sequence[CaseAnswer]) -> str:
        """The first case that fails by decision and statuses, or by its arguments."""
        for case, sight, outlook in answers:
            if _changed(sight, outlook) and any(problems(case, ShortAnswer(outlook), SHORT)):
                return case.sentence
        for case, sight, outlook in answers:
            if _could_lose_an_argument(mutant, sight, outlook) and any(problems(case, ArguedAnswer(outlook), ARGUED)):
                return case.sentence
        return ""


CaseAnswer = tuple[WorkedCase, Sight, Outlook]


def _could_lose_an_argument(mutant: Mutant, sight: Sight, outlook: Outlook) -> bool:
    """Whether the rule made an argument, or asked, and does so no more; other faults take no argument away."""
    sound = truth(sight.outlook.patient.knowledge.rules[mutant.rule].when, sight.outlook.patient.facts)
    lost = mutant.kind in (DROPPED, SOFTENED) or sound is not reading(mutant, sight.outlook)
    return (sound is not False and lost) or outlook.decision != sight.outlook.decision


def _changed(sight: Sight, outlook: Outlook) -> bool:
    """Whether decision or statuses are others than the sound ones."""
    return (outlook.decision, outlook.statuses) != (sight.outlook.decision, sight.outlook.statuses)


def _by_laws(answers: Iterable[tuple[Sight, Outlook]]) -> Iterator[str]:
    """The invariants that these answers break; an answer with the sound decision and statuses breaks none."""
    for sight, outlook in answers:
        if _changed(sight, outlook):
            yield from (law.id for law in sight.laws if law.then is not None and violated(law.then, outlook))


def _outlook(case: WorkedCase, knowledge: Knowledge) -> Outlook:
    facts = facts_of(case.profile, knowledge, case.day)
    return Outlook(Patient(case.profile, facts, knowledge, case.day), read_rules(knowledge, facts))


def jury_of(knowledge: Knowledge, data: Path | None = None) -> Jury:
    """The worked cases, invariants and pairs that lie beside the knowledge.

    Raises FaultsFound where one of them cannot be read.
    """
    return Jury(knowledge, load_cases(data=data), load_invariants(knowledge, data), load_pairs(data))


def mutation_score(
    knowledge: Knowledge,
    jury: Jury | None = None,
    mutants: Sequence[Mutant] | None = None,
    progress: Callable[[Mutant], None] = lambda _: None,
) -> MutationReport:
    """Plant every fault (or just these mutants), one at a time, and see who notices; deterministic.

    `progress` hears of each mutant when it is done. `jury` defaults to what lies beside the shipped knowledge.
    """
    asked = jury or jury_of(knowledge)
    variables = variables_of(finer_space(knowledge))
    witnesses = Witnesses(Answers(knowledge, variables, derived_facts_of(knowledge, variables)))
    found = []
    for mutant in all_mutants(knowledge) if mutants is None else mutants:
        found.append(_outcome(mutant, asked.noticed_by(mutant), asked, witnesses))
        progress(mutant)
    return MutationReport(tuple(found))


def _outcome(mutant: Mutant, by: Mapping[str, str], jury: Jury, witnesses: Witnesses) -> Outcome:
    """A rule that holds for the wrong patient, or is gone, is a fault whatever else says the same."""
    plainly = set(by) - {PAIR_ARGUMENT} or (PAIR_ARGUMENT in by and mutant.kind not in _NEEDS_AN_ANSWER)
    return Outcome(mutant, by, not plainly and witnesses.never_differs(mutant, mutant.knowledge(jury.knowledge)))


_NEEDS_AN_ANSWER = OF_EFFECT - {DROPPED}
"""Kinds that leave the rule in its place and only weaken it: where that changes nobody's answer, it is masked."""
