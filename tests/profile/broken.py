"""Five hundred broken profiles, the same ones every time: valid ones with one thing made wrong in a known way.

Each case carries the bytes, and the field and line that the first message must name (None: the whole document).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from formulator.profile import load_catalogue

CATALOGUE = load_catalogue()
FIELDS = CATALOGUE.fields
Document = dict[str, object]
NUMBERS = [name for name, field in FIELDS.items() if field.is_number and field.high is not None]
ENUMS = [name for name, field in FIELDS.items() if field.type == "enum"]
FLAGS = [name for name, field in FIELDS.items() if field.type == "bool3"]
ESSENTIAL = ("domain", "concern", "sex", "age")


@dataclass(frozen=True)
class Broken:
    """One broken profile and what must be said about it."""

    way: str
    content: bytes
    field: str | None
    line: int | None


def valid(rng: random.Random) -> Document:
    """A small valid profile: essentials, a lab, a few flags that no impossible pair mentions."""
    concern = rng.choice(sorted(CATALOGUE.concern_domains))
    paired = {name for pair in CATALOGUE.impossible for name in (pair.field, pair.other_field)}
    free = [name for name in FLAGS if name not in paired]
    document: Document = {
        "domain": rng.choice(sorted(CATALOGUE.concern_domains[concern])),
        "concern": concern,
        "sex": rng.choice(["female", "male"]),
        "age": rng.randint(18, 80),
        "phototype": rng.randint(1, 6),
        "ferritin": rng.randint(5, 300),
    }
    return document | {name: rng.choice(["yes", "no", "unknown"]) for name in rng.sample(free, 4)}


def _written(way: str, document: Document, field: str, rng: random.Random, raw: str | None = None) -> Broken:
    """The document in YAML or JSON, one field a line; `raw` replaces the value of the broken field as text."""
    names = list(document)
    rng.shuffle(names)
    in_json = rng.random() < 0.5 and (raw is None or _is_json(raw))
    values = {name: json.dumps(document[name]) if in_json else str(document[name]) for name in names}
    if raw is not None:
        values[field] = raw
    line = names.index(field) + 1
    if in_json:
        rows = ",\n".join(f'"{name}": {values[name]}' for name in names)
        return Broken(way, f"{{{rows}}}".encode(), field, line)
    return Broken(way, "".join(f"{name}: {values[name]}\n" for name in names).encode(), field, line)


def _is_json(raw: str) -> bool:
    try:
        json.loads(raw)
    except ValueError:
        return False
    return True


def _with(way: str, pool: list[str], raws: Callable[[random.Random, str], str]) -> Callable[[random.Random], Broken]:
    """A way to break: one field of a pool gets a value that it does not take."""

    def make(rng: random.Random) -> Broken:
        field = rng.choice(pool)
        document = valid(rng) | {field: "?"}
        return _written(way, document, field, rng, raws(rng, field))

    return make


def _above(_: random.Random, field: str) -> str:
    return f"{FIELDS[field].high + 1:g}"


def _near_miss(rng: random.Random) -> Broken:
    document = valid(rng)
    name = rng.choice(["phototype", "ferritin", "concern", "domain"])
    at = rng.randrange(1, len(name) - 1)
    typo = name[:at] + name[at + 1 :]
    document = {typo if key == name else key: value for key, value in document.items()}
    return _written("a letter of a key is missing", document, typo, rng)


def _unknown_key(rng: random.Random) -> Broken:
    name = "".join(rng.choice("qxzjkw") for _ in range(rng.randint(3, 12)))
    return _written("a key that does not exist", valid(rng) | {name: "yes"}, name, rng)


def _duplicate(rng: random.Random) -> Broken:
    document = valid(rng)
    name = rng.choice(list(document))
    text = "".join(f"{key}: {value}\n" for key, value in document.items()) + f"{name}: {document[name]}\n"
    return Broken("a key stands twice", text.encode(), name, len(document) + 1)


def _impossible(rng: random.Random) -> Broken:
    pair = rng.choice(CATALOGUE.impossible)
    document = {key: value for key, value in valid(rng).items() if key not in ("sex", "concern")}
    document |= {pair.field: pair.value, pair.other_field: pair.other_value}
    return _written("an impossible pair", document, pair.other_field, rng)


def _wrong_domain(rng: random.Random) -> Broken:
    concern = rng.choice(sorted(CATALOGUE.concern_domains))
    others = sorted(set(FIELDS["domain"].choices) - CATALOGUE.concern_domains[concern])
    if not others:
        return _wrong_domain(rng)
    return _written(
        "a concern of another domain", valid(rng) | {"concern": concern, "domain": rng.choice(others)}, "domain", rng
    )


def _off_scale(rng: random.Random) -> Broken:
    scale = rng.choice(list(CATALOGUE.scales.values()))
    severity = rng.choice([scale.low - 1, scale.high + 0.5])
    document = {key: value for key, value in valid(rng).items() if key not in ("concern", "domain")}
    document |= {"severity_scale": scale.name, "severity": severity}
    return _written("a severity off its scale", document, "severity", rng)


def _not_utf8(rng: random.Random) -> Broken:
    text = _written("", valid(rng), "age", rng).content
    at = rng.randrange(len(text))
    wrong = rng.choice([b"\xff", b"\xe4", b"\xc3("])
    return Broken("bytes that are no UTF-8", text[:at] + wrong + text[at:], None, None)


def _cut_off(rng: random.Random) -> Broken:
    document = json.dumps(valid(rng), indent=1).encode()
    return Broken("a JSON file cut off", document[: rng.randrange(1, len(document) - 2)], None, None)


def _no_mapping(rng: random.Random) -> Broken:
    text = rng.choice(["[]", "- age\n- sex\n", "42", "patient", '"text"', "", "# nothing\n", "null", "age\nsex\n"])
    return Broken("no mapping", text.encode(), None, None)


def _anchor(rng: random.Random) -> Broken:
    document = {key: value for key, value in valid(rng).items() if key != "smoking"}
    field = rng.choice(list(document))
    text = "".join(f"{key}: {'&a ' if key == field else ''}{value}\n" for key, value in document.items())
    line = 1 + list(document).index(field)
    return Broken("an anchor", (text + "smoking: *a\n").encode(), None, line)


def _tag(rng: random.Random) -> Broken:
    tag = rng.choice(["!!int", "!!python/object/apply:os.system", "!custom", "!!binary"])
    return Broken("a tag", f"sex: female\nage: {tag} {rng.randint(1, 99)}\n".encode(), None, 2)


def _deep(rng: random.Random) -> Broken:
    depth = rng.choice([50, 500, 5000])
    return Broken("nested deeply", b"age: " + b"[" * depth + b"]" * depth, None, None)


def _huge(rng: random.Random) -> Broken:
    return Broken("a huge file", b"age: 34\n# " + b"x" * (2_000_000 + rng.randrange(1000)), None, None)


def _bad_indent(rng: random.Random) -> Broken:
    document = valid(rng)
    lines = [f"{key}: {value}" for key, value in document.items()]
    at = rng.randrange(1, len(lines))
    lines[at] = rng.choice(["  ", "\t", " "]) + lines[at]
    return Broken("a line indented", "\n".join(lines).encode(), None, None)


def _pick(*texts: str) -> Callable[[random.Random, str], str]:
    return lambda rng, _: rng.choice(texts)


WAYS: tuple[Callable[[random.Random], Broken], ...] = (
    _with("a word for a number", NUMBERS, _pick("much", '"ten"', '"-"', '"3 or 4"')),
    _with("a truth value for a number", NUMBERS, _pick("true", "false", "yes", "no")),
    _with("a number that is none", NUMBERS, _pick("NaN", ".nan", "Infinity", "-Infinity", ".inf", "1e999", "-1e999")),
    _with(
        "a number with a comma or in other digits", NUMBERS, _pick('"1,500"', '"1.500,5"', '"\u0663\u0664"', '"1 000"')
    ),
    _with("a number above its range", NUMBERS, _above),
    _with("a number below its range", NUMBERS, _pick("-1", "-0.5", "-1e9")),
    _with("a fraction of a whole number", ["age", "phototype", "max_sessions"], _pick("3.5", "1.01", "5.9999")),
    _with(
        "a unit of another quantity",
        ["ferritin", "zinc", "haemoglobin", "tsh"],
        _pick('"30 ng"', '"30 furlong"', '"3 kg"'),
    ),
    _with("a choice that does not exist", ENUMS, _pick("purple", '""', '"Hair"', "1", "yes")),
    _with("a list or mapping for one value", ENUMS + NUMBERS + FLAGS, _pick("[]", "[1]", '{"a": 1}', '["yes"]')),
    _with("a flag that is neither yes nor no", FLAGS, _pick("NO", "maybe", "1", "0", '"y"', '"Yes"', "-1")),
    _with(
        "no day of the calendar",
        ["event_date", "start_date"],
        _pick('"2026-02-30"', '"01.02.2027"', "20270101", '"soon"'),
    ),
    _with(
        "no list of days",
        ["unavailable_dates"],
        _pick('"2027-01-01"', '["2027-02-01..2027-01-01"]', '["Easter"]', "[7]"),
    ),
    _with("no component", ["stocked_components"], _pick('["snake_oil"]', '"prp"', "[[]]", '["prp", "PRP"]')),
    _with("no country", ["jurisdiction"], _pick('"UK"', '"Atlantis"', "7", '"ZZ"')),
    _near_miss,
    _unknown_key,
    _duplicate,
    _impossible,
    _wrong_domain,
    _off_scale,
    _not_utf8,
    _cut_off,
    _no_mapping,
    _anchor,
    _tag,
    _deep,
    _bad_indent,
    _huge,
)


def broken_profiles(number: int = 500, seed: int = 20261125) -> list[Broken]:
    """The first so many broken profiles, every way in turn; a huge file only twice."""
    rng = random.Random(seed)
    ways = [WAYS[index % (len(WAYS) - 1)] for index in range(number - 2)] + [_huge, _huge]
    return [way(rng) for way in ways]
