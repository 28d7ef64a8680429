"""The widgets of one case, and the decision that they hold; nothing of it is a patient of this clinic."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from formulator.knowledge import Knowledge
from formulator.learn.cases import Case
from formulator.learn.commitment import IN_GENERAL, Commitment, Course, plain_commitment
from formulator.ui.syringe_form import drawn_in

ROLES = {
    "main": "Main parts (recommended)",
    "adjunct": "Additions worth making (adjunct)",
    "optional": "Optional, if at all",
}
_COURSE = ("sessions", "interval_days", "reassess_weeks")


def key(case: Case, *parts: object) -> str:
    """The name of a widget of this case."""
    return "_".join(("play", case.id, *map(str, parts)))


def held(case: Case, *parts: object, default: Any = None) -> Any:
    """What a widget of this case holds."""
    value = st.session_state.get(key(case, *parts))
    return default if value is None else value


def asked(case: Case) -> tuple[str, ...]:
    """What was asked for so far, in order."""
    return tuple(held(case, "asked", default=()))


def ask_for(case: Case, name: str) -> None:
    """Callback: a finding or a field is asked for, and stays asked for."""
    if name and name not in asked(case):
        st.session_state[key(case, "asked")] = [*asked(case), name]


def decision_of(case: Case, knowledge: Knowledge) -> Commitment:
    """The decision as the widgets hold it now."""
    components = {name: role for role in reversed(ROLES) for name in held(case, role, default=[])}
    left_out = held(case, "excluded", default=[])
    return Commitment(
        cause=held(case, "cause"),
        asked=asked(case),
        settle=tuple(held(case, "settle", default=[])),
        decision=held(case, "decision"),
        components=components,
        exclusions={name: held(case, "why", name, default=IN_GENERAL) for name in left_out if name not in components},
        graded={name: grade for name in components if (grade := held(case, "grade", name))},
        believed={claim: verdict == "holds" for claim in case.claims if (verdict := held(case, "claim", claim))},
        course=Course(*(held(case, name) for name in _COURSE)),
        syringes=drawn_in(partial(key, case), knowledge),
        sure=int(held(case, "sure", default=50)),
    )


def fill_desk(case: Case, plain: Mapping[str, Any]) -> None:
    """Put a decision that was kept back into the widgets, before they are drawn."""
    put = {("asked",): list(plain["asked"]), ("settle",): list(plain["settle"]), ("sure",): plain["sure"]}
    put |= {(name,): plain[name] for name in ("cause", "decision")}
    put |= {(role,): [one for one, given in plain["components"].items() if given == role] for role in ROLES}
    put[("excluded",)] = list(plain["exclusions"])
    put |= {("why", name): field for name, field in plain["exclusions"].items()}
    put |= {("grade", name): grade for name, grade in plain["graded"].items()}
    put |= {("claim", claim): "holds" if holds else "fails" for claim, holds in plain["believed"].items()}
    put |= {(name,): plain["course"][name] for name in _COURSE}
    for number, syringe in enumerate(plain["syringes"]):
        put[("syringe", number)] = [one["component"] for one in syringe]
        for one in syringe:
            put |= {
                (part, number, one["component"]): float(one[name]) if one[name] is not None else None
                for part, name in (("strength", "strength"), ("volume", "volume_ml"))
            }
    for parts, value in put.items():
        st.session_state[key(case, *parts)] = value


def plain_desk(case: Case, knowledge: Knowledge) -> dict[str, Any]:
    """The decision so far as JSON-ready values."""
    return plain_commitment(decision_of(case, knowledge))


def clear_desk(case: Case) -> None:
    """Forget everything about this case."""
    for name in [name for name in st.session_state if str(name).startswith(key(case, ""))]:
        del st.session_state[name]
