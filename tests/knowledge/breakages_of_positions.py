"""Ways to break positions of disagreements, and what can be changed."""

from __future__ import annotations

from tests.knowledge.breaking import Breakage, added, in_item, swap

OF_POSITIONS: tuple[Breakage, ...] = (
    Breakage(
        "position that means nothing for the plan and does not say why",
        "disagreements.yaml",
        in_item("scalp_needle_length", r", sets: \[.*?\}\]", ""),
        ("scalp_needle_length", "exactly one of number, sets, no_plan"),
    ),
    Breakage(
        "position with a setter and a reason why there is none",
        "disagreements.yaml",
        in_item("scalp_needle_length", "sets: ", 'no_plan: "None follows.", sets: '),
        ("scalp_needle_length", "exactly one of number, sets, no_plan"),
    ),
    Breakage(
        "setter of no kind",
        "disagreements.yaml",
        in_item("scalp_needle_length", "technique: microneedling_scalp", "needle: microneedling_scalp"),
        ("scalp_needle_length", "a setter names one of"),
    ),
    Breakage(
        "setter of a rule that does not exist",
        "disagreements.yaml",
        in_item("injectable_minoxidil", "rule: injected_minoxidil_women", "rule: injected_minoxidil_woman"),
        ("injectable_minoxidil", "the rule 'injected_minoxidil_woman' is not defined"),
    ),
    Breakage(
        "setter of a course that the component does not have",
        "disagreements.yaml",
        in_item("prp_course_hair", "component: prp", "component: biotin"),
        ("biotin has no course of its own",),
    ),
    Breakage(
        "rule that speaks for its subject and is told to forbid",
        "disagreements.yaml",
        in_item("oral_minoxidil_japan_canada", "becomes: off", "becomes: do_not_treat"),
        ("oral_minoxidil_where_topical_fails speaks for its subject",),
    ),
    Breakage(
        "position marked as used that the course no longer follows",
        "protocols/aga_male.yaml",
        swap("interval_days: {low: 14, high: 42, used: 30", "interval_days: {low: 14, high: 42, used: 28"),
        ("monthly better than three-monthly", "marked as used, but it changes"),
        has_line=False,
    ),
    Breakage(
        "position that is followed and not marked",
        "disagreements.yaml",
        in_item("scalp_needle_length", "used: yes, sets", "sets"),
        ("0.6 mm tends to beat 1.2 mm", "changes nothing", "not marked as used"),
    ),
    Breakage(
        "days for a blood thinner that only its prescriber may pause",
        "disagreements.yaml",
        in_item("anticoagulants_stop_or_continue", "continues: yes", 'stop_days_before: 3, text: "Stop it."'),
        ("anticoagulant_keep_going", "only the prescriber"),
    ),
    Breakage(
        "position that raises a ceiling of a dose",
        "disagreements.yaml",
        in_item("dutasteride_dose", "high: 0.02", "high: 1"),
        ("dutasteride_published", "raises a ceiling"),
    ),
    Breakage(
        "other days for a pause without the sentence that says them",
        "disagreements.yaml",
        in_item("nsaid_washout", r', text: ".*?"', ""),
        ("nsaid_washout: 48 hours", "other days need text"),
    ),
    Breakage(
        "number in a position of a topic",
        "disagreements.yaml",
        in_item("scalp_needle_length", r"sets: \[\{.*?\}\]", "number: 0.6"),
        ("scalp_needle_length", "number belongs to the positions of a threshold"),
    ),
    Breakage(
        "disputed threshold whose own number is nobody's position",
        "thresholds/hair.yaml",
        in_item("zinc_low", "value: 70$", "value: 65"),
        ("zinc_low", "no position has the number that is used"),
    ),
    Breakage(
        "position of a threshold that is marked as used",
        "thresholds/hair.yaml",
        in_item("zinc_low", "number: 70", "used: yes, number: 70"),
        ("zinc_low", "do not mark it"),
    ),
    Breakage("age that may be changed", "profile/changeable.csv", added("age,timing,,\n"), ("age",), has_line=False),
    Breakage(
        "change to no value of the field",
        "profile/changeable.csv",
        swap("^nsaid,medicine,no;yes", "nsaid,medicine,never"),
        ("nsaid", "never"),
        has_line=False,
    ),
)
