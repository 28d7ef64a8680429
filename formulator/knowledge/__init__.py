"""data/ read into immutable objects, checked, hashed."""

from formulator.knowledge.base import Knowledge
from formulator.knowledge.load import load_knowledge

__all__ = ["Knowledge", "load_knowledge"]
