"""Names in what a case expects: one that does not exist would be met by every answer that must not hold it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.faults import did_you_mean, shown
from formulator.knowledge import Knowledge
from formulator.proof.expectations import PLANS, WASHOUTS, listed

NONE, DECISION = "none", "decision"
_YES_NO = ("yes", "no")
Named = Iterator[tuple[str, Any]]


def unknown_names(expected: Mapping[str, Any], knowledge: Knowledge) -> Iterator[str]:
    """A sentence for each name that nothing has: component, field, rule, source, status, decision and the like."""
    for key, wanted in expected.items():
        for kind, name in _NAMED.get(key, _nothing)(wanted):
            known = _KNOWN[kind](knowledge)
            if str(name) not in known and not _is_number_of_days(kind, name):
                near = did_you_mean(str(name), known)
                yield " ".join(filter(None, (f"{key}: There is no {kind} {shown(name)}.", near)))


def _is_number_of_days(kind: str, name: Any) -> bool:
    return kind == "washout" and str(name).isdigit()


_KNOWN: dict[str, Callable[[Knowledge], Collection[str]]] = {
    "component": lambda knowledge: knowledge.components,
    "subject": lambda knowledge: {*knowledge.components, DECISION},
    "field": lambda knowledge: knowledge.catalogue.fields,
    "first question": lambda knowledge: {*knowledge.catalogue.fields, NONE},
    "rule": lambda knowledge: knowledge.rules,
    "source": lambda knowledge: knowledge.sources,
    "technique": lambda knowledge: knowledge.techniques,
    "indication": lambda knowledge: {*knowledge.indications, NONE},
    "status": lambda _: STATUS_WORDS,
    "decision": lambda _: DECISION_WORDS,
    "kind of plan": lambda _: PLANS,
    "washout": lambda _: WASHOUTS,
    "answer": lambda _: _YES_NO,
}


def _nothing(wanted: Any) -> Named:
    yield from ()


def _each(kind: str) -> Callable[[Any], Named]:
    """A name or a list of names."""

    def named(wanted: Any) -> Named:
        yield from ((kind, name) for name in listed(wanted))

    return named


def _of_each(kind: str, value: str | None = None) -> Callable[[Any], Named]:
    """Names with something behind each, which may be names of another kind."""

    def named(wanted: Any) -> Named:
        for name, behind in wanted.items():
            if not (kind == "subject" and str(name).startswith("formulation ")):
                yield kind, name
            yield from ((value, one) for one in listed(behind) if value)

    return named


def _changes(wanted: Any) -> Named:
    yield from _of_each("subject")(wanted)
    yield from (("field", field) for changes in wanted.values() for change in listed(changes) for field in change)


_NAMED: dict[str, Callable[[Any], Named]] = {
    **dict.fromkeys(("usable", "not_usable", "in_plan", "not_in_plan"), _each("component")),
    **dict.fromkeys(("asks", "asks_not", "assumes", "assumes_not"), _each("field")),
    **dict.fromkeys(("every_session_has_components", "phases_in_order", "reassess", "stop_rule"), _each("answer")),
    **dict.fromkeys(("brings_in", "brings_in_only"), _changes),
    **dict.fromkeys(("never_through", "cannot_change"), _of_each("subject", "field")),
    "asks_first": _each("first question"),
    "decision": _each("decision"),
    "indication": _each("indication"),
    "plan": _each("kind of plan"),
    "deliveries": _each("technique"),
    "sources": _each("source"),
    "status": _of_each("component", "status"),
    "argued": _of_each("subject"),
    "cautioned": _of_each("component"),
    "answers": _of_each("field"),
    "washout": _of_each("field", "washout"),
    "nearest": _of_each("subject", "rule"),
}
