"""The answers of a cohort on the screen: distributions, what is not known, refused rows, files to take away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

import streamlit as st

from formulator.cohort.distributions import refusals_of
from formulator.cohort.held import HeldAnswers
from formulator.cohort.impact.words import counted, rows_words
from formulator.cohort.request import CSV, JSON_LINES, PARQUET
from formulator.engine.answer import STATUSES
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.export.words import field_label
from formulator.knowledge import Knowledge
from formulator.ui.charts import show_chart
from formulator.ui.cohort.pictures import bars, upset
from formulator.ui.surface_map import COLOURS
from formulator.ui.words import safe

_MOST = 12
_MOST_SETS = 8
_FORMATS = {
    PARQUET: ("Parquet", "application/vnd.apache.parquet"),
    CSV: ("CSV", "text/csv"),
    JSON_LINES: ("JSON lines", "application/jsonl"),
}


def show_decisions(found: HeldAnswers) -> None:
    """How many patients get which decision."""
    shown = found.distributions
    rows = [(DECISION_WORDS[name], count) for name, count in shown.decisions.items()]
    if rows:
        colours = {DECISION_WORDS[name]: COLOURS[name] for name in shown.decisions}
        show_chart(bars(rows, "Patients", colours), alt="Bars of the decisions; the table below says the same.")
    _table(rows, "Decision", shown.patients)


def show_deciding(found: HeldAnswers, knowledge: Knowledge) -> None:
    """Which rules refuse, refer or delay the whole procedure, and for how many patients."""
    shown = found.distributions
    if not shown.deciding:
        st.info("No rule refuses, refers or delays anybody.", icon=":material/check_circle:")
        return
    rows = [(_headline(knowledge.rules[name].text), count) for name, count in islice(shown.deciding.items(), _MOST)]
    st.caption(
        f"{_first(len(rows), len(shown.deciding), 'rules')} A patient may have several. Who waits only because "
        "something is not known is counted under Missing."
    )
    show_chart(bars(rows, "Patients"), alt="Bars of the deciding rules; the table below says the same.")
    pairs = islice(shown.deciding.items(), _MOST)
    st.table(
        [
            {
                "Rule": safe(f"{knowledge.rules[name].text} ({name})"),
                "Forces": DECISION_WORDS[knowledge.rules[name].decision or "treat"],
                "Patients": counted(count, shown.patients),
            }
            for name, count in pairs
        ],
        hide_index=True,
    )


def show_together(found: HeldAnswers, knowledge: Knowledge) -> None:
    """Which of these rules hold for the same patients."""
    shown = found.distributions
    together = dict(islice(shown.together.items(), _MOST_SETS))
    if not together:
        st.info("No rule refuses, refers or delays anybody.", icon=":material/check_circle:")
        return
    st.caption(f"{_first(len(together), len(shown.together), 'sets')} Each patient is in one set alone.")
    words = {name: name.replace("_", " ") for names in together for name in names}
    show_chart(
        upset(together, words), width="content", alt="Upset plot of deciding rules; the table below says the same."
    )
    rows = [
        {"Set": place, "Rules": safe(" + ".join(words[name] for name in names)), "Patients": f"{count:,}"}
        for place, (names, count) in enumerate(together.items(), start=1)
    ]
    st.table(rows, hide_index=True)


def show_missing(found: HeldAnswers, knowledge: Knowledge) -> None:
    """The unknown fields that may be worth asking, most patients first."""
    shown = found.distributions
    if not shown.asked:
        st.info("Nothing is missing that could matter.", icon=":material/check_circle:")
        return
    rows = [(field_label(knowledge, name), count) for name, count in islice(shown.asked.items(), _MOST)]
    st.caption(
        f"{_first(len(rows), len(shown.asked), 'fields')} Unknown, and a rule that could matter hangs on it or a "
        "work-up wants it."
    )
    show_chart(bars(rows, "Patients"), alt="Bars of missing fields; the table below says the same.")
    _table(rows, "Field", shown.patients)


def show_statuses(found: HeldAnswers, knowledge: Knowledge) -> None:
    """The status of every component, as a table that can be sorted."""
    rows = [
        {"Component": knowledge.components[name].name}
        | {STATUS_WORDS[status]: counts.get(status, 0) for status in STATUSES}
        for name, counts in found.distributions.statuses.items()
    ]
    st.dataframe(rows, hide_index=True)


def show_refused(found: HeldAnswers) -> None:
    """Why rows are not answered, without a value of a patient."""
    if not found.rejects:
        st.success("Every row is answered.", icon=":material/check_circle:")
        return
    st.warning(f"{found.rejected_rows:,} rows are not answered.", icon=":material/error:")
    refused = refusals_of(found.rejects)
    rows = [
        {
            "Field": safe(field or "The whole record"),
            "Reason": safe(reason),
            "Rows": f"{len(numbers):,}",
            "For example": rows_words(numbers[:5]),
        }
        for (field, reason), numbers in islice(refused.items(), _MOST)
    ]
    st.table(rows, hide_index=True)
    if len(refused) > _MOST:
        st.caption(f"{_first(_MOST, len(refused), 'reasons')} All stand in the file.")
    st.download_button(
        "Refused rows (CSV)", found.written_rejects, "cohort.rejects.csv", "text/csv", icon=":material/download:"
    )


def show_downloads(found: HeldAnswers) -> None:
    """The answers as files, made when they are asked for."""
    st.caption("As `formulator cohort` writes them: columns that were carried along, decision, statuses, rules.")
    for form, (label, kind) in _FORMATS.items():
        st.download_button(
            f"Answers ({label})",
            lambda form=form: found.written(form),
            f"cohort.{form}",
            kind,
            icon=":material/download:",
            key=f"cohort_download_{form}",
        )


def _table(rows: Sequence[tuple[str, int]], title: str, of: int) -> None:
    cells: list[Mapping[str, str]] = [{title: safe(label), "Patients": counted(count, of)} for label, count in rows]
    st.table(cells, hide_index=True)


def _headline(text: str) -> str:
    """What a rule is about, in front of what follows from it."""
    return text.partition(" - ")[0]


def _first(shown: int, of: int, what: str) -> str:
    return f"All {of:,} {what}." if shown == of else f"The {shown:,} most frequent of {of:,} {what}."
