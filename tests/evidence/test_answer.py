"""Answers at run time: each way to abstain, the plain words, the sums of mixtures, and where the numbers come from."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from formulator.evidence.answer import EvidenceModel
from formulator.evidence.artefact import load_estimator, load_evidence
from formulator.evidence.model.contrasts import asked_row
from formulator.evidence.spread import NormalMixture


@pytest.fixture(scope="module")
def model() -> EvidenceModel:
    """The shipped model."""
    return load_evidence()


CONTRACT = (
    "estimable", "reason", "effect", "low", "high", "level", "scale", "p_better_than_control", "studies", "patients",
    "certainty",
)  # fmt: skip


@pytest.mark.parametrize(
    ("component", "indication", "code"),
    [
        ("topical_minoxidil", "aga_male", "estimated"),
        ("topical_minoxidil", "scarring_alopecia", "out_of_scope"),
        ("moonlight", "aga_male", "out_of_scope"),
        ("biotin", "aga_male", "not_estimable"),
        ("exosomes", "aga_male", "not_estimable"),
        ("saline", "aga_male", "not_estimable"),
        ("deoxycholate", "aga_male", "too_little_evidence"),
        ("phosphatidylcholine", "localised_fat", "too_little_evidence"),
    ],
)
def test_each_way_to_abstain_has_its_code_and_words(model, component, indication, code) -> None:
    found = model.response(component, indication)
    assert found.code == code
    assert found.estimable == (code == "estimated")
    assert (
        (found.effect is None) == (found.low is None) == (found.p_better_than_control is None) == (not found.estimable)
    )
    assert found.sentence.endswith(".")
    assert found.estimable or found.reason.startswith(code)


def test_the_contract_has_its_fields_first(model) -> None:
    assert tuple(model.response("prp", "melasma").contract())[: len(CONTRACT)] == CONTRACT


@pytest.mark.parametrize("asked", [{"sex": "female"}, {"age": 90.0}, {"sessions": 50.0}])
def test_a_patient_outside_what_was_studied_gets_no_number(model, asked) -> None:
    document = copy.deepcopy(dict(model.document))
    cell = next(c for c in document["cells"] if (c["family"], c["indication"]) == ("hair_density", "aga_male"))
    cell["components"]["topical_minoxidil"]["studied"] |= {"sex": ["male"], "age": [18, 49], "sessions": [1, 6]}
    found = EvidenceModel(document).response("topical_minoxidil", "aga_male", **asked)
    assert found.code == "outside_studied_range"
    assert found.effect is None
    inside = EvidenceModel(document).response("topical_minoxidil", "aga_male", sex="male", age=30, sessions=3)
    assert inside.code == "estimated"


def test_the_sentence_says_the_interval_in_sds_and_in_hairs(model) -> None:
    found = model.response("topical_minoxidil", "aga_male")
    assert found.natural is not None
    assert f"between {found.low:.1f} and {found.high:.1f} SD" in found.sentence
    assert f"about {found.natural.low:.0f} to {found.natural.high:.0f} hairs per cm2" in found.sentence
    assert found.natural.effect == pytest.approx(found.effect * found.natural.sd, rel=1e-3)


def test_every_number_leads_to_study_rows_with_an_address(model) -> None:
    found = model.response("topical_minoxidil", "aga_male")
    assert {row["study"] for row in found.rows} == {
        row["study"] for row in model.trials("topical_minoxidil", "aga_male", "hair_density")
    }
    assert len({row["study"] for row in found.rows}) == found.studies
    assert all(row["url"] and model.study(row["study"])["url"] for row in found.rows)


def test_no_row_behind_an_answer_is_a_gain_within_one_arm(model) -> None:
    assert all(row["kind"] == "controlled" for row in model.document["rows"])
    within = model.within_arm("prp", "aga_male")
    assert within
    assert all(row["kind"] == "within_arm" for row in within)


def test_run_time_intervals_are_those_of_the_estimator(model) -> None:
    """Sixty-four nodes with their tails, pressed into a few normals around one mean."""
    estimator = load_estimator()
    small = model.document["model"]["comparable_trial"]["small study"]
    import pandas as pd

    for component, indication in (
        ("topical_minoxidil", "aga_male"),
        ("prp", "melasma"),
        ("deoxycholate", "localised_fat"),
    ):
        found = model.response(component, indication)
        asked = asked_row({component: 1.0}, found.family, indication, small)
        table = pd.DataFrame([{**dict.fromkeys(estimator.feature_names_in_, 0.0), **asked}])
        predictive = estimator.predictive(table[list(estimator.feature_names_in_)])
        low, high = predictive.interval(0.8)
        assert (found.low, found.high) == (pytest.approx(low[0], abs=0.03), pytest.approx(high[0], abs=0.03))
        assert found.effect == pytest.approx(predictive.mean[0], abs=1e-3)
        assert found.p_better_than_control == pytest.approx(predictive.above(0.0)[0], abs=0.01)


def test_a_mixture_adds_its_components_once_and_is_graded_no_higher(model) -> None:
    joint = model.joint(["prp", "microneedling"], "melasma")
    assert np.min(np.linalg.eigvalsh(np.array(joint.covariance))) > 0
    both = model.mixture(["prp", "microneedling", "saline"], "melasma")
    assert both.effect == pytest.approx(joint.total()[0], abs=1e-3)
    assert both.own == pytest.approx(joint.mean[0] + joint.mean[1], abs=1e-3)
    assert both.studies <= sum(model.response(c, "melasma").studies for c in ("prp", "microneedling"))
    alone = model.mixture(["prp"], "melasma")
    assert (alone.low, alone.high) == (model.response("prp", "melasma").low, model.response("prp", "melasma").high)


def test_a_mixture_with_a_part_without_trials_gets_no_number(model) -> None:
    found = model.mixture(["prp", "biotin"], "melasma")
    assert found.code == "not_estimable"
    assert "biotin" in found.reason
    assert model.mixture(["saline"], "melasma").code == "not_estimable"


def test_every_component_and_indication_of_the_product_gets_an_answer(model, knowledge) -> None:
    for indication in knowledge.indications:
        for component in knowledge.components:
            found = model.response(component, indication)
            assert found.estimable or found.reason
            assert found.code != "out_of_scope" or indication not in model.indications


def test_a_mixture_of_normals_has_the_quantiles_of_a_normal_when_it_is_one() -> None:
    low, high = NormalMixture(1.0, [(4.0, 0.3), (4.0, 0.7)]).interval(0.8)
    assert (low, high) == (pytest.approx(1 - 2 * 1.2815516), pytest.approx(1 + 2 * 1.2815516))
    assert NormalMixture(0.0, [(1.0, 2.0)]).above(1.6448536) == pytest.approx(0.05)
