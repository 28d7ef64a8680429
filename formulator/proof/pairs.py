"""Pairs of patients who differ in one fact alone and turn one rule: data in data/pairs, checked on the engine.

They are made from the knowledge and reviewed like it; the knowledge hash leaves them out, because no answer reads them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from io import StringIO
from pathlib import Path

from formulator.conditions import truth
from formulator.conditions.evaluate import Truth
from formulator.engine.facts import facts_of
from formulator.engine.findings import read_rules
from formulator.engine.patient import Patient
from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge import Knowledge
from formulator.knowledge.archive import PAIRS
from formulator.knowledge.items import Rule
from formulator.paths import data_directory
from formulator.profile import profile_from_mapping
from formulator.proof.atoms import deciding_atoms
from formulator.proof.explained import COUPLED, load_explained
from formulator.proof.outlook import Outlook
from formulator.proof.space import DAYS_TO_EVENT, EVENT

COLUMNS = ("rule", "shows", "patient", "field", "values", "reading", "decision", "statuses")
UNKNOWN = "unknown"
ASKED_ON = date(2026, 11, 25)
"""The day on which pairs are asked; they hold days to an event, so any day gives the same answers."""
FAILS = "fails"
EFFECT, ALWAYS = "effect", "always"
"""`shows` of what is kept for what a rule changes in the answer, and of a rule that holds for everybody."""
_BETWEEN, _AND, _COMMA = " / ", "; ", ", "


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two patients: the value of the field, how the rule shows in the answer, decision and statuses."""

    value: str
    reading: str
    decision: str
    statuses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two patients who share `patient` and differ in `field`; the rule reads differently on them.

    Where a rule holds for everybody there is no field, and both are the same patient.
    """

    rule: str
    shows: str
    patient: tuple[tuple[str, str], ...]
    field: str
    first: Side
    second: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both patients, the one for whom more holds first."""
        return self.first, self.second

    def document(self, side: Side, today: date) -> dict[str, str]:
        """The profile of one of the two, as a clinician would write it."""
        values = {**dict(self.patient), **({self.field: side.value} if self.field else {})}
        if DAYS_TO_EVENT in values:
            days = values.pop(DAYS_TO_EVENT)
            values[EVENT] = UNKNOWN if days == UNKNOWN else (today + timedelta(days=int(float(days)))).isoformat()
        return {name: value for name, value in values.items() if value != UNKNOWN or name == "cause"}


def load_pairs(data: Path | None = None) -> tuple[Pair, ...]:
    """All stored pairs, in order of file and line.

    Raises FaultsFound where a line is not a pair, with file and line.
    """
    folder = (data or data_directory()) / PAIRS
    found: list[Pair] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for number, row in enumerate(csv.DictReader(stream), 2):
                try:
                    found.append(_pair(row))
                except (KeyError, ValueError, AttributeError, TypeError):
                    place = Place(f"data/{PAIRS}/{path.name}", number)
                    faults.append(Fault(place, "", "This is not a pair.", ", ".join(COLUMNS)))
    if faults:
        raise FaultsFound(faults)
    return tuple(found)


def _pair(row: Mapping[str, str]) -> Pair:
    values, readings, decisions = (_two(row[name]) for name in ("values", "reading", "decision"))
    statuses = [tuple((one.split(": ")[0], _two(one.split(": ")[1])) for one in _list(row["statuses"]))]
    sides = [
        Side(values[place], readings[place], decisions[place], tuple((name, two[place]) for name, two in statuses[0]))
        for place in (0, 1)
    ]
    shared = tuple((one.split("=")[0], one.split("=")[1]) for one in _list(row["patient"]))
    return Pair(row["rule"], row["shows"], shared, row["field"], *sides)


def _list(text: str) -> list[str]:
    return text.split(_AND) if text else []


def _two(text: str) -> tuple[str, str]:
    first, _, second = text.partition(_BETWEEN)
    return first, second or first


