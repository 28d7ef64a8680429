"""A short tour of the Consult page: offered beside the empty form, dismissed for the session, reopened from About."""

from __future__ import annotations

import streamlit as st

from formulator.ui.paths import view

_STEP, _DISMISSED = "tour_step", "tour_dismissed"
STEPS = (
    (
        "Say what the patient comes for",
        "Choose a concern and its cause on the left, or an example. The form then asks only what rules read for it; "
        "each question mark says what hangs on the answer. **What is left empty is unknown, never no.**",
    ),
    (
        "Read the decision first",
        "The banner says whether to treat, wait, refer or refuse, and why. Below it stand the questions that would "
        "change most, with a button for each answer.",
    ),
    (
        "See what speaks for and against",
        "Every component has a status, its strongest argument and how certain that is. Open one for all arguments, "
        "trials and amounts; its name and each rule open their place in the knowledge, with the sources.",
    ),
    (
        "Take the plan along",
        "*Plan* dates the sessions, *Formulations* fills the syringes, *Save and share* prints, exports and makes a "
        "calendar. *What if* tries another fact and leaves the patient as it is.",
    ),
    (
        "Learn with cases",
        "*Cases* lets you decide about a patient yourself and tells you which rules you missed; *Handbook* explains "
        "every indication, component and rule.",
    ),
)


def show_start() -> None:
    """What to do first, for those who treat and for those who learn."""
    st.info(
        "Choose an example patient, or enter a concern and its cause. "
        "What is left empty counts as unknown, never as no.",
        icon=":material/start:",
    )
    st.page_link(
        view("learn"),
        label="Learning? Cases let you decide yourself, then show what you missed",
        icon=":material/school:",
    )


def show_tour(started_only: bool) -> None:
    """The step that is open, or the offer to begin; nothing once it is dismissed.

    `started_only`: no offer, so that nobody is kept from an answer who has not asked for a tour.
    """
    step = st.session_state.get(_STEP)
    if st.session_state.get(_DISMISSED) or (step is None and started_only):
        return
    with st.container(border=True):
        if step is None:
            st.markdown(":material/tour: **First visit?** Five short steps show what stands where.")
            _buttons(("Start the tour", 0, "tour_start"), ("No, thank you", None, "tour_decline"))
        else:
            _step(step)


def _step(step: int) -> None:
    title, text = STEPS[step]
    st.markdown(f":material/tour: **{step + 1} of {len(STEPS)}. {title}**  \n{text}")
    last = step == len(STEPS) - 1
    if last:
        st.page_link(view("learn"), label="Open the cases", icon=":material/school:")
    back = [("Back", step - 1, "tour_back")] if step else []
    onward = [] if last else [("Next", step + 1, "tour_next")]
    _buttons(*back, *onward, ("Done" if last else "End the tour", None, "tour_end"))


def _buttons(*wanted: tuple[str, int | None, str]) -> None:
    """Buttons in a row, each with the step that it leads to; none ends the tour."""
    with st.container(horizontal=True):
        for label, step, key in wanted:
            st.button(label, key=key, on_click=_go, args=(step,))


def _go(step: int | None) -> None:
    st.session_state[_STEP], st.session_state[_DISMISSED] = step, step is None


def show_tour_again() -> None:
    """A button that opens the tour from its first step, on the page that it is about."""
    if st.button("Show the tour again", key="tour_again", icon=":material/tour:", on_click=_go, args=(0,)):
        st.switch_page(view("consult"))
