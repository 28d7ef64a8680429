"""The estimated effect of a component: the parts that add up to it, its intervals, and every trial with its address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from formulator.engine.answer import ComponentAnswer
from formulator.evidence.answer import LEVEL, EvidenceModel, Response
from formulator.evidence.answer_words import study_label
from formulator.explain.trace.reading import Reading
from formulator.explain.trace.tree import Trace, figure, given, worked_out

_ROUNDED = 5.1e-5
"""Half of the last decimal that the model shows."""
_FITTED = "Fitted by the network model to all its trials together."
_ARM = "What any arm gains by being the tested one; fitted in the same way."


def evidence_trace(one: ComponentAnswer, reading: Reading) -> tuple[Trace, ...]:
    """What trials say about a component, as numbers that add up; or why there is no number."""
    shown, model = one.response, reading.model
    if model is None or not shown.family:
        return (Trace("part", "No estimate", "", shown.reason, decisive=False),) if shown.reason else ()
    facts = reading.facts
    return _of_component(model, one.id, facts["indication"], facts.get("sex"), facts.get("age"))


@lru_cache(maxsize=4096)
def _of_component(
    model: EvidenceModel, component: str, indication: str, sex: Any, age: Any
) -> tuple[Trace, ...]:  # the same question as engine.estimate puts to the model
    found = model.response(component, indication, sex=sex, age=age)
    trials = tuple(trial_trace(row, model) for row in found.rows)
    if not found.estimable:
        return (Trace("part", "No estimate", "", found.sentence, children=trials, decisive=False),)
    return (_estimate(found, trials, model),)


def _estimate(found: Response, trials: tuple[Trace, ...], model: EvidenceModel) -> Trace:
    joint = model.joint((found.component,), found.indication, found.family)
    average, variance = joint.total()
    own = _own_part(found, joint.own()[1])
    arm = given("Tested-arm part", joint.mean[-1], "SD", _ARM)
    between = tuple(
        given(f"{words} of the spread between trials, part {place}", value)
        for place, pair in enumerate(model.document["heterogeneity"], 1)
        for words, value in zip(("Variance", "Weight"), map(float, pair), strict=True)
    )
    spread = (given("Level", LEVEL), given("Average", average, "SD"), given("Variance of the average", variance))
    parts = [
        own,
        arm,
        *_interval(found, (*spread, *between)),
        *_natural(found),
        Trace("part", f"{len(trials)} controlled comparisons of it", children=trials),
        *_grading(found.reasons),
    ]
    operands, others = (own, arm), tuple(parts[2:])
    words = "Estimated gain over control, which orders and never decides"
    sum_of = worked_out(words, found.effect or 0.0, "SD", "sum", operands, 2 * _ROUNDED, others, found.sentence)
    return sum_of._replace(certainty=found.certainty or "")


def _own_part(found: Response, variance: float) -> Trace:
    """The component's own average and its 95 % interval."""
    mean = given("Mean", found.own or 0.0, "SD")
    known = (mean, given("Variance", variance))
    low = worked_out("Lower end", found.own_low or 0.0, "SD", "lower 95 % end", known, 2 * _ROUNDED)
    high = worked_out("Upper end", found.own_high or 0.0, "SD", "upper 95 % end", known, 2 * _ROUNDED)
    return given("Own part", found.own or 0.0, "SD", _FITTED)._replace(children=(low, high))


def _interval(found: Response, known: tuple[Trace, ...]) -> tuple[Trace, ...]:
    """The prediction interval at the model's level; its ingredients are shown on demand."""
    ends = (("Lower end in 8 of 10 trials", found.low, "lower"), ("Upper end in 8 of 10 trials", found.high, "upper"))
    hidden = tuple(one._replace(decisive=False) for one in known)
    return tuple(
        worked_out(label, value or 0.0, "SD", f"{end} prediction", hidden, _ROUNDED) for label, value, end in ends
    )


def _natural(found: Response) -> tuple[Trace, ...]:
    """The interval in the clinicians' unit: the published SD times each end."""
    one = found.natural
    if one is None:
        return ()
    scale = given(f"Median SD of {one.trials} trials", one.sd, one.unit)
    ends = (("Lower end", one.low, found.low), ("Upper end", one.high, found.high))
    return tuple(
        worked_out(
            f"{words} in {one.unit}",
            value,
            one.unit,
            "product",
            (scale, given(words, end or 0.0, "SD")),
            one.sd * _ROUNDED + _ROUNDED,
        )
        for words, value, end in ends
    )


def _grading(reasons: Iterable[Mapping[str, Any]]) -> tuple[Trace, ...]:
    children = tuple(
        Trace("part", str(one["domain"]).replace("_", " ").capitalize(), f"{one['levels']} levels down", one["why"])
        for one in reasons
    )
    return (Trace("part", "Why this certainty", children=children, decisive=False),)


def trial_trace(row: Mapping[str, Any], model: EvidenceModel) -> Trace:
    """One controlled comparison: what was compared, its effect with interval, its size, where it can be read."""
    study = model.study(row["study"])
    label = study_label(row["study"], study)
    value = f"{figure(row['estimate'])} SD ({figure(row['low'])} to {figure(row['high'])}), {row['n']:g} people"
    compared = f"{' + '.join(row['treatment'])} against {' + '.join(row['control'])}".replace("_", " ")
    sentence = f"{study.get('title', row['study'])}: {compared}; positive favours the first"
    return Trace("trial", label, value, sentence, about=row["study"], address=row["url"] or study.get("url", ""))
