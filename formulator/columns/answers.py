"""What the rules answer about many patients: kept as words of bits, made into numbers and lists when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from formulator.columns.compiled import Compiled, Places

Words = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.uint8]
Truths = npt.NDArray[np.bool_]

NO_INDICATION = 0


@dataclass(frozen=True)
class CohortAnswers:
    """The answers for `count` patients; bit k of word w of a row speaks about patient 64 w + k.

    Everything that does not depend on calendar and composition: what the engine says of the same patients one by one.
    Where the rows were written into a buffer of the caller, they are valid until it is used again; what was made from
    them (decision, statuses, lists) stays.
    """

    compiled: Compiled
    count: int
    results: Words

    @cached_property
    def decision(self) -> Codes:
        """For each patient, the place of the decision in `GRAVEST_FIRST`."""
        return self._codes(self.compiled.decision)

    @cached_property
    def statuses(self) -> Codes:
        """For each component (in the order of the knowledge) and patient, the place of the status in `STATUSES`."""
        return np.array([self._codes(places) for places in self.compiled.statuses])

    @cached_property
    def indication(self) -> Codes:
        """For each patient, NO_INDICATION or one more than the place of the indication in the knowledge."""
        found = np.full(self.count, NO_INDICATION, dtype=np.uint8)
        for place, row in enumerate(self.compiled.indications, start=1):
            found[self._truths(row)] = place
        return found

    def status_of(self, component: str) -> Codes:
        """For each patient, the place of one component's status in `STATUSES`."""
        return self._codes(self.compiled.statuses[list(self.compiled.knowledge.components).index(component)])

    @property
    def certain(self) -> Words:
        """Rules that hold: one row for each of `compiled.rules`; a copy, as rules with one condition share a row."""
        return self.results[self.compiled.certain]

    @property
    def open(self) -> Words:
        """Rules that hang on something unknown, likewise."""
        return self.results[self.compiled.open]

    @property
    def wanted(self) -> Words:
        """Input fields that may be worth asking: one row for each of `compiled.asked`."""
        return self.results[self.compiled.wanted]

    def holds(self, rule: str) -> Truths:
        """For each patient, whether a rule holds."""
        return self._truths(self.compiled.certain[self._place_of_rule[rule]])

    def hangs(self, rule: str) -> Truths:
        """For each patient, whether a rule hangs on something unknown."""
        return self._truths(self.compiled.open[self._place_of_rule[rule]])

    def rules_holding(self, patient: int) -> tuple[str, ...]:
        """The rules that hold for one patient, in the order of the knowledge."""
        return self._named(self.compiled.rules, self.compiled.certain, patient)

    def rules_open(self, patient: int) -> tuple[str, ...]:
        """The rules that hang on something unknown for one patient."""
        return self._named(self.compiled.rules, self.compiled.open, patient)

    def fields_wanted(self, patient: int) -> tuple[str, ...]:
        """The fields that may be worth asking one patient: the engine's questions are among them."""
        return self._named(self.compiled.asked, self.compiled.wanted, patient)

    def how_many(self, places: Places) -> npt.NDArray[np.int64]:
        """For each of these rows (`compiled.certain`, `open`, `wanted`), the number of patients in it."""
        each = np.bitwise_count(self.results).sum(axis=1, dtype=np.int64)
        return each[places]

    @cached_property
    def _place_of_rule(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.compiled.rules)}

    def _named(self, names: tuple[str, ...], places: Places, patient: int) -> tuple[str, ...]:
        column = self.results[:, patient // 64] >> np.uint64(patient % 64) & np.uint64(1)
        return tuple(names[place] for place in np.flatnonzero(column[places]))

    def _truths(self, row: int) -> Truths:
        return np.unpackbits(self.results[row].view(np.uint8), count=self.count, bitorder="little").view(np.bool_)

    def _codes(self, places: Places) -> Codes:
        """The number whose bits these rows are."""
        found = self._truths(places[0]).view(np.uint8)
        for bit, place in enumerate(places[1:], start=1):
            found |= self._truths(place).view(np.uint8) << np.uint8(bit)
        return found
