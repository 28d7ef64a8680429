"""Values that no patient can have together (data/profile/impossible.csv, scales.csv, choices.csv, the calendar)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from formulator.profile.fields import Catalogue
from formulator.profile.profile import Value

Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Clash:
    """One impossible combination: the field to blame, all fields that take part, and what is wrong."""

    field: str
    fields: frozenset[str]
    problem: str
    allowed: str = ""


def clashes(values: Values, catalogue: Catalogue) -> list[Clash]:
    """Every impossible combination among valid values by field name."""
    found = [
        Clash(
            pair.other_field,
            frozenset((pair.field, pair.other_field)),
            f"{pair.other_field}: {pair.other_value} with {pair.field}: {pair.value}: {pair.reason}",
        )
        for pair in catalogue.impossible
        if values.get(pair.field) == pair.value and values.get(pair.other_field) == pair.other_value
    ]
    return [*found, *_wrong_domain(values, catalogue), *_wrong_scale(values, catalogue), *_wrong_dates(values)]


def _wrong_domain(values: Values, catalogue: Catalogue) -> Iterator[Clash]:
    domain, concern = values.get("domain"), values.get("concern")
    domains = catalogue.concern_domains.get(str(concern))
    if domain is not None and domains is not None and domain not in domains:
        problem = f"{concern} is not a concern of the domain {domain}"
        yield Clash("domain", frozenset(("domain", "concern")), problem, " or ".join(sorted(domains)))


def _wrong_scale(values: Values, catalogue: Catalogue) -> Iterator[Clash]:
    scale = catalogue.scales.get(str(values.get("severity_scale")))
    severity, concern = values.get("severity"), values.get("concern")
    if scale is None:
        return
    if isinstance(severity, float) and not scale.low <= severity <= scale.high:
        problem = f"{severity:g} on the scale {scale.name}"
        yield Clash("severity", frozenset(("severity", "severity_scale")), problem, f"{scale.low:g} to {scale.high:g}")
    if scale.concerns and concern is not None and concern not in scale.concerns:
        fields = frozenset(("severity_scale", "concern"))
        yield Clash("severity_scale", fields, f"{scale.name} does not grade {concern}")


def _wrong_dates(values: Values) -> Iterator[Clash]:
    start, event = values.get("start_date"), values.get("event_date")
    if isinstance(start, date) and isinstance(event, date) and event <= start:
        problem = f"the event on {event} is not after the start on {start}"
        yield Clash("event_date", frozenset(("event_date", "start_date")), problem)
