"""Text that the fonts that ship with Typst can show: what they cannot is named by its code point, never dropped."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_RANGES = (
    "\u0020-\u007e\u00a0-\u00ac\u00ae-\u024f\u02b0-\u02ff\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u04ff"
    "\u1e00-\u1eff\u2010-\u2027\u2030-\u2040\u2044\u2070\u2074-\u208e\u20a0-\u20bf\u2100-\u211e\u2122\u2126-\u214f"
    "\u2150\u2151\u2153-\u2184\u2190-\u22ff\u2500-\u25ff"
)
_UNPRINTABLE = re.compile(f"[^{_RANGES}]")
_BLANKS = re.compile(r"[ \t\n\r\u2028\u2029\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")


def printable(value: Any) -> Any:
    """Every text inside a JSON-like value, made printable; keys are ours and stay."""
    if isinstance(value, str):
        return printable_text(value)
    if isinstance(value, dict):
        return {key: entry if key == "svg" else printable(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [printable(entry) for entry in value]
    return value


def printable_text(text: str) -> str:
    """One text: blanks of any kind become a space, soft hyphens and joiners go, unknown signs become [U+4E2D]."""
    composed = unicodedata.normalize("NFC", _BLANKS.sub(" ", text))
    return _UNPRINTABLE.sub(lambda found: _named(found.group()), composed)


def _named(sign: str) -> str:
    return "" if sign in _INVISIBLE else f"[U+{ord(sign):04X}]"
