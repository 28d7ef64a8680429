"""What the trainee decided beside what the engine answers: everything that a diagnoser reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from formulator.engine.answer import USABLE, Argument, Because, ComponentAnswer, Recommendation
from formulator.engine.assess import assess
from formulator.engine.facts import facts_of
from formulator.engine.findings import Findings, read_rules
from formulator.engine.options import Candidates, candidates
from formulator.engine.patient import Patient
from formulator.evidence.answer import EvidenceModel
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.knowledge.base import ASKED_THROUGH, GRAVEST_FIRST, INJECTIONS, PROCEDURE
from formulator.knowledge.items import TREATMENT
from formulator.learn.cases import Case, Casebook
from formulator.learn.commitment import Commitment, tellable_in
from formulator.learn.diagnosis.expected import main_parts
from formulator.learn.diagnosis.kinds import KINDS
from formulator.learn.diagnosis.knowing import found_by_asking, known_to, restated
from formulator.learn.diagnosis.remark import Lesson, Remark
from formulator.learn.diagnosis.words import joined
from formulator.profile import Profile, profile_from_mapping

VEHICLE = "vehicle"


@dataclass(frozen=True)
class Review:
    """One decision about one patient; without a case everything about the patient was known to the one who decided."""

    commitment: Commitment
    answer: Recommendation
    knowledge: Knowledge
    model: EvidenceModel | None = None
    case: Case | None = None
    book: Casebook | None = None

    @cached_property
    def patient(self) -> Patient:
        """The patient of the answer, with every fact that follows."""
        return patient_of(self.answer.profile, self.answer, self.knowledge)

    @cached_property
    def findings(self) -> Findings:
        """Every rule, read on the patient."""
        return read_rules(self.knowledge, self.patient.facts)

    @cached_property
    def parts(self) -> Mapping[str, ComponentAnswer]:
        """The answer about each component, without objections that rest on what nobody could have told the trainee."""
        return {one.id: self._within_reach(one) for one in self.answer.components}

    def _within_reach(self, part: ComponentAnswer) -> ComponentAnswer:
        kept = tuple(
            one
            for one in part.arguments
            if not ((one.kind == "excludes" or one.limits_to) and self.beyond_reach(one.because))
        )
        return part if len(kept) == len(part.arguments) else replace(part, arguments=kept)

    @cached_property
    def candidates(self) -> Candidates:
        """What may enter a syringe, and what keeps the others out."""
        return candidates(self.patient, self.answer.components)

    @cached_property
    def broken(self) -> Mapping[str, frozenset[str]]:
        """For each usable component that is brought into the skin, the constraints that keep it out."""
        return dict(self.candidates.broken)

    @cached_property
    def known_facts(self) -> Mapping[str, Any]:
        """What the trainee knew at the moment of the decision, with what follows from it."""
        if self.case is None:
            return self.patient.facts
        stated = self.patient.profile.values
        known = known_to(self.commitment, self.case, stated, self.knowledge)
        told = {name: value for name, value in stated.items() if name in known}
        return facts_of(Profile(told), self.knowledge, self.answer.date)

    @cached_property
    def chosen(self) -> Mapping[str, str | None]:
        """Every component that was chosen with its role, None for what stands in a syringe alone; vehicles are none."""
        drawn = {one.component: None for syringe in self.commitment.syringes for one in syringe}
        found = {**drawn, **self.commitment.components}
        return {name: role for name, role in found.items() if not self._is_vehicle(name)}

    def _is_vehicle(self, name: str) -> bool:
        return self.knowledge.components[name].component_class == VEHICLE

    @cached_property
    def other_causes(self) -> Mapping[str, Mapping[str, ComponentAnswer]]:
        """For each other cause of the differential, the trainee's first, what the rules say about each component."""
        if self.case is None:
            return {}
        named = [one for one in (self.commitment.cause, *self.case.causes) if one and one != self.case.cause]
        found = {cause: self._with_cause(cause) for cause in dict.fromkeys(named)}
        return {cause: parts for cause, parts in found.items() if parts}

    def _with_cause(self, cause: str) -> Mapping[str, ComponentAnswer]:
        """The components judged as if this were the cause; none where it cannot be the cause of this patient."""
        try:
            patient = patient_of({**self.answer.profile, "cause": cause}, self.answer, self.knowledge)
        except FaultsFound:
            return {}
        return {one.id: one for one in assess(read_rules(self.knowledge, patient.facts), patient)}

    @cached_property
    def decision_arguments(self) -> tuple[Argument, ...]:
        """What is said about the decision; a fact that follows from another is not a second reason beside that one."""
        arguments = self.answer.decision_arguments
        return tuple(one for one in arguments if not any(self._stands_behind(other, one) for other in arguments))

    def is_restated(self, argument: Argument) -> bool:
        """Whether an argument about the decision only repeats another one about a fact from which its own follows."""
        kept = {one.rule for one in self.decision_arguments}
        return any(one.rule == argument.rule for one in self.answer.decision_arguments) and argument.rule not in kept

    def _stands_behind(self, one: Argument, other: Argument) -> bool:
        """Whether all that the other argument read follows from what this one read."""
        stated = set(self.patient.profile.values) - self._restated
        read = {each.field for each in one.because} & set(stated)
        derived = [each.field for each in other.because if each.field not in stated and each.field != "indication"]
        behind = (self.knowledge.fields_behind.get(name, frozenset()) for name in derived)
        return bool(derived) and len(derived) == len(other.because) and all(read & fields for fields in behind)

    @cached_property
    def _restated(self) -> frozenset[str]:
        read = [one.field for argument in self.answer.decision_arguments for one in argument.because]
        return restated(read, self.patient.profile, self.knowledge, self.answer.date)

    @cached_property
    def at_issue(self) -> frozenset[str]:
        """The components of which feedback may speak unasked: those chosen, and those that the answer leads to."""
        best = (name for one in self.answer.formulations[:1] for name in one.components)
        return frozenset((*self.chosen, *best, *main_parts(self.answer, self.patient)))

    def concerns(self, rule: str) -> bool:
        """Whether a rule is about the decision, about the procedure as a whole, or about a component at issue."""
        found = self.knowledge.rules[rule]
        whole = found.decision is not None or {TREATMENT, PROCEDURE, INJECTIONS} & set(found.subject)
        return bool(whole or self.at_issue & self.knowledge.component_set_of_rule[rule])

    def usable(self, name: str) -> bool:
        """Whether the rules leave a component a place here."""
        return self.parts[name].status in USABLE

    def weight_of(self, argument: Argument) -> str:
        """The decision that an argument about the decision forces; a blocking question delays."""
        rule = self.knowledge.rules[argument.rule]
        asks = argument.rule in self.findings.open
        return "treat_after" if asks else rule.decision or "treat"

    def decides(self, argument: Argument) -> bool:
        """Whether an argument comes from a rule about the whole procedure that forces a decision."""
        return self.knowledge.rules[argument.rule].decision is not None

    @property
    def lighter(self) -> bool:
        """Whether the trainee decided more lightly than the rules."""
        return GRAVEST_FIRST.index(str(self.commitment.decision)) > GRAVEST_FIRST.index(self.answer.decision)

    @property
    def graver(self) -> bool:
        """Whether the trainee allowed less than the rules."""
        return GRAVEST_FIRST.index(str(self.commitment.decision)) < GRAVEST_FIRST.index(self.answer.decision)

    def name(self, component: str) -> str:
        """What a component is called."""
        return self.knowledge.components[component].name

    def hidden(self, because: Iterable[Because]) -> tuple[str, ...]:
        """The fields among these that the trainee never asked for, although the patient could tell them."""
        facts, known = self.patient.facts, self.known_facts
        return tuple(one.field for one in because if one.field in facts and one.field not in known)

    def was_found(self, because: Iterable[Because]) -> bool:
        """Whether the trainee asked for a finding that tells one of these facts."""
        if self.case is None:
            return False
        stated = self.patient.profile.values
        found = found_by_asking(self.commitment, self.case, stated, self.knowledge)
        return any(one.field in self.patient.facts and self.inputs(one.field) & found for one in because)

    def beyond_reach(self, because: Iterable[Because]) -> bool:
        """Whether one of these facts could be told by nothing that the trainee could ask."""
        if self.case is None:
            return False
        reached, stated = tellable_in(self.case, self.knowledge), set(self.case.profile)
        behind = (self.inputs(one.field) & stated for one in because if one.field in self.patient.facts)
        return any(fields and not fields & reached for fields in behind)

    def reads(self, argument: Argument, field: str) -> bool:
        """Whether an argument rests on a field, itself or through a fact that follows from it."""
        return any(field in self.inputs(one.field) for one in argument.because)

    def inputs(self, field: str) -> frozenset[str]:
        """A field and every field through which it becomes known."""
        behind = self.knowledge.fields_behind.get(field, frozenset())
        through = ASKED_THROUGH.get(field, field)
        further = frozenset(("severity_scale",)) if field == "severity_band" else frozenset()
        return behind | further | {field, through}

    @property
    def indication_lesson(self) -> Lesson:
        """How the indication is recognised; where the patient has none, the rule that says so."""
        if self.answer.indication:
            return Lesson("indication", self.answer.indication)
        rules = [one.rule for one in self.answer.decision_arguments]
        return Lesson("rule", rules[0]) if rules else Lesson("component", self.answer.components[0].id)

    def lesson_of_component(self, name: str) -> Lesson:
        """The strongest rule about a component here, or the component itself where none speaks."""
        arguments = self.parts[name].arguments
        return Lesson("rule", arguments[0].rule) if arguments else Lesson("component", name)


