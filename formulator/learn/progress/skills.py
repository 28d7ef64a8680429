"""Progress by skill and by indication: what was right and wrong, lately and before, and whether that differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass

from formulator.learn.diagnosis.remark import SKILLS
from formulator.learn.progress.records import AttemptRecord, RemarkRecord
from formulator.learn.progress.shares import Share, difference

LATELY = 5
"""So many of the last cases count as lately."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Remarks about one skill or one indication: over all cases, the last ones, and those before."""

    group: str
    whole: Share
    before: Share
    lately: Share

    @property
    def trend(self) -> str:
        """Whether the last cases went better than those before, in words, as far as the numbers carry it."""
        if not (self.before.enough and self.lately.enough):
            return "too few to say"
        low, high = difference(self.lately, self.before)
        if low > 0:
            return "better than before"
        return "less often right than before" if high < 0 else "no clear change"


def of_known_cases(history: Iterable[AttemptRecord], cases: Container[str] | None) -> tuple[AttemptRecord, ...]:
    """The attempts at these cases (None: all); an import may hold others, which are kept and count for nothing."""
    return tuple(one for one in history if cases is None or one.case in cases)


def by_skill(history: Iterable[AttemptRecord], cases: Container[str] | None = None) -> tuple[Progress, ...]:
    """The progress in each skill, in their order, also in those that no case asked for yet.

    `cases` are the ids of the casebook; attempts at others are left out.
    """
    found = _grouped(of_known_cases(history, cases), lambda _, remark: remark.skill)
    return tuple(found.get(skill, _progress(skill, [])) for skill in SKILLS)


def by_indication(history: Iterable[AttemptRecord], cases: Container[str] | None = None) -> tuple[Progress, ...]:
    """The progress in each indication that was met, by id; attempts at other than these cases are left out."""
    found = _grouped(of_known_cases(history, cases), lambda attempt, _: attempt.indication)
    return tuple(found[name] for name in sorted(found))


def _grouped(
    history: Iterable[AttemptRecord], group_of: Callable[[AttemptRecord, RemarkRecord], str | None]
) -> Mapping[str, Progress]:
    """History is in order of time; a case counts once in each group in which it has remarks."""
    cases: dict[str, list[list[bool]]] = defaultdict(list)
    for attempt in history:
        verdicts: dict[str, list[bool]] = defaultdict(list)
        for remark in attempt.remarks:
            group = group_of(attempt, remark)
            if group is not None:
                verdicts[group].append(remark.right)
        for group, found in verdicts.items():
            cases[group].append(found)
    return {group: _progress(group, found) for group, found in cases.items()}


def _progress(group: str, cases: list[list[bool]]) -> Progress:
    return Progress(group, _share(cases), _share(cases[:-LATELY]), _share(cases[-LATELY:]))


def _share(cases: list[list[bool]]) -> Share:
    verdicts = [one for case in cases for one in case]
    return Share(sum(verdicts), len(verdicts) - sum(verdicts))


def weakest_first(history: Iterable[AttemptRecord]) -> tuple[Progress, ...]:
    """The skills in which something was missed, the weakest first; few answers count as little known."""
    missed = [one for one in by_skill(history) if one.whole.wrong]
    return tuple(sorted(missed, key=lambda one: (one.whole.middle, list(SKILLS).index(one.group))))
