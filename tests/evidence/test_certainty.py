"""Certainty follows its stated rules, one minimal example a rule, and never rises when trials are taken away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulator.evidence.model.certainty import (
    GRADES,
    Base,
    Trial,
    certainty_of,
    i_squared,
    is_blinded,
    strength_of,
)

GOOD = Trial("s", 200, randomised=True, blinded=True, inert_comparator=True, alone=True, estimate=0.5, variance=0.02)
BEST = Base(tuple(replace(GOOD, study=name) for name in "abc"), (0.3, 0.7), True, 0.5, 12, 1.0)


def changed(**values) -> Base:
    """The best base with every trial changed."""
    return replace(BEST, trials=tuple(replace(trial, **values) for trial in BEST.trials))


def lost(base: Base) -> dict[str, int]:
    """Levels that each domain takes, those that take none left out."""
    return {reason.domain: reason.levels for reason in certainty_of(base).reasons if reason.levels}


def test_three_large_blinded_randomised_trials_that_agree_are_high() -> None:
    assert certainty_of(BEST).grade == "high"
    assert lost(BEST) == {}


@pytest.mark.parametrize(
    ("base", "domains", "grade"),
    [
        (changed(blinded=False), {"risk_of_bias": 1}, "moderate"),
        (replace(BEST, trials=BEST.trials[:2]), {"risk_of_bias": 1, "inconsistency": 1}, "low"),
        (replace(BEST, interval=(-0.1, 0.7)), {"imprecision": 1}, "moderate"),
        (changed(patients=100), {"imprecision": 1}, "moderate"),
        (changed(patients=30), {"imprecision": 2}, "low"),
        (changed(inert_comparator=False), {"indirectness": 1}, "moderate"),
        (replace(BEST, isolated=False), {"indirectness": 1}, "moderate"),
        (replace(BEST, funnel_p=0.05), {"publication_bias": 1}, "moderate"),
        (replace(BEST, funnel_p=0.05, funnel_slope=-1.0), {}, "high"),
        (replace(changed(patients=90), funnel_studies=5), {"imprecision": 1, "publication_bias": 1}, "low"),
        (changed(randomised=False), {"risk_of_bias": 1}, "very_low"),
        (changed(alone=False), {"inconsistency": 1}, "moderate"),
    ],
)
def test_each_rule_takes_its_level(base: Base, domains: dict[str, int], grade: str) -> None:
    assert lost(base) == domains
    assert certainty_of(base).grade == grade


def test_trials_that_disagree_lose_a_level() -> None:
    trials = tuple(replace(t, estimate=e) for t, e in zip(BEST.trials, (0.0, 0.5, 1.0), strict=True))
    assert lost(replace(BEST, trials=trials)) == {"inconsistency": 1}


def test_without_a_trial_the_grade_is_the_lowest() -> None:
    assert certainty_of(replace(BEST, trials=())).grade == GRADES[0]


def test_i_squared_is_the_share_of_scatter_beyond_chance() -> None:
    """Q = (0.5^2 + 0.5^2) / 0.1 = 5 with 1 degree of freedom: (5 - 1) / 5."""
    assert i_squared([0.0, 1.0], [0.1, 0.1]) == pytest.approx(0.8)


def test_words_on_blinding() -> None:
    assert is_blinded("double-blind")
    assert is_blinded("assessor")
    assert not is_blinded("open label")
    assert not is_blinded("none (registry: masking none)")
    assert not is_blinded("")


def test_strength_is_size_and_direction_apart_from_certainty() -> None:
    assert strength_of(0.85, 0.99) == ("large", "for")
    assert strength_of(0.3, 0.8) == ("small", "uncertain")
    assert strength_of(-0.6, 0.01) == ("moderate", "against")


TRIALS = st.builds(
    Trial,
    study=st.text(min_size=1, max_size=3),
    patients=st.floats(5, 500),
    randomised=st.just(True),
    blinded=st.booleans(),
    inert_comparator=st.booleans(),
    alone=st.booleans(),
    estimate=st.just(0.4),
    variance=st.floats(0.01, 0.5),
)


@given(trials=st.lists(TRIALS, min_size=1, max_size=6), keep=st.integers(0, 5), seed=st.integers(0, 99))
def test_taking_agreeing_randomised_trials_away_raises_no_grade(trials: list[Trial], keep: int, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(trials))[:keep]
    fewer = replace(BEST, trials=tuple(trials[number] for number in sorted(order)))
    whole = replace(BEST, trials=tuple(trials))
    assert GRADES.index(certainty_of(fewer).grade) <= GRADES.index(certainty_of(whole).grade)
