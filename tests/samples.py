"""Patients that several tests start from."""

from __future__ import annotations

from typing import Any

UNGRADED_MAN: dict[str, Any] = {
    "domain": "hair",
    "concern": "hair_thinning",
    "cause": "androgenetic",
    "sex": "male",
    "age": 34,
    "phototype": 4,
    "site": "scalp",
}
THINNING_MAN: dict[str, Any] = {**UNGRADED_MAN, "severity_scale": "norwood", "severity": 3}
"""Male pattern loss, of whom nothing else is known."""
