"""Outlines of scalp, face and body, and where on them each site of the profile lies; schematic, not to scale."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ellipse:
    """A round part of a zone."""

    x: float
    y: float
    half_width: float
    half_height: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.off_centre(x, y) <= 1

    def off_centre(self, x: float, y: float) -> float:
        """How far a point lies from the middle: 0 there, 1 on the rim."""
        return ((x - self.x) / self.half_width) ** 2 + ((y - self.y) / self.half_height) ** 2


@dataclass(frozen=True, slots=True)
class Zone:
    """The area of a site: inside any of its ellipses and outside those that are spared."""

    view: str
    words: str
    inside: tuple[Ellipse, ...]
    spared: tuple[Ellipse, ...] = ()

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in the zone."""
        return any(one.holds(x, y) for one in self.inside) and not any(one.holds(x, y) for one in self.spared)

    def off_centre(self, x: float, y: float) -> float:
        """How far a point lies from the middle of its own part of the zone."""
        return min(one.off_centre(x, y) for one in self.inside)


@dataclass(frozen=True, slots=True)
class View:
    """An outline as SVG paths in a box 100 wide."""

    height: float
    paths: tuple[str, ...]


def _both(x: float, y: float, half_width: float, half_height: float) -> tuple[Ellipse, Ellipse]:
    """An ellipse and its mirror image."""
    return Ellipse(x, y, half_width, half_height), Ellipse(100 - x, y, half_width, half_height)


_SILHOUETTE = (
    "M50 4 C57 4 60 9 59 16 C58 22 55 26 50 26 C45 26 42 22 41 16 C40 9 43 4 50 4 Z",
    "M45 24 C45 29 42 31 34 33 C28 34 26 38 25 46 L21 68 L17 84 C15 88 18 92 20 90 L24 84 L29 66 L32 52",
    "M55 24 C55 29 58 31 66 33 C72 34 74 38 75 46 L79 68 L83 84 C85 88 82 92 80 90 L76 84 L71 66 L68 52",
    "M32 44 C32 56 34 62 33 72 C32 80 31 86 32 96 L36 122 L37 142 C37 146 45 146 45 142 L46 122 L50 92",
    "M68 44 C68 56 66 62 67 72 C68 80 69 86 68 96 L64 122 L63 142 C63 146 55 146 55 142 L54 122 L50 92",
)

VIEWS = {
    "scalp": View(
        116,
        (
            "M50 10 C74 10 87 32 87 60 C87 90 71 110 50 110 C29 110 13 90 13 60 C13 32 26 10 50 10 Z",
            "M45 10.5 L50 4 L55 10.5",
            "M13 54 C7 50 6 68 13.5 67",
            "M87 54 C93 50 94 68 86.5 67",
            "M24 29 C36 20 64 20 76 29",
        ),
    ),
    "face": View(
        128,
        (
            "M50 6 C76 6 84 28 83 54 C82 80 66 104 50 104 C34 104 18 80 17 54 C16 28 24 6 50 6 Z",
            "M17 50 C11 46 11 68 19 70",
            "M83 50 C89 46 89 68 81 70",
            "M20 32 C30 16 70 16 80 32",
            "M27 44 C32 41 38 41 43 44",
            "M73 44 C68 41 62 41 57 44",
            "M28 52 C32 48.5 38 48.5 42 52 C38 54.5 32 54.5 28 52 Z",
            "M72 52 C68 48.5 62 48.5 58 52 C62 54.5 68 54.5 72 52 Z",
            "M48 52 C47 62 44 67 45 69 C48 72 52 72 55 69 C56 67 53 62 52 52",
            "M40 84 C46 80 54 80 60 84 C54 89 46 89 40 84 Z",
            "M34 98 C33 110 26 118 12 124",
            "M66 98 C67 110 74 118 88 124",
        ),
    ),
    "body": View(150, (*_SILHOUETTE, "M36 80 C44 88 56 88 64 80")),
    "back": View(150, (*_SILHOUETTE, "M50 30 L50 72", "M50 76 L50 92", "M36 88 C40 95 47 95 50 90 C53 95 60 95 64 88")),
}

_EYES = (*_both(35, 51, 10.5, 7.5), Ellipse(50, 46, 8, 11))
_MOUTH = Ellipse(50, 84, 11, 4.5)
_NOSE = Ellipse(50, 62, 7, 13)

ZONES = {
    "scalp": Zone("scalp", "Scalp from above, nose upwards", (Ellipse(50, 62, 29, 38),)),
    "hairline": Zone(
        "scalp", "Hairline from above, nose upwards", (Ellipse(50, 44, 30, 21),), (Ellipse(50, 58, 34, 24),)
    ),
    "beard": Zone("face", "Beard", (Ellipse(50, 80, 27, 22),), (_MOUTH, Ellipse(50, 58, 22, 17))),
    "eyebrow": Zone("face", "Eyebrows", _both(35, 43.2, 9, 2)),
    "face": Zone(
        "face",
        "Face; eyes, nose, lips and the skin between the brows are spared",
        (Ellipse(50, 30, 27, 9), *_both(32, 67, 13, 12), Ellipse(50, 95, 12, 5)),
        (*_EYES, _MOUTH, _NOSE),
    ),
    "forehead": Zone("face", "Forehead; the skin between the brows is spared", (Ellipse(50, 29, 28, 10),), _EYES),
    "cheeks": Zone("face", "Cheeks", _both(32, 68, 12, 13), (*_EYES, _NOSE, _MOUTH)),
    "periorbital": Zone("face", "Below the eyes, inside the rim of the orbit avoided", _both(34, 59, 9, 3)),
    "perioral": Zone("face", "Around the mouth", (Ellipse(50, 84, 19, 11),), (_MOUTH, _NOSE)),
    "submental": Zone("face", "Under the chin", (Ellipse(50, 107, 13, 4.5),)),
    "neck": Zone("face", "Neck", (Ellipse(50, 115, 15, 9),)),
    "decolletage": Zone("body", "Decolletage", (Ellipse(50, 39, 13, 6),)),
    "arms": Zone("body", "Upper arms", _both(28, 50, 3.5, 13)),
    "hands": Zone("body", "Backs of the hands", _both(19.5, 86, 2.5, 4)),
    "abdomen": Zone("body", "Abdomen", (Ellipse(50, 66, 13, 12),), (Ellipse(50, 67, 1.5, 1.5),)),
    "thighs": Zone("body", "Thighs", _both(40, 105, 6, 15)),
    "buttocks": Zone("back", "Buttocks, from behind", _both(42.5, 82, 6.5, 8)),
}
