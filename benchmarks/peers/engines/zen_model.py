"""zen-engine as its makers show it: a JSON decision model with an expression node, kept by the engine's static loader.

The node holds the same list as `zen_expression`; the static loader compiles it once, which a decision made by
`create_decision` does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import zen

from benchmarks.peers.engines.zen_expression import LANGUAGE, lists_of


def prepare(rules: Mapping[str, Any]) -> ZenModel:
    """Load the decision model."""
    node = {"expressions": [{"id": "rules", "key": "rules", "value": LANGUAGE.as_list(rules)}], "passThrough": False}
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": model("expressionNode", node)}}})
    return ZenModel([rule["id"] for rule in rules["rules"]], engine)


def model(kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """A decision model with one node between input and output."""
    return {
        "nodes": [
            {"id": "input", "type": "inputNode", "name": "input"},
            {"id": "node", "type": kind, "name": "node", "content": content},
            {"id": "output", "type": "outputNode", "name": "output"},
        ],
        "edges": [
            {"id": "in", "sourceId": "input", "targetId": "node", "type": "edge"},
            {"id": "out", "sourceId": "node", "targetId": "output", "type": "edge"},
        ],
    }


class ZenModel:
    """The engine with the model."""

    def __init__(self, names: list[str], engine: zen.ZenEngine) -> None:
        self.names, self.engine = names, engine

    def one(self, facts: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        """Rules that hold, rules that are open."""
        return lists_of(self.names, self.engine.evaluate("rules", facts)["result"]["rules"])
