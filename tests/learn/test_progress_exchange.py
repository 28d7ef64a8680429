"""Progress leaves as one JSON document and comes back the same; whatever else is offered is refused whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulator.faults import FaultsFound
from formulator.learn.progress import ProgressStore
from formulator.learn.progress.exchange import LARGEST_IMPORT
from tests.learn.progress_made import DAY, NOW, decision, played, result

LESSONS = st.sampled_from(["rule:wait", "rule:iron", "claim:glow", "mixing:prp+saline", "limit:prp", "course:melasma"])
KEYS = st.lists(LESSONS, max_size=3).map(tuple)
PLAYS = st.lists(
    st.tuples(st.integers(0, 30), KEYS, KEYS, st.booleans(), st.integers(0, 100), st.booleans()), max_size=6
)


def _history(plays: list[Any], first: int = 1) -> ProgressStore:
    store = ProgressStore(None, NOW)
    for number, (day, missed, right, well, sure, decided) in enumerate(plays, first):
        if decided:
            played(store, f"case_{number}", NOW + day * DAY, result(missed, right, (), well), sure, number)
        else:
            store.begin_attempt(f"case_{number}", NOW + day * DAY, {"sure": sure}, f"{number:032x}")
    return store


@settings(max_examples=25)
@given(plays=PLAYS)
def test_what_is_exported_comes_back_the_same_and_never_twice(plays: list[Any]) -> None:
    content = _history(plays).export_progress()
    other = ProgressStore(None, NOW)
    first, second = other.import_progress(content), other.import_progress(content)
    assert (first.added, second.added, second.updated, second.reviews) == (len(plays), 0, 0, 0)
    assert second.kept == len(plays)
    assert other.export_progress() == content


@settings(max_examples=25)
@given(plays=PLAYS)
def test_the_same_history_gives_the_same_bytes(plays: list[Any]) -> None:
    assert _history(plays).export_progress() == _history(plays).export_progress()


@settings(max_examples=25)
@given(here=PLAYS, there=PLAYS)
def test_merging_gives_the_same_whichever_comes_first(here: list[Any], there: list[Any]) -> None:
    one, other = _history(here), _history(there, first=100)
    contents = one.export_progress(), other.export_progress()
    one.import_progress(contents[1])
    other.import_progress(contents[0])
    assert one.export_progress() == other.export_progress()


def test_an_attempt_goes_on_from_the_later_state_and_a_decision_stays() -> None:
    one, other = ProgressStore(None, NOW), ProgressStore(None, NOW)
    attempt = one.begin_attempt("case_a", NOW, {"page": 1})
    other.import_progress(one.export_progress())
    other.save_step(attempt, {"page": 2}, NOW + DAY)
    assert one.import_progress(other.export_progress()).updated == 1
    assert one.resume(attempt).state == {"page": 2}
    older = one.export_progress()
    one.commit_attempt(attempt, decision(), result(("rule:wait",)), NOW + 2 * DAY)
    decided = one.export_progress()
    assert one.import_progress(older).kept == 1
    assert one.export_progress() == decided
    assert other.import_progress(decided).updated == 1
    assert other.export_progress() == decided


def _document() -> dict[str, Any]:
    store = ProgressStore(None, NOW)
    played(store, "case_a", NOW, result(("rule:wait",), ("rule:iron",)), number=1)
    store.begin_attempt("case_b", NOW, {"page": 1}, f"{2:032x}")
    return json.loads(store.export_progress())


def _changed(path: tuple[str | int, ...], value: Any) -> bytes:
    document = _document()
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return json.dumps(document).encode()


DEEP = b'{"attempts":' + b"[" * 100_000
HOSTILE = {
    "nothing": b"",
    "no JSON": b"\xff\xfe",
    "a list": b"[]",
    "nested": DEEP,
    "a number too large": b'{"format": ' + b"9" * 6000 + b"}",
    "no format": _changed(("format",), "formulator/progress/9"),
    "unknown key": _changed(("patients",), []),
    "unknown key in an attempt": _changed(("attempts", 0, "name"), "x"),
    "a sentence in a state": _changed(("attempts", 1, "state"), {"note": "Mrs Smith, 42"}),
    "a number that is none": _changed(("attempts", 1, "state"), {"page": float("nan")}),
    "a state too large": _changed(("attempts", 1, "state"), {"many": [0] * 9000}),
    "a case that is a path": _changed(("attempts", 0, "case"), "../../etc/passwd"),
    "an id that is none": _changed(("attempts", 0, "id"), "1' OR '1'='1"),
    "a word for a truth": _changed(("attempts", 0, "decision_right"), "yes"),
    "certainty beyond 100": _changed(("attempts", 0, "sure"), 101),
    "no time zone": _changed(("attempts", 0, "started"), "2026-11-25T10:00:00"),
    "a far future": _changed(("reviews", 0, "at"), "9999-12-31T23:59:59+00:00"),
    "half a decision": _changed(("attempts", 0, "committed"), None),
    "another decision": _changed(("attempts", 0, "committed", "sure"), "70"),
    "more in a decision": _changed(("attempts", 0, "committed", "extra"), 1),
    "a dose without end": _changed(("attempts", 0, "committed", "syringes", 0, 0, "strength"), "1E+999999"),
    "a lesson of no kind": _changed(("reviews", 0, "lesson"), "secret:x"),
    "a skill of no kind": _changed(("attempts", 0, "remarks", 0, "skill"), "golf"),
    "a review of no attempt": _changed(("reviews", 0, "attempt"), "f" * 32),
    "an attempt twice": _changed(("attempts", 1), _document()["attempts"][0]),
    "too large": b" " * (LARGEST_IMPORT + 1),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_exported_progress_is_refused_and_changes_nothing(content: bytes) -> None:
    store = ProgressStore(None, NOW)
    played(store, "case_c", NOW, result(("rule:other",)), number=9)
    before = store.export_progress()
    with pytest.raises(FaultsFound) as found:
        store.import_progress(content)
    assert "Smith" not in str(found.value)
    assert store.export_progress() == before


def test_a_review_of_an_attempt_that_is_nowhere_is_named() -> None:
    with pytest.raises(FaultsFound, match="names an attempt that is not there"):
        ProgressStore(None, NOW).import_progress(HOSTILE["a review of no attempt"])


def test_the_document_that_the_hostile_ones_are_made_from_is_taken() -> None:
    assert ProgressStore(None, NOW).import_progress(json.dumps(_document()).encode()).added == 2


def test_cards_are_made_anew_whatever_a_document_says_of_them() -> None:
    store = ProgressStore(None, NOW)
    store.import_progress(_changed(("cards", 0, "due"), "2099-01-01T00:00:00+00:00"))
    assert json.loads(store.export_progress()) == _document()
