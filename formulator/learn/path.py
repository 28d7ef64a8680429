"""How the choice follows, step by step: indication, decision, candidates, what each argument did, what was left."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from formulator.conditions import fields_read
from formulator.engine.answer import USABLE, Argument, ComponentAnswer, Recommendation
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.explain.trace.show import escaped
from formulator.export.text import strongest
from formulator.export.words import CERTAINTY_WORDS, field_label, kind_word, value_label
from formulator.knowledge import Knowledge

MOST_CANDIDATES = 9
"""So many candidates are drawn; the text twin names how many more there are."""
_WIDTH, _LONGEST = 30, 140


@dataclass(frozen=True, slots=True)
class Candidate:
    """A component for which something speaks here: its arguments, the strongest of each side first, and its end."""

    id: str
    name: str
    status: str
    arguments: tuple[Argument, ...]

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
    decision: str
    decided_by: tuple[Argument, ...]
    candidates: tuple[Candidate, ...]
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
                ((self.decision, tuple(_argument_line(one) for one in self.decided_by)),),
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
        yield from ((one.name, (STATUS_WORDS[one.status],)) for one in self.candidates)
        if self.others:
            yield ("Everything else", (f"Nothing speaks for {self.others} further components here.",))

    def _mixed(self) -> str:
        return self.formulation or "Nothing is mixed here."


def path_of(answer: Recommendation, knowledge: Knowledge) -> Path:
    """The walk that leads to an answer; every word of it is taken from the answer and the knowledge."""
    found = [one for one in answer.components if any(argument.role for argument in one.arguments)]
    shown = sorted(found, key=lambda one: one.status not in USABLE)[:MOST_CANDIDATES]
    best = answer.formulations[0].components if answer.formulations else ()
    return Path(
        facts=_facts(answer, knowledge),
        indication=knowledge.indications[answer.indication].name if answer.indication else "No indication in scope",
        decision=DECISION_WORDS[answer.decision],
        decided_by=answer.decision_arguments,
        candidates=tuple(_candidate(one, knowledge) for one in shown),
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
        f"{field_label(knowledge, name)}: {value_label(knowledge, name, known[name])}"
        for name in sorted(names, key=lambda name: knowledge.position_of_field.get(name, -1))
        if name in known
    )


def _candidate(one: ComponentAnswer, knowledge: Knowledge) -> Candidate:
    first = strongest(one.arguments)
    rest = tuple(argument for argument in one.arguments if argument not in first)
    return Candidate(one.id, knowledge.components[one.id].name, one.status, (*first, *rest))


def _argument_line(one: Argument) -> str:
    return f"{kind_word(one)}: {one.text} ({CERTAINTY_WORDS[one.certainty]}; {one.rule})"


def _supported(one: Candidate) -> tuple[str, tuple[str, ...]]:
    return one.name, tuple(_argument_line(argument) for argument in one.arguments if argument.role)


def path_dot(path: Path, stages: int = 5) -> str:
    """The walk as DOT text, as far as the given stage (1 to 5). Shape and words tell the kind, never colour alone."""
    lines = [*_origin(path), *(_decision(path) if stages >= 2 else ())]
    if stages >= 3:
        lines += [line for number, one in enumerate(path.candidates) for line in _branch(number, one, stages)]
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


def _branch(number: int, one: Candidate, stages: int) -> Iterator[str]:
    name = f"candidate{number}"
    yield _node(name, "ellipse", "#eef2fb", "CANDIDATE", one.name)
    yield f"  decision -> {name};"
    if stages < 4:
        return
    shown = strongest(one.arguments)
    for position, argument in enumerate(shown):
        own = f"{name}a{position}"
        yield _node(own, *_LOOKS[argument.kind], kind_word(argument).upper(), argument.text)
        yield f"  {name} -> {own};"
    if stages >= 5:
        shape, colour = ("box3d", "#eef7ea") if one.is_left else ("component", "#f6e3e3")
        yield _node(f"{name}end", shape, colour, "LEFT" if one.is_left else "OUT", STATUS_WORDS[one.status])
        yield from (f"  {name}a{position} -> {name}end;" for position in range(len(shown)))


_LOOKS = {
    "excludes": ("octagon", "#fbe4e4"),
    "against": ("invhouse", "#fff7e0"),
    "for": ("box", "#eef7ea"),
    "confirms": ("box", "#eef7ea"),
}


def _node(name: str, shape: str, colour: str, kind: str, words: str) -> str:
    label = escaped(f"{kind}\n{_wrapped(words)}")
    return f'  {name} [shape={shape}, fillcolor="{colour}", label="{label}"];'


def _wrapped(words: str) -> str:
    shortened: Sequence[str] = [
        part
        for line in words.split("\n")
        for part in textwrap.wrap(textwrap.shorten(line, _LONGEST, placeholder=" ..."), _WIDTH)
    ]
    return "\n".join(shortened)
