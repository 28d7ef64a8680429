"""The model solution of cases as plain data: what the engine answers and why, in its own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from formulator.engine.answer import MOVABLE, ComponentAnswer, Plan, Recommendation
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.evidence.answer import EvidenceModel
from formulator.explain.difference import difference
from formulator.explain.difference_lines import Names
from formulator.explain.difference_words import lines_of
from formulator.export.text import rhythm, strongest
from formulator.export.words import CERTAINTY_WORDS, field_label, value_label
from formulator.export.worksheet.citations import Citations
from formulator.export.worksheet.reasons import argument_entry, excluded_entries
from formulator.export.worksheet.words import name_of
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook, answer_of, neighbour_of
from formulator.learn.cases.case import DIFFICULTIES
from formulator.learn.diagnosis import KINDS
from formulator.learn.instructor.mistakes import invited_mistakes
from formulator.learn.instructor.sheets.model_decision import model_decision

_VERDICTS = {"used": "holds", "contradicted": "contradicted", "counselling": "to be put right in counselling"}
_MOST_REMARKS = 4
_NEIGHBOUR_PARTS = ("Decision", "Components that moved")
_VERBS = {"came": "New. ", "went": "No longer. ", "changed": ""}


def solution(
    cases: Sequence[Case], book: Casebook, knowledge: Knowledge, model: EvidenceModel | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """Each case solved, and the sources that are cited by number."""
    cite = Citations(replace(knowledge, sources={**book.sources, **knowledge.sources}))
    solved = [_solved(number, case, book, knowledge, model, cite) for number, case in enumerate(cases, 1)]
    return solved, cite.listed()


def _solved(  # noqa: PLR0913 - one case, and everything that its answer is made from
    number: int, case: Case, book: Casebook, knowledge: Knowledge, model: EvidenceModel | None, cite: Citations
) -> dict[str, Any]:
    answer = answer_of(case, knowledge, model)
    indication = knowledge.indications.get(answer.indication or "")
    return {
        "number": str(number),
        "id": case.id,
        "title": case.title,
        "difficulty": DIFFICULTIES[case.difficulty],
        "objectives": list(case.objectives),
        "findings": _findings(case, book),
        "cause": value_label(knowledge, "cause", case.cause),
        "indication": indication.name if indication else "no indication in scope",
        "decision": {"id": answer.decision, "words": DECISION_WORDS[answer.decision]},
        "arguments": [argument_entry(one, knowledge, cite) for one in answer.decision_arguments],
        "settle": list(answer.plan.settle_first) if answer.plan else [],
        "components": [_component(one, case, knowledge, cite) for one in answer.components if one.status in MOVABLE],
        "excluded": excluded_entries(answer, knowledge),
        "schedule": _schedule(answer.plan, cite),
        "lessons": [_lesson(rule, knowledge, cite) for rule in case.lessons],
        "model": model_decision(case, answer, book, knowledge),
        "mistakes": _mistakes(case, book, knowledge, model),
        "claims": [_claim(one, knowledge, cite) for one in case.claims],
        "neighbour": _neighbour(case, answer, knowledge, model),
        "pearl": f"{case.pearl} {cite.of(case.sources)}",
        "published": _published(case, cite),
        "sources": " ".join(cite.of([one]) for one in case.sources),
    }


def _findings(case: Case, book: Casebook) -> list[dict[str, Any]]:
    return [
        {"ask": one.ask, "step": book.steps[one.step].label, "says": one.says, "needed": one.needed}
        for one in case.findings
    ]


def _component(one: ComponentAnswer, case: Case, knowledge: Knowledge, cite: Citations) -> dict[str, Any]:
    """A component with its strongest arguments and those that the case is about."""
    chosen = [*strongest(one.arguments), *(each for each in one.arguments if each.rule in case.lessons)]
    shown = {each.rule: argument_entry(each, knowledge, cite) for each in chosen}
    return {"name": name_of(one.id, knowledge), "status": STATUS_WORDS[one.status], "arguments": list(shown.values())}


def _schedule(plan: Plan | None, cite: Citations) -> list[str]:
    if plan is None:
        return ["No sessions."]
    phases = (f"{one.name.capitalize()}: {one.sessions or 'ongoing'} sessions, {rhythm(one)}" for one in plan.phases)
    cited = (f"{words} {cite.of(one.sources)}" for words, one in zip(phases, plan.phases, strict=True))
    reassess = (f"Look again on {one.date}: {one.what} {cite.of(one.sources)}" for one in plan.reassess)
    return [*cited, *reassess, f"Stop: {plan.stop_rule}", f"Afterwards: {plan.maintenance}"]


def _lesson(rule: str, knowledge: Knowledge, cite: Citations) -> dict[str, str]:
    found = knowledge.rules[rule]
    certainty = CERTAINTY_WORDS[found.certainty]
    return {"rule": rule, "text": f"{found.text} ({certainty}) {cite.of(found.sources)}", "detail": found.detail}


def _mistakes(case: Case, book: Casebook, knowledge: Knowledge, model: EvidenceModel | None) -> list[dict[str, Any]]:
    """A line a kind of mistake, with the first remarks of it."""
    found = invited_mistakes(case, book, knowledge, model)
    return [
        {
            "kind": KINDS[kind].name,
            "explains": KINDS[kind].explains,
            "texts": [f"{one.text} [{one.lesson.id}]" for one in remarks[:_MOST_REMARKS]],
            "more": max(0, len(remarks) - _MOST_REMARKS),
        }
        for kind, remarks in found.items()
    ]


def _claim(identifier: str, knowledge: Knowledge, cite: Citations) -> dict[str, str]:
    found = knowledge.claims[identifier]
    return {"claim": found.claim, "verdict": _VERDICTS[found.verdict], "text": f"{found.text} {cite.of(found.sources)}"}


def _neighbour(case: Case, answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> dict[str, Any]:
    other = neighbour_of(case, knowledge, model)
    sections = lines_of(difference(answer, other), Names(knowledge, knowledge))
    return {
        "asks": case.neighbour.asks,
        "change": "; ".join(
            f"{field_label(knowledge, name)}: {value_label(knowledge, name, value)}"
            for name, value in case.neighbour.change.items()
        ),
        "decision": DECISION_WORDS[other.decision],
        "lines": _told(
            f"{_VERBS[line.verb]}{line.text}" for part in _NEIGHBOUR_PARTS for line in sections.get(part, ())
        ),
    }


def _told(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _published(case: Case, cite: Citations) -> list[str]:
    if case.published is None:
        return []
    found = case.published
    return [f"Published outcome: {found.outcome} {cite.of([found.source])}", f"This case differs: {found.differs}"]
