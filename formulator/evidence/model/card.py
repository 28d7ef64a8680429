"""card.md, written from the document of the fit: headings of TRIPOD+AI (Collins 2024, BMJ 385:e078378)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from formulator.evidence.model.card_words import (
    ABSTENTION,
    CERTAINTY_RULES,
    CHOICES,
    INTENDED,
    LIMITS,
    METHOD,
    RECOVERY,
    UNCONTROLLED,
)

_ASSUMPTIONS = ("correlation 0.3", "correlation 0.7", "no borrowed SDs", "no imputed SDs")


def card_text(document: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """The whole card."""
    sections = (
        ("Title", [_title(document)]),
        ("Intended use and users", INTENDED),
        ("Source of data", _data(document, about)),
        ("Participants: who was studied", _people(document)),
        ("Outcomes", _outcomes(document)),
        ("Predictors", _predictors(document)),
        ("Sample size and missing data", _missing(document)),
        ("Model and how it was chosen", [METHOD, *_model(document), *CHOICES, *_variants(document)]),
        ("Performance: leave one study out", _performance(document)),
        ("Calibration", _calibration(document)),
        ("Simulated networks", RECOVERY),
        ("Estimates", _estimates(document)),
        ("Certainty", [*CERTAINTY_RULES, *_grades(document)]),
        ("Small-study effects", _funnels(document)),
        ("Additivity", _additivity(document)),
        ("Sensitivity to imputed numbers", _sensitivity(document)),
        ("When it gives no number", ABSTENTION),
        ("Gains without a control", UNCONTROLLED),
        ("Limits and fairness", LIMITS),
        ("Reproduction", _reproduction(about)),
    )
    text = "\n\n".join(f"## {heading}\n\n" + "\n\n".join(body) for heading, body in sections)
    return f"# Model card: the evidence model\n\n{text}\n"


def _title(document: Mapping[str, Any]) -> str:
    model = document["model"]
    return (
        "Hierarchical additive component network meta-regression of published trials of injectable and related "
        f"treatments of hair and skin: {model['contrasts']} controlled contrasts of {model['studies']} studies. "
        "It predicts what a comparable trial would find, not what a patient will gain."
    )


def _data(document: Mapping[str, Any], about: Mapping[str, Any]) -> list[str]:
    exclusions = document["exclusions"]
    kinds = [len(document[key]) for key in ("rows", "within_arm", "pooled_by_reviews")]
    designs = Counter(row["design"] for row in _one_a_study(document["rows"]))
    table = [(code, count, exclusions["meaning"][code]) for code, count in exclusions["counts"].items()]
    return [
        f"Tables of data/evidence (SHA-256 {about['data']['sha256']}), read from abstracts and registries. "
        f"{kinds[0]} controlled contrasts are fitted. {kinds[1]} gains within one arm and {kinds[2]} pooled effects of "
        "reviews are listed in the app and never fitted.",
        "Designs of the fitted studies: "
        + ", ".join(f"{name} {count}" for name, count in sorted(designs.items()))
        + ".",
        "Outcome rows that give no effect:",
        _table(("code", "rows", "meaning"), table),
    ]


def _one_a_study(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list({row["study"]: row for row in rows}.values())


def _fitted_studies(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [document["studies"][row["study"]] for row in _one_a_study(document["rows"])]


def _people(document: Mapping[str, Any]) -> list[str]:
    studies = _fitted_studies(document)
    count = len(studies)
    sex = Counter(study.get("sex", "not stated") for study in studies)
    countries = Counter(study["country"] for study in studies if "country" in study)
    ages = [float(study[c]) for study in studies for c in ("age_min", "age_max", "age_mean") if c in study]
    aged = sum(any(c in study for c in ("age_min", "age_max", "age_mean")) for study in studies)
    skin = [s for s in studies if any(w in s.get("severity", "").lower() for w in ("fitz", "phototype", "skin type"))]
    sizes = sorted(row["n"] for row in _one_a_study(document["rows"]))
    return [
        f"Sex, in studies: {', '.join(f'{name} {number}' for name, number in sorted(sex.items()))}.",
        f"Age is printed by {aged} of {count} studies; between {min(ages):g} and {max(ages):g} years."
        if ages
        else f"Age is printed by none of {count} studies.",
        f"Phototype is printed by {len(skin)} of {count} studies: whether effects differ by phototype cannot be said."
        if count
        else "",
        f"Country is printed by {sum(countries.values())} of {count} studies: "
        + ", ".join(f"{name} {number}" for name, number in countries.most_common())
        + ".",
        f"People per contrast: median {sizes[len(sizes) // 2]:g}, from {sizes[0]:g} to {sizes[-1]:g}.",
    ]


def _outcomes(document: Mapping[str, Any]) -> list[str]:
    rows = Counter(row["family"] for row in document["rows"])
    table = []
    for name, family in document["families"].items():
        sd = family["natural_sd"]
        natural = f"{sd:g} {family['natural_unit']} ({family['natural_sd_trials']} trials)" if sd else "none"
        table.append((name, family["name"], family["better"], rows[name], natural))
    return [
        "Standardised mean differences, positive where better for the patient; shares of responders are turned into "
        "them by the logistic method (Hasselblad and Hedges 1995). One SD in natural units is the median of trials.",
        _table(("family", "name", "better", "contrasts", "one SD"), table),
    ]


def _predictors(document: Mapping[str, Any]) -> list[str]:
    covariates = [(n, _number(c["mean"]), _number(c["sd"])) for n, c in document["model"]["covariates"].items()]
    body = [
        f"Components: {len(document['model']['components_over_all_cells'])}, of which "
        f"{len(document['estimable'])} are isolated by some contrast. Strata: {', '.join(document['model']['strata'])}."
    ]
    if covariates:
        body += [
            "Covariates, posterior per unit in SDs. `tested arm` is 1 for every contrast: what the arm that authors "
            "test gains whatever it holds (novelty, selection). `active comparator` is 1 where the control got an "
            "active treatment that the tested arm lacks. `small study` is sqrt(1/n1 + 1/n2), within people 1/sqrt(n).",
            _table(("covariate", "mean", "sd"), covariates),
        ]
    return body


def _missing(document: Mapping[str, Any]) -> list[str]:
    flags = Counter(flag for row in document["rows"] for flag in row["flags"])
    bases = Counter(row["basis"] for row in document["rows"])
    return [
        "No number was worked out in advance: all trials that can be used are used. What a variance rests on: "
        + ", ".join(f"{name} {count}" for name, count in sorted(bases.items()))
        + ".",
        "Assumed where not printed (contrasts): "
        + ", ".join(f"{name} {count}" for name, count in sorted(flags.items()))
        + ".",
    ]


def _model(document: Mapping[str, Any]) -> list[str]:
    model = document["model"]
    scales = [(name, _number(sd)) for name, sd in model["scales"].items()]
    df = model["heterogeneity_df"]
    tails = f"t with {df:g} degrees of freedom" if df else "normal"
    return [
        f"Heterogeneity: {tails}, squared scale {_number(model['tau2'])}. Half-normal priors of scale "
        f"{model['prior_scale']:g} SD on every scale, fixed. {model['nodes']} nodes ({model['effective_nodes']:.0f} "
        "effective).",
        _table(("part", "SD (posterior root mean square)"), scales),
    ]


def _variants(document: Mapping[str, Any]) -> list[str]:
    found = document["validation"]
    table = [
        (*_figures(name, entry), "yes" if entry["eligible"] else "no") for name, entry in found["variants"].items()
    ]
    meanings = [f"- `{name}`: {entry['meaning']}" for name, entry in found["variants"].items()]
    nested = found["choice_without_the_left_out_study"]
    return [
        f"Rule: {found['rule']} Chosen: `{found['chosen']}`.",
        "\n".join(meanings),
        _table((*_HEAD, "eligible"), table),
        "What the choice costs: choosing for each study by all other studies gives a log score of "
        f"{nested['log_score']:.3f} and covers {nested['coverage']['80']:.1%} at 80 %.",
    ]


_HEAD = ("", "50 %", "80 %", "95 %", "log score", "CRPS", "RMSE")


def _figures(name: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    coverage = (f"{entry['coverage'][level]:.1%}" for level in ("50", "80", "95"))
    return (name, *coverage, *(f"{entry[key]:.3f}" for key in ("log_score", "crps", "rmse")))


def _performance(document: Mapping[str, Any]) -> list[str]:
    found = document["validation"]
    model = found["variants"][found["chosen"]]
    entries = {"model": model, **found["baselines"]}
    by_study = {name: entry["by_study"] for name, entry in entries.items()}
    return [
        f"{model['effects']} effects of {model['studies']} studies, each predicted from all others. The interval "
        "is that of what a trial prints: average effect, heterogeneity, sampling error. Log score: higher is better; "
        "CRPS and RMSE in SDs: lower is better.",
        _table(_HEAD, [_figures(name, entry) for name, entry in entries.items()]),
        "The same, every study weighing the same:",
        _table(_HEAD, [_figures(name, entry) for name, entry in by_study.items()]),
        *_verdicts(model, found["baselines"]),
    ]


def _verdicts(model: Mapping[str, Any], baselines: Mapping[str, Any]) -> list[str]:
    worse = [name for name, entry in baselines.items() if entry["log_score"] >= model["log_score"]]
    margins = [f"{name} by {model['log_score'] - entry['log_score']:.3f}" for name, entry in baselines.items()]
    first = (
        f"The model does NOT beat {', '.join(worse)} on log score."
        if worse
        else f"The model beats every baseline on log score: {', '.join(margins)} per effect."
    )
    share = model["by_study"]["coverage"]["80"]
    target = "inside" if 0.72 <= share <= 0.88 else "OUTSIDE"
    return [f"{first} The 80 % interval covers {share:.1%} of left-out studies, {target} the target of 72 to 88 %."]


def _calibration(document: Mapping[str, Any]) -> list[str]:
    curves = document["validation"]["curve"]
    names = list(curves)
    rows = [
        (f"{points[0]['level']:.0%}", *(f"{point['effects']:.1%}" for point in points))
        for points in zip(*curves.values(), strict=True)
        if round(points[0]["level"] * 100) % 10 == 0 or points[0]["level"] >= 0.95
    ]
    return [
        "Share of left-out effects inside the central interval of each level (the data of the plot are in "
        "evidence.json, validation.curve):",
        _table(("interval", *names), rows),
    ]


def _estimates(document: Mapping[str, Any]) -> list[str]:
    rows = [
        (cell["indication"], cell["family"], name, entry["studies"], f"{entry['patients']:.0f}", entry["certainty"],
         f"{entry['strength']['size']}, {entry['strength']['direction']}")
        for cell in document["cells"]
        for name, entry in cell["components"].items()
        if "certainty" in entry
    ]  # fmt: skip
    head = ("indication", "family", "component", "studies", "people", "certainty", "strength")
    return [
        "Cells of indication and family with a controlled trial of the component; effects and intervals are in "
        "evidence.json and in the app. Strength is the size of the average "
        "effect and its direction, apart from certainty.",
        _table(head, rows),
    ]


def _grades(document: Mapping[str, Any]) -> list[str]:
    entries = [entry for cell in document["cells"] for entry in cell["components"].values()]
    counts = Counter(entry["certainty"] for entry in entries if "certainty" in entry)
    listed = ", ".join(f"{g.replace('_', ' ')} {counts[g]}" for g in ("high", "moderate", "low", "very_low"))
    apart = sum("certainty" not in entry for entry in entries)
    return [f"Grades of the cells: {listed}; {apart} more are tested but not isolated, and get no estimate."]


def _funnels(document: Mapping[str, Any]) -> list[str]:
    rows = [
        (f["family"], f["studies"], _number(f["slope"]), _number(f["p"]), f["sentence"]) for f in document["funnels"]
    ]
    return [
        "Effect regressed on sqrt(1/n1 + 1/n2) in each family (Egger 1997; predictor of Pustejovsky and Rodgers 2019).",
        _table(("family", "studies", "slope", "p", "in words"), rows),
    ]


def _additivity(document: Mapping[str, Any]) -> list[str]:
    rows = [(a["family"], a["studies"], _number(a["q"]), a["df"], _number(a["p"])) for a in document["additivity"]]
    return [
        "Q of the additive model minus that of the full network, at tau2 = 0, so that plain heterogeneity counts "
        "against additivity too. Without degrees of freedom the trials cannot test it: it is then an assumption.",
        _table(("family", "studies", "Q", "df", "p"), rows),
    ]


def _sensitivity(document: Mapping[str, Any]) -> list[str]:
    entries = document["sensitivity"]
    shifts = [(name, [abs(entry[name] - entry["as fitted"]) for entry in entries]) for name in _ASSUMPTIONS]
    overall = [(name, f"{sorted(values)[len(values) // 2]:.3f}", f"{max(values):.3f}") for name, values in shifts]
    main = [entry for entry in entries if document["indications"].get(entry["indication"]) == entry["family"]]
    rows = [
        (e["indication"], e["component"], *(f"{e[name]:.2f}" for name in ("as fitted", *_ASSUMPTIONS))) for e in main
    ]
    return [
        "Average effects (SDs, with the tested arm's gain) under other assumptions. As fitted: correlation 0.5 of "
        "times and sides where none is printed; SDs borrowed from other trials of the outcome where none is printed. "
        "`no borrowed SDs` reads such trials by another printed figure if there is one; `no imputed SDs` drops them.",
        _table(("assumption", "median change", "largest change"), overall),
        _table(("indication", "component", "as fitted", *_ASSUMPTIONS), rows),
    ]


def _reproduction(about: Mapping[str, Any]) -> list[str]:
    packages = ", ".join(f"{name} {number}" for name, number in about["packages"].items())
    return [
        f"`formulator train` writes this card with the model. formulator {about['formulator']}, knowledge "
        f"{about['knowledge_version']}, {packages}. The same data give the same bytes of evidence.json; the hashes "
        "are in manifest.json."
    ]


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.3g}"


def _table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in lines)
