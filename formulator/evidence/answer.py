"""What the trials say about a component in an indication, at run time: plain Python over evidence.json.

An effect is what a new comparable trial would find over an inert control, in SDs: its average with the spread between
trials. Gains within one arm are never effects of treatment; they are listed apart under that name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from formulator.evidence.answer_words import natural_words, number, span_words
from formulator.evidence.spread import NormalMixture

Code = Literal["out_of_scope", "not_estimable", "too_little_evidence", "outside_studied_range", "estimated"]
LEVEL = 0.8
GRADES = ("very_low", "low", "moderate", "high")
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Natural:
    """The same interval in the unit that clinicians use, by the median SD of published trials."""

    effect: float
    low: float
    high: float
    unit: str
    sd: float
    trials: int


@dataclass(frozen=True, slots=True)
class Response:
    """What a comparable trial would find; numbers are None unless `code` is estimated.

    effect, low, high: prediction interval at `level`, in SDs; average_low, average_high: 95 % interval of the average
    over trials; own, own_low, own_high: that average without what any arm gains by being the tested one. `rows` are the
    controlled trials behind it. studies and patients count the trials of the cell.
    """

    component: str
    indication: str
    family: str
    code: Code
    reason: str
    sentence: str
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    average_low: float | None = None
    average_high: float | None = None
    own: float | None = None
    own_low: float | None = None
    own_high: float | None = None
    level: float = LEVEL
    scale: str = ""
    p_better_than_control: float | None = None
    studies: int = 0
    patients: int = 0
    certainty: str | None = None
    reasons: tuple[Mapping[str, Any], ...] = ()
    strength: Mapping[str, str] = field(default_factory=dict)
    natural: Natural | None = None
    rows: tuple[Mapping[str, Any], ...] = ()

    @property
    def estimable(self) -> bool:
        """Whether a number is given."""
        return self.code == "estimated"

    def contract(self) -> dict[str, Any]:
        """The fields of the contract, in its order, and the code of abstention."""
        names = ("effect", "low", "high", "level", "scale", "p_better_than_control", "studies", "patients", "certainty")
        rest = {name: getattr(self, name) for name in names}
        return {
            "estimable": self.estimable,
            "reason": self.reason,
            **rest,
            "code": self.code,
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class Joint:
    """Joint posterior of average effects in SDs: mean (n) and covariance (n, n) of `names`.

    The last name is `tested arm`: what any arm that authors test gains beside their control. The effect of a mixture is
    the sum of its components and of this, once.
    """

    names: tuple[str, ...]
    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]

    def total(self) -> tuple[float, float]:
        """Mean and variance of the effect of the mixture in a comparable trial, averaged over trials."""
        return sum(self.mean), sum(map(sum, self.covariance))

    def own(self) -> tuple[float, float]:
        """The same without what any tested arm gains: the sum of the components alone."""
        return sum(self.mean[:-1]), sum(sum(row[:-1]) for row in self.covariance[:-1])


class EvidenceModel:
    """Answers from one evidence.json; `version` names the data that it was trained on."""

    def __init__(self, document: Mapping[str, Any], version: str = "", sha256: str = "") -> None:
        """Raises KeyError where a part of the document is missing."""
        self.document, self.version, self.sha256 = document, version, sha256
        self._cells = {(cell["family"], cell["indication"]): cell for cell in document["cells"]}
        self._index = {name: number for number, name in enumerate(document["estimable"])}
        self._between = [(float(variance), float(weight)) for variance, weight in document["heterogeneity"]]
        self._families, self._main = document["families"], document["indications"]
        self._known, self._inert = frozenset(document["known_components"]), frozenset(document["inert"])
        self._rows: Sequence[Mapping[str, Any]] = document["rows"]

    @property
    def indications(self) -> tuple[str, ...]:
        """Indications that the model may be asked about."""
        return tuple(self._main)

    def main_family(self, indication: str) -> str | None:
        """The family of outcomes that answers first for an indication."""
        return self._main.get(indication)

    def families(self, indication: str) -> tuple[str, ...]:
        """Families with a controlled trial in an indication, the main one first."""
        with_trials = [f for (f, i), cell in self._cells.items() if i == indication and cell["components"]]
        return tuple(sorted(with_trials, key=lambda family: (family != self.main_family(indication), family)))

    def response(  # noqa: PLR0913
        self,
        component: str,
        indication: str,
        family: str | None = None,
        *,
        sex: str | None = None,
        age: float | None = None,
        sessions: float | None = None,
    ) -> Response:
        """What trials say about one component; family None takes the main one, or the one that has its trials.

        A patient's sex, age (years) or number of sessions outside what was studied gives no number.
        """
        chosen = family or self._family_with_trials(component, indication)
        abstained = self._abstains(component, indication, chosen)
        if abstained:
            return self._without(component, indication, chosen, *abstained)
        asked = {"sex": sex, "age": age, "sessions": sessions}
        outside = _outside(self._behind(component, indication, chosen)["studied"], asked)
        if outside:
            return self._without(component, indication, chosen, "outside_studied_range", outside)
        return self._estimated((component,), indication, chosen)

    def mixture(self, components: Sequence[str], indication: str, family: str | None = None) -> Response:
        """What trials say about components given together, if their effects add up; inert ones add nothing.

        Gives no number where one of them has none of its own in the same family.
        """
        active = tuple(dict.fromkeys(c for c in components if c not in self._inert))
        name = " + ".join(active) or " + ".join(components)
        if not active:
            return self._without(name, indication, self._main.get(indication, ""), "not_estimable", _INERT)
        chosen = family or self._family_with_trials(active[0], indication)
        for component in active:
            abstained = self._abstains(component, indication, chosen)
            if abstained:
                return self._without(name, indication, chosen, abstained[0], f"{component}: {abstained[1]}")
        return self._estimated(active, indication, chosen)

    def joint(self, components: Sequence[str], indication: str, family: str | None = None) -> Joint:
        """Joint posterior of the average effects of components, and of the tested arm, for mixtures.

        Raises KeyError where a component is not estimable or the indication is out of scope.
        """
        cell = self._cells[family or self._main[indication], indication]
        positions = [*(self._index[component] for component in components), len(self._index)]
        mean = tuple(float(cell["mean"][position]) for position in positions)
        covariance = tuple(tuple(_entry(cell["covariance"], a, b) for b in positions) for a in positions)
        return Joint((*components, "tested arm"), mean, covariance)

    def trials(self, component: str, indication: str, family: str | None = None) -> tuple[Mapping[str, Any], ...]:
        """Controlled trials of an indication whose arms differ in a component."""
        return tuple(
            row
            for row in self._rows
            if component in (*row["added"], *row["removed"])
            and indication in row["indications"]
            and family in (None, row["family"])
        )

    def within_arm(self, component: str, indication: str) -> tuple[Mapping[str, Any], ...]:
        """Gains within one arm, compared with nothing: control arms improve too, so these are no treatment effects."""
        rows = self.document["within_arm"]
        return tuple(r for r in rows if component in r["treatment"] and indication in r["indications"])

    def study(self, identifier: str) -> Mapping[str, Any]:
        """Title, authors, address, design and people of a study. Raises KeyError."""
        return self.document["studies"][identifier]

    def _family_with_trials(self, component: str, indication: str) -> str:
        main = self._main.get(indication, "")
        counts = {
            family: cell["components"][component]["studies"]
            for (family, where), cell in self._cells.items()
            if where == indication and component in cell["components"]
        }
        if not counts or main in counts:
            return main
        last = self.document["last_family"]
        return min(counts, key=lambda family: (family == last, -counts[family], family))

    def _behind(self, component: str, indication: str, family: str) -> Mapping[str, Any]:
        cell = self._cells.get((family, indication))
        return cell["components"].get(component, {}) if cell else {}

    def _abstains(self, component: str, indication: str, family: str) -> tuple[Code, str] | None:
        scopes = (("indication", indication, self._main), ("component", component, self._known))
        for word, asked, known in (*scopes, ("outcome family", family, self._families)):
            if asked not in known:
                return "out_of_scope", f"The model does not cover the {word} {asked}"
        return self._lacks_trials(component, indication, family)

    def _lacks_trials(self, component: str, indication: str, family: str) -> tuple[Code, str] | None:
        if component in self._inert:
            return "not_estimable", _INERT
        behind = self._behind(component, indication, family)
        if component not in self._index:
            return "not_estimable", _why_not_estimable(component, self._rows)
        if not behind:
            return "too_little_evidence", "No controlled trial of it in this indication with this outcome"
        if behind["studies"] < 2 and behind["certainty"] == GRADES[0]:
            return (
                "too_little_evidence",
                f"One controlled study of {behind['patients']:.0f} people, of very low certainty",
            )
        return None

    def _without(self, component: str, indication: str, family: str, code: Code, why: str) -> Response:
        behind = self._behind(component, indication, family)
        shown = self._families.get(family, {})
        return Response(
            component=component,
            indication=indication,
            family=family,
            code=code,
            reason=f"{code}: {why}.",
            sentence=f"No estimate. {why}.",
            scale=_scale(shown),
            studies=int(behind.get("studies", 0)),
            patients=round(behind.get("patients", 0)),
            certainty=behind.get("certainty"),
            reasons=tuple(behind.get("reasons", ())),
            rows=tuple(self._rows[number] for number in behind.get("rows", ())),
        )

    def _estimated(self, components: tuple[str, ...], indication: str, family: str) -> Response:
        joint = self.joint(components, indication, family)
        mean, variance = joint.total()
        spread = NormalMixture(mean, [(variance + between, weight) for between, weight in self._between])
        low, high = spread.interval(LEVEL)
        shown, parts = self._families[family], [self._behind(c, indication, family) for c in components]
        rows = [self._rows[n] for n in dict.fromkeys(n for part in parts for n in part["rows"])]
        natural = _natural(shown, mean, low, high)
        grade, reasons = _grade(components, parts, rows)
        people = {study: n for part in parts for study, n in part["people"].items()}
        studies, patients = len(people), round(sum(people.values()))
        average, own = _interval(mean, variance), joint.own()
        own_interval = _interval(*own)
        return Response(
            component=" + ".join(components),
            indication=indication,
            family=family,
            code="estimated",
            reason="",
            sentence=_sentence((low, high), own_interval, natural, people, grade),
            effect=number(mean),
            low=number(low),
            high=number(high),
            average_low=average[0],
            average_high=average[1],
            own=number(own[0]),
            own_low=own_interval[0],
            own_high=own_interval[1],
            scale=_scale(shown),
            p_better_than_control=number(spread.above(0.0)),
            studies=studies,
            patients=patients,
            certainty=grade,
            reasons=reasons,
            strength=parts[0]["strength"] if len(parts) == 1 else {},
            natural=natural,
            rows=tuple(rows),
        )


_INERT = "It is given as a control: its effect is zero by definition"


def _interval(mean: float, variance: float) -> tuple[float, float]:
    half = Z95 * variance**0.5
    return number(mean - half), number(mean + half)


def _entry(triangle: Sequence[Sequence[float]], first: int, second: int) -> float:
    return float(triangle[max(first, second)][min(first, second)])


def _why_not_estimable(component: str, rows: Sequence[Mapping[str, Any]]) -> str:
    if any(component in (*row["added"], *row["removed"]) for row in rows):
        return "No controlled trial isolates it from what was given with it"
    return "No controlled trial with a variance tests it"


def _outside(studied: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    """The first of the patient's facts that lies outside what was studied; empty where none does or none is known."""
    sexes = studied["sex"]
    if asked["sex"] and sexes and "both" not in sexes and asked["sex"] not in sexes:
        return f"Only {' and '.join(sexes)} patients were studied"
    for name in ("age", "sessions"):
        span = studied[name]
        if asked[name] is not None and span and span[0] < span[1] and not span[0] <= asked[name] <= span[1]:
            return f"{name.capitalize()} {asked[name]:g} lies outside what was studied ({span[0]:g} to {span[1]:g})"
    return ""


