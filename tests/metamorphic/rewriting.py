"""The shipped knowledge written differently: other order, other names; and answers with what may differ taken out."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import Any

from formulator.engine.answer import Recommendation
from formulator.export.json_export import as_json
from formulator.knowledge import Knowledge
from formulator.paths import data_directory
from formulator.strict_yaml import read_yaml

_TOKEN = re.compile(r"[A-Za-z0-9_]+")
_PREFIX = "q"


def copied(folder: Path) -> Path:
    """The shipped knowledge in another folder."""
    return shutil.copytree(data_directory(), folder, ignore=shutil.ignore_patterns("evidence", "examples"))


def rewritten(folder: Path, change: Callable[[str], str]) -> None:
    """Every YAML and JSON file of a folder with its text changed."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".yaml", ".json"):
            path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def shuffled_text(text: str, draw: Random) -> str:
    """The same document as JSON with the keys of every mapping and the items of the file in another order."""
    plain = read_yaml(text, "shuffled").plain()
    items = plain if isinstance(plain, list) else plain.get("items", [])
    if isinstance(items, list):
        draw.shuffle(items)
    return json.dumps(_keys_shuffled(plain, draw), ensure_ascii=False)


def _keys_shuffled(value: Any, draw: Random) -> Any:
    if isinstance(value, list):
        return [_keys_shuffled(entry, draw) for entry in value]
    if not isinstance(value, Mapping):
        return value
    names = list(value)
    draw.shuffle(names)
    return {name: _keys_shuffled(value[name], draw) for name in names}


def rules_moved(folder: Path, draw: Random) -> None:
    """The files of rules under other names, in other folders: the alphabet no longer says what belongs together."""
    found = sorted((folder / "rules").rglob("*.yaml"))
    for number, path in enumerate(draw.sample(found, len(found))):
        place = folder / "rules" / draw.choice(("", "a", "z/deep")) / f"{number:03}.yaml"
        place.parent.mkdir(parents=True, exist_ok=True)
        path.rename(place)


def renaming(knowledge: Knowledge) -> dict[str, str]:
    """Another name for every rule, threshold and source, in the same order of the alphabet.

    Names that mean something else too (a field, a choice, a component) stay.
    """
    fields = knowledge.catalogue.fields
    meant = {*fields, *(choice for field in fields.values() for choice in field.choices), *knowledge.components}
    meant |= {*knowledge.groups, *knowledge.indications, *knowledge.techniques}
    names = {*knowledge.rules, *knowledge.thresholds, *knowledge.sources} - meant
    return {name: _PREFIX + name for name in names}


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text with every word that has another name replaced by it."""
    return _TOKEN.sub(lambda found: names.get(found[0], found[0]), text)


def plain(answer: Recommendation) -> dict[str, Any]:
    """The answer as JSON, without the hash of the files that it rests on."""
    found = json.loads(as_json(answer))
    del found["knowledge"]
    return found
