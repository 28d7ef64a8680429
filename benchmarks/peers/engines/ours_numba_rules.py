"""formulator.columns with numba: the rules alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.peers.engines.ours_columns import OursColumns, prepared


def prepare(rules: Mapping[str, Any]) -> OursColumns:
    """Compile the knowledge base."""
    return prepared(rules, "numba", rules_alone=True)
