"""Listing the knowledge, and showing one item of it with its place in the files."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from formulator.conditions import All, Always, AnyOf, AtLeast, Below, IsKnown, IsOneOf, Not
from formulator.export.words import condition_words
from formulator.faults import Fault, FaultsFound, Place, did_you_mean
from formulator.knowledge import Knowledge
from formulator.knowledge.changes import indications_named
from formulator.knowledge.items import Component, Indication, Rule
from formulator.knowledge.summary import summary

CONDITIONS = (Always, AnyOf, AtLeast, Below, All, IsKnown, IsOneOf, Not)
WIDTH = 110


def listings(knowledge: Knowledge) -> Mapping[str, Mapping[str, BaseModel]]:
    """Every kind of item that can be listed, by the word that lists it."""
    return {
        "components": knowledge.components,
        "indications": knowledge.indications,
        "rules": knowledge.rules,
        "protocols": knowledge.protocols,
        "techniques": knowledge.techniques,
        "thresholds": knowledge.thresholds,
        "groups": knowledge.groups,
        "compatibility": {one.id: one for one in knowledge.compatibility},
        "washouts": {one.id: one for one in knowledge.washouts},
        "disagreements": {one.id: one for one in knowledge.disagreements},
        "claims": knowledge.claims,
        "sources": knowledge.sources,
    }


def browse(knowledge: Knowledge, identifier: str | None) -> str:
    """The overview without an id, a list for the name of a kind, one item for its id.

    Raises FaultsFound for an id that nothing has.
    """
    tables = listings(knowledge)
    if identifier is None:
        return _overview(knowledge, tables)
    if identifier in tables:
        return "".join(f"{_headline(name, item)}\n" for name, item in tables[identifier].items())
    found = [(kind, items[identifier]) for kind, items in tables.items() if identifier in items]
    if not found:
        known = [*tables, *(name for items in tables.values() for name in items)]
        raise FaultsFound(
            [
                Fault(
                    Place("ID"),
                    "",
                    f"Nothing has the id {identifier!r}.",
                    "a kind or an id",
                    did_you_mean(identifier, known),
                )
            ]
        )
    return "\n".join(_shown(kind, identifier, item, knowledge) for kind, item in found)


def _overview(knowledge: Knowledge, tables: Mapping[str, Mapping[str, BaseModel]]) -> str:
    lines = [f"Knowledge {knowledge.version} {knowledge.sha256}", ""]
    lines += [f"  formulator knowledge {name:<14} {len(items):>5}" for name, items in tables.items()]
    lines += ["", "Give an id to see one item with its conditions, sentences and sources."]
    return "\n".join(lines) + "\n"


def _headline(name: str, item: BaseModel) -> str:
    text = summary(item)
    return textwrap.shorten(f"{name}  {text}", 240, placeholder=" ...") if text else name


def _shown(kind: str, identifier: str, item: BaseModel, knowledge: Knowledge) -> str:
    place = knowledge.places.get(f"{type(item).__name__} {identifier}")
    lines = [f"{identifier}  ({kind}{f', {place}' if place else ''})", *_lines(item, knowledge, "  ")]
    if isinstance(item, Component):
        lines += _mixing_lines(identifier, knowledge)
    if isinstance(item, Component | Indication):
        lines += _rule_lines(identifier, knowledge)
    return "\n".join(lines) + "\n"


def _mixing_lines(identifier: str, knowledge: Knowledge) -> list[str]:
    """What the mixing table says about a component; every pair that is not named has no data."""
    facts = knowledge.mixing.about(identifier)
    lines = ["  mixing (any other pair: no data, not in one syringe):"] if facts else []
    for fact in facts:
        other = fact.other or fact.group or fact.component
        named = " and ".join(fact.pair) if fact.pair else f"{fact.component} and {other}"
        lines += _text(named, f"{fact.state}. {fact.text} ({', '.join(fact.sources)})", "    ")
    return lines


def _rule_lines(identifier: str, knowledge: Knowledge) -> list[str]:
    return ["  rules:", *(f"    {rule.id}: {summary(rule)}" for rule in rules_about(identifier, knowledge))]


def rules_about(identifier: str, knowledge: Knowledge) -> list[Rule]:
    """The rules whose subject or indication this is."""
    return [
        rule for rule in knowledge.rules.values() if identifier in rule.subject or identifier in indications_named(rule)
    ]


def _lines(item: BaseModel, knowledge: Knowledge, indent: str) -> Iterator[str]:
    for name, info in type(item).model_fields.items():
        value = getattr(item, name)
        if name in ("id", "status") or value in (None, "", (), {}):
            continue
        yield from _entry(info.alias or name, value, knowledge, indent)


def _entry(name: str, value: Any, knowledge: Knowledge, indent: str) -> Iterator[str]:
    if isinstance(value, CONDITIONS):
        yield from _text(name, condition_words(value, knowledge), indent)
    elif name == "sources":
        yield f"{indent}sources:"
        for source in value:
            yield from _text(
                source, knowledge.sources[source].citation() + " " + knowledge.sources[source].url, indent + "  "
            )
    elif isinstance(value, BaseModel):
        yield f"{indent}{name}:"
        yield from _lines(value, knowledge, indent + "  ")
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        yield f"{indent}{name}:"
        for entry in value:
            yield f"{indent}  -"
            yield from _lines(entry, knowledge, indent + "    ")
    else:
        yield from _text(name, ", ".join(map(str, value)) if isinstance(value, tuple) else str(value), indent)


def _text(name: str, text: str, indent: str) -> list[str]:
    return textwrap.wrap(f"{name}: {text}", WIDTH, initial_indent=indent, subsequent_indent=indent + "  ") or [
        f"{indent}{name}:"
    ]
