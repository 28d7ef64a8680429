"""Sets kept as bits are listed and joined as one would bit by bit."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulator.conditions.compiled import words
from formulator.conditions.compiled.words import Joined, Listing, Union, places

SIZES = (0, 1, 7, 8, 9, 63, 64, 65, 200)
SETS = st.sampled_from(SIZES).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, (1 << size) - 1)))


@given(SETS)
def test_the_places_of_bits_are_those_that_are_set(case):
    size, bits = case
    assert places(bits) == [place for place in range(size) if bits >> place & 1]


@given(SETS)
def test_a_listing_gives_the_items_of_the_bits_in_their_order(case):
    size, bits = case
    items = [f"item {place}" for place in range(size)]
    assert Listing(items).of(bits) == [item for place, item in enumerate(items) if bits >> place & 1]


@given(SETS, st.randoms(use_true_random=False))
def test_a_union_joins_the_masks_of_the_bits(case, chance):
    size, bits = case
    masks = [chance.getrandbits(100) for _ in range(size)]
    assert Union(masks).of(bits) == reduce(or_, [mask for place, mask in enumerate(masks) if bits >> place & 1], 0)


@given(st.lists(st.integers(0, 1 << 70), max_size=8), st.integers(0, 255))
def test_joined_masks_are_what_all_chosen_ones_leave(masks, byte):
    byte &= (1 << len(masks)) - 1
    assert Joined(masks)[byte] == reduce(and_, [mask for place, mask in enumerate(masks) if byte >> place & 1], -1)


@pytest.mark.parametrize("kept", [0, 1, 512])
def test_what_is_no_longer_kept_is_worked_out_each_time(monkeypatch, kept):
    monkeypatch.setattr(words, "MOST_KEPT", kept)
    listing, union = Listing(range(70)), Union([1 << place for place in range(70)])
    for bits in (0, 1, (1 << 70) - 1, 0b1011 << 60, (1 << 66) - 1, 0xF0F0F0F0F0):
        for _ in range(2):
            assert listing.of(bits) == places(bits)
            assert union.of(bits) == bits
    assert all(len(part) <= kept for part in listing._parts)
