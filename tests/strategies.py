"""Random valid profiles, drawn from the catalogue of fields; every test that needs "any patient" starts here.

A drawn profile is a document: plain values as a clinician would write them in YAML or JSON. Validity is by
construction, from the tables in data/profile, never by asking the validator.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from formulator.profile import Catalogue, Field, load_catalogue
from formulator.proof.drawn import without_impossible_pairs

Document = dict[str, Any]

HAIR_CAUSES = (
    "androgenetic",
    "telogen_effluvium",
    "deficiency",
    "alopecia_areata",
    "postpartum",
    "stress",
    "traction",
    "scarring",
    "fungal_infection",
    "drug_induced",
    "chemotherapy",
    "post_transplant",
    "unknown",
)


@st.composite
def numbers_of(draw: st.DrawFn, field: Field) -> int | float:
    """A number inside the range of a field, with at most four decimals."""
    low = field.low if field.low is not None else 0
    high = field.high if field.high is not None else 100
    if field.type == "integer":
        return draw(st.integers(int(low), int(high)))
    places = draw(st.sampled_from([0, 1, 2, 4]))
    steps = draw(st.integers(int(low * 10**places) + (1 if field.low_is_excluded else 0), int(high * 10**places)))
    return steps if places == 0 else round(steps / 10**places, places)


def flags_of(catalogue: Catalogue) -> list[str]:
    """The fields that are answered yes, no or unknown."""
    return [field.name for field in catalogue.fields.values() if field.type == "bool3"]


@st.composite
def _essentials(draw: st.DrawFn, catalogue: Catalogue) -> Document:
    fields = catalogue.fields
    concern = draw(st.sampled_from(list(fields["concern"].choices)))
    domain = draw(st.sampled_from(sorted(catalogue.concern_domains[concern])))
    causes = HAIR_CAUSES if domain == "hair" else list(fields["cause"].choices)
    document: Document = {"concern": concern, "domain": domain, "cause": draw(st.sampled_from(causes))}
    for name in ("sex", "skin_type", "site"):
        document[name] = draw(st.sampled_from(list(fields[name].choices)))
    document["age"] = draw(st.one_of(st.integers(18, 60), numbers_of(fields["age"])))
    document["phototype"] = draw(st.integers(1, 6))
    document["duration_months"] = draw(numbers_of(fields["duration_months"]))
    scales = [one for one in catalogue.scales.values() if not one.concerns or concern in one.concerns]
    scale = draw(st.sampled_from(scales))
    document["severity_scale"] = scale.name
    document["severity"] = draw(st.integers(int(scale.low * 2), int(scale.high * 2))) / 2
    for name in draw(st.sets(st.sampled_from(["cause", "sex", "age", "site", "severity", "phototype"]), max_size=2)):
        del document[name]
    return document


@st.composite
def _wishes(draw: st.DrawFn, catalogue: Catalogue, today: date) -> Document:
    start = draw(st.none() | st.integers(-30, 120))
    event = draw(st.none() | st.integers(1, 300))
    document: Document = {}
    first = max(start or 0, 0)
    if start is not None:
        document["start_date"] = (today + timedelta(days=start)).isoformat()
    if event is not None:
        document["event_date"] = (today + timedelta(days=first + event)).isoformat()
    closed = []
    for begin, length in draw(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 40)), max_size=3)):
        ends = [(today + timedelta(days=begin + step)).isoformat() for step in (0, length)]
        closed.append("..".join(ends) if length else ends[0])
    if closed:
        document["unavailable_dates"] = closed
    optional = {
        "max_sessions": st.integers(1, 30),
        "area_cm2": numbers_of(catalogue.fields["area_cm2"]),
        "jurisdiction": st.sampled_from(sorted(catalogue.jurisdictions)),
        "goal": st.sampled_from(list(catalogue.fields["goal"].choices)),
        "stocked_components": st.lists(st.sampled_from(sorted(catalogue.component_ids)), max_size=12, unique=True),
    }
    return document | draw(st.fixed_dictionaries({}, optional=optional))


@st.composite
def _flags(draw: st.DrawFn, catalogue: Catalogue) -> Document:
    """Mostly no, some yes, some unknown; in a third of the profiles everything that is not said is no."""
    names = flags_of(catalogue)
    document: Document = dict.fromkeys(names, "no") if draw(st.integers(0, 2)) == 0 else {}
    answers = st.sampled_from(["no", "no", "no", "yes", "unknown"])
    return document | draw(st.dictionaries(st.sampled_from(names), answers, max_size=10))


@st.composite
def profile_documents(draw: st.DrawFn, today: date = date(2026, 11, 25)) -> Document:
    """Any valid profile: essentials, wishes, labs and flags, in any order of keys."""
    catalogue = load_catalogue()
    document = draw(_essentials(catalogue)) | draw(_wishes(catalogue, today)) | draw(_flags(catalogue))
    for name in draw(st.sets(st.sampled_from([field.name for field in catalogue.group("lab")]), max_size=5)):
        document[name] = draw(numbers_of(catalogue.fields[name]))
    document = without_impossible_pairs(document, catalogue)
    names = draw(st.permutations(sorted(document)))
    return {name: document[name] for name in names}
