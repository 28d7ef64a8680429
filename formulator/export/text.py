"""The answer as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from formulator.engine.answer import (
    STATUSES,
    Argument,
    ComponentAnswer,
    Note,
    Plan,
    PlannedPhase,
    Question,
    Recommendation,
)
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.export.formulation_text import formulations_text
from formulator.export.pauses import advice_lines
from formulator.export.words import (
    CERTAINTY_WORDS,
    PLAN_AND_FORMULATION,
    STATUS_MEANING,
    field_label,
    kind_word,
    model_words,
    technique_label,
    value_label,
)
from formulator.knowledge import Knowledge

WIDTH = 110
_DETAILED = ("recommended", "adjunct", "optional", "deferred")
_MOST_QUESTIONS = 8


def as_text(recommendation: Recommendation, knowledge: Knowledge) -> str:
    """The whole answer, decision first, versions last."""
    parts = [
        _decision(recommendation, knowledge),
        *_components(recommendation, knowledge),
        formulations_text(recommendation, knowledge),
        _plan(recommendation.plan, knowledge),
        _questions(recommendation.missing, knowledge),
        _assumptions(recommendation, knowledge),
        _notes("Before", recommendation.before),
        _notes("After", recommendation.after),
        _notes("Expect", recommendation.expect),
        _notes("Side effects", recommendation.side_effects),
        _disagreements(recommendation, knowledge),
        _footer(recommendation),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _wrapped(text: str, first: str, rest: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=rest)


def _decision(recommendation: Recommendation, knowledge: Knowledge) -> str:
    indication = knowledge.indications.get(recommendation.indication or "")
    lines = [f"DECISION  {DECISION_WORDS[recommendation.decision]} ({recommendation.decision})"]
    lines.append(f"For       {indication.name if indication else 'no indication in scope'}")
    lines += [argument_line(one, knowledge) for one in recommendation.decision_arguments]
    if indication:
        lines.append(_wrapped(indication.place_of_mesotherapy.text, "  Place of mesotherapy: ", "    "))
    return "\n".join(lines)


def argument_line(one: Argument, knowledge: Knowledge) -> str:
    """One argument with the values that it read, its certainty and its rule."""
    values = ", ".join(
        f"{field_label(knowledge, read.field)}: {value_label(knowledge, read.field, read.value)}"
        for read in one.because
    )
    because = f" [{values}]" if values else ""
    tail = f" ({CERTAINTY_WORDS[one.certainty]}; {one.rule})"
    return _wrapped(f"{one.text}{because}{tail}", f"  {kind_word(one):<10} ", " " * 13)


def _components(recommendation: Recommendation, knowledge: Knowledge) -> Iterator[str]:
    for status in STATUSES:
        group = [one for one in recommendation.components if one.status == status]
        if group and status in _DETAILED:
            heading = f"{STATUS_WORDS[status].upper()}  {STATUS_MEANING[status]}"
            yield "\n".join([heading, *(_component(one, knowledge) for one in group)])
        elif group:
            names = ", ".join(knowledge.components[one.id].name for one in group)
            yield f"{STATUS_WORDS[status].upper()}  {STATUS_MEANING[status]}\n" + _wrapped(names, "  ", "  ")


def _component(answer: ComponentAnswer, knowledge: Knowledge) -> str:
    stock = "" if answer.stocked else "  (not in stock)"
    lines = [f"- {knowledge.components[answer.id].name} [{answer.id}]{stock}"]
    lines += [argument_line(one, knowledge) for one in strongest(answer.arguments)]
    if answer.response.sentence:
        lines.append(_wrapped(answer.response.sentence, "  Trials     ", " " * 13))
    return "\n".join(lines)


def strongest(arguments: Iterable[Argument]) -> list[Argument]:
    """The strongest argument on each side: what excludes, what speaks for, what speaks against."""
    chosen: list[Argument] = []
    for kinds in (("excludes",), ("confirms", "for"), ("against",)):
        chosen += [one for one in arguments if one.kind in kinds][:1]
    return chosen


def _plan(plan: Plan | None, knowledge: Knowledge) -> str:
    if plan is None:
        return "PLAN  no sessions"
    lines = ["PLAN", *([_wrapped(PLAN_AND_FORMULATION, "  ", "  ")] if plan.sessions and not plan.provisional else [])]
    if plan.provisional:
        asked = ", ".join(field_label(knowledge, field) for field in plan.provisional)
        lines.append(f"  Dates are reserved only; first answer: {asked}.")
    lines += [_wrapped(text, "  First: ", "    ") for text in plan.settle_first]
    lines += [f"  {phase.name}: {phase.sessions or 'ongoing'} sessions, {rhythm(phase)}" for phase in plan.phases]
    for session in plan.sessions:
        what = "; ".join(knowledge.components[name].name for name in session.components) or "nothing fixed yet"
        lines.append(f"  {session.number:>2}  {session.date}  {session.phase:<13} {what}")
    lines += [
        _wrapped(
            f"{one.given_up}", f"  Without needles, {technique_label(knowledge, one.technique)}: gives up ", "    "
        )
        for one in plan.deliveries
    ]
    if plan.could_be_added:
        lines.append(
            _wrapped(
                "; ".join(knowledge.components[name].name for name in plan.could_be_added), "  Could be added: ", "    "
            )
        )
    lines += [_wrapped(text, "  Left out: ", "    ") for text in plan.left_out]
    lines += [_wrapped(one.what, f"  Reassess {one.date}: ", "    ") for one in plan.reassess]
    lines += [_wrapped(text, f"  Medicine, {name}: ", "    ") for name, text in advice_lines(plan.washouts)]
    lines.append(_wrapped(plan.stop_rule, "  Stop rule: ", "    "))
    lines.append(_wrapped(plan.maintenance, "  Maintenance: ", "    "))
    return "\n".join(lines)


def rhythm(phase: PlannedPhase) -> str:
    """The published interval of a phase in words."""
    low, high = phase.interval_days_low, phase.interval_days_high
    return f"every {low:g} days" if low == high else f"every {low:g} to {high:g} days"


def _questions(missing: tuple[Question, ...], knowledge: Knowledge) -> str:
    if not missing:
        return ""
    lines = ["ASK NEXT"]
    for question in missing[:_MOST_QUESTIONS]:
        lines.append(_wrapped(question.why, f"- {field_label(knowledge, question.field)} [{question.field}]: ", "    "))
        lines += [
            _wrapped("; ".join(changes[:4]) + _more(changes), f"    {value}: ", "      ")
            for value, changes in question.answers.items()
        ]
    if len(missing) > _MOST_QUESTIONS:
        lines.append(f"  and {len(missing) - _MOST_QUESTIONS} more (see the JSON)")
    return "\n".join(lines)


def _more(changes: tuple[str, ...]) -> str:
    return f"; and {len(changes) - 4} more" if len(changes) > 4 else ""


def _assumptions(recommendation: Recommendation, knowledge: Knowledge) -> str:
    if not recommendation.assumptions:
        return ""
    words = [f"{field_label(knowledge, one.field)}: {one.value}" for one in recommendation.assumptions]
    return "UNKNOWN AND TAKEN AS ABSENT, to be asked before the first session\n" + _wrapped(
        "; ".join(words), "  ", "  "
    )


def _notes(title: str, entries: tuple[Note, ...]) -> str:
    return "\n".join([title.upper(), *(_wrapped(note_line(one), "- ", "  ") for one in entries)]) if entries else ""


def note_line(one: Note) -> str:
    """A note with its time or frequency."""
    weeks = (
        f"{one.weeks_low:g} to {one.weeks_high:g} weeks"
        if one.weeks_low is not None and one.weeks_high is not None
        else ""
    )
    hours = f"{one.hours:g} hours" if one.hours is not None else ""
    days = f"{one.days:g} days" if one.days is not None else ""
    extra = ", ".join(part for part in (hours, days, weeks, one.frequency) if part)
    return f"{one.text} ({extra})" if extra else one.text


def _disagreements(recommendation: Recommendation, knowledge: Knowledge) -> str:
    lines = ["WHERE SOURCES DISAGREE"] if recommendation.disagreements else []
    for one in recommendation.disagreements:
        lines.append(_wrapped(f"{one.topic}: used {one.used}. Why: {one.why}", "- ", "  "))
        lines += [
            _wrapped(f"{value} ({_titles(sources, knowledge)})", "    ", "      ") for value, sources in one.positions
        ]
    return "\n".join(lines)


def _titles(sources: Iterable[str], knowledge: Knowledge) -> str:
    return "; ".join(textwrap.shorten(knowledge.sources[one].title, 70, placeholder=" ...") for one in sources)


def _footer(recommendation: Recommendation) -> str:
    versions = (
        f"Knowledge {recommendation.knowledge_version} {recommendation.knowledge_sha256[:12]}",
        model_words(recommendation),
        f"profile {recommendation.profile_sha256[:12]}",
        f"date {recommendation.date}",
    )
    return _wrapped(recommendation.notice, "", "") + "\n" + "; ".join(versions)
