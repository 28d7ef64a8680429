"""formulator.columns with numpy: rules, statuses and decision."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.engines.ours_columns import OursColumns, given, prepared

__all__ = ["given", "prepare"]


def prepare(known: Any) -> OursColumns:
    """Compile the knowledge base."""
    return prepared(known, "numpy", rules_alone=False)
