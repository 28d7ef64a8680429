"""Additive component network meta-analysis: contrasts of mixtures in, effects of their components out."""

from formulator.evidence.network.fit import ChiSquare, LinearEffect, NetworkFit, fit_network
from formulator.evidence.network.treatments import Contrast, Treatment, read_treatment, treatment_name

__all__ = [
    "ChiSquare",
    "Contrast",
    "LinearEffect",
    "NetworkFit",
    "Treatment",
    "fit_network",
    "read_treatment",
    "treatment_name",
]
