"""Items of an older version in the shape that the program of today reads.

A model may come to demand what older versions did not say. Then an adapter stands here, in one place, and says so in
the item; the models stay strict. Files and hashes of old versions are never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import BaseModel

Content = dict[str, Any]
Adapter = Callable[[type[BaseModel], Content], Content]
NOT_SAID = "This version of the knowledge did not say what would follow from it."


def in_todays_shape(model: type[BaseModel], content: Content) -> Content:
    """The content of an item, before it is checked, with what its model has come to demand."""
    for adapter in ADAPTERS.get(model.__name__, ()):
        content = adapter(model, content)
    return content


def _unweighed_positions(model: type[BaseModel], content: Content) -> Content:
    """Positions of a disagreement once had words and sources alone; what would follow from them was not recorded."""
    demanded = {"no_plan", "number", "sets"}
    if not demanded <= _fields_of_entries(model, "positions") or not isinstance(content.get("positions"), list):
        return content
    return {**content, "positions": [_unweighed(one, demanded) for one in content["positions"]]}


def _unweighed(position: Any, demanded: set[str]) -> Any:
    return (
        {**position, "no_plan": NOT_SAID} if isinstance(position, dict) and not demanded & set(position) else position
    )


def _fields_of_entries(model: type[BaseModel], name: str) -> set[str]:
    entries = [one for one in get_args(model.model_fields[name].annotation) if isinstance(one, type)]
    return {field for one in entries if issubclass(one, BaseModel) for field in one.model_fields}


ADAPTERS: Mapping[str, tuple[Adapter, ...]] = {
    "Disagreement": (_unweighed_positions,),
    "Threshold": (_unweighed_positions,),
}
"""What is adapted, by the name of the model."""
