"""The worked cases of a clinician (README.md): one test for each case, named by its sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from formulator.engine import recommend
from formulator.faults import FaultsFound, did_you_mean
from formulator.knowledge import Knowledge
from formulator.profile import profile_from_mapping
from formulator.proof.expectations import CHECKS as ANSWER_CHECKS
from formulator.proof.expected_names import unknown_names
from formulator.strict_yaml import Node, read_yaml
from tests.spec.why_not_checks import WHY_NOT_CHECKS

CHECKS = ANSWER_CHECKS | WHY_NOT_CHECKS
HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent / "data" / "examples"
CASE_KEYS = ("case", "profile", "from", "date", "expect", "why")
EXAMPLE_KEYS = ("title", "teaches", "profile")
DEFAULT_DATE = "2026-11-25"

Case = dict[str, Any]


def read(path: Path) -> Node:
    """A strictly read YAML file, in which every part knows its line."""
    return read_yaml(path.read_text(encoding="utf-8"), path.name)


def load(path: Path) -> Any:
    """Its plain content."""
    return read(path).plain()


def cases_of(path: Path) -> list[tuple[str, Case]]:
    """Each case of a file with its place; a file that cannot be read is one case that fails, and says why."""
    try:
        found = read(path).value
    except FaultsFound as refused:
        return [(path.name, {"case": f"{path.name} can be read", "unreadable": str(refused)})]
    assert isinstance(found, list), f"{path.name}: a list of cases is wanted"
    return [(str(one.place), one.plain()) for one in found]


EVERY_CASE = [one for path in sorted(HERE.glob("*.yaml")) for one in cases_of(path)]
EVERY_EXAMPLE = sorted(EXAMPLES.glob("*.yaml"))


def refuse(problems: Iterable[str], where: str) -> None:
    """End a test with what is wrong, one line each, and no traceback."""
    if found := list(problems):
        pytest.fail(f"{where}\n- " + "\n- ".join(found), pytrace=False)


def unknown_keys(found: Iterable[str], allowed: Iterable[str]) -> Iterator[str]:
    """A misspelt key must never pass as an expectation that was met."""
    for key in found:
        if key not in allowed:
            yield " ".join((f"There is no key {key!r}.", did_you_mean(key, allowed), f"Allowed: {', '.join(allowed)}."))


def faulty_words(case: Case, knowledge: Knowledge) -> Iterator[str]:
    """What a case says in words that nothing has: its keys, its example, what it expects."""
    if "unreadable" in case:
        yield case["unreadable"]
        return
    yield from unknown_keys(case, CASE_KEYS)
    yield from unknown_keys(case.get("expect") or {}, CHECKS)
    examples = [path.stem for path in EVERY_EXAMPLE]
    if "from" in case and case["from"] not in examples:
        yield f"There is no example {case['from']!r}. {did_you_mean(case['from'], examples)} Allowed: data/examples."
    try:
        yield from unknown_names(case.get("expect") or {}, knowledge)
    except (AttributeError, TypeError):
        yield "An expectation has another form than README.md gives it."


@pytest.mark.parametrize(("place", "case"), EVERY_CASE, ids=[str(case.get("case")) for _, case in EVERY_CASE])
def test_worked_case(place: str, case: Case, knowledge: Knowledge) -> None:
    where = f"{place}: {case.get('case')}"
    refuse(faulty_words(case, knowledge), where)
    refuse(["It expects nothing, or does not say why."] if not (case.get("expect") and case.get("why")) else [], where)
    base = load(EXAMPLES / f"{case['from']}.yaml")["profile"] if "from" in case else {}
    try:
        profile = profile_from_mapping({**base, **(case.get("profile") or {})}, "profile")
    except FaultsFound as found:
        refuse([" ".join((f"{one.field}: {one.problem}", one.allowed, one.advice)) for one in found.faults], where)
        raise
    answer = recommend(profile, knowledge, date.fromisoformat(case.get("date", DEFAULT_DATE)))
    problems = [problem for key, wanted in case["expect"].items() for problem in CHECKS[key](answer, wanted)]
    refuse([*problems, f"Why it is expected: {case['why']}"] if problems else [], where)


def test_no_two_cases_share_a_sentence() -> None:
    names = Counter(case.get("case") for _, case in EVERY_CASE)
    assert [name for name, times in names.items() if times > 1] == []


def test_every_indication_has_a_case_with_its_decision_and_an_argument(knowledge: Knowledge) -> None:
    exact = {
        str(case["expect"]["indication"])
        for _, case in EVERY_CASE
        if {"decision", "indication", "argued"} <= case["expect"].keys()
    }
    assert sorted(set(knowledge.indications) - exact) == []


@pytest.mark.parametrize("path", EVERY_EXAMPLE, ids=lambda path: path.stem)
def test_example_is_a_whole_profile_that_gets_an_answer(path: Path, knowledge: Knowledge) -> None:
    example = load(path)
    refuse(unknown_keys(example, EXAMPLE_KEYS), path.name)
    assert all(example.get(key) for key in EXAMPLE_KEYS)
    profile = profile_from_mapping(example["profile"], path.name)
    assert recommend(profile, knowledge, date.fromisoformat(DEFAULT_DATE)).indication is not None


MISSPELT = {
    "key": {"expect": {"usabel": ["prp"]}},
    "component": {"expect": {"not_in_plan": ["dutastride"]}},
    "field": {"expect": {"asks_not": "blod_donor"}},
    "field assumed": {"expect": {"assumes_not": ["blod_donor"]}},
    "field that cannot be changed": {"expect": {"never_through": {"prp": "feritin"}}},
    "status": {"expect": {"status": {"prp": ["recommendet"]}}},
    "subject": {"expect": {"argued": {"prpp": "words"}}},
    "plan": {"expect": {"plan": "datet"}},
    "washout": {"expect": {"washout": {"nsaid": "stop"}}},
    "rule": {"expect": {"nearest": {"prp": "prp_mem"}}},
    "change": {"expect": {"brings_in_only": {"prp": [{"lactaton": "no"}]}}},
    "example": {"from": "man_34_norwod_3"},
}


@pytest.mark.parametrize("case", MISSPELT.values(), ids=MISSPELT)
def test_a_misspelt_name_is_refused_with_the_nearest_one(case: Case, knowledge: Knowledge) -> None:
    assert ["Did you mean" in one for one in faulty_words(case, knowledge)] == [True]


@pytest.mark.parametrize("key", sorted(CHECKS))
def test_every_key_can_fail(key: str, knowledge: Knowledge) -> None:
    """Each key meets an expectation that no answer to a pregnant patient, or to a man of 34, can meet."""
    impossible: dict[str, Any] = {
        "status": {"prp": "none such"},
        "usable": "thyroxine",
        "not_usable": "photoprotection",
        "argued": {"decision": "none such"},
        "cautioned": {"prp": "none such"},
        "asks_not": "anticoagulant",
        "answers": {"anticoagulant": {"yes": "none such"}},
        "assumes_not": "bleeding_disorder",
        "later_interval": "5",
        "first_intervals": ["1"],
        "first_session_from": "2030-01-01",
        "last_session_before": "2020-01-01",
        "no_session_between": ["2026-01-01", "2030-01-01"],
        "sessions_at_most": "0",
        "reassess": "no",
        "stop_rule": "no",
        "not_in_plan": "prp",
        "washout": {"nsaid": "5"},
        "brings_in": {"oral_repletion": [{"age": "30"}]},
        "brings_in_only": {"oral_repletion": []},
        "never_through": {"oral_repletion": "ferritin"},
        "cannot_change": {"oral_repletion": "ferritin"},
        "nearest": {"oral_repletion": "none_such"},
    }
    man = {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "age": "34"}
    woman = {"domain": "skin", "concern": "pigmentation", "cause": "melasma", "sex": "female", "age": "36"}
    profile = profile_from_mapping({**woman, "pregnancy": "no"} if key == "not_usable" else man, "probe")
    answer = recommend(profile, knowledge, date.fromisoformat(DEFAULT_DATE))
    assert list(CHECKS[key](answer, impossible.get(key, "none such")))
