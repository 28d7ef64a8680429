"""How something is given: the course of an indication, and that of one component."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from formulator.export.words import technique_label
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Phase, Protocol, Technique
from formulator.learn.handbook.lines import figure_words, statement_line
from formulator.learn.handbook.page import Line, Link


def course_lines(protocol: Protocol, knowledge: Knowledge) -> Iterator[Line]:
    """Phases, techniques, times, reviews, when to stop, upkeep, ways without a syringe."""
    yield Line(phases_words(protocol.phases), "Course of a mixture", (), _cited(protocol.phases))
    for one in protocol.components:
        lead = knowledge.components[one.id].name
        sources = dict.fromkeys((*one.sources, *_cited(one.phases)))
        more = (one.text,) if one.text else ()
        yield Line(phases_words(one.phases), lead, more, tuple(sources), Link("component", one.id))
    yield from (technique_line(knowledge.techniques[name]) for name in protocol.technique)
    yield from _times(protocol)
    yield from (Line(one.text, f"Review in week {one.week:g}", (), one.sources) for one in protocol.reassess)
    yield statement_line(protocol.stop_rule, "Stop")
    yield statement_line(protocol.maintenance, "Afterwards")
    for way in protocol.needle_free:
        lead = f"Without a syringe: {technique_label(knowledge, way.technique)}"
        yield Line(way.text, lead, (f"Given up: {way.given_up}",), way.sources)


def _times(protocol: Protocol) -> Iterator[Line]:
    figures = (
        ("A session", protocol.session_minutes, "minutes"),
        ("First effect", protocol.onset_weeks, "weeks"),
        ("Lasts", protocol.durability_months, "months"),
    )
    for lead, figure, unit in figures:
        if figure is not None:
            yield Line(f"{figure_words(figure, unit)}. {figure.text}".rstrip(), lead, (), figure.sources)


def phases_words(phases: Iterable[Phase]) -> str:
    """Phases in a line: how many sessions, how far apart."""
    return ". ".join(map(_phase_words, phases)) + "."


def _phase_words(phase: Phase) -> str:
    sessions = figure_words(phase.sessions, "sessions") if phase.sessions else "ongoing"
    return f"{phase.name.capitalize()}: {sessions}, every {figure_words(phase.interval_days, 'days')}"


def _cited(phases: Iterable[Phase]) -> tuple[str, ...]:
    figures = (figure for phase in phases for figure in (phase.sessions, phase.interval_days) if figure)
    return tuple(dict.fromkeys(source for figure in figures for source in figure.sources))


def technique_line(one: Technique) -> Line:
    """A technique with its depth, spacing and volumes."""
    figures = (
        (one.depth_mm, "mm deep"),
        (one.spacing_cm, "cm apart"),
        (one.volume_per_point_ml, "mL a point"),
        (one.volume_per_session_ml, "mL a session"),
    )
    said = [f"needle {one.needle}"] if one.needle else []
    said += [figure_words(figure, unit) for figure, unit in figures if figure is not None]
    cited = dict.fromkeys((*one.sources, *(source for figure, _ in figures if figure for source in figure.sources)))
    more = (f"{'; '.join(said).capitalize()}.",) if said else ()
    return Line(one.text or one.route, f"Technique: {one.name}", more, tuple(cited))
