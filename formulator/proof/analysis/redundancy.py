"""Redundant rules: what they do to statuses and decisions, others do whenever they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from formulator.knowledge.base import GRAVEST_FIRST
from formulator.knowledge.items import TREATMENT, Rule
from formulator.proof.analysis.findings import Check, Finding
from formulator.proof.analysis.ground import Ground
from formulator.proof.booleans import both, negated
from formulator.proof.seen import Seen

_ROLES = ("optional", "adjunct", "main")
_LIMITS = ("adjunct", "optional", "not_indicated")


def only_speaks(rule: Rule) -> bool:
    """Whether a rule changes no status and no decision: it is there for its sentence (objection, reason to treat)."""
    return TREATMENT in rule.subject or (rule.kind == "against" and rule.limits_to is None)


def does_at_least(other: Rule, rule: Rule) -> bool:
    """Whether the effect of `other` on a component is the same as that of `rule`, or stronger in the same direction."""
    if rule.kind == "excludes":
        return other.kind == "excludes" and (not other.until or bool(rule.until))
    if rule.kind == "against":
        excluded = other.kind == "excludes" and not other.until
        return excluded or (other.limits_to is not None and _at_least(other.limits_to, rule.limits_to, _LIMITS))
    fixed = other.kind == "confirms" or rule.kind == "for"
    return other.role is not None and fixed and _at_least(other.role, rule.role, _ROLES)


def _at_least(one: str | None, other: str | None, order: Sequence[str]) -> bool:
    return order.index(one or "") >= order.index(other or "")


def forces_at_least(other: Rule, rule: Rule) -> bool:
    """Whether `other` forces the decision of `rule` or a graver one."""
    if rule.decision is None or other.decision is None:
        return rule.decision is None
    return GRAVEST_FIRST.index(other.decision) <= GRAVEST_FIRST.index(rule.decision)


def redundant_rules(ground: Ground) -> Iterator[Finding]:
    """Rules without whom every status, decision and blocking question stays, because others do as much.

    For each component that the rule speaks about, whenever it holds another rule holds whose effect on that component
    is the same or stronger (for a rule with a decision: that forces this decision or a graver one too); and whenever it
    blocks, another rule blocks or does as much. Rules that only speak are left out: their sentence is their effect, and
    the lint sees to it that none stands twice. So is a limit on what nothing supports: it says the default aloud.
    The witness is a patient for whom the rule holds, and with it the others that are named.
    """
    ground.name_rules()
    for rule in ground.answers.read:
        if only_speaks(rule):
            continue
        covering = _covering(ground, rule)
        if covering:
            yield _finding(ground, rule, covering)


def _covering(ground: Ground, rule: Rule) -> tuple[Rule, ...]:
    """Other rules that together do all that this one does; none where it is needed."""
    found: dict[str, Rule] = {}
    for component in ground.knowledge.components_of_rule[rule.id]:
        about = [one for one in ground.answers.knowledge.rules_about[component] if one.id != rule.id]
        able = [one for one in about if does_at_least(one, rule) and forces_at_least(one, rule)]
        if not able or not _covered(ground, rule, able, about):
            return ()
        found.update((one.id, one) for one in _few(ground, rule, able))
    return tuple(found.values())


def _covered(ground: Ground, rule: Rule, able: Sequence[Rule], about: Sequence[Rule]) -> bool:
    idle = [negated(ground.holds(one)) for one in able]
    if ground.possible(ground.holds(rule), *idle):
        return False
    if rule.unknown != "block":
        return True
    blocking = [one for one in about if one.unknown == "block" and (one.decision or not rule.decision)]
    return ground.never(ground.open(rule), *idle, *(negated(ground.open(one)) for one in blocking))


def _few(ground: Ground, rule: Rule, able: Sequence[Rule]) -> Sequence[Rule]:
    """A part of these rules that is still enough: a single one where one is, else none of them is idle."""
    for one in able:
        if ground.never(ground.holds(rule), negated(ground.holds(one))):
            return [one]
    idle = {negated(ground.holds(one)).get_id(): one for one in able}
    core = ground.why_never(ground.holds(rule), *(negated(ground.holds(one)) for one in able))
    return [idle[one.get_id()] for one in core if one.get_id() in idle]


def _finding(ground: Ground, rule: Rule, covering: Sequence[Rule]) -> Finding:
    holds = ground.answers.holds(rule.id)
    others = ", ".join(one.id for one in covering)
    words = f"{ground.words(rule.id)} changes nothing for anybody: {others} does as much whenever it holds."
    together = both(holds, ground.answers.any_holds(covering))
    witness = ground.witness(together) if ground.possible(together) else None

    def shows(at: Seen) -> bool:
        return rule.id in at.findings.holds and any(one.id in at.findings.holds for one in covering)

    return Finding("redundant_rule", (rule.id,), ground.place("Rule", rule.id), words, "minor", witness, shows)


CHECKS = (Check("redundant_rule", "Every rule with an effect changes the answer to some patient.", redundant_rules),)
