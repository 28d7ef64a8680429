"""The page of many patients: a file in, distributions and files out, nothing kept, nothing shown that is no answer."""

from __future__ import annotations

import ast
import io
import tomllib
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from formulator.cli import main
from formulator.cohort.constructed import DRAWN, EXAMPLE, constructed_cohort
from formulator.knowledge import load_knowledge
from formulator.ui.cohort.session import ANSWERS, FILE, IMPACT, LARGEST_MEGABYTES
from formulator.ui.examples import examples
from tests.conftest import CHECKOUT
from tests.ui.test_app import opened, texts

PAGE = "formulator/ui/views/cohort.py"
MOST_ELEMENTS = 150
HEAD = "age,sex,concern,cause,ferritin,pregnancy,case"
ROWS = (
    "29,female,hair_loss,stress,12,yes,A-1",
    "34,male,hair_thinning,androgenetic,80,,A-2",
    "15,female,hair_loss,stress,50,no,A-3",
    "40,female,hair_loss,stress,50,no,A-4",
)


def page(content: bytes | str = b"", name: str = "patients.csv"):
    app = opened().switch_page(PAGE).run()
    assert not app.exception
    if content:
        raw = content.encode() if isinstance(content, str) else content
        app.file_uploader(key="cohort_upload").set_value((name, raw, "")).run()
        assert not app.exception
    return app


def answered(content: bytes | str, name: str = "patients.csv"):
    app = page(content, name)
    app.button(key="cohort_answer").click().run()
    assert not app.exception
    return app


def found(app):
    return app.session_state[ANSWERS][1]


def said(app) -> str:
    return texts(app).replace("\\", "")


def elements(app) -> int:
    """Elements that are drawn, those inside containers included."""

    def count(node) -> int:
        children = getattr(node, "children", None)
        return sum(count(one) for one in children.values()) if children else 1

    return count(app.main)


def cohort(*rows: str, head: str = HEAD) -> str:
    return "\n".join([head, *rows]) + "\n"


def test_without_a_file_the_page_says_how_to_begin_and_that_nothing_is_kept():
    app = page()
    assert "Choose a file" in said(app)
    assert "nothing is written or kept" in said(app)
    assert not app.tabs


def test_a_file_becomes_distributions_and_every_count_adds_up():
    app = answered(cohort(*ROWS))
    assert "4 patients answered" in said(app)
    shown = found(app).distributions
    assert shown.patients == sum(shown.decisions.values()) == 4
    assert shown.deciding["pregnancy_no_procedure"] == 1
    assert all(sum(one.values()) == 4 for one in shown.statuses.values())
    assert [one.label for one in app.tabs][:4] == ["Decisions", "Decided by", "Together", "Missing"]
    assert "Carried along unread: case" in said(app)
    assert elements(app) < MOST_ELEMENTS


def test_the_answers_that_can_be_taken_away_are_those_of_the_command(tmp_path):
    content = cohort(*ROWS, "200,female,hair_loss,stress,50,no,A-5")
    kept = found(answered(content))
    given = tmp_path / "patients.csv"
    given.write_text(content, encoding="utf-8")
    for form in ("csv", "jsonl", "parquet"):
        out = tmp_path / f"out.{form}"
        run = CliRunner().invoke(main, ["cohort", str(given), str(out), "--date", date.today().isoformat()])
        assert run.exit_code == 1, run.output
        if form == "parquet":
            mine, theirs = (pq.read_table(io.BytesIO(kept.written(form))), pq.read_table(out))
            assert mine.equals(theirs)
        else:
            assert kept.written(form) == out.read_bytes()
    assert kept.written_rejects() == (tmp_path / "out.parquet.rejects.csv").read_bytes()


def test_a_refused_row_is_named_with_its_reason_and_never_with_its_value():
    app = answered(cohort(*ROWS, "173,female,hair_loss,stress,50,no,A-5", "30,male,hair_loss,stress,50,yes,A-6"))
    assert "2 rows not answered" in said(app)
    tables = " ".join(str(one.value.to_dict()) for one in app.table)
    assert "outside the range" in tables.replace("\\", "")
    assert "Impossible combination" in tables.replace("\\", "")
    assert "173" not in tables + said(app)


def test_columns_are_taken_by_label_or_by_hand_and_a_suggestion_never_unasked():
    content = cohort("29;female;12;x", head="Age;SEX;feritin;note").replace(",", ";")
    app = page(content)
    assert set(app.multiselect(key="cohort_choice_label").value) == {"Age", "SEX"}
    assert app.multiselect(key="cohort_choice_others").value == ["feritin"]
    box = app.selectbox(key="cohort_choice_column_2")
    assert box.value is None
    assert "ferritin" in box.placeholder
    box.set_value("ferritin").run()
    app.button(key="cohort_answer").click().run()
    assert not app.exception
    assert found(app).request.fields == ("age", "sex", "ferritin")
    app.multiselect(key="cohort_choice_label").unselect("SEX").run()
    assert "Press Answer" in said(app), "answers of another mapping are still shown"


