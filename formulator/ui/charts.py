"""Every chart is shown from here, so that its words can be read in both themes."""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st


def ink() -> str:
    """The colour of text in the theme that the visitor sees."""
    return "#eaf1f0" if st.context.theme.type == "dark" else "#16211f"


def show_chart(picture: Any, *, alt: str, width: int | Literal["stretch", "content"] | None = None) -> None:
    """A chart with its words as alternative text; axes and legends in ink: the theme's own grey is too pale on white.

    `picture` is a chart of Altair that sets no configuration of its own.
    """
    words = {"labelColor": ink(), "titleColor": ink()}
    legible = picture.configure_axis(**words).configure_legend(**words).configure_header(**words)
    st.altair_chart(legible, alt=alt, width=width)
