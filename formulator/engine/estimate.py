"""What the evidence model says about each component; it orders what the rules permit and never overrules them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from formulator.engine.answer import STATUSES, ComponentAnswer, Natural, Response
from formulator.engine.findings import CERTAINTY_ORDER, ROLE_ORDER
from formulator.engine.patient import Patient
from formulator.evidence.answer import EvidenceModel

NO_MODEL = Response(estimable=False, reason="no model: the rules answer alone", code="no_model")
_EXCLUDED = Response(estimable=False, reason="excluded for this patient: never estimated", code="excluded")
_NO_INDICATION = Response(estimable=False, reason="no indication in scope", code="out_of_scope")


Respond = Callable[[str, str], Response]
"""What is said about the effect of a component that has a status."""


def no_model(_: str, __: str) -> Response:
    """Without a model nothing is said."""
    return NO_MODEL


def responses(patient: Patient, model: EvidenceModel | None) -> Respond:
    """What the model says for this patient; what is excluded is never estimated."""
    if model is None:
        return no_model
    indication, sex, age = (patient.facts.get(name) for name in ("indication", "sex", "age"))

    def respond(component: str, status: str) -> Response:
        if status == "contraindicated":
            return _EXCLUDED
        if indication is None:
            return _NO_INDICATION
        return _from_model(model, component, indication, sex, age)

    return respond


def best_first(components: Iterable[ComponentAnswer]) -> tuple[ComponentAnswer, ...]:
    """The components by status, then by the cautious end of what each accounts for.

    What is deferred is ordered by the role that it would have. The order inside a status is no ranking: estimates
    differ by less than their intervals.
    """
    return tuple(sorted(components, key=_goodness))


@lru_cache(maxsize=4096)
def _from_model(model: EvidenceModel, component: str, indication: str, sex: Any, age: Any) -> Response:
    found = model.response(component, indication, sex=sex, age=age)
    natural = found.natural
    shown = Natural(natural.effect, natural.low, natural.high, natural.unit) if natural else None
    own = (found.own, found.own_low, found.own_high)
    return Response(**found.contract(), family=found.family, natural=shown, own=own if found.own is not None else None)


def _goodness(one: ComponentAnswer) -> tuple[int, int, bool, float, int, str]:
    low = one.response.own[1] if one.response.own else None
    deferred = one.status == "deferred"
    role = min([ROLE_ORDER.index(reason.role) for reason in one.arguments], default=_NO_ROLE) if deferred else 0
    certainty = _NO_CERTAINTY
    for reason in one.arguments:
        if reason.kind in _SPEAKS_FOR:
            certainty = min(certainty, _PLACE_OF_CERTAINTY[reason.certainty])
    return STATUSES.index(one.status), role, low is None, -(low or 0.0), certainty, one.id


_SPEAKS_FOR = frozenset(("for", "confirms"))
_NO_ROLE = len(ROLE_ORDER)
_NO_CERTAINTY = len(CERTAINTY_ORDER)
_PLACE_OF_CERTAINTY = {certainty: place for place, certainty in enumerate(CERTAINTY_ORDER)}
