"""Pauses of medicines as people read them: per medicine, with pauses that meet or overlap made one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from formulator.engine.answer import PlannedWashout


@dataclass(frozen=True, slots=True)
class Pause:
    """A medicine around some sessions; no dates where only its prescriber may decide."""

    medicine: str
    text: str
    stop_on: date | None
    resume_on: date | None
    sessions: tuple[int, ...]
    sources: tuple[str, ...]


def pauses(washouts: Iterable[PlannedWashout]) -> tuple[Pause, ...]:
    """The washouts of a plan in order of medicine and date."""
    found: list[Pause] = []
    for one in washouts:
        last = found[-1] if found else None
        if last and _meet(last, one):
            found[-1] = replace(last, resume_on=one.resume_on, sessions=(*last.sessions, *_numbers(one)))
        else:
            found.append(Pause(one.medicine, one.text, one.stop_on, one.resume_on, _numbers(one), one.sources))
    return tuple(found)


def _numbers(one: PlannedWashout) -> tuple[int, ...]:
    return () if one.session is None else (one.session,)


def _meet(last: Pause, one: PlannedWashout) -> bool:
    """Whether a pause goes on into the next one: the same advice, and no day on which the medicine is taken again."""
    if (last.medicine, last.text) != (one.medicine, one.text) or last.resume_on is None or one.stop_on is None:
        return False
    return one.stop_on <= last.resume_on


def pause_dates(one: Pause) -> str:
    """The dates in words; empty where there are none."""
    stop = f"stop on {one.stop_on}" if one.stop_on else ""
    resume = f"resume on {one.resume_on}" if one.resume_on else ""
    return ", ".join(part for part in (stop, resume) if part)


def by_advice(found: Iterable[Pause]) -> dict[tuple[str, str], list[Pause]]:
    """The pauses under their medicine and sentence, so that the sentence is said once."""
    grouped: dict[tuple[str, str], list[Pause]] = {}
    for one in found:
        grouped.setdefault((one.medicine, one.text), []).append(one)
    return grouped


def advice_lines(washouts: Iterable[PlannedWashout]) -> list[tuple[str, str]]:
    """Each medicine with its sentence and all its dates."""
    lines = []
    for (medicine, text), group in by_advice(pauses(washouts)).items():
        dates = "; ".join(filter(None, map(pause_dates, group)))
        lines.append((medicine, f"{text} {dates[:1].upper()}{dates[1:]}." if dates else text))
    return lines
