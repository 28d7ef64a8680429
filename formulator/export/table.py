"""Components and sessions as CSV for a spreadsheet; no cell can become a formula there."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from formulator.engine.answer import Argument, ComponentAnswer, Recommendation
from formulator.engine.formulation import Formulation, SyringeComponent
from formulator.engine.words import STATUS_WORDS
from formulator.export.text import strongest
from formulator.export.words import kind_word
from formulator.knowledge import Knowledge

COMPONENT_COLUMNS = (
    "component",
    "name",
    "status",
    "in_stock",
    "in_first_formulation",
    "concentration",
    "unit",
    "volume_ml",
    "dose",
    "dose_unit",
    "estimable",
    "effect",
    "low",
    "high",
    "main_arguments",
    "sources",
)
SESSION_COLUMNS = ("session", "date", "phase", "components", "minutes", "stop_before", "resume_after")
_FORMULA_STARTS = frozenset("=+-@")
_CONTROLS = frozenset("\t\r\n")
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")


def guarded(value: object) -> str:
    """A cell that a spreadsheet shows as text: one that could start a formula gets an apostrophe in front.

    Full-width forms, leading blanks and control characters are seen through. Numbers stay numbers.
    """
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.12g}"
    text = str(value)
    return f"'{text}" if _could_be_formula(text) else text


def _could_be_formula(text: str) -> bool:
    """Whether the first sign that shows is one that starts a formula, or a control character stands before it."""
    seen = unicodedata.normalize("NFKC", text)
    visible = next((at for at, one in enumerate(seen) if unicodedata.category(one) not in _UNSEEN), len(seen))
    return any(one in _CONTROLS for one in seen[:visible]) or seen[visible : visible + 1] in _FORMULA_STARTS


def components_csv(answer: Recommendation, knowledge: Knowledge) -> str:
    """One row a component of the knowledge base, best first, with its amounts in the first formulation."""
    amounts = {one.id: one for one in _first_amounts(answer.formulations)}
    return csv_table(
        COMPONENT_COLUMNS,
        (_component(one, amounts.get(one.id), answer, knowledge) for one in answer.components),
    )


def _first_amounts(formulations: Sequence[Formulation]) -> Iterable[SyringeComponent]:
    return (part for one in formulations[:1] for syringe in one.syringes for part in syringe.components)


def _component(
    one: ComponentAnswer, amount: SyringeComponent | None, answer: Recommendation, knowledge: Knowledge
) -> tuple[object, ...]:
    chosen = answer.formulations[0].components if answer.formulations else ()
    shown = strongest(one.arguments)
    return (
        one.id,
        knowledge.components[one.id].name,
        STATUS_WORDS[one.status],
        "yes" if one.stocked else "no",
        "yes" if amount or one.id in chosen else "no",
        *_amount(amount),
        "yes" if one.response.estimable else "no",
        one.response.effect,
        one.response.low,
        one.response.high,
        _arguments(shown),
        "; ".join(dict.fromkeys(source for reason in shown for source in reason.sources)),
    )


def _amount(amount: SyringeComponent | None) -> tuple[object, ...]:
    if amount is None:
        return (None,) * 5
    return (amount.concentration, amount.unit, amount.volume_ml, amount.dose, amount.dose_unit)


def _arguments(reasons: Iterable[Argument]) -> str:
    return " / ".join(f"{kind_word(one)}: {one.text}" for one in reasons)


def sessions_csv(answer: Recommendation) -> str:
    """One row a session; the pauses of medicines that belong to it stand beside it. Only a heading without a plan."""
    plan = answer.plan
    if plan is None:
        return csv_table(SESSION_COLUMNS, ())
    around = {
        one.number: [washout for washout in plan.washouts if washout.session == one.number] for one in plan.sessions
    }
    return csv_table(
        SESSION_COLUMNS,
        (
            (
                one.number,
                one.date.isoformat(),
                one.phase,
                "; ".join(one.components),
                one.minutes,
                "; ".join(f"{each.medicine} {each.stop_on}" for each in around[one.number] if each.stop_on),
                "; ".join(f"{each.medicine} {each.resume_on}" for each in around[one.number] if each.resume_on),
            )
            for one in plan.sessions
        ),
    )


def csv_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV text, every cell guarded."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return stream.getvalue()
