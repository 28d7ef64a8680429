"""What stands in the syringes: mixtures, doses against the engine's own limits, strengths, and too many parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from formulator.engine.amounts import Filled, Filling
from formulator.engine.compose import given_of
from formulator.engine.coverage import Coverage
from formulator.engine.delivery import Way, way_by
from formulator.engine.formulation import LimitCheck, Syringe
from formulator.engine.limits import component_checks, technique_checks
from formulator.engine.options import area_of
from formulator.engine.quantities import Quantity, is_unit, quantity
from formulator.engine.strengths import only_published, substances
from formulator.knowledge import Knowledge
from formulator.knowledge.items import TREATMENT
from formulator.knowledge.mixing import Mixing
from formulator.learn.commitment import Drawn
from formulator.learn.diagnosis.remark import Lesson, Remark
from formulator.learn.diagnosis.review import Review, backed, remark
from formulator.learn.diagnosis.words import joined, number_words, sentence

_SAFE = "compatible"
_STATE = {
    "incompatible": "they do not mix",
    "conflicting": "sources disagree whether they mix",
    "no_data": "nobody has published that they mix",
}
_ROUNDING = Decimal("1.001")
"""What rounding of a shown amount may add: an amount is passed on with four decimals."""


def unsafe_mixture(review: Review) -> Iterator[Remark]:
    """Components share a syringe without being known to mix, or a session that they must not share.

    One remark for each syringe, about its gravest pair; it names the others, and no pair is named twice.
    """
    said: set[tuple[str, str]] = set()
    for syringe in review.commitment.syringes:
        pairs = [review.knowledge.mixing.of(*pair) for pair in _pairs([syringe]) if pair not in said]
        unsafe = sorted((one for one in pairs if one.state != _SAFE), key=lambda one: _gravity(one, review))
        said.update(_pairs([syringe]))
        if unsafe:
            yield _about_syringe(unsafe, review)
    for pair in _pairs(review.commitment.syringes):
        known = review.knowledge.mixing.of(*pair)
        if pair not in said and known.apart == "session":
            yield _about_pair("unsafe_mixture", known, "in one session - they must be kept apart", review)


def _gravity(known: Mixing, review: Review) -> tuple[int, bool, bool, tuple[str, ...]]:
    """Sorting key: the state, whether they must be kept apart, and a pair that comes back in other patients first."""
    both_usable = all(review.usable(one) for one in known.pair)
    return list(_STATE).index(known.state), known.apart != "session", not both_usable, known.pair


def _about_syringe(unsafe: Sequence[Mixing], review: Review) -> Remark:
    gravest, *others = unsafe
    words = f"in one syringe - {_STATE[gravest.state]}"
    said = _about_pair("unsafe_mixture", gravest, words, review)
    if not others:
        return said
    count = f"{len(others)} more pairs" if len(others) > 1 else "another pair"
    text = sentence(f"{said.text} The same syringe holds {count} like it.", said.text)
    listed = (
        f"{_STATE[state].capitalize()}: {'; '.join(_pair_words(one, review) for one in others if one.state == state)}."
        for state in _STATE
        if any(one.state == state for one in others)
    )
    return replace(said, text=text, detail=joined(said.detail, *listed))


def _pair_words(known: Mixing, review: Review) -> str:
    first, second = (review.name(one) for one in known.pair)
    return f"{first} with {second}"


def mixture_safe(review: Review) -> Iterator[Remark]:
    """Two components that share a syringe are known to mix."""
    for pair in dict.fromkeys(pair for one in review.commitment.syringes for pair in _pairs([one])):
        known = review.knowledge.mixing.of(*pair)
        if known.state == _SAFE:
            yield _about_pair("mixture_safe", known, "may share a syringe", review)


def _pairs(syringes: Sequence[Sequence[Drawn]]) -> list[tuple[str, str]]:
    names = sorted({one.component for syringe in syringes for one in syringe})
    return [(one, other) for one, other in combinations(names, 2)]


def _about_pair(kind: str, known: Mixing, words: str, review: Review) -> Remark:
    pair = _pair_words(known, review)
    text = sentence(f"{pair} {words}.", f"{pair}.")
    lesson = Lesson("mixing", "+".join(known.pair))
    return backed(remark(kind, lesson, lesson.id, text), known.text, known.sources)


def dose_beyond_limit(review: Review) -> Iterator[Remark]:
    """A ceiling of the session is passed, or a strength that nobody has published is used."""
    for check in _limits(review):
        if check.within is False and check.value is not None and check.allowed is not None and _really(check):
            yield _beyond(check, review)
    for syringe in review.commitment.syringes:
        yield from _too_strong(syringe, review)


def _really(check: LimitCheck) -> bool:
    return Decimal(str(check.value)) > Decimal(str(check.allowed)) * _ROUNDING


def _beyond(check: LimitCheck, review: Review) -> Remark:
    name = check.component or _first(review)
    subject = review.name(check.component) if check.component else "All together"
    limit = "the largest published" if only_published(check.id) else "the limit"
    text = sentence(
        f"{subject}: {number_words(check.value)} {check.unit} in one session, above {limit}, "
        f"{number_words(check.allowed)} {check.unit}."
    )
    said = remark("dose_beyond_limit", Lesson("limit", name), check.component or TREATMENT, text)
    return backed(said, check.text, check.sources)


def _first(review: Review) -> str:
    return review.commitment.syringes[0][0].component


def dose_within_limit(review: Review) -> Iterator[Remark]:
    """A dose was given and keeps every ceiling of its component."""
    checks = [one for one in _limits(review) if one.component]
    for name in dict.fromkeys(one.component for one in checks):
        own = [one for one in checks if one.component == name]
        judged = [one for one in own if one.within is not None]
        if judged and all(one.within or not _really(one) for one in judged):
            limit = f"{number_words(judged[0].allowed)} {judged[0].unit}"
            text = sentence(f"{review.name(name)}: within the limit of {limit} in a session.")
            said = remark("dose_within_limit", Lesson("limit", name), name, text)
            yield backed(said, judged[0].text, judged[0].sources)


def _limits(review: Review) -> list[LimitCheck]:
    """The engine's own checks, of the components and of the techniques by which they would be given."""
    given = given_of(review.patient)
    filled = [one for syringe in review.commitment.syringes if syringe for one in _filled(syringe, review)]
    with_a_way = [one for one in filled if one.filling.components[0] in _ways(review)]
    knowledge = review.knowledge
    return [*component_checks(filled, given, knowledge), *technique_checks(with_a_way, knowledge)]


