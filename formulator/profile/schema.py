"""JSON Schema of a profile, made from the catalogue."""

from __future__ import annotations

from typing import Any

from formulator.profile.fields import UNKNOWN, Catalogue, Field
from formulator.profile.units import units_of
from formulator.profile.validate import LONGEST_LIST

_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_RANGE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.\.[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def json_schema(catalogue: Catalogue) -> dict[str, Any]:
    """Draft 2020-12 schema; combinations of fields are checked by the program in addition."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "formulator profile",
        "description": "One patient, one concern. A missing key is unknown.",
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: _property(field, catalogue) for field in catalogue.fields.values()},
    }


def _property(field: Field, catalogue: Catalogue) -> dict[str, Any]:
    description = " ".join(
        part for part in (field.label, field.meaning, f"[{field.unit}]" if field.unit else "") if part
    )
    shape = _SHAPES.get(field.type, _number_or_text)(field, catalogue)
    return {"description": description, "anyOf": [shape, {"const": UNKNOWN}, {"type": "null"}]}


def _enum(field: Field, _: Catalogue) -> dict[str, Any]:
    return {"enum": list(field.choices)}


def _flag(field: Field, _: Catalogue) -> dict[str, Any]:
    return {"enum": [*field.choices, True, False]}


def _number_or_text(field: Field, _: Catalogue) -> dict[str, Any]:
    number: dict[str, Any] = {"type": field.type}
    if field.low is not None:
        number["exclusiveMinimum" if field.low_is_excluded else "minimum"] = field.low
    if field.high is not None:
        number["maximum"] = field.high
    units = units_of(field.name)
    with_unit = {"type": "string", "description": f"a number with one of: {', '.join(units)}, or unknown"}
    return {"anyOf": [number, with_unit]}


def _date(_: Field, __: Catalogue) -> dict[str, Any]:
    return {"type": "string", "pattern": _DAY}


def _code(_: Field, catalogue: Catalogue) -> dict[str, Any]:
    return {"enum": list(catalogue.jurisdictions)}


def _ranges(_: Field, __: Catalogue) -> dict[str, Any]:
    between = {
        "type": "object",
        "properties": {"from": {"pattern": _DAY}, "to": {"pattern": _DAY}},
        "required": ["from", "to"],
    }
    entry = {"anyOf": [{"type": "string", "pattern": _DAY}, {"type": "string", "pattern": _RANGE}, between]}
    return {"type": "array", "maxItems": LONGEST_LIST, "items": entry}


def _components(_: Field, catalogue: Catalogue) -> dict[str, Any]:
    return {"type": "array", "maxItems": LONGEST_LIST, "items": {"enum": sorted(catalogue.component_ids)}}


_SHAPES = {
    "enum": _enum,
    "bool3": _flag,
    "date": _date,
    "string": _code,
    "list of component ids": _components,
    "list of dates or date ranges": _ranges,
}