def _grade(
    components: Sequence[str], parts: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]
) -> tuple[str, tuple[Mapping[str, Any], ...]]:
    """The lowest grade of the parts; one lower where no trial gave just this mixture."""
    level = min(GRADES.index(part["certainty"]) for part in parts)
    reasons = [reason for part in parts for reason in part["reasons"]]
    if len(components) > 1 and not any(set(row["added"]) == set(components) for row in rows):
        level = max(level - 1, 0)
        why = "No trial gave just this mixture: the effects of its parts are taken to add up."
        reasons.append({"domain": "additivity", "levels": 1, "why": why})
    return GRADES[level], tuple(reasons)


def _natural(family: Mapping[str, Any], mean: float, low: float, high: float) -> Natural | None:
    sd = family["natural_sd"]
    if not sd:
        return None
    scaled = [number(sd * value) for value in (mean, low, high)]
    return Natural(scaled[0], scaled[1], scaled[2], family["natural_unit"], sd, family["natural_sd_trials"])


def _scale(family: Mapping[str, Any]) -> str:
    return f"SD of {family['name'].lower()}, positive is better" if family else ""


def _sentence(
    spread: tuple[float, float],
    own: tuple[float, float],
    natural: Natural | None,
    people: Mapping[str, float],
    grade: str,
) -> str:
    """The prediction in plain words, and how little of it may be due to what was given."""
    units = f", {natural_words(natural.low, natural.high, natural.unit)}" if natural else ""
    word = "study" if len(people) == 1 else "studies"
    start = f"In 8 of 10 comparable trials the gain over control would lie between {span_words(*spread)} SD{units}."
    share = f"What was given accounts for between {span_words(*own)} SD of the average; any tested arm gains the rest."
    behind = f"{len(people)} controlled {word} of {round(sum(people.values()))} people"
    return f"{start} {share} {behind}, {grade.replace('_', ' ')} certainty."
