"""After the decision: what was missed and its rule, what was right, how the choice follows, what changes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import streamlit as st

from formulator.engine.answer import Recommendation
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.evidence.answer import EvidenceModel
from formulator.export.words import CERTAINTY_WORDS
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Source
from formulator.learn.cases import Case, Casebook
from formulator.learn.commitment import Commitment
from formulator.learn.diagnosis.kinds import KINDS
from formulator.learn.diagnosis.remark import SKILLS, Feedback, Remark
from formulator.learn.diagnosis.words import lesson_words, read_words
from formulator.learn.path import path_of
from formulator.ui.learn.contrast import show_contrast
from formulator.ui.learn.desk import key
from formulator.ui.learn.path_view import show_path
from formulator.ui.words import DECISION_ICONS, STATUS_ICONS, safe, source_link

_ROLE_STATUS = {"main": "recommended", "adjunct": "adjunct", "optional": "optional"}
_AT_ONCE = 6


def show_reveal(  # noqa: PLR0913 - the case, both answers, and everything that they are made from
    case: Case,
    commitment: Commitment,
    feedback: Feedback,
    answer: Recommendation,
    book: Casebook,
    knowledge: Knowledge,
    model: EvidenceModel | None,
    returns: Mapping[str, datetime],
) -> None:
    """The headline, the mistakes, what was right, then everything else in tabs."""
    _headline(case, commitment, feedback, answer)
    missed, right, path, beside, neighbour, home = st.tabs(
        [
            f"What you missed ({len(feedback.mistakes)})",
            f"What was right ({len(feedback.right)})",
            "How the choice follows",
            "Yours and the rules'",
            "One fact changed",
            "To take home",
        ]
    )
    with missed:
        _mistakes(feedback.mistakes, knowledge, returns)
    with right:
        show_right(feedback.right)
    with path:
        show_path(path_of(answer, knowledge, _chosen(commitment)), key(case, "path"))
    with beside:
        _beside(commitment, answer, knowledge)
    with neighbour:
        show_contrast(case, answer, knowledge, model)
    with home:
        _home(case, book, knowledge)


def _chosen(commitment: Commitment) -> tuple[str, ...]:
    """Every component that the trainee wanted, named or drawn into a syringe."""
    drawn = (one.component for syringe in commitment.syringes for one in syringe)
    return tuple(dict.fromkeys((*commitment.components, *drawn)))


def _headline(case: Case, commitment: Commitment, feedback: Feedback, answer: Recommendation) -> None:
    rules = f"{DECISION_ICONS[answer.decision]} **{DECISION_WORDS[answer.decision]}**"
    others = len(feedback.mistakes)
    if commitment.decision == answer.decision and not others:
        st.success(f"The rules agree with your decision: {rules}", icon=":material/check:")
    elif commitment.decision == answer.decision:
        more = "one thing was" if others == 1 else f"{others} things were"
        st.info(f"The rules agree with your decision: {rules}; {more} missed on the way.", icon=":material/check:")
    else:
        yours = DECISION_WORDS[commitment.decision or ""] if commitment.decision else "none"
        st.warning(f"You decided: {yours}. The rules say: {rules}", icon=":material/school:")
    if feedback.mistakes:
        first = feedback.mistakes[0]
        st.markdown(f"**First of all:** {safe(first.text)}  \n:gray[{safe(_behind(first))}]")
    st.markdown(f":material/lightbulb: {safe(case.pearl)}")


def _behind(one: Remark) -> str:
    return f"{KINDS[one.kind].name}; {one.lesson.kind} {one.lesson.id}"


def _mistakes(mistakes: Iterable[Remark], knowledge: Knowledge, returns: Mapping[str, datetime]) -> None:
    found = list(mistakes)
    if not found:
        st.info("Nothing was missed in this case.", icon=":material/done_all:")
    for one in found[:_AT_ONCE]:
        with st.container(border=True):
            show_remark(one, knowledge, returns)
    if found[_AT_ONCE:]:
        with st.expander(f"{len(found) - _AT_ONCE} more"):
            for one in found[_AT_ONCE:]:
                show_remark(one, knowledge, returns)


def show_remark(one: Remark, knowledge: Knowledge, returns: Mapping[str, datetime]) -> None:
    """One thing that was missed: what, which kind of mistake, why, the rule, its sources, and when it comes back."""
    kind = KINDS[one.kind]
    read = read_words(one.because, knowledge)
    lines = [f"**{safe(one.text)}**", f":gray[{safe(kind.name)} ({SKILLS[one.skill].lower()}). {safe(kind.explains)}]"]
    lines += [safe(one.detail)] if one.detail else []
    lines += [f":gray[{safe(read)}]"] if read else []
    lines.append(f"{one.lesson.kind.capitalize()} {_lesson_link(one, knowledge)}")
    if one.sources:
        lines.append("Sources: " + "; ".join(source_link(knowledge.sources[name]) for name in one.sources[:4]))
    if one.lesson.key in returns:
        lines.append(f":material/event_repeat: Comes back in another case from {returns[one.lesson.key]:%d %b %Y}.")
    st.markdown("  \n".join(lines))


def _lesson_link(one: Remark, knowledge: Knowledge) -> str:
    """The page of the handbook on the rule; other lessons stand by their name."""
    if one.lesson.id in knowledge.rules:
        return f"[{safe(one.lesson.id)}](handbook?kind=rule&id={one.lesson.id})"
    return safe(lesson_words(one.lesson, knowledge))


def show_right(right: Iterable[Remark]) -> None:
    """What was right, each with the lesson behind it."""
    lines = [f"- {safe(one.text)} :gray[{safe(_behind(one))}]" for one in right]
    st.markdown("\n".join(lines) if lines else "Nothing that was decided here stood up; the next case will go better.")


def _beside(commitment: Commitment, answer: Recommendation, knowledge: Knowledge) -> None:
    causes = knowledge.catalogue.fields["cause"].choices
    cause = str(answer.profile.get("cause", "unknown"))
    rows = [
        {"What": "Cause", "You": causes.get(commitment.cause or "", "not said"), "The rules": causes.get(cause, cause)},
        {
            "What": "Decision",
            "You": DECISION_WORDS.get(commitment.decision or "", "not said"),
            "The rules": DECISION_WORDS[answer.decision],
        },
        *_components(commitment, answer, knowledge),
    ]
    st.table(rows, hide_index=True)
    for one in answer.decision_arguments:
        st.markdown(f"- {safe(one.text)} :gray[{CERTAINTY_WORDS[one.certainty]}; {safe(one.rule)}]")


def _components(commitment: Commitment, answer: Recommendation, knowledge: Knowledge) -> list[dict[str, str]]:
    rows = []
    for one in answer.components:
        role = commitment.components.get(one.id)
        excluded = one.id in commitment.exclusions
        if role or excluded or one.status in ("recommended", "adjunct"):
            yours = STATUS_WORDS[_ROLE_STATUS[role]] if role else "Must not be used" if excluded else "not named"
            theirs = f"{STATUS_ICONS[one.status]} {STATUS_WORDS[one.status]}"
            rows.append({"What": safe(knowledge.components[one.id].name), "You": yours, "The rules": theirs})
    return rows


def _home(case: Case, book: Casebook, knowledge: Knowledge) -> None:
    st.markdown("You can now:\n\n" + "\n".join(f"- {safe(one)}" for one in case.objectives))
    sources = {**knowledge.sources, **book.sources}
    if case.published:
        st.markdown(f"**What happened in the published case.** {safe(case.published.outcome)}")
        st.caption(f"What this case changes: {safe(case.published.differs)}")
    else:
        st.caption("A constructed case: no published patient stands behind it.")
    st.markdown("**Sources**\n\n" + "\n".join(f"- {source_link(sources[name])}" for name in _cited(case, sources)))


def _cited(case: Case, sources: Mapping[str, Source]) -> list[str]:
    named = [*([case.published.source] if case.published else []), *case.sources]
    return [name for name in dict.fromkeys(named) if name in sources]
