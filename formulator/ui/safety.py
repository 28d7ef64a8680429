"""The verification report on the screen: verdict, parts, each promise with its time, each accepted finding's reason."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from formulator.knowledge import Knowledge
from formulator.proof.verification.report import Entry, Part, Report
from formulator.ui.words import safe

_LIMITS = """\
What this does not prove: that a source is right, that a rule says what its source says, or that nothing was left out.
The calendar is not part of the formulas: wherever a session may lie, one is assumed. Amounts are tested, not proven.
"""
_SLOW_SECONDS = 0.05


def show_report(report: Report, knowledge: Knowledge) -> None:
    """Verdict first; whether it is about this very knowledge; then part by part."""
    current = report.knowledge_sha256 == knowledge.sha256
    if not current:
        st.warning(
            "This report was made for other knowledge than the one in use: "
            f"{safe(report.knowledge_version)} {safe(report.knowledge_sha256[:12])}. Run formulator verify.",
            icon=":material/history:",
        )
    banner = st.success if report.passed and current else st.error if not report.passed else st.warning
    words = "Everything held" if report.passed else "Something failed"
    banner(
        f"**{words}, over all 10^{report.power_of_ten} different patients** that the rules tell apart.",
        icon=":material/verified_user:" if report.passed else ":material/gpp_bad:",
    )
    st.caption(
        safe(
            f"Knowledge {report.knowledge_version} {report.knowledge_sha256[:12]}; program {report.program}; "
            f"made on {report.date} in {report.seconds:.0f} seconds."
        )
    )
    st.markdown(_LIMITS)
    st.table([_row(part) for part in report.parts], hide_index=True)
    for part in report.parts:
        if part.entries:
            _show_part(part)


def _row(part: Part) -> dict[str, str]:
    figures = ", ".join(f"{_number(value)} {name}" for name, value in part.figures.items())
    return {
        "Part": safe(part.name),
        "Result": "Held" if part.passed else "Failed",
        "Promise": safe(part.promise),
        "Figures": safe(figures) or "none",
        "Seconds": f"{part.seconds:.1f}",
    }


def _number(value: float | str) -> str:
    """A count, or a share in percent: what is no whole number is a share."""
    if isinstance(value, str):
        return value
    return f"{100 * value:.4g} %" if isinstance(value, float) else f"{value:,}"


def _show_part(part: Part) -> None:
    failed = [one for one in part.entries if not one.passed]
    for one in failed:
        st.error(safe(f"{one.sentence} {one.detail}"), icon=":material/gpp_bad:")
    box = st.expander(f"{part.name} ({len(part.entries)})", key=f"part_{part.name}", on_change="rerun")
    if box.open:
        with box:
            st.table([_entry(one) for one in _in_order(part.entries)], hide_index=True)


def _in_order(entries: Sequence[Entry]) -> list[Entry]:
    """What failed first, the rest as it stands."""
    return sorted(entries, key=lambda one: one.passed)


def _entry(one: Entry) -> dict[str, str]:
    seconds = "" if one.seconds is None else "at once" if one.seconds < _SLOW_SECONDS else f"{one.seconds:.1f}"
    return {
        "What": safe(one.sentence),
        "Result": "Held" if one.passed else "Failed",
        "Detail": safe(one.detail) or "none",
        "Seconds": seconds or "none",
    }
