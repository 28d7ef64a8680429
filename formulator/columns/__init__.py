"""The rules over columns: the engine's statuses and decision for many patients at once, from one compiled program.

    compiled = compile_columns(knowledge)                     # once; about a third of a second
    columns = {"pregnancy": codes, "ferritin": numbers, ...}  # see below; a field without a column is unknown
    answers = assess_columns(columns, count, compiled)
    answers.decision                  # uint8 [patients], place in DECISIONS
    answers.statuses                  # uint8 [components, patients], place in STATUSES
    answers.certain, answers.open     # uint64 [rules, words]: rules that hold, rules that hang on an unknown
    answers.rules_holding(12)         # the ids for one patient

A column holds one entry a patient. `compiled.cells` names the fields that may be given. A field with `cuts` takes
numbers in stored units (float64, float32 or integers; NaN is unknown). Any other takes codes (uint8): 0 is unknown,
otherwise `cell_table(compiled, field, values)` gives the code of each value, so that dictionary codes of a file become
cells by one `take`. Dates of events go in as `days_to_event`, made by `days_to_events`. Values must be those of valid
profiles.

Questions: `answers.wanted` names fields that are unknown and on which a rule hangs that could matter, or that a work-up
wants. The engine's questions are among them; which of them change something, and how, is asked of the engine itself for
one patient of each pattern.
"""

from formulator.columns.answers import NO_INDICATION, CohortAnswers
from formulator.columns.assess import assess_columns, results_for
from formulator.columns.compiled import Compiled, compile_columns
from formulator.columns.inputs import Columns, cell_table, column_of, columns_of, days_to_events
from formulator.engine.answer import STATUSES
from formulator.knowledge.base import GRAVEST_FIRST as DECISIONS

__all__ = [
    "DECISIONS",
    "NO_INDICATION",
    "STATUSES",
    "CohortAnswers",
    "Columns",
    "Compiled",
    "assess_columns",
    "cell_table",
    "column_of",
    "columns_of",
    "compile_columns",
    "days_to_events",
    "results_for",
]