def written(pairs: Iterable[Pair]) -> str:
    """Pairs as the text of a file."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(_row, pairs))
    return stream.getvalue()


def _row(pair: Pair) -> list[str]:
    first, second = pair.sides
    statuses = zip(first.statuses, second.statuses, strict=True)
    return [
        pair.rule,
        pair.shows,
        _AND.join(f"{name}={value}" for name, value in pair.patient),
        pair.field,
        _joined(first.value, second.value),
        _joined(first.reading, second.reading),
        _joined(first.decision, second.decision),
        _AND.join(f"{name}: {_joined(one, other)}" for (name, one), (_, other) in statuses),
    ]


def _joined(one: str, other: str) -> str:
    return one if one == other else f"{one}{_BETWEEN}{other}"


def file_of(rule: str, knowledge: Knowledge) -> str:
    """The file in which the pairs of a rule stand: named after the folder, or file, of the rule."""
    return Path(knowledge.places[f"Rule {rule}"].file).relative_to("data/rules").parts[0].removesuffix(".yaml")


@dataclass(frozen=True)
class Asked:
    """What the engine answers to the patients of pairs; each different patient is asked once."""

    knowledge: Knowledge
    today: date

    @cached_property
    def _made(self) -> dict[tuple[tuple[str, str], ...], Outlook]:
        return {}

    def outlook(self, document: Mapping[str, str]) -> Outlook:
        """The short answer to a profile, kept.

        Raises FaultsFound where it is not a possible patient.
        """
        key = tuple(document.items())
        if key not in self._made:
            self._made[key] = self.once(document)
        return self._made[key]

    def once(self, document: Mapping[str, str]) -> Outlook:
        """The same for a profile that will not be asked again."""
        patient = self.patient(document)
        return Outlook(patient, read_rules(self.knowledge, patient.facts))

    def patient(self, document: Mapping[str, str]) -> Patient:
        """The patient of a profile, before any rule is read.

        Raises FaultsFound where it is not a possible one.
        """
        profile = profile_from_mapping(document, "pair", self.knowledge.catalogue)
        return Patient(profile, facts_of(profile, self.knowledge, self.today), self.knowledge, self.today)

    def side(self, pair: Pair, side: Side) -> Side:
        """A side as the engine answers it today."""
        outlook = self.outlook(pair.document(side, self.today))
        return shown_by(outlook, pair, side)


def in_answer(rule: Rule, value: Truth) -> str:
    """How a rule that reads so shows in an answer: what kind of argument it makes, or what is asked or assumed."""
    if value is False:
        return FAILS
    if value is None:
        return {"block": "open, asked first", "assume": "open, taken as absent"}.get(rule.unknown or "", "open")
    limit = f"limits to {rule.limits_to}" if rule.limits_to else ""
    return _COMMA.join(filter(None, (rule.kind, rule.role, limit, "for now" if rule.until else "", rule.decision)))


def shown_by(outlook: Outlook, pair: Pair, side: Side) -> Side:
    """What an answer says about the things that a side records."""
    rule = outlook.patient.knowledge.rules.get(pair.rule)
    reading = in_answer(rule, truth(rule.when, outlook.patient.facts)) if rule else FAILS
    statuses = tuple((name, outlook.statuses.get(name, "no such component")) for name, _ in side.statuses)
    return Side(side.value, reading, outlook.decision, statuses)


def broken_pairs(pairs: Iterable[Pair], knowledge: Knowledge, today: date, asked: Asked | None = None) -> Iterator[str]:
    """Each pair that the engine does not answer as recorded, with what differs; `asked` keeps its answers."""
    asked = asked or Asked(knowledge, today)
    for pair in pairs:
        try:
            found = [asked.side(pair, side) for side in pair.sides]
        except FaultsFound as impossible:
            yield f"{pair.rule}, {pair.shows}: not a possible patient: {impossible}"
            continue
        for side, now in zip(pair.sides, found, strict=True):
            if side != now:
                yield f"{pair.rule}, {pair.shows}, {pair.field} {side.value}: recorded {side}, now {now}"


def stale_pairs(knowledge: Knowledge, data: Path | None = None) -> list[str]:
    """Everything that is wrong with the stored pairs for this knowledge, each naming its rule; none where they fit.

    Raises FaultsFound where they cannot be read.
    """
    pairs = load_pairs(data)
    coupled = [(one.rule, one.what) for one in load_explained(COUPLED, data)]
    return [*unpaired(pairs, coupled, knowledge), *broken_pairs(pairs, knowledge, ASKED_ON)]


def unpaired(pairs: Iterable[Pair], coupled: Iterable[tuple[str, str]], knowledge: Knowledge) -> Iterator[str]:
    """Comparisons of today's rules without a pair, and pairs of comparisons that are gone: both name their rule."""
    wanted = {(rule.id, one.name) for rule in knowledge.rules.values() for one in deciding_atoms(rule.when)} - set(
        coupled
    )
    stored = {(pair.rule, pair.shows) for pair in pairs if not pair.shows.startswith((EFFECT, ALWAYS))}
    yield from (f"{rule}: no pair for {atom}" for rule, atom in sorted(wanted - stored))
    yield from (f"{rule}: a pair for {atom}, which it does not ask" for rule, atom in sorted(stored - wanted))
