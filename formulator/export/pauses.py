"""Pauses of medicines as people read them: per medicine, with pauses that meet or overlap made one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from formulator.engine.answer import PlannedWashout


@dataclass(frozen=True, slots=True)
class Pause:
    """A medicine around some sessions; no dates where only its prescriber may decide."""

    medicine: str
    texts: tuple[str, ...]
    stop_on: date | None
    resume_on: date | None
    sessions: tuple[int, ...]


def pauses(washouts: Iterable[PlannedWashout]) -> tuple[Pause, ...]:
    """The washouts of a plan by medicine and date.

    Where two components want different pauses of one medicine, the longer one counts: nobody is told to resume what
    another part of the plan still forbids.
    """
    by_medicine: dict[str, list[PlannedWashout]] = {}
    for one in washouts:
        by_medicine.setdefault(one.medicine, []).append(one)
    found: list[Pause] = []
    for entries in by_medicine.values():
        found += _merged(sorted(entries, key=lambda one: one.stop_on or one.resume_on or date.min))
    return tuple(found)


def _merged(entries: Iterable[PlannedWashout]) -> list[Pause]:
    found: list[Pause] = []
    for one in entries:
        if found and _meet(found[-1], one):
            found[-1] = _joined(found[-1], one)
        else:
            found.append(Pause(one.medicine, (one.text,), one.stop_on, one.resume_on, _numbers(one)))
    return found


def _numbers(one: PlannedWashout) -> tuple[int, ...]:
    return () if one.session is None else (one.session,)


def _meet(last: Pause, one: PlannedWashout) -> bool:
    """Whether a pause goes on into the next one: there is no day in between on which the medicine is taken."""
    return last.resume_on is not None and one.stop_on is not None and one.stop_on <= last.resume_on


def _joined(last: Pause, one: PlannedWashout) -> Pause:
    ends = [day for day in (last.resume_on, one.resume_on) if day is not None]
    numbers = dict.fromkeys((*last.sessions, *_numbers(one)))
    return Pause(
        last.medicine, tuple(dict.fromkeys((*last.texts, one.text))), last.stop_on, max(ends), tuple(sorted(numbers))
    )


def pause_dates(one: Pause) -> str:
    """The dates in words; empty where there are none."""
    stop = f"stop on {one.stop_on}" if one.stop_on else ""
    resume = f"resume on {one.resume_on}" if one.resume_on else ""
    return ", ".join(part for part in (stop, resume) if part)


def advice_lines(washouts: Iterable[PlannedWashout]) -> list[tuple[str, str]]:
    """Each medicine with every sentence about it and all its dates."""
    by_medicine: dict[str, list[Pause]] = {}
    for one in pauses(washouts):
        by_medicine.setdefault(one.medicine, []).append(one)
    return [(medicine, _advice(group)) for medicine, group in by_medicine.items()]


def _advice(group: Iterable[Pause]) -> str:
    group = list(group)
    texts = dict.fromkeys(text for one in group for text in one.texts)
    dates = "; ".join(filter(None, map(pause_dates, group)))
    return " ".join([*texts, f"{dates[:1].upper()}{dates[1:]}." if dates else ""]).strip()
