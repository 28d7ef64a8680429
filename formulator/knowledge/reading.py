"""Reading one knowledge file: YAML nodes into items, with every fault kept and placed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from formulator.conditions import ConditionContext, parse_condition
from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge.misshapen import misshapen
from formulator.strict_yaml import Node, read_yaml

_HEADER = ("reviewed", "status")
Model = TypeVar("Model", bound=BaseModel)
Shape = Callable[[type[BaseModel], dict[str, Any]], dict[str, Any]]


def as_written(model: type[BaseModel], content: dict[str, Any]) -> dict[str, Any]:
    """The content of an item as its file has it."""
    return content


class FileReader:
    """Reads files below one data folder; collects faults instead of stopping at the first.

    `parsers` makes the values of some keys; a parser raises FaultsFound.
    """

    def __init__(self, data: Path, shape: Shape = as_written) -> None:
        self.data = data
        self.shape = shape
        self.faults: list[Fault] = []
        self.places: dict[str, Place] = {}
        self.context = ConditionContext({}, {})
        self.parsers: dict[str, Callable[[Node], Any]] = {"when": self._condition, "derived_from": self._condition}

    def items(self, pattern: str, model: type[Model]) -> list[Model]:
        """All items of the list files that match a pattern, in order of file and line."""
        return [item for node in self._documents(pattern) for item in self._list_items(node, model)]

    def documents(self, pattern: str, model: type[Model]) -> list[Model]:
        """One item a file."""
        found = (self._item(node, {}, model) for node in self._documents(pattern))
        return [item for item in found if item is not None]

    def document(self, name: str) -> Node | None:
        """One file as a node; a missing or broken file becomes a fault."""
        path = self.data / name
        try:
            return read_yaml(path.read_text(encoding="utf-8"), f"data/{name}")
        except FaultsFound as found:
            self.faults += found.faults
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            self.faults.append(Fault(Place(f"data/{name}"), "", f"The file cannot be read: {reason}."))
        return None

    def _documents(self, pattern: str) -> Iterator[Node]:
        paths = sorted(self.data.glob(pattern)) if "*" in pattern else [self.data / pattern]
        for path in paths:
            node = self.document(path.relative_to(self.data).as_posix())
            if node is not None and isinstance(node.value, dict):
                yield node
            elif node is not None:
                self.faults.append(Fault(node.place, "", "The file is not one mapping.", "reviewed, status, items"))

    def _list_items(self, node: Node, model: type[Model]) -> Iterator[Model]:
        content = node.mapping()
        header = {key: content[key] for key in _HEADER if key in content}
        extra = set(content) - {*_HEADER, "items"}
        if extra or "items" not in content or not isinstance(content["items"].value, list):
            allowed = "reviewed, status and a list items"
            self.faults.append(Fault(node.place, ", ".join(sorted(extra)), "The file has another shape.", allowed))
            return
        for entry in content["items"].value:
            item = self._item(entry, header, model)
            if item is not None:
                yield item

    def _item(self, node: Node, header: dict[str, Node], model: type[Model]) -> Model | None:
        if not isinstance(node.value, dict):
            self.faults.append(Fault(node.place, "", "An item is a mapping.", "id, sources and more"))
            return None
        try:
            item = model.model_validate(self.shape(model, self._prepared(node, header)))
        except FaultsFound as found:
            self.faults += found.faults
        except ValidationError as error:
            self.faults += _of_item(node, misshapen(node, error, model))
        else:
            self._remember(getattr(item, "id", ""), model.__name__, node.place)
            return item
        return None

    def _prepared(self, node: Node, header: dict[str, Node]) -> dict[str, Any]:
        """Plain values for the model, conditions already parsed."""
        merged = {**header, **node.mapping()}
        return {
            key: self.parsers[key](child) if key in self.parsers else child.plain() for key, child in merged.items()
        }

    def _condition(self, node: Node) -> Any:
        return parse_condition(node, self.context)

    def _remember(self, identifier: str, kind: str, place: Place) -> None:
        key = f"{kind} {identifier}"
        if key in self.places:
            first = self.places[key]
            self.faults.append(Fault(place, "id", f"{identifier} stands twice (first at {first}).", "each id once"))
        self.places[key] = place


def _of_item(node: Node, faults: list[Fault]) -> Iterator[Fault]:
    """The faults of an item, each of which names it."""
    identifier = node.mapping().get("id")
    name = f"{identifier.value}: " if identifier and isinstance(identifier.value, str) else ""
    yield from (replace(one, field=one.field or "item", problem=f"{name}{one.problem}") for one in faults)
