"""Decision and statuses of one patient from the rules that hold and hang, without the words of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from formulator.engine.answer import MOVABLE
from formulator.engine.decide import decision_when_nothing_is_left
from formulator.engine.findings import Findings
from formulator.engine.patient import Patient
from formulator.engine.standing import NOTHING_SAID, Standing, said_by, status_of


@dataclass(frozen=True)
class Outlook:
    """The short answer to one patient: what `recommend` says about decision and statuses, and nothing else."""

    patient: Patient
    findings: Findings

    @cached_property
    def statuses(self) -> Mapping[str, str]:
        """The status of every component."""
        knowledge = self.patient.knowledge
        standings: dict[str, Standing] = dict.fromkeys(knowledge.components, NOTHING_SAID)
        for name in self.findings.holds:
            said = said_by(knowledge.rules[name])
            if said != NOTHING_SAID:
                for component in knowledge.components_of_rule[name]:
                    standings[component] |= said
        blocking = (name for name in self.findings.open if knowledge.rules[name].unknown == "block")
        blocked = {component for name in blocking for component in knowledge.components_of_rule[name]}
        return {name: status_of(standing, name in blocked) for name, standing in standings.items()}

    @cached_property
    def decision(self) -> str:
        """May we treat?"""
        knowledge = self.patient.knowledge
        decision = knowledge.decision_of(self.findings.holds, self.findings.open)
        left = decision != "treat" or any(self.statuses[name] in MOVABLE for name in knowledge.into_skin)
        return decision if left else decision_when_nothing_is_left(self.patient)
