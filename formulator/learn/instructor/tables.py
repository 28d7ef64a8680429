"""What a class missed, counted: by case and kind of mistake, and the lessons that most of it missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from formulator.explain.difference_words import wrapped
from formulator.export.table import csv_table
from formulator.knowledge import Knowledge
from formulator.learn.diagnosis import KINDS, SKILLS, Lesson
from formulator.learn.diagnosis.words import lesson_words
from formulator.learn.instructor.results import Graded, Results

COLUMNS = ("case", "kind", "skill", "lesson", "missed_by", "of", "codes", "says")


@dataclass(frozen=True, slots=True)
class Missed:
    """A lesson that was missed in one case in one way: by which codes, of how many who answered the case."""

    case: str
    kind: str
    skill: str
    lesson: Lesson
    codes: tuple[str, ...]
    of: int

    @property
    def share(self) -> float:
        """Part of those who answered the case."""
        return len(self.codes) / self.of


@dataclass(frozen=True, slots=True)
class Lacking:
    """A lesson over all cases in which it was at stake: who missed it in any, of how many who answered any."""

    lesson: Lesson
    kinds: tuple[str, ...]
    codes: tuple[str, ...]
    of: int


def missed_by_case(results: Results) -> list[Missed]:
    """One row a case, kind of mistake and lesson; in each case what most of the class missed comes first."""
    answered: dict[str, set[str]] = defaultdict(set)
    found: dict[tuple[str, str, str, Lesson], set[str]] = defaultdict(set)
    for one in results.graded:
        answered[one.case].add(one.label)
        for remark in one.feedback.mistakes:
            found[one.case, remark.kind, remark.skill, remark.lesson].add(one.label)
    rows = [Missed(*key, tuple(sorted(codes)), len(answered[key[0]])) for key, codes in found.items()]
    order = {name: place for place, name in enumerate(dict.fromkeys(one.case for one in results.graded))}
    return sorted(rows, key=lambda one: (order[one.case], -len(one.codes), one.kind, one.lesson))


def most_missed(results: Results) -> list[Lacking]:
    """The lessons that somebody missed, those that most missed first."""
    at_stake: dict[Lesson, set[str]] = defaultdict(set)
    answered: dict[str, set[str]] = defaultdict(set)
    for one in results.graded:
        answered[one.case].add(one.label)
        for remark in (*one.feedback.mistakes, *one.feedback.right):
            at_stake[remark.lesson].add(one.case)
    codes: dict[Lesson, set[str]] = defaultdict(set)
    kinds: dict[Lesson, set[str]] = defaultdict(set)
    for one in results.graded:
        for remark in one.feedback.mistakes:
            codes[remark.lesson].add(one.label)
            kinds[remark.lesson].add(remark.kind)
    rows = [
        Lacking(
            lesson,
            tuple(sorted(kinds[lesson])),
            tuple(sorted(who)),
            len(set().union(*(answered[case] for case in at_stake[lesson]))),
        )
        for lesson, who in codes.items()
    ]
    return sorted(rows, key=lambda one: (-len(one.codes), one.lesson))


def nothing_missed(results: Results) -> list[Graded]:
    """The answers without a mistake."""
    return [one for one in results.graded if not one.feedback.mistakes]


def results_csv(results: Results, knowledge: Knowledge) -> str:
    """The rows of `missed_by_case` for a spreadsheet; no cell can become a formula."""
    return csv_table(
        COLUMNS,
        (
            (
                one.case,
                KINDS[one.kind].name,
                SKILLS[one.skill],
                one.lesson.key,
                len(one.codes),
                one.of,
                "; ".join(one.codes),
                lesson_words(one.lesson, knowledge),
            )
            for one in missed_by_case(results)
        ),
    )


def results_text(results: Results, knowledge: Knowledge) -> str:
    """The table in a terminal: most missed lessons, then case by case."""
    lines = [f"{len(results.graded)} answers of {len(results.labels)} trainees"]
    lines += ["", "MOST MISSED", *(_lacking(one, knowledge) for one in most_missed(results))]
    case = ""
    for one in missed_by_case(results):
        if one.case != case:
            case = one.case
            lines += ["", f"{case.upper()}  {one.of} answers"]
        codes = ", ".join(one.codes)
        lines.append(wrapped(f"{KINDS[one.kind].name} [{one.lesson.key}]: {codes}", _share(one.codes, one.of)))
    lines += ["", f"Without a mistake: {len(nothing_missed(results))} of {len(results.graded)} answers"]
    return "\n".join(lines) + "\n"


def _lacking(one: Lacking, knowledge: Knowledge) -> str:
    kinds = ", ".join(KINDS[kind].name for kind in one.kinds)
    words = lesson_words(one.lesson, knowledge)
    return wrapped(f"{words} [{one.lesson.key}; {kinds}]", _share(one.codes, one.of))


def _share(codes: Sequence[str], of: int) -> str:
    return f"  {len(codes):>3} of {of:<3} "
