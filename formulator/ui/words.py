"""Icons, colours and safe text of the screen; the words themselves stand in formulator.export.words."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import quote

from formulator.knowledge import Knowledge
from formulator.knowledge.items import Source

DECISION_ICONS = {
    "treat": ":material/check_circle:",
    "treat_after": ":material/hourglass_top:",
    "refer_first": ":material/assignment_ind:",
    "do_not_treat": ":material/block:",
}
STATUS_ICONS = {
    "recommended": ":material/star:",
    "adjunct": ":material/add_circle:",
    "optional": ":material/help:",
    "deferred": ":material/hourglass_top:",
    "not_indicated": ":material/remove_circle:",
    "contraindicated": ":material/block:",
}
BadgeColour = Literal["green", "blue", "gray", "orange", "red"]
STATUS_COLOURS: dict[str, BadgeColour] = {
    "recommended": "green",
    "adjunct": "blue",
    "optional": "gray",
    "deferred": "orange",
    "not_indicated": "gray",
    "contraindicated": "red",
}
KIND_ICONS = {
    "excludes": ":material/block:",
    "against": ":material/thumb_down:",
    "for": ":material/thumb_up:",
    "confirms": ":material/verified:",
}

_SPECIAL = re.compile(r"([\\`*_\[\]{}<>#|~$:!])")


def safe(text: object) -> str:
    """Text in which Markdown has no power."""
    return _SPECIAL.sub(r"\\\1", str(text))


def source_links(sources: tuple[str, ...], knowledge: Knowledge) -> str:
    """Each source by its short title, linked where it has an address."""
    return "; ".join(source_link(knowledge.sources[source]) for source in sources)


def source_link(source: Source) -> str:
    """A source by its short title, linked where it has an address."""
    year = f", {source.year}" if source.year else ""
    title = source.title if len(source.title) <= 80 else source.title[:77] + "..."
    label = safe(f"{title}{year} [{source.type.replace('_', ' ')}]")
    address = web_address(source.url)
    return f"[{label}]({address})" if address else label


def item_link(label: str, identifier: str) -> str:
    """A label that opens an item of the knowledge; in a new tab, so that the patient on this page stays."""
    return f"[{safe(label)}](/knowledge?item={quote(identifier, safe='')})"


def web_address(text: str) -> str:
    """A web address that Markdown takes as a whole; empty for anything else."""
    address = text.replace(" ", "%20").replace(")", "%29").replace("(", "%28")
    return address if address.startswith(("http://", "https://")) else ""
