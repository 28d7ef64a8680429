"""Timings of the one-patient answer: `make benchmark` prints them and writes their section of benchmarks/README.md.

Medians of repeats on the machine at hand; the limits are those that the product promises.
"""

from __future__ import annotations

import itertools
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest import mock
from zoneinfo import ZoneInfo

from benchmarks.page import machine, put
from formulator.engine import recommend
from formulator.engine.answer import Recommendation
from formulator.engine.assess import assess
from formulator.engine.compose import compose, may_be_composed
from formulator.engine.decide import decide
from formulator.engine.facts import facts_of
from formulator.engine.findings import read_rules
from formulator.engine.patient import Patient
from formulator.evidence.artefact import load_evidence
from formulator.explain.attribution import with_inputs
from formulator.explain.difference import difference
from formulator.explain.drivers import drivers
from formulator.explain.firmness import firmness_of
from formulator.explain.trace import trace_of
from formulator.explain.why_not import why_not, why_not_first, why_not_treated
from formulator.export.calendar import as_ics
from formulator.export.json_export import as_json
from formulator.export.worksheet import as_pdf
from formulator.knowledge import Knowledge, load_knowledge, ready_knowledge
from formulator.profile import Profile, load_catalogue, profile_from_mapping
from formulator.strict_yaml import read_yaml

ROOT = Path(__file__).resolve().parents[1]
DAY = date(2026, 11, 25)
MODEL = load_evidence()
CATALOGUE = load_catalogue()


def median_ms(action: Callable[[], object], repeats: int) -> float:
    """Median wall time of an action in milliseconds, after one warm-up."""
    action()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def example_profiles() -> dict[str, Profile]:
    """The shipped example patients."""
    found = {}
    for path in sorted((ROOT / "data" / "examples").glob("*.yaml")):
        content = read_yaml(path.read_text(encoding="utf-8"), path.name).plain()
        found[path.stem] = profile_from_mapping(content["profile"], path.name)
    return found


