"""YAML and JSON read strictly: every scalar stays text, every node knows its line and column.

PyYAML's own types turn NO into false, 010 into 8 and 12:30 into 750, and let a repeated key win silently. Here
nothing is guessed: the reader of a field decides what its text means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from formulator.faults import Fault, FaultsFound, Place

DEEPEST_NESTING = 40
LARGEST_DOCUMENT = 2_000_000
MOST_PARTS = 50_000
"""Values, lists and mappings of one document: far beyond every file, read in a fraction of a second."""
_INDENTATION = "Usually the indentation: this line should start in the column of the key above."
_ADVICE = {
    "expected '-' indicator": _INDENTATION,
    "expected key": _INDENTATION,
    "mapping values are not allowed": "A colon inside a sentence needs quotes around the sentence; "
    "a tab is no indentation.",
    "tab character": "A tab is no indentation; write spaces.",
    "cannot start any token": "A tab is no indentation; a value that begins with a sign such as @ or % needs quotes.",
}
"""What usually lies behind an error of the YAML scanner, by a part of its message."""
_QUOTES = ("'", '"', "|", ">")

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Node:
    """A mapping (dict of str to Node), a sequence (list of Node) or a scalar (str), with its place."""

    value: dict[str, Node] | list[Node] | str
    place: Place
    quoted: bool = False

    def plain(self) -> Any:
        """The same content as ordinary dicts, lists and strings."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def mapping(self) -> dict[str, Node]:
        """The entries of a mapping; empty for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    def at(self, path: tuple[int | str, ...]) -> Node:
        """The deepest node along a path; stops where the path leaves the document."""
        node = self
        for step in path:
            inner = node.value
            if isinstance(inner, dict) and step in inner:
                node = inner[str(step)]
            elif isinstance(inner, list) and isinstance(step, int) and step < len(inner):
                node = inner[step]
            else:
                break
        return node


def read_yaml(text: str, file: str) -> Node:
    """Parse one YAML (or JSON) document.

    Raises FaultsFound for unreadable text, duplicate or non-text keys, aliases, tags, excessive nesting, size or parts.
    """
    if len(text) > LARGEST_DOCUMENT:
        raise _refused(Place(file), f"The document has {len(text):,} characters.", f"at most {LARGEST_DOCUMENT:,}")
    try:
        _refuse_hidden_structure(text, file)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        reason = _reason(error)
        problem = f"Not readable as YAML or JSON: {reason}."
        raise FaultsFound([Fault(_place_of(error, file), "", problem, advice=_advice(reason))]) from None
    if root is None:
        raise _refused(Place(file, 1, 1), "The document is empty.", "one mapping of field: value lines")
    return _node(root, file)


def _refuse_hidden_structure(text: str, file: str) -> None:
    """Aliases, tags and deep nesting are refused on the event stream, before any tree is built."""
    depth = 0
    event: Any
    for number, event in enumerate(yaml.parse(text, Loader=_Loader)):
        place = Place(file, event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refused(place, "Anchors and aliases (& and *) are not used here.", "plain values")
        if getattr(event, "tag", None) not in (None, "!"):
            raise _refused(place, f"The tag {event.tag} is not used here.", "plain values")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST_NESTING:
            raise _refused(place, "The document is nested too deeply.", f"at most {DEEPEST_NESTING} levels")
        if number > MOST_PARTS:
            raise _refused(place, "The document has too many parts.", f"at most {MOST_PARTS:,}")


def _node(raw: yaml.Node, file: str) -> Node:
    place = Place(file, raw.start_mark.line + 1, raw.start_mark.column + 1)
    if isinstance(raw, yaml.ScalarNode):
        return Node(raw.value, place, quoted=raw.style in _QUOTES)
    if isinstance(raw, yaml.SequenceNode):
        return Node([_node(child, file) for child in raw.value], place)
    return Node(_mapping(raw, file), place)


def _mapping(raw: yaml.Node, file: str) -> dict[str, Node]:
    mapping: dict[str, Node] = {}
    faults = []
    for key, child in raw.value:
        place = Place(file, key.start_mark.line + 1, key.start_mark.column + 1)
        if not isinstance(key, yaml.ScalarNode):
            faults.append(Fault(place, "", "A key must be a word.", advice="Write one word before the colon."))
        elif key.value in mapping:
            first = mapping[key.value].place.line
            faults.append(Fault(place, key.value, f"The key stands twice (first on line {first}).", "each key once"))
        else:
            mapping[key.value] = _node(child, file)
    if faults:
        raise FaultsFound(faults)
    return mapping


def _refused(place: Place, problem: str, allowed: str = "") -> FaultsFound:
    return FaultsFound([Fault(place, "", problem, allowed)])


def _place_of(error: yaml.YAMLError, file: str) -> Place:
    mark = getattr(error, "problem_mark", None)
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)


def _reason(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or "broken text")


def _advice(reason: str) -> str:
    return next((advice for part, advice in _ADVICE.items() if part in reason), "")
