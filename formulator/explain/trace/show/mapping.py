"""A trace as plain values for JSON."""

from __future__ import annotations

from typing import Any

from formulator.explain.trace.tree import Trace


def as_mapping(one: Trace, everything: bool = False) -> dict[str, Any]:
    """Nested mappings; what is empty is left out, and so is what did not matter unless `everything` is asked for."""
    found: dict[str, Any] = {"kind": one.kind, "label": one.label}
    texts = {name: getattr(one, name) for name in ("about", "value", "sentence", "certainty", "address")}
    found |= {name: text for name, text in texts.items() if text}
    if not one.decisive:
        found["decisive"] = False
    if one.sources:
        found["sources"] = list(one.sources)
    if one.arithmetic is not None:
        found["arithmetic"] = {
            "operation": one.arithmetic.operation,
            "operands": list(one.arithmetic.operands),
            "result": one.arithmetic.result,
            "within": one.arithmetic.within,
        }
    children = [as_mapping(child, everything) for child in one.shown(everything)]
    return found | ({"because": children} if children else {})
