"""Who was studied, and whether this patient resembles them: sex, age, phototype, region of the controlled trials.

There are three answers about a patient: like those studied, unlike them, not reported. What trials do not report never
counts as like the patient, and what is not known about the patient yields no answer at all. People are those enrolled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from formulator.engine.answer import USABLE, Recommendation
from formulator.evidence.answer import EvidenceModel

Verdict = Literal["like", "unlike", "not_reported"]
VERDICT_WORDS: dict[Verdict, str] = {
    "like": "like those studied",
    "unlike": "unlike those studied",
    "not_reported": "not reported",
}
NOBODY = "No controlled trial stands behind this here: nobody was studied."
WHAT_REGION_IS = "Region is where trials took place and where this patient is treated; it says nothing about descent."
_MEMBERS = {"male": ("men", "a man"), "female": ("women", "a woman")}
_SEX_ROWS = {
    "male": "Men only",
    "female": "Women only",
    "both": "Both, numbers of each not on file",
    "": "Not reported",
}
_ROMAN = ("I", "II", "III", "IV", "V", "VI")
_MOST_COUNTRIES = 3

Study = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trait:
    """A trait: in how many trials it is reported, who was studied, the answer about the patient (None: unknown)."""

    name: str
    reported: int
    studied: str
    verdict: Verdict | None
    patient: str


@dataclass(frozen=True, slots=True)
class Studied:
    """Controlled trials, the people whom they enrolled, by sex as (words, trials, people), and each trait."""

    trials: int
    people: int
    sexes: tuple[tuple[str, int, int], ...]
    traits: tuple[Trait, ...]

    def trait(self, name: str) -> Trait:
        """A trait by its name; raises KeyError."""
        return {one.name: one for one in self.traits}[name]


def studied(rows: Iterable[Mapping[str, Any]], model: EvidenceModel, profile: Mapping[str, Any]) -> Studied:
    """Who took part in the trials behind some rows of the model's document, each trial counted once.

    `profile` may lack any of sex, age (years), phototype (1 to 6) and jurisdiction (code).
    """
    studies = [model.study(name) for name in sorted({row["study"] for row in rows})]
    regions = model.document.get("regions", {})
    judged = (_sex, _age, _phototype, _judge_region(regions))
    traits = tuple(judge(studies, profile) for judge in judged) if studies else ()
    return Studied(len(studies), sum(map(_enrolled, studies)), tuple(_sexes(studies)), traits)


def studied_of_component(answer: Recommendation, component: str, model: EvidenceModel | None) -> Studied | None:
    """Who was studied with a component for the indication of an answer; None without a model or an indication."""
    if model is None or answer.indication is None:
        return None
    return studied(model.response(component, answer.indication).rows, model, answer.profile)


def studied_in_answer(answer: Recommendation, model: EvidenceModel | None) -> Studied | None:
    """Who was studied with anything that the answer would use; None without a model or an indication."""
    if model is None or answer.indication is None:
        return None
    used = [one.id for one in answer.components if one.status in USABLE]
    rows = [row for name in used for row in model.response(name, answer.indication).rows]
    return studied(rows, model, answer.profile)


def _enrolled(study: Study) -> int:
    return round(float(study.get("n_total") or 0))


def _sexes(studies: Sequence[Study]) -> Iterable[tuple[str, int, int]]:
    for word, label in _SEX_ROWS.items():
        group = [one for one in studies if one.get("sex", "") == word]
        if group:
            yield label, len(group), sum(map(_enrolled, group))


def _of(part: int, whole: int) -> str:
    """How many of how many trials, as the start of a sentence."""
    if part == whole:
        return {1: "The only trial", 2: "Both trials"}.get(whole, f"All {whole} trials")
    return f"{part or 'None'} of {whole} trials"


def _known(profile: Mapping[str, Any], field: str, kind: type) -> Any:
    value = profile.get(field)
    return value if isinstance(value, kind) and value != "unknown" else None


def _sex(studies: Sequence[Study], profile: Mapping[str, Any]) -> Trait:
    found = [str(one["sex"]) for one in studies if one.get("sex")]
    counts, total = Counter(found), len(studies)
    parts = [f"{counts[sex]} in {word}" for sex, (word, _) in _MEMBERS.items() if counts[sex]]
    parts += [f"{counts['both']} in both sexes"] if counts["both"] else []
    text = f"{_list(parts, total - len(found), 'did not report it')}." if parts else "not reported."
    sex = _known(profile, "sex", str)
    verdict, sentence = _sex_verdict(sex, counts, total) if sex in _MEMBERS else (None, "")
    return Trait("sex", len(found), f"Sex: {text}", verdict, sentence)


def _sex_verdict(sex: str, counts: Mapping[str, int], total: int) -> tuple[Verdict, str]:
    many, one = _MEMBERS[sex]
    reported, included = sum(counts.values()), counts.get(sex, 0) + counts.get("both", 0)
    if not reported:
        return "not_reported", f"No trial reports the sex of its people; this patient is {one}."
    if included:
        return "like", f"{_of(included, total)} report{_s(included)} that {many} took part; this patient is {one}."
    other = next(word for name, (word, _) in _MEMBERS.items() if name != sex)
    if reported == total:
        return "unlike", f"{_of(total, total)} {_were(total)} in {other}; this patient is {one}."
    rest = f"{total - reported} do{'es' if total - reported == 1 else ''} not report it"
    return "unlike", f"{_of(reported, total)} {_were(reported)} in {other}, {rest}; this patient is {one}."


def _s(count: int) -> str:
    return "s" if count == 1 else ""


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _list(parts: Sequence[str], silent: int, words: str) -> str:
    return ", ".join([*parts, *([f"{silent} {words}"] if silent else [])])


def _age(studies: Sequence[Study], profile: Mapping[str, Any]) -> Trait:
    found = [_numbers(one, "age_min", "age_max", "age_mean") for one in studies]
    ranges = [_numbers(one, "age_min", "age_max") for one in studies if one.get("age_min") and one.get("age_max")]
    reported, span = sum(map(bool, found)), _span(found)
    known = _reported("Age", _age_words(span, ranged=bool(ranges)), span, reported, len(studies))
    age = _known(profile, "age", int)
    if age is None:
        return Trait("age", reported, known, None, "")
    if not reported:
        return Trait(
            "age", 0, known, "not_reported", f"No trial reports the ages of its people; this patient is {age}."
        )
    verdict = _age_verdict(age, span, ranges)
    words = {
        "like": f"People of {age}, as this patient is, were inside the ages of a trial.",
        "unlike": f"This patient of {age} is outside all ages on file.",
        "not_reported": f"The ages on file do not tell whether people of {age}, as this patient is, took part.",
    }
    return Trait("age", reported, known, verdict, words[verdict])


def _age_words(span: tuple[float, float] | None, *, ranged: bool) -> str:
    if span and span[0] == span[1]:
        return "Age: one figure, {low:g} years"
    return "Age: {low:g} to {high:g} years" if ranged else "Age: no range, figures of {low:g} to {high:g} years"


def _age_verdict(age: int, span: tuple[float, float] | None, ranges: Iterable[Sequence[float]]) -> Verdict:
    """Inside a printed range: like. Outside all figures (at least two): unlike, as for the model's own number."""
    if any(low <= age <= high for low, high in ranges):
        return "like"
    outside = span is not None and span[0] < span[1] and not span[0] <= age <= span[1]
    return "unlike" if outside else "not_reported"


