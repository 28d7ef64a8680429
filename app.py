"""Streamlit router: pages and theme, nothing else."""

import streamlit as st

from formulator.ui.paths import ICON, view

st.set_page_config(page_title="formulator", page_icon=str(ICON), layout="wide")


def page(name: str, title: str, icon: str, first: bool = False) -> st.Page:
    """A page by the name of its file, which is also its address."""
    return st.Page(view(name), title=title, icon=f":material/{icon}:", url_path=name, default=first)


st.navigation(
    {
        "": [page("consult", "Consult", "stethoscope", first=True)],
        "Patients": [
            page("consultations", "Consultations", "folder_shared"),
            page("compare", "Compare", "compare_arrows"),
            page("thresholds", "Thresholds", "grid_on"),
            page("cohort", "Cohort", "groups"),
        ],
        "Learn": [
            page("learn", "Cases", "school"),
            page("progress", "Progress", "trending_up"),
            page("handbook", "Handbook", "auto_stories"),
            page("instructor", "Instructor", "co_present"),
        ],
        "Reference": [
            page("evidence", "Evidence", "query_stats"),
            page("mixing", "Mixing", "science"),
            page("knowledge", "Knowledge", "menu_book"),
            page("changes", "Changes", "history"),
            page("safety", "Safety", "verified_user"),
            page("about", "About", "info"),
        ],
    },
    position="top",
).run()
