"""Random patients, and the answers that every engine must give: the clear interpreter, one rule after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.grown import rules_read
from benchmarks.peers.patients import SEED
from formulator.conditions import truth
from formulator.engine.facts import facts_of
from formulator.engine.standing import standing_of, status_of
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule
from formulator.profile import Profile
from formulator.proof.drawn import profiles

DAY = date(2026, 11, 25)

Bits = NDArray[np.uint8]


def answer(rules: Sequence[Rule], knowledge: Knowledge, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Rules that hold, rules that are open, and the status of every component."""
    read = {rule.id: truth(rule.when, facts) for rule in rules}
    holds = [name for name, value in read.items() if value is True]
    hangs = [name for name, value in read.items() if value is None]
    return {"holds": holds, "open": hangs, "statuses": _statuses(holds, hangs, knowledge)}


def answers(knowledge: Knowledge, patients: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same for several patients."""
    rules = rules_read(knowledge)
    return [answer(rules, knowledge, one) for one in patients]


def drawn_facts(knowledge: Knowledge, count: int) -> list[dict[str, Any]]:
    """Facts, given and derived, of so many valid random patients; what is absent is unknown."""
    return [facts_of(one, knowledge, DAY) for one in drawn_profiles(knowledge, count)]


def drawn_profiles(knowledge: Knowledge, count: int) -> list[Profile]:
    """So many valid random patients, the same in every run."""
    return list(profiles(knowledge.catalogue, SEED, count, DAY))


def packed(knowledge: Knowledge, patients: Sequence[Mapping[str, Any]]) -> tuple[Bits, Bits]:
    """Which rules hold and which are open, a row of bits for each patient."""
    rules = rules_read(knowledge)
    holds = np.zeros((len(patients), len(rules)), dtype=bool)
    hangs = np.zeros_like(holds)
    for row, facts in enumerate(patients):
        for column, rule in enumerate(rules):
            value = truth(rule.when, facts)
            holds[row, column], hangs[row, column] = value is True, value is None
    return np.packbits(holds, axis=1), np.packbits(hangs, axis=1)


def _statuses(holds: Iterable[str], hangs: Iterable[str], knowledge: Knowledge) -> list[str]:
    said: dict[str, list[Rule]] = {name: [] for name in knowledge.components}
    for rule in holds:
        for component in knowledge.components_of_rule[rule]:
            said[component].append(knowledge.rules[rule])
    blocked = {
        component
        for rule in hangs
        if knowledge.rules[rule].unknown == "block"
        for component in knowledge.components_of_rule[rule]
    }
    return [status_of(standing_of(rules), name in blocked) for name, rules in said.items()]
