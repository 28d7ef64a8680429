"""Random patients, drawn quickly and valid by construction, and what the engine answers them: no formula takes part."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from formulator.engine.answer import ComponentAnswer, Plan
from formulator.engine.assess import judged
from formulator.engine.decide import Verdict, decide
from formulator.engine.facts import facts_of
from formulator.engine.findings import Findings, read_rules
from formulator.engine.patient import Patient
from formulator.engine.plan import plan_for
from formulator.knowledge import Knowledge
from formulator.profile import Catalogue, Field, Profile


@dataclass(frozen=True)
class Answered:
    """One profile with what the rules answer; nothing of it comes from formulas."""

    patient: Patient
    findings: Findings
    components: tuple[ComponentAnswer, ...]
    verdict: Verdict

    @cached_property
    def plan(self) -> Plan | None:
        """The plan, or none."""
        return plan_for(self.patient, self.verdict, self.components)


def answered(profile: Profile, knowledge: Knowledge, day: date) -> Answered:
    """The rules' answer to a profile."""
    patient = Patient(profile, facts_of(profile, knowledge, day), knowledge, day)
    findings = read_rules(knowledge, patient.facts)
    components = judged(findings, patient, None)
    return Answered(patient, findings, components, decide(findings, components, patient))


def profiles(catalogue: Catalogue, seed: int, count: int, day: date) -> Iterator[Profile]:
    """So many valid profiles: sparse ones and full ones, numbers on both sides of every usual limit."""
    chance = random.Random(seed)  # noqa: S311 - draws that can be repeated, nothing secret
    for _ in range(count):
        document = without_impossible_pairs(_document(catalogue, chance, day), catalogue)
        yield Profile({name: document[name] for name in catalogue.fields if document.get(name) is not None})


def without_impossible_pairs(document: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """The document with the second field of every impossible pair left out."""
    kept = dict(document)
    for pair in catalogue.impossible:
        if kept.get(pair.field) == pair.value and kept.get(pair.other_field) == pair.other_value:
            del kept[pair.other_field]
    return kept


def _document(catalogue: Catalogue, chance: random.Random, day: date) -> dict[str, Any]:
    document: dict[str, Any] = {}
    given, clean = chance.choice((0.05, 0.3, 0.9)), chance.random() < 0.3
    for field in catalogue.fields.values():
        if field.type == "bool3" and (clean or chance.random() < given):
            document[field.name] = "yes" if chance.random() < (0.03 if clean else 0.15) else "no"
        elif field.choices and field.type != "bool3" and chance.random() < 0.8:
            value = chance.choice(list(field.choices))
            document[field.name] = int(value) if field.is_number else value
        elif field.is_number and chance.random() < (0.8 if field.group == "essential" else given):
            document[field.name] = _number(field, chance)
    return document | _concern(catalogue, chance) | _wishes(catalogue, chance, day)


def _number(field: Field, chance: random.Random) -> float:
    low, high = field.low or 0, field.high or 100
    usual = chance.choice((1, 5, 20, 100, 1000))
    number = low + (min(high, usual) - low) * chance.random() if usual > low else low
    return round(number) if field.type == "integer" else float(max(round(number, 1), 0.1))


def _concern(catalogue: Catalogue, chance: random.Random) -> dict[str, Any]:
    """A concern with a domain, a scale and a grade that fit it, each left out now and then."""
    concern = chance.choice(list(catalogue.fields["concern"].choices))
    scale = chance.choice([one for one in catalogue.scales.values() if not one.concerns or concern in one.concerns])
    found = {
        "concern": concern,
        "domain": chance.choice(sorted(catalogue.concern_domains[concern])),
        "severity_scale": scale.name,
        "severity": chance.randint(int(scale.low * 2), int(scale.high * 2)) / 2,
    }
    return {name: value if chance.random() < 0.95 else None for name, value in found.items()}


def _wishes(catalogue: Catalogue, chance: random.Random, day: date) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if chance.random() < 0.2:
        found["event_date"] = day + timedelta(days=chance.randint(1, 200))
    if chance.random() < 0.3:
        found["jurisdiction"] = chance.choice(["FR", "US", "NO", *sorted(catalogue.jurisdictions)])
    if chance.random() < 0.1:
        found["stocked_components"] = tuple(
            sorted(chance.sample(sorted(catalogue.component_ids), chance.randint(0, 20)))
        )
    return found
