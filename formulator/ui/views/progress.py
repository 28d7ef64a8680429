"""Progress: skills, indications, calibration, what comes back; and the file that holds it."""

import streamlit as st

from formulator.faults import FaultsFound
from formulator.learn.progress.calibration import calibration_of
from formulator.learn.progress.skills import by_indication, by_skill
from formulator.ui.faults import show_faults
from formulator.ui.learn.book import shared_casebook
from formulator.ui.learn.progress_file import show_file
from formulator.ui.learn.progress_view import (
    indication_names,
    show_calibration,
    show_groups,
    show_returning,
    skill_names,
)
from formulator.ui.learn.saving import now, show_notices, store
from formulator.ui.state import shared_knowledge

knowledge = shared_knowledge()
st.title("Progress")
st.caption("What you decided, weighed by rule. It is kept in one file on this machine, and nowhere else.")
show_notices()
try:
    history, cases = store().history(), shared_casebook().cases
    if not history:
        st.info("Nothing is decided yet. Play a case under Learn, Cases, and it shows here.", icon=":material/school:")
    skills, indications, sure, back, file = st.tabs(
        ["By skill", "By indication", "Your certainty", "What comes back", "The file"]
    )
    with skills:
        show_groups("Skill", by_skill(history, cases), skill_names())
    with indications:
        show_groups("Indication", by_indication(history, cases), indication_names(knowledge))
    with sure:
        show_calibration(calibration_of(history, cases))
    with back:
        show_returning(store().scheduled(), now(), knowledge)
    with file:
        show_file()
except FaultsFound as found:
    show_faults(found, knowledge)
