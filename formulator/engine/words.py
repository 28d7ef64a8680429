"""What decisions and statuses are called, wherever a person reads them."""

from __future__ import annotations

DECISION_WORDS = {
    "treat": "Treat",
    "treat_after": "Treat after something comes first",
    "refer_first": "Refer first",
    "do_not_treat": "Do not treat",
}
STATUS_WORDS = {
    "recommended": "Recommended",
    "adjunct": "Adjunct",
    "optional": "Optional",
    "deferred": "Deferred",
    "not_indicated": "Not indicated",
    "contraindicated": "Contraindicated",
}
