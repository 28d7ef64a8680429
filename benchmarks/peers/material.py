"""What all engines are given: the rules in several sizes, random patients, and the answers of the clear interpreter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.environment import CACHE
from benchmarks.peers.grown import grown
from benchmarks.peers.patients import columns_of
from benchmarks.peers.reference import answers, drawn_facts, packed
from benchmarks.peers.translate import read_fields, translated
from formulator.knowledge import Knowledge, load_knowledge

FOLDER = CACHE / "work"
GROWTH = (1, 4, 16)


@dataclass(frozen=True, slots=True)
class Size:
    """How many different patients: asked one by one (by growth of the rules), and in cohorts."""

    one: Mapping[int, int]
    cohort: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Material:
    """Where the files are, and what they hold."""

    knowledge: Knowledge
    rules: Mapping[int, int]
    comparisons: Mapping[int, int]
    fields: int
    holds: float
    hangs: float

    def rules_file(self, times: int) -> str:
        """The translated rules."""
        return str(FOLDER / f"rules_{times}.json")

    def patients_file(self, times: int) -> str:
        """Patients with expected answers."""
        return str(FOLDER / f"patients_{times}.json")

    def cohort_folder(self, times: int) -> str:
        """Columns of the distinct patients of cohorts, and expected answers."""
        return str(FOLDER / f"cohort_{times}")


def material(size: Size) -> Material:
    """Make all files anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    knowledge = load_knowledge()
    facts = drawn_facts(knowledge, max(*size.one.values(), *size.cohort.values()))
    rules, comparisons, expected = {}, {}, []
    for times in GROWTH:
        larger = grown(knowledge, times)
        plain = translated(larger)
        (FOLDER / f"rules_{times}.json").write_text(json.dumps(plain), encoding="utf-8")
        rules[times], comparisons[times] = len(plain["rules"]), len(plain["comparisons"])
        read = [read_fields(one, plain["fields"]) for one in facts[: size.one[times]]]
        found = _write_patients(larger, read, FOLDER / f"patients_{times}.json")
        _write_cohort(larger, facts[: size.cohort[times]], plain["all_fields"], times)
        expected = expected or found
    holds, hangs = (float(np.mean([len(one[kind]) for one in expected])) for kind in ("holds", "open"))
    return Material(knowledge, rules, comparisons, len(plain["fields"]), holds, hangs)


def _write_patients(knowledge: Knowledge, facts: Sequence[Mapping[str, Any]], path: Path) -> list[dict[str, Any]]:
    found = answers(knowledge, facts)
    pairs = [{"facts": one, "expected": answer} for one, answer in zip(facts, found, strict=True)]
    path.write_text(json.dumps(pairs), encoding="utf-8")
    return found


def _write_cohort(
    knowledge: Knowledge, facts: Sequence[Mapping[str, Any]], fields: Sequence[Mapping[str, Any]], times: int
) -> None:
    folder = FOLDER / f"cohort_{times}"
    folder.mkdir(exist_ok=True)
    np.savez(folder / "columns.npz", **columns_of(facts, fields))
    holds, hangs = packed(knowledge, facts)
    count = sum(not rule.when_nothing_is_left for rule in knowledge.rules.values())
    np.savez(folder / f"expected_{times}.npz", holds=holds, open=hangs, rules=count)
