"""What is worth asking "what if" about: changeable facts of one patient, ordered by how much would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from formulator.conditions.cells import Cell, is_more
from formulator.engine.answer import MOVABLE, Recommendation
from formulator.engine.questions import NOTHING_CHANGES
from formulator.explain.attribution import Answerer, with_inputs
from formulator.explain.difference import Difference, difference
from formulator.explain.difference_words import is_quiet
from formulator.export.words import field_label, value_label
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.knowledge.base import ASKED_THROUGH
from formulator.profile import Profile
from formulator.profile.fields import MORE, NO, YES

MOST_SHOWN = 6
MOST_TRIED = 16


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A changeable fact with another value (None: not given), its words, and how that comes about."""

    field: str
    value: Any
    words: str
    how: str


Weight = tuple[bool, int, int]


def what_ifs(profile: Profile, answer: Recommendation, knowledge: Knowledge, ask: Answerer) -> tuple[WhatIf, ...]:
    """At most MOST_SHOWN facts, each with the value that changes most; what changes nothing is left out.

    First what is given and could be otherwise, by how much changes (`ask`, the engine that made `answer`, is called for
    at most MOST_TRIED values); then, where there is room, flags that nobody knows, in the order of the questions.
    """
    best: dict[str, tuple[Weight, WhatIf]] = {}
    for one in islice(_candidates(profile, answer, knowledge), MOST_TRIED):
        weight = _weight(one, profile, answer, knowledge, ask)
        if weight > (False, 0, 0) and (one.field not in best or weight > best[one.field][0]):
            best[one.field] = (weight, one)
    position = knowledge.position_of_field
    ordered = sorted(best.values(), key=lambda pair: ([-int(part) for part in pair[0]], position[pair[1].field]))
    given = [one for _, one in ordered]
    return tuple(islice((*given, *_unknown(answer, knowledge)), MOST_SHOWN))


def _unknown(answer: Recommendation, knowledge: Knowledge) -> Iterator[WhatIf]:
    """Changeable flags that nobody knows, with the answer that changes most, as the questions say."""
    for question in answer.missing:
        changeable = knowledge.catalogue.changeable.get(question.field)
        if changeable is None or knowledge.catalogue.fields[question.field].type != "bool3":
            continue
        allowed = changeable.to or {YES, NO}
        moving = {value: said for value, said in question.answers.items() if tuple(said) != (NOTHING_CHANGES,)}
        telling = {value: said for value, said in moving.items() if value in allowed}
        if telling:
            value = max(telling, key=lambda one: (telling[one][0].startswith("Decision"), len(telling[one])))
            yield WhatIf(question.field, value, _words(question.field, value, knowledge), changeable.how)


def _weight(one: WhatIf, profile: Profile, answer: Recommendation, knowledge: Knowledge, ask: Answerer) -> Weight:
    """Whether the decision moves, how many components enter, leave or move within the answer, and all that moves."""
    try:
        found = difference(answer, ask(with_inputs(profile, {one.field: one.value}, knowledge.catalogue)))
    except FaultsFound:
        return False, 0, 0
    return weight_of(found)


def weight_of(found: Difference) -> Weight:
    """How much a difference moves: the decision, then components of the answer, then everything that is not quiet."""
    moved = [one for one in found.of("status") if one.before in MOVABLE or one.after in MOVABLE]
    return bool(found.of("decision")), len(moved), sum(not is_quiet(one) for one in found.changes)


def _candidates(profile: Profile, answer: Recommendation, knowledge: Knowledge) -> Iterator[WhatIf]:
    """Other values of what is given: what the decision read first, then what is yes, then the rest."""
    given = [name for name in knowledge.catalogue.changeable if profile.get(name) is not None]
    read = _read_by_decision(answer)
    for name in sorted(given, key=lambda one: (one not in read, profile.get(one) != YES)):
        yield from _values(name, profile, knowledge)


def _read_by_decision(answer: Recommendation) -> Iterable[str]:
    read = [because.field for one in answer.decision_arguments for because in one.because]
    return {ASKED_THROUGH.get(name, name) for name in read}


def _values(name: str, profile: Profile, knowledge: Knowledge) -> Iterator[WhatIf]:
    """The other values of one field: the answers that it can be brought to, the cells of a number, or not given."""
    field, changeable = knowledge.catalogue.fields[name], knowledge.catalogue.changeable[name]
    now = profile.get(name)
    if field.type == "bool3":
        allowed = changeable.to or {YES, NO}
        for value in (YES, NO):
            if value in allowed and value != now:
                yield WhatIf(name, value, _words(name, value, knowledge), changeable.how)
    elif field.is_number and name in knowledge.cells:
        for cell in knowledge.cells[name]:
            inside = isinstance(now, int | float) and (
                (cell.low is None or now >= cell.low) and (cell.high is None or now < cell.high)
            )
            if not inside and (MORE not in changeable.to or is_more(cell, now)):
                yield WhatIf(name, cell.value, f"{field.label}: {_cell_words(cell, field.unit)}", changeable.how)
    elif now is not None and field.name != "area_cm2":
        yield WhatIf(name, None, f"{field_label(knowledge, name)}: not given", changeable.how)


def _cell_words(cell: Cell, unit: str) -> str:
    if cell.low is not None and cell.high is None:
        return f"{cell.low:g} {unit} or more"
    return f"{cell.words} {unit}".strip()


def _words(name: str, value: Any, knowledge: Knowledge) -> str:
    return f"{field_label(knowledge, name)}: {value_label(knowledge, name, value).lower()}"
