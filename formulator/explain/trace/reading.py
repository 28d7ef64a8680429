"""What every part of a trace reads: the answer, the knowledge and the model that made it, and the patient again.

Nothing is worked out here that the engine works out: the profile stands in the answer, and the facts are derived from
it by the engine's own function. Nodes that many components share are made once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from formulator.conditions import carried_by, truth
from formulator.engine.answer import Argument, ComponentAnswer, NotEvaluated, Recommendation
from formulator.engine.facts import facts_of, first_possible_day
from formulator.engine.patient import Patient
from formulator.evidence.answer import EvidenceModel
from formulator.explain.trace.conditions import condition_trace
from formulator.explain.trace.tree import Trace, dated, worked_out
from formulator.export.words import does_words, field_label, kind_word, value_label
from formulator.knowledge import Knowledge
from formulator.profile import profile_from_mapping

GIVEN = "given in the profile"
_OPEN = "Not read: it hangs on what is unknown, and counts as not holding."


class Reading:
    """One answer, ready to be explained; keeps each node that several parts of the trace refer to."""

    def __init__(self, answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
        """`knowledge` and `model` must be those that made the answer."""
        self.answer, self.knowledge, self.model = answer, knowledge, model
        profile = profile_from_mapping(answer.profile, "profile")
        facts = facts_of(profile, knowledge, answer.date)
        self.patient = Patient(profile, facts, knowledge, answer.date)
        self.facts = facts
        self._order = {name: place for place, name in enumerate(facts)}
        self._assumed = {one.field: one.value for one in answer.assumptions}
        self._facts: dict[str, Trace] = {}
        self._thresholds: dict[str, Trace] = {}
        self._said: dict[tuple[str, bool, bool], Trace] = {}
        self.answers: dict[str, ComponentAnswer] = {one.id: one for one in answer.components}

    def label(self, field: str) -> str:
        """What a person calls a field."""
        return field_label(self.knowledge, field)

    def value(self, field: str, value: object) -> str:
        """A value of a field in words."""
        return value_label(self.knowledge, field, value)

    def fact(self, field: str) -> Trace:
        """A fact with its value, and where that comes from: given, derived, taken as absent, or unknown."""
        if field not in self._facts:
            self._facts[field] = self._fact(field)
        return self._facts[field]

    def _fact(self, field: str) -> Trace:
        label = self.label(field)
        if field in self.patient.profile.values:
            return Trace("fact", label, self.value(field, self.facts[field]), GIVEN, about=field)
        if field not in self.facts:
            assumed = self._assumed.get(field)
            origin = f"not known, taken as {assumed} until it is asked" if assumed else "not known"
            return Trace("fact", label, "unknown", origin, about=field)
        value = self.value(field, self.facts[field])
        if field == "days_to_event":
            return Trace("fact", label, value, "counted", children=(self._days_to_event(),), about=field)
        return Trace("fact", label, value, "derived", children=self._derivation(field), about=field)

    def _days_to_event(self) -> Trace:
        first = self.first_possible_day()
        event = self.given_day("event_date")
        return worked_out("Days to the event", self.facts["days_to_event"], "days", "days between", (first, event))

    def given_day(self, field: str) -> Trace:
        """A date of the profile."""
        day: Any = self.patient.profile.get(field)
        return dated(self.label(field), day, sentence=GIVEN, about=field)

    def today(self) -> Trace:
        """The day on which the question was asked."""
        return dated("Day of the answer", self.answer.date, sentence="the day on which it was asked")

    def first_possible_day(self) -> Trace:
        """The start that was asked for, never before the day of the answer."""
        day = first_possible_day(self.patient.profile, self.answer.date)
        start = self.patient.profile.get("start_date")
        days = (self.today(), self.given_day("start_date")) if isinstance(start, date) else (self.today(),)
        return dated("First possible day", day, "largest", days)

    def _derivation(self, field: str) -> tuple[Trace, ...]:
        """What the fact follows from: the first derivation that holds on facts that were there before it."""
        value = self.facts[field]
        if field == "indication":
            one = self.knowledge.indications[value]
            condition = condition_trace(one.derived_from, True, self)
            words = f"these facts make it {one.name}."
            return (Trace("derivation", one.name, "", words, "", one.sources, (condition,), about=one.id),)
        for one in self.knowledge.derivations:
            if one.field == field and one.value == value and truth(one.when, self.facts):
                carried = carried_by(one.when, self.facts, True)
                if all(self._order.get(name, -1) < self._order[field] for name in carried):
                    condition = condition_trace(one.when, True, self)
                    return (Trace("derivation", one.id, "", one.text, "", one.sources, (condition,), about=one.id),)
        return ()

    def threshold(self, identifier: str) -> Trace:
        """A named threshold with its value, sources, and the positions where sources disagree."""
        if identifier not in self._thresholds:
            one = self.knowledge.thresholds[identifier]
            others = tuple(
                Trace("part", "A source says", "", each.value, "", each.sources, decisive=False)
                for each in one.positions
            )
            words = self.value(one.field, one.value)
            sentence = f"{one.meaning} {one.why}".rstrip()
            self._thresholds[identifier] = Trace(
                "threshold", "Threshold", words, sentence, "", one.sources, others, about=identifier
            )
        return self._thresholds[identifier]

    def argument(self, one: Argument, asked: bool, decisive: bool) -> Trace:
        """An argument of the answer with its condition; `asked` says that it stands for a question that blocks."""
        key = (one.rule, asked, decisive)
        if key not in self._said:
            self._said[key] = self._argument(one, asked, decisive)
        return self._said[key]

    def _argument(self, one: Argument, asked: bool, decisive: bool) -> Trace:
        rule = self.knowledge.rules[one.rule]
        condition = condition_trace(rule.when, None if asked else True, self)
        kind, label = ("question", "Asks first") if asked else ("rule", kind_word(one))
        children = (condition,) if asked or not rule.detail else (condition, _detail(rule.detail))
        return Trace(
            kind, label, does_words(rule), one.text, one.certainty, one.sources, children, decisive, about=one.rule
        )

    def blocking(self, one: NotEvaluated, decisive: bool) -> Trace:
        """A rule that blocks until its question is answered, where the answer has no argument for it."""
        key = (one.rule, True, decisive)
        if key not in self._said:
            rule = self.knowledge.rules[one.rule]
            condition = condition_trace(rule.when, None, self)
            self._said[key] = Trace(
                "question",
                "Asks first",
                "",
                rule.ask,
                rule.certainty,
                rule.sources,
                (condition,),
                decisive,
                about=rule.id,
            )
        return self._said[key]

    @cached_property
    def unread(self) -> Mapping[str, Trace]:
        """The rules that hang on something unknown and do not block, each with the unknown facts that it hangs on."""
        found: dict[str, Trace] = {}
        for component in self.answer.components:
            for one in component.not_evaluated:
                if one.rule not in found and self.knowledge.rules[one.rule].unknown != "block":
                    found[one.rule] = self._unread(one)
        return found

    def _unread(self, one: NotEvaluated) -> Trace:
        rule = self.knowledge.rules[one.rule]
        unknown = tuple(map(self.fact, one.unknown))
        return Trace("rule", "Not read", _OPEN, rule.text, rule.certainty, rule.sources, unknown, False, about=rule.id)


def _detail(text: str) -> Trace:
    return Trace("part", "In detail", "", text, decisive=False)
