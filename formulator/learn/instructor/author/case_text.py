"""A case as the YAML that a clinician reads, and back; what the form makes is read as any other file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from formulator.learn.cases import Case

_WIDTH = 120
_ORDER = [name for name in Case.model_fields if name not in ("id", "folder")]


class _Words(list[Any]):
    """A list of words, written on one line."""


class _Text(yaml.SafeDumper):
    """Every scalar is text, as the strict reader takes it: `yes` and `9` need no quotes."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - the name and shape that PyYAML looks for


_Text.add_representer(_Words, lambda dumper, words: dumper.represent_sequence("tag:yaml.org,2002:seq", words, True))


def case_yaml(plain: Mapping[str, Any]) -> str:
    """The text of a case file, its keys in the order of data/cases/README.md; what is empty is left out."""
    kept = worded(plain)
    return yaml_text({key: kept[key] for key in [*_ORDER, *(one for one in kept if one not in _ORDER)] if key in kept})


def yaml_text(plain: Mapping[str, Any]) -> str:
    """Texts, lists and mappings as YAML in their own order."""
    ordered = worded(plain)
    return yaml.dump(_laid_out(ordered), Dumper=_Text, sort_keys=False, allow_unicode=True, width=_WIDTH)


def plain_case(case: Case) -> dict[str, Any]:
    """What a case says as plain texts, lists and mappings; what is as always is left out."""
    return worded(case.model_dump(mode="json", exclude={"id", "folder"}, exclude_defaults=True))


def worded(value: Any) -> Any:
    """Every scalar as the text that a file holds; empty entries are left out."""
    if isinstance(value, Mapping):
        inner = {str(key): worded(one) for key, one in value.items()}
        return {key: one for key, one in inner.items() if one not in ("", [], {})}
    if isinstance(value, list | tuple):
        return [one for one in map(worded, value) if one not in ("", [], {})]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).strip()


def _laid_out(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _laid_out(one) for key, one in value.items()}
    if isinstance(value, list):
        short = all(isinstance(one, str) and " " not in one for one in value)
        return _Words(value) if short else [_laid_out(one) for one in value]
    return value
