"""The casebook (data/cases): stories, findings to ask for, the patient behind them, and what must come out."""

from formulator.learn.cases.case import Case, Finding, Neighbour, Published, Step
from formulator.learn.cases.casebook import Casebook, load_casebook
from formulator.learn.cases.truth import answer_of, neighbour_of, truth_of

__all__ = [
    "Case",
    "Casebook",
    "Finding",
    "Neighbour",
    "Published",
    "Step",
    "answer_of",
    "load_casebook",
    "neighbour_of",
    "truth_of",
]
