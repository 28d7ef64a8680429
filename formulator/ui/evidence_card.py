"""What the trials say about one component: a sentence, a forest, its table twin, how sure and why."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from formulator.evidence.answer import EvidenceModel, Response
from formulator.export.words import CERTAINTY_WORDS
from formulator.knowledge import Knowledge
from formulator.ui.charts import show_chart
from formulator.ui.evidence_forest import forest, forest_in_words, model_table
from formulator.ui.evidence_trial import Trial, trial_table, trials_of
from formulator.ui.evidence_words import DOMAINS, STATES, family_name, in_names, number, plain
from formulator.ui.words import safe

_FEWER = "Trials compared it with what stands in their row; the model's rows are against an inert control."


def show_response(response: Response, model: EvidenceModel, knowledge: Knowledge) -> None:
    """Sentence, forest with its table twin and links, strength, and how the certainty came about."""
    trials = trials_of(response.component, response.rows, model, knowledge)
    _badges(response, model)
    st.markdown(safe(in_names(response.sentence, response, knowledge)))
    if response.estimable:
        _what_it_holds(response)
    if trials:
        show_chart(forest(response, trials), alt=forest_in_words(response, trials, knowledge), width="stretch")
        _tables(response, trials)
    show_certainty(response)


def _badges(response: Response, model: EvidenceModel) -> None:
    state = STATES[response.code]
    with st.container(horizontal=True):
        st.badge(state.word, icon=state.icon, color=state.colour, help=state.meaning)
        if response.family:
            st.badge(safe(family_name(response.family, model)), icon=":material/straighten:", color="gray")
        if response.strength:
            size, direction = response.strength["size"], response.strength["direction"]
            st.badge(safe(f"Strength: {size}, {direction}"), icon=":material/fitness_center:", color="gray")
        if response.certainty:
            st.badge(CERTAINTY_WORDS[response.certainty].capitalize(), icon=":material/verified:", color="gray")


def _what_it_holds(response: Response) -> None:
    """An arm under test gains whatever it holds: that part is not the component's."""
    own = f"{number(response.own)} SD ({number(response.own_low)} to {number(response.own_high)})"
    text = (
        f"Of the average gain of {number(response.effect)} SD, {own} is the component's own; "
        "the rest is what an arm gains in small trials because it is the one under test."
    )
    st.caption(safe(text))
    if response.natural:
        natural = response.natural
        trials = f"the median of {natural.trials} trials"
        st.caption(safe(f"Natural units: one SD is {natural.sd:g} {natural.unit}, {trials}."))


def _tables(response: Response, trials: Sequence[Trial]) -> None:
    st.table(trial_table(trials), hide_index=True)
    if response.estimable:
        st.caption(_FEWER)
        st.table([{name: safe(text) for name, text in row.items()} for row in model_table(response)], hide_index=True)


def show_certainty(response: Response) -> None:
    """Each reason with the levels that it cost."""
    if response.reasons:
        lines = [
            f"- **{_domain(one['domain'])}** {_cost(one['levels'])}: {safe(one['why'])}" for one in response.reasons
        ]
        word = CERTAINTY_WORDS.get(response.certainty or "", "no certainty").capitalize()
        st.markdown(f"**{word}, because**\n\n" + "\n".join(lines))


def _domain(name: str) -> str:
    return safe(DOMAINS.get(name, plain(name)))


def _cost(levels: int) -> str:
    if not levels:
        return "(nothing off)"
    return "(one level down)" if levels == 1 else f"({levels} levels down)"
