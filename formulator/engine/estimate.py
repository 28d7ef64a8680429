"""What the evidence model says about each component; it orders what the rules permit and never overrules them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from formulator.engine.answer import STATUSES, ComponentAnswer, Natural, Response
from formulator.engine.findings import CERTAINTY_ORDER, ROLE_ORDER
from formulator.engine.patient import Patient
from formulator.evidence.answer import EvidenceModel

NO_MODEL = Response(estimable=False, reason="no model: the rules answer alone", code="no_model")
_EXCLUDED = Response(estimable=False, reason="excluded for this patient: never estimated", code="excluded")
_NO_INDICATION = Response(estimable=False, reason="no indication in scope", code="out_of_scope")


def estimate(
    components: Iterable[ComponentAnswer], patient: Patient, model: EvidenceModel | None
) -> tuple[ComponentAnswer, ...]:
    """The components with their responses, best first: by status, then by the cautious end of what each accounts for.

    What is deferred is ordered by the role that it would have. The order inside a status is no ranking: estimates
    differ by less than their intervals.
    """
    estimated = (_with_response(one, _response(one, patient, model)) for one in components)
    return tuple(sorted(estimated, key=_best_first))


def _with_response(one: ComponentAnswer, response: Response) -> ComponentAnswer:
    """The same with another response; `dataclasses.replace` takes four times as long, for every component."""
    return ComponentAnswer(one.id, one.status, one.cautions, one.arguments, one.not_evaluated, response, one.stocked)


def _response(one: ComponentAnswer, patient: Patient, model: EvidenceModel | None) -> Response:
    if model is None:
        return NO_MODEL
    if one.status == "contraindicated":
        return _EXCLUDED
    indication = patient.facts.get("indication")
    if indication is None:
        return _NO_INDICATION
    return _from_model(model, one.id, indication, patient.facts.get("sex"), patient.facts.get("age"))


@lru_cache(maxsize=4096)
def _from_model(model: EvidenceModel, component: str, indication: str, sex: Any, age: Any) -> Response:
    found = model.response(component, indication, sex=sex, age=age)
    natural = found.natural
    shown = Natural(natural.effect, natural.low, natural.high, natural.unit) if natural else None
    own = (found.own, found.own_low, found.own_high)
    return Response(**found.contract(), family=found.family, natural=shown, own=own if found.own is not None else None)


def _best_first(one: ComponentAnswer) -> tuple[int, int, bool, float, int, str]:
    low = one.response.own[1] if one.response.own else None
    roles = [ROLE_ORDER.index(reason.role) for reason in one.arguments] if one.status == "deferred" else [0]
    speaks_for = [CERTAINTY_ORDER.index(each.certainty) for each in one.arguments if each.kind in ("for", "confirms")]
    return (
        STATUSES.index(one.status),
        min(roles, default=len(ROLE_ORDER)),
        low is None,
        -(low or 0.0),
        min(speaks_for, default=len(CERTAINTY_ORDER)),
        one.id,
    )
