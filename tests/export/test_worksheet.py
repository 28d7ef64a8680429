"""The PDF, opened by an independent reader."""

from __future__ import annotations

import io
import re
import time
from dataclasses import replace

import pytest

from formulator.engine import recommend
from formulator.engine.answer import Note
from formulator.export.printable import printable_text
from formulator.export.worksheet import as_pdf
from formulator.profile import profile_from_mapping
from formulator.ui.examples import examples
from tests.engine.asking import shipped
from tests.export.made import hair_answer, refusal

pypdf = pytest.importorskip("pypdf")
typst = pytest.importorskip("typst")

HOSTILE = (
    '#panic("x") $ x^2 $ *bold* _it_ `raw` <label> @ref = Heading \\ #import "@preview/cetz:0.3.0" // c /* c */ ]}"\'',
    '#read("/etc/passwd") #sys.inputs #image("x.png") #eval("1+1")',
    "right \u202eleft\u202c, bell \x07, null \x00, emoji \U0001f600, Han \u4e2d, joiner \u200d, line\u2028break\nnext",
)


def reader(content):
    return pypdf.PdfReader(io.BytesIO(content))


def squeezed(text):
    """Text without blanks and hyphens: lines break where the page wants."""
    return re.sub(r"[\s\-\u00ad\u2010]+", "", text)


def pages(content):
    return [squeezed(page.extract_text()) for page in reader(content).pages]


@pytest.fixture(scope="module")
def answer():
    return hair_answer()


@pytest.fixture(scope="module")
def sheet(answer):
    return as_pdf(answer, shipped())


def test_a_plan_makes_four_pages_in_their_order(sheet):
    titles = ("Sessionworksheet", "Reasons", "Plan", "Foryou:yourtreatment")
    found = pages(sheet)
    assert len(found) == 4
    assert [page.startswith(title) for page, title in zip(found, titles, strict=True)] == [True] * 4


def test_the_session_page_holds_every_syringe_with_its_amounts(sheet, answer):
    page = pages(sheet)[0]
    for syringe in answer.formulations[0].syringes:
        for part in syringe.components:
            assert squeezed(shipped().components[part.id].name) in page
            for figure in (part.concentration, part.volume_ml, part.dose):
                assert figure is None or f"{figure:g}" in page
        assert f"{syringe.points}points" in page
        assert f"{syringe.volume_ml:g}mL" in page
    for words in ("Lot", "Expiry", "1cmapart", "2mmdeep", "Isotonicsaline(diluent)", "draw30mLofblood", "within"):
        assert words in page


def test_the_emergency_box_says_what_the_knowledge_says(sheet):
    page = pages(sheet)[0]
    emergencies = shipped().emergencies
    assert {one.id for one in emergencies} == {
        "emergency_anaphylaxis",
        "emergency_vascular_occlusion",
        "emergency_visual_loss",
    }
    for one in emergencies:
        assert squeezed(one.title) in page
        assert squeezed(one.signs) in page
        assert all(squeezed(step.text) in page for step in one.steps)


def test_the_reasons_name_each_proposed_component_with_both_sides(sheet, answer):
    page = pages(sheet)[1]
    for name in answer.formulations[0].components:
        component = answer.component(name)
        assert squeezed(shipped().components[name].name) in page
        for kinds in (("for", "confirms"), ("excludes", "against")):
            first = next((one for one in component.arguments if one.kind in kinds), None)
            assert first is None or squeezed(first.text) in page
    for assumption in answer.assumptions:
        label = shipped().catalogue.fields[assumption.field].label
        assert squeezed(label) in page


def test_the_plan_page_holds_every_date_pause_and_rule(sheet, answer):
    page = pages(sheet)[2]
    for session in answer.plan.sessions:
        assert f"{session.date.day}{session.date:%b}{session.date.year}" in page
    assert squeezed(answer.plan.stop_rule) in page
    assert squeezed(answer.plan.maintenance) in page
    assert answer.plan.washouts
    for washout in answer.plan.washouts:
        assert squeezed(washout.text) in page
    assert squeezed(str(answer.plan.washouts[0].stop_on)) in page


