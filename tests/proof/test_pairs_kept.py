"""Making pairs keeps what is still right byte for byte, and makes only what is missing or broken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pytest
from click.testing import CliRunner

from formulator.cli import main
from formulator.knowledge.archive import PAIRS
from formulator.paths import data_directory
from formulator.proof.pairs import ASKED_ON, EFFECT, Asked, Pair, broken_pairs, file_of, load_pairs, written
from tests.engine.asking import shipped

pytest.importorskip("z3")

from formulator.proof.pairing import all_pairs, is_right

SHEDDING = "low_ferritin_shedding_replace_iron_first"


@cache
def stored() -> tuple[Pair, ...]:
    """The stored pairs, read once."""
    return load_pairs()


def made_from(pairs: Iterable[Pair]) -> list[Pair]:
    """Every pair that is made where these are stored."""
    return [pair for _, found, _ in all_pairs(shipped(), ASKED_ON, pairs) for pair in found]


def test_where_every_pair_is_right_the_files_stay_byte_for_byte() -> None:
    files = defaultdict[str, list[Pair]](list)
    for pair in made_from(stored()):
        files[file_of(pair.rule, shipped())].append(pair)
    for path in (data_directory() / PAIRS).glob("*.csv"):
        assert written(files[path.stem]) == path.read_text(encoding="utf-8")


def test_a_missing_and_a_broken_pair_are_made_anew_and_no_other_line_changes() -> None:
    own = [pair for pair in stored() if pair.rule == SHEDDING and not pair.shows.startswith(EFFECT)]
    missing, broken = own[0], own[-1]
    assert missing != broken
    lying = replace(broken, first=replace(broken.first, decision="treat", value=broken.second.value))
    given = [lying if pair == broken else pair for pair in stored() if pair != missing]
    made = made_from(given)
    assert {pair for pair in made if pair.rule != SHEDDING} == {pair for pair in stored() if pair.rule != SHEDDING}
    anew = [pair for pair in made if pair.rule == SHEDDING]
    assert list(broken_pairs(anew, shipped(), ASKED_ON)) == []
    assert {missing.shows, broken.shows} <= {pair.shows for pair in anew}
    assert {pair for pair in stored() if pair.rule == SHEDDING} - {missing, broken} <= set(anew)


def test_a_pair_that_the_engine_answers_as_recorded_but_that_shows_another_comparison_is_not_kept() -> None:
    asked, seen = Asked(shipped(), ASKED_ON), 0
    for pair, other in zip(stored()[::25], stored()[1::25], strict=False):
        if pair.rule == other.rule and pair.field != other.field and not other.shows.startswith(EFFECT):
            assert is_right(pair, shipped().rules[pair.rule], asked)
            assert not is_right(replace(pair, shows=other.shows), shipped().rules[pair.rule], asked), pair
            seen += 1
    assert seen > 10


def test_all_without_write_is_refused() -> None:
    refused = CliRunner().invoke(main, ["pairs", "--all"])
    assert refused.exit_code == 2
    assert "--all goes with --write" in refused.output
