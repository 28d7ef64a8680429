"""The work-up: what was never asked, the cause that was missed, the first step, and tests that nobody needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from formulator.engine.answer import Argument, Because
from formulator.engine.findings import HARM_ORDER, argument, read_rules
from formulator.export.words import value_label
from formulator.knowledge.items import TREATMENT, Rule
from formulator.learn.cases import Case, Finding
from formulator.learn.commitment import shown_to
from formulator.learn.diagnosis.knowing import going_with
from formulator.learn.diagnosis.remark import Remark
from formulator.learn.diagnosis.review import Review, backed, remark, remark_of
from formulator.learn.diagnosis.words import field_in_words, joined, lowered, sentence
from formulator.profile.fields import UNKNOWN

_AT_ONCE, _LATER = "treat", "treat_after"
CHEAP = 2
"""Points of effort: a question, a look at the skin or a photograph is never held against anybody."""
WELL_ABOVE = 5
"""Points of effort: needless tests that cost less, such as a single blood test, are let pass (our judgement)."""


def decided_without_knowing(review: Review) -> Iterator[Remark]:
    """A needed finding, or a question that blocks what was chosen, was never asked; or a refusal was right by luck."""
    if review.case is None:
        return
    missing = []
    if review.commitment.decision in (_AT_ONCE, _LATER):
        missing = list(_needed_and_not_asked(review, review.case))
        yield from (_not_asked(one, review) for one in missing)
    if review.commitment.decision == _AT_ONCE:
        yield from _blocking_and_not_asked(review, {name for one in missing for name in one.shows})
    elif review.commitment.decision == review.answer.decision:
        yield from _right_by_luck(review)


def _needed_and_not_asked(review: Review, case: Case) -> Iterator[Finding]:
    known = shown_to(review.commitment, case)
    for one in case.findings:
        if one.needed and one.id not in review.commitment.asked and not (one.shows and known.issuperset(one.shows)):
            later = review.commitment.decision == _LATER and set(one.shows) & set(review.commitment.settle)
            if not later:
                yield one


def _not_asked(one: Finding, review: Review) -> Remark:
    text = sentence(f"Decided without knowing: {_label(one)}")
    return _about_fields("decided_without_knowing", one.shows, one.id, text, review)


def _label(one: Finding) -> str:
    """What was or was not asked for, at the end of a sentence."""
    return one.ask if one.ask.endswith(("?", ".")) else f"{one.ask}."


def _about_fields(kind: str, fields: Iterable[str], subject: str, text: str, review: Review) -> Remark:
    """A remark about facts: its lesson is the rule that makes most of them, else how the indication is recognised."""
    names = tuple(fields)
    spoken = _resting_on(names, review.decision_arguments) or _without(names, review) or _about_choice(names, review)
    if spoken:
        return remark_of(kind, spoken, subject, text)
    because = tuple(Because(name, review.patient.facts.get(name)) for name in names)
    return backed(remark(kind, review.indication_lesson, subject, text), "", because=because)


def _about_choice(names: tuple[str, ...], review: Review) -> Argument | None:
    """The first argument about a component at issue that rests on one of these fields."""
    own = [one for name in sorted(review.at_issue) for one in review.parts[name].arguments]
    return _resting_on(names, own)


def _without(names: tuple[str, ...], review: Review) -> Argument | None:
    """The gravest rule that would hold or hang if these facts were not known, and does neither now."""
    unknown = read_rules(
        review.knowledge, {name: value for name, value in review.patient.facts.items() if name not in names}
    )
    read = {**unknown.open, **unknown.holds}
    now = {*review.findings.holds, *review.findings.open}
    rules = [
        review.knowledge.rules[name]
        for name, fields in read.items()
        if name not in now and set(fields) & set(names) and review.concerns(name)
    ]
    if not rules:
        return None
    gravest = min(rules, key=lambda one: (*_gravity(one), one.id not in unknown.holds, one.id))
    return argument(gravest, [one for one in names if one in read[gravest.id]], review.patient.facts, TREATMENT)


def _gravity(rule: Rule) -> tuple[bool, bool, int]:
    return rule.decision is None, rule.kind != "excludes", HARM_ORDER.index(rule.harm)


def speaking_about(fields: Iterable[str], review: Review) -> Argument | None:
    """The first argument of the answer that rests on one of these fields; those about the decision come first."""
    own = [*review.decision_arguments, *(one for part in review.answer.components for one in part.arguments)]
    return _resting_on(tuple(fields), own)


def _resting_on(fields: tuple[str, ...], arguments: Iterable[Argument]) -> Argument | None:
    return next((one for one in arguments if any(read.field in fields for read in one.because)), None)


def _blocking_and_not_asked(review: Review, said: set[str]) -> Iterator[Remark]:
    """Questions without whose answer the rules let nobody use what was chosen; none about a fact that was said."""
    questions = sorted(blocking_questions(review, review.chosen), key=lambda pair: pair[0].decision is None)
    for rule, fields in questions:
        if said.intersection(fields):
            continue
        said |= set(fields)
        label = field_in_words(fields[0], review.knowledge)
        text = sentence(f"Decided without asking about {label}.")
        spoken = argument(rule, fields, review.patient.facts, TREATMENT)
        yield remark_of("decided_without_knowing", spoken, fields[0], text)


def blocking_questions(review: Review, chosen: Iterable[str]) -> Iterator[tuple[Rule, tuple[str, ...]]]:
    """The rules that block the procedure or what was chosen while their facts were not asked for, with these facts.

    What the patient could not have told either is no omission: the answer itself waits for it.
    """
    names, facts = frozenset(chosen), review.patient.facts
    into_skin = names & review.knowledge.into_skin
    for identifier, open_fields in read_rules(review.knowledge, review.known_facts).open.items():
        rule = review.knowledge.rules[identifier]
        touched = into_skin if rule.decision else names & review.knowledge.component_set_of_rule[identifier]
        fields = tuple(one for one in open_fields if one in facts)
        if rule.unknown == "block" and touched and fields:
            yield rule, fields


def _right_by_luck(review: Review) -> Iterator[Remark]:
    """The decision is right, and none of the facts behind it was known when it was made."""
    reasons = [one for one in review.decision_arguments if review.weight_of(one) == review.answer.decision]
    unseen = [review.hidden(one.because) for one in reasons]
    if reasons and all(unseen):
        label = field_in_words(unseen[0][0], review.knowledge)
        text = sentence(f"Right, but by luck: {label} was never asked for.")
        yield remark_of("decided_without_knowing", reasons[0], unseen[0][0], text)


def wrong_cause(review: Review) -> Iterator[Remark]:
    """The cause that was named is another than that of the case; with the finding that tells."""
    case, named = review.case, review.commitment.cause
    if case is None or named is None or named == case.cause:
        return
    tells = _telling(review)
    core = _not_that_cause(case.cause, named, review)
    text = sentence(f"{core} What tells: {_label(tells)}" if tells else core, core)
    recognise = _recognise(review)
    detail = joined(tells.says if tells else "", *(text for text, _ in recognise[:1]))
    sources = [source for _, cited in recognise[:1] for source in cited]
    because = (Because("cause", case.cause),)
    yield backed(remark("wrong_cause", review.indication_lesson, "cause", text), detail, sources, because)


def _not_that_cause(right: str, named: str, review: Review) -> str:
    """Which cause it is instead; `unknown` is an answer of its own."""
    label, other = (lowered(value_label(review.knowledge, "cause", one)) for one in (right, named))
    if right == UNKNOWN:
        return f"No cause can be named yet, nor {other}: a work-up comes first."
    return f"A cause can be named here: {label}." if named == UNKNOWN else f"The cause is {label}, not {other}."


def _telling(review: Review) -> Finding | None:
    """The finding that tells the cause: the one that shows a fact which goes with it, else with the cause named.

    Else a needed one that shows no field, because it is needed for what it says; else the first needed one.
    """
    if review.case is None:
        return None
    needed = [one for one in review.case.findings if one.needed]
    goes = [going_with(one, review.knowledge) for one in (review.case.cause, str(review.commitment.cause))]
    shown = (one for names in goes for one in needed if names & set(one.shows))
    words = (one for one in needed if not one.shows)
    return next(iter((*shown, *words, *needed, *review.case.findings)), None)


def _recognise(review: Review) -> list[tuple[str, tuple[str, ...]]]:
    indication = review.knowledge.indications.get(review.answer.indication or "")
    return [(one.text, one.sources) for one in indication.recognise] if indication else []


def right_cause(review: Review) -> Iterator[Remark]:
    """The cause is right."""
    if review.case is not None and review.commitment.cause == review.case.cause:
        cause = review.case.cause
        label = lowered(value_label(review.knowledge, "cause", cause))
        recognise = _recognise(review)
        sources = [source for _, cited in recognise[:1] for source in cited]
        detail = recognise[0][0] if recognise else ""
        text = sentence(f"Cause rightly {'left open' if cause == UNKNOWN else 'named'}: {label}.")
        yield backed(remark("right_cause", review.indication_lesson, "cause", text), detail, sources)


def needed_finding_asked(review: Review) -> Iterator[Remark]:
    """What nobody should decide without was asked for."""
    for one in review.case.findings if review.case else ():
        if one.needed and one.id in review.commitment.asked:
            text = sentence(f"Rightly asked for first: {_label(one)}")
            yield _about_fields("needed_finding_asked", one.shows, one.id, text, review)


def wrong_first_step(review: Review) -> Iterator[Remark]:
    """It is right to wait, and none of what was named is what the treatment waits for."""
    settle, waiting = review.commitment.settle, _waiting(review)
    if settle and waiting and not any(review.reads(one, name) for one in waiting for name in settle):
        named = field_in_words(settle[0], review.knowledge)
        first = waiting[0].until or waiting[0].text
        text = sentence(f"Not {named}; what comes first: {first}", f"What comes first is another thing than {named}.")
        yield remark_of("wrong_first_step", waiting[0], settle[0], text)


def right_first_step(review: Review) -> Iterator[Remark]:
    """What the treatment waits for was named."""
    for one in _waiting(review):
        named = [name for name in review.commitment.settle if review.reads(one, name)]
        if named:
            label = field_in_words(named[0], review.knowledge)
            yield remark_of("right_first_step", one, named[0], sentence(f"Rightly settled first: {label}."))


def _waiting(review: Review) -> list[Argument]:
    """What the treatment waits for, where both the trainee and the rules wait."""
    if not review.commitment.decision == review.answer.decision == _LATER:
        return []
    return [one for one in review.decision_arguments if review.weight_of(one) == _LATER]


def _tells_nothing(one: Finding, review: Review) -> bool:
    """Whether nothing here rests on what a finding shows, and nothing would be blocked without it."""
    return speaking_about(one.shows, review) is None and not _blocks_without(one.shows, review)


def _blocks_without(names: tuple[str, ...], review: Review) -> bool:
    unknown = {name: value for name, value in review.patient.facts.items() if name not in names}
    hanging = read_rules(review.knowledge, unknown).open.items()
    return any(review.knowledge.rules[rule].unknown == "block" and set(fields) & set(names) for rule, fields in hanging)


def needless_tests(review: Review) -> Iterator[Remark]:
    """Findings that the decision does not need cost more than all that it needs."""
    if review.case is None or review.book is None:
        return
    effort = {one.id: review.book.steps[one.step].effort for one in review.case.findings}
    asked = [one for one in review.case.findings if one.id in review.commitment.asked]
    needless = [one for one in asked if effort[one.id] > CHEAP and not one.needed and _tells_nothing(one, review)]
    useful = [one for one in review.case.findings if one.needed or (one in asked and one not in needless)]
    spent, needed = (sum(effort[one.id] for one in found) for found in (needless, useful))
    if needless and spent > needed and spent >= WELL_ABOVE:
        costly = max(needless, key=lambda one: effort[one.id])
        text = sentence(f"{costly.ask.rstrip('?.')}: nothing in this decision rests on it.")
        names = "; ".join(one.ask.rstrip(".") for one in useful if one.needed)
        detail = f"Tests that decide nothing cost {spent} points of effort, all that is of use {needed}."
        detail = joined(detail, f"Needed here: {names}." if names else "")
        yield backed(remark("needless_tests", review.indication_lesson, costly.id, text), detail)
