"""What was chosen: excluded, barred, for another cause, for nothing, in the wrong role; and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from formulator.engine.answer import USABLE, Argument, Because
from formulator.engine.options import CONSTRAINTS, CONTENTS, comes_with
from formulator.export.words import value_label
from formulator.learn.diagnosis.expected import alternatives_of, main_parts
from formulator.learn.diagnosis.remark import Lesson, Remark
from formulator.learn.diagnosis.review import Review, backed, remark, remark_of
from formulator.learn.diagnosis.words import CERTAINTY, fact_words, joined, sentence

_LAW = ("jurisdiction", "in_eu")
_ROLE_OF_STATUS = {"recommended": "main", "adjunct": "adjunct", "optional": "optional"}
_ROLES = ("main", "adjunct", "optional")


def contraindication_overlooked(review: Review) -> Iterator[Remark]:
    """A chosen component is excluded, must wait, or brings along what is excluded; a rule about all is said once."""
    for_all: dict[str, list[str]] = {}
    for name in review.chosen:
        reason = _overlooked(name, review)
        if reason is not None and review.decides(reason):
            for_all.setdefault(reason.rule, []).append(name)
        elif reason is not None:
            text = _excluded_words(review.name(name), reason, review)
            yield remark_of("contraindication_overlooked", reason, name, text)
        elif CONTENTS in review.broken.get(name, ()):
            yield from _brought_along(name, review)
    for names in for_all.values():
        reason = _overlooked(names[0], review)
        if reason is not None:
            yield _all_at_once("contraindication_overlooked", names, reason, _excluded_words, review)


def _all_at_once(
    kind: str, names: Sequence[str], reason: Argument, words: Callable[[str, Argument, Review], str], review: Review
) -> Remark:
    """One remark about all that one rule keeps out; where the names do not fit, they stand below."""
    listed = "; ".join(map(review.name, names))
    text = words(listed, reason, review)
    if len(names) == 1 or listed in text:
        return remark_of(kind, reason, names[0], text)
    said = remark_of(kind, reason, names[0], words(f"{len(names)} of your components", reason, review))
    return replace(said, detail=joined(f"{listed}.", said.detail))


def _overlooked(name: str, review: Review) -> Argument | None:
    """The excluding argument that the choice overlooks; what the decision has said already is not said again."""
    part = review.parts[name]
    excluding = [one for one in part.arguments if one.kind == "excludes" and not review.is_restated(one)]
    own = [one for one in excluding if not review.decides(one)]
    if part.status == "deferred":
        return own[0] if own and not _waited_for(own[0], review) else None
    if part.status != "contraindicated":
        return None
    own = [one for one in own if not is_barred(one)] if own else excluding
    said = review.lighter and all(review.decides(one) for one in own)
    return None if said or not own else own[0]


def _waited_for(argument: Argument, review: Review) -> bool:
    """Whether the trainee waits for the very fact for which the component must wait."""
    waits = review.commitment.decision == "treat_after"
    return waits and any(review.reads(argument, name) for name in review.commitment.settle)


def _excluded_words(component: str, reason: Argument, review: Review) -> str:
    fact = fact_words(reason.because, review.knowledge)
    waits = reason.until or any(one.value is None for one in reason.because)
    verb = "must wait" if waits else "excluded"
    asked = " (never asked for)" if review.hidden(reason.because) else ""
    core = f"{component}: {verb} here"
    return sentence(f"{core} - {fact}{asked}." if fact else f"{core}.", f"{core}.")


def _brought_along(name: str, review: Review) -> Iterator[Remark]:
    for held in sorted(comes_with(name, review.knowledge)):
        excluding = [one for one in review.parts[held].arguments if one.kind == "excludes"]
        if excluding:
            text = sentence(
                f"{review.name(name)} brings {review.name(held)} along, which is excluded here.",
                f"{review.name(name)} holds what is excluded here.",
            )
            yield remark_of("contraindication_overlooked", excluding[0], name, text)
            return


def unlawful_as_ordinary(review: Review) -> Iterator[Remark]:
    """A chosen component is barred by law here, or for everybody because of severe harm."""
    for_all: dict[str, list[str]] = {}
    for name in review.chosen:
        reason = _barring(name, review)
        if reason is not None and review.decides(reason):
            for_all.setdefault(reason.rule, []).append(name)
        elif reason is not None:
            yield remark_of("unlawful_as_ordinary", reason, name, _barred_words(review.name(name), reason, review))
    for names in for_all.values():
        reason = _barring(names[0], review)
        if reason is not None and not review.lighter:
            yield _all_at_once("unlawful_as_ordinary", names, reason, _barred_words, review)


def _barring(name: str, review: Review) -> Argument | None:
    """What bars a component; a rule about this component comes before one that forbids every procedure."""
    barring = [] if review.usable(name) else [one for one in review.parts[name].arguments if is_barred(one)]
    return min(barring, key=review.decides, default=None)


def _barred_words(component: str, reason: Argument, review: Review) -> str:
    where = fact_words(reason.because, review.knowledge)
    place = f"barred here - {where}" if where else "no ordinary ingredient for anybody"
    return sentence(f"{component}: {place}.", f"{component}: barred here.")


def is_barred(argument: Argument) -> bool:
    """Whether an argument keeps a component out by law, or for every patient because of severe harm."""
    keeps_out = argument.kind == "excludes" or argument.limits_to == "not_indicated"
    by_law = any(one.field in _LAW for one in argument.because)
    for_all = not argument.because and argument.harm == "severe"
    return keeps_out and (by_law or for_all)


def right_component_wrong_cause(review: Review) -> Iterator[Remark]:
    """A chosen component has no place here, and would have one with another cause of the differential."""
    for name in review.chosen:
        if review.parts[name].status != "not_indicated":
            continue
        cause = next((one for one, parts in review.other_causes.items() if parts[name].status in USABLE), None)
        if cause is not None:
            yield _for_another_cause(name, cause, review)


def _for_another_cause(name: str, cause: str, review: Review) -> Remark:
    there = next(one for one in review.other_causes[cause][name].arguments if one.role)
    here = _keeping_out(review.parts[name].arguments)
    component, other = review.name(name), value_label(review.knowledge, "cause", cause)
    text = sentence(
        f'{component}: in place with the cause "{other}", not with this one.',
        f"{component}: for another cause.",
    )
    return remark_of("right_component_wrong_cause", here[0] if here else there, name, text)


def _keeping_out(arguments: Sequence[Argument]) -> list[Argument]:
    return [one for one in arguments if one.kind == "excludes" or one.limits_to]


def no_indication(review: Review) -> Iterator[Remark]:
    """A chosen component is permitted, and nothing speaks for it."""
    for name in review.chosen:
        part = review.parts[name]
        if part.status != "not_indicated":
            continue
        against = _keeping_out(part.arguments) or list(part.arguments)
        component = review.name(name)
        if against:
            text = sentence(f"{component}: nothing here outweighs what speaks against it.")
            yield remark_of("no_indication", against[0], name, text)
        else:
            text = sentence(f"{component}: no rule speaks for it here.")
            sources = review.knowledge.components[name].sources
            said = remark("no_indication", Lesson("component", name), name, text)
            yield backed(said, "", sources)


def unsupported_beside_the_decision(review: Review) -> Iterator[Remark]:
    """Where the decision forbids everything, what was chosen without any support is named once, all together."""
    found = [name for name in review.chosen if review.lighter and _forbidden_and_unsupported(name, review)]
    if not found:
        return
    own = {name: _own_objection(name, review) for name in found}
    names = sorted(found, key=lambda name: own[name] is None)
    reason = own[names[0]]
    lesson = Lesson("rule", reason.rule) if reason else Lesson("component", names[0])
    listed, whom = "; ".join(map(review.name, names)), "it" if len(names) == 1 else "them"
    short = listed if len(names) == 1 else f"{len(names)} of your components"
    says = f"nothing speaks for {whom} here, whatever is decided"
    text = sentence(f"{listed}: {says}.", f"{short}: {says}.")
    detail = (f"{review.name(name)}: {one.text if one else 'No rule speaks for it.'}" for name, one in own.items())
    sources = [source for one in own.values() if one for source in one.sources]
    yield backed(remark("no_indication", lesson, names[0], text), joined(*detail), sources)


def _forbidden_and_unsupported(name: str, review: Review) -> bool:
    """Whether nothing speaks for a component, and rules about the whole procedure alone exclude it."""
    part = review.parts[name]
    excluding = [one for one in part.arguments if one.kind == "excludes"]
    supported = any(one.role for one in part.arguments)
    return bool(excluding) and not supported and all(map(review.decides, excluding)) and _unbarred(name, review)


def _unbarred(name: str, review: Review) -> bool:
    reason = _barring(name, review)
    return reason is None or review.decides(reason)


def _own_objection(name: str, review: Review) -> Argument | None:
    """The strongest rule that gives this component no place here, whatever is decided."""
    own = (one for one in review.parts[name].arguments if one.limits_to == "not_indicated")
    return next((one for one in own if not review.decides(one)), None)


def cannot_be_given(review: Review) -> Iterator[Remark]:
    """A chosen component would be used, but stock, needles, place or the number of sessions keep it out."""
    for name in review.chosen:
        constraints = [one for one in CONSTRAINTS if one in review.broken.get(name, ()) and one != CONTENTS]
        if not constraints:
            continue
        field, words = CONSTRAINTS[constraints[0]]
        lesson = review.lesson_of_component(name)
        text = sentence(f"{review.name(name)}: would fit, but cannot be given here.")
        because = (Because(field, review.patient.facts.get(field)),)
        yield backed(remark("cannot_be_given", lesson, name, text), words, because=because)


def missed_main_part(review: Review) -> Iterator[Remark]:
    """A main part of the answer was not named, nor anything that stands in for it."""
    if review.graver and not review.commitment.components:
        return
    for name in main_parts(review.answer, review.patient):
        if not ({name, *alternatives_of(name, review.knowledge)} & set(review.chosen)):
            reason = speaking_for(review.parts[name].arguments)[0]
            text = sentence(f"{review.name(name)}: a main part of the answer, and not named.")
            yield remark_of("missed_main_part", reason, name, text)


def speaking_for(arguments: Sequence[Argument]) -> list[Argument]:
    """What speaks for a component, its highest role first."""
    found = [one for one in arguments if one.role in _ROLES]
    return sorted(found, key=lambda one: _ROLES.index(str(one.role)))


def role_misjudged(review: Review) -> Iterator[Remark]:
    """A mere option was made a main part, or a main part an option; a neighbouring role is near enough."""
    for name, role in review.chosen.items():
        if role is None or not review.usable(name):
            continue
        right = _ROLE_OF_STATUS[review.parts[name].status]
        if abs(_ROLES.index(role) - _ROLES.index(right)) > 1:
            limits = [one for one in review.parts[name].arguments if one.limits_to]
            reason = (limits if right == "optional" and limits else speaking_for(review.parts[name].arguments))[0]
            text = sentence(f"{review.name(name)}: here {_role_words(right)}, not {_role_words(role)}.")
            yield remark_of("role_misjudged", reason, name, text)


def _role_words(role: str) -> str:
    return {"main": "a main part", "adjunct": "an adjunct", "optional": "an option"}[role]


def component_right(review: Review) -> Iterator[Remark]:
    """A chosen component has its place here and can be given."""
    for name in review.chosen:
        if review.usable(name) and not review.broken.get(name):
            reason = speaking_for(review.parts[name].arguments)[0]
            role = _role_words(_ROLE_OF_STATUS[review.parts[name].status])
            carried = CERTAINTY[reason.certainty]
            yield remark_of(
                "component_right",
                reason,
                name,
                sentence(f"{review.name(name)}: in place here as {role}, carried by {carried}."),
            )