def test_numbers_in_another_unit_are_converted_and_say_so():
    app = page(cohort(*ROWS))
    app.multiselect(key="cohort_choice_units").select("ferritin").run()
    app.selectbox(key="cohort_choice_unit_ferritin").set_value("pmol/L").run()
    app.button(key="cohort_answer").click().run()
    assert not app.exception
    by_hand = cohort(*(row.replace(",12,", ",12 pmol/L,").replace(",50,", ",50 pmol/L,") for row in ROWS))
    by_hand = by_hand.replace(",80,", ",80 pmol/L,")
    assert found(app).table.equals(found(answered(by_hand)).table)
    assert not found(app).table.equals(found(answered(cohort(*ROWS))).table)


def test_forgetting_leaves_nothing_in_the_session():
    app = answered(cohort(*ROWS))
    app.button(key="cohort_forget").click().run()
    assert not app.exception
    assert not [one for one in (FILE, ANSWERS, IMPACT) if one in app.session_state]
    assert "Choose a file" in said(app)


def test_the_cohort_stays_when_another_page_is_visited():
    app = answered(cohort(*ROWS))
    app.switch_page("formulator/ui/views/about.py").run()
    app.switch_page(PAGE).run()
    assert not app.exception
    assert "4 patients answered" in said(app)


def test_two_versions_are_compared_on_the_same_cohort():
    app = answered(cohort(*ROWS))
    app.selectbox(key="cohort_choice_before").set_value("in use").run()
    app.button(key="cohort_compare").click().run()
    assert not app.exception
    assert "Nothing moves" in said(app)
    assert app.session_state[IMPACT][1].patients == 4
    app.selectbox(key="cohort_choice_before").set_value("2026.11.1").run()
    assert "Nothing moves" not in said(app), "the comparison of other versions is still shown"
    app.button(key="cohort_compare").click().run()
    assert not app.exception
    assert app.session_state[IMPACT][1].before.knowledge.version == "2026.11.1"
    assert elements(app) < MOST_ELEMENTS


def test_what_moves_is_shown_with_its_cause(monkeypatch):
    from formulator.cohort.impact import Side
    from formulator.knowledge.versions import Snapshot
    from tests.cohort.test_impact import planted

    knowledge = load_knowledge()
    other = Side("2026.11.1", Snapshot(planted(knowledge), {}))
    real = Side("in use", Snapshot(knowledge, {}))
    monkeypatch.setattr("formulator.ui.cohort.impact.shared_side", lambda name: real if name == "in use" else other)
    app = answered(cohort(*ROWS, "29,female,hair_loss,stress,80,no,A-9", head=HEAD))
    app.button(key="cohort_compare").click().run()
    assert not app.exception
    moved = app.session_state[IMPACT][1]
    assert moved.moved
    assert "Because of" in said(app)
    assert elements(app) < MOST_ELEMENTS


def parquet(**columns: list) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def test_a_parquet_file_is_read_likewise():
    app = answered(parquet(age=[29, None], sex=["female", "male"], ferritin=[12.0, None]), "patients.parquet")
    assert found(app).distributions.patients == 2


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"nothing,here\n1,2\n", "No column has the name of a field"),
        ("a.csv", b"age,age\n1,2\n", "stands twice"),
        ("a.csv", b"\xff\xfeage", ""),
        ("a.csv", b"\x00\x01\x02", ""),
        ("a.parquet", b"PAR1 not at all PAR1", "damaged or no Parquet"),
        ("a.parquet", b"", ""),
        ("a.csv", b'age,sex\n"30,female\n' + b"1,male\n" * 50, ""),
        ("a.csv", ("age," + ",".join(f"c{n}" for n in range(3000)) + "\n").encode(), "columns"),
        ("a.csv", b"age,decision\n30,x\n", "The answer has a column of this name"),
        ("<b>[x](http://evil)</b>.csv", b"age\n30\n", ""),
    ],
)
def test_a_hostile_file_is_a_message_or_an_answer_and_never_an_exception(name, content, says):
    app = page(content, name)
    if [one for one in app.button if one.key == "cohort_answer"]:
        app.button(key="cohort_answer").click().run()
    assert not app.exception
    if says:
        assert says in said(app)
    assert "](http://evil)" not in texts(app).replace("\\]\\(", "")


def test_the_constructed_cohort_says_of_every_row_that_it_is_constructed_and_is_answered_whole(knowledge):
    from formulator.profile import profile_from_mapping

    some = [profile_from_mapping(one.profile, name, knowledge.catalogue) for name, one in examples().items()]
    text = constructed_cohort(knowledge, date.today(), some, count=40)
    assert text.count(EXAMPLE) == len(some)
    assert text.count(DRAWN) == 40
    kept = found(answered(text))
    assert not kept.rejects
    assert kept.distributions.patients == len(some) + 40


def test_only_the_cohort_may_be_large_every_other_uploader_has_a_limit_of_its_own():
    for path in sorted((CHECKOUT / "formulator" / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "file_uploader":
                limits = [ast.unparse(one.value) for one in node.keywords if one.arg == "max_upload_size"]
                own = {"cohort.py": "LARGEST_MEGABYTES", "file.py": "_LARGEST_UPLOAD_MB"}
                assert limits == [own.get(path.name, "2")], path.name
    settings = tomllib.loads((CHECKOUT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] == LARGEST_MEGABYTES
