"""The pure parts of the benchmark in the browser: statistics, the table, the page, and which changes are made."""

from __future__ import annotations

import statistics

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.browser.changing import FIELDS, changes_for
from benchmarks.browser.figures import Figure, growth, percentile, spread_of, table
from benchmarks.page import PAGE, with_section
from formulator.profile import profile_from_mapping
from formulator.ui.examples import examples

times = st.lists(st.floats(0.001, 1e5), min_size=1, max_size=60)


@given(times)
def test_the_spread_is_what_sorting_and_counting_give(sample: list[float]) -> None:
    found = spread_of(sample)
    assert found.median == statistics.median(sample)
    assert found.worst == max(sample)
    not_above = sum(one <= found.p95 for one in sample)
    below = sum(one < found.p95 for one in sample)
    assert 100 * not_above >= 95 * len(sample) > 100 * below
    assert found.p95 in sample


def test_a_slow_twentieth_is_not_hidden() -> None:
    assert percentile([1.0] * 95 + [9.0] * 5, 95) == 1.0
    assert percentile([1.0] * 94 + [9.0] * 6, 95) == 9.0


@given(st.floats(-5, 50), st.floats(50, 500))
def test_memory_a_session_is_the_slope_whatever_the_server_takes_itself(each: float, itself: float) -> None:
    found = growth([(count, itself + each * count) for count in (10.0, 20.0, 30.0, 40.0, 50.0)])
    assert abs(found - each) < 1e-6


def test_the_table_says_in_words_which_promise_is_kept() -> None:
    lines = table(
        [
            Figure("quick", 299.4, "ms", 300),
            Figure("slow", 300.0, "ms", 300),
            Figure("no errors", 0, "", 0),
            Figure("an error", 1, "", 0),
            Figure("only said", 7.25, "s"),
        ]
    )
    assert lines[2:] == [
        "| quick | 299 ms | 300 ms | yes |",
        "| slow | 300 ms | 300 ms | **no** |",
        "| no errors | 0 | 0 | yes |",
        "| an error | 1 | 0 | **no** |",
        "| only said | 7.2 s | | |",
    ]


def test_a_section_is_written_in_its_place_and_the_rest_of_the_page_stays() -> None:
    page = with_section("# Head\n", "one", ["first"])
    page = with_section(page, "two", ["second"])
    again = with_section(page, "one", [r"anew \1"])
    assert again == page.replace("first", r"anew \1")
    assert again.index("anew") < again.index("second")
    assert with_section(again, "one", [r"anew \1"]) == again


def test_the_page_has_a_place_for_each_section_that_is_written() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for section in ("rules", "browser"):
        assert text.count(f"<!-- {section}:begin -->") == 1


def test_every_change_of_a_field_makes_another_patient_that_is_valid() -> None:
    for example in examples().values():
        if not example.profile.get("age"):
            continue
        for change in changes_for(example.profile, FIELDS):
            name = change.field.name
            before, first, second = (_hash(example.profile, name, one) for one in (None, *change.entered))
            assert before != first != second


def _hash(profile: dict[str, object], field: str, value: object) -> str:
    changed = profile if value is None else {**profile, field: value}
    return profile_from_mapping(changed, "test").sha256()
