"""data/ read into immutable objects, checked, hashed."""

from formulator.knowledge.base import Knowledge
from formulator.knowledge.cache import ready_knowledge
from formulator.knowledge.load import load_knowledge

__all__ = ["Knowledge", "load_knowledge", "ready_knowledge"]
