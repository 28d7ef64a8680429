"""Drawings as SVG text, for paper and for the screen: the body with its points, the syringe with its layers."""

from formulator.export.drawings.points_map import PointsMap, points_map
from formulator.export.drawings.syringe import Layer, colour_of, syringe_svg

__all__ = ["Layer", "PointsMap", "colour_of", "points_map", "syringe_svg"]
