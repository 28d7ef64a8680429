"""The worked cases of clinicians (tests/spec), as they are asked again of a faulty knowledge base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from formulator.engine import recommend
from formulator.engine.answer import Argument, ComponentAnswer, Recommendation
from formulator.engine.assess import assess
from formulator.engine.decide import decide
from formulator.engine.estimate import NO_MODEL
from formulator.engine.findings import Findings
from formulator.knowledge import Knowledge
from formulator.paths import data_directory
from formulator.profile import Profile, profile_from_mapping
from formulator.proof.expectations import CHECKS
from formulator.proof.outlook import Outlook
from formulator.strict_yaml import read_yaml

DEFAULT_DAY = date(2026, 11, 25)
SHORT = ("decision", "status", "usable", "not_usable")
ARGUED = ("argued", "cautioned")
"""What can be read without a whole answer: decision and statuses, and arguments."""


@dataclass(frozen=True)
class WorkedCase:
    """One sentence of a clinician: a patient, a day, and what the answer must contain."""

    sentence: str
    profile: Profile
    day: date
    expect: Mapping[str, Any]


def load_cases(folder: Path | None = None, data: Path | None = None) -> tuple[WorkedCase, ...]:
    """Every case of a folder of worked cases; none where it is not there, as in an installed program.

    Raises FaultsFound where a case holds no valid profile.
    """
    root = data or data_directory()
    files = sorted((folder or root.parent / "tests" / "spec").glob("*.yaml"))
    return tuple(_case(case, path.name, root) for path in files for case in _plain(path))


def _plain(path: Path) -> Any:
    return read_yaml(path.read_text(encoding="utf-8"), path.name).plain()


def _case(case: Mapping[str, Any], file: str, data: Path) -> WorkedCase:
    base = _plain(data / "examples" / f"{case['from']}.yaml")["profile"] if "from" in case else {}
    profile = profile_from_mapping({**base, **(case.get("profile") or {})}, file)
    day = date.fromisoformat(case["date"]) if "date" in case else DEFAULT_DAY
    return WorkedCase(case["case"], profile, day, case["expect"])


@dataclass(frozen=True)
class ShortAnswer:
    """The parts of a recommendation that short expectations and statements read, each made when it is asked for."""

    outlook: Outlook

    @property
    def decision(self) -> str:
        """May we treat?"""
        return self.outlook.decision

    @cached_property
    def components(self) -> tuple[ComponentAnswer, ...]:
        """Every component with its status alone."""
        return tuple(self.component(name) for name in self.outlook.statuses)

    def component(self, name: str) -> ComponentAnswer:
        """A component with its status alone."""
        return ComponentAnswer(name, self.outlook.statuses[name], (), (), (), NO_MODEL, stocked=True)


@dataclass(frozen=True)
class ArguedAnswer(ShortAnswer):
    """The same with the arguments of the engine."""

    @cached_property
    def decision_arguments(self) -> tuple[Argument, ...]:
        """Why it is decided so."""
        light = ShortAnswer(self.outlook).components
        return decide(self.outlook.findings, light, self.outlook.patient).arguments

    @cached_property
    def _judged(self) -> dict[str, ComponentAnswer]:
        return {}

    def component(self, name: str) -> ComponentAnswer:
        """A component as the engine judges it; only rules about it are read, as nothing else speaks about it."""
        if name not in self._judged:
            about = self.outlook.patient.knowledge.component_set_of_rule
            found = self.outlook.findings

            def kept(rules: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
                return {rule: fields for rule, fields in rules.items() if name in about[rule]}

            findings = Findings(kept(found.holds), kept(found.open))
            knowledge = self.outlook.patient.knowledge
            only = replace(knowledge, components=MappingProxyType({name: knowledge.components[name]}))
            vars(only).update(_subjects_alone(findings, name, knowledge))
            (self._judged[name],) = assess(findings, replace(self.outlook.patient, knowledge=only))
        return self._judged[name]


def _subjects_alone(findings: Findings, name: str, knowledge: Knowledge) -> dict[str, Any]:
    rules = (*findings.holds, *findings.open)
    subjects = {rule: tuple(pair for pair in knowledge.subjects_of_rule[rule] if pair[0] == name) for rule in rules}
    return {"subjects_of_rule": subjects, "components_of_rule": dict.fromkeys(rules, (name,))}


def problems(case: WorkedCase, answer: Any, keys: tuple[str, ...] | None = None) -> Iterator[str]:
    """What of a case an answer does not meet; only these keys of it, if given. Explanations are not looked at."""
    for key, wanted in case.expect.items():
        if key in (CHECKS if keys is None else keys):
            yield from CHECKS[key](answer, wanted)


def whole_answer(case: WorkedCase, knowledge: Knowledge) -> Recommendation:
    """The engine's whole answer to a case, by the rules alone."""
    return recommend(case.profile, knowledge, case.day)
