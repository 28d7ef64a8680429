"""The Evidence page, driven without a browser."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from formulator.evidence.answer import EvidenceModel
from formulator.evidence.artefact import load_evidence
from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge import Knowledge, load_knowledge
from formulator.ui.evidence_choice import components_with_trials, families_with_anything, indications_with_anything
from formulator.ui.evidence_coverage import coverage
from formulator.ui.evidence_funnel import small_measure
from formulator.ui.evidence_network import as_dot, edges_of
from formulator.ui.evidence_trial import trials_of
from formulator.ui.evidence_words import BASES, DESIGNS, DOMAINS, FLAGS, STATES, address, linked, number
from tests.ui.test_app import APP, opened, texts

PAGE = "formulator/ui/views/evidence.py"
TABS = ("Effects", "Network", "Small studies", "Not fitted", "Coverage", "Left out", "Claims", "Calibration")
MOST_ELEMENTS = 150


@pytest.fixture(scope="module")
def model() -> EvidenceModel:
    try:
        return load_evidence()
    except FaultsFound as found:
        pytest.skip(f"no fitted model: {found}")


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def page(tab: str = "Effects", **link: str) -> AppTest:
    app = opened(**link)
    app.session_state["evidence_view"] = tab
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def cells(model: EvidenceModel) -> list[tuple[str, str]]:
    return [(i, f) for i in indications_with_anything(model) for f in families_with_anything(i, model)]


def chosen(app: AppTest, indication: str, family: str | None = None, component: str | None = None) -> AppTest:
    app.selectbox(key="evidence_indication").set_value(indication).run()
    if family:
        app.selectbox(key="evidence_outcome").set_value(family).run()
    if component:
        app.selectbox(key="evidence_component").set_value(component).run()
    assert not app.exception
    return app


def tables(app: AppTest) -> str:
    return "\n".join(one.value.to_csv() for one in app.table)


def drawn(app: AppTest) -> int:
    return sum(1 for _ in app.main)


def test_without_a_choice_the_page_says_how_to_begin(model: EvidenceModel) -> None:
    assert "Choose an indication above" in texts(page())


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_for_an_indication_without_a_fault_and_stays_small(tab: str, model: EvidenceModel) -> None:
    app = chosen(page(tab), "melasma")
    assert drawn(app) <= MOST_ELEMENTS
    assert "Choose an indication above" not in texts(app)


@pytest.mark.parametrize("tab", ["Effects", "Network", "Not fitted"])
def test_every_cell_with_anything_opens(tab: str, model: EvidenceModel) -> None:
    app = page(tab)
    for indication, family in cells(model):
        chosen(app, indication, family)
        assert drawn(app) <= MOST_ELEMENTS


def test_a_component_shows_its_sentence_its_trials_with_links_and_why_it_is_not_surer(model: EvidenceModel) -> None:
    answer = model.response("prp", "alopecia_areata", "salt")
    app = chosen(page(), "alopecia_areata", "salt", "prp")
    said = texts(app).replace("\\", "")
    assert answer.sentence in said
    assert "Risk of bias" in said
    assert all(row["url"] in tables(app) for row in answer.rows)
    assert len([box for box in app.expander if "people" in box.label]) == len(answer.rows)
    assert len(app.get("vega_lite_chart")) == 1


@pytest.mark.parametrize(
    ("component", "indication", "word"),
    [("growth_factors", "aga_male", "Not estimable"), ("autologous_fibroblasts", "acne_scars", "Too little evidence")],
)
def test_an_abstention_is_a_designed_answer_not_a_number(
    component: str, indication: str, word: str, model: EvidenceModel
) -> None:
    answer = model.response(component, indication)
    assert not answer.estimable
    app = chosen(page(), indication, answer.family, component)
    assert word in texts(app)
    assert "8 of 10 comparable trials" not in texts(app)


def test_a_trial_that_printed_the_comparison_the_other_way_is_turned(
    model: EvidenceModel, knowledge: Knowledge
) -> None:
    answer = model.response("triamcinolone", "alopecia_areata", "salt")
    trials = trials_of("triamcinolone", answer.rows, model, knowledge)
    turned = [trial for trial in trials if trial.turned]
    assert turned
    for trial in turned:
        assert trial.estimate == -trial.row["estimate"]
        assert (trial.low, trial.high) == (-trial.row["high"], -trial.row["low"])
        assert trial.compared.startswith(knowledge.components["triamcinolone"].name)


def test_gains_within_one_arm_are_labelled_as_no_treatment_effect(model: EvidenceModel) -> None:
    app = chosen(page("Not fitted"), "aga_male", "hair_density")
    assert "Not a treatment effect: nothing to compare with" in texts(app)
    assert "a control arm" in tables(app)


def test_every_exclusion_has_its_reason_and_can_be_searched(model: EvidenceModel) -> None:
    app = page("Left out")
    listed = model.document["exclusions"]
    assert len(app.table[0].value) == 20
    app.selectbox(key="excluded_for").set_value("medians_only").run()
    assert not app.exception
    assert len(app.table[0].value) == listed["counts"]["medians_only"]
    app.text_input(key="excluded_word").set_value("no such word anywhere").run()
    assert "Nothing that was left out contains these words" in texts(app)


def test_claims_stand_beside_what_trials_found(model: EvidenceModel) -> None:
    said = texts(page("Claims"))
    assert "90 % chance of a satisfying result" in said
    assert "A permanent cure without repeats" in said
    assert re.search(r"\*\*In these trials\*\*: No controlled hair trial|\*\*In these trials\*\*: Satisfaction", said)


def test_calibration_shows_model_and_baselines_and_the_card_to_take_away(model: EvidenceModel) -> None:
    app = page("Calibration")
    assert len(app.table[0].value) == 1 + len(model.document["validation"]["baselines"])
    assert {button.label for button in app.get("download_button")} == {"Model card", "The model as JSON"}


def test_an_unknown_link_parameter_is_named_and_breaks_nothing(model: EvidenceModel) -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.switch_page(PAGE)
    app.query_params["evidence_indication"] = "Baldness <b>of kings</b>"
    app.query_params["whatever"] = "1"
    app.run()
    assert not app.exception
    assert "is not a choice here and was refused" in texts(app)
    assert app.selectbox(key="evidence_indication").value is None


def test_without_a_model_the_page_says_why_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    from formulator.ui import model as loader

    def broken() -> EvidenceModel:
        raise FaultsFound([Fault(Place("models/evidence.json"), "", "Its SHA-256 differs.", advice="Run train.")])

    monkeypatch.setattr(loader, "load_evidence", broken)
    loader.shared_model.clear()
    try:
        app = page()
    finally:
        loader.shared_model.clear()
    assert [one.value for one in app.warning] == [r"models/evidence.json\: Its SHA-256 differs. Run train."]
    assert not app.selectbox
    assert not app.tabs


def test_every_code_of_the_model_has_words(model: EvidenceModel) -> None:
    document = model.document
    rows = [*document["rows"], *document["within_arm"], *document["pooled_by_reviews"]]
    assert {row["design"] for row in rows} <= set(DESIGNS)
    assert {row["basis"] for row in rows} <= set(BASES)
    assert {flag for row in rows for flag in row["flags"]} <= set(FLAGS)
    behind = [one for cell in document["cells"] for one in cell["components"].values()]
    assert {reason["domain"] for one in behind for reason in one.get("reasons", ())} <= set(DOMAINS)
    assert {"out_of_scope", "not_estimable", "too_little_evidence", "outside_studied_range", "estimated"} == set(STATES)


def test_the_heat_map_counts_what_the_tables_hold_and_keeps_empty_squares(model: EvidenceModel) -> None:
    found = coverage(model, ["melasma", "pih"])
    cell = found["tranexamic_acid"][0]
    assert cell.controlled == len({row["study"] for row in model.trials("tranexamic_acid", "melasma")})
    assert cell.level == "estimated"
    assert any(cell.level == "nothing" for row in found.values() for cell in row)
    assert not set(found) & set(model.document["inert"])


def test_the_network_joins_each_pair_once_and_survives_odd_names(model: EvidenceModel, knowledge: Knowledge) -> None:
    rows = [row for row in model.document["rows"] if row["family"] == "pigment_score"]
    edges = edges_of(rows, model, knowledge)
    pairs = [frozenset((edge.tested, edge.against)) for edge in edges]
    assert len(pairs) == len(set(pairs))
    assert sum(len(edge.rows) for edge in edges) == len(rows)
    odd = dict(rows[0]) | {"added": ['a"; b -> c [URL="https://x.example"]\\'], "removed": []}
    dot = as_dot(edges_of([odd], model, knowledge))
    assert '\\"; b' in dot


def test_components_that_can_be_chosen_are_tested_ones(model: EvidenceModel) -> None:
    for indication, family in cells(model):
        for component in components_with_trials(indication, family, model):
            assert model.trials(component, indication, family)


def test_words_that_go_on_the_screen_are_harmless() -> None:
    assert address("javascript:alert(1)") == ""
    assert linked("a](b)", "data:text/html,x") == r"a\](b)"
    assert linked("[x]", "https://a.example/(1)") == r"[\[x\]](https://a.example/%281%29)"
    assert number(-0.001) == "0.00"
    assert small_measure({"within_person": False, "n_treated": None, "n_control": 3, "n": 3}) is None


def test_the_effects_of_an_indication_say_who_was_studied() -> None:
    app = chosen(page(), "melasma")
    assert "Who was studied" in texts(app)
    assert "II to V, reported in" in texts(app)
