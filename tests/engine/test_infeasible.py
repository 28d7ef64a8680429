"""Where nothing can be put together the answer says why, and what giving way in one point would allow."""

from __future__ import annotations

import pytest

from formulator.engine.answer import Because, ComponentAnswer, Response
from formulator.engine.infeasible import smallest_clash, why_nothing
from formulator.engine.options import Candidates
from formulator.engine.patient import Patient
from formulator.profile import profile_from_mapping
from tests.conftest import TODAY
from tests.engine.asking import ask


@pytest.fixture
def patient(knowledge) -> Patient:
    """Anybody."""
    return Patient(profile_from_mapping({"age": 40}, "case"), {}, knowledge, TODAY)


def judged(name: str, status: str) -> ComponentAnswer:
    """A component with a status and nothing else."""
    return ComponentAnswer(name, status, (), (), (), Response(False, ""), True)


def broken(**components: tuple[str, ...]) -> Candidates:
    """No options; each component with the constraints that it breaks."""
    return Candidates((), tuple((name, frozenset(names)) for name, names in components.items()))


def test_where_nothing_is_permitted_that_is_said_and_nothing_can_be_relaxed(patient):
    answers = [
        judged("prp", "contraindicated"),
        judged("topical_minoxidil", "recommended"),
        judged("zinc", "not_indicated"),
    ]
    found = why_nothing(patient, answers, broken())
    assert found.text == "Nothing that is brought into the skin is both permitted and supported here."
    assert found.clash == ()


def test_where_injections_only_wait_those_that_wait_are_named_in_order_and_companions_are_not(patient):
    answers = [judged(name, "deferred") for name in ("prp", "oral_minoxidil", "minoxidil")] + [
        judged("zinc", "optional")
    ]
    found = why_nothing(patient, answers, broken())
    assert found.text == "Nothing that is brought into the skin is both permitted and supported here."
    [settle] = found.clash
    assert (settle.constraint, settle.field, settle.gives) == ("settle_first", "", ("minoxidil", "prp"))
    assert settle.text == "Something must be settled or answered first."


def test_what_breaks_no_constraint_and_still_cannot_be_given_is_held_by_its_limits(patient):
    found = why_nothing(patient, [judged("lidocaine", "optional")], broken(lidocaine=(), prp=("stock",)))
    assert found.text == "What may be used cannot be given inside its limits."
    [limits] = found.clash
    assert (limits.constraint, limits.field, limits.gives) == ("limits", "weight_kg", ())
    assert limits.text == "Dose and volume limits leave nothing to give."


def test_a_clash_names_each_constraint_with_its_field_and_what_giving_way_there_alone_allows(patient):
    found = why_nothing(
        patient, [], broken(prp=("stock",), minoxidil=("needle_aversion",), zinc=("stock", "needle_aversion"))
    )
    assert found.text == "No permitted component meets all of this: Only what is in stock. No syringe needle."
    assert [(one.constraint, one.field, one.text, one.gives) for one in found.clash] == [
        ("stock", "stocked_components", "Only what is in stock.", ("prp",)),
        ("needle_aversion", "needle_aversion", "No syringe needle.", ("minoxidil",)),
    ]


def test_ties_between_clashes_go_by_the_order_of_the_constraints():
    assert smallest_clash([frozenset(("max_sessions", "stock")), frozenset(("max_sessions", "stock"))]) == ("stock",)
    assert smallest_clash([frozenset(("stock",)), frozenset(("place",)), frozenset(("contents",))]) == (
        "stock",
        "place",
        "contents",
    )


def test_what_breaks_nothing_clashes_with_nothing():
    assert smallest_clash([frozenset()]) == ()
    assert smallest_clash([frozenset(), frozenset(("stock",))]) == ("stock",)


@pytest.mark.parametrize(
    ("document", "indication"),
    [
        (
            {"domain": "body", "concern": "cellulite", "cause": "constitutional", "sex": "female", "pregnancy": "no"},
            "cellulite",
        ),
        ({"domain": "skin", "concern": "pigmentation", "cause": "post_inflammatory", "sex": "male"}, "pih"),
    ],
)
def test_where_nothing_useful_is_left_to_inject_the_reason_reads_the_indication_and_waits_for_nothing(
    document, indication, knowledge
):
    answer = ask({**document, "age": 40, "phototype": 3})
    reason = answer.decision_arguments[0]
    assert knowledge.rules[reason.rule].when_nothing_is_left
    assert answer.decision == knowledge.rules[reason.rule].decision
    assert reason.because == (Because("indication", indication),)
    assert reason.subject == "procedure"
    assert answer.plan is None
