"""A case played in the terminal: ask, decide, then see what was missed."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

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
        commitment = self._findings(commitment)
        for step in (self._cause, self._decision, self._settle, self._components, self._exclusions, self._claims):
            commitment = step(commitment)
            self.save(commitment)
        return self._sure(self._course(commitment))

    def _findings(self, commitment: Commitment) -> Commitment:
        while True:
            waiting = [one for one in self.case.findings if one.id not in commitment.asked]
            for number, one in enumerate(waiting, start=1):
                step = self.book.steps[one.step]
                self.say(f"  {number}  {step.label}: {one.ask} (effort {step.effort})")
            answer = self.ask("Ask for (number, the name of a field, or Enter to decide)")
            if not answer:
                self.say(f"Effort so far: {effort_of(commitment, self.case, self.book)}")
                return commitment
            found = self._found(answer, [one.id for one in waiting])
            if found:
                commitment = replace(commitment, asked=(*commitment.asked, found))
                self.save(commitment)

    def _found(self, answer: str, waiting: Sequence[str]) -> str | None:
        """What was asked for, told at once; None, with a sentence, for what is nothing."""
        if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(waiting):
            finding = self.case.finding(waiting[int(answer) - 1])
            self.say(wrapped(f"{finding.ask}: {finding.says}"))
            return finding.id
        if answer in self.knowledge.catalogue.fields and answer != "cause":
            value = truth_of(self.case, self.knowledge).get(answer)
            said = "not measured" if value is None else value_label(self.knowledge, answer, value)
            self.say(f"{field_label(self.knowledge, answer)}: {said}")
            return answer
        advice = did_you_mean(answer, self.knowledge.catalogue.fields)
        self.say(f"There is nothing called {answer[:40]!r}. {advice}".rstrip())
        return None

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

    def _names(self, title: str, known: Mapping[str, Any]) -> tuple[str, ...]:
        """Names with commas between; each that is unknown is said, and all are asked for again."""
        while True:
            words = [one.strip() for one in self.ask(f"{title} (names with commas, Enter for none)").split(",")]
            names = [word.partition("=")[0].strip() for word in words if word]
            wrong = [name for name in names if name not in known]
            if not wrong:
                return tuple(word for word in words if word)
            for name in wrong:
                self.say(f"There is nothing called {name[:40]!r}. {did_you_mean(name, known)}".rstrip())

    def _settle(self, commitment: Commitment) -> Commitment:
        fields = self.knowledge.catalogue.fields
        return replace(commitment, settle=self._names("What must be settled or measured first? Fields", fields))

    def _components(self, commitment: Commitment) -> Commitment:
        self.say("Components go by their id: formulator knowledge components lists them.")
        chosen: dict[str, str] = {}
        for role, title in _ROLES.items():
            for name in self._names(title, self.knowledge.components):
                chosen.setdefault(name, role)
        return replace(commitment, components=chosen)

    def _exclusions(self, commitment: Commitment) -> Commitment:
        words = self._names("Must not be used (component=field that forbids it)", self.knowledge.components)
        pairs = (word.partition("=") for word in words)
        found = {name.strip(): field.strip() for name, _, field in pairs}
        for field in [field for field in found.values() if field and field not in self.knowledge.catalogue.fields]:
            self.say(f"There is no field {field[:40]!r}; it counts as no reason.")
        fields = self.knowledge.catalogue.fields
        kept = {name: field if field in fields else "" for name, field in found.items()}
        return replace(commitment, exclusions=kept)

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
