"""What a verification found, as plain values: written as JSON and HTML, read by the page without a solver."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import log10
from pathlib import Path
from typing import Any

from formulator.faults import Fault, FaultsFound, Place
from formulator.files import write_together
from formulator.knowledge.archive import VERIFICATION
from formulator.paths import data_directory

SCHEMA = "formulator/verification/1"
FILE = f"{VERIFICATION}/report.json"


@dataclass(frozen=True)
class Entry:
    """One thing that was proven, searched or accepted; `witness` is a loadable profile that shows a failure."""

    id: str
    sentence: str
    passed: bool
    detail: str = ""
    seconds: float | None = None
    witness: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Part:
    """One kind of verification: what it promises, whether it held, figures, and its entries."""

    name: str
    promise: str
    passed: bool
    seconds: float
    figures: Mapping[str, int | float | str] = field(default_factory=dict)
    entries: Sequence[Entry] = ()


@dataclass(frozen=True)
class Report:
    """One verification of one knowledge base; `patients` is how many different ones it tells apart."""

    knowledge_version: str
    knowledge_sha256: str
    program: str
    date: str
    patients: int
    parts: tuple[Part, ...]

    @property
    def passed(self) -> bool:
        """Whether every part held."""
        return all(one.passed for one in self.parts)

    @property
    def seconds(self) -> float:
        """How long the whole took."""
        return sum(one.seconds for one in self.parts)

    @property
    def power_of_ten(self) -> int:
        """The number of patients as a power of ten, rounded down."""
        return int(log10(self.patients)) if self.patients else 0

    def part(self, name: str) -> Part | None:
        """A part by its name, if it was run."""
        return next((one for one in self.parts if one.name == name), None)


def as_json(report: Report) -> str:
    """The report as JSON text with a final newline."""
    document = {"schema": SCHEMA, "passed": report.passed, **asdict(report), "patients": str(report.patients)}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def from_json(text: str, place: Place) -> Report:
    """A report from its JSON; raises FaultsFound for anything else."""
    try:
        document = json.loads(text)
        if document["schema"] != SCHEMA:
            raise ValueError(f"the schema is not {SCHEMA}")
        parts = tuple(_part(one) for one in document["parts"])
        return Report(
            knowledge_version=str(document["knowledge_version"]),
            knowledge_sha256=str(document["knowledge_sha256"]),
            program=str(document["program"]),
            date=str(document["date"]),
            patients=int(document["patients"]),
            parts=parts,
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        problem = f"This is no verification report: {error}."
        raise FaultsFound([Fault(place, "", problem, "what `formulator verify --write` writes")]) from None


def _part(document: Mapping[str, Any]) -> Part:
    entries = tuple(Entry(**one) for one in document["entries"])
    return Part(**{**document, "entries": entries})


def shipped_report() -> Report | None:
    """The report beside the knowledge, if there is one; raises FaultsFound where it cannot be read."""
    path = data_directory() / FILE
    return from_json(path.read_text(encoding="utf-8"), Place(f"data/{FILE}")) if path.exists() else None


def write_report(report: Report, path: Path) -> None:
    """Write JSON, or HTML where the name ends so; the old file or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_together({path: (as_html(report) if path.suffix == ".html" else as_json(report)).encode()})


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Verification of knowledge {version}</title>
<style>body{{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;width:100%}}
td,th{{border-bottom:1px solid #bbb;padding:.3rem;text-align:left;vertical-align:top}}
</style></head><body><h1>Verification of knowledge {version}</h1>
<p>{verdict}</p><p>Knowledge hash {sha256}; program {program}; made on {date}; {seconds:.0f} seconds;
10 to the power of {power} different patients.</p>
{parts}</body></html>
"""


def as_html(report: Report) -> str:
    """One page without scripts; every text is escaped."""
    verdict = "Everything held." if report.passed else "Something failed: see below."
    return _PAGE.format(
        version=html.escape(report.knowledge_version),
        verdict=verdict,
        sha256=html.escape(report.knowledge_sha256),
        program=html.escape(report.program),
        date=html.escape(report.date),
        seconds=report.seconds,
        power=report.power_of_ten,
        parts="\n".join(map(_html_part, report.parts)),
    )


def _html_part(part: Part) -> str:
    figures = "; ".join(f"{html.escape(name)}: {html.escape(str(value))}" for name, value in part.figures.items())
    rows = "\n".join(map(_html_row, part.entries))
    table = f"<table><tr><th>What</th><th>Result</th><th>Detail</th></tr>{rows}</table>" if rows else ""
    held = "held" if part.passed else "FAILED"
    return f"<h2>{html.escape(part.name)}: {held}</h2><p>{html.escape(part.promise)}</p><p>{figures}</p>{table}"


def _html_row(entry: Entry) -> str:
    witness = f" Patient: {json.dumps(dict(entry.witness), ensure_ascii=False)}" if entry.witness else ""
    cells = (entry.sentence, "held" if entry.passed else "FAILED", entry.detail + witness)
    return "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"
