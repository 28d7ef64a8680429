"""The trainee decides: cause, what comes first, whether to treat, with what, and how sure."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from formulator.engine.words import DECISION_WORDS
from formulator.export.words import CERTAINTY_WORDS, field_label
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case
from formulator.learn.commitment import IN_GENERAL, Commitment, shown_to
from formulator.ui.learn.desk import ROLES, asked, held, key
from formulator.ui.syringe_form import component_label, show_syringes
from formulator.ui.words import DECISION_ICONS, safe

_NOT_SAID = "Not decided"
_TO_SETTLE = ("lab", "condition", "medication")
_MOST_REASONS = 8
_NUMBERS = {
    "sessions": ("Sessions", 1, 60),
    "interval_days": ("Days between them", 1, 400),
    "reassess_weeks": ("Look again after, weeks", 1, 120),
}
Save = Callable[[], None]


def show_decision(case: Case, knowledge: Knowledge, save: Save) -> None:
    """Everything that can be decided; only cause and decision must be."""
    _cause(case, knowledge, save)
    _decision(case, knowledge, save)
    _components(case, knowledge, save)
    _exclusions(case, knowledge, save)
    if case.claims:
        _claims(case, knowledge, save)
    with st.expander(
        "Schedule and syringes (if you would treat)", icon=":material/event:", key=key(case, "box_course")
    ):
        _course(case, save)
        _syringes(case, knowledge, save)
    st.session_state.setdefault(key(case, "sure"), 50)
    st.slider(
        "How sure are you of your decision? (percent)",
        0,
        100,
        step=5,
        key=key(case, "sure"),
        on_change=save,
        help="50 is a coin toss. Your own certainty is compared with how often you were right.",
    )


def _cause(case: Case, knowledge: Knowledge, save: Save) -> None:
    causes = knowledge.catalogue.fields["cause"].choices
    st.radio(
        "What is the cause?",
        list(case.causes),
        index=None,
        format_func=lambda name: safe(causes[name]),
        key=key(case, "cause"),
        on_change=save,
    )


def _decision(case: Case, knowledge: Knowledge, save: Save) -> None:
    st.radio(
        "May we treat?",
        list(DECISION_WORDS),
        index=None,
        format_func=lambda name: f"{DECISION_ICONS[name]} {DECISION_WORDS[name]}",
        key=key(case, "decision"),
        on_change=save,
    )
    fields = [one.name for group in _TO_SETTLE for one in knowledge.catalogue.group(group)]
    st.multiselect(
        "What must be settled, asked or measured first?",
        fields,
        format_func=lambda name: field_label(knowledge, name),
        key=key(case, "settle"),
        on_change=save,
        placeholder="Nothing",
        filter_mode="contains",
        select_all=False,
    )


def _components(case: Case, knowledge: Knowledge, save: Save) -> None:
    names = _names(knowledge)
    st.markdown("**With what?** :gray[Now, or once what comes first is settled]")
    taken: set[str] = set()
    for role, label in ROLES.items():
        chosen = held(case, role, default=[])
        st.multiselect(
            label,
            [name for name in names if name not in taken or name in chosen],
            format_func=names.__getitem__,
            key=key(case, role),
            on_change=save,
            placeholder="None",
            filter_mode="contains",
            select_all=False,
        )
        taken |= set(chosen)
    _grades(case, knowledge, save)


def _grades(case: Case, knowledge: Knowledge, save: Save) -> None:
    """How certain the evidence is, for whoever wants to be asked."""
    chosen = list(dict.fromkeys(one for role in ROLES for one in held(case, role, default=[])))
    if not chosen:
        return
    with st.expander("How certain is the evidence?", icon=":material/query_stats:", key=key(case, "box_grades")):
        st.caption("High: further trials will hardly change it. Very low: few, small or contradicting trials.")
        for name in chosen:
            _grade(case, name, knowledge, save)


def _grade(case: Case, name: str, knowledge: Knowledge, save: Save) -> None:
    st.selectbox(
        safe(knowledge.components[name].name),
        list(CERTAINTY_WORDS),
        index=None,
        format_func=CERTAINTY_WORDS.__getitem__,
        key=key(case, "grade", name),
        on_change=save,
        placeholder=_NOT_SAID,
    )


def _names(knowledge: Knowledge) -> dict[str, str]:
    """Every component by its name, in the order of the alphabet: no order gives anything away."""
    return dict(
        sorted(((name, component_label(name, knowledge)) for name in knowledge.components), key=lambda pair: pair[1])
    )


def _exclusions(case: Case, knowledge: Knowledge, save: Save) -> None:
    names = _names(knowledge)
    st.multiselect(
        "What must not be used in this patient?",
        list(names),
        format_func=names.__getitem__,
        key=key(case, "excluded"),
        on_change=save,
        placeholder="Nothing in particular",
        filter_mode="contains",
        select_all=False,
        max_selections=_MOST_REASONS,
    )
    known = sorted(shown_to(Commitment(asked=asked(case)), case), key=lambda name: field_label(knowledge, name))
    for name in held(case, "excluded", default=[]):
        st.selectbox(
            f"{safe(names[name])}: because of",
            [IN_GENERAL, *known],
            format_func=lambda field: field_label(knowledge, field) if field else "No fact of this patient: in general",
            key=key(case, "why", name),
            on_change=save,
        )


def _claims(case: Case, knowledge: Knowledge, save: Save) -> None:
    st.markdown("**What the patient has been told.** Does it hold?")
    for claim in case.claims:
        st.segmented_control(
            safe(knowledge.claims[claim].claim),
            ["holds", "fails"],
            format_func={"holds": "Holds", "fails": "Does not hold"}.__getitem__,
            key=key(case, "claim", claim),
            on_change=save,
        )


def _course(case: Case, save: Save) -> None:
    for column, (name, (label, low, high)) in zip(st.columns(3), _NUMBERS.items(), strict=True):
        column.number_input(
            label, low, high, value=None, step=1, key=key(case, name), on_change=save, placeholder=_NOT_SAID
        )


def _syringes(case: Case, knowledge: Knowledge, save: Save) -> None:
    chosen = [name for role in ROLES for name in held(case, role, default=[])]
    names = [name for name in chosen if name in knowledge.into_skin]
    if not names:
        st.caption("Choose components above to put them into syringes.")
        return
    show_syringes(names, partial(key, case), knowledge, save)
