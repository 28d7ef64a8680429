"""Safety, on the screen: what was proven, for which knowledge, and what was accepted with which reason."""

from __future__ import annotations

from formulator.proof.verification.report import shipped_report
from tests.ui.test_app import opened, texts
from tests.ui.test_trace_view import opened_box

SAFETY = "formulator/ui/views/safety.py"


def test_the_shipped_report_is_about_the_shipped_knowledge_and_everything_held(knowledge) -> None:
    report = shipped_report()
    assert report is not None
    assert report.knowledge_sha256 == knowledge.sha256, "run: formulator verify --write"
    assert report.passed
    invariants = report.part("Invariants")
    assert invariants is not None
    assert len(invariants.entries) >= 60


def test_the_page_says_what_was_proven_and_what_it_leaves_out_without_a_solver() -> None:
    app = opened()
    app.switch_page(SAFETY).run()
    assert not app.exception
    said = texts(app)
    assert "Everything held, over all 10^75 different patients" in said
    assert "What this does not prove" in said
    assert "made for other knowledge" not in said


def test_each_statement_and_each_accepted_finding_can_be_read() -> None:
    app = opened()
    app.switch_page(SAFETY).run()
    opened_box(app, "part_Invariants")
    opened_box(app, "part_Rules as a whole")
    told = "\n".join(str(table.value.to_dict()) for table in app.table)
    assert "Nobody who is pregnant gets a plan with a procedure" in told
    assert "Accepted" in told
