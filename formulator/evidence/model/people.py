"""Who took part in a study, as far as it says so: phototypes and regions, beside sex, age and country as printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from formulator.evidence.tables import Region, Study, countries_of

_PHOTOTYPE = re.compile(r"\bFitzpatrick (?:skin )?(?:photo)?(?:types? )?([IV]+\b[^;]*)")
_TYPE = re.compile(r"\b(III|II|IV|VI|V|I)\b")
_SHARE = re.compile(r"(\d+(?:\.\d+)?) ?%")
_TYPES = ("I", "II", "III", "IV", "V", "VI")
_EVERYBODY = 99.0


def phototypes(severity: str) -> tuple[int, int] | None:
    """The lowest and highest phototype (1 to 6) that a study prints with its severity, None where it prints none.

    Types given with shares that leave people out are no range: who the others were is not told.
    """
    found = _PHOTOTYPE.search(severity)
    if found is None:
        return None
    shares = [float(one) for one in _SHARE.findall(found[1])]
    if shares and sum(shares) < _EVERYBODY:
        return None
    types = [_TYPES.index(one) + 1 for one in _TYPE.findall(found[1])]
    return (min(types), max(types)) if types else None


def people_of(study: Study, regions: Sequence[Region]) -> dict[str, Any]:
    """Phototypes and regions of a study; what it does not say is left out."""
    printed = phototypes(study.row.text("severity"))
    named = countries_of(study)
    places = [region.name for region in regions if set(region.countries) & set(named)]
    return {**({"phototype": list(printed)} if printed else {}), **({"regions": places} if places else {})}
