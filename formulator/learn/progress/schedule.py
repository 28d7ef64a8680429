"""When a missed lesson comes back: py-fsrs, two grades, no chance.

Missed is Again, handled right is Good. Steps of minutes are left out, because a lesson comes back in another case on
another day; the longest interval is a year. A lesson has a card from the first time that it is missed: whoever never
missed a rule need not be asked about it again. What was handled right before still counts, as the whole log of reviews
is replayed in the order of time; so the same reviews give the same card, on whichever machine they were made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping
from datetime import timedelta

from fsrs import Card, Rating, Scheduler

from formulator.learn.diagnosis.remark import Feedback, Lesson
from formulator.learn.progress.records import ReviewRecord

RETENTION = 0.9
"""The share of lessons that should still be remembered when they come back: py-fsrs's own default."""
LONGEST = timedelta(days=365)
MOST_NEW = 8
"""So many lessons that were never missed before may begin to come back after one case."""
SCHEDULER = Scheduler(
    desired_retention=RETENTION,
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=LONGEST.days,
    enable_fuzzing=False,
)


def card_number(lesson: str) -> int:
    """The id of a lesson's card, from its key alone; below 2**48, so that any reader of JSON keeps it exact."""
    return int.from_bytes(hashlib.sha256(lesson.encode()).digest()[:6], "big")


def card_after(lesson: str, reviews: Iterable[ReviewRecord]) -> Card | None:
    """The card of a lesson after all its reviews, whatever their order; None while it was never missed."""
    ordered = sorted(reviews, key=lambda one: (one.at, one.id))
    if all(one.remembered for one in ordered):
        return None
    card = Card(card_id=card_number(lesson), due=ordered[0].at)
    for one in ordered:
        card, _ = SCHEDULER.review_card(card, Rating.Good if one.remembered else Rating.Again, one.at)
    return card


def grades(feedback: Feedback, at_stake: Iterable[Lesson], coming_back: Container[str] = ()) -> Mapping[str, bool]:
    """Each lesson of a decision and whether it was remembered: a mistake outweighs what was right about the same.

    A lesson that the case is about and that no mistake names was remembered. Of the missed ones those that come back
    already count again, and of the new ones the gravest `MOST_NEW`: a careless decision does not fill a year.
    """
    remembered = dict.fromkeys([one.key for one in at_stake] + [one.lesson.key for one in feedback.right], True)
    missed = list(dict.fromkeys(one.lesson.key for one in feedback.mistakes))
    new = [key for key in missed if key not in coming_back]
    kept = [key for key in missed if key in coming_back or key in new[:MOST_NEW]]
    right = {key: True for key in remembered if key not in missed}
    return {**right, **dict.fromkeys(kept, False)}
