"""The drawings: as many points as planned, inside their zone, layers in proportion."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, strategies

from formulator.export.drawings import Layer, points_map, syringe_svg
from formulator.export.drawings.outlines import VIEWS, ZONES
from formulator.export.drawings.points_map import MOST_DRAWN


def circles(svg):
    return [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', svg)]


def holds_nearly(zone, x, y):
    """Dots are written with two decimals."""
    return any(zone.holds(x + right, y + down) for right in (-0.005, 0, 0.005) for down in (-0.005, 0, 0.005))


def test_every_site_of_the_profile_has_a_zone(catalogue):
    assert set(catalogue.fields["site"].choices) <= set(ZONES)
    assert points_map("nowhere", 5) is None


@given(site=strategies.sampled_from(sorted(ZONES)), points=strategies.integers(1, 400))
def test_points_lie_in_their_zone_and_are_never_more_than_planned(site, points):
    found = points_map(site, points)
    dots = circles(found.svg)
    assert len(dots) == found.drawn <= min(points, MOST_DRAWN)
    zone = ZONES[site]
    assert all(0 < y < VIEWS[zone.view].height and holds_nearly(zone, x, y) for x, y in dots)


@pytest.mark.parametrize("site", ["scalp", "face", "cheeks", "abdomen", "thighs"])
@pytest.mark.parametrize("points", [1, 9, 50, 120, 250])
def test_the_large_sites_show_every_planned_point(site, points):
    assert points_map(site, points).drawn == points


def test_the_skin_between_the_brows_the_eyes_and_the_lips_are_spared():
    for site in ("face", "forehead", "cheeks", "perioral"):
        zone = ZONES[site]
        assert not any(zone.holds(x, y) for x, y in ((50, 46), (35, 51), (65, 51), (50, 84)))


@given(
    volumes=strategies.lists(strategies.floats(0.05, 5), min_size=1, max_size=5),
    size=strategies.sampled_from((1, 3, 5, 10, 20)),
)
def test_layers_are_in_proportion_and_stay_inside_the_barrel(volumes, size):
    svg = syringe_svg([Layer("x", one) for one in volumes], size, 0.1)
    ElementTree.fromstring(svg)
    widths = [float(one) for one in re.findall(r'width="([\d.]+)" height="14.0" fill="#', svg)][: len(volumes)]
    assert sum(widths) <= 76.01 + 0.01 * len(volumes)
    if sum(volumes) <= size:
        assert widths == pytest.approx([one * 76 / size for one in volumes], abs=0.006)
