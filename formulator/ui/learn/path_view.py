"""The walk from the facts to what is left: a picture that grows step by step, with its text twin below."""

from __future__ import annotations

import streamlit as st

from formulator.learn.path import Path, Stage, path_dot
from formulator.ui.words import safe

_LONGEST_LIST = 12


def show_path(path: Path, key: str) -> None:
    """One step at a time; the picture shows everything up to it."""
    stages = path.stages
    titles = [f"{number + 1} {stage.title}" for number, stage in enumerate(stages)]
    chosen = st.segmented_control("Walk through", titles, default=titles[0], key=key, required=True)
    reached = titles.index(chosen or titles[0]) + 1
    stage = stages[reached - 1]
    st.markdown(f"**{safe(stage.asks)}**")
    st.graphviz_chart(
        path_dot(path, reached),
        width="stretch",
        alt=f"{stage.title}: the list below as a picture, from the patient on the left.",
    )
    st.markdown(_listed(stage))


def _listed(stage: Stage) -> str:
    lines: list[str] = []
    for subject, said in stage.lines:
        lines.append(f"- **{safe(subject)}**")
        lines += [f"    - {safe(one)}" for one in said[:_LONGEST_LIST]]
        if len(said) > _LONGEST_LIST:
            lines.append(f"    - and {len(said) - _LONGEST_LIST} more")
    return "\n".join(lines)
