"""Valid texts to be damaged, cut from the shipped data so that one input takes milliseconds."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from functools import cache
from pathlib import Path

from formulator.profile import load_catalogue
from formulator.strict_yaml import read_yaml
from tests.conftest import CHECKOUT

DATA = CHECKOUT / "data"
_ITEMS_KEPT = 2
_STUDIES_KEPT = 3
_SOURCES_CITED = re.compile(r"sources:\s*\[[^\]]*\]")
_LIST_FILES = (
    "rules/phototype.yaml", "rules/safety/bleeding.yaml", "rules/components/dutasteride_and_finasteride.yaml",
    "thresholds/hair.yaml", "profile/derived.yaml", "groups.yaml", "techniques.yaml", "care/before.yaml",
    "care/after.yaml", "care/expect.yaml", "care/side_effects.yaml", "care/emergency.yaml", "washouts.yaml",
    "planning.yaml", "disagreements.yaml", "compatibility/pairs.yaml", "sources/claims.yaml",
)  # fmt: skip
_WHOLE_FILES = ("knowledge.yaml", "composition.yaml", "components/saline.yaml", "components/prp.yaml",
                "indications/aga_male.yaml", "protocols/aga_male.yaml")  # fmt: skip


@cache
def profiles() -> tuple[str, ...]:
    """Profiles in YAML and in JSON: the example patients, units, dates, lists."""
    documents = [read_yaml(path.read_text(encoding="utf-8"), path.name).plain()["profile"] for path in examples()]
    full = {
        "domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "age": "41",
        "ferritin": "44.9 pmol/L", "zinc": "10 \u00b5mol/L", "hba1c": "42 mmol/mol", "weight_kg": "176 lb",
        "stocked_components": ["prp", "minoxidil"], "jurisdiction": "FR", "start_date": "2026-12-01",
        "event_date": "2027-06-01",
        "unavailable_dates": ["2026-12-24..2027-01-02", {"from": "2027-02-01", "to": "2027-02-05"}],
        "anticoagulant": "unknown", "haemophilia": "no", "max_sessions": "6",
    }  # fmt: skip
    documents.append(full)
    written = [json.dumps(one, indent=1) for one in documents]
    return (*written, *("".join(f"{key}: {json.dumps(value)}\n" for key, value in one.items()) for one in documents))


def examples() -> list[Path]:
    """The files of the example patients."""
    return sorted((DATA / "examples").glob("*.yaml"))


@cache
def words() -> tuple[str, ...]:
    """Words that mean something in a profile or a condition."""
    catalogue = load_catalogue()
    choices = {choice for field in catalogue.fields.values() for choice in field.choices}
    more = ("all", "any", "not", "at_least", "below", "known", "always", "profile", "items", "sources", "when", "id")
    return (*catalogue.fields, *sorted(choices), *sorted(catalogue.component_ids)[:20], *more)


def small_knowledge(folder: Path) -> dict[str, str]:
    """A small knowledge base in the folder; its files by name. It is whole in kind, not in references: never sound."""
    shutil.copytree(DATA / "profile", folder / "profile")
    texts = {name: (DATA / name).read_text(encoding="utf-8") for name in _WHOLE_FILES}
    texts |= {name: _first_items((DATA / name).read_text(encoding="utf-8")) for name in _LIST_FILES}
    sources = json.loads((DATA / "sources" / "sources.json").read_text(encoding="utf-8"))
    texts = {name: _SOURCES_CITED.sub("sources: [document_a]", text) for name, text in texts.items()}
    known = [one for one in sources if one["id"] == "document_a"]
    dated = [one for one in sources if "issued" in one and "author" in one]
    texts["sources/sources.json"] = json.dumps([*known, *dated[:3]], indent=1)
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    tables = {f"profile/{path.name}": path.read_text(encoding="utf-8") for path in (DATA / "profile").glob("*.csv")}
    return dict(sorted((texts | tables).items()))


def _first_items(text: str) -> str:
    head, *rest = text.split("\n  - ")
    return "\n  - ".join([head, *rest[:_ITEMS_KEPT]]) + "\n"


@cache
def conditions() -> tuple[str, ...]:
    """Conditions in every form that the format page shows."""
    return (
        "always\n",
        "{haemophilia: yes}\n",
        "indication: [aga_male, aga_female]\nferritin: {below: ferritin_low_loose}\n",
        "all:\n  - {sex: female}\n  - any: [{age: {at_least: adult_age}}, {pregnancy: {known: no}}]\n"
        "  - not: {phototype: [5, 6]}\n",
        '{"any": [{"not": {"not": {"smoking": "yes"}}}, {"severity_band": ["mild", "severe"]}]}\n',
    )


@cache
def links() -> tuple[str, ...]:
    """Query strings of shared links."""
    return (
        "concern=hair_thinning&cause=androgenetic&sex=male&phototype=4&site=scalp&knowledge=2026.11.1",
        "condition_yes=haemophilia&condition_yes=smoking&medication_no=anticoagulant&jurisdiction=FR",
        "allergy_unknown=lidocaine_allergy&goal=event&needle_aversion=yes&skin_type=oily&severity_scale=norwood",
        "concern=pigmentation&concern=acne_scars&allergy_yes=lidocaine_allergy&allergy_no=lidocaine_allergy",
    )


def small_evidence(folder: Path) -> dict[str, str]:
    """A few studies with their vocabulary in the folder; its tables by name."""
    kept = set(_kept_studies())
    texts = {}
    for path in sorted((DATA / "evidence").glob("*.csv")):
        texts[path.name] = _rows_of(path, kept)
        (folder / path.name).write_text(texts[path.name], encoding="utf-8")
    return {name: text for name, text in texts.items() if name not in ("adverse_events.csv", "corrections.csv")}


def _kept_studies() -> list[str]:
    with (DATA / "evidence" / "arms.csv").open(encoding="utf-8", newline="") as stream:
        found = [row["study_id"] for row in csv.DictReader(stream)]
    return list(dict.fromkeys(found))[:: max(len(set(found)) // _STUDIES_KEPT, 1)]


def _rows_of(path: Path, kept: set[str]) -> str:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    columns = [header.index(name) for name in ("study_id", "study_a", "study_b") if name in header]
    chosen = [row for row in rows if all(row[column] in kept for column in columns)]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *chosen])
    return out.getvalue()


@cache
def contrast_tables() -> tuple[str, ...]:
    """Tables of contrasts for the network command."""
    header = "id,treat1,treat2,estimate,se\n"
    return (
        header + "a,PRP + Minoxidil,Placebo,0.5,0.2\nb,PRP,Placebo,0.4,0.1\nc,Minoxidil,Placebo,0.30,0.15\n",
        "se,estimate,treat2,treat1,id,note\n0.2,-1e-1,\"Pla, cebo\",PRP,1,x\n0.2,.5,Placebo,PRP,2,\n",
    )  # fmt: skip


@cache
def options() -> tuple[str, ...]:
    """Texts of the command line: date, zone, technique, estimate, reference, one a line."""
    return (
        "2026-11-25\nEurope/Paris\nnappage\ncautious\ncase 7\n",
        "2000-01-01\nUTC\npoint_by_point\nmean\n\n",
        "2199-12-31\nAmerica/Argentina/Buenos_Aires\nmicroneedling\ncautious\n\u00e4\n",
    )
