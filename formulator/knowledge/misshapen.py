"""What does not fit a model, as pydantic names it, said as a fault at its place: in our words, with what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from formulator.faults import Fault, did_you_mean, shown
from formulator.strict_yaml import Node

Words = tuple[str, str, str]
"""Problem, what is allowed, advice."""
Known = list[str]
"""The keys that may stand where the fault is."""
_NAMES = ("id", "items", "name")
"""The keys that name an entry of a list, the best first."""
_QUOTED = re.compile(r"'([^']*)'")


def misshapen(
    node: Node, error: ValidationError, model: type[BaseModel], unwritten: Collection[str] = ()
) -> list[Fault]:
    """Every fault of form of what stands at a node and should have been a `model`.

    `unwritten` are keys that are set on reading and that nobody writes.
    """
    return [_fault(node, one, model, unwritten) for one in error.errors(include_url=False)]


def _fault(node: Node, found: Any, model: type[BaseModel], unwritten: Collection[str]) -> Fault:
    path = tuple(found["loc"])
    known = [one for one in _keys(model, path[:-1]) if one not in unwritten]
    words = _SAID.get(found["type"], _as_found)
    return Fault(node.at(path).place, ".".join(_steps(node, path)), *words(found, known))


def _steps(node: Node, path: tuple[int | str, ...]) -> Iterator[str]:
    """The path in words: an entry of a list goes by its name, or by its number from 1."""
    for number, step in enumerate(path):
        if isinstance(step, int):
            yield _name(node.at(path[: number + 1])) or f"entry {step + 1}"
        else:
            yield step


def _name(entry: Node) -> str:
    for key in _NAMES:
        found = entry.mapping().get(key)
        if found is not None:
            first = found.value[0] if isinstance(found.value, list) and found.value else found
            return shown(first.value)[1:-1] if isinstance(first.value, str) else ""
    return ""


def _as_found(found: Any, _: Known) -> Words:
    return f"{found['msg'].removeprefix('Value error, ')}.", "", ""


def _missing(_found: Any, _known: Known) -> Words:
    return "This is missing.", "", ""


def _unknown_key(found: Any, known: Known) -> Words:
    key = found["loc"][-1]
    advice = did_you_mean(str(key), known)
    return f"There is no key {shown(key)}.", "" if advice else ", ".join(known), advice


def _keys(model: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    """The keys that may stand at a path of a model; numbers and names of alternatives lead no deeper."""
    models = [model]
    for step in path:
        fields = [one.model_fields[step] for one in models if isinstance(step, str) and step in one.model_fields]
        models = [inner for field in fields for inner in _models(field.annotation)] or models
    return list(dict.fromkeys(field.alias or name for one in models for name, field in one.model_fields.items()))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _too_long(found: Any, _: Known) -> Words:
    return f"This has {len(found['input'])} characters.", f"at most {found['ctx']['max_length']}", ""


def _too_short(found: Any, _: Known) -> Words:
    return f"This has {len(found['input'])} characters.", f"at least {found['ctx']['min_length']}", ""


def _no_choice(found: Any, _: Known) -> Words:
    choices = _QUOTED.findall(found["ctx"]["expected"])
    advice = did_you_mean(found["input"], choices) if isinstance(found["input"], str) else ""
    return f"{shown(found['input'])} is not a choice.", ", ".join(choices), advice


_SAID: dict[str, Callable[[Any, Known], Words]] = {
    "extra_forbidden": _unknown_key,
    "literal_error": _no_choice,
    "missing": _missing,
    "string_too_long": _too_long,
    "string_too_short": _too_short,
}