def patient_of(profile: Mapping[str, Any] | Profile, answer: Recommendation, knowledge: Knowledge) -> Patient:
    """The patient with this profile on the day of an answer; raises FaultsFound where the profile is not possible."""
    read = profile if isinstance(profile, Profile) else profile_from_mapping(profile, "answer", knowledge.catalogue)
    return Patient(read, facts_of(read, knowledge, answer.date), knowledge, answer.date)


def remark_of(kind: str, argument: Argument, subject: str, text: str) -> Remark:
    """A remark whose lesson is the rule of an argument, with what the rule read and says."""
    return Remark(
        kind=kind,
        skill=KINDS[kind].skill,
        lesson=Lesson("rule", argument.rule),
        subject=subject,
        text=text,
        detail=joined(argument.text, argument.detail),
        because=argument.because,
        sources=argument.sources,
    )


def remark(kind: str, lesson: Lesson, subject: str, text: str) -> Remark:
    """A remark about any other lesson."""
    return Remark(kind, KINDS[kind].skill, lesson, subject, text)


def backed(one: Remark, detail: str, sources: Iterable[str] = (), because: Iterable[Because] = ()) -> Remark:
    """A remark with what stands behind it."""
    return replace(one, detail=detail, sources=tuple(dict.fromkeys(sources)), because=tuple(because))
