"""How firm the order of formulations is: effects are drawn from their joint distribution, then all is ranked again.

A draw takes the effect of every component as known, for all sets at once, from the mean and covariance that the ranking
sees (multivariate normal). In a draw nothing is left to be cautious about, so both preferences, the cautious end and
the mean, read the drawn effect itself; the preference only decides which order is put to the test. Standing and
penalties stay as they are. Tiers (with a main part or not) are decided by rules and are not drawn.

The draws come from one fixed seed, so that the same answer gives the same bytes. numpy is imported late: an answer
without this question does not wait for it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from formulator.engine.answer import Formulation, Recommendation
from formulator.engine.compose import Composer, composer_for
from formulator.engine.effect import JointEffect, TrialEffects
from formulator.engine.facts import facts_of
from formulator.engine.firmness import TOLD_APART
from formulator.engine.patient import Patient
from formulator.engine.ranking import DEFAULT_PREFERENCES, Preferences, Ranked, Ranking
from formulator.evidence.answer import EvidenceModel
from formulator.export.formulation_text import RULES_ALONE, names, rules_alone, tie_words
from formulator.knowledge import Knowledge
from formulator.profile import profile_from_mapping

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DRAWS = 4000
_WIDTH = 110
_SEED = 0
_CHUNK = 250
_DIGITS = 9
_DEPENDENT = 1e-12
WHAT_A_DRAW_IS = (
    "A draw takes every effect as known, so nothing is left to be cautious about. What rests on weak evidence "
    "may therefore come first in many draws, and last in many others."
)


@dataclass(frozen=True, slots=True)
class Place:
    """One shown formulation: how often it is first of all (0 to 1), and the ranks of the middle 80 % of draws."""

    rank: int
    components: tuple[str, ...]
    first_share: float
    rank_low: int
    rank_high: int


@dataclass(frozen=True, slots=True)
class Firmness:
    """The shown formulations under `draws` draws; `permitted` sets were ranked in each.

    `drawn` is False, and places are empty, where trials say nothing about any component: rules alone make the order.
    `not_shown_first` is the share of draws in which a set that is not shown comes first.
    """

    drawn: bool
    draws: int
    permitted: int
    limit: float
    places: tuple[Place, ...] = ()
    not_shown_first: float = 0.0


def firmness_of(
    answer: Recommendation,
    knowledge: Knowledge,
    model: EvidenceModel | None,
    preferences: Preferences = DEFAULT_PREFERENCES,
) -> Firmness | None:
    """How firm the order is, with the `model` and `preferences` that made the answer. None where nothing is ordered."""
    if len(answer.formulations) < 2:
        return None
    profile = profile_from_mapping(answer.profile, "answer", knowledge.catalogue)
    patient = Patient(profile, facts_of(profile, knowledge, answer.date), knowledge, answer.date)
    composer = composer_for(patient, answer.components, TrialEffects(model) if model else None, preferences)
    ranked = feasible(composer)
    limit = knowledge.composition.setting(TOLD_APART)
    if not composer.ranking.modelled:
        return Firmness(False, 0, len(ranked), limit)
    shares = first_shares(ranked, composer.ranking)
    spans = rank_spans(ranked, composer.ranking, knowledge.composition.setting("certainty_level"))
    by_names = {tuple(composer.options[place].id for place in one.positions): one.positions for one in ranked}
    chosen = [by_names[one.components] for one in answer.formulations]
    places = [
        Place(one.rank, one.components, round(shares[each], 4), *spans[each])
        for one, each in zip(answer.formulations, chosen, strict=True)
    ]
    other = max(0.0, 1 - sum(shares[each] for each in chosen))
    return Firmness(True, DRAWS, len(ranked), limit, tuple(places), round(other, 4))


def feasible(composer: Composer) -> list[Ranked]:
    """Every set that no limit of dose or volume reduces to nothing, best first."""
    return [one for one in composer.ranking.best_first() if composer.formulation(one) is not None]


def first_shares(ranked: Sequence[Ranked], ranking: Ranking, draws: int = DRAWS) -> dict[tuple[int, ...], float]:
    """How often each set comes first; the shares add up to 1. Only the best tier can; equals share a draw equally."""
    best = min(one.tier for one in ranked)
    shares = dict.fromkeys((one.positions for one in ranked), 0.0)
    leading = [one for one in ranked if one.tier == best]
    for scores in _scores(leading, ranking, draws):
        first = scores == scores.max(axis=1, keepdims=True)
        gained = (first / first.sum(axis=1, keepdims=True)).sum(axis=0) / draws
        for one, share in zip(leading, gained.tolist(), strict=True):
            shares[one.positions] += share
    return shares


def rank_spans(
    ranked: Sequence[Ranked], ranking: Ranking, level: float, draws: int = DRAWS
) -> dict[tuple[int, ...], tuple[int, int]]:
    """The lowest and highest rank of each set in the middle `level` of draws, among all sets; equals share a rank."""
    import numpy as np  # noqa: PLC0415 - slow to import

    spans, before = {}, 0
    for tier in sorted({one.tier for one in ranked}):
        group = [one for one in ranked if one.tier == tier]
        ranks = np.concatenate([_ranks(scores) for scores in _scores(group, ranking, draws)])
        ends = np.quantile(ranks, [(1 - level) / 2, (1 + level) / 2], axis=0, method="nearest") + before
        for one, low, high in zip(group, *ends.tolist(), strict=True):
            spans[one.positions] = (low, high)
        before += len(group)
    return spans


def _ranks(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rank of every column in every row, from 1; equals get the best rank that any of them could have."""
    import numpy as np  # noqa: PLC0415

    rising = np.sort(-scores, axis=1)
    found = [np.searchsorted(row, -one, side="left") for row, one in zip(rising, scores, strict=True)]
    return np.array(found, dtype=np.int64) + 1