def _numbers(study: Study, *columns: str) -> list[float]:
    return [float(study[column]) for column in columns if study.get(column)]


def _span(groups: Sequence[Sequence[float]]) -> tuple[float, float] | None:
    every = [value for group in groups for value in group]
    return (min(every), max(every)) if every else None


def _reported(name: str, text: str, span: tuple[float, float] | None, reported: int, total: int) -> str:
    """Who was studied by a trait with a lowest and a highest value, and in how many trials that is reported."""
    if span is None:
        return f"{name}: reported in none of {total} trial{'' if total == 1 else 's'}."
    return f"{text.format(low=span[0], high=span[1])}, reported in {reported} of {total} trials."


def _phototype(studies: Sequence[Study], profile: Mapping[str, Any]) -> Trait:
    ranges = [one["phototype"] for one in studies if one.get("phototype")]
    span = _span(ranges)
    text = f"Phototype: {_ROMAN[int(span[0]) - 1]} to {_ROMAN[int(span[1]) - 1]}" if span else ""
    known = _reported("Phototype", text, span, len(ranges), len(studies))
    phototype = _known(profile, "phototype", int)
    if phototype is None:
        return Trait("phototype", len(ranges), known, None, "")
    roman = _ROMAN[phototype - 1]
    inside = sum(low <= phototype <= high for low, high in ranges)
    if not ranges:
        return Trait(
            "phototype", 0, known, "not_reported", f"This patient has phototype {roman}; no trial says its own."
        )
    verdict: Verdict = "like" if inside else "unlike"
    words = f"{inside or 'None'} of {len(ranges)} with a phototype on file included {roman}, as this patient has."
    return Trait("phototype", len(ranges), known, verdict, words)


