"""What a change of the knowledge does to a population: which decisions and statuses move, and because of what."""

from formulator.cohort.impact.result import Cause, Example, Impact, Move
from formulator.cohort.impact.run import Patients, impact_of
from formulator.cohort.impact.sides import Side, side_from

__all__ = ["Cause", "Example", "Impact", "Move", "Patients", "Side", "impact_of", "side_from"]
