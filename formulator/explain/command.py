"""What `formulator explain` prints."""

from __future__ import annotations

import json
from typing import Any

from formulator.engine.answer import Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.explain.component import explanation_mapping, explanation_text, known_component
from formulator.explain.trace import Reading, Trace, decision_trace, plan_trace, status_trace
from formulator.explain.trace.show import as_dot, as_line, as_list, as_mapping
from formulator.knowledge import Knowledge

TRACES = ("line", "list", "graph", "json")


def explained(  # noqa: PLR0913
    answer: Recommendation,
    component: str | None,
    knowledge: Knowledge,
    model: EvidenceModel | None,
    form: str,
    trace: str | None,
    everything: bool,
) -> str:
    """Text with a final newline: the component's reasons, or the trace in the form that was asked for.

    Without a component the decision and the plan are traced. Raises FaultsFound for what is no component.
    """
    if component is not None and trace is None and not everything:
        if form == "json":
            return _json(explanation_mapping(answer, component, knowledge, model))
        return explanation_text(answer, component, knowledge, model)
    reading = Reading(answer, knowledge, model)
    if component is None:
        traces = [decision_trace(reading), plan_trace(reading)]
    else:
        traces = [status_trace(known_component(answer, component), reading)]
    return rendered(traces, trace or ("json" if form == "json" else "list"), knowledge, everything)


def rendered(traces: list[Trace], form: str, knowledge: Knowledge, everything: bool) -> str:
    """Traces in one of TRACES; several in a picture or in JSON hang on one node."""
    if form == "line":
        return "".join(f"{as_line(one)}\n" for one in traces)
    if form == "list":
        return "\n".join(as_list(one, knowledge, everything) for one in traces)
    whole = traces[0] if len(traces) == 1 else Trace("answer", "Answer", children=tuple(traces))
    return as_dot(whole, everything) if form == "graph" else _json(as_mapping(whole, everything))


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
