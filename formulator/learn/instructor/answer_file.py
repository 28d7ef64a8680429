"""Answer files as trainees hand them in: taken as hostile, read strictly, every fault named at its place."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from formulator.faults import Fault, FaultsFound, did_you_mean, shortened, shown
from formulator.learn.instructor.answer_form import LONGEST_LABEL, SCHEMA
from formulator.learn.instructor.session import MOST_CASES
from formulator.profile import read_limited
from formulator.strict_yaml import Node, read_yaml

_KEYS = ("schema", "session", "knowledge", "label", "answers")
_LABEL = re.compile(rf"[A-Za-z0-9][A-Za-z0-9 _.-]{{0,{LONGEST_LABEL - 1}}}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[1-9][0-9]?")
_NOTHING = ("~", "null", "Null", "NULL")
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Answered:
    """What one trainee wrote about one case: the hash of the case that was asked about, and the raw decision."""

    case_sha256: str
    decision: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """One trainee's file: the code, what it was made for, and the answers by the number of the case."""

    label: str
    session_sha256: str
    knowledge_sha256: str
    answers: Mapping[int, Answered]


def answer_file_from(content: bytes, name: str) -> AnswerFile:
    """Read an answer file; what it says about a case is not checked yet.

    Raises FaultsFound with every fault of size, text, form, label or hash.
    """
    node = read_yaml(read_limited(io.BytesIO(content), name), name)
    if not isinstance(node.value, dict):
        raise _refused(node, "", "An answer file is one mapping.", "the file that was handed out with the session")
    faults = _faults_of_form(node)
    if faults:
        raise FaultsFound(shortened(faults, name))
    parts = node.value
    answers = {
        int(number): Answered(str(one.value["case"].value), _filled(one))
        for number, one in parts["answers"].mapping().items()
        if isinstance(one.value, dict)
    }
    texts = {key: str(parts[key].value).strip() for key in ("label", "session", "knowledge")}
    return AnswerFile(texts["label"], texts["session"], texts["knowledge"], answers)


def _refused(node: Node, field: str, problem: str, allowed: str = "") -> FaultsFound:
    return FaultsFound([Fault(node.place, field, problem, allowed)])


def _faults_of_form(node: Node) -> list[Fault]:
    parts = node.mapping()
    faults = [Fault(node.place, key, "This is missing.", "a line as in the file that was handed out")
              for key in _KEYS if key not in parts]  # fmt: skip
    for key in (key for key in parts if key not in _KEYS):
        place = parts[key].place
        faults.append(Fault(place, shown(key).strip("'\""), "There is no such key.", "", did_you_mean(key, _KEYS)))
    checks = {"schema": _schema, "session": _digest, "knowledge": _digest, "label": _label, "answers": _answers}
    for key, check in checks.items():
        faults += check(key, parts[key]) if key in parts else []
    return faults


def _text(node: Node) -> str:
    return node.value.strip() if isinstance(node.value, str) else ""


def _schema(key: str, node: Node) -> list[Fault]:
    return [] if _text(node) == SCHEMA else [Fault(node.place, key, f"{shown(node.plain())} is not read here.", SCHEMA)]


def _digest(key: str, node: Node) -> list[Fault]:
    fine = _DIGEST.fullmatch(_text(node))
    return [] if fine else [Fault(node.place, key, "This is no hash.", "the 64 signs of the file that was handed out")]


def _label(key: str, node: Node) -> list[Fault]:
    if _LABEL.fullmatch(_text(node)):
        return []
    problem = "There is no code." if node.value == "" else "This is no code that can be kept."
    return [Fault(node.place, key, problem, f"1 to {LONGEST_LABEL} letters and digits, hyphens, dots, blanks inside")]


def _answers(key: str, node: Node) -> list[Fault]:
    if not isinstance(node.value, dict) or not node.value:
        return [Fault(node.place, key, "Answers stand under the numbers of the cases.", "1: followed by a decision")]
    faults = []
    for number, one in node.value.items():
        field = f"case {shown(number, 12).strip(chr(39))}"
        if not _NUMBER.fullmatch(number) or int(number) > MOST_CASES:
            faults.append(Fault(one.place, field, "This is no number of a case.", f"1 to {MOST_CASES}"))
        elif not isinstance(one.value, dict):
            faults.append(
                Fault(one.place, field, "An answer is a mapping.", "the keys of the file that was handed out")
            )
        elif "case" not in one.value:
            faults.append(
                Fault(one.place, field, "The hash of the case is missing.", "the line that begins with case:")
            )
        else:
            faults += _digest(f"{field}: case", one.value["case"])
    return faults


def _filled(node: Node) -> dict[str, Any]:
    """The decision without what was left empty, and without the hash; numbers and yes or no as such."""
    kept = {key: value for key, one in node.mapping().items() if key != "case" and (value := _kept(one)) != ""}
    for key, read in _READ_AS.items():
        if key in kept:
            kept[key] = _each(kept[key], read)
    return kept


def _each(value: Any, read: Callable[[Any], Any]) -> Any:
    return {key: read(one) for key, one in value.items()} if isinstance(value, dict) else read(value)


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else value


def _truth(value: Any) -> Any:
    return _TRUTH.get(value.lower(), value) if isinstance(value, str) else value


_READ_AS: Mapping[str, Callable[[Any], Any]] = {"sure": _whole, "course": _whole, "believed": _truth}


def _kept(node: Node) -> Any:
    """A value without empty parts; an empty text where nothing is left."""
    if isinstance(node.value, dict):
        inner = {key: kept for key, one in node.value.items() if (kept := _kept(one)) != ""}
        return inner or ""
    if isinstance(node.value, list):
        return [kept for one in node.value if (kept := _kept(one)) != ""] or ""
    text = node.value.strip()
    return "" if text in _NOTHING and not node.quoted else text
