"""Expected against observed: what comparable trials find for what was given, beside the change that was measured.

Expected is the average gain over a control that a comparable trial would find in 8 of 10 cases. Observed is the change
of one patient since before, which holds also what would have happened anyway, and single patients vary far more than
averages. So a value outside the interval is no mistake of anybody, and one inside proves nothing: many are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Literal

from formulator.consultations.measures import Measure, measures
from formulator.consultations.records import Consultation, Kept, Outcome
from formulator.evidence.answer import EvidenceModel, Response
from formulator.knowledge import Knowledge

HONEST = (
    "Expected is what a comparable trial would find on average over a control, not a promise. Observed is the whole "
    "change of one patient, with what would have happened anyway; patients vary far more than averages of trials."
)
NOTHING_GIVEN = "Nothing is recorded as given."
Position = Literal["below", "inside", "above"]
POSITION_WORDS: dict[Position, str] = {
    "below": "below what trials average",
    "inside": "inside what trials average",
    "above": "above what trials average",
}


@dataclass(frozen=True, slots=True)
class Expected:
    """The interval in which averages of comparable trials lie, in `unit`; no numbers where `reason` says why.

    `is_comparable` where the unit is that of the measure; `basis` says which model was asked about what.
    """

    basis: str
    reason: str = ""
    low: float | None = None
    high: float | None = None
    unit: str = ""
    is_comparable: bool = False
    certainty: str = ""


@dataclass(frozen=True, slots=True)
class Observed:
    """The change of one patient on one measure: value and day before, value and day of the latest reassessment."""

    consultation: Consultation
    measure: Measure
    before: float
    before_day: str
    after: float
    after_day: str
    expected: Expected

    @property
    def gain(self) -> float:
        """The change, positive where it is one for the better."""
        return self.measure.gain(self.before, self.after)

    @property
    def position(self) -> Position | None:
        """Where the change lies beside the interval; None where they cannot be compared."""
        low, high = self.expected.low, self.expected.high
        if not self.expected.is_comparable or low is None or high is None:
            return None
        return "below" if self.gain < low else "above" if self.gain > high else "inside"


def observed(kept: Kept, knowledge: Knowledge, model: EvidenceModel | None) -> tuple[Observed, ...]:
    """Each measure of a consultation that has a value before and one after, with what was to be expected."""
    found = []
    known = measures(knowledge)
    for name in dict.fromkeys(one.scale for one in kept.outcomes):
        if name not in known:
            continue
        values = [(one.day, float(one.value)) for one in kept.outcomes if one.scale == name]
        start = _start(kept, name)
        last_day, last = values[-1]
        if start is None or last_day <= start[0]:
            continue
        expected = expected_of(kept, known[name], model)
        found.append(Observed(kept.consultation, known[name], start[1], start[0], last, last_day, expected))
    return tuple(found)


def _start(kept: Kept, scale: str) -> tuple[str, float] | None:
    """Day and value before anything was given: the last one measured by then, or the grade of the consultation."""
    first = min((one.day for one in kept.given), default=kept.consultation.date)
    before = [one for one in kept.outcomes if one.scale == scale and one.day <= first]
    if before:
        return before[-1].day, float(before[-1].value)
    profile: Mapping[str, Any] = kept.document["profile"]
    severity = profile.get("severity")
    if profile.get("severity_scale") != scale or not isinstance(severity, int | float):
        return None
    return kept.consultation.date, float(severity)


def lacking_words(kept: Kept, outcomes: Sequence[Outcome], knowledge: Knowledge) -> str:
    """Why there is nothing to set side by side yet; empty where there is."""
    if not outcomes:
        return "No outcome is recorded yet."
    if not observed(kept, knowledge, None):
        return "A change needs a value before the first session and a later one on the same scale."
    return ""


def expected_of(kept: Kept, measure: Measure, model: EvidenceModel | None) -> Expected:
    """What comparable trials find for all components that were given, on this measure if they used it."""
    components = tuple(dict.fromkeys(one.component for given in kept.given for one in given.components))
    if not components:
        return Expected("", NOTHING_GIVEN)
    then = kept.consultation
    same = model is not None and model.sha256 == then.model_sha256
    if not same and len(components) == 1 and then.model_sha256:
        return _as_kept(kept, components[0], measure)
    if model is None:
        return Expected("", "There is no model.")
    basis = "the model of that day" if same else "today's model, not that of the day"
    if not then.indication:
        return Expected(basis, "No indication was in scope.")
    return _from_response(_asked(model, components, kept, measure), basis, measure)


def _asked(model: EvidenceModel, components: tuple[str, ...], kept: Kept, measure: Measure) -> Response:
    """The model's answer in the family of the measure where it has trials; who was not studied gets no number."""
    indication, profile = kept.consultation.indication, kept.document["profile"]
    family = measure.family if measure.family in model.families(indication) else None
    alone = [
        model.response(one, indication, family, sex=profile.get("sex"), age=profile.get("age")) for one in components
    ]
    if len(alone) == 1:
        return alone[0]
    outside = next((one for one in alone if one.code == "outside_studied_range"), None)
    return outside or model.mixture(components, indication, family)


def _from_response(found: Response, basis: str, measure: Measure) -> Expected:
    if not found.estimable:
        return Expected(basis, found.sentence)
    natural = (found.natural.low, found.natural.high, found.natural.unit) if found.natural else None
    return _interval(basis, (found.low, found.high), natural, found.family, found.certainty, measure)


def _as_kept(kept: Kept, component: str, measure: Measure) -> Expected:
    """The estimate of one component as it stood in the answer."""
    basis = "the model of that day, as its answer says"
    answers = (one for one in kept.document["components"] if one["id"] == component)
    response = next(answers, {}).get("response") or {}
    if not response.get("estimable"):
        return Expected(basis, response.get("sentence") or response.get("reason") or "The answer does not know it.")
    one = response.get("natural")
    natural = (one["low"], one["high"], one["unit"]) if one else None
    spread = (response["low"], response["high"])
    return _interval(basis, spread, natural, response.get("family", ""), response.get("certainty"), measure)


def _interval(  # noqa: PLR0913 - one response from two places
    basis: str,
    spread: tuple[float | None, float | None],
    natural: tuple[float, float, str] | None,
    family: str,
    certainty: str | None,
    measure: Measure,
) -> Expected:
    """In the unit of the measure where trials of its family have one, else in SDs, which no patient's change is in."""
    low, high = natural[:2] if natural else spread
    unit = natural[2] if natural else "SD"
    same = natural is not None and family == measure.family and unit == measure.unit
    return Expected(basis, "", low, high, unit, same, certainty or "")


@dataclass(frozen=True, slots=True)
class Together:
    """All comparable changes in one unit: their number, their average, and where they lie."""

    measure: Measure
    number: int
    average: float
    positions: Mapping[Position, int]


def together(found: Iterable[Observed]) -> tuple[Together, ...]:
    """The comparable changes by measure."""
    groups: dict[str, list[Observed]] = {}
    for one in found:
        if one.position is not None:
            groups.setdefault(one.measure.id, []).append(one)
    return tuple(
        Together(
            measure=ones[0].measure,
            number=len(ones),
            average=round(fmean(one.gain for one in ones), 2) + 0.0,
            positions={name: sum(one.position == name for one in ones) for name in POSITION_WORDS},
        )
        for ones in groups.values()
    )
