"""Streamlit router: pages and theme, nothing else."""

import streamlit as st

from formulator.ui.paths import ICON, view

st.set_page_config(page_title="formulator", page_icon=str(ICON), layout="wide")

st.navigation(
    [
        st.Page(view("consult"), title="Consult", icon=":material/stethoscope:", url_path="consult", default=True),
        st.Page(view("compare"), title="Compare", icon=":material/compare_arrows:", url_path="compare"),
        st.Page(view("evidence"), title="Evidence", icon=":material/query_stats:", url_path="evidence"),
        st.Page(view("mixing"), title="Mixing", icon=":material/science:", url_path="mixing"),
        st.Page(view("knowledge"), title="Knowledge", icon=":material/menu_book:", url_path="knowledge"),
        st.Page(view("instructor"), title="Instructor", icon=":material/co_present:", url_path="instructor"),
        st.Page(view("changes"), title="Changes", icon=":material/history:", url_path="changes"),
        st.Page(view("safety"), title="Safety", icon=":material/verified_user:", url_path="safety"),
        st.Page(view("about"), title="About", icon=":material/info:", url_path="about"),
    ],
    position="top",
).run()
