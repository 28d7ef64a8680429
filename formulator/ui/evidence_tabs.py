"""The tabs of the Evidence page; only the open one is drawn."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from formulator.evidence.answer import EvidenceModel, Response
from formulator.knowledge import Knowledge
from formulator.ui.charts import show_chart
from formulator.ui.evidence_card import show_response
from formulator.ui.evidence_choice import Choice, components_with_trials
from formulator.ui.evidence_claims import show_claims
from formulator.ui.evidence_coverage import show_coverage
from formulator.ui.evidence_forest import overview
from formulator.ui.evidence_funnel import show_funnel
from formulator.ui.evidence_listed import show_exclusions, show_reviews, show_within_arm
from formulator.ui.evidence_network import show_additivity, show_network
from formulator.ui.evidence_quality import show_quality
from formulator.ui.evidence_trial import show_trials, trials_of
from formulator.ui.evidence_words import STATES, component_name, interval
from formulator.ui.studied_view import show_studied
from formulator.ui.words import safe

_CHOOSE = "Choose an indication above to see its trials. Coverage, Left out, Claims and Calibration need no choice."
_NO_TRIAL = "No controlled trial with a usable figure is on file here: nothing can be estimated."


def show_tabs(choice: Choice | None, model: EvidenceModel, knowledge: Knowledge) -> None:
    """What the choice holds, then what belongs to the whole model."""
    of_choice: dict[str, Callable[[Choice, EvidenceModel, Knowledge], None]] = {
        "Effects": _effects,
        "Network": _network,
        "Small studies": _funnel,
        "Not fitted": _not_fitted,
    }
    of_model: dict[str, Callable[[EvidenceModel, Knowledge], None]] = {
        "Coverage": show_coverage,
        "Left out": lambda model, _: show_exclusions(model),
        "Claims": show_claims,
        "Calibration": lambda model, _: show_quality(model),
    }
    tabs = st.tabs([*of_choice, *of_model], key="evidence_view", on_change="rerun")
    for tab, name in zip(tabs, [*of_choice, *of_model], strict=True):
        if tab.open:
            with tab:
                if name in of_model:
                    of_model[name](model, knowledge)
                elif choice is None:
                    st.info(_CHOOSE, icon=":material/start:")
                else:
                    of_choice[name](choice, model, knowledge)


def _effects(choice: Choice, model: EvidenceModel, knowledge: Knowledge) -> None:
    components = components_with_trials(choice.indication, choice.family, model)
    if not components:
        st.info(f"{_NO_TRIAL} Gains within one arm stand under Not fitted.", icon=STATES["not_estimable"].icon)
    elif choice.component:
        _component(choice.component, choice, model, knowledge)
    else:
        _all(components, choice, model, knowledge)
    show_studied(choice.rows("rows", model), model)


def _all(components: list[str], choice: Choice, model: EvidenceModel, knowledge: Knowledge) -> None:
    answers = [model.response(component, choice.indication, choice.family) for component in components]
    estimated = sorted((one for one in answers if one.estimable), key=lambda one: -(one.effect or 0))
    if estimated:
        st.caption("Diamond: average with its 95 % interval. Band: where 8 of 10 comparable trials would lie.")
        words = "; ".join(
            f"{component_name(one.component, knowledge)} {interval(one.effect, one.low, one.high)}" for one in estimated
        )
        show_chart(overview(estimated, knowledge), alt=f"Forest plot of components, SD: {words}.", width="stretch")
    else:
        st.info("None of these can be estimated; each says why below.", icon=STATES["too_little_evidence"].icon)
    st.table([_line(one, knowledge) for one in [*estimated, *(a for a in answers if not a.estimable)]], hide_index=True)
    st.markdown("##### Trial by trial")
    for answer in answers:
        _expander(answer, choice, model, knowledge)


def _line(answer: Response, knowledge: Knowledge) -> dict[str, str]:
    state = STATES[answer.code]
    natural = answer.natural
    return {
        "Component": safe(component_name(answer.component, knowledge)),
        "Answer": f"{state.icon} {safe(state.word)}",
        "8 of 10 comparable trials, SD": interval(answer.effect, answer.low, answer.high)
        if answer.estimable
        else "no number",
        "In natural units": safe(f"{interval(natural.effect, natural.low, natural.high, 1)} {natural.unit}")
        if natural
        else "",
        "Studies": str(answer.studies or len({row["study"] for row in answer.rows})),
        "Certainty": safe((answer.certainty or "none").replace("_", " ")),
    }


def _expander(answer: Response, choice: Choice, model: EvidenceModel, knowledge: Knowledge) -> None:
    state, name = STATES[answer.code], component_name(answer.component, knowledge)
    key = f"component_{choice.indication}_{choice.family}_{answer.component}"
    box = st.expander(f"{safe(name)}: {state.word.lower()}", icon=state.icon, key=key, on_change="rerun")
    if box.open:
        with box:
            _component(answer.component, choice, model, knowledge)


def _component(component: str, choice: Choice, model: EvidenceModel, knowledge: Knowledge) -> None:
    answer = model.response(component, choice.indication, choice.family)
    show_response(answer, model, knowledge)
    trials = trials_of(component, answer.rows, model, knowledge)
    if trials:
        st.markdown("**Study rows**: open one to see who was studied, what was assumed, and its address.")
        show_trials(trials, model, f"{choice.indication}_{choice.family}_{component}")
    _sensitivity(answer, model)


def _sensitivity(answer: Response, model: EvidenceModel) -> None:
    cell = (answer.component, answer.indication, answer.family)
    for one in model.document["sensitivity"]:
        if (one["component"], one["indication"], one["family"]) == cell and answer.estimable:
            others = [f"{name} {value:.2f}" for name, value in sorted(one.items()) if isinstance(value, float)]
            st.caption(f"Average in SD under other assumptions: {safe(', '.join(others))}.")


def _network(choice: Choice, model: EvidenceModel, knowledge: Knowledge) -> None:
    rows = choice.rows("rows", model)
    if not rows:
        st.info(_NO_TRIAL, icon=STATES["not_estimable"].icon)
        return
    show_additivity(choice.family, model)
    show_network(rows, model, knowledge)


def _funnel(choice: Choice, model: EvidenceModel, knowledge: Knowledge) -> None:
    show_funnel(choice.family, choice.indication, model, knowledge)


def _not_fitted(choice: Choice, model: EvidenceModel, knowledge: Knowledge) -> None:
    show_within_arm(choice.rows("within_arm", model), model, knowledge)
    show_reviews(choice.rows("pooled_by_reviews", model), model)
