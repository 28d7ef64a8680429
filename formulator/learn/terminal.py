"""A case played in the terminal: ask, decide, then see what was missed."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from formulator.engine.answer import Recommendation
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.export.text import WIDTH
from formulator.export.words import field_label, value_label
from formulator.faults import did_you_mean
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook, truth_of
from formulator.learn.cases.case import DIFFICULTIES
from formulator.learn.commitment import Commitment, Course, effort_of
from formulator.learn.diagnosis.kinds import KINDS
from formulator.learn.diagnosis.remark import Feedback, Remark
from formulator.learn.diagnosis.words import read_words

Say = Callable[[str], None]
Ask = Callable[[str], str]
_MOST_COMMAS = 5
_ROLES = {"main": "Main parts", "adjunct": "Additions", "optional": "Optional"}


@dataclass(frozen=True)
class Terminal:
    """Where a case is played: how to say a line, how to ask for one, and what to do after each step."""

    say: Say
    ask: Ask
    save: Callable[[Commitment], None]
    case: Case
    book: Casebook
    knowledge: Knowledge

    def play(self, commitment: Commitment) -> Commitment:
        """From the story to the decision; a decision that was begun before goes on."""
        self.say(f"{self.case.title} ({DIFFICULTIES[self.case.difficulty].lower()})\n")
        self.say(wrapped(self.case.story))
        if commitment != Commitment():
            asked = ", ".join(self._called(one) for one in commitment.asked) or "nothing"
            self.say(wrapped(f"This case goes on where you stopped; asked for so far: {asked}."))
        commitment = self._findings(commitment)
        for step in (self._cause, self._decision, self._settle, self._components, self._exclusions, self._claims):
            commitment = step(commitment)
            self.save(commitment)
        return self._sure(self._course(commitment))

    def _called(self, asked: str) -> str:
        """What was asked for in words: the label of a finding or of a field."""
        labels = {one.id: one.ask for one in self.case.findings}
        return labels.get(asked) or field_label(self.knowledge, asked)

    def _findings(self, commitment: Commitment) -> Commitment:
        fields = {name: one for name, one in self._fields().items() if one != "cause"}
        while True:
            for number, one in enumerate(self.case.findings, start=1):
                if one.id not in commitment.asked:
                    step = self.book.steps[one.step]
                    self.say(f"  {number}  {step.label}: {one.ask} (effort {step.effort})")
            answer = self.ask("Ask for (numbers, ids or names of fields, with commas; Enter to decide)")
            if not answer:
                self.say(f"Effort so far: {effort_of(commitment, self.case, self.book)}")
                return commitment
            for word in entries(answer, fields):
                found = self._found(word, fields)
                if found and found not in commitment.asked:
                    commitment = replace(commitment, asked=(*commitment.asked, found))
                    self.save(commitment)

    def _found(self, answer: str, fields: Mapping[str, str]) -> str | None:
        """What was asked for, told at once; None, with a sentence, for what is nothing."""
        if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(self.case.findings):
            finding = self.case.findings[int(answer) - 1]
            self.say(wrapped(f"{finding.ask}: {finding.says}"))
            return finding.id
        name = fields.get(answer.lower())
        if name:
            value = truth_of(self.case, self.knowledge).get(name)
            said = "not measured" if value is None else value_label(self.knowledge, name, value)
            self.say(f"{field_label(self.knowledge, name)}: {said}")
            return name
        self._unknown(answer, fields)
        return None

    def _unknown(self, answer: str, known: Iterable[str]) -> None:
        self.say(f"There is nothing called {answer[:40]!r}. {did_you_mean(answer, known)}".rstrip())

    def _one_of(self, title: str, choices: Mapping[str, str], now: str | None) -> str:
        self.say(title)
        names = list(choices)
        for number, name in enumerate(names, start=1):
            self.say(f"  {number}  {choices[name]}")
        while True:
            answer = self.ask(f"Number{f' (Enter: {choices[now]})' if now and now in choices else ''}")
            if not answer and now and now in choices:
                return now
            if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(names):
                return names[int(answer) - 1]
            self.say(f"A number from 1 to {len(names)}.")

    def _cause(self, commitment: Commitment) -> Commitment:
        causes = self.knowledge.catalogue.fields["cause"].choices
        shown = {name: causes[name] for name in self.case.causes}
        return replace(commitment, cause=self._one_of("What is the cause?", shown, commitment.cause))

    def _decision(self, commitment: Commitment) -> Commitment:
        return replace(commitment, decision=self._one_of("May we treat?", DECISION_WORDS, commitment.decision))

    def _names(self, title: str, words: Mapping[str, str]) -> dict[str, str]:
        """Ids with what stands after their `=`; each entry that is unknown is said and asked for anew on its own."""
        found: dict[str, str] = {}
        waiting = entries(self.ask(f"{title} (ids or names with commas, Enter for none)"), words)
        while waiting:
            name, _, after = waiting.pop(0).partition("=")
            identifier = words.get(name.strip().lower())
            if identifier:
                found.setdefault(identifier, after.strip())
            else:
                self._unknown(name.strip(), words)
                instead = self.ask(f"Instead of {name.strip()[:40]!r} (Enter to leave it out; the others are kept)")
                waiting = [*entries(instead, words), *waiting]
        return found

    def _fields(self) -> dict[str, str]:
        fields = self.knowledge.catalogue.fields
        return called({name: one.label for name, one in fields.items()})

    def _parts(self) -> dict[str, str]:
        return called({name: one.name for name, one in self.knowledge.components.items()})

    def _settle(self, commitment: Commitment) -> Commitment:
        return replace(
            commitment, settle=tuple(self._names("What must be settled or measured first? Fields", self._fields()))
        )

    def _components(self, commitment: Commitment) -> Commitment:
        self.say("Components go by their id or name: formulator knowledge components lists them.")
        chosen: dict[str, str] = {}
        for role, title in _ROLES.items():
            for name in self._names(title, self._parts()):
                chosen.setdefault(name, role)
        return replace(commitment, components=chosen)

    def _exclusions(self, commitment: Commitment) -> Commitment:
        found = self._names("Must not be used (component=field that forbids it)", self._parts())
        return replace(commitment, exclusions={name: self._forbids(name, field) for name, field in found.items()})

    def _forbids(self, component: str, field: str) -> str:
        """The field that forbids a component; none where nothing was said, or nothing that there is."""
        fields = self._fields()
        while field and field.lower() not in fields:
            self._unknown(field, fields)
            field = self.ask(f"What forbids {component}? A field (Enter for no reason)")
        return fields.get(field.lower(), "")

    def _claims(self, commitment: Commitment) -> Commitment:
        believed: dict[str, bool] = {}
        for claim in self.case.claims:
            answer = self.ask(
                f"The patient has read: {self.knowledge.claims[claim].claim!r}. Does it hold? (y, n, Enter)"
            )
            if answer[:1].lower() in ("y", "n"):
                believed[claim] = answer[:1].lower() == "y"
        return replace(commitment, believed=believed)

    def _course(self, commitment: Commitment) -> Commitment:
        numbers = [
            self._number(title, 1, 400, None) for title in ("Sessions", "Days between them", "Look again after, weeks")
        ]
        return replace(commitment, course=Course(*numbers))

    def _sure(self, commitment: Commitment) -> Commitment:
        return replace(commitment, sure=self._number("How sure are you? Percent", 0, 100, 50) or 0)

    def _number(self, title: str, low: int, high: int, default: int | None) -> int | None:
        while True:
            answer = self.ask(f"{title} (Enter: {'not decided' if default is None else default})")
            if not answer:
                return default
            if answer.isascii() and answer.isdigit() and low <= int(answer) <= high:
                return int(answer)
            self.say(f"A whole number from {low} to {high}.")


def called(names: Mapping[str, str]) -> dict[str, str]:
    """Each id by itself and by its name, both in small letters; an id comes before a name."""
    return {name.lower(): identifier for identifier, name in names.items()} | {one.lower(): one for one in names}


def entries(answer: str, words: Collection[str]) -> list[str]:
    """The entries of a list with commas; a name that holds a comma itself stays whole."""
    parts = [one.strip() for one in answer.split(",")]
    found: list[str] = []
    while parts:
        lengths = range(min(len(parts), _MOST_COMMAS + 1), 1, -1)
        taken = next((n for n in lengths if _is_whole(parts[:n], words)), 1)
        found.append(", ".join(parts[:taken]))
        parts = parts[taken:]
    return [one for one in found if one]


def _is_whole(parts: Sequence[str], words: Collection[str]) -> bool:
    name = ", ".join([*parts[:-1], parts[-1].partition("=")[0].strip()])
    return name.lower() in words


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """A text at the width of every other output."""
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=rest)


def feedback_text(case: Case, feedback: Feedback, answer: Recommendation, knowledge: Knowledge) -> str:
    """What was missed with its rule, what was right, the answer in short, and what to take home."""
    lines = ["", f"THE RULES SAY  {DECISION_WORDS[answer.decision]}"]
    lines += [wrapped(one.text, "  ", "    ") for one in answer.decision_arguments]
    main = [one for one in answer.components if one.status in ("recommended", "adjunct")]
    lines += [f"  {STATUS_WORDS[one.status]}: {knowledge.components[one.id].name}" for one in main]
    lines += ["", f"WHAT YOU MISSED ({len(feedback.mistakes)})", *_remarks(feedback.mistakes, knowledge)]
    lines += ["", f"WHAT WAS RIGHT ({len(feedback.right)})"]
    lines += [wrapped(f"{one.text} ({one.lesson.key})", "  + ", "    ") for one in feedback.right]
    lines += ["", wrapped(f"TO TAKE HOME  {case.pearl}"), ""]
    lines.append(f"Knowledge {answer.knowledge_version} {answer.knowledge_sha256[:12]}")
    return "\n".join(lines) + "\n"


def _remarks(mistakes: Sequence[Remark], knowledge: Knowledge) -> Iterator[str]:
    for one in mistakes:
        yield wrapped(f"{KINDS[one.kind].name}: {one.text}", "  - ", "    ")
        read = read_words(one.because, knowledge)
        if read:
            yield wrapped(read, "    ", "    ")
        if one.detail:
            yield wrapped(one.detail, "    ", "    ")
        yield wrapped(f"{one.lesson.key}; sources: {', '.join(one.sources) or 'none'}", "    ", "    ")
