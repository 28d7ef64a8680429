"""formulator.columns with numba: the rules alone."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.engines.ours_columns import OursColumns, given, prepared

__all__ = ["given", "prepare"]


def prepare(known: Any) -> OursColumns:
    """Compile the knowledge base."""
    return prepared(known, "numba", rules_alone=True)
