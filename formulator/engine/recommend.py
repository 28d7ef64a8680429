"""All steps in a row."""

from __future__ import annotations

from datetime import date
from typing import Any

from formulator.engine.answer import Recommendation
from formulator.engine.assess import judged
from formulator.engine.compose import compose, may_be_composed
from formulator.engine.consequences import Situation
from formulator.engine.decide import decide
from formulator.engine.effect import TrialEffects
from formulator.engine.facts import facts_of
from formulator.engine.findings import read_rules
from formulator.engine.patient import Patient
from formulator.engine.plan import plan_for
from formulator.engine.questions import assumptions, questions
from formulator.engine.ranking import DEFAULT_PREFERENCES, Preferences
from formulator.engine.surroundings import disagreements, notes, used_in_answer
from formulator.evidence.answer import EvidenceModel
from formulator.knowledge import Knowledge
from formulator.profile import Profile


def recommend(
    profile: Profile,
    knowledge: Knowledge,
    today: date,
    model: EvidenceModel | None = None,
    preferences: Preferences = DEFAULT_PREFERENCES,
) -> Recommendation:
    """The answer for one profile on one day.

    Pure and deterministic: the same profile, knowledge, model and date give the same answer. Without a model the rules
    answer alone, and formulations are ranked by role and certainty. Raises FaultsFound where dates of the profile do
    not fit the day.
    """
    patient = Patient(profile, facts_of(profile, knowledge, today), knowledge, today)
    findings = read_rules(knowledge, patient.facts)
    components = judged(findings, patient, model)
    verdict = decide(findings, components, patient)
    plan = plan_for(patient, verdict, components)
    formulations, infeasible = (
        compose(patient, verdict, components, TrialEffects(model) if model else None, preferences)
        if may_be_composed(patient, verdict, findings) and not (plan and plan.provisional)
        else ((), None)
    )
    situation = Situation(patient, findings, {one.id: one for one in components}, verdict.decision)
    facts, used, missing = patient.facts, used_in_answer(components), questions(situation)
    return Recommendation(
        decision=verdict.decision,
        decision_arguments=verdict.arguments,
        indication=facts.get("indication"),
        components=components,
        plan=plan,
        formulations=formulations,
        infeasible=infeasible,
        assumptions=assumptions(situation, missing),
        missing=missing,
        before=notes(knowledge.before, patient, used) if plan else (),
        after=notes(knowledge.after, patient, used) if plan else (),
        expect=notes(knowledge.expect, patient, used) if facts.get("indication") else (),
        side_effects=notes(knowledge.side_effects, patient, used) if plan else (),
        disagreements=disagreements(findings, patient),
        notice=knowledge.notice,
        knowledge_version=knowledge.version,
        knowledge_sha256=knowledge.sha256,
        model_version=model.version if model else None,
        model_sha256=model.sha256 if model else None,
        profile=profile.plain(),
        profile_sha256=profile.sha256(),
        derived=_derived(patient),
        date=today,
    )


def _derived(patient: Patient) -> dict[str, Any]:
    return {name: value for name, value in sorted(patient.facts.items()) if name not in patient.profile.values}
