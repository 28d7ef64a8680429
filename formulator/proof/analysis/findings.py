"""What a check finds: which items, where they stand, in clinical words, with a patient who shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from formulator.faults import Fault, Place
from formulator.proof.analysis.ground import Ground
from formulator.proof.seen import Seen

Severity = Literal["severe", "moderate", "minor"]
"""severe: a patient may be harmed or left without an answer; moderate: advice is lost; minor: something idle."""


@dataclass(frozen=True)
class Finding:
    """One found item. `witness` is a loadable profile; None where the fault is that there is no such patient.

    `shows` reads the engine's answer to the witness: whether it really is as the sentence says.
    """

    check: str
    items: tuple[str, ...]
    place: Place
    sentence: str
    severity: Severity
    witness: Mapping[str, Any] | None = field(default=None, compare=False)
    shows: Callable[[Seen], bool] = field(default=lambda _: True, compare=False, repr=False)

    @property
    def key(self) -> str:
        """What an acceptance calls this finding: the items, one space between them."""
        return " ".join(self.items)

    def fault(self) -> Fault:
        """The finding as any other fault, with its file and line."""
        return Fault(self.place, self.check, self.sentence, advice="Mend it, or accept it in data/acceptances.yaml.")


@dataclass(frozen=True)
class Check:
    """One kind of fault: its name, what is promised where nothing is found, and the search."""

    name: str
    sentence: str
    find: Callable[[Ground], Iterator[Finding]]
