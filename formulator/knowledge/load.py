"""data/ into one Knowledge, or every fault in it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from formulator.conditions.parse import ConditionContext, ConditionField, NamedLimit
from formulator.faults import Fault, FaultsFound, Place, did_you_mean, shown
from formulator.knowledge import items
from formulator.knowledge.archive import files_of, hash_of
from formulator.knowledge.base import DERIVED_NUMBERS, DERIVED_VALUES, Knowledge
from formulator.knowledge.misshapen import misshapen
from formulator.knowledge.reading import FileReader, Shape, as_written
from formulator.knowledge.references import broken_references
from formulator.paths import data_directory
from formulator.profile import Catalogue, load_catalogue
from formulator.strict_yaml import Node

Identified = TypeVar("Identified")
_UNREAD = "About unread_fields"
_IN_THE_FILE = {
    "type": "custom.source_type",
    "year": "issued",
    "journal": "container-title",
    "doi": "DOI",
    "url": "URL",
}
"""Parts of a source that have another name in CSL JSON."""
_EMPTY_COMPOSITION: Mapping[str, Any] = {
    "reviewed": None,
    "status": "active",
    "settings": (),
    "one_of": (),
    "cost_classes": (),
    "barrels": (),
    "needle_dead_space": None,
}


def load_knowledge(data: Path | None = None, shape: Shape = as_written) -> Knowledge:
    """Read and check the knowledge base; `data` defaults to the shipped one, `shape` adapts items of older versions.

    Raises FaultsFound with every schema fault and every reference to something that does not exist.
    """
    knowledge, faults = what_can_be_read(data, shape)
    if faults:
        raise FaultsFound(faults)
    return knowledge


def what_can_be_read(data: Path | None, shape: Shape = as_written) -> tuple[Knowledge, tuple[Fault, ...]]:
    """The items that can be read, and every fault: for those who look for more faults, never for an answer.

    Raises FaultsFound where not even the fields can be read.
    """
    root = data or data_directory()
    reader = FileReader(root, shape)
    knowledge = _assemble(root, reader, _catalogue(root))
    faults = [*reader.faults, *broken_references(knowledge), *_fields_explained_that_do_not_exist(knowledge)]
    return knowledge, tuple(sorted(faults, key=str))


def _catalogue(root: Path) -> Catalogue:
    try:
        return load_catalogue(root)
    except (OSError, KeyError, TypeError, ValueError) as error:
        problem = f"A table of fields cannot be read ({type(error).__name__}: {error})."
        raise FaultsFound([Fault(Place("data/profile"), "", problem, "the columns of the shipped files")]) from None


def _fields_explained_that_do_not_exist(knowledge: Knowledge) -> list[Fault]:
    known = knowledge.catalogue.fields
    return [
        Fault(knowledge.places[_UNREAD], "unread_fields", f"There is no field {name!r}.", "", did_you_mean(name, known))
        for name in knowledge.unread_fields
        if name not in known
    ]


def _assemble(root: Path, reader: FileReader, catalogue: Catalogue) -> Knowledge:
    about = _about(reader)
    thresholds = _by_id(reader.items("thresholds/*.yaml", items.Threshold))
    names = sorted(path.stem for path in (root / "indications").glob("*.yaml"))
    reader.context = condition_context(catalogue, thresholds, names)
    return Knowledge(
        version=about.version,
        sha256=knowledge_hash(root),
        notice=about.notice,
        unread_fields=about.unread_fields,
        catalogue=catalogue,
        thresholds=thresholds,
        derivations=tuple(reader.items("profile/derived.yaml", items.Derivation)),
        groups=_by_id(reader.items("groups.yaml", items.Group)),
        components=_by_id(reader.documents("components/*.yaml", items.Component)),
        indications=_by_id(reader.documents("indications/*.yaml", items.Indication)),
        rules=_active(reader.items("rules/**/*.yaml", items.Rule)),
        protocols=_by_id(reader.documents("protocols/*.yaml", items.Protocol)),
        techniques=_by_id(reader.items("techniques.yaml", items.Technique)),
        before=_care(reader, "before"),
        after=_care(reader, "after"),
        expect=_care(reader, "expect"),
        side_effects=_care(reader, "side_effects"),
        emergencies=tuple(reader.items("care/emergency.yaml", items.Emergency)),
        washouts=tuple(sorted(reader.items("washouts.yaml", items.Washout), key=_identifier)),
        planning=tuple(reader.items("planning.yaml", items.PlanningFigure)),
        disagreements=tuple(sorted(reader.items("disagreements.yaml", items.Disagreement), key=_identifier)),
        compatibility=tuple(sorted(reader.items("compatibility/*.yaml", items.MixingFact), key=_identifier)),
        composition=_composition(reader),
        claims=_by_id(reader.items("sources/claims.yaml", items.Claim)),
        sources=_sources(root, reader),
        places=reader.places,
    )


def _identifier(item: Any) -> str:
    return item.id


def _by_id(found: Iterable[Identified]) -> Mapping[str, Identified]:
    return {_identifier(item): item for item in sorted(found, key=_identifier)}


def _active(rules: Iterable[items.Rule]) -> Mapping[str, items.Rule]:
    return _by_id([rule for rule in rules if rule.status == "active"])


def _care(reader: FileReader, name: str) -> tuple[items.CareNote, ...]:
    return tuple(reader.items(f"care/{name}.yaml", items.CareNote))


def _about(reader: FileReader) -> items.About:
    node = reader.document("knowledge.yaml")
    if node is None:
        return items.About(version="unread", notice="unread")
    reader.places[_UNREAD] = node.at(("unread_fields",)).place
    try:
        return items.About.model_validate(node.plain())
    except ValidationError as error:
        reader.faults += misshapen(node, error, items.About)
        return items.About(version="unread", notice="unread")


def _composition(reader: FileReader) -> items.Composition:
    """data/composition.yaml; where it is broken, its faults are kept and an empty one stands in."""
    found = reader.documents("composition.yaml", items.Composition)
    return found[0] if found else items.Composition.model_construct(**_EMPTY_COMPOSITION)


def condition_context(
    catalogue: Catalogue, thresholds: Mapping[str, items.Threshold], indications: list[str]
) -> ConditionContext:
    """The words that conditions may use: input fields, derived fields, thresholds."""
    fields = {
        name: ConditionField(name, field.is_number, frozenset(field.choices) - _unknowable(field.type))
        for name, field in catalogue.fields.items()
    }
    fields["jurisdiction"] = ConditionField("jurisdiction", False, frozenset(catalogue.jurisdictions))
    fields["indication"] = ConditionField("indication", False, frozenset(indications))
    fields |= {name: ConditionField(name, False, frozenset(values)) for name, values in DERIVED_VALUES.items()}
    for name in DERIVED_NUMBERS:
        fields[name] = ConditionField(name, True, frozenset())
    limits = {name: NamedLimit(threshold.field, threshold.value) for name, threshold in thresholds.items()}
    return ConditionContext(fields, limits)


def _unknowable(field_type: str) -> frozenset[str]:
    """A flag that is unknown has no value to compare with; conditions say known: no."""
    return frozenset(("unknown",)) if field_type == "bool3" else frozenset()


def _sources(root: Path, reader: FileReader) -> Mapping[str, items.Source]:
    name = "sources/sources.json"
    found, faults = read_sources(root / name, Place(f"data/{name}"))
    reader.faults += faults
    return _by_id(found)


def read_sources(path: Path, place: Place) -> tuple[tuple[items.Source, ...], list[Fault]]:
    """The sources of a CSL JSON file that can be read, and what is wrong with the others or the file."""
    try:
        text = path.read_text(encoding="utf-8")
        entries = list(json.loads(text))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        return (), [Fault(place, "", f"The sources cannot be read: {error}.", "a list of CSL JSON items")]
    faults: list[Fault] = []
    found = tuple(_readable_sources(entries, text, place, faults))
    counts = Counter(source.id for source in found)
    faults += [
        Fault(place, "id", f"The source {one!r} stands twice.", "each id once") for one in counts if counts[one] > 1
    ]
    return found, faults


def _readable_sources(entries: Iterable[Any], text: str, place: Place, faults: list[Fault]) -> Iterator[items.Source]:
    """The sources that can be read; each other one is a fault of its own, so that no other seems to be missing."""
    for number, entry in enumerate(entries, start=1):
        try:
            yield source_of(entry)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            name = entry.get("id") if isinstance(entry, dict) else None
            here = replace(place, line=_line_of(name, text))
            faults += _source_faults(error, here, shown(name or f"entry {number}"))


def _line_of(name: Any, text: str) -> int:
    """The line of the id in the text of the sources; 0 where it cannot be told."""
    found = re.search(rf'"id"\s*:\s*{re.escape(json.dumps(name))}', text) if isinstance(name, str) else None
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _source_faults(error: Exception, place: Place, name: str) -> Iterator[Fault]:
    if isinstance(error, ValidationError):
        for one in misshapen(Node({}, place), error, items.Source):
            yield replace(one, field=name, problem=f"{_IN_THE_FILE.get(one.field, one.field)}: {one.problem}")
        return
    said = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error).replace("\n", " ")
    yield Fault(place, name, f"This source cannot be read: {said}.")


def source_of(entry: Mapping[str, Any]) -> items.Source:
    """One CSL JSON item; the source type of this project stands in `custom`. Raises LookupError where a part lacks."""
    authors = ", ".join(author.get("family", author.get("literal", "")) for author in entry.get("author", []))
    year = str(entry["issued"]["date-parts"][0][0]) if "issued" in entry else ""
    return items.Source(
        id=entry["id"],
        type=entry["custom"]["source_type"],
        title=entry["title"],
        author=authors,
        year=year,
        journal=entry.get("container-title", ""),
        doi=entry.get("DOI", ""),
        url=entry.get("URL", ""),
    )


def knowledge_hash(root: Path) -> str:
    """SHA-256 over the names and bytes of all knowledge files, in order of name; records of versions do not count."""
    return hash_of(files_of(root))
