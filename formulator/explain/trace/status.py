"""Why a component has its status: what decides by the ladder, what was merely said, what could not be read."""

from __future__ import annotations

from formulator.engine.answer import Argument, ComponentAnswer, NotEvaluated
from formulator.engine.standing import NOTHING_SAID, said_by
from formulator.engine.words import STATUS_WORDS
from formulator.explain.trace.deciding import BLOCKED, deciding
from formulator.explain.trace.evidence import evidence_trace
from formulator.explain.trace.reading import Reading
from formulator.explain.trace.tree import Trace
from formulator.export.words import STATUS_MEANING

_NOTHING_FOR = Trace("part", "Nothing speaks for it here", sentence="No rule that holds gives it a role.")
_NOT_STOCKED = Trace("part", "Not in stock here", sentence="It enters no session and no formulation.")


def status_trace(one: ComponentAnswer, reading: Reading) -> Trace:
    """The status of one component as a tree; every rule that holds and every question that blocks stands in it."""
    open_rules = {entry.rule: entry for entry in one.not_evaluated}
    blocks = [rule for rule in open_rules if rule not in reading.unread]
    holding = [reason for reason in one.arguments if reason.rule not in open_rules]
    marks = {reason.rule: said_by(reason) for reason in holding}
    said = frozenset(marks.values()) - {NOTHING_SAID} | ({BLOCKED} if blocks else frozenset())
    decides = deciding(said)
    arguments = {reason.rule: reason for reason in one.arguments}
    children = [
        *(reading.argument(reason, False, marks[reason.rule] in decides) for reason in holding),
        *(_blocking(open_rules[rule], arguments.get(rule), BLOCKED in decides, reading) for rule in blocks),
    ]
    children.sort(key=_decisive_first)
    extra = () if any(reason.role for reason in holding) or decides else (_NOTHING_FOR,)
    unread = _unread(one, reading)
    stock = () if one.stocked else (_NOT_STOCKED,)
    evidence = evidence_trace(one, reading)
    return Trace(
        "status",
        reading.knowledge.components[one.id].name,
        STATUS_WORDS[one.status],
        STATUS_MEANING[one.status],
        children=(*extra, *children, *stock, *evidence, *unread),
        about=one.id,
    )


def _decisive_first(one: Trace) -> bool:
    return not one.decisive


def _blocking(one: NotEvaluated, said: Argument | None, decisive: bool, reading: Reading) -> Trace:
    return reading.blocking(one, decisive) if said is None else reading.argument(said, True, decisive)


def _unread(one: ComponentAnswer, reading: Reading) -> tuple[Trace, ...]:
    """The rules that hang on something unknown and do not block, folded into one part."""
    unread = reading.unread
    found = tuple([unread[each.rule] for each in one.not_evaluated if each.rule in unread])
    if not found:
        return ()
    label = f"{len(found)} rules could not be read, because something is unknown"
    return (Trace("part", label, children=found, decisive=False),)