def test_the_leaflet_speaks_to_the_patient_and_says_when_to_call(sheet, answer):
    page = pages(sheet)[3]
    alarms = {one.id for one in shipped().after if one.call}
    for note in answer.after:
        item = next(one for one in shipped().after if one.id == note.id)
        if note.id in alarms and not item.components:
            assert squeezed(note.text) in page
    for heading in ("Whentocall", "Howtoprepare", "Aftereachsession", "Whattoexpect", "Yourmedicines"):
        assert heading in page
    assert not re.search(r"\[\d+\]", page), "no source numbers for a patient"


def test_every_page_carries_notice_and_versions(sheet, answer):
    for page in pages(sheet):
        assert squeezed(answer.notice) in page
        assert answer.knowledge_sha256[:16] in page
        assert answer.profile_sha256[:16] in page
        assert squeezed(str(answer.date)) in page


def test_without_a_plan_the_reasons_stand_alone():
    answer = refusal()
    found = pages(as_pdf(answer, shipped()))
    assert 1 <= len(found) <= 2
    assert "Donottreat" in found[0]
    assert all(squeezed(one.text) in "".join(found) for one in answer.decision_arguments)


def test_same_answer_same_bytes(sheet, answer):
    assert as_pdf(answer, shipped()) == sheet
    assert as_pdf(hair_answer(), shipped()) == sheet


def test_it_is_tagged_titled_in_english_and_dated_by_the_answer(sheet, answer):
    document = reader(sheet)
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF boolean
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert document.metadata.title == "Worksheet: Androgenetic alopecia, male pattern"
    assert document.metadata.creation_date.date() == answer.date


def test_all_fonts_are_embedded_and_ship_with_typst(sheet):
    seen = set()
    for page in reader(sheet).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
            seen.add(str(inner["/BaseFont"]).split("+")[1])
    assert seen
    assert all(name.startswith(("LibertinusSerif", "NewCM", "DejaVuSansMono")) for name in seen), seen


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(answer, text):
    note = Note(answer.after[0].id, text, answer.after[0].sources)
    hostile = replace(
        answer,
        notice=text,
        after=(replace(answer.after[-1], text=text), note, *answer.after),
        plan=replace(answer.plan, stop_rule=text, maintenance=text, left_out=(text,), settle_first=(text,)),
    )
    found = pages(as_pdf(hostile, shipped()))
    assert squeezed(printable_text(text)) in found[2]
    assert all(squeezed(printable_text(text)) in page for page in found[1:3])


def test_signs_that_the_fonts_lack_are_named_not_dropped():
    assert printable_text("a\u4e2db\U0001f600c") == "a[U+4E2D]b[U+1F600]c"
    assert printable_text("a\u00adb\u200dc\u202ed") == "abc[U+202E]d"
    assert printable_text("1\u202f000\n x") == "1 000 x"


def test_every_sign_that_counts_as_printable_can_be_set_in_plain_and_bold():
    signs = [chr(code) for code in range(0x20, 0x2700) if printable_text(chr(code)) == chr(code)]
    assert len(signs) > 1500
    source = b"""#set document(title: "t")
        #set text(lang: "en", font: ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"))
        #sys.inputs.x #strong(sys.inputs.x)"""
    options = {"pdf_standards": ["ua-1"], "ignore_system_fonts": True, "format": "pdf"}
    assert typst.compile(source, sys_inputs={"x": " ".join(signs)}, **options)


@pytest.mark.parametrize("name", sorted(examples()))
def test_every_example_fits_its_pages(name, today):
    answer = recommend(profile_from_mapping(examples()[name].profile, name), shipped(), today)
    count = len(reader(as_pdf(answer, shipped())).pages)
    assert count == 4 if answer.plan else count <= 2


def test_it_is_quick_after_the_first(answer):
    as_pdf(answer, shipped())
    times = []
    for _ in range(3):
        start = time.perf_counter()
        as_pdf(answer, shipped())
        times.append(time.perf_counter() - start)
    assert min(times) < 1.0, "generous here; the promise of 300 ms is measured by the benchmark"


def test_no_page_is_blank_and_nothing_lies_in_the_margin(sheet):
    pdfium = pytest.importorskip("pypdfium2")
    for page in pdfium.PdfDocument(sheet):
        picture = page.render(scale=1).to_numpy()
        dark = picture.min(axis=2) < 200
        assert 0.01 < dark.mean() < 0.5
        assert not dark[:, :20].any()
        assert not dark[:, -20:].any()
