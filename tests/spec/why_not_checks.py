"""What a case may expect of "why not": the changes that would bring something about, and what cannot be changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from formulator.engine import Recommendation
from formulator.explain.change.words import change_mapping
from formulator.explain.why_not import WhyNot, why_not, why_not_first, why_not_treated
from formulator.knowledge import Knowledge, load_knowledge

Problems = Iterator[str]
TREATED = "decision"


@cache
def _knowledge() -> Knowledge:
    return load_knowledge()


def _found(answer: Recommendation, subject: str) -> WhyNot | None:
    if subject == TREATED:
        return why_not_treated(answer, _knowledge())
    if subject.startswith("formulation "):
        return why_not_first(answer, int(subject.split()[1]), _knowledge(), None)
    return why_not(answer, subject, _knowledge())


def _changes(found: WhyNot) -> list[dict[str, str]]:
    """Each smallest change as field and answers, as a case writes them."""
    told = [change_mapping(one, found.facts, _knowledge()) for one in found.changes]
    return [{part["field"]: " or ".join(part["to"]) for part in one["facts"]} for one in told]


def _listed(expected: Any) -> list[Any]:
    return expected if isinstance(expected, list) else [expected]


def brings_in(answer: Recommendation, expected: Mapping[str, Any]) -> Problems:
    """For a component, `decision` or `formulation N`: each of these is among the smallest changes."""
    for subject, wanted in expected.items():
        found = _found(answer, subject)
        changes = _changes(found) if found else []
        yield from (
            f"{one} is no smallest change for {subject}, but {changes[:12]}"
            for one in _listed(wanted)
            if one not in changes
        )


def brings_in_only(answer: Recommendation, expected: Mapping[str, Any]) -> Problems:
    """The same, and there is no other smallest change of up to three facts; an empty list: there is none at all."""
    yield from brings_in(answer, expected)
    for subject, wanted in expected.items():
        found = _found(answer, subject)
        others = [one for one in (_changes(found) if found else []) if one not in _listed(wanted)]
        yield from (f"{one} is a smallest change for {subject} as well" for one in others)


def never_through(answer: Recommendation, expected: Mapping[str, Any]) -> Problems:
    """No smallest change for the subject touches these fields."""
    for subject, fields in expected.items():
        found = _found(answer, subject)
        for one in _changes(found) if found else []:
            yield from (f"{one} changes {field} for {subject}" for field in _listed(fields) if field in one)


def cannot_change(answer: Recommendation, expected: Mapping[str, Any]) -> Problems:
    """Fields that stand in the way of the subject and that nobody can change."""
    for subject, fields in expected.items():
        found = _found(answer, subject)
        fixed = found.fixed if found else ()
        yield from (f"{field} is not among {fixed} for {subject}" for field in _listed(fields) if field not in fixed)


def nearest(answer: Recommendation, expected: Mapping[str, Any]) -> Problems:
    """The rules that come closest to speaking for a component, by id."""
    for subject, rules in expected.items():
        found = _found(answer, subject)
        shown = [one.rule.id for one in found.nearest] if found else []
        yield from (f"{rule} is not nearest to {subject}, but {shown}" for rule in _listed(rules) if rule not in shown)


WHY_NOT_CHECKS: dict[str, Callable[[Recommendation, Any], Problems]] = {
    check.__name__: check for check in (brings_in, brings_in_only, never_through, cannot_change, nearest)
}
