"""`explain --since` for a terminal and as JSON: what moved, and which changed items moved it, in the records' words."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from formulator.evidence.answer import EvidenceModel
from formulator.explain.difference import Difference
from formulator.explain.difference_lines import Names
from formulator.explain.difference_words import Line, is_quiet, lines_of
from formulator.explain.since import Asked, Since, Told, about_component, since
from formulator.export.json_export import plain
from formulator.export.words import model_words
from formulator.faults import Fault, FaultsFound, Place, did_you_mean
from formulator.knowledge.versions import KINDS, Snapshot, present_snapshot, record_of, snapshot_of, version_records
from formulator.profile import Profile

SCHEMA = "formulator/since/1"
SAME = "The answer is the same with both."
TOGETHER = "several changed items together"
_WIDTH = 110
_MARKS = {"came": "+", "went": "-", "changed": "~"}
_HOW = {"added": "new", "changed": "changed", "removed": "gone"}


def since_version(
    version: str, profile: Profile, today: date, model: EvidenceModel | None, component: str = ""
) -> Since:
    """The shipped knowledge compared with one of its older versions, for one patient and perhaps one component.

    Raises FaultsFound where the version is not recorded or not sound, or the component does not exist.
    """
    records = version_records()
    then, now = record_of(version, records), present_snapshot()
    old = _snapshot(version, now)
    _refuse_unknown(component, old, now)
    found = since(then, old, now, records, Asked(profile, today, model))
    return only_about(found, component) if component else found


def _snapshot(version: str, now: Snapshot) -> Snapshot:
    """The old version; what was read already is not rebuilt."""
    found = snapshot_of(version)
    return now if found.files == now.files else found


def _refuse_unknown(component: str, old: Snapshot, now: Snapshot) -> None:
    known = {*old.knowledge.components, *now.knowledge.components}
    if component and component not in known:
        advice = did_you_mean(component, known) or "Run `formulator knowledge components` for the list."
        raise FaultsFound([Fault(Place("COMPONENT"), "", f"{component!r} is not a component.", advice=advice)])


def only_about(found: Since, component: str) -> Since:
    """The same with nothing but the changes about one component."""
    kept = tuple(about_component(found, component))
    changes = tuple(found.difference.changes[one] for one in kept)
    answers = found.difference.before, found.difference.after
    return replace(found, difference=Difference(*answers, changes), causes=tuple(found.causes[one] for one in kept))


def since_text(found: Since) -> str:
    """The comparison as text."""
    return "\n\n".join(_parts(found)) + "\n"


def _parts(found: Since) -> Iterator[str]:
    yield _versions(found)
    if not found.difference:
        yield SAME
    for title, lines in lines_of(found.difference, Names(found.before, found.after), found.causes).items():
        yield "\n".join([title.upper(), *(_line(one, found) for one in lines)])
    if quiet := quiet_words(found):
        yield _wrapped(quiet, "")
    if found.responsible:
        entries = [entry for item in found.responsible for entry in _told(found.told[item])]
        yield "\n".join(["WHAT CHANGED IN THE KNOWLEDGE, AND WHY", *entries])
    yield _wrapped(rest_words(found), "")
    yield _footer(found)


def _versions(found: Since) -> str:
    lines = [f"SINCE KNOWLEDGE {found.then.version}  released {found.then.released}"]
    lines += [_wrapped(f"{one.version}, {KINDS[one.kind]}. {one.summary}", "  ") for one in found.newer]
    lines += [_wrapped(sentence, "  ") for sentence in honest_words(found)]
    return "\n".join(lines)


def honest_words(found: Since) -> Iterator[str]:
    """What limits the comparison, in sentences."""
    if found.left_out:
        yield f"Version {found.then.version} did not have these fields: {', '.join(found.left_out)}."
    if found.lent:
        yield (
            f"Version {found.then.version} lacks {', '.join(found.lent)}, which this program cannot do without: "
            "today's was used."
        )
    if not found.tried:
        yield f"{len(found.met)} changed items can concern this patient: too many to try each alone."


def quiet_words(found: Since) -> str:
    """How many changes move nothing; empty where there are none."""
    number = sum(is_quiet(one) for one in found.difference.changes)
    return f"Details of arguments, estimates, questions or notes that differ without moving anything: {number}." * (
        number > 0
    )


def cause_words(line: Line, found: Since) -> str:
    """The changed items behind a line."""
    return " or ".join(" with ".join(items) for items in line.causes) or (TOGETHER if found.tried else "not tried")


def rest_words(found: Since) -> str:
    """How many items of the knowledge changed, and how many of them do nothing here."""
    counts = {
        "read for this patient, without changing the answer alone": len(found.met) - len(found.responsible),
        "not read for this patient": len(found.others),
    }
    parts = [f"Changed items: {len(found.told)}", *(f"{words}: {number}" for words, number in counts.items() if number)]
    return "; ".join(parts) + "."


def _line(one: Line, found: Since) -> str:
    return _wrapped(f"{one.text} [{cause_words(one, found)}]", f"  {_MARKS[one.verb]} ")


def how_words(told: Told) -> str:
    """What became of an item, and in which version."""
    return (
        f"{_HOW[told.change.how]} in {told.version}" if told.version else f"{_HOW[told.change.how]}, not released yet"
    )


def _told(told: Told) -> Iterator[str]:
    yield _wrapped(f"{told.change.item} ({how_words(told)}): {told.says}", "- ")
    if told.why:
        yield _wrapped(f"Why: {told.why}", "  ")


def _wrapped(text: str, first: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=first, subsequent_indent=" " * (len(first) + 2))


def _footer(found: Since) -> str:
    old, new = found.difference.before, found.difference.after
    knowledge = " -> ".join(f"{one.knowledge_version} {one.knowledge_sha256[:12]}" for one in (old, new))
    return f"Knowledge {knowledge}; {model_words(new)} in both; profile {new.profile_sha256[:12]}; date {new.date}"


def since_json(found: Since) -> str:
    """The comparison as JSON text."""
    return json.dumps(since_mapping(found), indent=2, ensure_ascii=False) + "\n"


def since_mapping(found: Since) -> dict[str, Any]:
    """The comparison as plain values; `causes` is empty where only several items together bring a change about."""
    old, new = found.difference.before, found.difference.after
    changes = zip(found.difference.changes, found.causes, strict=True)
    return {
        "schema": SCHEMA,
        "since": {"version": old.knowledge_version, "sha256": old.knowledge_sha256},
        "knowledge": {"version": new.knowledge_version, "sha256": new.knowledge_sha256},
        "model": {"version": new.model_version, "sha256": new.model_sha256},
        "versions": [
            one.model_dump(mode="json", include={"version", "released", "kind", "summary"}) for one in found.newer
        ],
        "changes": [{**plain(change), "causes": [list(items) for items in causes]} for change, causes in changes],
        "items": [_item(one, found) for one in found.told.values()],
        "tried": found.tried,
        "left_out": list(found.left_out),
        "lent": list(found.lent),
        "profile_sha256": new.profile_sha256,
        "date": new.date.isoformat(),
    }


def _item(told: Told, found: Since) -> dict[str, Any]:
    name = told.change.item
    reads = "changes_the_answer" if name in found.responsible else "can_be_read" if name in found.met else "not_read"
    return {
        "item": name,
        "how": told.change.how,
        "version": told.version or None,
        "says": told.says,
        "why": told.why or None,
        "for_this_profile": reads,
    }
