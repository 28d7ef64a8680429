"""The short answer of a faulty knowledge base, from the answer of the sound one and the one rule that differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from formulator.conditions import carried_by, truth
from formulator.conditions.evaluate import Truth
from formulator.engine.findings import Findings
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule
from formulator.proof.mutants import OF_EFFECT, Mutant
from formulator.proof.outlook import Outlook
from formulator.proof.pairs import Asked, Pair, shown_by

ANSWER, ARGUMENT = "decision or status", "argument"


def reading(mutant: Mutant, sound: Outlook) -> Truth:
    """How the faulty rule reads on a patient; one that is gone never holds."""
    return False if mutant.changed is None else truth(mutant.changed.when, sound.patient.facts)


def touches(mutant: Mutant, sound: Outlook) -> bool:
    """Whether the fault could change this answer: the rule holds or hangs, before or after."""
    before = truth(sound.patient.knowledge.rules[mutant.rule].when, sound.patient.facts)
    return before is not False or reading(mutant, sound) is not False


def could_change(mutant: Mutant, sound: Outlook) -> bool:
    """Whether the fault could change decision, statuses or arguments: what is open in silence adds to none of them."""
    rule = sound.patient.knowledge.rules[mutant.rule]
    before = _adds(rule, truth(rule.when, sound.patient.facts))
    after = _adds(mutant.changed, reading(mutant, sound))
    return before != after or (before == _SAYS and mutant.kind in OF_EFFECT)


_SAYS, _ASKS = "says", "asks"


def _adds(rule: Rule | None, value: Truth) -> str:
    if rule is None or value is False:
        return ""
    return _SAYS if value else _ASKS if rule.unknown == "block" else ""


def outlook_with(mutant: Mutant, knowledge: Knowledge, sound: Outlook) -> Outlook:
    """The short answer of the faulty knowledge base to the same patient."""
    patient = replace(sound.patient, knowledge=knowledge)
    return Outlook(patient, _findings(mutant, sound))


def _findings(mutant: Mutant, sound: Outlook) -> Findings:
    changed, facts = mutant.changed, sound.patient.facts
    value = reading(mutant, sound)
    read = changed is not None and not changed.when_nothing_is_left

    def amended(found: Mapping[str, tuple[str, ...]], wanted: Truth) -> Mapping[str, tuple[str, ...]]:
        if changed is not None and read and value is wanted:
            return {**found, mutant.rule: carried_by(changed.when, facts, wanted)}
        return {name: fields for name, fields in found.items() if name != mutant.rule}

    return Findings(amended(sound.findings.holds, True), amended(sound.findings.open, None))


def noticed(pair: Pair, mutant: Mutant, knowledge: Knowledge, asked: Asked) -> frozenset[str]:
    """What of a pair the fault changes: `decision or status`, and `argument` (how the rule shows in the answer)."""
    found: set[str] = set()
    for side in pair.sides:
        try:
            sound = asked.outlook(pair.document(side, asked.today))
        except FaultsFound:  # not a possible patient: the check of the pairs says so
            continue
        if touches(mutant, sound):
            now = shown_by(outlook_with(mutant, knowledge, sound), pair, side)
            found |= {ANSWER} if (side.decision, side.statuses) != (now.decision, now.statuses) else set()
            found |= {ARGUMENT} if side.reading != now.reading else set()
    return frozenset(found)
