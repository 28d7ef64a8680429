"""Why not, and what would change it, as text and as plain values."""

from __future__ import annotations

from typing import Any

from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.explain.change.words import change_mapping, change_words
from formulator.explain.why_not import Nearest, WhyNot
from formulator.export.json_export import plain
from formulator.export.words import field_label, value_label
from formulator.knowledge import Knowledge

SHOWN = 12
FIRST = "First"
_NEAREST_SHOWN = 3
_COMPLAINT = frozenset(("domain", "concern"))


def wanted_word(found: WhyNot) -> str:
    """What the changes lead to, in a word."""
    if found.wanted == "first":
        return FIRST
    known = {**DECISION_WORDS, **STATUS_WORDS}[found.wanted]
    return f"{known} or better" if found.wanted in ("optional", "adjunct") else known


def fixed_words(found: WhyNot, knowledge: Knowledge) -> str:
    """The facts that stand in the way and that cannot be changed, with their values; empty where there are none.

    The complaint is named only where nothing else is in the way.
    """
    names = [name for name in found.fixed if name not in _COMPLAINT] or found.fixed
    facts = [f"{field_label(knowledge, name)}: {value_label(knowledge, name, found.facts.get(name))}" for name in names]
    return "; ".join(facts)


def nearest_words(one: Nearest, knowledge: Knowledge) -> str:
    """A rule that would speak for it, and what would have to differ for it."""
    ways = [" and ".join(field_label(knowledge, name) for name in sorted(fields)) for fields in one.lacking]
    return f"{one.rule.text} (would have to differ: {'; or '.join(ways)})"


def change_lines(found: WhyNot, knowledge: Knowledge, most: int | None = SHOWN) -> list[str]:
    """Each smallest change in words, fewest facts first; how many more there are is said."""
    lines = [change_words(one, found.facts, knowledge) for one in found.changes[:most]]
    rest = len(found.changes) - len(lines)
    return [*lines, f"and {rest} more of as many facts or more"] if rest else lines


def conclusion(found: WhyNot) -> str:
    """One sentence before the changes, or instead of them."""
    wanted = wanted_word(found)
    if found.changes:
        enough = "This is enough" if len(found.changes) == 1 else "Each of these alone is enough"
        return f"{enough} for: {wanted}"
    return f"So no change leads to: {wanted}." if found.fixed else f"No change of up to three facts leads to: {wanted}."


def waits_for(found: WhyNot, knowledge: Knowledge) -> list[str]:
    """What ends the exclusions, as their rules say; it need not be a fact that is asked."""
    ends = (knowledge.rules[one.rule].until for one in found.keeps_out)
    return list(dict.fromkeys(one for one in ends if one))


def why_not_lines(found: WhyNot, knowledge: Knowledge) -> list[str]:
    """The whole of it for a terminal, indented by two."""
    lines = [f"  Nearest    {nearest_words(one, knowledge)}" for one in found.nearest[:_NEAREST_SHOWN]]
    lines += [f"  Waits for: {one}" for one in waits_for(found, knowledge)]
    if found.fixed:
        lines.append(f"  In the way, and cannot be changed: {fixed_words(found, knowledge)}")
    lines.append(f"  {conclusion(found)}")
    return lines + [f"  - {line}" for line in change_lines(found, knowledge)]


def why_not_mapping(found: WhyNot | None, knowledge: Knowledge) -> dict[str, Any] | None:
    """All changes, none left out."""
    if found is None:
        return None
    return {
        "wanted": found.wanted,
        "keeps_out": [plain(one) for one in found.keeps_out],
        "nearest": [
            {"rule": one.rule.id, "text": one.rule.text, "lacking": [sorted(fields) for fields in one.lacking]}
            for one in found.nearest
        ],
        "fixed": list(found.fixed),
        "changes": [change_mapping(one, found.facts, knowledge) for one in found.changes],
    }
