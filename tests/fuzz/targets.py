"""Every parser that reads what a person wrote, as something that takes bytes and answers or refuses."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs
from zlib import crc32
from zoneinfo import ZoneInfo

from formulator.conditions import parse_condition, truth
from formulator.engine import recommend
from formulator.evidence.artefact import MANIFEST, load_evidence, load_manifest
from formulator.evidence.contrasts import contrasts_from_text
from formulator.evidence.extract import effects_of
from formulator.export.text import as_text
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge, load_knowledge, reading
from formulator.knowledge.lint import lint_report
from formulator.knowledge.load import condition_context
from formulator.paths import data_directory
from formulator.profile import Profile, profile_from_text, read_date, read_limited
from formulator.strict_yaml import read_yaml
from formulator.ui.examples import read_example
from formulator.ui.link import choices_of_link
from formulator.ui.state import profile_of_upload
from tests.conftest import TODAY
from tests.fuzz import seeds

Run = Callable[[bytes], bool]
_ANSWER_EVERY = 25
_LONGEST_ADDRESS = 65_536  # the web server takes no more


@dataclass(frozen=True)
class Target:
    """A parser: what is damaged, words with a meaning, how an input (with the number of its seed) is read."""

    name: str
    share: float
    texts: Sequence[str]
    run: Callable[[int, bytes], bool]


def targets(folder: Path) -> list[Target]:
    """All parsers; the folder is scratch. `share` is the part of a hundred inputs that a parser gets."""
    knowledge = load_knowledge()
    return [
        Target("profile", 34, seeds.profiles(), _any_seed(_reader_of_profiles(knowledge))),
        Target("upload", 10, _uploads(), _any_seed(_upload(knowledge))),
        Target("link", 10, seeds.links(), _any_seed(_link(knowledge))),
        Target("condition", 15, seeds.conditions(), _any_seed(_condition(knowledge))),
        Target("example", 4, [path.read_text(encoding="utf-8") for path in seeds.examples()], _any_seed(_example)),
        _knowledge_files(folder / "knowledge"),
        _whole_knowledge(folder / "whole"),
        _evidence_tables(folder / "evidence"),
        Target("contrasts", 6, seeds.contrast_tables(), _any_seed(_contrasts)),
        _manifest(folder / "models"),
        Target("options", 5, seeds.options(), _any_seed(_options)),
    ]


def _any_seed(run: Run) -> Callable[[int, bytes], bool]:
    return lambda _, content: run(content)


def _text(content: bytes) -> str:
    return read_limited(io.BytesIO(content), "input")


def _reader_of_profiles(knowledge: Knowledge) -> Run:
    read = [0]

    def run(content: bytes) -> bool:
        profile = profile_from_text(_text(content), "input")
        read[0] += 1
        if read[0] % _ANSWER_EVERY == 0:
            _answered(profile, knowledge)
        return True

    return run


def _answered(profile: Profile, knowledge: Knowledge) -> None:
    assert as_text(recommend(profile, knowledge, TODAY), knowledge).startswith("DECISION")


def _uploads() -> list[str]:
    return [
        *seeds.profiles(),
        *(f'{{"schema": "x", "profile": {text}}}' for text in seeds.profiles() if text[0] == "{"),
    ]


def _upload(knowledge: Knowledge) -> Run:
    return lambda content: bool(profile_of_upload(content, "case\u202e.json", knowledge.catalogue))


def _link(knowledge: Knowledge) -> Run:
    def run(content: bytes) -> bool:
        given = parse_qs(content[:_LONGEST_ADDRESS].decode("utf-8", "replace"), keep_blank_values=True)
        values, refused = choices_of_link(given, knowledge)
        for name, value in values.items():
            assert isinstance(value, str | int | list), name
        return not refused

    return run


def _condition(knowledge: Knowledge) -> Run:
    context = condition_context(knowledge.catalogue, knowledge.thresholds, sorted(knowledge.indications))

    def run(content: bytes) -> bool:
        return truth(parse_condition(read_yaml(_text(content), "rule"), context), {}) in (True, False, None)

    return run


def _example(content: bytes) -> bool:
    return bool(read_example(_text(content), "example"))


def _contrasts(content: bytes) -> bool:
    return bool(contrasts_from_text(_text(content), "table.csv"))


def _knowledge_files(folder: Path) -> Target:
    texts = seeds.small_knowledge(folder)
    names = list(texts)

    def run(seed: int, content: bytes) -> bool:
        return _in_place(folder / names[seed], content, texts[names[seed]], lambda: not lint_report(folder).faults)

    return Target("knowledge", 6.7, list(texts.values()), run)


def _whole_knowledge(folder: Path) -> Target:
    """The shipped knowledge with one file damaged, linted; slow, so a few only. Unchanged files are parsed once."""
    shutil.copytree(data_directory(), folder, ignore=shutil.ignore_patterns("evidence", "examples"))
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in (".yaml", ".csv")
    )
    texts = [(folder / name).read_text(encoding="utf-8") for name in names]
    shipped, parsed = frozenset(texts), cache(read_yaml)

    def run(seed: int, content: bytes) -> bool:
        reading.read_yaml = lambda text, file: (parsed if text in shipped else read_yaml)(text, file)
        try:
            return _in_place(folder / names[seed], content, texts[seed], lambda: not lint_report(folder).faults)
        finally:
            reading.read_yaml = read_yaml

    return Target("whole", 0.3, texts, run)


def _evidence_tables(folder: Path) -> Target:
    folder.mkdir(parents=True)
    texts = seeds.small_evidence(folder)
    names = list(texts)

    def run(seed: int, content: bytes) -> bool:
        refuse = None if crc32(content) % 2 else False  # stop at bad rows, or leave them out and list them
        return _in_place(
            folder / names[seed], content, texts[names[seed]], lambda: bool(effects_of(folder, refuse=refuse))
        )

    return Target("evidence", 5, list(texts.values()), run)


def _manifest(folder: Path) -> Target:
    shutil.copytree(data_directory().parent / "models", folder)
    text = (folder / MANIFEST).read_text(encoding="utf-8")

    def run(_: int, content: bytes) -> bool:
        return _in_place(
            folder / MANIFEST, content, text, lambda: bool(load_manifest(folder) and load_evidence(folder))
        )

    return Target("manifest", 4, [text], run)


def _in_place(path: Path, content: bytes, text: str, read: Callable[[], bool]) -> bool:
    """Read a folder with one file damaged; the file is put right again."""
    path.write_bytes(content)
    try:
        return read()
    finally:
        path.write_text(text, encoding="utf-8")


def _options(content: bytes) -> bool:
    """Each line as one option of the command line, as its command checks it."""
    from formulator.cli import _known_technique  # the command line's own checks
    from formulator.export.zone import zone_named
    from formulator.profile.command_line import day_from

    knowledge = _knowledge_for_options()
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    checks: Mapping[int, Callable[[str], object]] = {
        0: day_from,
        1: zone_named,
        2: lambda text: _known_technique(text, knowledge),
    }
    refused = 0
    for place, line in enumerate(lines[:3]):
        try:
            found = checks[place](line)
        except FaultsFound:
            refused += 1
        else:
            assert found is None or found == read_date(line) or isinstance(found, ZoneInfo | str)
    return not refused


def _knowledge_for_options() -> Knowledge:
    if not _LOADED:
        _LOADED.append(load_knowledge())
    return _LOADED[0]


_LOADED: list[Knowledge] = []