def cold_command(profile: Path) -> None:
    """One whole process of the command line."""
    command = [sys.executable, "-m", "formulator", "recommend", str(profile), "--format", "json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)


def composing_ms(knowledge: Knowledge, profiles: dict[str, Profile]) -> float:
    """Median over the example patients for whom something may be composed."""
    found = []
    for profile in profiles.values():
        patient = Patient(profile, facts_of(profile, knowledge, DAY), knowledge, DAY)
        findings = read_rules(knowledge, patient.facts)
        answers = assess(findings, patient)
        verdict = decide(findings, answers, patient)
        if may_be_composed(patient, verdict, findings):
            found.append(median_ms(lambda p=patient, v=verdict, a=answers: compose(p, v, a), 20))
    return statistics.median(found)


def fresh_worksheets(answer: Recommendation, knowledge: Knowledge) -> Callable[[], bytes]:
    """Worksheets that differ each time: Typst remembers pages that it has set before."""
    numbers = itertools.count()
    return lambda: as_pdf(replace(answer, notice=f"{answer.notice} {next(numbers)}"), knowledge)


def without_formulations(profile: Profile, knowledge: Knowledge) -> float:
    """The answer of the rules with its plan and questions, while nothing is composed."""
    steps = sys.modules["formulator.engine.recommend"]
    with mock.patch.object(steps, "may_be_composed", return_value=False):
        return median_ms(lambda: recommend(profile, knowledge, DAY, MODEL), 30)


def tracing_ms(profile: Profile, knowledge: Knowledge) -> float:
    """The trace of everything that an answer says, beside the answer itself."""
    answer = recommend(profile, knowledge, DAY, MODEL)
    return median_ms(lambda: trace_of(answer, knowledge, MODEL), 20)


def what_if_ms(knowledge: Knowledge, profiles: dict[str, Profile]) -> float:
    """Both answers and their difference, with another answer about anticoagulants; median of the example patients."""
    found = []
    for profile in profiles.values():
        other = with_inputs(
            profile, {"anticoagulant": "no" if profile.get("anticoagulant") == "yes" else "yes"}, CATALOGUE
        )
        found.append(
            median_ms(
                lambda one=profile, two=other: difference(*(recommend(p, knowledge, DAY, MODEL) for p in (one, two))),
                20,
            )
        )
    return statistics.median(found)


def slowest_ms(actions: Iterable[Callable[[], object]]) -> float:
    """The slowest of some actions in milliseconds, each timed once after one warm-up."""
    return max(median_ms(action, 1) for action in actions)


def median_of(actions: Iterable[Callable[[], object]]) -> float:
    """The median over some actions in milliseconds, each timed once after one warm-up."""
    return statistics.median(median_ms(action, 1) for action in actions)


def why_nots(profiles: dict[str, Profile], knowledge: Knowledge) -> Iterator[Callable[[], object]]:
    """Why each component is no main part, and what stands before a treatment, of every example patient."""
    for profile in profiles.values():
        answer = recommend(profile, knowledge, DAY, MODEL)
        yield lambda answer=answer: why_not_treated(answer, knowledge)
        for one in answer.components:
            yield lambda answer=answer, name=one.id: why_not(answer, name, knowledge)


def firsts(profiles: dict[str, Profile], knowledge: Knowledge) -> Iterator[Callable[[], object]]:
    """What would bring each formulation below the first to its place."""
    for profile in profiles.values():
        answer = recommend(profile, knowledge, DAY, MODEL)
        for one in answer.formulations[1:]:
            yield lambda answer=answer, rank=one.rank: why_not_first(answer, rank, knowledge, MODEL)


def shown(value: float) -> str:
    """Milliseconds with three figures, as far as they mean anything."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def rows(knowledge: Knowledge, profiles: dict[str, Profile]) -> list[tuple[str, float, str]]:
    """Name, median in milliseconds, promised limit."""
    sample = ROOT / "benchmarks" / "profile.yaml"
    one = [median_ms(lambda one=one: recommend(one, knowledge, DAY, MODEL), 30) for one in profiles.values()]
    rules = [without_formulations(one, knowledge) for one in profiles.values()]
    traced = [tracing_ms(one, knowledge) for one in profiles.values()]
    answer = recommend(next(iter(profiles.values())), knowledge, DAY, MODEL)
    planned = recommend(profiles["man_34_norwood_3"], knowledge, DAY, MODEL)
    return [
        (f"recommendation, median of {len(one)} example patients", statistics.median(rules), "2"),
        ("the same with formulations", statistics.median(one), "25"),
        ("recommendation, slowest example patient", max(one), ""),
        ("composing formulations alone, median of the treated", composing_ms(knowledge, profiles), "20"),
        ("whole trace of the answer, median of the same", statistics.median(traced), "5"),
        ("what if: two recommendations and their difference", what_if_ms(knowledge, profiles), "40"),
        ("all smallest changes of a component or decision, slowest", slowest_ms(why_nots(profiles, knowledge)), "500"),
        ("all smallest changes to a first place, median", median_of(firsts(profiles, knowledge)), "500"),
        ("all smallest changes to a first place, slowest", slowest_ms(firsts(profiles, knowledge)), "500"),
        ("what drives the answer", median_ms(lambda: drivers(planned, knowledge), 5), ""),
        ("how firm the order is, 4000 draws", median_ms(lambda: firmness_of(planned, knowledge, MODEL), 3), ""),
        ("answer to JSON text", median_ms(lambda: as_json(answer), 20), ""),
        ("answer to PDF of four pages, after the first", median_ms(fresh_worksheets(planned, knowledge), 10), "300"),
        ("answer to calendar", median_ms(lambda: as_ics(planned, knowledge, ZoneInfo("Europe/Paris")), 10), ""),
        ("reading and checking the knowledge base", median_ms(load_knowledge, 5), ""),
        ("the same from its kept copy, under its hash", median_ms(ready_knowledge, 9), "150"),
        ("command line, cold process, JSON", median_ms(lambda: cold_command(sample), 7), "1500"),
    ]


def main() -> None:
    """Measure, print, write."""
    knowledge, began = load_knowledge(), machine()
    lines = [
        "## One patient, without the app",
        "",
        "Made by `python -m benchmarks.run`. Wall times, medians after a warm-up.",
        "",
        f"{began}, {DAY}; knowledge {knowledge.version}: {len(knowledge.rules)} rules, "
        f"{len(knowledge.components)} components.",
        "",
        "| what | median, ms | promised, ms |",
        "|---|---|---|",
        *(
            f"| {name} | {value:.{2 if value < 10 else 1}f} | {limit} |"
            for name, value, limit in rows(knowledge, example_profiles())
        ),
    ]
    put("rules", lines)


if __name__ == "__main__":
    main()
