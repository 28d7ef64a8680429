"""data/cases into one casebook, or every fault in it. The folder is no part of the knowledge and not of its hash."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from formulator.faults import Fault, FaultsFound, Place, did_you_mean
from formulator.knowledge import Knowledge
from formulator.knowledge.archive import CASES
from formulator.knowledge.items import Source
from formulator.knowledge.load import read_sources
from formulator.knowledge.misshapen import misshapen
from formulator.learn.cases.case import Case, Step
from formulator.paths import data_directory
from formulator.strict_yaml import Node, read_yaml

FOLDER, STEPS, SOURCES = CASES, "steps.csv", "sources.json"


@dataclass(frozen=True, slots=True)
class Casebook:
    """All cases by id, kinds of findings by id, sources that only cases cite, and each case as it is written."""

    cases: Mapping[str, Case]
    steps: Mapping[str, Step]
    sources: Mapping[str, Source]
    nodes: Mapping[str, Node]

    def place(self, identifier: str, *path: int | str) -> Place:
        """Where a part of a case stands in its file; the case alone where it was not read from one."""
        node = self.nodes.get(identifier)
        return node.at(path).place if node else Place(identifier)

    def case(self, identifier: str) -> Case:
        """A case by its id; raises FaultsFound, with the nearest id, where there is none."""
        if identifier in self.cases:
            return self.cases[identifier]
        advice = did_you_mean(identifier, self.cases)
        problem = f"There is no case {identifier[:60]!r}."
        raise FaultsFound([Fault(Place("case"), "", problem, "ids of `formulator cases`", advice)])


def load_casebook(knowledge: Knowledge, data: Path | None = None) -> Casebook:
    """Every active case below data/cases.

    Raises FaultsFound with every fault of form and every reference to something that does not exist.
    """
    root = (data or data_directory()) / FOLDER
    faults: list[Fault] = []
    steps = {step.id: step for step in _table(_steps, root / STEPS, "step, label, effort", faults)}
    sources = {source.id: source for source in _sources(root / SOURCES, faults)}
    cases: dict[str, Case] = {}
    nodes: dict[str, Node] = {}
    for path in sorted(root.glob("*/*.yaml")):
        name = path.relative_to(root.parent.parent).as_posix()
        try:
            case, node = read_case(path.read_text(encoding="utf-8"), name)
        except FaultsFound as found:
            faults += found.faults
            continue
        except (OSError, UnicodeDecodeError) as error:
            faults.append(Fault(Place(name), "", f"The file cannot be read ({type(error).__name__})."))
            continue
        faults += [] if case.id not in cases else [Fault(node.place, "", f"A case named {case.id} stands twice.")]
        cases[case.id], nodes[case.id] = case, node
    book = Casebook({name: case for name, case in cases.items() if case.status == "active"}, steps, sources, nodes)
    faults += [fault for case in book.cases.values() for fault in dangling(case, book, knowledge)]
    if faults:
        raise FaultsFound(faults)
    return book


def read_case(text: str, name: str) -> tuple[Case, Node]:
    """One case from its YAML text; `name` is its file with the folder. Raises FaultsFound with placed faults."""
    node = read_yaml(text, name)
    plain = node.plain()
    if not isinstance(plain, dict):
        raise FaultsFound([Fault(node.place, "", "A case is one mapping.", "the keys in data/cases/README.md")])
    own = {"id": Path(name).stem, "folder": Path(name).parent.name}
    taken = sorted(set(own) & set(plain))
    if taken:
        raise FaultsFound([Fault(node.place, taken[0], "A case is named by its file.", "leave this key out")])
    try:
        return Case.model_validate({**plain, **own}), node
    except ValidationError as error:
        raise FaultsFound(misshapen(node, error, Case, unwritten=own)) from None


def dangling(case: Case, book: Casebook, knowledge: Knowledge) -> Iterator[Fault]:
    """References of a case to steps, fields, rules, claims, sources and causes that do not exist."""
    for path, word, allowed in _named(case, book, knowledge):
        if word not in allowed:
            key, *inside = path
            field = f"findings.{case.findings[inside[0]].id}.{inside[1]}" if key == "findings" else key
            yield Fault(book.place(case.id, *path), field, f"There is no {word!r}.", "", did_you_mean(word, allowed))


def _named(case: Case, book: Casebook, knowledge: Knowledge) -> Iterator[tuple[tuple[Any, ...], str, Any]]:
    """Every word of a case that names something: where it stands, the word, and what there is."""
    fields, sources = knowledge.catalogue.fields, {**knowledge.sources, **book.sources}
    for number, one in enumerate(case.findings):
        yield ("findings", number, "step"), one.step, book.steps
        yield from ((("findings", number, "shows", place), name, fields) for place, name in enumerate(one.shows))
    yield from ((("profile", name), name, fields) for name in case.profile)
    lists = {
        "known": (case.known, fields),
        "causes": (case.causes, fields["cause"].choices),
        "lessons": (case.lessons, knowledge.identifiers),
        "claims": (case.claims, knowledge.claims),
        "sources": (case.sources, sources),
    }
    for key, (words, allowed) in lists.items():
        yield from (((key, place), word, allowed) for place, word in enumerate(words))
    if case.published:
        yield ("published", "source"), case.published.source, sources


Row = TypeVar("Row")


def _table(read: Callable[[Path], Iterator[Row]], path: Path, allowed: str, faults: list[Fault]) -> list[Row]:
    """The rows of a file that all cases share; what cannot be read becomes a fault."""
    try:
        return list(read(path))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        place = Place(path.relative_to(path.parent.parent.parent).as_posix())
        faults.append(Fault(place, "", f"The file cannot be read ({type(error).__name__}).", allowed))
        return []


def _steps(path: Path) -> Iterator[Step]:
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield Step(id=row["step"], label=row["label"], effort=int(row["effort"]))


def _sources(path: Path, faults: list[Fault]) -> tuple[Source, ...]:
    """The sources that only cases cite; there need not be any."""
    if not path.exists():
        return ()
    found, wrong = read_sources(path, Place(path.relative_to(path.parent.parent.parent).as_posix()))
    faults += wrong
    return found
