"""The sentences of each part of a difference; what belongs together is said once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from formulator.engine.answer import STATUSES, Argument, Session
from formulator.engine.formulation import Syringe
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.explain.difference import Change
from formulator.explain.difference_plan import unnumbered
from formulator.export.formulation_text import syringe_line
from formulator.export.pauses import advice_lines
from formulator.export.text import note_line, rhythm
from formulator.export.words import field_label, kind_word
from formulator.knowledge import Knowledge

CAME, WENT, CHANGED = "came", "went", "changed"
_MOST_NAMES = 6
_NOTE_WORDS = {"before": "Before", "after": "After", "expect": "Expect", "side_effects": "Side effect"}


def some_of(names: Sequence[str], separator: str = ", ") -> str:
    """The first few of many names."""
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return separator.join(names[:_MOST_NAMES]) + more


@dataclass(frozen=True, slots=True)
class Names:
    """The knowledge of each side, for the names of what a difference is about."""

    before: Knowledge
    after: Knowledge

    def component(self, identifier: str) -> str:
        """What a component is called; the later name counts."""
        for knowledge in (self.after, self.before):
            if identifier in knowledge.components:
                return knowledge.components[identifier].name
        return identifier

    def components(self, identifiers: Iterable[str]) -> str:
        """Several names, sorted, the first few of many."""
        return some_of(sorted({self.component(one) for one in identifiers}))

    def indication(self, identifier: str | None) -> str:
        """What an indication is called."""
        for knowledge in (self.after, self.before):
            if identifier and identifier in knowledge.indications:
                return knowledge.indications[identifier].name
        return identifier or "no indication in scope"


Told = tuple[str, str, Sequence[Change]]


def _verb(change: Change) -> str:
    return CAME if change.came else WENT if change.went else CHANGED


def _grouped(changes: Iterable[Change], key: Callable[[Change], Any]) -> list[tuple[Any, list[Change]]]:
    """Changes with the same key, in the order of the keys."""
    return [(name, list(group)) for name, group in groupby(sorted(changes, key=key), key)]


def _decision(changes: Sequence[Change], _: Names) -> Iterator[Told]:
    for one in changes:
        yield CHANGED, f"{DECISION_WORDS[one.before]} -> {DECISION_WORDS[one.after]}", [one]


def _indication(changes: Sequence[Change], names: Names) -> Iterator[Told]:
    for one in changes:
        yield CHANGED, f"Indication: {names.indication(one.before)} -> {names.indication(one.after)}", [one]


def _decision_arguments(changes: Sequence[Change], _: Names) -> Iterator[Told]:
    for one in changes:
        yield _verb(one), _argument_words(one.after or one.before), [one]


def _argument_words(one: Argument) -> str:
    return f"{kind_word(one)}: {one.text} ({one.rule})"


def status_word(status: str | None) -> str:
    """A status in a word; none where the knowledge of that side lacks the component."""
    return STATUS_WORDS[status] if status else "Not in this knowledge"


def _statuses(changes: Sequence[Change], names: Names) -> Iterator[Told]:
    for _, group in _grouped(changes, _rung):
        old, new = group[0].before, group[0].after
        moved = names.components(one.subject for one in group)
        yield _verb(group[0]), f"{status_word(old)} -> {status_word(new)}: {moved}", group


def _rung(change: Change) -> tuple[int, int]:
    """What is usable after, then what was usable before, comes first."""
    old, new = (STATUSES.index(one) if one else len(STATUSES) for one in (change.before, change.after))
    return min(old, new), new


def _sessions(changes: Sequence[Change], names: Names) -> Iterator[Told]:
    moved = [one for one in changes if not (one.came or one.went)]
    for verb in (CAME, WENT):
        for parts, group in _grouped([one for one in changes if _verb(one) == verb], _given):
            days = _days([(one.after or one.before).date for one in group])
            yield verb, f"{_sessions_word(len(group))} {days}: {names.components(parts) or 'nothing fixed yet'}", group
    for days, group in _grouped([one for one in moved if _shift(one)], _shift):
        first, last = group[0], group[-1]
        text = f"{_sessions_word(len(group))} {abs(days)} days {'later' if days > 0 else 'earlier'}: {_move(first)}"
        yield CHANGED, text + (f" ... {_move(last)}" if last is not first else ""), group
    for one in moved:
        if unnumbered(_on(one.before, one)) != unnumbered(one.after):
            yield CHANGED, f"Session on {one.after.date}: {_session_change(one, names)}", [one]


def _given(change: Change) -> tuple[str, ...]:
    return (change.after or change.before).components


def _shift(change: Change) -> int:
    return (change.after.date - change.before.date).days


def _on(session: Session, change: Change) -> Session:
    """The earlier session as if it lay on the day of the later one."""
    return Session(session.number, session.phase, change.after.date, session.components, session.minutes)


def _sessions_word(number: int) -> str:
    return f"{number} session" if number == 1 else f"{number} sessions"


def _days(days: Sequence[Any]) -> str:
    return f"on {days[0]}" if len(days) == 1 else f"from {min(days)} to {max(days)}"


def _move(change: Change) -> str:
    return f"{change.before.date} -> {change.after.date}"


def _session_change(change: Change, names: Names) -> str:
    old, new = change.before, change.after
    more = names.components(set(new.components) - set(old.components))
    less = names.components(set(old.components) - set(new.components))
    parts = [f"with {more}" if more else "", f"without {less}" if less else ""]
    parts.append(f"{old.phase} -> {new.phase}" if old.phase != new.phase else "")
    parts.append(f"{old.minutes} -> {new.minutes} minutes" if old.minutes != new.minutes else "")
    return ", ".join(part for part in parts if part)


def _reassessments(changes: Sequence[Change], _: Names) -> Iterator[Told]:
    for one in changes:
        day = (one.after or one.before).date
        when = str(day) if one.came or one.went else f"{one.before.date} -> {one.after.date}"
        yield _verb(one), f"Reassess {when}: {(one.after or one.before).what}", [one]


def _pauses(changes: Sequence[Change], names: Names) -> Iterator[Told]:
    for one in changes:
        label = field_label(names.after, one.subject)
        old, new = (" ".join(text for _, text in advice_lines(side or ())) for side in (one.before, one.after))
        yield _verb(one), f"Pause of {label}: {f'{old} -> {new}' if old and new else old or new}", [one]


_PLAN_WORDS = {
    "stop_rule": "Stop rule",
    "maintenance": "Maintenance",
    "deliveries": "Without needles",
    "could_be_added": "Could be added",
    "left_out": "Left out",
    "settle_first": "First",
    "provisional": "Dates hang on",
}


def _plan(changes: Sequence[Change], names: Names) -> Iterator[Told]:
    for one in changes:
        label = _PLAN_WORDS.get(one.subject, one.subject.capitalize())
        old, new = (_plan_entry(one.subject, side, names) for side in (one.before, one.after))
        if old and new:
            yield CHANGED, f"{label}: {old} -> {new}", [one]
        elif old or new:
            yield CAME if new else WENT, f"{label}: {old or new}", [one]


def _plan_entry(name: str, value: Any, names: Names) -> str:
    if not value or isinstance(value, str):
        return value or ""
    if name == "could_be_added":
        return names.components(value)
    if name == "provisional":
        return ", ".join(field_label(names.after, one) for one in value)
    if name == "deliveries":
        return "; ".join(one.text for one in value)
    if name.startswith("phase "):
        return "; ".join(f"{one.sessions or 'ongoing'} sessions, {rhythm(one)}" for one in value)
    return " ".join(map(str, value))


def _formulations(changes: Sequence[Change], names: Names) -> Iterator[Told]:
    for one in sorted(changes, key=_place):
        what = names_of_key(one.key, names)
        if one.came or one.went:
            yield _verb(one), f"{what}, place {one.after or one.before}", [one]
        else:
            yield CHANGED, f"{what}: place {one.before} -> {one.after}", [one]


def _place(change: Change) -> tuple[bool, int]:
    """By the later place; what is gone stands last, by its earlier place."""
    return change.went, change.before if change.went else change.after


def names_of_key(key: str, names: Names) -> str:
    """What a formulation holds, from its key."""
    return " + ".join(names.component(one) for one in key.split(" #", maxsplit=1)[0].split("+") if one)


def _amounts(changes: Sequence[Change], names: Names) -> Iterator[Told]:
    for verb, group in _grouped([one for one in changes if one.came or one.went], _verb):
        number = "1 formulation" if len(group) == 1 else f"{len(group)} formulations"
        yield verb, f"Doses and volumes of {number}", group
    for one in changes:
        if not (one.came or one.went):
            yield CHANGED, f"{names_of_key(one.key, names)}: {_amount_words(one, names)}", [one]


def _amount_words(change: Change, names: Names) -> str:
    """The syringes that differ, old and new; where only blood or the course does, that."""
    old, new = ([_syringe(one, k) for one in side[0]] for side, k in _sides(change, names))
    gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
    if gone or come:
        return f"{'; '.join(gone) or 'nothing'} -> {'; '.join(come) or 'nothing'}"
    return "the blood to draw" if change.before[1] != change.after[1] else "what the course adds up to"


def _sides(change: Change, names: Names) -> tuple[tuple[Any, Knowledge], tuple[Any, Knowledge]]:
    return (change.before, names.before), (change.after, names.after)


def _syringe(one: Syringe, knowledge: Knowledge) -> str:
    return syringe_line(one, knowledge).rstrip(".")


def _infeasible(changes: Sequence[Change], _: Names) -> Iterator[Told]:
    for one in changes:
        yield _verb(one), f"No formulation: {(one.after or one.before).text}", [one]


def _arguments(changes: Sequence[Change], names: Names) -> Iterator[Told]:
    for (verb, text), group in _grouped(changes, lambda one: (_verb(one), _argument_words(one.after or one.before))):
        yield verb, f"{text} About {names.components(one.subject for one in group)}.", group


def _questions(changes: Sequence[Change], names: Names) -> Iterator[Told]:
    for verb, group in _grouped(changes, _verb):
        labels = some_of([field_label(names.after, one.key) for one in group])
        yield verb, f"Asked: {labels}" if verb == CAME else f"No longer asked: {labels}", group


def _assumptions(changes: Sequence[Change], names: Names) -> Iterator[Told]:
    for verb, group in _grouped(changes, _verb):
        words = (one.key.partition(": ") for one in group)
        said = some_of([f"{field_label(names.after, field)}: {value}" for field, _, value in words], "; ")
        yield verb, f"Taken as absent: {said}" if verb == CAME else f"No longer taken as absent: {said}", group


def _disagreements(changes: Sequence[Change], _: Names) -> Iterator[Told]:
    for one in changes:
        shown = one.after or one.before
        yield _verb(one), f"Sources disagree on {shown.topic}: used {shown.used}", [one]


def _notes(changes: Sequence[Change], _: Names) -> Iterator[Told]:
    for one in changes:
        yield _verb(one), f"{_NOTE_WORDS[one.subject]}: {note_line(one.after or one.before)}", [one]


WORDS: dict[str, Callable[[Sequence[Change], Names], Iterator[Told]]] = {
    "decision": _decision,
    "indication": _indication,
    "decision_argument": _decision_arguments,
    "status": _statuses,
    "session": _sessions,
    "reassess": _reassessments,
    "pause": _pauses,
    "plan": _plan,
    "formulation": _formulations,
    "amounts": _amounts,
    "infeasible": _infeasible,
    "argument": _arguments,
    "question": _questions,
    "assumption": _assumptions,
    "disagreement": _disagreements,
    "note": _notes,
}
"""How each part is said: the verb, the sentence, and the changes that it stands for."""
RANKS: dict[str, Callable[[Change], Any]] = {
    "status": _rung,
    "session": lambda change: change.key,
    "reassess": lambda change: (change.before or change.after).date,
    "formulation": _place,
}
"""The order of the lines of a part, where it has one of its own."""