def _ways(review: Review) -> dict[str, Way]:
    return {one.id: one.way for one in review.candidates.options if one.way}


def _filled(syringe: Sequence[Drawn], review: Review) -> Iterator[Filled]:
    """A syringe of the trainee as the engine's limits read it; a component drawn twice counts twice."""
    names = tuple(dict.fromkeys(one.component for one in syringe))
    volume = _volume(syringe)
    area = area_of(review.patient)
    per_cm2 = volume / area if volume and area else None
    doses: dict[str, Quantity | None] = {}
    for one in syringe:
        for held, dose in _doses(one, volume, review.knowledge).items():
            before = doses.get(held)
            doses[held] = before + dose if before and dose and before.dimension == dose.dimension else dose
    way = _ways(review).get(names[0]) or way_by(next(iter(review.knowledge.techniques.values())), review.knowledge)
    yield Filled(Filling(names, way), Coverage(None, None, volume, per_cm2, ()), doses, _NO_SYRINGE)


_NO_SYRINGE = Syringe((), None, None, "", None, None)


def _volume(syringe: Sequence[Drawn]) -> Quantity | None:
    """What the syringe holds in all; None where the volume of something in it was not said."""
    volumes = [one.volume_ml for one in syringe]
    known = [one for one in volumes if one is not None]
    return quantity(sum(known, Decimal(0)), "mL") if known and len(known) == len(volumes) else None


def _doses(one: Drawn, volume: Quantity | None, knowledge: Knowledge) -> dict[str, Quantity | None]:
    """Everything that one part of a syringe doses: strength times its own volume, and what the product holds."""
    own = quantity(one.volume_ml, "mL") if one.volume_ml is not None else None
    strength = quantity(one.strength, one.unit) if one.strength is not None and is_unit(one.unit) else None
    found: dict[str, Quantity | None] = {}
    for held, content in substances(knowledge.components[one.component], knowledge).items():
        value = strength if held == one.component else content
        found[held] = own * value if own and value else None
    return found


