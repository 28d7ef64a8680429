"""Ways to damage a text that was valid, the same ones for the same draw; grammar first, single bytes last."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_WORD = re.compile(r"[A-Za-z_]{2,}")
NUMBERS = (
    "9" * 40, "-1", "0", "-0.0", "1e999", "-1e999", "1e-999", "NaN", "Infinity", ".inf", "0x1F", "010", "1_000", "1,5",
    "9" * 5000, "0." + "0" * 300 + "1", "2147483648", "1e308", "\u0663\u0664", "12:30", "2026-02-30", "9999-12-31",
)  # fmt: skip
ODD = (
    "\x00", "\x1b[31m", "\u202e", "\u2066", "\ufeff", "\u2028", "\x85", "\u00a0", "\u200d", "e\u0301" * 20,
    "\U0001f489", "\ufffd", "\uffff", "\\ud800", "\\u0000", "\\x00", "\x7f",
    "\u0130", "\u00b5g/L", "\t", "\r", "\v", "\f",
)  # fmt: skip
YAML_PARTS = (
    "&a ", "*a", "<<: *a\n", "!!python/object:os.system ", "!!int ", "!", "--- ", "\n---\n", "\n...\n", "%YAML 9.9\n",
    "%TAG ! tag:x,2000:\n", "? ", ": ", "- ", "|\n", ">-\n", "# ", "[", "]", "{", "}", "'", '"', "@", "`", "null", "~",
    "yes", "no", "unknown", "always", "true", "{}", "[]", "''",
)  # fmt: skip
SEPARATORS = (",", ";", "\t", '"', '""', "\n", "\r\n", "\r", "..", "/", "&", "=", "%00", "%ff", "%", "+", "#")
LARGEST = 2_000_100  # a little more than any parser takes
LONG = (*(30, 300, 300, 3_000) * 6, 60_000, 60_000, 600_000)


@dataclass(frozen=True)
class Source:
    """What damage is made from: the seed, other valid texts of the same kind, and words that have a meaning there."""

    seed: str
    others: Sequence[str]
    words: Sequence[str]


def damaged(source: Source, draw: Random) -> bytes:
    """The seed with one to five injuries, as bytes."""
    text = source.seed
    for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 3, 5))):
        text = draw.choice(_WAYS)(text, source, draw)[:LARGEST]
    return _as_bytes(text, draw)


def _as_bytes(text: str, draw: Random) -> bytes:
    way = draw.random()
    if way > 0.06:
        content = text.encode("utf-8", "surrogatepass")
    else:
        content = text.encode(draw.choice(("utf-16", "utf-8-sig", "latin-1", "utf-32-be", "cp1252")), "replace")
    return _flipped(content, draw) if draw.random() < 0.12 else content


def _flipped(content: bytes, draw: Random) -> bytes:
    changed = bytearray(content or b"\0")
    for _ in range(draw.choice((1, 1, 2, 8))):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _somewhere(text: str, part: str, draw: Random) -> str:
    place = draw.randrange(len(text) + 1)
    return text[:place] + part + text[place:]


def _odd_sign(text: str, _: Source, draw: Random) -> str:
    return _somewhere(text, draw.choice(ODD), draw)


def _grammar_sign(text: str, _: Source, draw: Random) -> str:
    return _somewhere(text, draw.choice(YAML_PARTS + SEPARATORS), draw)


def _other_number(text: str, _: Source, draw: Random) -> str:
    return _replaced(_NUMBER, text, draw.choice(NUMBERS), draw)


def _other_word(text: str, source: Source, draw: Random) -> str:
    return _replaced(_WORD, text, draw.choice(source.words), draw)


def _value_emptied_or_odd(text: str, _: Source, draw: Random) -> str:
    return _replaced(re.compile(r"(?<=[:,=])[^,\n&]*"), text, draw.choice(("", " ", *YAML_PARTS, *NUMBERS)), draw)


def _replaced(pattern: re.Pattern[str], text: str, part: str, draw: Random) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text + part
    chosen = draw.choice(found)
    return text[: chosen.start()] + part + text[chosen.end() :]


def _of_lines(change: Callable[[list[str], Random], None]) -> Callable[[str, Source, Random], str]:
    def way(text: str, _: Source, draw: Random) -> str:
        lines = text.splitlines(keepends=True) or [""]
        change(lines, draw)
        return "".join(lines)

    return way


def _drop(lines: list[str], draw: Random) -> None:
    lines.pop(draw.randrange(len(lines)))


def _double(lines: list[str], draw: Random) -> None:
    lines.insert(draw.randrange(len(lines)), draw.choice(lines))


def _swap(lines: list[str], draw: Random) -> None:
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _indent(lines: list[str], draw: Random) -> None:
    place = draw.randrange(len(lines))
    lines[place] = draw.choice((" ", "  ", "\t", "        ")) + lines[place]


def _repeat(lines: list[str], draw: Random) -> None:
    place = draw.randrange(len(lines))
    lines[place:place] = [lines[place]] * draw.choice((2, 2, 2, 2, 50, 50, 1_000))


def _truncated(text: str, _: Source, draw: Random) -> str:
    return text[: draw.randrange(len(text) + 1)]


def _cut_out(text: str, _: Source, draw: Random) -> str:
    start = draw.randrange(len(text) + 1)
    return text[:start] + text[start + draw.choice((1, 2, 10, 200)) :]


def _spliced(text: str, source: Source, draw: Random) -> str:
    other = draw.choice(source.others)
    return text[: draw.randrange(len(text) + 1)] + other[draw.randrange(len(other) + 1) :]


def _other_line_ends(text: str, _: Source, draw: Random) -> str:
    return text.replace("\n", draw.choice(("\r\n", "\r", "\n\n", "\u2028", " ", "\x85")))


def _nested(text: str, _: Source, draw: Random) -> str:
    opening, closing = draw.choice((("[", "]"), ("{a: ", "}"), ('{"not": ', "}"), ("- ", ""), ("? ", ""), ("(", ")")))
    depth = draw.choice((3, 39, 41, 400, 20_000))
    return _somewhere(text, opening * depth + "x" + closing * depth, draw)


def _long(text: str, source: Source, draw: Random) -> str:
    part = draw.choice(
        ("x", " ", "a b ", "- ", "0", '"', "'", "\u0301", "a,", "&a=b", "../", "\n", draw.choice(source.words))
    )
    return _somewhere(text, part * draw.choice(LONG), draw)


def _many_keys(text: str, _: Source, draw: Random) -> str:
    number = draw.choice((*(10, 10, 200) * 8, 5_000, 30_000))
    return text + "\n" + "".join(f"key_{draw.randrange(10**6)}: {place}\n" for place in range(number))


_WAYS: tuple[Callable[[str, Source, Random], str], ...] = (
    _odd_sign, _grammar_sign, _grammar_sign, _other_number, _other_number, _other_word, _other_word, _other_word,
    _value_emptied_or_odd, _value_emptied_or_odd, _of_lines(_drop), _of_lines(_double), _of_lines(_swap),
    _of_lines(_indent), _of_lines(_repeat), _truncated, _cut_out, _spliced, _other_line_ends, _nested, _long,
    _many_keys,
)  # fmt: skip
