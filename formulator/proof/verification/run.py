"""All parts in a row; each is yielded when it is done. Needs z3 (`pip install formulator[verify]`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from formulator import __version__
from formulator.faults import Fault, FaultsFound, Place, did_you_mean
from formulator.knowledge import Knowledge
from formulator.knowledge.acceptances import load_acceptances
from formulator.knowledge.lint import lint_report
from formulator.knowledge.load import what_can_be_read
from formulator.proof.agreement import Agreement
from formulator.proof.analysis.report import Checked, analyse
from formulator.proof.answers import answers_of
from formulator.proof.drawn import profiles
from formulator.proof.explained import SURVIVORS, Explained, load_explained
from formulator.proof.invariants import load_invariants
from formulator.proof.mutation import CASES, KILLED, MutationReport, jury_of, mutation_score
from formulator.proof.mutation import INVARIANTS as INVARIANTS_NOTICE
from formulator.proof.pairs import load_pairs, stale_pairs
from formulator.proof.prover import Proof, prove_all, prover_of
from formulator.proof.space import space_of
from formulator.proof.verification.report import Entry, Part, Report

LINT, AGREEMENT, INVARIANTS, ANALYSIS, PAIRS, MUTATION = (
    "Knowledge lint",
    "Engine and formulas agree",
    "Invariants",
    "Rules as a whole",
    "Pairs of patients",
    "Planted faults",
)
DRAWN_PATIENTS = 2000
LEAST_SCORE = 0.95
"""The part of planted faults that must be noticed."""


@dataclass(frozen=True)
class Verification:
    """One knowledge base to be verified; `data` is its folder, None for the shipped one.

    `heard` hears of progress. `unread` says that some of its items cannot be read; the rest is verified all the same.
    """

    knowledge: Knowledge
    data: Path | None
    today: date
    heard: Callable[[str], None] = lambda _: None
    unread: bool = False

    def parts(self, only: Sequence[str] = ()) -> Iterator[Part]:
        """Each part as it is done, or only those named; raises FaultsFound for a name that is none."""
        steps = {
            LINT: self._lint,
            AGREEMENT: self._agreement,
            INVARIANTS: self._invariants,
            ANALYSIS: self._analysis,
            PAIRS: self._pairs,
            MUTATION: self._mutation,
        }
        for name in only:
            if name not in steps:
                advice = did_you_mean(name, steps)
                raise FaultsFound([Fault(Place("--only"), "", f"{name!r} is no part.", ", ".join(steps), advice)])
        for name, step in steps.items():
            if only and name not in only:
                continue
            started = perf_counter()
            part = self._guarded(name, step)
            yield Part(part.name, part.promise, part.passed, perf_counter() - started, part.figures, part.entries)

    def _guarded(self, name: str, step: Callable[[], Part]) -> Part:
        """A part that cannot be read, or that breaks on knowledge which cannot, has failed; the others go on."""
        try:
            return step()
        except FaultsFound as found:
            return _part(name, _UNREAD, [_fault(fault) for fault in found.faults], {})
        except Exception as error:
            if not self.unread:
                raise
            why = f"Not done on knowledge that cannot be read ({type(error).__name__})."
            return _part(name, _UNREAD, [Entry(name, why, passed=False)], {})

    def report(self, parts: Iterable[Part]) -> Report:
        """The parts with what they are about."""
        patients = space_of(self.knowledge).patients()
        version, sha256 = self.knowledge.version, self.knowledge.sha256
        return Report(version, sha256, __version__, self.today.isoformat(), patients, tuple(parts))

    def _lint(self) -> Part:
        self.heard("reading every file")
        found = lint_report(self.data)
        entries = [_fault(fault, self._concerned(fault)) for fault in found.faults]
        return _part(LINT, "Every file is sound, every item has sources, nothing is unread.", entries, found.counts)

    def _concerned(self, fault: Fault) -> Mapping[str, Any] | None:
        """For a fault in the file of an indication or its course, the smallest patient who has that indication."""
        path = Path(fault.place.file or "")
        if path.parent.name not in ("protocols", "indications") or path.stem not in self.knowledge.indications:
            return None
        prover = prover_of(self.knowledge, (), self.today)
        return prover.smallest(prover.readings.answers.indication(path.stem))

    def _agreement(self) -> Part:
        self.heard(f"{DRAWN_PATIENTS} random patients")
        drawn = profiles(self.knowledge.catalogue, 1, DRAWN_PATIENTS, self.today)
        differing = Agreement(answers_of(self.knowledge)).disagreements((one, self.today) for one in drawn)
        entries = [Entry(one.split(":")[0], one, passed=False) for one in differing]
        promise = "What is proven about the formulas is true of the engine: both give random patients the same answer."
        return _part(AGREEMENT, promise, entries, {"patients": DRAWN_PATIENTS})

    def _invariants(self) -> Part:
        invariants = load_invariants(self.knowledge, self.data)
        entries = []
        for number, proof in enumerate(prove_all(self.knowledge, invariants, self.today), start=1):
            self.heard(f"{number} of {len(invariants)}: {proof.invariant.sentence}")
            entries.append(_proven(proof))
        promise = "Each sentence holds for every possible patient; where one does not, a patient shows it."
        return _part(INVARIANTS, promise, entries, {"proven": sum(one.passed for one in entries)})

    def _analysis(self) -> Part:
        entries: list[Entry] = []
        for checked in analyse(self.knowledge, load_acceptances(self.knowledge, self.data), self.today):
            self.heard(checked.sentence)
            entries += _searched(checked)
        accepted = sum(one.detail.startswith(_ACCEPTED) for one in entries)
        promise = "No rule is dead, missing, doubled or at odds with another; what is meant so has a written reason."
        return _part(ANALYSIS, promise, entries, {"accepted findings": accepted})

    def _pairs(self) -> Part:
        self.heard("asking the engine about every pair")
        entries = [Entry(one.split(":")[0], one, passed=False) for one in stale_pairs(self.knowledge, self.data)]
        promise = "For every comparison of every rule two patients who differ in that fact alone turn the rule."
        return _part(PAIRS, promise, entries, {"pairs": len(load_pairs(self.data))})

    def _mutation(self) -> Part:
        done = 0

        def hear(_: object) -> None:
            nonlocal done
            done += 1
            if done % 200 == 0:
                self.heard(f"{done} faults planted")

        found = mutation_score(self.knowledge, jury_of(self.knowledge, self.data), progress=hear)
        promise = "A fault planted in any rule is noticed by a worked case, an invariant or a pair of patients."
        entries = list(_survivors(found, load_explained(SURVIVORS, self.data)))
        held = found.score >= LEAST_SCORE and all(one.passed for one in entries)
        return Part(MUTATION, promise, held, 0.0, _planted(found), entries)


_ACCEPTED = "Accepted: "
_UNREAD = "Everything that is verified can be read."


def _fault(fault: Fault, witness: Mapping[str, Any] | None = None) -> Entry:
    return Entry(fault.field or "file", str(fault), passed=False, witness=witness)


def _part(name: str, promise: str, entries: Sequence[Entry], figures: dict[str, int]) -> Part:
    return Part(name, promise, all(one.passed for one in entries), 0.0, figures, tuple(entries))


def _proven(proof: Proof) -> Entry:
    one, found = proof.invariant, proof.counter_example
    if found is None:
        return Entry(one.id, one.sentence, True, "Proven for every possible patient.", proof.seconds)
    changed = f" Changed to: {dict(found.changed)}." if found.changed else ""
    return Entry(one.id, one.sentence, False, f"Not so for this patient.{changed}", proof.seconds, found.profile)


def _searched(checked: Checked) -> Iterator[Entry]:
    """The check itself, then each finding: open ones fail, accepted ones say why they are meant."""
    detail = f"{len(checked.findings)} found, {len(checked.accepted)} accepted."
    yield Entry(checked.name, checked.sentence, checked.passed, detail, checked.seconds)
    for finding in checked.open:
        yield Entry(finding.key, str(finding.fault()), passed=False, witness=finding.witness)
    for fault in checked.idle:
        yield Entry(checked.name, str(fault), passed=False)
    for finding, acceptance in checked.accepted:
        yield Entry(finding.key, finding.sentence, True, _ACCEPTED + acceptance.reason, None, finding.witness)


def _planted(found: MutationReport) -> dict[str, int | float | str]:
    killed = sum(one.verdict == KILLED for one in found.outcomes)
    return {
        "planted": len(found.outcomes),
        "noticed": killed,
        "not noticed": len(found.survivors),
        "change nobody's answer": len(found.outcomes) - killed - len(found.survivors),
        "share noticed": round(found.score, 4),
        "of it by a worked case or an invariant alone": round(found.score_by(CASES, INVARIANTS_NOTICE), 4),
    }


def _survivors(found: MutationReport, explained: Sequence[Explained]) -> Iterator[Entry]:
    reasons = {(one.rule, one.what): one.why for one in explained}
    for one in found.survivors:
        why = reasons.get((one.rule, one.fault))
        sentence = f"{one.rule}, {one.fault}: nothing notices this fault."
        yield Entry(one.rule, sentence, why is not None, f"Explained: {why}" if why else "")


def verification_of(data: Path | None, today: date, heard: Callable[[str], None] = lambda _: None) -> Verification:
    """The verification of the shipped knowledge or of a folder; raises FaultsFound where nothing can be read."""
    knowledge, faults = what_can_be_read(data)
    return Verification(knowledge, data, today, heard, unread=bool(faults))
