"""The whole answer as one tree: decision, every component, plan, formulations."""

from __future__ import annotations

from formulator.engine.answer import Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.explain.trace.decision import decision_trace
from formulator.explain.trace.formulation import formulations_trace
from formulator.explain.trace.plan import plan_trace
from formulator.explain.trace.reading import Reading
from formulator.explain.trace.status import status_trace
from formulator.explain.trace.tree import Trace
from formulator.knowledge import Knowledge


def trace_of(answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> Trace:
    """Everything that an answer says with the chain that made it.

    `knowledge` and `model` must be those that made the answer; the trace of another would be untrue.
    """
    reading = Reading(answer, knowledge, model)
    statuses = tuple(status_trace(one, reading) for one in answer.components)
    return Trace(
        "answer",
        "Answer",
        answer.date.isoformat(),
        answer.notice,
        children=(
            decision_trace(reading),
            Trace("part", "Components", f"{len(statuses)} judged", children=statuses),
            plan_trace(reading),
            formulations_trace(reading),
        ),
    )
