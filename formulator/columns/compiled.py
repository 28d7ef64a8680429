"""Knowledge compiled for many patients: one program from columns to rules, statuses, decision and questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from formulator.columns.facts import Facts, Step, derived
from formulator.columns.fields import FieldRows, Input, given_rows, inputs_of, unknown_rows
from formulator.columns.judgement import Judgement
from formulator.columns.program import Builder, Program, Row
from formulator.conditions.compiled import FieldCells, Form, compile_conditions
from formulator.engine.answer import STATUSES
from formulator.knowledge import Knowledge
from formulator.knowledge.base import DERIVED_NUMBERS, GRAVEST_FIRST

INDICATION = "indication"
Places = npt.NDArray[np.int32]
"""For each item, the row of the results that speaks about it."""


@dataclass(frozen=True)
class Compiled:
    """A knowledge base compiled for columns.

    `cells` tells for each field that columns may give what its values are turned into; `inputs` are the rows made from
    them, `program` makes the results. The others say which row of the results belongs to what: rules that hold and
    rules that are open, indications, the bits of the code of each component's status (place in STATUSES) and of the
    decision (place in GRAVEST_FIRST), and fields that may be worth asking.
    """

    knowledge: Knowledge
    cells: Mapping[str, FieldCells]
    inputs: tuple[Input, ...]
    program: Program
    rules: tuple[str, ...]
    certain: Places
    open: Places
    indications: Places
    statuses: npt.NDArray[np.int32]
    decision: Places
    asked: tuple[str, ...]
    wanted: Places


def compile_columns(knowledge: Knowledge, questions: bool = True) -> Compiled:
    """Compile a knowledge base; without `questions` the rows of fields worth asking are left out, which is quicker."""
    form, names = _form(knowledge)
    given = {name: cells for name, cells in form.fields.items() if _is_given(name, knowledge)}
    inputs = tuple(one for cells in given.values() for one in inputs_of(cells))
    builder = Builder()
    made = [builder.input() for _ in inputs]
    facts = derived(_facts(form, inputs, made, builder), _steps(knowledge, form))
    facts, indications = _with_indication(facts, knowledge, form)
    read = dict(zip(names, form.conditions[-len(names) :], strict=True))
    judgement = Judgement(knowledge, facts, read, indications)
    return _compiled(judgement, given, inputs, questions)


def _is_given(field: str, knowledge: Knowledge) -> bool:
    return field in knowledge.catalogue.fields or field in DERIVED_NUMBERS


def _form(knowledge: Knowledge) -> tuple[Form, list[str]]:
    """Derivations, indications and rules, compiled together in this order; and the ids of the rules."""
    conditions = [one.when for one in knowledge.derivations]
    conditions += [one.derived_from for one in knowledge.indications.values()]
    conditions += [rule.when for rule in knowledge.rules.values()]
    return compile_conditions(conditions), list(knowledge.rules)


def _facts(form: Form, inputs: Sequence[Input], made: Sequence[Row], builder: Builder) -> Facts:
    rows: dict[str, list[Row]] = {}
    for one, row in zip(inputs, made, strict=True):
        rows.setdefault(one.field, []).append(row)
    fields: dict[str, FieldRows] = {
        name: given_rows(cells, rows[name], builder) if name in rows else unknown_rows(cells, builder)
        for name, cells in form.fields.items()
    }
    return Facts(builder, fields)


def _steps(knowledge: Knowledge, form: Form) -> list[Step]:
    """The derivations whose field some condition reads."""
    pairs = zip(knowledge.derivations, form.conditions, strict=False)
    return [
        Step(one.field, form.fields[one.field].cell_of(one.value), condition)
        for one, condition in pairs
        if one.field in form.fields
    ]


def _with_indication(facts: Facts, knowledge: Knowledge, form: Form) -> tuple[Facts, Mapping[str, Row]]:
    """The first indication whose condition holds."""
    first = len(knowledge.derivations)
    conditions = form.conditions[first : first + len(knowledge.indications)]
    rows = facts.builder.first_of(facts.certainly(condition) for condition in conditions)
    found = dict(zip(knowledge.indications, rows, strict=True))
    if INDICATION in form.fields:
        for name, row in found.items():
            facts = facts.with_cell(INDICATION, form.fields[INDICATION].cell_of(name), row)
    return facts, found


def _compiled(
    judged: Judgement, given: Mapping[str, FieldCells], inputs: tuple[Input, ...], questions: bool
) -> Compiled:
    knowledge, builder = judged.knowledge, judged.facts.builder
    rules = tuple(rule.id for rule in knowledge.rules.values() if not rule.when_nothing_is_left)
    results: dict[Row, int] = {}

    def places(rows: Sequence[Row]) -> Places:
        return np.array([results.setdefault(row, len(results)) for row in rows], dtype=np.int32)

    wanted = judged.wanted if questions else {}
    statuses = [_bits([rows[one] for one in STATUSES], builder) for rows in judged.statuses.values()]
    found = {
        "certain": places([judged.certain[name] for name in rules]),
        "open": places([judged.open[name] for name in rules]),
        "indications": places(list(judged.indications.values())),
        "statuses": np.array([places(bits) for bits in statuses]),
        "decision": places(_bits([judged.decisions[one] for one in GRAVEST_FIRST], builder)),
        "wanted": places(list(wanted.values())),
    }
    program = builder.program(len(inputs), list(results))
    return Compiled(knowledge, given, inputs, program, rules, asked=tuple(wanted), **found)


def _bits(rows: Sequence[Row], builder: Builder) -> list[Row]:
    """The bits of the place of the one row, of several of which one holds, that holds for a patient."""
    width = max(1, (len(rows) - 1).bit_length())
    return [builder.either(*(row for place, row in enumerate(rows) if place >> bit & 1)) for bit in range(width)]
