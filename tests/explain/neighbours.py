"""Pairs of random profiles that differ in a few fields."""

from __future__ import annotations

from hypothesis import strategies as st

from formulator.profile import load_catalogue
from tests.samples import THINNING_MAN
from tests.strategies import Document, profile_documents, without_impossible_pairs

MAN: Document = {**THINNING_MAN, "area_cm2": 100}
WOMAN: Document = {**MAN, "sex": "female", "severity_scale": "ludwig", "severity": 2, "pregnancy": "no"}
_LINKED = {"domain", "concern", "severity_scale", "severity", "start_date", "event_date"}


@st.composite
def neighbours(draw: st.DrawFn, most: int = 3) -> tuple[Document, Document]:
    """A random profile and the same one with up to `most` fields of another random profile."""
    one, other = draw(profile_documents()), draw(profile_documents())
    taken = draw(st.lists(st.sampled_from(sorted(other.keys() - _LINKED)), max_size=most, unique=True))
    changed = {**one, **{name: other[name] for name in taken}}
    return one, without_impossible_pairs(changed, load_catalogue())
