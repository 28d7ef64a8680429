"""What is asked of a cohort, and which columns the answer has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from formulator import __version__
from formulator.columns import DECISIONS, STATUSES
from formulator.knowledge import Knowledge

SCHEMA = "formulator/cohort/1"
PARQUET, CSV, JSON_LINES = "parquet", "csv", "jsonl"
QUESTIONS, FORMULATIONS, PLAN = "questions", "formulations", "plan"
EXTRAS = (QUESTIONS, FORMULATIONS, PLAN)
ROW, DECISION, INDICATION, RULES, MAY_ASK = "row", "decision", "indication", "rules", "may_ask"
STATUS = "status_"
ASSUMPTIONS, FORMULATION = "assumptions", "formulation"
PLAN_COLUMNS = ("plan_sessions", "plan_first", "plan_interval_days")

MEANINGS: Mapping[str, str] = {
    ROW: "number of the record in the input, from 1",
    DECISION: "what is decided about treating at all",
    INDICATION: "what the concern is taken for; empty where it is none of ours",
    f"{STATUS}...": "status of each component",
    RULES: "rules that hold: a list of ids, or bits (bit k of octet i speaks about rule 8 i + k of `rules`; hexadecimal"
    " in text)",
    MAY_ASK: "unknown fields on which a rule hangs that could matter, or that a work-up wants, in the order of fields",
    QUESTIONS: "unknown fields of which an answer would change something, the most valuable first",
    ASSUMPTIONS: "fields taken as absent",
    FORMULATION: "components of the best formulation, joined with +",
    PLAN_COLUMNS[0]: "number of dated sessions",
    PLAN_COLUMNS[1]: "day of the first session",
    PLAN_COLUMNS[2]: "days from the first session to the second",
}


@dataclass(frozen=True)
class Request:
    """Everything besides the patients that an answer depends on; the same request gives the same bytes."""

    day: date
    form: str
    fields: tuple[str, ...]
    carried: tuple[str, ...]
    rows_of_block: int
    extras: tuple[str, ...] = ()
    lists: bool = False
    text: bool = False
    input_sha256: str = ""
    knowledge_version: str = ""
    knowledge_sha256: str = ""
    model_version: str | None = None
    model_sha256: str | None = None
    program: str = __version__
    writer: str = ""

    def wants(self, *extras: str) -> bool:
        """Whether one of these extras is asked for."""
        return any(one in self.extras for one in extras)

    def plain(self) -> dict[str, Any]:
        """The request as JSON-ready values."""
        return json.loads(json.dumps(asdict(self), default=str))


def columns_written(request_extras: tuple[str, ...], knowledge: Knowledge) -> list[str]:
    """The columns that an answer adds to those that are carried along."""
    names = [ROW, DECISION, INDICATION, *(f"{STATUS}{name}" for name in knowledge.components), RULES]
    names += [QUESTIONS, ASSUMPTIONS] if QUESTIONS in request_extras else [MAY_ASK]
    names += [FORMULATION] if FORMULATIONS in request_extras else []
    return names + (list(PLAN_COLUMNS) if PLAN in request_extras else [])


def about(request: Request, rules: tuple[str, ...]) -> dict[str, Any]:
    """What stands with every answer: versions and hashes, the day, the words of the codes, the ids of rules."""
    return {
        "schema": SCHEMA,
        "formulator": request.program,
        "date": request.day.isoformat(),
        "input_sha256": request.input_sha256,
        "knowledge_version": request.knowledge_version,
        "knowledge_sha256": request.knowledge_sha256,
        "model_version": request.model_version,
        "model_sha256": request.model_sha256,
        "extras": list(request.extras),
        "decisions": list(DECISIONS),
        "statuses": list(STATUSES),
        "rules": list(rules),
        "columns": dict(MEANINGS),
    }