def _too_strong(syringe: Sequence[Drawn], review: Review) -> Iterator[Remark]:
    """The strength in the syringe lies above every published one for the skin."""
    volume = _volume(syringe)
    for one in syringe:
        highest = strongest(one.component, one.unit, review.knowledge)
        if highest is None or one.strength is None:
            continue
        share = one.volume_ml / volume.base if volume and volume.base and one.volume_ml is not None else Decimal(1)
        if quantity(one.strength * share, one.unit).base > highest[0].base * _ROUNDING:
            most, given = float(highest[0].to(one.unit)), float(one.strength * share)
            text = sentence(
                f"{review.name(one.component)}: {number_words(given)} {one.unit} in the syringe; "
                f"the strongest published is {number_words(most)} {one.unit}."
            )
            lesson = Lesson("limit", one.component)
            yield backed(remark("dose_beyond_limit", lesson, one.component, text), highest[1], highest[2])


def strongest(name: str, unit: str, knowledge: Knowledge) -> tuple[Quantity, str, tuple[str, ...]] | None:
    """The highest published strength in units like this one, with its remark and sources; None where there is none."""
    if not is_unit(unit):
        return None
    dimension = quantity(1, unit).dimension
    lines = [
        (quantity(one.high, one.unit), one.text, one.sources)
        for one in knowledge.components[name].concentrations
        if one.high is not None and is_unit(one.unit)
    ]
    return max((one for one in lines if one[0].dimension == dimension), key=lambda one: one[0].base, default=None)


def too_many_parts(review: Review) -> Iterator[Remark]:
    """More actives in a syringe or a session than sources allow or than any of the best formulations holds; doubles."""
    drawn = [sorted({one.component for one in syringe} & set(review.chosen)) for syringe in review.commitment.syringes]
    actives = sorted({name for one in drawn for name in one} | _injected(review))
    composition = review.knowledge.composition
    fullest = max(drawn, key=len, default=[])
    if len(fullest) > composition.setting("actives_a_syringe"):
        yield _too_many("actives_a_syringe", "syringe", fullest, review)
    elif len(actives) > composition.setting("actives_a_session"):
        yield _too_many("actives_a_session", "session", actives, review)
    else:
        yield from _more_than_the_best(actives, review)
    for group in composition.one_of:
        both = [name for name in group.components if name in actives]
        if len(both) > 1:
            text = sentence(f"{review.name(both[0])} and {review.name(both[1])}: one of the two is enough.")
            said = remark("over_treatment", Lesson("component", both[1]), both[1], text)
            yield backed(said, group.why)


def _more_than_the_best(actives: Sequence[str], review: Review) -> Iterator[Remark]:
    """More actives that have their place here than any of the engine's best formulations holds."""
    devices = review.knowledge.members("devices")
    placed = [name for name in actives if review.usable(name) and not review.broken.get(name)]
    main = sum(review.parts[name].status == "recommended" for name in placed)
    most = max((len(set(one.components) - devices) for one in review.answer.formulations), default=len(placed))
    if len(placed) > max(most, main):
        weakest = max(placed, key=lambda name: (_place(name, review), name))
        text = sentence(f"{len(placed)} actives in one session: none of the best formulations holds more than {most}.")
        said = remark("over_treatment", Lesson("component", weakest), weakest, text)
        yield backed(said, review.answer.formulations[0].why)


def _injected(review: Review) -> set[str]:
    """What is chosen for the skin and is no device step."""
    return set(review.chosen) & review.knowledge.into_skin - review.knowledge.members("devices")


def _too_many(setting: str, where: str, names: Sequence[str], review: Review) -> Remark:
    limit = next(one for one in review.knowledge.composition.settings if one.id == setting)
    weakest = max(names, key=lambda name: (_place(name, review), name))
    text = sentence(f"{len(names)} actives in one {where}: sources support at most {limit.value:g}.")
    said = remark("over_treatment", Lesson("component", weakest), weakest, text)
    return backed(said, limit.why, limit.sources)


def _place(name: str, review: Review) -> int:
    order = [one.id for one in review.answer.components]
    return order.index(name)
