"""Networks for the tests: the published one, small ones written out, and random ones with known effects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from formulator.evidence.contrasts import read_contrasts
from formulator.evidence.network import Contrast

REFERENCE = Path(__file__).parent / "reference"
PLACEBO = "Placebo"
EFFECTS = {"A": 0.8, "B": 0.3, "C": -0.2, "D": 0.5}
TREATMENTS = ("Placebo", "A", "B", "C", "D", "A + B", "B + C", "A + D")


def reference(name: str) -> Any:
    """A file of reference numbers."""
    return json.loads((REFERENCE / name).read_text(encoding="utf-8"))


def linde() -> list[Contrast]:
    """The network of Linde 2016."""
    return read_contrasts(REFERENCE / "linde2016.csv")


def contrasts(*rows: tuple[str, str, str, float, float]) -> list[Contrast]:
    """Contrasts written out as rows of a table."""
    return [Contrast(*row) for row in rows]


def true_effect(treatment: str) -> float:
    """Sum of the true component effects."""
    return sum(EFFECTS.get(component, 0.0) for component in treatment.split(" + "))


def random_study(name: str, treatments: Sequence[str], tau2: float, random: np.random.Generator) -> list[Contrast]:
    """All pairs of a study whose arms vary independently: heterogeneity tau2 a contrast, half of it shared."""
    arm_variances = random.uniform(0.02, 0.15, len(treatments))
    sd = np.sqrt(arm_variances + tau2 / 2)
    arms = np.array([true_effect(treatment) for treatment in treatments]) + random.normal(0, sd)
    se = np.sqrt(arm_variances[:, None] + arm_variances[None, :])
    return [
        Contrast(name, treatments[i], treatments[j], arms[i] - arms[j], float(se[i, j]))
        for i, j in combinations(range(len(treatments)), 2)
    ]


def random_network(seed: int, studies: int = 40, tau2: float = 0.05) -> list[Contrast]:
    """A network of two- to four-arm studies of TREATMENTS with the true effects EFFECTS."""
    random = np.random.default_rng(seed)
    rows: list[Contrast] = []
    for number in range(studies):
        arms = random.choice(TREATMENTS, size=random.choice([2, 2, 2, 3, 4]), replace=False)
        rows += random_study(f"study {number}", [str(arm) for arm in arms], tau2, random)
    return rows
