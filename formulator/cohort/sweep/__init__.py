"""The answer over every combination of one to three fields of one patient: where its thresholds lie."""

from formulator.cohort.sweep.axes import Axis, Point, axes_of
from formulator.cohort.sweep.surface import Outcome, Surface, surface_of

__all__ = ["Axis", "Outcome", "Point", "Surface", "axes_of", "surface_of"]
