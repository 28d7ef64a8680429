"""Who was studied: counts agree with the tables, and no claim is made that the trials or the profile do not carry."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulator.engine import recommend
from formulator.evidence.answer import EvidenceModel
from formulator.evidence.artefact import load_evidence
from formulator.evidence.model.people import phototypes
from formulator.explain.studied import (
    NOBODY,
    Studied,
    headline,
    studied,
    studied_in_answer,
    studied_lines,
    studied_of_component,
    unlike_lines,
)
from formulator.paths import data_directory
from formulator.profile import profile_from_mapping
from tests.conftest import TODAY

EVIDENCE = data_directory() / "evidence"
LONGEST = 140
BY_HAND = {"EG": "Northern Africa", "TR": "Western Asia", "IR": "Southern Asia", "RU": "Europe", "KZ": "Central Asia",
           "MX": "Latin America and the Caribbean", "SD": "Northern Africa", "CY": "Western Asia"}  # fmt: skip
"""Countries that other divisions of the world put elsewhere, as UN M49 has them."""
TRAITS = ("sex", "age", "phototype", "region")
PATIENTS = st.fixed_dictionaries(
    {},
    optional={
        "sex": st.sampled_from(["male", "female", "unknown"]),
        "age": st.integers(0, 120),
        "phototype": st.integers(1, 6),
        "jurisdiction": st.sampled_from(["EU", "FR", "IN", "US", "BR", "JP", "NG", "AU", "CN", "TR"]),
    },
)
STUDIES = st.lists(
    st.fixed_dictionaries(
        {"n_total": st.integers(1, 999).map(str)},
        optional={
            "sex": st.sampled_from(["male", "female", "both"]),
            "age_min": st.integers(1, 40).map(str),
            "age_max": st.integers(40, 90).map(str),
            "age_mean": st.floats(20, 60).map(lambda age: f"{age:.2f}"),
            "phototype": st.tuples(st.integers(1, 3), st.integers(3, 6)).map(list),
            "place": st.sampled_from(
                [("India", ["Southern Asia"]), ("Brazil / United States", ["Latin America and the Caribbean"])]
            ),
        },
    ),
    min_size=1,
    max_size=30,
)


@pytest.fixture(scope="module")
def model() -> EvidenceModel:
    return load_evidence()


@pytest.fixture(scope="module")
def table() -> dict[str, dict[str, str]]:
    with (EVIDENCE / "studies.csv").open(encoding="utf-8", newline="") as stream:
        return {row["study_id"]: row for row in csv.DictReader(stream)}


def of(studies: Sequence[Mapping[str, Any]], profile: Mapping[str, Any]) -> Studied:
    """Who took part in made-up studies; `place` stands for country and regions."""
    kept = {}
    for number, one in enumerate(studies):
        country, regions = one.get("place", ("", []))
        rest = {name: value for name, value in one.items() if name != "place"}
        kept[f"s{number}"] = {**rest, "country": country, "regions": regions}
    regions = {"Southern Asia": ["IN"], "Europe": ["EU", "FR"], "Latin America and the Caribbean": ["BR"]}
    made_up = SimpleNamespace(document={"regions": regions}, study=kept.__getitem__)
    return studied([{"study": name} for name in kept], cast(EvidenceModel, made_up), profile)


def test_counts_agree_with_an_independent_count_over_the_table_of_studies(model, table):
    for cell in model.document["cells"]:
        rows = [
            row
            for row in model.document["rows"]
            if row["family"] == cell["family"] and cell["indication"] in row["indications"]
        ]
        found = studied(rows, model, {})
        behind = [table[name] for name in {row["study"] for row in rows}]
        assert found.trials == len(behind)
        assert found.people == sum(int(float(one["n_total"])) for one in behind)
        counted = {
            (
                sum(one["sex"] == word for one in behind),
                sum(int(one["n_total"]) for one in behind if one["sex"] == word),
            )
            for word in ("male", "female", "both", "")
        } - {(0, 0)}
        assert {(trials, people) for _, trials, people in found.sexes} == counted
        if not behind:
            assert studied_lines(found) == (NOBODY,)
            continue
        assert found.trait("sex").reported == sum(bool(one["sex"]) for one in behind)
        assert found.trait("age").reported == sum(
            any(one[f"age_{x}"] for x in ("min", "max", "mean")) for one in behind
        )
        assert found.trait("region").reported == sum(bool(one["country"]) for one in behind)
        roman = sum("Fitzpatrick" in one["severity"] and "wrinkle" not in one["severity"] for one in behind)
        assert found.trait("phototype").reported == roman


def test_ages_are_those_that_the_model_holds_the_patient_against(model):
    for cell in model.document["cells"]:
        for name, component in cell["components"].items():
            span = component["studied"]["age"]
            rows = [model.document["rows"][number] for number in component["rows"]]
            if span and span[0] < span[1]:
                for age, verdict in ((round(span[0]) - 2, "unlike"), (round(span[1]) + 2, "unlike")):
                    assert studied(rows, model, {"age": age}).trait("age").verdict == verdict, name
            elif not span:
                assert studied(rows, model, {"age": 40}).trait("age").verdict == "not_reported"


def test_all_trials_in_men_and_a_woman_is_said_in_so_many_words():
    men = [{"sex": "male", "n_total": "20"}] * 5
    found = of(men, {"sex": "female"})
    assert found.trait("sex").verdict == "unlike"
    assert unlike_lines(found) == ("All 5 trials were in men; this patient is a woman.",)
    assert of(men[:1], {"sex": "female"}).trait("sex").patient == "The only trial was in men; this patient is a woman."
    assert of(men, {"sex": "male"}).trait("sex").verdict == "like"
    some = [*men, {"n_total": "9"}]
    assert of(some, {"sex": "female"}).trait("sex").patient == (
        "5 of 6 trials were in men, 1 does not report it; this patient is a woman."
    )
    both = [*men, {"sex": "both", "n_total": "9"}]
    assert of(both, {"sex": "female"}).trait("sex").verdict == "like"


@pytest.mark.parametrize(
    ("profile", "name", "verdict"),
    [
        ({"age": 50}, "age", "like"),
        ({"age": 51}, "age", "unlike"),
        ({"age": 17}, "age", "unlike"),
        ({"phototype": 4}, "phototype", "like"),
        ({"phototype": 6}, "phototype", "unlike"),
        ({"jurisdiction": "IN"}, "region", "like"),
        ({"jurisdiction": "FR"}, "region", "unlike"),
        ({"jurisdiction": "EU"}, "region", "unlike"),
    ],
)
def test_a_patient_outside_what_was_studied_is_told_so(profile, name, verdict):
    trial = {
        "n_total": "30", "age_min": "18", "age_max": "50", "phototype": [3, 5], "place": ("India", ["Southern Asia"])
    }  # fmt: skip
    trait = of([trial, {"n_total": "12"}], profile).trait(name)
    assert trait.verdict == verdict
    assert trait.patient


def test_an_average_or_one_end_alone_never_makes_a_patient_like_those_studied():
    for trial in ({"age_mean": "40"}, {"age_min": "20"}, {"age_max": "65"}):
        for age in (20, 40, 65, 80):
            assert of([{"n_total": "9", **trial}], {"age": age}).trait("age").verdict == "not_reported"
    two = [{"n_total": "9", "age_mean": "30"}, {"n_total": "9", "age_mean": "50"}]
    assert of(two, {"age": 40}).trait("age").verdict == "not_reported"


def test_where_nothing_is_reported_it_says_not_reported_for_every_trait():
    everything = {"sex": "female", "age": 40, "phototype": 5, "jurisdiction": "FR"}
    found = of([{"n_total": "30"}] * 3, everything)
    assert [one.verdict for one in found.traits] == ["not_reported"] * len(TRAITS)
    assert [one.reported for one in found.traits] == [0] * len(TRAITS)
    assert "reported in none of 3 trials" in found.trait("phototype").studied
    assert unlike_lines(found) == ()


@given(studies=STUDIES, patient=PATIENTS)
def test_no_claim_without_a_fact_and_no_likeness_without_a_report(studies, patient):
    found = of(studies, patient)
    fields = {"sex": "sex", "age": "age", "phototype": "phototype", "region": "jurisdiction"}
    assert tuple(one.name for one in found.traits) == TRAITS
    for one in found.traits:
        if fields[one.name] not in patient or patient[fields[one.name]] == "unknown":
            assert one.verdict is None
        assert (one.verdict is None) == (one.patient == "")
        assert one.reported or one.verdict in (None, "not_reported")
    assert found.people == sum(int(one["n_total"]) for one in studies)
    assert sum(trials for _, trials, _ in found.sexes) == len(studies)
    assert all(len(line) < LONGEST for line in studied_lines(found)), studied_lines(found)


def test_the_shipped_answers_say_it_in_short_sentences_and_abstain_where_there_is_no_trial(model, knowledge):
    values = {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "female", "age": 58,
              "phototype": 2, "site": "scalp", "severity_scale": "ludwig", "severity": 2, "jurisdiction": "FR",
              "pregnancy": "no"}  # fmt: skip
    answer = recommend(profile_from_mapping(values, "woman"), knowledge, TODAY, model)
    whole = studied_in_answer(answer, model)
    assert whole is not None
    assert whole.trials > 3
    for one in answer.components:
        found = studied_of_component(answer, one.id, model)
        assert found is not None
        assert all(len(line) < LONGEST for line in studied_lines(found))
        if not model.trials(one.id, "aga_female"):
            assert studied_lines(found) == (NOBODY,)
    assert studied_in_answer(answer, None) is None
    assert studied_of_component(answer, "prp", None) is None


def test_a_trial_behind_several_components_is_counted_once(model):
    rows = model.document["rows"]
    assert studied([*rows, *rows], model, {}) == studied(rows, model, {})
    assert studied(rows, model, {}).trials == model.document["model"]["studies"]
    assert headline(studied(rows, model, {})).startswith(f"{model.document['model']['studies']} controlled trials")


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ("Fitzpatrick III-IV", (3, 4)),
        ("mixed melasma; Fitzpatrick II-IV", (2, 4)),
        ("Fitzpatrick IV/V", (4, 5)),
        ("Fitzpatrick skin type VI", (6, 6)),
        ("Fitzpatrick III 7 (11.7%), IV 53 (88.3%)", (3, 4)),
        ("Fitzpatrick V 49 (68.1%); moderate 47, severe 25", None),
        ("Fitzpatrick wrinkle grades I-II", None),
        ("Hamilton-Norwood III-VI", None),
        ("Glogau I-III, Fitzpatrick III-IV", (3, 4)),
        ("", None),
    ],
)
def test_phototypes_are_read_as_printed_and_never_from_another_scale(severity, expected):
    assert phototypes(severity) == expected


def test_every_country_and_every_jurisdiction_lies_in_exactly_one_region(table, knowledge):
    with (EVIDENCE / "regions.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    codes = [code for row in rows for code in row["codes"].split(";")]
    named = [name for row in rows for name in row["named"].split(";") if name]
    assert sorted(codes) == sorted(knowledge.catalogue.jurisdictions)
    assert len(named) == len(set(named))
    written = {part.strip() for row in table.values() for part in row["country"].split("/") if part.strip()}
    assert set(named) == written
    by_code = {code: row["region"] for row in rows for code in row["codes"].split(";")}
    for code, region in BY_HAND.items():
        assert by_code[code] == region
    names = {row["region"]: row["named"].split(";") for row in rows}
    for code, name in knowledge.catalogue.jurisdictions.items():
        assert name not in written or name in names[by_code[code]]


def test_explain_prints_who_was_studied(run_program, tmp_path):
    profile = tmp_path / "woman.json"
    values = {
        "domain": "skin",
        "concern": "pigmentation",
        "cause": "melasma",
        "sex": "female",
        "age": 36,
        "phototype": 5,
    }
    profile.write_text(json.dumps(values), encoding="utf-8")
    text = run_program("explain", str(profile), "tranexamic_acid", "--date", "2026-11-25")
    assert text.returncode == 0, text.stderr
    assert b"Who was studied:" in text.stdout
    found = json.loads(run_program("explain", str(profile), "tranexamic_acid", "--format", "json").stdout)
    assert found["studied"]["trials"] >= 1
