"""A question offers one answer for every way in which the conditions can tell its values apart, and no more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from formulator.conditions import truth
from formulator.conditions.cells import cells_of
from formulator.conditions.tree import thresholds_read
from tests.conditions.trees import ALL_TREES, DOMAINS, FACTS, LIMITS, fields_in


@given(st.lists(ALL_TREES, min_size=1, max_size=4), FACTS, st.floats(0, 20))
def test_any_number_reads_like_the_number_of_some_cell(trees, facts, number):
    cells = cells_of(trees, "number")
    if cells:
        readings = [tuple(truth(tree, {**facts, "number": cell.value}) for tree in trees) for cell in cells]
        assert tuple(truth(tree, {**facts, "number": number}) for tree in trees) in readings


@given(st.lists(ALL_TREES, min_size=1, max_size=4))
def test_the_cells_of_a_number_are_cut_at_the_thresholds_that_are_read(trees):
    limits = {LIMITS[name] for tree in trees for name in thresholds_read(tree)}
    cells = cells_of(trees, "number")
    assert len(cells) == (len(limits) + 1 if limits else 0)
    assert [cell.value for cell in cells] == sorted(cell.value for cell in cells)


@given(st.lists(ALL_TREES, min_size=1, max_size=3))
def test_a_flag_that_is_compared_at_all_can_be_answered_both_ways(trees):
    words = {cell.words for cell in cells_of(trees, "flag")}
    assert words in (set(), {"yes", "no"})
    assert bool(words) <= any("flag" in fields_in(tree) for tree in trees)


@given(st.lists(ALL_TREES, min_size=1, max_size=3), st.sampled_from(sorted(DOMAINS)))
def test_every_cell_has_its_own_words(trees, field):
    words = [cell.words for cell in cells_of(trees, field)]
    assert len(words) == len(set(words))