def _scores(ranked: Sequence[Ranked], ranking: Ranking, draws: int) -> Iterator[NDArray[np.float64]]:
    """Scores of the sets (columns) in the draws (rows), in chunks, rounded as the engine rounds them."""
    import numpy as np  # noqa: PLC0415

    holds = np.zeros((len(ranking.options), len(ranked)))
    for column, one in enumerate(ranked):
        holds[list(one.positions), column] = 1.0
    beside = np.array([ranking.beside_effect(one.positions, one.split) for one in ranked])
    effects = drawn_effects(ranking, draws)
    for start in range(0, draws, _CHUNK):
        yield np.round(effects[start : start + _CHUNK] @ holds + beside, _DIGITS)


def drawn_effects(ranking: Ranking, draws: int = DRAWS) -> NDArray[np.float64]:
    """Effects of the options (columns) in the draws (rows), in SDs; the same for a component wherever it stands."""
    import numpy as np  # noqa: PLC0415

    joint = ranking.joint or JointEffect((), (), ())
    order = sorted(range(len(ranking.options)), key=lambda place: ranking.options[place].id)
    covariance = np.array(joint.covariance, dtype=float)[np.ix_(order, order)]
    normal = np.random.Generator(np.random.PCG64(_SEED)).standard_normal((draws, len(order)))
    found = np.empty_like(normal)
    found[:, order] = np.array(joint.mean, dtype=float)[order] + normal @ _root(covariance).T
    return found


def _root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The Cholesky root; a component that follows from those before it, or is known for sure, adds no column."""
    import numpy as np  # noqa: PLC0415

    size = len(covariance)
    root = np.zeros((size, size))
    for one in range(size):
        left = covariance[one, one] - root[one, :one] @ root[one, :one]
        if left > _DEPENDENT:
            root[one, one] = left**0.5
            below = covariance[one + 1 :, one] - root[one + 1 :, :one] @ root[one, :one]
            root[one + 1 :, one] = below / root[one, one]
    return root


def order_words(formulations: Sequence[Formulation]) -> str:
    """What trials can say about the order of an answer, in one sentence."""
    if rules_alone(formulations):
        return RULES_ALONE
    tied = [str(one.rank) for one in formulations if 1 in one.not_told_apart_from]
    if not tied:
        return "The first is told apart from all others shown here, by trials or by the rules."
    which = f"number {tied[0]}" if len(tied) == 1 else f"numbers {', '.join(tied[:-1])} and {tied[-1]}"
    return f"Cannot be told apart from the first: {which}. Burden, cost and the patient's wish may decide among them."


def place_words(one: Place) -> str:
    """One formulation in a clause."""
    return f"first in {percent(one.first_share)} of draws, rank {one.rank_low} to {one.rank_high} in 8 of 10"


def percent(share: float) -> str:
    """A share in whole percent; never 0 or 100 unless it is."""
    if 0 < share < 0.01:
        return "under 1 %"
    return "over 99 %" if 0.99 < share < 1 else f"{share:.0%}".replace("%", " %")


def summary_words(found: Firmness) -> str:
    """What was done, or why nothing could be."""
    if not found.drawn:
        return RULES_ALONE
    return (
        f"{found.draws:,} draws of the effects; in each, all {found.permitted} permitted combinations are ranked again."
    )


def not_shown_words(found: Firmness) -> str:
    """How often something else comes first."""
    return f"A combination that is not shown here comes first in {percent(found.not_shown_first)} of draws."


def pair_rows(answer: Recommendation) -> list[tuple[str, ...]]:
    """For each formulation but the first: its rank and how often each of those above scores more."""
    return [
        (str(one.rank), *("rules" if share is None else percent(share) for share in one.beaten_by))
        for one in answer.formulations[1:]
    ]


def firmness_text(answer: Recommendation, found: Firmness | None, knowledge: Knowledge) -> str:
    """The whole for a terminal."""
    if found is None:
        return "There is no order to test: fewer than two formulations.\n"
    lines = ["HOW FIRM IS THE ORDER?", _line("  ", summary_words(found))]
    if found.drawn:
        lines += [
            _line(f"  {place.rank}  ", f"{names(one, knowledge)}{tie_words(one)}: {place_words(place)}.")
            for one, place in zip(answer.formulations, found.places, strict=True)
        ]
        lines += [_line("  ", text) for text in (not_shown_words(found), WHAT_A_DRAW_IS)]
        lines += ["", f"HOW OFTEN THE UPPER SCORES MORE  told apart from {percent(found.limit)} on"]
        lines += [_pairs(rank, shares) for rank, *shares in pair_rows(answer)]
    return "\n".join(lines) + "\n"


def _line(first: str, text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=first, subsequent_indent=" " * (len(first) + 2))


def _pairs(rank: str, shares: Sequence[str]) -> str:
    return f"  {rank}  " + "; ".join(f"{above}: {share}" for above, share in enumerate(shares, start=1))


def firmness_mapping(answer: Recommendation, found: Firmness | None) -> dict[str, Any]:
    """The whole as plain values."""
    return {
        "order": [
            {"rank": one.rank, "components": list(one.components), "beaten_by": list(one.beaten_by),
             "not_told_apart_from": list(one.not_told_apart_from)}
            for one in answer.formulations
        ],
        "firmness": asdict(found) if found else None,
        "profile_sha256": answer.profile_sha256,
        "knowledge_sha256": answer.knowledge_sha256,
        "model_sha256": answer.model_sha256,
        "date": answer.date.isoformat(),
    }  # fmt: skip
