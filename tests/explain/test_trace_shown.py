"""One line, list, picture and JSON tell the same; what did not matter is hidden until it is asked for."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from hypothesis import given, settings

from formulator.cli import main
from formulator.explain.trace import Reading, Trace, decision_trace, status_trace, trace_of
from formulator.explain.trace.show import as_dot, as_line, as_list, as_mapping
from formulator.explain.trace.show.graph import LOOKS, MOST_NODES
from formulator.explain.trace.show.line import LONGEST
from formulator.explain.trace.tree import KINDS
from formulator.explain.trace.words import entries, headline, visible
from tests.engine.asking import ask, shipped
from tests.explain.tracing import model, nodes, statuses_of
from tests.strategies import profile_documents

DAY = "2026-11-25"
TEXT = (
    "domain: hair\nconcern: hair_thinning\ncause: androgenetic\nsex: male\nage: 34\nphototype: 4\nsite: scalp\n"
    "severity_scale: norwood\nseverity: 3\nferritin: 85\nanticoagulant: no\n"
)
BODY = 1 + len(LOOKS)
STATEMENT = re.compile(r'^  (n\d+ \[shape=\w+, fillcolor="#\w{6}", label="((?:[^"\\]|\\.)*)"\]|n\d+ -> n\d+);$')
UNKNOWN_TO_DOT = re.compile(r"\\(?![\\\"n])")


def reading(document) -> Reading:
    """An answer with the model, ready to be explained."""
    return Reading(ask(document, model=model()), shipped(), model())


def shown(one: Trace) -> set[str]:
    """The headlines of what is visible by default, walked independently of the renderings."""
    return {headline(one)} | {words for child in visible(one) for words in shown(child)}


def flat(text: str) -> str:
    """Text without its line breaks, indents and bullets."""
    return " ".join(text.split())


def run(*arguments: str):
    """The program called in this process with the patient on standard input."""
    result = CliRunner().invoke(main, ["explain", "-", *arguments, "--date", DAY], input=TEXT)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(autouse=True)
def knowledge_is_read_once(monkeypatch, knowledge):
    """Calls in this process use the knowledge that is already read."""
    monkeypatch.setattr("formulator.knowledge.ready_knowledge", lambda: knowledge)


@given(profile_documents())
@settings(max_examples=10)
def test_list_picture_and_json_show_the_same_decisive_nodes(document):
    read = reading(document)
    traces = [decision_trace(read), *(status_trace(one, read) for one in read.answer.components[::9])]
    for trace in traces:
        listed = flat(as_list(trace, shipped()))
        wanted = shown(trace)
        assert all(flat(words) in listed for words in wanted)
        assert {entry.words.removesuffix(" (opened above)") for entry in entries(trace)} == wanted
        drawn = as_dot(trace, most=10_000)
        different = {id(node) for node in _visible(trace)}
        assert drawn.count("[shape=") == len(different)
        mapped = _mapped(as_mapping(trace))
        assert {node.about for node in _visible(trace) if node.about} <= {one.get("about") for one in mapped}
        assert not any(one.get("decisive") is False for one in mapped)


def _visible(one: Trace):
    yield one
    for child in visible(one):
        yield from _visible(child)


def _mapped(one):
    return [one, *(each for child in one.get("because", ()) for each in _mapped(child))]


@given(profile_documents())
@settings(max_examples=10)
def test_what_did_not_matter_is_hidden_until_everything_is_asked_for(document):
    read = reading(document)
    for one in read.answer.components[::9]:
        trace = status_trace(one, read)
        short, long = as_list(trace, shipped()), as_list(trace, shipped(), everything=True)
        decisive = {node.about for node in trace.children if node.decisive and node.kind in ("rule", "question")}
        said = {node.about for node in trace.children if not node.decisive and node.kind in ("rule", "question")}
        rules = {rule for rule in decisive | said if f"rule {rule})" in flat(short)}
        assert rules == decisive
        assert all(f"rule {rule})" in flat(long) for rule in decisive | said)
        assert ("are hidden" in short) == (len(list(nodes(trace))) > len({id(node) for node in _shown(trace)}))
        assert "are hidden" not in long


def _shown(one: Trace):
    yield one
    for child in one.shown():
        yield from _shown(child)


@given(profile_documents())
@settings(max_examples=10)
def test_the_default_picture_stays_readable_and_is_well_formed(document):
    read = reading(document)
    whole = trace_of(read.answer, shipped(), model())
    for trace in [whole, whole.children[0], whole.children[2], *list(statuses_of(whole).values())[::11]]:
        lines = as_dot(trace).strip().splitlines()
        assert lines[0] == "digraph trace {"
        assert lines[-1] == "}"
        assert all(STATEMENT.match(line) for line in lines[BODY:-1])
        assert sum("[shape=" in line for line in lines) <= MOST_NODES


@pytest.mark.parametrize("text", ['say "no"', "back\\slash", "two\nlines", '"];} evil [', "ends with \\"])
def test_text_has_no_power_in_the_picture(text):
    trace = Trace("rule", text, text, text, children=(Trace("fact", text, text, text),))
    lines = as_dot(trace).strip().splitlines()
    assert len(lines) == BODY + 4
    for line in lines[BODY:-1]:
        match = STATEMENT.match(line)
        assert match, line
        assert not UNKNOWN_TO_DOT.search((match[2] or "").replace("\\\\", ""))


def test_every_kind_of_node_says_in_words_what_it_is():
    for kind in KINDS:
        if kind != "part":
            assert f'label="{kind.upper()}\\n' in as_dot(Trace(kind, "Something", "a value", about="x"))


@given(profile_documents())
@settings(max_examples=15)
def test_the_line_holds_the_value_and_a_whole_sentence_within_140_signs_where_that_is_possible(document):
    read = reading(document)
    whole = trace_of(read.answer, shipped(), model())
    for trace in [whole.children[0], *statuses_of(whole).values()]:
        line = as_line(trace)
        assert "\n" not in line
        assert line.startswith(f"{trace.label}: {trace.value}")
        rest = line.removeprefix(f"{trace.label}: {trace.value}").removeprefix(". ")
        sentences = {node.sentence for node in trace.children if node.decisive} | {trace.sentence, ""}
        assert re.sub(r" \(and \d+ more\)$", "", rest) in sentences
        if len(line) > LONGEST:
            assert "more)" not in line


@given(profile_documents())
@settings(max_examples=5)
def test_the_whole_trace_is_json(document):
    read = reading(document)
    whole = as_mapping(trace_of(read.answer, shipped(), model()), everything=True)
    assert json.loads(json.dumps(whole, allow_nan=False)) == whole
    assert {one["kind"] for one in _mapped(whole)} <= set(KINDS)


def test_the_command_traces_a_component_the_decision_and_the_plan():
    assert run("prp", "--trace", "line").startswith("Platelet-rich plasma: Recommended. ")
    assert "rule prp_men" in flat(run("prp", "--trace", "list"))
    assert run("prp", "--trace", "graph").startswith("digraph trace {")
    assert json.loads(run("prp", "--trace", "json"))["about"] == "prp"
    assert len(run("prp", "--everything")) > 2 * len(run("prp", "--trace", "list"))
    without_component = run()
    assert without_component.startswith("- Decision: Treat")
    assert "Session 1, induction: Wed 2026-11-25" in without_component
    whole = json.loads(run("--format", "json"))
    assert [one["label"] for one in whole["because"]] == ["Decision", "Plan"]
    assert run("--trace", "line").count("\n") == 2


def test_the_command_without_a_trace_says_what_it_said_before():
    text = run("prp")
    assert "What would change it:" in text
    assert set(json.loads(run("prp", "--format", "json"))) >= {"component", "would_change"}
