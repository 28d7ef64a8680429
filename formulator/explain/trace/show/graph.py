"""A trace as a picture: DOT text, where words and shape tell the kind of a node, not colour alone."""

from __future__ import annotations

import textwrap
from collections import deque
from dataclasses import dataclass, field

from formulator.explain.trace.tree import Trace
from formulator.explain.trace.words import headline, visible

MOST_NODES = 40
LOOKS = (
    "  rankdir=LR;",
    '  bgcolor="transparent";',
    '  edge [color="#7c8a88"];',
    '  node [style="filled", color="#7c8a88", fontname="sans-serif", fontsize=11];',
)
"""How every picture of reasons is drawn; seen on a light page and on a dark one."""
_WIDTH, _LONGEST = 32, 180
_SHAPES = {
    "answer": ("doubleoctagon", "#e8f1f0"),
    "decision": ("octagon", "#e8f1f0"),
    "status": ("octagon", "#e8f1f0"),
    "rule": ("box", "#fff7e0"),
    "question": ("diamond", "#fdeee0"),
    "condition": ("ellipse", "#eef2fb"),
    "fact": ("house", "#f3f3f3"),
    "derivation": ("hexagon", "#f3f3f3"),
    "threshold": ("invhouse", "#f3f3f3"),
    "number": ("cds", "#eef7ea"),
    "trial": ("note", "#f7eef5"),
    "date": ("tab", "#eef7ea"),
    "part": ("plaintext", "#ffffff"),
}


@dataclass
class _Picture:
    """What has been drawn: a name for each node, lines of DOT."""

    names: dict[int, str] = field(default_factory=dict)
    nodes: list[str] = field(default_factory=list)
    edges: list[str] = field(default_factory=list)

    def draw(self, one: Trace, left_out: int) -> None:
        """The node itself, with the number of its parts that did not fit."""
        shape, colour = _SHAPES[one.kind]
        more = f"\n(+{left_out} more in the list)" if left_out else ""
        label = escaped(f"{_KIND_WORDS.get(one.kind, '')}{_shortened(headline(one))}{more}")
        name = self.names[id(one)]
        self.nodes.append(f'  {name} [shape={shape}, fillcolor="{colour}", label="{label}"];')


_KIND_WORDS = {kind: f"{kind.upper()}\n" for kind in _SHAPES if kind != "part"}


def as_dot(one: Trace, everything: bool = False, most: int = MOST_NODES) -> str:
    """The picture from the top, at most `most` nodes: what does not fit is counted where it would hang.

    A node that several others share is drawn once.
    """
    picture = _Picture({id(one): "n0"})
    waiting = deque([one])
    while waiting:
        node = waiting.popleft()
        left_out = 0
        for child in visible(node, everything):
            if id(child) not in picture.names:
                if len(picture.names) >= most:
                    left_out += 1
                    continue
                picture.names[id(child)] = f"n{len(picture.names)}"
                waiting.append(child)
            picture.edges.append(f"  {picture.names[id(node)]} -> {picture.names[id(child)]};")
        picture.draw(node, left_out)
    head = ["digraph trace {", *LOOKS]
    return "\n".join([*head, *picture.nodes, *dict.fromkeys(picture.edges), "}"]) + "\n"


def _shortened(text: str) -> str:
    short = textwrap.shorten(text, _LONGEST, placeholder=" ...")
    return "\n".join(textwrap.wrap(short, _WIDTH, break_long_words=False))


def escaped(text: str) -> str:
    """Text inside the quotes of a DOT label, where it has no power."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", " ").replace("\n", "\\n")
