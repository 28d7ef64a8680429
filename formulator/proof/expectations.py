"""What a worked case may expect. Each key is one function that names what differs; none of them repairs anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from formulator.engine import Argument, Plan, Recommendation
from formulator.engine.answer import USABLE

WEEKEND_SLACK_DAYS = 3  # a date that would fall on a weekend may move to the nearest working day

PLANS = NO_PLAN, DATED, PROVISIONAL, AFTER_SETTLING, EMPTY = "none", "dated", "provisional", "after_settling", "empty"
WASHOUTS = STOPS, PRESCRIBER, NOT_STOPPED = "stops", "prescriber", "not_stopped"

Problems = Iterator[str]


def listed(expected: Any) -> list[Any]:
    """One value or a list of them, always as a list."""
    return expected if isinstance(expected, list) else [expected]


def mentions(texts: Iterable[str], words: str) -> bool:
    """Whether one text holds one of the alternatives in `words` (separated by |), whatever the case."""
    alternatives = [one.strip().casefold() for one in words.split("|")]
    return any(one in text.casefold() for text in texts for one in alternatives)


def _one_of(name: str, found: Any, expected: Any) -> Problems:
    if str(found) not in listed(expected):
        yield f"{name} is {found}, not {' or '.join(listed(expected))}"


def _component_words(argument: Argument) -> list[str]:
    read = [f"{one.field}: {'unknown' if one.value is None else one.value}" for one in argument.because]
    return [argument.text, argument.detail, argument.until, *read]


def _says(arguments: Sequence[Argument], wanted: str) -> bool:
    """A rule id is met exactly, anything else as words in what the argument says or read."""
    words = (text for argument in arguments for text in _component_words(argument))
    return any(argument.rule == wanted for argument in arguments) or mentions(words, wanted)


def decision(answer: Recommendation, expected: Any) -> Problems:
    """May we treat?"""
    yield from _one_of("decision", answer.decision, expected)


def indication(answer: Recommendation, expected: Any) -> Problems:
    """What is treated; `none` for no indication."""
    yield from _one_of("indication", answer.indication or "none", expected)


def status(answer: Recommendation, expected: Mapping[str, Any]) -> Problems:
    """The status of each named component, one or a list of those that are right."""
    for component, allowed in expected.items():
        yield from _one_of(component, answer.component(component).status, allowed)


def usable(answer: Recommendation, expected: Any) -> Problems:
    """Components that must be recommended, adjunct or optional."""
    for component in listed(expected):
        found = answer.component(component).status
        if found not in USABLE:
            yield f"{component} is {found}, but should be usable"


def not_usable(answer: Recommendation, expected: Any) -> Problems:
    """Components that must not be recommended, adjunct or optional."""
    for component in listed(expected):
        found = answer.component(component).status
        if found in USABLE:
            yield f"{component} is {found}, but should not be used"


def argued(answer: Recommendation, expected: Mapping[str, Any]) -> Problems:
    """For a component or `decision`: rule ids, or words that an argument must say."""
    for subject, wanted in expected.items():
        arguments = answer.decision_arguments if subject == "decision" else answer.component(subject).arguments
        for words in listed(wanted):
            if not _says(arguments, words):
                yield f"no argument about {subject} says {words!r}; it says {[one.text for one in arguments]}"


def cautioned(answer: Recommendation, expected: Mapping[str, Any]) -> Problems:
    """For a component: words that one of its cautions must say."""
    for component, wanted in expected.items():
        cautions = answer.component(component).cautions
        for words in listed(wanted):
            if not _says(cautions, words):
                yield f"no caution about {component} says {words!r}; it says {[one.text for one in cautions]}"


def asks_first(answer: Recommendation, expected: str) -> Problems:
    """The field at the head of the questions."""
    yield from _one_of("first question", answer.missing[0].field if answer.missing else "none", expected)


def asks(answer: Recommendation, expected: Any) -> Problems:
    """Fields among the questions, in any order."""
    asked = [question.field for question in answer.missing]
    yield from (f"{field} is not asked; asked: {asked}" for field in listed(expected) if field not in asked)


def asks_not(answer: Recommendation, expected: Any) -> Problems:
    """Fields that must not be asked."""
    asked = [question.field for question in answer.missing]
    yield from (f"{field} is asked" for field in listed(expected) if field in asked)


def answers(answer: Recommendation, expected: Mapping[str, Mapping[str, str]]) -> Problems:
    """For a question: what each of its answers would change, in words."""
    shown = {question.field: question.answers for question in answer.missing}
    for field, by_value in expected.items():
        for value, words in by_value.items():
            changes = shown.get(field, {}).get(value)
            if changes is None:
                yield f"the answer {value!r} to {field} is not shown; shown: {dict(shown.get(field, {}))}"
            elif not mentions(changes, words):
                yield f"the answer {value!r} to {field} does not say {words!r}, but {list(changes)}"


def assumes(answer: Recommendation, expected: Any) -> Problems:
    """Fields that are taken as absent, said openly."""
    taken = [assumption.field for assumption in answer.assumptions]
    yield from (f"{field} is not among the assumptions" for field in listed(expected) if field not in taken)


def assumes_not(answer: Recommendation, expected: Any) -> Problems:
    """Fields that must not be assumed."""
    taken = [assumption.field for assumption in answer.assumptions]
    yield from (f"{field} is assumed" for field in listed(expected) if field in taken)


def plan(answer: Recommendation, expected: Any) -> Problems:
    """none; dated; provisional (dates that wait for an answer); after_settling (something comes first, no dates)."""
    yield from _one_of("plan", _kind_of_plan(answer.plan), expected)


def _kind_of_plan(found: Plan | None) -> str:
    if found is None:
        return NO_PLAN
    if found.provisional:
        return PROVISIONAL
    return DATED if found.sessions else AFTER_SETTLING if found.settle_first else EMPTY


def _dates(answer: Recommendation, phase: str | None = None) -> list[date]:
    sessions = answer.plan.sessions if answer.plan else ()
    return [session.date for session in sessions if phase in (None, session.phase)]


def first_intervals(answer: Recommendation, expected: Any) -> Problems:
    """Days between the first sessions."""
    wanted = [int(days) for days in listed(expected)]
    found = [(late - early).days for early, late in pairwise(_dates(answer))][: len(wanted)]
    if found != wanted:
        yield f"the first intervals are {found}, not {wanted}"


def later_interval(answer: Recommendation, expected: str) -> Problems:
    """Days between the sessions after the first phase, each within a weekend of the number."""
    found = [(late - early).days for early, late in pairwise(_dates(answer, "consolidation"))]
    if not found or any(abs(days - int(expected)) > WEEKEND_SLACK_DAYS for days in found):
        yield f"the later intervals are {found}, not about {expected}"


def first_session_from(answer: Recommendation, expected: str) -> Problems:
    """No session before this day, and at least one after it."""
    found = _dates(answer)
    if not found or found[0] < date.fromisoformat(expected):
        yield f"the first session is on {found[0] if found else 'no day'}, not from {expected}"


def last_session_before(answer: Recommendation, expected: str) -> Problems:
    """At least one session, and every one before this day."""
    found = _dates(answer)
    if not found or found[-1] >= date.fromisoformat(expected):
        yield f"the last session is on {found[-1] if found else 'no day'}, not before {expected}"


def no_session_between(answer: Recommendation, expected: Sequence[str]) -> Problems:
    """Sessions are planned, but none from the first to the second day, both included."""
    first, last = map(date.fromisoformat, expected)
    found = _dates(answer)
    if not found:
        yield "no session is planned at all"
    yield from (f"a session lies on {day}" for day in found if first <= day <= last)


def sessions(answer: Recommendation, expected: str) -> Problems:
    """Exactly so many sessions."""
    yield from _one_of("number of sessions", len(_dates(answer)), expected)


def sessions_at_most(answer: Recommendation, expected: str) -> Problems:
    """No more dated sessions than this; 0 where nothing may be dated, with or without a plan of what comes first."""
    if len(_dates(answer)) > int(expected):
        yield f"{len(_dates(answer))} sessions are planned, more than {expected}"


def every_session_has_components(answer: Recommendation, expected: str) -> Problems:
    """Whether each dated session of a plan says what is given on that day."""
    planned = answer.plan.sessions if answer.plan else ()
    empty = [str(session.date) for session in planned if not session.components]
    if ("yes" if planned and not empty else "no") != expected:
        yield f"of {len(planned)} sessions these have no component: {empty}"


def phases_in_order(answer: Recommendation, expected: str) -> Problems:
    """Whether the sessions run induction, consolidation, maintenance, without stepping back."""
    order = [phase.name for phase in answer.plan.phases] if answer.plan else []
    found = [order.index(session.phase) for session in (answer.plan.sessions if answer.plan else ())]
    if ("yes" if found and found == sorted(found) else "no") != expected:
        yield f"the phases run {[order[place] for place in found]}"


def reassess(answer: Recommendation, expected: str) -> Problems:
    """Whether a dated reassessment is planned."""
    yield from _one_of("reassessment", "yes" if answer.plan and answer.plan.reassess else "no", expected)


def stop_rule(answer: Recommendation, expected: str) -> Problems:
    """Whether the plan says when to stop."""
    yield from _one_of("stop rule", "yes" if answer.plan and answer.plan.stop_rule else "no", expected)


def in_plan(answer: Recommendation, expected: Any) -> Problems:
    """Components that some session uses."""
    used = _used(answer)
    yield from (f"{name} is in no session; used: {sorted(used)}" for name in listed(expected) if name not in used)


def not_in_plan(answer: Recommendation, expected: Any) -> Problems:
    """Sessions are planned, and none uses these components."""
    used = _used(answer)
    if not used:
        yield "no session with components is planned at all"
    yield from (f"{name} is in a session" for name in listed(expected) if name in used)


def _used(answer: Recommendation) -> set[str]:
    return {name for session in (answer.plan.sessions if answer.plan else ()) for name in session.components}


def left_out_mentions(answer: Recommendation, expected: Any) -> Problems:
    """What the plan says it could not place."""
    yield from _texts_mention("left out", answer.plan.left_out if answer.plan else (), expected)


def settle_first_mentions(answer: Recommendation, expected: Any) -> Problems:
    """What the plan says must come first."""
    yield from _texts_mention("settle first", answer.plan.settle_first if answer.plan else (), expected)


def washout(answer: Recommendation, expected: Mapping[str, str]) -> Problems:
    """For a medicine: days before each session that it concerns, `stops`, `prescriber` (named), `not_stopped`."""
    days = _dates(answer)
    for medicine, wanted in expected.items():
        found = [one for one in (answer.plan.washouts if answer.plan else ()) if one.medicine == medicine]
        before = {None if one.stop_on is None else (days[(one.session or 1) - 1] - one.stop_on).days for one in found}
        met = {
            STOPS: bool(before) and None not in before,
            PRESCRIBER: before == {None},
            NOT_STOPPED: bool(days) and before <= {None},
        }
        if not met.get(wanted, wanted.isdigit() and before == {int(wanted)}):
            yield f"{medicine} stops {before or 'not at all'} days before, expected {wanted}"


def deliveries(answer: Recommendation, expected: Any) -> Problems:
    """Ways without a syringe that are offered, each with what it gives up."""
    offered = {one.technique: one.given_up for one in (answer.plan.deliveries if answer.plan else ())}
    yield from (f"{way} is not offered with what it gives up" for way in listed(expected) if not offered.get(way))


def disagreement_mentions(answer: Recommendation, expected: Any) -> Problems:
    """Words of a disagreement that is shown."""
    shown = [
        " ".join((one.topic, one.used, one.why, *(value for value, _ in one.positions)))
        for one in answer.disagreements
        if len(one.positions) > 1
    ]
    yield from _texts_mention("disagreements", shown, expected)


def before_mentions(answer: Recommendation, expected: Any) -> Problems:
    """Words of the preparation."""
    yield from _texts_mention("before", [note.text for note in answer.before], expected)


def after_mentions(answer: Recommendation, expected: Any) -> Problems:
    """Words of the aftercare."""
    yield from _texts_mention("after", [note.text for note in answer.after], expected)


def expect_mentions(answer: Recommendation, expected: Any) -> Problems:
    """Words of the expectations."""
    yield from _texts_mention("expectations", [note.text for note in answer.expect], expected)


def side_effects_mention(answer: Recommendation, expected: Any) -> Problems:
    """Words of the side effects."""
    yield from _texts_mention("side effects", [note.text for note in answer.side_effects], expected)


def _texts_mention(name: str, texts: Sequence[str], expected: Any) -> Problems:
    yield from (
        f"{name} does not mention {words!r}: {texts}" for words in listed(expected) if not mentions(texts, words)
    )


def sources(answer: Recommendation, expected: Any) -> Problems:
    """Sources that an argument of the answer must cite."""
    spoken = (*answer.decision_arguments, *(one for part in answer.components for one in part.arguments))
    cited = {source for argument in spoken for source in argument.sources}
    yield from (f"no argument cites {source}" for source in listed(expected) if source not in cited)


CHECKS: dict[str, Callable[[Recommendation, Any], Problems]] = {
    check.__name__: check
    for check in (
        decision,
        indication,
        status,
        usable,
        not_usable,
        argued,
        cautioned,
        asks_first,
        asks,
        asks_not,
        answers,
        assumes,
        assumes_not,
        plan,
        first_intervals,
        later_interval,
        first_session_from,
        last_session_before,
        no_session_between,
        sessions,
        sessions_at_most,
        every_session_has_components,
        phases_in_order,
        reassess,
        stop_rule,
        in_plan,
        not_in_plan,
        left_out_mentions,
        settle_first_mentions,
        washout,
        deliveries,
        disagreement_mentions,
        before_mentions,
        after_mentions,
        expect_mentions,
        side_effects_mention,
        sources,
    )
}