def _judge_region(regions: Mapping[str, Sequence[str]]) -> Callable[[Sequence[Study], Mapping[str, Any]], Trait]:
    """The judge of regions; `regions` has the codes of jurisdictions in each."""

    def judge(studies: Sequence[Study], profile: Mapping[str, Any]) -> Trait:
        named = [one for one in studies if one.get("regions")]
        total = len(studies)
        counts = Counter(str(one["country"]) for one in named if one.get("country"))
        text = _countries(counts, total - len(named)) if counts else f"named in none of {total} trials."
        code = _known(profile, "jurisdiction", str)
        home = next((name for name, codes in regions.items() if code in codes), None)
        verdict, sentence = _region_verdict(home, named) if home else (None, "")
        return Trait("region", len(named), f"Country: {text}", verdict, sentence)

    return judge


def _countries(counts: Mapping[str, int], silent: int) -> str:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    parts = [f"{name} {count}" for name, count in ordered[:_MOST_COUNTRIES]]
    more = sum(count for _, count in ordered[_MOST_COUNTRIES:])
    return f"{_list([*parts, *([f'elsewhere {more}'] if more else [])], silent, 'did not name one')}."


def _region_verdict(home: str, named: Sequence[Study]) -> tuple[Verdict, str]:
    if not named:
        return "not_reported", f"No trial names its country; this patient is treated in {home}."
    inside = sum(home in one["regions"] for one in named)
    start = f"{inside or 'None'} of {len(named)} with a country on file {_were(inside or 1)} in {home}"
    return ("like" if inside else "unlike"), f"{start}, where this patient is treated."


def headline(found: Studied) -> str:
    """How many trials and people."""
    if not found.trials:
        return NOBODY
    return f"{found.trials} controlled trial{'' if found.trials == 1 else 's'}, {found.people} people enrolled."


def unlike_lines(found: Studied | None) -> tuple[str, ...]:
    """Only where this patient is unlike those studied."""
    return tuple(one.patient for one in found.traits if one.verdict == "unlike") if found else ()


def studied_lines(found: Studied) -> tuple[str, ...]:
    """Every sentence, who was studied before what that means for this patient."""
    pairs = ((one.studied, one.patient) for one in found.traits)
    return (headline(found), *(text for pair in pairs for text in pair if text))


def studied_mapping(found: Studied | None) -> dict[str, Any] | None:
    """The whole as plain values."""
    return asdict(found) if found else None
