"""Profile and Knowledge in, Recommendation out: pure functions, one step a file.

facts -> findings -> assess (arguments, statuses) -> estimate -> decide -> plan -> compose -> questions -> surroundings,
put in a row by recommend.
"""

from formulator.engine.answer import Argument, ComponentAnswer, Plan, Recommendation
from formulator.engine.ranking import Preferences
from formulator.engine.recommend import recommend

__all__ = ["Argument", "ComponentAnswer", "Plan", "Preferences", "Recommendation", "recommend"]
