"""Two concerns of one patient, such as hair and skin: each answered on its own facts, on days of its own.

Every session lies on another day than those of the other concern, so a limit of dose a session holds for both without
being counted twice. What one profile knows about the person and the other does not is taken over; contradictions are
refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from formulator.engine.answer import PlannedWashout, Recommendation, Session
from formulator.engine.recommend import recommend
from formulator.evidence.answer import EvidenceModel
from formulator.faults import Fault, FaultsFound, Place, shown
from formulator.knowledge import Knowledge
from formulator.profile import Catalogue, Profile, Value, profile_from_mapping

_OF_THE_PERSON = frozenset(("condition", "allergy", "medication", "lab"))
_ESSENTIAL_OF_THE_PERSON = frozenset(("sex", "age", "phototype"))
_OF_THE_CONCERN = frozenset(
    (
        "active_infection_site",
        "active_dermatitis_site",
        "malignancy_site",
        "permanent_filler_site",
        "recent_filler_site",
        "recent_botulinum_site",
        "recent_peel_or_laser",
        "raised_scar",
        "sudden_onset",
        "complete_loss",
        "suspicious_pigmented_lesion",
        "skin_laxity_marked",
    )
)
UNAVAILABLE = "unavailable_dates"


@dataclass(frozen=True, slots=True)
class Together:
    """The answers in the order of the profiles, and all sessions in order of date, each with its answer's place."""

    answers: tuple[Recommendation, ...]

    def sessions(self) -> list[tuple[int, Session]]:
        """Every session with the place of its answer, in order of date."""
        found = [(place, one) for place, answer in enumerate(self.answers) for one in _sessions(answer)]
        return sorted(found, key=lambda pair: (pair[1].date, pair[0]))

    def washouts(self) -> tuple[PlannedWashout, ...]:
        """The pauses of both plans, to be read as one: where they overlap the longer one counts."""
        return tuple(one for answer in self.answers if answer.plan for one in answer.plan.washouts)


def recommend_together(
    profiles: Sequence[Profile], knowledge: Knowledge, today: date, model: EvidenceModel | None = None
) -> Together:
    """Answers for several concerns of one patient; the first profile chooses its days first.

    Raises FaultsFound where two profiles contradict each other about the person.
    """
    shared = _shared_facts(profiles, knowledge.catalogue)
    answers: list[Recommendation] = []
    for profile in profiles:
        taken = [one.date for answer in answers for one in _sessions(answer)]
        answers.append(recommend(_completed(profile, shared, taken, knowledge.catalogue), knowledge, today, model))
    return Together(tuple(answers))


def _sessions(answer: Recommendation) -> tuple[Session, ...]:
    return answer.plan.sessions if answer.plan else ()


def about_the_person(name: str, catalogue: Catalogue) -> bool:
    """Whether a field says the same about a person whatever the concern."""
    field = catalogue.fields[name]
    shared = field.group in _OF_THE_PERSON or name in _ESSENTIAL_OF_THE_PERSON
    return shared and name not in _OF_THE_CONCERN


def _shared_facts(profiles: Sequence[Profile], catalogue: Catalogue) -> dict[str, Value]:
    known: dict[str, Value] = {}
    faults = []
    for number, profile in enumerate(profiles, start=1):
        for name, value in profile.values.items():
            if not about_the_person(name, catalogue):
                continue
            if known.setdefault(name, value) != value:
                problem = f"Profile {number} says {shown(value)}, an earlier one {shown(known[name])}."
                place = profile.places.get(name, Place())
                faults.append(Fault(place, name, problem, "the same person in every profile"))
    if faults:
        raise FaultsFound(faults)
    return known


def _completed(profile: Profile, shared: Mapping[str, Value], taken: Iterable[date], catalogue: Catalogue) -> Profile:
    """The profile with what the others know about the person, and with the days that they have taken ruled out.

    It is validated again, because two possible profiles can make an impossible one.
    """
    values = {**shared, **profile.values}
    unknown = profile.asked_unknown - frozenset(values)
    document = Profile(values, unknown).plain()
    ruled_out = [day.isoformat() for day in taken]
    if ruled_out:
        document[UNAVAILABLE] = [*document.get(UNAVAILABLE, []), *ruled_out]
    return profile_from_mapping(document, "profiles together", catalogue)
