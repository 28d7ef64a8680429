"""Five hundred broken profiles: each is refused with a placed message, exit 2, an empty answer and no traceback."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from click.testing import CliRunner

from formulator.cli import main
from formulator.faults import FaultsFound
from formulator.profile import profile_from_mapping, profile_from_text
from tests.profile.broken import WAYS, Broken, broken_profiles, valid

CASES = broken_profiles()
PLACED = re.compile(r"^(?P<file>[^:\n]+?)(?::(?P<line>\d+))?(?::\d+)?: .+")


def identifier(case: tuple[int, Broken]) -> str:
    """The number and the way of a case."""
    return f"{case[0]}-{case[1].way.replace(' ', '_')}"


def check_message(case: Broken, name: str, message: str) -> None:
    """The message names the file, the line and the field; there is one line for each fault."""
    lines = message.rstrip("\n").split("\n")
    for line in lines:
        found = PLACED.match(line)
        assert found, line
        assert found["file"] == name
    assert "Traceback" not in message
    if case.field is not None:
        about = [line for line in lines if f": {case.field}: " in line]
        assert about, message
        assert any(PLACED.match(line)["line"] == str(case.line) for line in about), message
    elif case.line is not None:
        assert PLACED.match(lines[0])["line"] == str(case.line), message


@pytest.mark.parametrize("case", list(enumerate(CASES)), ids=identifier)
def test_a_broken_profile_is_refused_with_its_place_and_nothing_is_answered(case, tmp_path):
    number, broken = case
    if number % 3:
        path = tmp_path / "patient.yaml"
        path.write_bytes(broken.content)
        result = CliRunner().invoke(main, ["recommend", str(path), "--format", ("json", "text")[number % 2]])
        name = "patient.yaml"
    else:
        result = CliRunner().invoke(main, ["recommend", "-", "--date", "2026-11-25"], input=broken.content)
        name = "standard input"
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code == 2
    assert result.stdout == ""
    check_message(broken, name, result.stderr)


@pytest.mark.parametrize("number", range(0, 500, 63))
def test_a_broken_profile_is_refused_the_same_way_by_a_real_process(number, tmp_path, run_program):
    broken = CASES[number]
    path = tmp_path / "patient.yaml"
    path.write_bytes(broken.content)
    from_file = run_program("recommend", str(path))
    from_input = run_program("recommend", "-", stdin=broken.content)
    for result, name in ((from_file, "patient.yaml"), (from_input, "standard input")):
        assert (result.returncode, result.stdout) == (2, b"")
        check_message(broken, name, result.stderr.decode())


def test_the_generator_makes_five_hundred_different_cases_in_at_least_fifteen_ways():
    ways = Counter(case.way for case in CASES)
    assert len(CASES) == 500
    assert len(ways) == len(WAYS) >= 15
    assert len({case.content for case in CASES}) > 400


def test_the_generator_starts_from_valid_profiles_so_that_only_the_break_is_refused():
    import random

    rng = random.Random(1)
    for _ in range(200):
        assert profile_from_mapping(valid(rng), "valid").values


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.field in ("ferritin", "age")][:40], ids=lambda case: case.way
)
def test_mending_the_one_broken_line_makes_the_profile_valid_again(case):
    text = case.content.decode()
    mended = "\n".join(
        line for line in text.strip("{}").replace(",\n", "\n").split("\n") if not line.strip('"').startswith(case.field)
    )
    try:
        profile_from_text(mended, "mended.yaml")
    except FaultsFound as found:
        pytest.fail(f"still refused: {found}")
