"""A syringe with one layer a component, as thick as its share of the volume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formulator.export.drawings.paper import PAPER

_COLOURS = ("#0b6e69", "#e0a526", "#3f7fbf", "#a03a6a", "#7a9a3b", "#8a5a2b", "#5b4a9a", "#6b6b6b")
_LEFT, _LENGTH, _TOP, _HEIGHT = 16.0, 76.0, 6.0, 14.0
_MOST_MARKS = 25


@dataclass(frozen=True, slots=True)
class Layer:
    """A component or the diluent in a syringe."""

    name: str
    volume_ml: float


def colour_of(position: int) -> str:
    """The colour of the n-th layer, the same on the drawing and beside its name."""
    return _COLOURS[position % len(_COLOURS)]


def syringe_svg(layers: Sequence[Layer], size_ml: float, graduation_ml: float | None = None) -> str:
    """The drawing: needle on the left, plunger on the right; a mark for each graduation, longer at each fifth."""
    scale = _LENGTH / size_ml
    filled = min(sum(one.volume_ml for one in layers), size_ml) * scale
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 26" width="120" height="26">'
        f"{PAPER}"
        '<path d="M1 13 H12 M12 10 V16 H16 V10 Z" fill="none" stroke="#4a4a4a" stroke-width="0.8"/>'
        f"{_layers(layers, scale)}{_marks(size_ml, graduation_ml, scale)}"
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_LENGTH}" height="{_HEIGHT}" fill="none" stroke="#4a4a4a"'
        f' stroke-width="0.9"/>{_plunger(_LEFT + filled)}</svg>'
    )


def _layers(layers: Sequence[Layer], scale: float) -> str:
    drawn, start = [], _LEFT
    for position, layer in enumerate(layers):
        width = min(layer.volume_ml * scale, _LEFT + _LENGTH - start)
        drawn.append(
            f'<rect x="{start:.2f}" y="{_TOP}" width="{max(width, 0):.2f}" height="{_HEIGHT}"'
            f' fill="{colour_of(position)}" fill-opacity="0.75"/>'
        )
        start += max(width, 0)
    return "".join(drawn)


def _marks(size_ml: float, graduation_ml: float | None, scale: float) -> str:
    step = graduation_ml or size_ml / 10
    while size_ml / step > _MOST_MARKS:
        step *= 5 if size_ml / step > 5 * _MOST_MARKS else 2
    count = round(size_ml / step)
    lines = []
    for number in range(1, count):
        x, length = _LEFT + number * step * scale, 4 if number % 5 == 0 else 2.2
        lines.append(f"M{x:.2f} {_TOP} v{length}")
    return f'<path d="{" ".join(lines)}" stroke="#2b2b2b" stroke-width="0.4" fill="none"/>' if lines else ""


def _plunger(x: float) -> str:
    return (
        f'<rect x="{x:.2f}" y="{_TOP}" width="2.4" height="{_HEIGHT}" fill="#2b2b2b"/>'
        f'<path d="M{x + 2.4:.2f} 13 H114 M114 7 V19" stroke="#4a4a4a" stroke-width="1.2" fill="none"/>'
    )
