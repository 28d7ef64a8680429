"""No damaged input brings a parser down; and the watch over that would notice."""

from __future__ import annotations

import subprocess
import sys

import pytest

from formulator.faults import FaultsFound
from tests.conftest import CHECKOUT
from tests.fuzz.__main__ import made
from tests.fuzz.targets import Target
from tests.fuzz.watch import most_megabytes, watched

SLICE = 2_000


def test_a_fixed_slice_of_damaged_inputs_gets_an_answer_or_a_message_in_little_time_and_memory():
    """In a process of its own, so that its memory can be measured."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--inputs", str(SLICE), "--seed", "7"],
        capture_output=True,
        cwd=CHECKOUT,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout.decode() + run.stderr.decode()


def test_the_same_number_gives_the_same_input_and_another_number_another():
    target = Target("any", 1, ["a: 1\nb: 2\n" * 20, "c: [1, 2]\n" * 20], lambda _, __: True)
    assert [made(target, number, 1) for number in range(50)] == [made(target, number, 1) for number in range(50)]
    assert len({made(target, number, 1) for number in range(50)}) > 40


def raising(_: bytes) -> bool:
    raise KeyError("age")


def endless(_: bytes) -> bool:
    while True:
        pass


def greedy(_: bytes) -> bool:
    return bool(b"x" * 2**29)


def speechless(_: bytes) -> bool:
    raise FaultsFound([])


@pytest.mark.parametrize(("parser", "kind"), [(raising, "crashed"), (speechless, "crashed"), (greedy, "large")])
def test_a_parser_that_breaks_a_promise_is_found(parser, kind):
    verdict = watched(parser, b"")
    assert verdict.kind == kind
    assert verdict.is_broken
    assert verdict.words


def test_a_parser_that_does_not_come_back_is_stopped_and_found(monkeypatch):
    monkeypatch.setattr("tests.fuzz.watch._GIVE_UP_SECONDS", 0.2)
    monkeypatch.setattr("tests.fuzz.watch.LONGEST_SECONDS", 0.1)
    assert watched(endless, b"").kind == "slow"


def test_the_peak_of_memory_is_more_than_nothing_and_less_than_the_machine_has():
    assert 10 < most_megabytes() < 100_000
