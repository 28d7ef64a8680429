"""The parts of the card that do not depend on the fit."""

from __future__ import annotations

INTENDED = [
    (
        "Education and exploration for qualified clinicians and supervised trainees. It orders and quantifies what "
        "the rules permit; it never overrules a rule, and an excluded component is never estimated into an answer."
    ),
    (
        "Not for: choosing a treatment without the rules, predicting one patient, comparing products of one "
        "component, or claims to patients."
    ),
]
METHOD = (
    "The effect of a contrast is the sum of the effects of the components that differ, each with a deviation by "
    "outcome family and by indication, so that a sparse cell shrinks towards what is known elsewhere and stays "
    "wider; plus covariates, study heterogeneity (correlated 0.5 within a study) and sampling error of known "
    "variance. Contrasts that share a control arm share its error; other outcomes of the same people are taken "
    "to correlate 0.5 (same arms) or 0.25. The scales are integrated out over 64 deterministic nodes. A study "
    "of several indications counts under its first in the fit and is listed under each."
)
CHOICES = [
    (
        "How the choice was made: before this list was fixed, about twenty combinations of strata and covariates "
        "(also within-person design, randomisation, responder counts, standard error) were looked at on the same "
        "leave-one-out folds; randomisation, within-person design and counts gained nothing, and the standard error "
        "was left out although it gained most, because it grows with the effect that it would predict. The variants "
        "below were then written down and one was taken by the rule alone. The figures are therefore a little kind "
        "to the chosen variant; the spread among the variants shows by how much at most."
    ),
]
RECOVERY = [
    (
        "200 simulated networks with known effects (tests/evidence/test_recovery.py, slow; last run 25 Nov 2026): "
        "95 % intervals of component effects cover 95.3 % (40 studies, tau2 0.05), 96.6 % (tau2 0) and 96.6 % (15 "
        "studies); mean tau2 0.0455 of 0.05; additivity rejected in 5.5 % where it holds; intervals for the effect "
        "in new studies cover 49.7, 80.2 and 95.1 % at 50, 80 and 95 %."
    ),
]
CERTAINTY_RULES = [
    (
        "Rules after GRADE, applied by the program to what the tables hold; no person has judged the trials one by "
        "one. Start: high where at least half of the patients were randomised, else low. One level down for each "
        "of: under three quarters of patients randomised (risk of bias); fewer than three randomised studies that "
        "state blinding (risk of bias); I2 of at least 50 % among the studies that test the component alone, or "
        "fewer than three such studies (inconsistency); fewer than 400 patients (imprecision); fewer than 100, or a "
        "95 % interval of the average that includes no effect (imprecision); no inert or same-background "
        "comparator, or not isolated by the trials of the cell (indirectness); a funnel test with p < 0.10 and ten "
        "studies or more where small trials find more, or, with fewer, no trial of 100 patients (publication bias). "
        "Never below very low. A mixture takes the lowest grade of its parts, one lower where no trial gave just "
        "this mixture."
    ),
]
ABSTENTION = [
    (
        "`out_of_scope`: the indication or component is not in the model. `not_estimable`: no contrast isolates the "
        "component from what was given with it. `too_little_evidence`: no controlled trial in the indication, or a "
        "single one of very low certainty. `outside_studied_range`: the patient's sex or age, or the number of "
        "sessions, lies outside what was studied. Otherwise `estimated`."
    ),
]
UNCONTROLLED = [
    (
        "Control arms improve too (saline scalps gained 15 hairs/cm2 beside PRP's 20). Gains within one arm are "
        "kept apart, labelled, and never fitted or shown as an effect of treatment."
    ),
]
LIMITS = [
    (
        "Most trials are small, many are not randomised or do not state blinding, and most were read from "
        "abstracts. Doses and techniques of one component are pooled. Trials of 32 or so within-person designs "
        "print no correlation of the sides."
    ),
    (
        "Calibration holds on average over studies like these; it promises nothing for one indication, one "
        "component or the next patient. Some trials disagree beyond any model (scar scores of microneedling with "
        "PRP or insulin): the heavy tails keep them from dominating, they do not explain them. Spread by indication "
        "differs more than the model says, which assumes one heterogeneity for all."
    ),
    (
        "Studies seldom say which phototypes they held, women dominate melasma and men pattern hair loss, and half "
        "of the known countries are in Asia: the model cannot show whether effects differ between these groups."
    ),
    (
        "The effect of an arm holds what any tested arm gains (novelty, expectation, selective publication) as far "
        "as head-to-head trials and trial sizes reveal it, and therefore foretells what a trial would print rather "
        "than what is true."
    ),
]
