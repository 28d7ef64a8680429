"""Random small knowledge bases, and a composer that only counts: nothing of the engine's ranking is used in it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import sqrt
from statistics import NormalDist
from typing import Any

from formulator.engine.answer import Argument, ComponentAnswer, Response
from formulator.engine.effect import JointEffect
from formulator.engine.options import Option
from formulator.engine.patient import Patient
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Amount, Component, MixingFact
from formulator.profile import profile_from_mapping

DAY = date(2026, 11, 25)
NAMES = ("prp", "prf", "minoxidil", "dutasteride", "finasteride", "tranexamic_acid", "glutathione", "vitamin_c",
         "pdrn", "hyaluronic_acid", "hyaluronidase", "lidocaine", "microneedling")  # fmt: skip
CERTAINTIES = ("high", "moderate", "low", "very_low", "expert")
RATIOS = (2, 3, 4, 10, 20)
SHIPPED_SHARES = {"tranexamic_acid": 0.1, "glutathione": 0.2}
"""10 of 100 mg/mL and 20 of 100 mg/mL: what the shipped vials take of a filling, worked out by hand."""
STATUSES = ("recommended", "adjunct", "optional", "not_indicated", "deferred", "contraindicated")


@dataclass(frozen=True)
class RandomModel:
    """An effect model with a positive semidefinite covariance."""

    seed: int
    scale: str = "made up"

    def joint(self, component_ids: Sequence[str], indication: str) -> JointEffect:
        """Random but fixed."""
        draw = random.Random(self.seed)
        size = len(component_ids)
        root = [[draw.gauss(0, 0.3) for _ in range(size)] for _ in range(size)]
        covariance = tuple(
            tuple(sum(root[one][k] * root[other][k] for k in range(size)) for other in range(size))
            for one in range(size)
        )
        mean = tuple(draw.gauss(0.4, 0.5) for _ in range(size))
        return JointEffect(mean, covariance, tuple(draw.random() < 0.7 for _ in range(size)))


@dataclass(frozen=True)
class Small:
    """One random patient with a random small knowledge base."""

    patient: Patient
    answers: tuple[ComponentAnswer, ...]
    model: RandomModel | None
    shares: Mapping[str, float]


def small(seed: int, shipped: Knowledge) -> Small:
    """The knowledge base, the patient and the model of a seed."""
    draw = random.Random(seed)
    names = sorted(draw.sample(NAMES, draw.randint(1, 7)))
    ratios = {name: draw.choice(RATIOS) for name in names if draw.random() < 0.7 and name not in ("prp", "prf")}
    components = {name: shipped.components[name] for name in (*names, *_diluents(names))}
    knowledge = replace(
        shipped,
        components={name: _diluted(one, ratios.get(name)) for name, one in components.items()},
        compatibility=tuple(_facts(names, draw)),
        composition=_settings(shipped, draw),
    )
    values: dict[str, Any] = {"domain": "hair", "concern": "hair_loss", "cause": "androgenetic", "sex": "male"}
    if draw.random() < 0.6:
        values["area_cm2"] = draw.choice([0.5, 3, 24, 80, 300, 5000])
    if draw.random() < 0.5:
        values["weight_kg"] = draw.choice([2, 45, 70, 140])
    if draw.random() < 0.5:
        values["site"] = draw.choice(["scalp", "scalp", "scalp", "face"])
    profile = profile_from_mapping(values, "small")
    patient = Patient(profile, {**profile.values, "indication": "aga_male"}, knowledge, DAY)
    answers = tuple(_answer(name, draw) for name in names)
    shares = SHIPPED_SHARES | {name: 1 / ratio for name, ratio in ratios.items()}
    return Small(patient, answers, RandomModel(seed) if draw.random() < 0.5 else None, shares)


def _diluted(one: Component, ratio: int | None) -> Component:
    """The component made from a vial that is so many times stronger, in saline, by whatever technique fits."""
    if ratio is None:
        return one
    used = {"low": 1, "high": 1, "used": 1, "why": "Made up.", "unit": "mg/mL", "sources": ("made_up",)}
    vial = {"low": ratio, "high": ratio, "unit": "mg/mL", "sources": ("made_up",)}
    made_up = {"concentrations": (Amount(**used),), "stock": (Amount(**vial),), "diluent": "saline", "techniques": ()}
    return one.model_copy(update={**made_up, "routes": ("intradermal",)})


def _diluents(names: Sequence[str]) -> tuple[str, ...]:
    return () if "saline" in names else ("saline",)


def _facts(names: Sequence[str], draw: random.Random) -> Iterator[MixingFact]:
    for position, one in enumerate(names):
        for other in names[position + 1 :]:
            state = draw.choice(["compatible", "compatible", "compatible", "incompatible", "conflicting", None])
            if state:
                yield _fact((one, other), state, draw.choice(["syringe", "syringe", "session"]))
        if draw.random() < 0.8 and one != "saline":
            yield _fact((one, "saline"), "compatible", "syringe")


def _fact(pair: tuple[str, str], state: str, apart: str) -> MixingFact:
    content = {"id": "_with_".join(pair), "pair": pair, "state": state, "text": "Made up.", "sources": ("made_up",)}
    apart = "syringe" if state == "compatible" else apart
    return MixingFact.model_validate({**content, "apart": apart, "reviewed": DAY, "status": "active"})


def _settings(shipped: Knowledge, draw: random.Random) -> Any:
    changed = [
        one.model_copy(update={"value": float(draw.randint(1, 4))})
        if one.id in ("actives_a_syringe", "actives_a_session")
        else one.model_copy(update={"value": round(draw.random(), 2)})
        if one.kind == "penalty"
        else one
        for one in shipped.composition.settings
    ]
    return shipped.composition.model_copy(update={"settings": tuple(changed)})


def _answer(name: str, draw: random.Random) -> ComponentAnswer:
    status = draw.choice(STATUSES[:3] if draw.random() < 0.8 else STATUSES)
    reason = Argument("made_up", name, "for", "Made up.", "", (), draw.choice(CERTAINTIES), ("made_up",), role="main")
    return ComponentAnswer(name, status, (), (reason,), (), Response(False, ""), draw.random() < 0.9)


@dataclass(frozen=True)
class Counted:
    """What counting found for one set."""

    components: tuple[str, ...]
    tier: int
    score: float
    syringes: frozenset[frozenset[str]]


def count(options: Sequence[Option], case: Small, estimate: str = "cautious") -> list[Counted]:
    """Every permitted set with its score, by brute force over all subsets and all partitions."""
    knowledge = case.patient.knowledge
    value = {one.id: one.value for one in knowledge.composition.settings}
    names = [one.id for one in options]
    joint = case.model.joint(names, "aga_male") if case.model and names else None
    found = []
    for bits in range(1, 1 << len(options)):
        chosen = [one for place, one in enumerate(options) if bits >> place & 1]
        if len(chosen) > value["actives_a_session"] or _forbidden(chosen, knowledge):
            continue
        if all(one.device and one.tier > 0 for one in chosen):
            continue
        syringes = _fewest(chosen, case, int(value["actives_a_syringe"]))
        score = _score(chosen, syringes, joint, names, value, estimate)
        tier = min(one.tier for one in chosen)
        found.append(Counted(tuple(one.id for one in chosen), tier, score, syringes))
    return found


def _forbidden(chosen: Sequence[Option], knowledge: Knowledge) -> bool:
    names = {one.id for one in chosen}
    exclusive = any(len(names & set(one.components)) > 1 for one in knowledge.composition.one_of)
    apart = any(set(fact.pair) <= names and fact.apart == "session" for fact in knowledge.compatibility)
    return exclusive or apart


def _partitions(names: list[str]) -> Iterator[list[list[str]]]:
    if not names:
        yield []
        return
    for rest in _partitions(names[1:]):
        yield [[names[0]], *rest]
        for place in range(len(rest)):
            yield [*rest[:place], [names[0], *rest[place]], *rest[place + 1 :]]


def _fewest(chosen: Sequence[Option], case: Small, most: int) -> frozenset[frozenset[str]]:
    """The fewest syringes; of several such splits the one whose list of lists of ids comes first."""
    ways = {one.id: one.way for one in chosen if not one.device}
    good = [
        sorted(sorted(group) for group in split)
        for split in _partitions(sorted(ways))
        if all(_mixable(group, ways, case, most) for group in split)
    ]
    best = min(good, key=lambda split: (len(split), split))
    return frozenset(frozenset(group) for group in best)


def _mixable(group: Sequence[str], ways: Mapping[str, Any], case: Small, most: int) -> bool:
    if len(group) == 1:
        return True
    compatible = {frozenset(one.pair) for one in case.patient.knowledge.compatibility if one.state == "compatible"}
    pairs = [frozenset((one, other)) for one in group for other in group if one < other]
    same = all(ways[one] == ways[group[0]] for one in group)
    return (
        len(group) <= most
        and same
        and all(pair in compatible for pair in pairs)
        and _room(group, case.shares, compatible) <= 1 + 1e-12
    )


def _room(group: Sequence[str], shares: Mapping[str, float], compatible: set[frozenset[str]]) -> float:
    """Shares of the filling, where saline is a known diluent; what is not diluted fills it alone."""
    return sum(shares.get(one, 1.0) if frozenset((one, "saline")) in compatible else 1.0 for one in group)


def _score(chosen, syringes, joint, names, value, estimate) -> float:
    role = {0: value["role_main"], 1: value["role_adjunct"], 2: value["role_optional"]}
    worth = sorted((role[one.tier] * value[f"certainty_{one.certainty}"] for one in chosen), reverse=True)
    total = sum(each * value["each_further_active"] ** place for place, each in enumerate(worth))
    if joint is not None and any(joint.estimable):
        total *= value["standing_beside_effect"]
        known = [names.index(one.id) for one in chosen]
        mean = sum(joint.mean[one] for one in known)
        spread = sqrt(max(0.0, sum(joint.covariance[a][b] for a in known for b in known)))
        total += (
            mean if estimate == "mean" else mean - NormalDist().inv_cdf((1 + value["certainty_level"]) / 2) * spread
        )
    points = {one.id: one.points for one in chosen}
    devices = {one.id for one in chosen if one.device} | {
        one.way.carrier for one in chosen if one.way and one.way.carrier
    }
    total -= value["each_syringe"] * len(syringes)
    total -= value["each_100_points"] * sum(points[min(group)] for group in syringes) / 100
    total -= value["blood_draw"] * any(one.blood for one in chosen)
    total -= value["device_step"] * len(devices)
    total -= value["each_cost_class"] * max(one.cost for one in chosen)
    total -= value["weak_evidence"] * sum(one.certainty in ("very_low", "expert") for one in chosen)
    return total - value["strength_unpublished"] * sum(one.unpublished for one in chosen)
