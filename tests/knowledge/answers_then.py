"""What an answer says, cut down to what a clinician reads: to compare an answer of today with one of long ago."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from formulator.engine import recommend
from formulator.export.json_export import as_mapping
from formulator.knowledge import Knowledge
from formulator.profile import profile_from_mapping
from formulator.strict_yaml import read_yaml

EXAMPLES = ("man_34_norwood_3", "woman_36_melasma", "woman_29_postpartum")
_ARGUMENT = ("rule", "subject", "kind", "text", "because", "certainty", "sources")


def example(name: str, data: Path) -> dict[str, Any]:
    """The profile of an example patient."""
    return read_yaml((data / "examples" / f"{name}.yaml").read_text(encoding="utf-8"), name).plain()["profile"]


def said(profile: dict[str, Any], knowledge: Knowledge, today: date) -> dict[str, Any]:
    """Decision, statuses, days and formulations as they are, every sentence with its reasons as a hash; no model."""
    answer = as_mapping(recommend(profile_from_mapping(profile, "then", knowledge.catalogue), knowledge, today))
    arguments = {one["id"]: [_cut(entry) for entry in one["arguments"]] for one in answer["components"]}
    return {
        "knowledge": answer["knowledge"],
        "profile_sha256": answer["profile_sha256"],
        "decision": answer["decision"],
        "indication": answer["indication"],
        "statuses": {one["id"]: one["status"] for one in answer["components"]},
        "sessions": [[one["date"], one["components"]] for one in (answer["plan"] or {"sessions": []})["sessions"]],
        "formulations": [one["components"] for one in answer["formulations"]],
        "asked": sorted(one["field"] for one in answer["missing"]),
        "arguments": _hash([*map(_cut, answer["decision_arguments"]), arguments]),
        "notes": _hash([answer[name] for name in ("before", "after", "expect", "side_effects")]),
    }


def _cut(argument: dict[str, Any]) -> dict[str, Any]:
    return {name: argument.get(name) for name in _ARGUMENT}


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
