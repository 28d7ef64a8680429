"""What the trainee missed, by lesson, from the decisions that are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from formulator.learn.handbook.page import Missed
from formulator.learn.progress.records import AttemptRecord


def missed_in(history: Iterable[AttemptRecord]) -> Mapping[str, Missed]:
    """For the key of each lesson that was missed, in how many cases and on which day last."""
    times: Counter[str] = Counter()
    last: dict[str, date] = {}
    for attempt in history:
        for lesson in attempt.mistakes:
            times[lesson] += 1
            if attempt.committed_at is not None:
                last[lesson] = max(attempt.committed_at.date(), last.get(lesson, date.min))
    return {lesson: Missed(times[lesson], last.get(lesson)) for lesson in times}
