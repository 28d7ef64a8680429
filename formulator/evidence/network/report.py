"""A fitted network as plain values for JSON and as text for a terminal."""

from __future__ import annotations

import math
from typing import Any

from formulator.evidence.network.fit import ChiSquare, LinearEffect, NetworkFit

SMALL = 5e-3
SCHEMA = "formulator/component-network/1"


def network_mapping(fit: NetworkFit, level: float = 0.95) -> dict[str, Any]:
    """Plain values; what cannot be estimated is None. Estimates in the unit of the contrasts, tau2 in its square."""
    low, high = fit.tau2_interval or (None, None)
    return {
        "schema": SCHEMA,
        "method": fit.method,
        "inactive": list(fit.inactive),
        "small_sample": fit.small_sample,
        "level": level,
        "studies": fit.studies,
        "contrasts": fit.contrasts,
        "subnetworks": fit.subnetworks,
        "components": [_effect(effect) for effect in fit.effects(level)],
        "tau2": fit.tau2,
        "tau2_low": low,
        "tau2_high": high,
        "I2": fit.i2,
        "Q": fit.additive.q,
        "df": fit.additive.df,
        "p": fit.additive.p,
        "full_network": _test(fit.full_network),
        "additivity": _test(fit.additivity),
        "covariance": [[_number(value) for value in row] for row in fit.covariance.tolist()],
        "notes": list(fit.notes),
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _effect(effect: LinearEffect) -> dict[str, Any]:
    numbers = ("estimate", "se", "low", "high", "prediction_low", "prediction_high")
    return {
        "component": effect.name,
        "estimable": effect.estimable,
        **{name: _number(getattr(effect, name)) for name in numbers},
    }


def _test(test: ChiSquare) -> dict[str, float | int | None]:
    return {"Q": test.q, "df": test.df, "p": test.p}


def network_text(fit: NetworkFit, level: float = 0.95) -> str:
    """A table of components, the heterogeneity, the tests and the notes."""
    lines = [_heading(fit), "", *_table(fit, level), "", *_heterogeneity(fit), *_tests(fit)]
    lines += ["", *fit.notes] if fit.notes else []
    return "\n".join(lines) + "\n"


def _heading(fit: NetworkFit) -> str:
    inactive = f"inactive: {', '.join(fit.inactive)}" if fit.inactive else "no inactive component"
    correction = "" if fit.small_sample == "none" else f", {fit.small_sample}"
    size = f"{fit.studies} studies, {fit.contrasts} contrasts"
    return f"Additive component network, {fit.method}{correction}, {inactive}; {size}"


def _table(fit: NetworkFit, level: float) -> list[str]:
    percent = f"{100 * level:g} %"
    head = ("component", "estimable", "estimate", "se", f"{percent} interval", f"{percent} prediction")
    rows = [head, *(_cells(effect) for effect in fit.effects(level))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return [_aligned(row, widths) for row in rows]


def _cells(effect: LinearEffect) -> tuple[str, ...]:
    if not effect.estimable:
        return (effect.name, "no", "-", "-", "-", "-")
    spans = (_span(effect.low, effect.high), _span(effect.prediction_low, effect.prediction_high))
    return (effect.name, "yes", _decimal(effect.estimate), _decimal(effect.se), *spans)


def _decimal(value: float) -> str:
    """Four decimals, or three digits where those would print a small number as zero."""
    if not math.isfinite(value):
        return "-"
    return f"{value:.3g}" if 0 < abs(value) < SMALL else f"{value:.4f}"


def _aligned(row: tuple[str, ...], widths: list[int]) -> str:
    """The name to the left, everything else to the right."""
    cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
    return "  ".join(cells).rstrip()


def _span(low: float, high: float) -> str:
    return f"{low:.3f} to {high:.3f}" if math.isfinite(low) and math.isfinite(high) else "-"


def _heterogeneity(fit: NetworkFit) -> list[str]:
    if fit.method == "common":
        return ["tau2 = 0 (common effect)"]
    if fit.tau2 is None:
        return ["tau2 not estimable"]
    low, high = fit.tau2_interval or (math.nan, math.nan)
    i2 = "" if fit.i2 is None else f"; I2 = {fit.i2:.0%}"
    return [f"tau2 = {fit.tau2:.6g} (95 % interval {low:.4g} to {high:.4g}){i2}"]


def _tests(fit: NetworkFit) -> list[str]:
    rows = (("Q additive", fit.additive), ("Q full network", fit.full_network), ("Q additivity", fit.additivity))
    return [f"{name} = {test.q:.4f}, df = {test.df}{_p(test)}" for name, test in rows]


def _p(test: ChiSquare) -> str:
    return "" if test.p is None else f", p = {test.p:.4f}"
