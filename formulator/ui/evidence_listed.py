"""What is listed and never fitted: gains within one arm, pooled effects of reviews, and every exclusion."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence

import streamlit as st

from formulator.evidence.answer import EvidenceModel
from formulator.evidence.answer_words import study_label
from formulator.knowledge import Knowledge
from formulator.paths import data_directory
from formulator.ui.evidence_words import (
    DESIGNS,
    Row,
    assumed,
    family_name,
    interval,
    linked,
    names,
    plain,
    study_of,
)
from formulator.ui.words import safe

_PER_PAGE = 20
_ALL = "Every reason"


@st.cache_resource(show_spinner=False)
def studies_table() -> Mapping[str, Row]:
    """Every study of the tables, also those that gave nothing; empty where the table cannot be read."""
    path = data_directory() / "evidence" / "studies.csv"
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return {row["study_id"]: row for row in csv.DictReader(stream)}
    except (OSError, KeyError, UnicodeDecodeError, csv.Error):
        return {}


def show_within_arm(rows: Sequence[Row], model: EvidenceModel, knowledge: Knowledge) -> None:
    """Gains from baseline, labelled as what they are not."""
    st.warning(
        "**Not a treatment effect: nothing to compare with.** People in control arms improve too. "
        "These gains from baseline are listed and never enter an estimate.",
        icon=":material/compare_arrows:",
    )
    if not rows:
        st.info("No gain within one arm is on file for this choice.", icon=":material/inbox:")
    inert = set(model.document["inert"])
    ordered = sorted(rows, key=lambda row: (not set(row["treatment"]) <= inert, -row["n"]))
    shown = _page(ordered, "within_page", "gains within one arm")
    if shown:
        st.table([_gain(row, inert, model, knowledge) for row in shown], hide_index=True)


def show_reviews(rows: Sequence[Row], model: EvidenceModel) -> None:
    """Pooled effects that reviews print: shown beside, counted nowhere, since they hold the same trials."""
    st.markdown("##### Pooled effects printed by reviews")
    st.caption("Listed beside the trials and counted nowhere: reviews hold the same trials, some without controls.")
    if not rows:
        st.info("No review pooled this outcome here.", icon=":material/inbox:")
    shown = _page(rows, "reviews_page", "pooled effects")
    if shown:
        st.table([_pooled(row, model) for row in shown], hide_index=True)


def show_exclusions(model: EvidenceModel) -> None:
    """Every outcome row that gives no effect, by reason, searchable, a page at a time."""
    listed = model.document["exclusions"]
    counts, meaning = listed["counts"], listed["meaning"]
    st.caption(f"{sum(counts.values())} outcome rows give no effect of their own. None is left out without a reason.")
    reason_column, word_column = st.columns([3, 2])
    reason = reason_column.selectbox(
        "Reason",
        [_ALL, *sorted(counts, key=lambda code: -counts[code])],
        format_func=lambda code: f"{meaning[code]} ({counts[code]})" if code in counts else _ALL,
        key="excluded_for",
    )
    word = word_column.text_input(
        "Contains", key="excluded_word", placeholder="author, outcome, title ...", max_chars=60
    )
    rows = [row for row in listed["rows"] if reason in (_ALL, row["code"]) and _has(row, word, meaning)]
    if not rows:
        st.info("Nothing that was left out contains these words.", icon=":material/search_off:")
    shown = _page(rows, "excluded_page", "rows")
    if shown:
        st.table([_excluded(row, meaning) for row in shown], hide_index=True)


def _page(rows: Sequence[Row], key: str, what: str) -> Sequence[Row]:
    """One page of rows; the pages are drawn where there is more than one."""
    pages = max(1, -(-len(rows) // _PER_PAGE))
    page = 1
    if pages > 1:
        # the key holds the number of pages, so that a narrower search begins at its first page
        page = min(st.pagination(pages, key=f"{key}_{len(rows)}"), pages)
        st.caption(f"Page {page} of {pages}, {len(rows)} {what}.")
    return rows[(page - 1) * _PER_PAGE : page * _PER_PAGE]


def _has(row: Row, word: str, meaning: Mapping[str, str]) -> bool:
    study = studies_table().get(row["study"], {})
    parts = (
        row["study"],
        row["outcome"],
        row["arm"],
        meaning[row["code"]],
        study.get("title"),
        study.get("first_author"),
    )
    return word.lower() in " ".join(str(part or "") for part in parts).lower()


def _excluded(row: Row, meaning: Mapping[str, str]) -> dict[str, str]:
    study = studies_table().get(row["study"], {})
    return {
        "Study": linked(study_label(row["study"], study), study.get("url")),
        "Arm": safe(row["arm"].replace("_", " ")),
        "Outcome": safe(plain(row["outcome"])),
        "Why it gives no effect": safe(meaning[row["code"]]),
    }


def _gain(row: Row, inert: set[str], model: EvidenceModel, knowledge: Knowledge) -> dict[str, str]:
    control = set(row["treatment"]) <= inert
    return {
        "Study": linked(study_label(row["study"], study_of(row, model)), row["url"]),
        "Arm": safe(names(row["treatment"], knowledge, "nothing")) + (" :gray[(a control arm)]" if control else ""),
        "Gain from baseline, SD (95 %)": interval(row["estimate"], row["low"], row["high"]),
        "Outcome": safe(plain(row["outcome"])),
        "Design": safe(DESIGNS.get(row["design"], plain(row["design"]))),
        "People": f"{row['n']:.0f}",
        "Assumed": safe(assumed(row)) or "nothing",
    }


def _pooled(row: Row, model: EvidenceModel) -> dict[str, str]:
    return {
        "Review": linked(study_label(row["study"], study_of(row, model)), row["url"]),
        "Outcome": safe(f"{plain(row['outcome'])} ({family_name(row['family'], model).lower()})"),
        "Printed as": safe(row["metric"]),
        "Pooled (95 %)": interval(row["estimate"], row["low"], row["high"]),
        "People": f"{row['n']:.0f}" if row["n"] else "not recorded",
        "Remark": safe(assumed(row)),
    }
