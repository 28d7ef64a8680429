"""How the choice follows, step by step: indication, decision, candidates, what each argument did, what was left."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from formulator.conditions import fields_read
from formulator.engine.answer import USABLE, Argument, ComponentAnswer, Recommendation
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.explain.trace.show import escaped
from formulator.export.text import strongest
from formulator.export.words import CERTAINTY_WORDS, field_label, kind_word, value_label
from formulator.knowledge import Knowledge
from formulator.learn.diagnosis.knowing import restated
from formulator.profile import Profile

MOST_CANDIDATES = 6
"""So many candidates are drawn, what the trainee chose first; the text twin lists every one that was chosen."""
NOTHING_FOR_IT = "Nothing speaks for it"
_WIDTH, _LONGEST = 30, 140
_ARROW = {
    "do_not_treat": "forbidden",
    "refer_first": "not before the referral",
    "treat_after": "not before that is settled",
    "treat": "",
}
"""What the decision does to a candidate that is out."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A component for which something speaks here, or that the trainee chose: its arguments, and its end.

    The strongest argument of each side comes first.
    """

    id: str
    name: str
    status: str
    arguments: tuple[Argument, ...]
    chosen: bool = False

    @property
    def is_left(self) -> bool:
        """Whether it may be used."""
        return self.status in USABLE


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the walk: what it asks, and what it says in lines; each line under its subject."""

    title: str
    asks: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Path:
    """The whole walk for one patient."""

    facts: tuple[str, ...]
    indication: str
    deciding: tuple[str, ...]
    decision: str
    arrow: str
    forbids: bool
    decided_by: tuple[Argument, ...]
    candidates: tuple[Candidate, ...]
    more: int
    others: int
    formulation: str

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The five steps, in the order in which the engine takes them."""
        return (
            Stage("Indication", "What is treated, and which facts say so?", ((self.indication, self.facts),)),
            Stage(
                "Decision",
                "May we treat at all?",
                (
                    *((("Facts that decide", self.deciding),) if self.deciding else ()),
                    (self.decision, tuple(_argument_line(one) for one in self.decided_by)),
                ),
            ),
            Stage("Candidates", "What does anything speak for?", tuple(_supported(one) for one in self.candidates)),
            Stage(
                "Arguments",
                "What did each argument do?",
                tuple((one.name, tuple(map(_argument_line, one.arguments))) for one in self.candidates),
            ),
            Stage("What is left", "What may be used, and as what?", (*self._ends(), ("Formulation", (self._mixed(),)))),
        )

    def _ends(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield from ((one.name, (self.end_of(one),)) for one in self.candidates)
        if self.more:
            yield ("Further candidates", (f"Something speaks for {self.more} more, which are not listed here.",))
        if self.others:
            yield ("Everything else", (f"Nothing speaks for {self.others} further components here.",))

    def end_of(self, one: Candidate) -> str:
        """What becomes of a candidate; one that is out because of the decision says so."""
        why = self.way_to(one)
        return f"{STATUS_WORDS[one.status]}: {why}" if why else STATUS_WORDS[one.status]

    def way_to(self, one: Candidate) -> str:
        """What the decision says about a candidate that it keeps out; empty where it does not."""
        waits = any(each.role for each in one.arguments)
        rules = {each.rule for each in self.decided_by}
        kept_out = not one.is_left and any(each.rule in rules for each in one.arguments)
        return self.arrow if kept_out and (waits or self.forbids) else ""

    def _mixed(self) -> str:
        return self.formulation or "Nothing is mixed here."


def path_of(answer: Recommendation, knowledge: Knowledge, chosen: Iterable[str] = ()) -> Path:
    """The walk that leads to an answer; every word of it is taken from the answer and the knowledge.

    `chosen` are components that the trainee chose: each is a candidate, whether anything speaks for it or not.
    """
    mine = frozenset(chosen)
    found = [one for one in answer.components if one.id in mine or any(argument.role for argument in one.arguments)]
    ordered = sorted(found, key=lambda one: (one.id not in mine, one.status not in USABLE))
    shown = ordered[: max(MOST_CANDIDATES, sum(one.id in mine for one in found))]
    best = answer.formulations[0].components if answer.formulations else ()
    return Path(
        facts=_facts(answer, knowledge),
        indication=knowledge.indications[answer.indication].name if answer.indication else "No indication in scope",
        deciding=_deciding(answer, knowledge),
        decision=DECISION_WORDS[answer.decision],
        arrow=_ARROW[answer.decision],
        forbids=answer.decision == "do_not_treat",
        decided_by=answer.decision_arguments,
        candidates=tuple(_candidate(one, knowledge, one.id in mine) for one in shown),
        more=len(found) - len(shown),
        others=len(answer.components) - len(found),
        formulation=" + ".join(knowledge.components[name].name for name in best),
    )


def _facts(answer: Recommendation, knowledge: Knowledge) -> tuple[str, ...]:
    """The facts that the indication was derived from."""
    if answer.indication is None:
        names = {name for name in ("concern", "cause") if name in answer.profile}
    else:
        names = fields_read(knowledge.indications[answer.indication].derived_from)
    known = {**answer.derived, **answer.profile}
    return tuple(
        _fact(name, known[name], knowledge)
        for name in sorted(names, key=lambda name: knowledge.position_of_field.get(name, -1))
        if name in known
    )


def _deciding(answer: Recommendation, knowledge: Knowledge) -> tuple[str, ...]:
    """The facts that the rules about the decision read, each once, without those that only name the indication."""
    shown = set(_facts(answer, knowledge))
    read = [each for one in answer.decision_arguments for each in one.because if each.field != "indication"]
    names = {each.field for each in read}
    twice = restated(names, Profile(dict(answer.profile)), knowledge, answer.date)
    twice |= {one for one in names & set(answer.derived) if knowledge.fields_behind.get(one, frozenset()) & names}
    facts = dict.fromkeys(_fact(each.field, each.value, knowledge) for each in read if each.field not in twice)
    return tuple(one for one in facts if one not in shown)


def _fact(name: str, value: object, knowledge: Knowledge) -> str:
    return f"{field_label(knowledge, name)}: {value_label(knowledge, name, value)}"


def _candidate(one: ComponentAnswer, knowledge: Knowledge, chosen: bool) -> Candidate:
    first = strongest(one.arguments)
    rest = tuple(argument for argument in one.arguments if argument not in first)
    return Candidate(one.id, knowledge.components[one.id].name, one.status, (*first, *rest), chosen)


def _argument_line(one: Argument) -> str:
    return f"{kind_word(one)}: {one.text} ({CERTAINTY_WORDS[one.certainty]}; {one.rule})"


def _supported(one: Candidate) -> tuple[str, tuple[str, ...]]:
    spoken = tuple(_argument_line(argument) for argument in one.arguments if argument.role)
    yours = ("Your choice.",) if one.chosen else ()
    return one.name, (*yours, *(spoken or (f"{NOTHING_FOR_IT}.",)))


def path_dot(path: Path, stages: int = 5) -> str:
    """The walk as DOT text, as far as the given stage (1 to 5). Shape and words tell the kind, never colour alone."""
    lines = [*_origin(path), *(_decision(path) if stages >= 2 else ())]
    if stages >= 3:
        drawn = path.candidates[:MOST_CANDIDATES]
        lines += [line for number, one in enumerate(drawn) for line in _branch(number, one, path, stages)]
    head = ["digraph path {", "  rankdir=LR;", '  node [style="filled", fontname="sans-serif", fontsize=11];']
    return "\n".join([*head, *lines, "}"]) + "\n"


def _origin(path: Path) -> Iterator[str]:
    facts = "\n".join(path.facts) or "no cause that names an indication"
    yield _node("facts", "house", "#f3f3f3", "PATIENT", facts)
    yield _node("indication", "doubleoctagon", "#e8f1f0", "INDICATION", path.indication)
    yield "  facts -> indication;"


def _decision(path: Path) -> Iterator[str]:
    yield _node("decision", "octagon", "#e8f1f0", "DECISION", path.decision)
    yield "  indication -> decision;"
    if path.deciding:
        yield _node("deciding", "house", "#f3f3f3", "FACTS THAT DECIDE", "\n".join(path.deciding))
        yield "  deciding -> decision;"


def _branch(number: int, one: Candidate, path: Path, stages: int) -> Iterator[str]:
    name = f"candidate{number}"
    kind = "YOUR CHOICE" if one.chosen else "CANDIDATE"
    yield _node(name, "ellipse", "#eef2fb", kind, one.name, crossed=one.chosen and not one.is_left)
    yield f"  decision -> {name}{_arrow(one, path)};"
    if stages < 4:
        return
    shown = _spoken(one)
    for position, (shape, colour, word, text) in enumerate(shown):
        yield _node(f"{name}a{position}", shape, colour, word, text)
        yield f"  {name} -> {name}a{position};"
    if stages >= 5:
        shape, colour = ("box3d", "#eef7ea") if one.is_left else ("component", "#f6e3e3")
        yield _node(f"{name}end", shape, colour, "LEFT" if one.is_left else "OUT", path.end_of(one))
        yield from (f"  {name}a{position} -> {name}end;" for position in range(len(shown)))


def _arrow(one: Candidate, path: Path) -> str:
    """How the way from the decision to a candidate is drawn; a forbidden one is broken and says so."""
    why = path.way_to(one)
    return f' [style=dashed, label="{why}"]' if why else ""


def _spoken(one: Candidate) -> list[tuple[str, str, str, str]]:
    """The strongest argument of each side as a node, and that nothing speaks for it where nothing does."""
    found = [(*_LOOKS[each.kind], kind_word(each).upper(), each.text) for each in strongest(one.arguments)]
    supported = any(each.role for each in one.arguments)
    return found if supported else [("plaintext", "#ffffff", "FOR", NOTHING_FOR_IT), *found]


_LOOKS = {
    "excludes": ("octagon", "#fbe4e4"),
    "against": ("invhouse", "#fff7e0"),
    "for": ("box", "#eef7ea"),
    "confirms": ("box", "#eef7ea"),
}


def _node(name: str, shape: str, colour: str, kind: str, words: str, crossed: bool = False) -> str:  # noqa: PLR0913
    """A node of the picture; one that is crossed out has a broken outline and says so in its first line."""
    label = escaped(f"{kind}{' - OUT' if crossed else ''}\n{_wrapped(words)}")
    style = ', style="filled,dashed"' if crossed else ""
    return f'  {name} [shape={shape}, fillcolor="{colour}"{style}, label="{label}"];'


def _wrapped(words: str) -> str:
    shortened: Sequence[str] = [
        part
        for line in words.split("\n")
        for part in textwrap.wrap(textwrap.shorten(line, _LONGEST, placeholder=" ..."), _WIDTH)
    ]
    return "\n".join(shortened)
