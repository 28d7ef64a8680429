"""The worked cases of a clinician (README.md): one test for each case, named by its sentence."""

from __future__ import annotations

from collections import Counter
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pytest

from formulator.engine import recommend
from formulator.knowledge import Knowledge
from formulator.profile import profile_from_mapping
from formulator.proof.expectations import CHECKS as ANSWER_CHECKS
from formulator.strict_yaml import read_yaml
from tests.spec.why_not_checks import WHY_NOT_CHECKS

CHECKS = ANSWER_CHECKS | WHY_NOT_CHECKS
HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent / "data" / "examples"
CASE_KEYS = ("case", "profile", "from", "date", "expect", "why")
EXAMPLE_KEYS = ("title", "teaches", "profile")
DEFAULT_DATE = "2026-11-25"

Case = dict[str, Any]


def load(path: Path) -> Any:
    """The plain content of a strictly read YAML file."""
    return read_yaml(path.read_text(encoding="utf-8"), path.name).plain()


EVERY_CASE: list[tuple[str, Case]] = [(path.name, case) for path in sorted(HERE.glob("*.yaml")) for case in load(path)]
EVERY_EXAMPLE = sorted(EXAMPLES.glob("*.yaml"))


def refuse_unknown_keys(found: dict[str, Any], allowed: Any, where: str) -> None:
    """A misspelt key must never pass as an expectation that was met."""
    for key in found:
        if key not in allowed:
            near = get_close_matches(key, list(allowed), 1)
            advice = f" Did you mean {near[0]!r}?" if near else ""
            pytest.fail(f"{where}: unknown key {key!r}.{advice} Allowed: {', '.join(allowed)}.", pytrace=False)


@pytest.mark.parametrize(("file", "case"), EVERY_CASE, ids=[str(case.get("case")) for _, case in EVERY_CASE])
def test_worked_case(file: str, case: Case, knowledge: Knowledge) -> None:
    where = f"{file}: {case.get('case')}"
    refuse_unknown_keys(case, CASE_KEYS, where)
    refuse_unknown_keys(case["expect"], CHECKS, where)
    base = load(EXAMPLES / f"{case['from']}.yaml")["profile"] if "from" in case else {}
    profile = profile_from_mapping({**base, **(case.get("profile") or {})}, file)
    answer = recommend(profile, knowledge, date.fromisoformat(case.get("date", DEFAULT_DATE)))
    problems = [problem for key, wanted in case["expect"].items() for problem in CHECKS[key](answer, wanted)]
    if problems:
        reason = f"\nWhy it is expected: {case.get('why', 'not said')}"
        pytest.fail(f"{where}\n- " + "\n- ".join(problems) + reason, pytrace=False)


def test_every_case_says_what_it_expects_and_why() -> None:
    names = Counter(case.get("case") for _, case in EVERY_CASE)
    assert [name for name, times in names.items() if times > 1] == [], "two cases share a sentence"
    assert [case.get("case") for _, case in EVERY_CASE if not (case.get("expect") and case.get("why"))] == []


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
    refuse_unknown_keys(example, EXAMPLE_KEYS, path.name)
    assert all(example.get(key) for key in EXAMPLE_KEYS)
    profile = profile_from_mapping(example["profile"], path.name)
    assert recommend(profile, knowledge, date.fromisoformat(DEFAULT_DATE)).indication is not None


def test_a_misspelt_key_is_refused() -> None:
    with pytest.raises(pytest.fail.Exception, match="Did you mean 'usable'"):
        refuse_unknown_keys({"usabel": ["prp"]}, CHECKS, "a case")


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
