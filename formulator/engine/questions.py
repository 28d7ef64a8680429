"""What is assumed, and what to ask next: each unknown field with what its answers would change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import itemgetter

from formulator.conditions.cells import Cell
from formulator.engine.answer import USABLE, Assumption, Question
from formulator.engine.consequences import NOTHING_FOLLOWS, Consequence, Move, Situation, consequences
from formulator.engine.rule_sets import Rules
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.knowledge.base import ASKED_THROUGH, GRAVEST_FIRST

NOTHING_CHANGES = "nothing changes"


def assumptions(situation: Situation, asked: Iterable[Question]) -> tuple[Assumption, ...]:
    """Facts taken as absent: open exclusions that do not block and grave objections, on something used here.

    What is asked anyway is not taken as absent for an objection.
    """
    rules_of: dict[tuple[str, str], list[str]] = {}
    questioned, sets = {one.field for one in asked}, situation.sets
    for rule in sets.speaking_of(situation.match.open & sets.assumed_absent & sets.about_any(situation.usable)):
        fields = situation.findings.open[rule.id]
        for field in fields if rule.unknown else set(fields) - questioned:
            rules_of.setdefault(_taken_as_absent(rule.id, field, situation), []).append(rule.id)
    return tuple(Assumption(field, value, tuple(rules)) for (field, value), rules in sorted(rules_of.items()))


def _taken_as_absent(rule: str, field: str, situation: Situation) -> tuple[str, str]:
    """The field to ask, and what is taken for granted about it; a derived fact is asked through its input field."""
    words = situation.knowledge.words_of_absence[rule, field]
    if field in ASKED_THROUGH:
        return ASKED_THROUGH[field], f"{field.replace('_', ' ')} {words}"
    return field, words


def questions(situation: Situation) -> tuple[Question, ...]:
    """Every unknown field whose answer would change something, the most valuable first.

    Fields that the clinician marked as unknown come first, then what blocks, then what could change the decision, the
    gravest change first; after that the harm of the rules behind it, and how many components could enter the answer or
    leave it. A question comes before a blood test, otherwise the order of the fields decides.
    """
    tests = _work_up(situation)
    looked_at = _worth_a_look(situation, tests)
    asked = [_question(field, rules, tests.get(field, ""), situation) for field, rules in looked_at]
    return tuple(question for _, question in sorted(filter(None, asked), key=itemgetter(0)))


def _worth_a_look(situation: Situation, tests: Iterable[str]) -> list[tuple[str, Rules]]:
    """Unknown input fields with the rules for which they are asked: these could matter, or the work-up wants a test."""
    given, facts = situation.knowledge.catalogue.fields, situation.facts
    found = []
    for field in {*situation.hanging_on, *situation.sets.noticing, *tests}:
        if field in given and field not in facts:
            asking = situation.asking(field)
            if field in tests or (asking and situation.could_matter(field)):
                found.append((field, asking))
    return found


def _work_up(situation: Situation) -> dict[str, str]:
    """Tests of the indication's work-up that nobody has given yet, and why they are wanted."""
    indication = situation.knowledge.indications.get(situation.facts.get("indication", ""))
    tests = indication.work_up if indication else ()
    return {field: test.why for test in tests for field in test.fields if field not in situation.facts}


Worth = tuple[bool, bool, bool, int, int, int, bool, int]


def _question(field: str, asking: Rules, wanted_for: str, situation: Situation) -> tuple[Worth, Question] | None:
    """The question with its rank; none where no answer changes anything and no work-up wants the test."""
    outcomes = _outcomes(field, situation)
    if not wanted_for and all(outcome is NOTHING_FOLLOWS for _, outcome in outcomes):
        return None
    weights = [_weight(outcome) for _, outcome in outcomes] or [NO_WEIGHT]
    heaviest = max(weights)
    sets, catalogue = situation.sets, situation.knowledge.catalogue
    gravest = sets.gravest(asking)
    worth = (
        field not in situation.patient.profile.asked_unknown,
        gravest is None or gravest.unknown != "block",
        not heaviest[0] and not (wanted_for and situation.decision != "treat"),
        -heaviest[0],
        sets.worst_harm(asking),
        -max(map(itemgetter(1), weights)),
        catalogue.fields[field].group == "lab",
        situation.knowledge.position_of_field[field],
    )
    answers = {cell.words: _in_words(outcome, situation) for cell, outcome in outcomes}
    why = gravest.ask or gravest.text if gravest else wanted_for
    return worth, Question(field, why, answers, _worst(outcomes, weights.index(heaviest)))


def _worst(outcomes: Sequence[tuple[Cell, Consequence]], heaviest: int) -> str:
    """The answer that would change most; none where it changes nothing."""
    cell, outcome = outcomes[heaviest] if outcomes else (None, NOTHING_FOLLOWS)
    return cell.words if cell and outcome != NOTHING_FOLLOWS else ""


NO_WEIGHT = (0, 0)


def _weight(outcome: Consequence) -> tuple[int, int]:
    """How much an answer changes: the graver the decision the more, then by what enters or leaves the answer."""
    if outcome == NOTHING_FOLLOWS:
        return NO_WEIGHT
    gravity = len(GRAVEST_FIRST) - GRAVEST_FIRST.index(outcome.decision) if outcome.decision else 0
    return gravity, _size(outcome)


def _size(outcome: Consequence) -> int:
    """How many components enter the answer or leave it."""
    return sum((one.old in USABLE) is not (one.new in USABLE) for one in outcome.moves)


def _outcomes(field: str, situation: Situation) -> list[tuple[Cell, Consequence]]:
    """Each answer with what follows; neighbouring intervals of a number with the same outcome are one answer."""
    found: list[tuple[Cell, Consequence]] = []
    cells = situation.knowledge.cells.get(field, ())
    for cell, outcome in zip(cells, consequences(field, situation), strict=True):
        if found and cell.low is not None and found[-1][1] == outcome:
            found[-1] = (found[-1][0].joined(cell), outcome)
        else:
            found.append((cell, outcome))
    return found


def _in_words(outcome: Consequence, situation: Situation) -> tuple[str, ...]:
    if outcome.decision:
        old, new = DECISION_WORDS[situation.decision], DECISION_WORDS[outcome.decision]
        return (f"Decision: {old} -> {new}{_bracketed(outcome.reason)}",)
    if not outcome.moves:
        return (NOTHING_CHANGES,)
    names = situation.knowledge.components
    return tuple([_move_in_words(one, names[one.component].name) for one in outcome.moves])


@lru_cache(maxsize=8192)
def _move_in_words(one: Move, name: str) -> str:
    return f"{name}: {STATUS_WORDS[one.old]} -> {STATUS_WORDS[one.new]}{_bracketed(one.reason)}"


def _bracketed(reason: str) -> str:
    return f" ({reason})" if reason else ""
