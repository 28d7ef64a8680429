"""By which technique a component is brought in: its own usual one, then those of the indication."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from formulator.engine.answer import ComponentAnswer
from formulator.engine.patient import Patient
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Component, Technique

WITHOUT_SYRINGE_NEEDLE = frozenset(("microneedling", "electroporation", "jet_injector", "iontophoresis"))
"""Routes that a needle-averse patient may be offered (profile field needle_aversion)."""
EXCLUDED = ("contraindicated", "deferred")


@dataclass(frozen=True, slots=True)
class Way:
    """A technique, and the device that must be permitted for it (None: a needle and a syringe, or a jet)."""

    technique: Technique
    carrier: str | None


def way_by(technique: Technique, knowledge: Knowledge) -> Way:
    """The way that a technique is: carried by a device where its route is one."""
    return Way(technique, technique.route if technique.route in knowledge.members("devices") else None)


@dataclass(frozen=True, slots=True)
class Ways:
    """What limits the choice of a technique: site, needle aversion, devices that may be used."""

    patient: Patient
    devices: frozenset[str]
    site: str | None
    averse: bool
    preferred: str | None = None

    def of(self, component: Component) -> Way | None:
        """The preferred technique where it fits, else the first that does, or None."""
        fitting = list(self._fitting(component))
        preferred = (way for way in fitting if way.technique.id == self.preferred)
        return next(preferred, fitting[0] if fitting else None)

    def _fitting(self, component: Component) -> Iterator[Way]:
        for technique in self._in_order(component):
            way = way_by(technique, self.patient.knowledge)
            if self._fits(technique, component) and (way.carrier is None or way.carrier in self.devices):
                yield way

    def _fits(self, technique: Technique, component: Component) -> bool:
        by_route = technique.route in component.routes
        at_site = self.site is None or not technique.sites or self.site in technique.sites
        return by_route and at_site and (not self.averse or technique.route in WITHOUT_SYRINGE_NEEDLE)

    def _in_order(self, component: Component) -> Iterator[Technique]:
        """Each technique once: the component's and the indication's own, then the needle-free ones of the indication.

        Among equals injection comes before carriers, because doses were published for injection. A technique that
        nobody names for the component or the indication is never borrowed.
        """
        known = self.patient.knowledge.techniques
        protocol = self.patient.knowledge.protocols.get(str(self.patient.facts.get("indication")))
        own: Sequence[str] = (*component.techniques, *(protocol.technique if protocol else ()))
        needle_free = [one.technique for one in protocol.needle_free] if protocol else []
        seen: set[str] = set()
        for names in (own, needle_free):
            fresh = [name for name in dict.fromkeys(names) if name in known and name not in seen]
            seen.update(fresh)
            yield from sorted((known[name] for name in fresh), key=lambda one: one.route in WITHOUT_SYRINGE_NEEDLE)


def ways_for(
    patient: Patient, answers: Iterable[ComponentAnswer], averse: bool | None = None, site: bool = True
) -> Ways:
    """The limits of this patient; `averse` and `site` let a caller ask what lifting one would give."""
    permitted = (one.id for one in answers if one.status not in EXCLUDED and one.stocked)
    devices = patient.knowledge.members("devices").intersection(permitted)
    place = patient.facts.get("site") if site else None
    needle_free = patient.facts.get("needle_aversion") == "yes" if averse is None else averse
    return Ways(patient, devices, None if place is None else str(place), needle_free)
