"""Everything leaves as one JSON document and comes back the same; whatever else is offered is refused whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from formulator.consultations import ConsultationStore
from formulator.consultations.exchange import LARGEST_IMPORT
from formulator.faults import FaultsFound
from tests.consultations.made import DAY, LABEL, NOW, TODAY, filled, store_at
from tests.consultations.test_trail import tamper


@pytest.fixture(scope="module")
def exported() -> bytes:
    return filled(None)[0].export_all(NOW)


def _all_of(store: ConsultationStore) -> dict[str, Any]:
    document = json.loads(store.export_all(NOW))
    del document["trail"]
    return document


def test_what_is_exported_comes_back_the_same_and_never_twice(exported: bytes) -> None:
    store = store_at(None)
    first, second = store.import_all(exported, NOW), store.import_all(exported, NOW)
    assert (first.added, first.additions, first.kept, first.stay_deleted) == (2, 3, 0, 0)
    assert (second.added, second.additions, second.kept) == (0, 0, 2)
    document = json.loads(exported)
    assert _all_of(store) == {name: document[name] for name in ("format", "consultations", "given", "outcomes")}
    assert store.verify().breaks == ()


def test_the_answer_in_an_export_is_the_answer_and_not_a_text_inside_a_text(exported: bytes) -> None:
    answers = [one["answer"] for one in json.loads(exported)["consultations"]]
    assert [one["decision"] for one in answers] == ["treat", "treat"]
    assert answers[0]["profile"]["concern"] == "hair_thinning"


def test_later_additions_are_added_to_what_is_here_already(exported: bytes) -> None:
    here, there = store_at(None), store_at(None)
    for store in (here, there):
        store.import_all(exported, NOW)
    kept = there.listed()[-1].id
    there.add_outcome(kept, TODAY, "norwood", "3", NOW + DAY)
    merged = here.import_all(there.export_all(NOW), NOW)
    assert (merged.added, merged.additions, merged.kept) == (0, 1, 2)
    assert len(here.consultation(kept).outcomes) == 3


def test_what_was_deleted_here_stays_deleted_and_that_is_said(exported: bytes) -> None:
    store = store_at(None)
    store.import_all(exported, NOW)
    kept = store.listed()[-1].id
    outcome = store.consultation(kept).outcomes[0].id
    store.withdraw(outcome, NOW)
    assert store.import_all(exported, NOW).additions == 0
    store.delete(kept, NOW)
    merged = store.import_all(exported, NOW)
    assert (merged.added, merged.additions, merged.stay_deleted) == (0, 0, 1)
    assert "stay deleted" in merged.words
    assert [one.id for one in store.listed()] != [kept]


def test_an_export_of_a_file_that_was_tampered_with_holds_what_is_sound(tmp_path) -> None:
    path = tmp_path / "consultations.sqlite"
    store, kept = filled(path)
    tamper(path, f"UPDATE consultations SET label = 'other' WHERE id = '{kept}'")
    elsewhere = store_at(None)
    assert elsewhere.import_all(store.export_all(NOW), NOW).added == 1
    assert kept not in [one.id for one in elsewhere.listed()]


def _changed(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    def made(content: bytes) -> bytes:
        document = json.loads(content)
        change(document)
        return json.dumps(document).encode()

    return made


def _set(path: tuple[str | int, ...], value: Any) -> Callable[[bytes], bytes]:
    def change(document: Any) -> None:
        for part in path[:-1]:
            document = document[part]
        document[path[-1]] = value

    return _changed(change)


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "no JSON": lambda _: b"Dear diary",
    "cut off": lambda content: content[: len(content) // 2],
    "deep": lambda _: b'{"consultations":' + b"[" * 100_000,
    "too large": lambda _: b" " * (LARGEST_IMPORT + 1),
    "another format": _set(("format",), "formulator/consultations/2"),
    "more than is declared": _set(("name",), "Mrs Smith"),
    "a name in a record": _set(("consultations", 0, "consultation", "name"), "Mrs Smith"),
    "another label": _set(("consultations", 0, "consultation", "label"), "Mrs Smith"),
    "another value in an answer": _set(("consultations", 0, "answer", "decision"), "treat_gladly"),
    "another preference": _set(("consultations", 0, "consultation", "preferences"), '{"estimate":"Smith"}'),
    "another outcome": _set(("outcomes", 0, "value"), "1"),
    "an amount in words": _set(("given", 0, "components", 0, "amount"), "Smith"),
    "another moment in the trail": _set(("trail", 1, "at"), "2020-01-01T00:00:00.000000+00:00"),
    "an entry too few": _changed(lambda document: document["trail"].pop(1)),
    "no trail": _set(("trail",), []),
    "a consultation twice": _changed(lambda one: one["consultations"].append(one["consultations"][0])),
    "an addition that nobody recorded": _changed(
        lambda one: one["outcomes"].append({**one["outcomes"][0], "id": "f" * 32})
    ),
    "no number": lambda content: content.replace(b'"number": 1,', b'"number": NaN,'),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_sound_export_is_refused_whole_and_not_quoted(
    exported: bytes, change: Callable[[bytes], bytes]
) -> None:
    store = store_at(None)
    with pytest.raises(FaultsFound) as found:
        store.import_all(change(exported), NOW)
    assert "Smith" not in str(found.value)
    assert LABEL not in str(found.value)
    assert store.listed() == ()
    assert [one.action for one in store.trail()] == ["switched_on"]
