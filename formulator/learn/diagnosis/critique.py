"""A formulation that somebody put together freely: what is wrong with it, and what the best one does differently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from formulator.engine.answer import Recommendation
from formulator.engine.compose import Composer, composer_for
from formulator.engine.effect import TrialEffects
from formulator.engine.firmness import TOLD_APART, beaten_by, not_told_apart
from formulator.engine.ranking import DEFAULT_PREFERENCES, Ranked
from formulator.engine.reasons import why_below
from formulator.evidence.answer import EvidenceModel
from formulator.knowledge import Knowledge
from formulator.knowledge.items import TREATMENT
from formulator.learn.commitment import Commitment, Drawn
from formulator.learn.diagnosis import choice, decision, syringes
from formulator.learn.diagnosis.choice import speaking_for
from formulator.learn.diagnosis.feedback import Diagnoser, judged
from formulator.learn.diagnosis.remark import Feedback, Remark
from formulator.learn.diagnosis.review import Review, backed, remark, remark_of
from formulator.learn.diagnosis.words import joined, sentence


def critique_of_formulation(
    syringes_drawn: Sequence[Sequence[Drawn]],
    answer: Recommendation,
    knowledge: Knowledge,
    model: EvidenceModel | None = None,
    steps: Iterable[str] = (),
) -> Feedback:
    """What is wrong and right about these syringes for the patient of an answer; who fills a syringe decides to treat.

    `steps` are devices used beside the syringes, `model` is the one that the answer was made with. Pure and
    deterministic.
    """
    drawn = tuple(tuple(one) for one in syringes_drawn)
    commitment = Commitment(decision="treat", components=dict.fromkeys(steps, "adjunct"), syringes=drawn)
    review = Review(commitment, answer, knowledge, model)
    return judged(review, CRITICS, PRAISE)


def less_than_best(review: Review) -> Iterator[Remark]:
    """Another permitted formulation comes first, and can be told apart."""
    yield from _beside_the_best(review, praise=False)


def as_good_as_best(review: Review) -> Iterator[Remark]:
    """It is the first formulation, or cannot be told apart from it."""
    yield from _beside_the_best(review, praise=True)


def _beside_the_best(review: Review, praise: bool) -> Iterator[Remark]:
    if not review.chosen or not review.answer.formulations:
        return
    composer = _composer(review)
    ranked = composer.ranking.best_first()
    best = _best(composer, ranked)
    mine = _mine(review, composer, ranked)
    if best is None or mine is None:
        return
    good = mine.positions == best.positions or _equal(mine, best, composer, review)
    if good and praise:
        yield _as_good(mine, best, composer, review)
    if not good and not praise:
        yield _less(mine, best, composer, len(ranked), review)


def _composer(review: Review) -> Composer:
    effects = TrialEffects(review.model) if review.model else None
    return composer_for(review.patient, review.answer.components, effects, DEFAULT_PREFERENCES)


def _best(composer: Composer, ranked: Sequence[Ranked]) -> Ranked | None:
    return next((one for one in ranked if composer.formulation(one) is not None), None)


def _mine(review: Review, composer: Composer, ranked: Sequence[Ranked]) -> Ranked | None:
    """The set of components that was drawn, as the ranking knows it; None where it is no permitted set."""
    names = [one.id for one in composer.ranking.options]
    if not set(review.chosen) <= set(names):
        return None
    positions = tuple(sorted(names.index(name) for name in review.chosen))
    return next((one for one in ranked if one.positions == positions), None)


def _equal(mine: Ranked, best: Ranked, composer: Composer, review: Review) -> bool:
    """Whether the effects cannot tell the two apart, by the same limit as in the answer."""
    shares = beaten_by(mine, [best], composer.ranking)
    return bool(not_told_apart(shares, review.knowledge.composition.setting(TOLD_APART)))


def _less(mine: Ranked, best: Ranked, composer: Composer, total: int, review: Review) -> Remark:
    names = [one.id for one in composer.ranking.options]
    missing = [names[one] for one in best.positions if one not in mine.positions]
    extra = [names[one] for one in mine.positions if one not in best.positions]
    why = why_below(mine, best, composer.ranking, total)
    parts = [f"adds {', '.join(map(review.name, missing))}"] if missing else []
    parts += [f"leaves out {', '.join(map(review.name, extra))}"] if extra else []
    text = sentence(f"The best formulation {' and '.join(parts)}.", "The best formulation holds other components.")
    reasons = speaking_for(review.parts[missing[0]].arguments) if missing else review.parts[extra[0]].cautions
    if reasons:
        said = remark_of("less_than_best", reasons[0], TREATMENT, text)
        return replace(said, detail=joined(why, said.detail))
    return backed(remark("less_than_best", review.lesson_of_component(extra[0]), TREATMENT, text), why)


def _as_good(mine: Ranked, best: Ranked, composer: Composer, review: Review) -> Remark:
    first = composer.ranking.options[mine.positions[0]].id
    same = mine.positions == best.positions
    words = "These are the components of the best formulation." if same else "Trials cannot tell it from the best one."
    why = review.answer.formulations[0].why
    return backed(remark("as_good_as_best", review.lesson_of_component(first), TREATMENT, words), why)


CRITICS: tuple[Diagnoser, ...] = (
    decision.missed_red_flag,
    choice.contraindication_overlooked,
    decision.treated_before_work_up,
    syringes.unsafe_mixture,
    syringes.dose_beyond_limit,
    choice.unlawful_as_ordinary,
    decision.nothing_left_to_inject,
    syringes.too_many_parts,
    choice.no_indication,
    choice.cannot_be_given,
    less_than_best,
)
"""What can be wrong with a formulation, gravest first."""

PRAISE: tuple[Diagnoser, ...] = (
    choice.component_right,
    syringes.mixture_safe,
    syringes.dose_within_limit,
    as_good_as_best,
)
"""What can be right about one."""
