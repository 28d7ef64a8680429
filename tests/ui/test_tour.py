"""The tour: offered beside the empty form, in nobody's way, dismissed for the session and found again on About."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from formulator.ui.tour import STEPS
from tests.ui.test_app import opened, texts, with_example


def buttons(app: AppTest) -> set[str]:
    return {str(one.key) for one in app.button if str(one.key).startswith("tour_")}


def press(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    assert not app.exception


def test_the_tour_is_offered_on_the_first_visit_and_leads_through_its_steps() -> None:
    app = opened()
    press(app, "tour_start")
    for number, (title, _) in enumerate(STEPS, start=1):
        assert f"{number} of {len(STEPS)}. {title}" in texts(app)
        if number < len(STEPS):
            press(app, "tour_next")
    assert "tour_next" not in buttons(app)
    press(app, "tour_end")
    assert not buttons(app)


def test_going_back_shows_the_step_before() -> None:
    app = opened()
    press(app, "tour_start")
    assert "tour_back" not in buttons(app)
    press(app, "tour_next")
    press(app, "tour_back")
    assert f"1 of {len(STEPS)}" in texts(app)


def test_who_declines_is_not_asked_again_not_even_for_a_new_patient() -> None:
    app = opened()
    press(app, "tour_decline")
    assert not buttons(app)
    app.selectbox(key="example").set_value("man_34_norwood_3").run()
    next(one for one in app.button if one.label == "New patient").click().run()
    assert not buttons(app)


def test_nobody_who_wants_an_answer_meets_the_offer_and_the_form_works_during_a_tour() -> None:
    assert not buttons(with_example("man_34_norwood_3"))
    app = opened()
    press(app, "tour_start")
    app.selectbox(key="example").set_value("man_34_norwood_3").run()
    assert app.tabs[0].label == "Components"
    assert "tour_next" in buttons(app)


def test_the_about_page_opens_the_tour_again() -> None:
    app = opened()
    press(app, "tour_decline")
    app.switch_page("formulator/ui/views/about.py").run()
    press(app, "tour_again")
    assert f"1 of {len(STEPS)}" in texts(app)


def test_the_start_page_names_the_cases_for_trainees() -> None:
    links = [str(one.proto.label) for one in opened().get("page_link")]
    assert any("Cases" in one for one in links)


def test_the_tour_is_short() -> None:
    assert 4 <= len(STEPS) <= 6
    assert all(len(text) < 280 for _, text in STEPS)
