"""One trial as seen from one component: which side it stood on, what it was compared with, what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from formulator.evidence.answer import EvidenceModel
from formulator.evidence.answer_words import study_label
from formulator.knowledge import Knowledge
from formulator.ui.evidence_words import (
    BASES,
    DESIGNS,
    Row,
    address,
    assumed,
    family_name,
    interval,
    linked,
    names,
    number,
    place_of,
    plain,
    study_of,
)
from formulator.ui.words import safe


@dataclass(frozen=True, slots=True)
class Trial:
    """A contrast turned so that positive favours the component; `turned` where the study printed it the other way."""

    row: Row
    study: Row
    label: str
    compared: str
    against: str
    estimate: float
    low: float
    high: float
    natural: float | None
    turned: bool

    @property
    def people(self) -> int:
        """People behind the contrast."""
        return round(self.row["n"] or 0)

    @property
    def design(self) -> str:
        """The design in words."""
        return DESIGNS.get(self.row["design"], plain(self.row["design"]))


def trials_of(component: str, rows: Sequence[Row], model: EvidenceModel, knowledge: Knowledge) -> list[Trial]:
    """The trials of a component or mixture (`a + b`), largest first."""
    parts = set(component.split(" + "))
    found = [_turned(row, parts, model, knowledge) for row in rows]
    return sorted(found, key=lambda trial: (-trial.people, trial.label))


def plain_trials(rows: Sequence[Row], model: EvidenceModel, knowledge: Knowledge) -> list[Trial]:
    """Trials as they were printed: the tested arm against its comparator."""
    return [_turned(row, set(row["added"]), model, knowledge) for row in rows]


def _turned(row: Row, parts: set[str], model: EvidenceModel, knowledge: Knowledge) -> Trial:
    turned = not parts & set(row["added"]) and bool(parts & set(row["removed"]))
    sign = -1 if turned else 1
    ends = sorted((sign * row["low"], sign * row["high"]))
    study = study_of(row, model)
    return Trial(
        row=row,
        study=study,
        label=study_label(row["study"], study),
        compared=compared(row, knowledge, turned=turned),
        against=_against(row, parts, knowledge, turned=turned),
        estimate=sign * row["estimate"],
        low=ends[0],
        high=ends[1],
        natural=None if row["natural"] is None else sign * row["natural"],
        turned=turned,
    )


def compared(row: Row, knowledge: Knowledge, *, turned: bool = False) -> str:
    """What differed between the arms, and what both got."""
    sides = (row["removed"], row["added"]) if turned else (row["added"], row["removed"])
    both = [one for one in row["treatment"] if one in row["control"]]
    on = f", both with {names(both, knowledge)}" if both else ""
    return f"{names(sides[0], knowledge)} against {names(sides[1], knowledge)}{on}"


def _against(row: Row, parts: set[str], knowledge: Knowledge, *, turned: bool) -> str:
    """The comparator in short, and what was tested beside the component."""
    own, other = (row["removed"], row["added"]) if turned else (row["added"], row["removed"])
    beside = [one for one in own if one not in parts]
    start = f"with {names(beside, knowledge)} " if beside else ""
    return f"{start}vs {names(other, knowledge)}"


def trial_table(trials: Sequence[Trial]) -> list[dict[str, str]]:
    """The table twin of a forest: each trial leads to its address."""
    natural = any(trial.natural is not None for trial in trials)
    return [_line(trial, natural=natural) for trial in trials]


def _line(trial: Trial, *, natural: bool) -> dict[str, str]:
    unit = trial.row["natural_unit"]
    line = {
        "Trial": linked(trial.label, trial.row["url"]),
        "Compared": safe(trial.compared),
        "Effect in SD (95 %)": interval(trial.estimate, trial.low, trial.high),
        "People": str(trial.people),
    }
    if natural:
        line["In its unit"] = safe(f"{number(trial.natural, 1)} {unit}") if trial.natural is not None else ""
    return line | {"Design": safe(trial.design), "Assumed": safe(assumed(trial.row)) or "nothing"}


def show_trials(trials: Sequence[Trial], model: EvidenceModel, key: str) -> None:
    """Each trial, to be opened: the study row and its address."""
    for position, trial in enumerate(trials):
        title = f"{safe(trial.label)}: {number(trial.estimate)} SD, {trial.people} people"
        box = st.expander(title, key=f"trial_{key}_{position}", on_change="rerun", icon=":material/article:")
        if box.open:
            with box:
                _details(trial, model)


def _details(trial: Trial, model: EvidenceModel) -> None:
    where = address(trial.row["url"])
    st.markdown(f"**{safe(trial.study.get('title') or trial.row['study'])}**")
    st.markdown(f":material/link: [{safe(where)}]({where})" if where else "No address is on file.")
    facts = {**_about(trial.study), **_contrast(trial, model)}
    st.table([{"What": name, "As recorded": safe(text)} for name, text in facts.items() if text], hide_index=True)


def _about(study: Row) -> dict[str, str]:
    return {
        "First author": str(study.get("first_author") or "not recorded"),
        "Year": str(study.get("year") or "not recorded"),
        "Journal": str(study.get("journal") or ""),
        "Country": str(study.get("country") or "not recorded"),
        "People in the study": str(study.get("n_total") or "not recorded"),
        "Who": _who(study),
        "Blinding": str(study.get("blinding") or "not recorded"),
    }


def _who(study: Row) -> str:
    ages = [str(study[name]) for name in ("age_min", "age_max") if study.get(name)]
    parts = [
        str(study.get("sex") or ""),
        f"mean age {study['age_mean']}" if study.get("age_mean") else "",
        f"age {' to '.join(ages)}" if ages else "",
        str(study.get("severity") or ""),
    ]
    return ", ".join(part for part in parts if part) or "sex and age not recorded"


def _contrast(trial: Trial, model: EvidenceModel) -> dict[str, str]:
    row = trial.row
    turned = " (the study printed it the other way round)" if trial.turned else ""
    return {
        "Design": trial.design,
        "Compared": trial.compared + turned,
        "Outcome": f"{plain(row['outcome'])} ({family_name(row['family'], model).lower()})",
        "Measured": f"week {row['weeks']:g}" if row["weeks"] else "time not recorded",
        "Sessions and route": _given(row),
        "People compared": f"{number(row['n_treated'], 0)} and {number(row['n_control'], 0)}",
        "Effect, SD (95 %)": interval(trial.estimate, trial.low, trial.high),
        "In its unit": f"{number(trial.natural, 2)} {row['natural_unit']}" if trial.natural is not None else "",
        "Read from": BASES.get(row["basis"], plain(row["basis"])),
        "Assumed": assumed(row) or "nothing",
        "Row": place_of(row),
    }


def _given(row: Row) -> str:
    sessions = f"{row['sessions']:g} sessions" if row["sessions"] else "sessions not recorded"
    return f"{sessions}, {row['delivery'].replace('_', ' ') or 'route not recorded'}"
