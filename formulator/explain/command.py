"""What `formulator explain` prints."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from formulator.explain.asked import Asked
from formulator.explain.component import explanation_mapping, explanation_text, known_component
from formulator.explain.positions import positions_output
from formulator.explain.trace import Reading, Trace, decision_trace, plan_trace, status_trace
from formulator.explain.trace.show import as_dot, as_line, as_list, as_mapping
from formulator.explain.why_not import WhyNot, why_not_first, why_not_treated
from formulator.explain.why_not_text import why_not_lines, why_not_mapping
from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be explained, and how it is shown: `trace` is line, list, graph or json; `first` a rank."""

    form: str = "text"
    trace: str | None = None
    everything: bool = False
    first: int | None = None
    positions: bool = False


def explained(asked: Asked, component: str | None, wanted: Wanted) -> str:
    """Text with a final newline.

    Without a component the decision and the plan are explained. Raises FaultsFound for what is no component or no rank.
    """
    if wanted.positions:
        return positions_output(asked, wanted.form)
    if wanted.first is not None:
        return _first(asked, wanted.first, wanted.form)
    if component is not None and wanted.trace is None and not wanted.everything:
        return _component(asked, component, wanted.form)
    reading = Reading(asked.answer, asked.knowledge, asked.model)
    if component is not None:
        return rendered([status_trace(known_component(asked.answer, component), reading)], wanted, asked.knowledge)
    shown = rendered([decision_trace(reading), plan_trace(reading)], wanted, asked.knowledge)
    return shown if wanted.trace or wanted.form == "json" else shown + _treatable(asked)


def _component(asked: Asked, component: str, form: str) -> str:
    if form == "json":
        return _json(explanation_mapping(asked.answer, component, asked.knowledge, asked.model))
    return explanation_text(asked.answer, component, asked.knowledge, asked.model)


def _treatable(asked: Asked) -> str:
    found = why_not_treated(asked.answer, asked.knowledge)
    return _in_lines("What would make this treatable:", found, asked.knowledge) if found else ""


def _first(asked: Asked, rank: int, form: str) -> str:
    ranks = [one.rank for one in asked.answer.formulations]
    if rank not in ranks:
        allowed = f"1 to {len(ranks)}" if ranks else "nothing: this answer has no formulation"
        raise FaultsFound([Fault(Place("--first"), "", f"There is no formulation of rank {rank}.", allowed)])
    found = why_not_first(asked.answer, rank, asked.knowledge, asked.model, asked.preferences)
    if form == "json":
        return _json({"rank": rank, "why_not": why_not_mapping(found, asked.knowledge)})
    formulation = next(one for one in asked.answer.formulations if one.rank == rank)
    names = " + ".join(asked.knowledge.components[name].name for name in formulation.components)
    title = f"{rank}. {names}: {formulation.why}"
    return _in_lines(title, found, asked.knowledge) if found else f"{title}\n"


def _in_lines(title: str, found: WhyNot, knowledge: Knowledge) -> str:
    return "\n".join(["", title, *why_not_lines(found, knowledge)]) + "\n"


def rendered(traces: list[Trace], wanted: Wanted, knowledge: Knowledge) -> str:
    """Traces in the form that is wanted; several in a picture or in JSON hang on one node."""
    form = wanted.trace or ("json" if wanted.form == "json" else "list")
    if form == "line":
        return "".join(f"{as_line(one)}\n" for one in traces)
    if form == "list":
        return "\n".join(as_list(one, knowledge, wanted.everything) for one in traces)
    whole = traces[0] if len(traces) == 1 else Trace("answer", "Answer", children=tuple(traces))
    return as_dot(whole, wanted.everything) if form == "graph" else _json(as_mapping(whole, wanted.everything))


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
