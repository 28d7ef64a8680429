"""Why: every status, number and date of an answer as a tree down to rules, values, sources, trials and arithmetic."""

from formulator.explain.trace.decision import decision_trace
from formulator.explain.trace.formulation import formulation_trace, formulations_trace
from formulator.explain.trace.plan import plan_trace
from formulator.explain.trace.reading import Reading
from formulator.explain.trace.status import status_trace
from formulator.explain.trace.tree import Trace
from formulator.explain.trace.whole import trace_of

__all__ = [
    "Reading",
    "Trace",
    "decision_trace",
    "formulation_trace",
    "formulations_trace",
    "plan_trace",
    "status_trace",
    "trace_of",
]
