"""The page of versions: what changed in the knowledge, and what an older version would have said of this patient."""

from __future__ import annotations

import pytest

from formulator.knowledge.versions import version_records
from formulator.ui.changes import shared_snapshot
from tests.ui.test_app import opened, texts, with_example

PAGE = "formulator/ui/views/changes.py"


def said(app) -> str:
    """The texts of the page as they are read."""
    return texts(app).replace("\\", "")


def test_every_version_is_listed_with_its_kind_and_what_it_means():
    app = opened().switch_page(PAGE).run()
    assert not app.exception
    labels = [one.label for one in app.expander]
    assert [label.partition(",")[0] for label in labels] == [one.version for one in reversed(version_records())]
    for record in version_records():
        assert record.summary.split(".")[0].split(":")[0] in said(app)


def test_without_a_patient_the_page_says_where_to_enter_one():
    assert "Enter a patient under Consult" in texts(opened().switch_page(PAGE).run())


def test_the_patient_of_consult_is_compared_with_an_older_version():
    app = with_example("woman_38_cellulite").switch_page(PAGE).run()
    assert not app.exception
    assert version_records()[0].version in app.selectbox(key="changes_since").options
    app.selectbox(key="changes_since").set_value(version_records()[0].version).run()
    assert not app.exception
    assert "Changed items: " in said(app)


def test_a_version_that_is_damaged_is_said_in_one_line_and_no_answer_is_made_with_it(monkeypatch):
    shared_snapshot.clear()
    monkeypatch.setattr("formulator.knowledge.archive.LARGEST_ARCHIVE", 10)
    app = with_example("woman_38_cellulite").switch_page(PAGE).run()
    assert not app.exception
    assert [one.value for one in app.error if "too large" in one.value]
    assert "Changed items: " not in said(app)


@pytest.mark.parametrize("entry", ["abc", "400"])
def test_a_wrong_entry_is_a_message_and_not_an_answer(entry):
    app = with_example("man_34_norwood_3")
    app.text_input(key="severity").set_value(entry).run()
    app.switch_page(PAGE).run()
    assert not app.exception
    assert app.error
    assert "Changed items: " not in said(app)
