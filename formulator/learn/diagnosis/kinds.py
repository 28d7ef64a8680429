"""What feedback can say: every kind of mistake and of right step, with its name and what it means, gravest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from formulator.learn.diagnosis.remark import Skill

Topic = Literal["decision", "known", "cause", "choice", "exclusion", "mixture", "dose", "evidence", "claim", "course"]
"""What a remark is about: about one subject of one topic the gravest remark stands alone."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of remark: its name in plain words, one sentence that explains it, the skill, and what it is about."""

    id: str
    name: str
    explains: str
    skill: Skill
    topic: Topic


_MISTAKES = (
    Kind(
        "missed_red_flag",
        "Red flag or prohibition missed",
        "A fact of this patient calls for a referral or forbids treatment, and you decided on more than it allows.",
        "safety",
        "decision",
    ),
    Kind(
        "treated_before_work_up",
        "Treated before what comes first",
        "Something must be measured, treated or over before anything is injected, and the decision did not wait.",
        "safety",
        "decision",
    ),
    Kind(
        "nothing_to_inject",
        "Treated although nothing suits",
        "Nothing that may be injected has support for this patient, and the decision was to treat.",
        "safety",
        "decision",
    ),
    Kind(
        "over_caution",
        "Too cautious",
        "The rules allow more than was decided, and the patient would go without what helps.",
        "safety",
        "decision",
    ),
    Kind(
        "contraindication_overlooked",
        "Contraindication overlooked",
        "A chosen component is excluded for this patient, or must wait until something is settled.",
        "safety",
        "choice",
    ),
    Kind(
        "unlawful_as_ordinary",
        "Barred product taken as ordinary",
        "A chosen product is barred by law here, or has no place in anybody's skin.",
        "safety",
        "choice",
    ),
    Kind(
        "dose_beyond_limit",
        "Beyond a limit",
        "A dose, a volume or a strength lies above the highest that a source allows or has published.",
        "formulation",
        "dose",
    ),
    Kind(
        "wrong_cause",
        "Another cause",
        "The cause that was named is not the one that the findings tell.",
        "diagnosis",
        "cause",
    ),
    Kind(
        "decided_without_knowing",
        "Decided without knowing",
        "A finding that the decision rests on was never asked for: even a right decision was then luck.",
        "diagnosis",
        "known",
    ),
    Kind(
        "wrong_first_step",
        "Something else comes first",
        "It is right to wait, but what was named is not what the treatment waits for.",
        "diagnosis",
        "course",
    ),
    Kind(
        "unsafe_mixture",
        "Unsafe mixture",
        "Two components share a syringe or a session although they do not mix, or nobody has shown that they do.",
        "formulation",
        "mixture",
    ),
    Kind(
        "over_treatment",
        "More than is needed",
        "More components than one session should hold.",
        "formulation",
        "decision",
    ),
    Kind(
        "right_component_wrong_cause",
        "Right component, wrong cause",
        "The component has its place with another cause of the same complaint, not with this one.",
        "formulation",
        "choice",
    ),
    Kind(
        "no_indication",
        "Nothing speaks for it",
        "The component is permitted, but no rule speaks for it here or its limits outweigh what does.",
        "formulation",
        "choice",
    ),
    Kind(
        "false_exclusion",
        "Excluded without reason",
        "A component that may be used here was ruled out.",
        "safety",
        "choice",
    ),
    Kind(
        "missed_main_part",
        "Main part missed",
        "A main part of the answer was not named.",
        "formulation",
        "choice",
    ),
    Kind(
        "wrong_reason",
        "Right exclusion, wrong reason",
        "It is right to leave it out, but the fact that was named is not what forbids it.",
        "safety",
        "exclusion",
    ),
    Kind(
        "cannot_be_given",
        "Cannot be given here",
        "The component would fit, but a wish of the patient or of the clinic keeps it out.",
        "formulation",
        "choice",
    ),
    Kind(
        "role_misjudged",
        "Role misjudged",
        "An option was taken as a main part, or a main part as a mere option.",
        "formulation",
        "choice",
    ),
    Kind(
        "evidence_overrated",
        "Evidence overrated",
        "The evidence for a component was graded above what the trials carry.",
        "evidence",
        "evidence",
    ),
    Kind(
        "evidence_underrated",
        "Evidence underrated",
        "The evidence for a component was graded below what the trials carry.",
        "evidence",
        "evidence",
    ),
    Kind(
        "marketing_claim_believed",
        "Marketing claim believed",
        "A claim was taken as true that the sources contradict.",
        "evidence",
        "claim",
    ),
    Kind(
        "sound_claim_doubted",
        "Sound claim doubted",
        "A claim was doubted on which the answer for this patient itself rests.",
        "evidence",
        "claim",
    ),
    Kind(
        "schedule_out_of_range",
        "Schedule outside the published range",
        "Sessions, interval or reassessment lie outside what was published for this course.",
        "schedule",
        "course",
    ),
    Kind(
        "needless_tests",
        "More tests than needed",
        "The work-up cost far more than the findings that this decision needs.",
        "diagnosis",
        "known",
    ),
    Kind(
        "less_than_best",
        "Less than the best formulation",
        "Another permitted formulation scores more, and trials or rules tell the two apart.",
        "formulation",
        "course",
    ),
)

_RIGHT = (
    Kind(
        "right_decision",
        "Right decision",
        "The decision is the one that the rules lead to.",
        "safety",
        "decision",
    ),
    Kind("right_cause", "Right cause", "The cause is the one that the findings tell.", "diagnosis", "cause"),
    Kind(
        "needed_finding_asked",
        "Needed finding asked for",
        "A finding without which nobody should decide was asked for first.",
        "diagnosis",
        "known",
    ),
    Kind(
        "right_first_step",
        "Right first step",
        "What must be settled before the first session was named.",
        "diagnosis",
        "course",
    ),
    Kind(
        "rightly_excluded",
        "Rightly excluded",
        "The component was ruled out for the fact that forbids it.",
        "safety",
        "exclusion",
    ),
    Kind("component_right", "Component right", "A chosen component has its place here.", "formulation", "choice"),
    Kind(
        "mixture_safe",
        "Mixture safe",
        "Two components that share a syringe are known to mix.",
        "formulation",
        "mixture",
    ),
    Kind(
        "dose_within_limit", "Dose within its limit", "The dose keeps the limit of its source.", "formulation", "dose"
    ),
    Kind(
        "schedule_in_range",
        "Schedule in range",
        "Sessions, interval and reassessment keep to what was published.",
        "schedule",
        "course",
    ),
    Kind(
        "grade_right",
        "Evidence graded right",
        "The certainty is the one that the sources carry.",
        "evidence",
        "evidence",
    ),
    Kind(
        "claim_weighed_right",
        "Claim weighed right",
        "A contradicted claim was doubted, or a sound one taken up.",
        "evidence",
        "claim",
    ),
    Kind(
        "as_good_as_best",
        "As good as the best",
        "No other permitted formulation can be told apart as better.",
        "formulation",
        "course",
    ),
)

MISTAKES: dict[str, Kind] = {one.id: one for one in _MISTAKES}
RIGHT: dict[str, Kind] = {one.id: one for one in _RIGHT}
KINDS: dict[str, Kind] = MISTAKES | RIGHT
"""Every kind by id; mistakes first, gravest first, then what can be right."""
