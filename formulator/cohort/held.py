"""A cohort answered in memory, for those who look at it at once: nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from formulator.cohort import request as words
from formulator.cohort.answering import Answerer
from formulator.cohort.distributions import Distributions, distributions_of
from formulator.cohort.encoding import encoded
from formulator.cohort.parts import REJECT_COLUMNS, rejects_csv
from formulator.cohort.request import Request, about
from formulator.cohort.source import Reject, Source
from formulator.knowledge import Knowledge

ROWS_OF_BLOCK = 8_192
"""Small, so that progress is seen and a run can be stopped."""
Progress = Callable[[int, float], object]
"""Told the rows that are done and their share, 0 to 1."""


@dataclass(frozen=True)
class HeldAnswers:
    """The answers of a cohort, why rows are refused, and the distributions."""

    request: Request
    table: pa.Table
    rules: tuple[str, ...]
    rejects: tuple[Reject, ...]
    rejected_rows: int
    distributions: Distributions

    def written(self, form: str) -> bytes:
        """The answers as the command writes them: Parquet, CSV or JSON lines."""
        heading, rows = encoded(self.table, form, about(self.request, self.rules), frozenset(self.request.carried))
        return heading + rows

    def written_rejects(self) -> bytes:
        """The refused rows as CSV, as the command writes them."""
        return f"{','.join(REJECT_COLUMNS)}\n{rejects_csv(self.rejects)}".encode()


def answered_in_memory(
    source: Source, knowledge: Knowledge, day: date, progress: Progress = lambda _, __: None
) -> HeldAnswers:
    """Answer a whole cohort; what `progress` raises ends the run, and nothing is left of it.

    Raises FaultsFound where the file breaks off.
    """
    layout = source.layout
    request = Request(
        day=day,
        form=words.PARQUET,
        fields=layout.fields,
        carried=layout.carried,
        rows_of_block=ROWS_OF_BLOCK,
        text=source.is_text,
        knowledge_version=knowledge.version,
        knowledge_sha256=knowledge.sha256,
        input_sha256=source.fingerprint(),
    )
    answerer = Answerer(request, knowledge, None)
    tables: list[pa.Table] = []
    rejects: list[Reject] = []
    rejected = done = 0
    for block in source.blocks(ROWS_OF_BLOCK):
        answered = answerer.answer(block)
        tables.append(answered.table)
        rejects += answered.rejects
        rejected += answered.rejected_rows
        done += len(answered.table) + answered.rejected_rows
        progress(done, min(1.0, done / source.rows) if source.rows else 0.0)
    table = pa.concat_tables(tables)
    rules = answerer.compiled.rules
    found = distributions_of(table, rules, knowledge)
    return HeldAnswers(request, table, rules, tuple(rejects), rejected, found)
