"""The files that a user asked for beside the answer: all made first, then written together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from formulator.engine.answer import Recommendation
from formulator.export.files import check_targets, write_all
from formulator.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where each file goes, and how the calendar is written."""

    pdf: Path | None = None
    ics: Path | None = None
    csv: Path | None = None
    zone: str | None = None
    clinical_titles: bool = False
    reference: str = ""

    @property
    def sessions_csv(self) -> Path | None:
        """The table of sessions lies beside that of components."""
        return None if self.csv is None else self.csv.with_name(f"{self.csv.stem}-sessions{self.csv.suffix}")

    def targets(self) -> dict[str, Path]:
        """Every file by the option that asks for it."""
        named = {
            "--pdf": self.pdf,
            "--ics": self.ics,
            "--csv": self.csv,
            "--csv (sessions)": self.sessions_csv,
        }
        return {option: path for option, path in named.items() if path is not None}


def check_wanted(wanted: Wanted, inputs: Iterable[Path] = ()) -> None:
    """Refuse what cannot be delivered before any work is done: places, the zone, a missing extra."""
    check_targets(wanted.targets(), inputs)
    if wanted.ics or wanted.zone is not None:
        from formulator.export.zone import zone_named

        zone_named(wanted.zone)
    if wanted.pdf:
        from formulator.export.typesetting import require_typst

        require_typst()


def deliver(answer: Recommendation, knowledge: Knowledge, wanted: Wanted) -> list[str]:
    """Write every file that was asked for, or none; returns what to tell the user."""
    files: dict[Path, bytes] = {}
    notes = []
    if wanted.pdf:
        from formulator.export.worksheet import as_pdf

        files[wanted.pdf] = as_pdf(answer, knowledge)
    if wanted.ics:
        calendar = _calendar(answer, knowledge, wanted)
        if calendar is None:
            notes.append(f"No calendar was written to {wanted.ics}: this answer has no dated session.")
        else:
            files[wanted.ics] = calendar
    files |= _tables(answer, knowledge, wanted)
    write_all(files)
    return notes + [f"Written: {path}" for path in files]


def _calendar(answer: Recommendation, knowledge: Knowledge, wanted: Wanted) -> bytes | None:
    from formulator.export.calendar import as_ics
    from formulator.export.zone import zone_named

    return as_ics(
        answer,
        knowledge,
        zone_named(wanted.zone),
        clinical_titles=wanted.clinical_titles,
        reference=wanted.reference,
    )


def _tables(answer: Recommendation, knowledge: Knowledge, wanted: Wanted) -> dict[Path, bytes]:
    if wanted.csv is None or wanted.sessions_csv is None:
        return {}
    from formulator.export.table import components_csv, sessions_csv

    return {
        wanted.csv: components_csv(answer, knowledge).encode("utf-8-sig"),
        wanted.sessions_csv: sessions_csv(answer).encode("utf-8-sig"),
    }
