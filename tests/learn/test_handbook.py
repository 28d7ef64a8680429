"""The handbook: a page for everything, and on each page all that the knowledge says about it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner

from formulator.cli import main
from formulator.conditions import Always, IsOneOf, fields_read
from formulator.conditions.tree import atoms
from formulator.engine import recommend
from formulator.evidence.artefact import load_evidence
from formulator.export.words import field_label
from formulator.learn.cases import load_casebook
from formulator.learn.cases.agreement import rules_used
from formulator.learn.cases.truth import truth_of
from formulator.learn.diagnosis.remark import Lesson
from formulator.learn.handbook import (
    KINDS,
    Link,
    Missed,
    component_page,
    contents,
    indication_page,
    load_handbook,
    page_of,
    pages_of,
    rule_page,
    search,
)
from formulator.learn.handbook.contents import tables
from formulator.learn.handbook.page import CASE, FOR_EVERY_PROCEDURE
from formulator.learn.handbook.printed import as_pdf
from formulator.learn.handbook.rule import unknown_words
from formulator.learn.handbook.text import page_text

SUGGESTIONS = ("use", "not_use", "treat", "not_treat", "flags", "poor_idea", FOR_EVERY_PROCEDURE)
AGAINST = ("excludes", "against")
HARMS = ["severe", "moderate", "minor", None]


@pytest.fixture(scope="module")
def book(knowledge):
    return load_handbook(knowledge, load_casebook(knowledge), load_evidence())


@pytest.fixture(scope="module")
def pages(book):
    return {(page.kind, page.id): page for page in pages_of(None, book)}


def lines_of(page):
    return [line for section in page.sections for line in section.lines]


def rules_on(page, *sections):
    """The rules that a page leads to, in these sections or anywhere."""
    found = [page.section(name) for name in sections] if sections else page.sections
    return [one.link.id for section in found for one in section.lines if one.link and one.link.kind == "rule"]


def test_every_indication_component_and_rule_has_a_page_and_stands_in_the_contents(pages, knowledge):
    wanted = {(kind, name) for kind, table in tables(knowledge).items() for name in table}
    assert set(pages) == wanted
    assert {(one.kind, one.id) for one in contents(knowledge)} == wanted
    assert {page.title for page in pages.values()} == {one.title for one in contents(knowledge)}


def test_every_source_on_a_page_exists_and_stands_among_its_sources_once(pages, knowledge):
    for page in pages.values():
        cited = [source for line in lines_of(page) for source in line.sources]
        assert set(cited) == set(page.sources), page.id
        assert len(page.sources) == len(set(page.sources)), page.id
        assert set(page.sources) <= set(knowledge.sources), page.id


def test_every_link_leads_to_a_page_or_to_a_case(pages, book):
    for page in pages.values():
        for line in lines_of(page):
            if line.link is not None and line.link.kind == CASE:
                assert line.link.id in book.casebook.cases
            elif line.link is not None:
                assert (line.link.kind, line.link.id) in pages, (page.id, line.link)
        assert all(link.kind in KINDS for link in page.links)


def test_no_section_is_empty_and_no_two_of_a_page_share_their_anchor(pages):
    for page in pages.values():
        assert all(section.lines or section.intro for section in page.sections), page.id
        assert len({section.id for section in page.sections}) == len(page.sections), page.id


def test_every_rule_that_speaks_about_a_component_stands_on_its_page_on_its_side(pages, knowledge):
    for rule in knowledge.rules.values():
        for name in knowledge.components_of_rule[rule.id]:
            page = pages["component", name]
            against = rules_on(page, "not_use", FOR_EVERY_PROCEDURE)
            assert (rule.id in against) == (rule.kind in AGAINST), (rule.id, name)
            assert (rule.id in rules_on(page, "use")) == (rule.kind not in AGAINST), (rule.id, name)


@pytest.mark.parametrize("section", ["not_use", "not_treat", "flags", FOR_EVERY_PROCEDURE])
def test_what_speaks_against_is_told_with_severe_harm_first(pages, knowledge, section):
    seen = 0
    for page in pages.values():
        rules = [knowledge.rules[name] for name in rules_on(page, section)]
        harms = [HARMS.index(rule.harm) for rule in rules]
        assert harms == sorted(harms), (page.id, section)
        graves = [line.grave for line in page.section(section).lines if line.link and line.link.kind == "rule"]
        assert graves == [rule.harm == "severe" for rule in rules]
        seen += len(rules)
    assert seen > 20


def test_every_rule_that_names_an_indication_stands_on_its_page(pages, knowledge):
    for rule in knowledge.rules.values():
        named = [atom.values for atom in atoms(rule.when) if isinstance(atom, IsOneOf) and atom.field == "indication"]
        for name in {name for values in named for name in values}:
            assert rule.id in rules_on(pages["indication", name]), (rule.id, name)


def test_a_red_flag_that_can_hold_in_an_indication_without_naming_it_stands_on_its_page(pages):
    assert "sudden_hair_loss_refer" in rules_on(pages["indication", "aga_male"], "flags")
    assert "sudden_hair_loss_refer" not in rules_on(pages["indication", "melasma"])


def test_suggestions_stay_under_140_characters(pages):
    for page in pages.values():
        for name in SUGGESTIONS:
            assert all(len(line.text) <= 140 for line in page.section(name).lines), (page.id, name)


def test_each_rule_is_told_with_its_condition_in_the_words_of_its_fields(pages, knowledge):
    for rule in knowledge.rules.values():
        said = "\n".join(line.text for line in pages["rule", rule.id].section("when").lines)
        if isinstance(rule.when, Always):
            assert "Holds for everybody" in said
        for name in fields_read(rule.when):
            assert field_label(knowledge, name) in said, rule.id


def test_what_a_rule_does_while_a_fact_is_unknown_is_what_the_engine_does(knowledge):
    for rule in knowledge.rules.values():
        words = unknown_words(rule, knowledge)
        always_told = isinstance(rule.when, Always) or "so nothing is open" in words
        assert ("waits until it is answered" in words) == (rule.unknown == "block" and not always_told)
        assert ("taken not to hold" in words) == (rule.is_assumed_absent and not always_told)
        assert rule.unknown != "block" or always_told or rule.ask in words


def test_disputed_thresholds_of_a_rule_are_told_with_every_position(pages, knowledge):
    seen = 0
    for rule in knowledge.rules.values():
        page = pages["rule", rule.id]
        for name in knowledge.disputed_thresholds_of_rule.get(rule.id, ()):
            said = [line.text for line in page.section("disagreements").lines]
            assert {one.value for one in knowledge.thresholds[name].positions} <= set(said)
            seen += 1
    assert seen > 10


def test_every_case_stands_on_the_page_of_each_rule_that_its_answer_uses_and_on_no_other(pages, book, knowledge):
    used = {}
    for case in book.casebook.cases.values():
        answer = recommend(truth_of(case, knowledge), knowledge, case.day)
        for rule in rules_used(answer):
            used.setdefault(rule, set()).add(case.id)
        assert Link(CASE, case.id) in [one.link for one in lines_of(pages["indication", answer.indication])]
    assert used
    for rule in knowledge.rules:
        told = {line.link.id for line in pages["rule", rule].section("cases").lines}
        assert told == used.get(rule, set()), rule


def test_the_pearl_of_a_case_stands_on_the_pages_of_the_rules_that_it_is_about(pages, book):
    for case in book.casebook.cases.values():
        for rule in case.lessons:
            assert case.pearl in [line.text for line in pages["rule", rule].section("pearls").lines]


def test_a_blocking_rule_tells_the_question_to_ask_first(pages, knowledge):
    for rule in knowledge.rules.values():
        if rule.ask:
            assert rule.ask in [line.text for line in pages["rule", rule.id].section("pearls").lines]


def test_a_pair_of_patients_stands_with_both_values_on_the_page_of_its_rule(pages):
    lines = pages["rule", "low_ferritin_shedding_replace_iron_first"].section("pairs").lines
    assert any(line.lead == "Ferritin" and "29 ng/mL, or 30 ng/mL" in line.text for line in lines)


def test_an_estimate_comes_with_its_interval_people_and_certainty_and_a_silence_with_its_reason(pages, book):
    model = book.model
    estimated = silent = 0
    for page in pages.values():
        for line in page.section("evidence").lines if page.kind != "rule" else ():
            pair = (page.id, line.link.id) if page.kind == "component" else (line.link.id, page.id)
            found = model.response(*pair)
            if found.estimable:
                estimated += 1
                assert f"{found.patients} people" in line.text
                assert "certainty" in line.text
                assert f"{round(found.effect, 2) + 0.0:.2f}" in line.more[0]
            else:
                silent += 1
                assert line.text.startswith("No estimate.")
    assert estimated > 30
    assert silent > 40


def test_without_a_model_the_page_says_so(book):
    page = component_page("prp", replace(book, model=None))
    assert "not there" in page.section("evidence").intro


def test_all_limits_of_dose_uses_and_harms_of_a_component_are_told(pages, knowledge):
    for one in knowledge.components.values():
        page = pages["component", one.id]
        leads = [line.lead for line in page.section("given").lines]
        assert sum(lead.startswith("Limit") for lead in leads) == sum(bool(dose.limit) for dose in one.doses)
        assert [line.text for line in page.section("harms").lines if line.lead == "Severe"] == [
            event.event for event in one.adverse_events if event.severity == "severe"
        ]
        assert len(page.section("uses").lines) == len(one.uses)
        assert [line.text for line in page.section("gaps").lines] == list(one.gaps)


def test_claims_that_refer_to_a_rule_are_weighed_on_its_page(pages, knowledge):
    for claim in knowledge.claims.values():
        for name in claim.refers_to:
            if name in knowledge.rules:
                said = [line.text for line in pages["rule", name].section("claims").lines]
                assert f"{claim.claim}." in said


def test_proofs_are_told_only_for_the_knowledge_that_they_are_about(book):
    assert component_page("pdrn", book).section("proven").lines
    assert rule_page("haemophilia_no_injection", book).section("faults").intro
    assert book.report is not None
    other = replace(book, report=replace(book.report, knowledge_sha256="0" * 64))
    assert not component_page("pdrn", other).section("proven")
    assert not rule_page("haemophilia_no_injection", other).section("faults")


def test_a_fault_that_nothing_notices_would_be_told_on_the_page_of_its_rule(book):
    part = book.report.part("Planted faults")
    entry = replace(book.report.part("Invariants").entries[0], id="haemophilia_no_injection", sentence="It slips.")
    parts = tuple(replace(one, entries=(entry,)) if one is part else one for one in book.report.parts)
    page = rule_page("haemophilia_no_injection", replace(book, report=replace(book.report, parts=parts)))
    assert "1 of them change" in page.section("faults").intro
    assert [line.text for line in page.section("faults").lines] == ["It slips."]


def test_what_the_trainee_missed_stands_first_on_the_pages_it_is_about_and_nowhere_else(book):
    rule = "allergy_minoxidil_no_minoxidil"
    missed = {Lesson("rule", rule).key: Missed(2, date(2026, 11, 20)), Lesson("limit", "dutasteride").key: Missed(0)}
    for page in (component_page("minoxidil", book, missed), rule_page(rule, book, missed)):
        assert page.sections[0].title == "What you missed here"
        [line] = page.sections[0].lines
        assert line.lead == "Rule, missed 2 times, last on 2026-11-20"
        assert line.link == Link("rule", rule)
    assert not component_page("prp", book, missed).section("missed")
    assert not component_page("dutasteride", book, missed).section("missed")
    course = {Lesson("course", "melasma").key: Missed(1)}
    [line] = indication_page("melasma", book, course).section("missed").lines
    assert (line.lead, line.text) == ("Course, missed once", "Melasma")


def test_a_search_finds_what_holds_every_word_and_the_title_first(knowledge):
    entries = contents(knowledge)
    assert search(entries, "") == entries
    assert search(entries, "melasma", "indication")[0].id == "melasma"
    assert {one.kind for one in search(entries, "ferritin", "rule")} == {"rule"}
    assert search(entries, "FERRITIN shedding iron")[0].id == "low_ferritin_shedding_replace_iron_first"
    assert search(entries, "no such words anywhere") == ()


def test_the_same_pages_make_the_same_bytes_and_a_tagged_file_with_every_source(book, pages, knowledge):
    pypdf = pytest.importorskip("pypdf")
    pytest.importorskip("typst")
    page = pages["rule", "low_ferritin_shedding_replace_iron_first"]
    made = as_pdf((page,), book)
    assert made == as_pdf((page_of("rule", page.id, book),), book)
    document = pypdf.PdfReader(io.BytesIO(made))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = "".join("".join(one.extract_text().split()) for one in document.pages).replace("-", "")
    for source in page.sources:
        assert "".join(knowledge.sources[source].title.split()).replace("-", "") in text
    for section in page.sections:
        assert "".join(section.title.split()) in text


def test_a_printed_chapter_links_its_pages_and_prints_shared_exclusions_once(book, pages):
    pypdf = pytest.importorskip("pypdf")
    pytest.importorskip("typst")
    few = [pages["component", name] for name in ("pdrn", "biotin", "oral_minoxidil")]
    document = pypdf.PdfReader(io.BytesIO(as_pdf(few, book)))
    text = " ".join(" ".join(one.extract_text().split()) for one in document.pages)
    assert text.count("Haemophilia - no elective multiple injections") == 1
    assert "Contents" in text
    assert any("/Annots" in one for one in document.pages)


def call(*arguments):
    result = CliRunner().invoke(main, ["handbook", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_the_command_prints_contents_pages_and_files_and_refuses_what_is_none(monkeypatch, knowledge, book, tmp_path):
    monkeypatch.setattr("formulator.knowledge.load_knowledge", lambda: knowledge)
    assert "low_ferritin_shedding_replace_iron_first" in call().output
    assert call("melasma").output == page_text(indication_page("melasma", book), knowledge)
    file = tmp_path / "page.pdf"
    assert call("melasma", "--pdf", str(file)).exit_code == 0
    assert file.read_bytes().startswith(b"%PDF")
    wrong = call("melasmaa")
    assert wrong.exit_code == 2
    assert "melasma" in wrong.output
    assert call("melasma", "--pdf", str(tmp_path / "none" / "page.pdf")).exit_code == 2


def test_a_page_as_text_holds_every_line_and_every_source(pages, knowledge):
    page = pages["component", "hyaluronidase"]
    said = " ".join(page_text(page, knowledge).split())
    assert all(" ".join(line.text.split()) in said for line in lines_of(page))
    assert all(f"[{number}]" in said for number in range(1, len(page.sources) + 1))
