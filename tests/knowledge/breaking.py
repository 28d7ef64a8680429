"""More than fifty ways to break one knowledge file: an edit, and what the lint must say about it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Breakage:
    """One edit of one file; a message must lie in that file, name these words, and give a line where there is one."""

    what: str
    file: str
    edit: Callable[[str], str | bytes | None]
    words: tuple[str, ...]
    has_line: bool = True


def swap(pattern: str, replacement: str) -> Callable[[str], str]:
    """Replace the first match; it must exist."""

    def edit(text: str) -> str:
        changed, count = re.subn(pattern, replacement, text, count=1, flags=re.MULTILINE)
        assert count == 1, f"nothing to break: {pattern}"
        return changed

    return edit


def in_item(identifier: str, pattern: str, replacement: str) -> Callable[[str], str]:
    """Replace the first match inside one item of a list."""

    def edit(text: str) -> str:
        start = re.search(rf"^ *- id: {identifier}$", text, re.MULTILINE)
        assert start, f"no item {identifier}"
        following = re.search(r"^ *- id: ", text[start.end() :], re.MULTILINE)
        end = start.end() + following.start() if following else len(text)
        return text[: start.start()] + swap(pattern, replacement)(text[start.start() : end]) + text[end:]

    return edit


def added(lines: str) -> Callable[[str], str]:
    """Add text at the end of the file."""
    return lambda text: text.rstrip("\n") + "\n" + lines


def without(pattern: str) -> Callable[[str], str]:
    """Drop the first match."""
    return swap(pattern, "")


def remove(_: str) -> None:
    """The file is not there."""


def entries(change: Callable[[list], None]) -> Callable[[str], str]:
    """Change the list of sources."""

    def edit(text: str) -> str:
        found = json.loads(text)
        change(found)
        return json.dumps(found, indent=1)

    return edit


def explained(field: str) -> Callable[[str], str]:
    """Explain why no rule reads a field."""

    def edit(text: str) -> str:
        start = "" if "unread_fields:" in text else "unread_fields:\n"
        changed = text.rstrip("\n") + "\n" + start
        return changed.replace("unread_fields:\n", f"unread_fields:\n  {field}: Because it is not there.\n")

    return edit


def item(**fields: str) -> str:
    """One more item for a list file, as flow YAML on lines of its own."""
    return "  - " + "\n    ".join(f"{key}: {value}" for key, value in fields.items()) + "\n"


def a_rule(**changes: str | None) -> str:
    """A sound rule with some of its parts changed; None leaves a part out."""
    parts: dict[str, str | None] = {
        "id": "made_for_this_test",
        "subject": "prp",
        "kind": "against",
        "harm": "minor",
        "when": "{indication: aga_male, smoking: yes, needle_aversion: yes}",
        "text": "This sentence stands in no other rule of the knowledge base.",
        "certainty": "expert",
        "sources": "[document_a]",
    }
    return item(**{key: value for key, value in (parts | changes).items() if value is not None})


RULES, THRESHOLDS, COMPONENT = "rules/phototype.yaml", "thresholds/safety.yaml", "components/biotin.yaml"
INDICATION, PROTOCOL, CLAIMS = "indications/aga_male.yaml", "protocols/aga_male.yaml", "sources/claims.yaml"
SOURCES, DERIVED, ABOUT = "sources/sources.json", "profile/derived.yaml", "knowledge.yaml"
MADE = "made_for_this_test"


def rule(what: str, *words: str, **changes: str | None) -> Breakage:
    """A rule that is wrong in one part."""
    return Breakage(what, RULES, added(a_rule(**changes)), (MADE, *words) if "when" not in changes else words)


BREAKAGES: tuple[Breakage, ...] = (
    # rules
    rule("rule cites a source that does not exist", "no_such_source", sources="[no_such_source]"),
    rule("rule cites a source with a letter missing", "Did you mean", sources="[document_, document_b]"),
    rule("rule without sources", "sources", sources=None),
    rule("rule with an empty list of sources", "sources", sources="[]"),
    rule("rule without a condition", "when", when=None, id=MADE),
    rule("rule about a component that does not exist", "snake_oil", subject="snake_oil"),
    rule("rule of an unknown kind", "kind", kind="maybe"),
    rule("rule of an unknown certainty", "certainty", certainty="sure"),
    rule("rule with an unknown field", "colour", colour="red"),
    rule("rule whose text is too long", "text", text="word " * 60),
    rule("rule for something without a role", "role", kind="for", harm=None),
    rule("rule against something with a role", "role", role="main"),
    rule("exclusion without what unknown does", "unknown", kind="excludes", subject="prp"),
    rule("blocking exclusion without a question", "ask", kind="excludes", unknown="block"),
    rule("objection without a harm", "harm", harm=None),
    rule("decision by a rule on one component", "decision", kind="excludes", unknown="assume", decision="refer_first"),
    rule(
        "exclusion of every procedure without a decision",
        "decision",
        kind="excludes",
        unknown="assume",
        subject="procedure",
    ),
    rule(
        "delay that does not say what comes first",
        "until",
        kind="excludes",
        unknown="assume",
        subject="procedure",
        decision="treat_after",
    ),
    rule("rule rated higher than its sources carry", "certainty", certainty="high", sources="[document_a]"),
    rule(
        "rule compares with a field that does not exist",
        "pregnancyy",
        "Did you mean 'pregnancy'",
        when="{pregnancyy: yes}",
    ),
    rule("rule compares with a threshold that does not exist", "no_such_limit", when="{age: {below: no_such_limit}}"),
    rule("rule compares with a threshold of another field", "adult_age", when="{ferritin: {below: adult_age}}"),
    rule("rule compares with a value that does not exist", "purple", when="{cause: purple}"),
    rule("rule compares with a bare number", "named threshold", when="{age: 18}"),
    rule("rule compares a flag with unknown", "unknown", when="{pregnancy: unknown}"),
    rule("rule compares a flag with yes and no", "always true", when="{smoking: [yes, no]}"),
    rule("rule with an operator that does not exist", "above", when="{age: {above: adult_age}}"),
    rule("rule with an empty group", "list", when="{all: []}"),
    rule("rule with an indication that does not exist", "aga_mal", when="{indication: aga_mal}"),
    Breakage(
        "two rules with one id",
        RULES,
        added(a_rule() + a_rule(text="Another sentence for the same id.")),
        (MADE, "twice"),
    ),
    Breakage(
        "two rules that say the same",
        RULES,
        added(
            a_rule(kind="for", harm=None, role="optional")
            + a_rule(
                kind="for", harm=None, role="optional", id="said_before_already", text="The same said in other words."
            )
        ),
        ("said_before_already", MADE),
    ),
    Breakage("rule with a key that stands twice", RULES, added(a_rule() + "    kind: for\n"), ("kind", "twice")),
    Breakage("rule that is no mapping", RULES, added("  - just a sentence\n"), ("mapping",)),
    Breakage("rule file with a stray key", RULES, swap("^items:", "notes: 1\nitems:"), ("notes",)),
    Breakage("rule file without items", RULES, lambda _: "reviewed: 2026-11-25\nstatus: active\n", ("items",)),
    Breakage("rule file that is a list", RULES, lambda _: "- a\n- b\n", ("mapping",)),
    Breakage("rule file that is empty", RULES, lambda _: "", ("empty",)),
    Breakage("rule file that is not YAML", RULES, added("  - {id: [unclosed\n"), ("Not readable",)),
    Breakage(
        "rule file that is not UTF-8", RULES, lambda text: text.encode() + b"# \xff\xfe\n", ("UTF-8",), has_line=False
    ),
    Breakage("rule file with an anchor", RULES, added(a_rule(text="&a A sentence with an anchor.")), ("Anchors",)),
    Breakage(
        "rule file with an impossible review date", RULES, swap("^reviewed: .*", "reviewed: 2026-02-30"), ("reviewed",)
    ),
    Breakage("rule file with an unknown status", RULES, swap("^status: .*", "status: maybe"), ("status",)),
    # thresholds
    Breakage(
        "threshold that is no number",
        THRESHOLDS,
        in_item("adult_age", "value: 18", "value: eighteen"),
        ("adult_age", "value"),
    ),
    Breakage(
        "threshold that is not finite",
        THRESHOLDS,
        in_item("adult_age", "value: 18", "value: .inf"),
        ("adult_age", "value"),
    ),
    Breakage("threshold without a unit", THRESHOLDS, in_item("adult_age", r" *unit: .*\n", ""), ("adult_age", "unit")),
    Breakage(
        "threshold of a field that does not exist",
        THRESHOLDS,
        added(
            item(id=MADE, field="agee", value="5", unit="years", meaning="A limit of nothing.", sources="[document_a]")
        ),
        (MADE, "agee"),
    ),
    Breakage(
        "threshold that nothing reads",
        THRESHOLDS,
        added(
            item(
                id=MADE,
                field="age",
                value="5",
                unit="years",
                meaning="A limit that nothing reads.",
                sources="[document_a]",
            )
        ),
        (MADE,),
    ),
    Breakage(
        "threshold renamed under the rules that read it",
        THRESHOLDS,
        in_item("adult_age", "id: adult_age", "id: adult"),
        ("adult_age",),
        has_line=False,
    ),
    # components, indications, protocols
    Breakage("component without a name", COMPONENT, without("^name: .*\n"), ("biotin", "name")),
    Breakage("component with an unknown field", COMPONENT, added("colour: red\n"), ("biotin", "colour")),
    Breakage(
        "component with a truth value that is none",
        COMPONENT,
        swap("^delivered_into_skin: .*", "delivered_into_skin: perhaps"),
        ("biotin", "delivered_into_skin"),
    ),
    Breakage(
        "component used for an indication that does not exist",
        COMPONENT,
        swap("indication: aga_male", "indication: baldness"),
        ("biotin", "baldness"),
    ),
    Breakage(
        "component whose id is not the name of its file",
        COMPONENT,
        swap("^id: biotin$", "id: biotine"),
        ("biotine",),
        has_line=False,
    ),
    Breakage(
        "component with an unknown regulatory status",
        COMPONENT,
        swap("status: unapproved", "status: forbidden"),
        ("biotin", "status"),
    ),
    Breakage(
        "component with an amount that lies outside its range",
        "components/minoxidil.yaml",
        swap("used: 0.5", "used: 5"),
        ("minoxidil", "used lies outside"),
    ),
    Breakage(
        "component with a technique that does not exist",
        "components/tranexamic_acid.yaml",
        swap(r"techniques: \[melasma_microinjection\]", "techniques: [melasma_microinjections]"),
        ("tranexamic_acid", "melasma_microinjections", "melasma_microinjection"),
    ),
    Breakage(
        "component with a diluent that does not exist",
        "components/glutathione.yaml",
        swap("diluent: saline", "diluent: salin"),
        ("glutathione", "salin"),
    ),
    Breakage(
        "pair with an unknown state of mixing",
        "compatibility/pairs.yaml",
        swap("state: conflicting", "state: explosive"),
        ("state",),
    ),
    Breakage(
        "pair of one component with itself",
        "compatibility/pairs.yaml",
        swap(r"pair: \[amino_acids, hyaluronic_acid\]", "pair: [amino_acids, amino_acids]"),
        ("amino_acids", "two different"),
    ),
    Breakage(
        "pair with a component that does not exist",
        "compatibility/pairs.yaml",
        swap(r"pair: \[amino_acids, hyaluronic_acid\]", "pair: [amino_acid, hyaluronic_acid]"),
        ("amino_acid", "amino_acids"),
    ),
    Breakage(
        "mixing fact with a group that does not exist",
        "compatibility/others.yaml",
        swap("group: injections", "group: injection"),
        ("injection", "injections"),
    ),
    Breakage(
        "limit of the composition without a source",
        "composition.yaml",
        swap(r"    sources: \[siddharthhairtra_mesotherapy.*\]\n", ""),
        ("needs sources",),
    ),
    Breakage(
        "setting of the composition with a source that does not exist",
        "composition.yaml",
        swap("huntersmith_place_mesotherapy", "no_such_source"),
        ("no_such_source",),
    ),
    Breakage(
        "composition without syringes",
        "composition.yaml",
        without(r"^barrels:\n(  - .*\n)+"),
        ("barrels",),
    ),
    Breakage(
        "component with a source deep inside that does not exist",
        COMPONENT,
        swap(r"sources: \[ivdrip_biotin", "sources: [no_such_source"),
        ("biotin", "no_such_source"),
    ),
    Breakage(
        "indication without its place of mesotherapy",
        INDICATION,
        without(r"^place_of_mesotherapy:\n(  .*\n)+"),
        ("aga_male", "place_of_mesotherapy"),
    ),
    Breakage(
        "indication of an unknown domain", INDICATION, swap("^domain: hair", "domain: nails"), ("aga_male", "domain")
    ),
    Breakage(
        "indication derived from a cause that does not exist",
        INDICATION,
        swap("cause: androgenetic", "cause: androgenic"),
        ("androgenic", "Did you mean 'androgenetic'"),
    ),
    Breakage(
        "protocol whose high lies below its low",
        PROTOCOL,
        swap(r"interval_days: \{low: 7, high: 15", "interval_days: {low: 7, high: 5"),
        ("aga_male", "high"),
    ),
    Breakage(
        "protocol that uses a value outside its range",
        PROTOCOL,
        swap("high: 15, used: 14", "high: 15, used: 40"),
        ("aga_male", "used"),
    ),
    Breakage("protocol without a stop rule", PROTOCOL, without("^stop_rule: .*\n"), ("aga_male", "stop_rule")),
    Breakage(
        "protocol with an unknown phase", PROTOCOL, swap("name: consolidation", "name: rest"), ("aga_male", "name")
    ),
    Breakage(
        "protocol with a technique that does not exist",
        PROTOCOL,
        swap(r"technique: \[", "technique: [dowsing, "),
        ("aga_male", "dowsing"),
    ),
    Breakage(
        "protocol with a needle-free technique that does not exist",
        PROTOCOL,
        swap("technique: electroporation", "technique: telepathy"),
        ("aga_male", "telepathy"),
    ),
    Breakage(
        "protocol of an indication that does not exist",
        PROTOCOL,
        swap("^indication: aga_male", "indication: aga_mal"),
        ("aga_mal",),
    ),
    Breakage(
        "protocol with a course of a component that does not exist",
        PROTOCOL,
        swap("- id: prp", "- id: pprp"),
        ("aga_male", "pprp"),
    ),
    Breakage("protocol file that is missing", PROTOCOL, remove, ("aga_male",), has_line=False),
    # the rest
    Breakage(
        "group with a member that does not exist",
        "groups.yaml",
        swap(r"members: \[", "members: [snake_oil, "),
        ("snake_oil",),
    ),
    Breakage(
        "washout of a medicine that does not exist",
        "washouts.yaml",
        swap("medicine: anticoagulant", "medicine: anticoagulants"),
        ("anticoagulants", "Did you mean 'anticoagulant'"),
    ),
    Breakage(
        "washout without its prescriber's part", "washouts.yaml", without(r"^ *prescriber: .*\n"), ("prescriber",)
    ),
    Breakage(
        "disagreement with one position",
        "disagreements.yaml",
        added(
            item(
                id=MADE,
                topic="Nothing to disagree on",
                when="always",
                used="this",
                why="There is nothing else.",
                positions="[{value: this, sources: [document_a]}]",
                sources="[document_a]",
            )
        ),
        (MADE, "positions"),
    ),
    Breakage(
        "care note for a component that does not exist",
        "care/before.yaml",
        added(item(id=MADE, when="always", components="[snake_oil]", text="A sentence.", sources="[document_a]")),
        (MADE, "snake_oil"),
    ),
    Breakage(
        "two care notes with one id",
        "care/after.yaml",
        added(2 * item(id=MADE, when="always", text="A sentence.", sources="[document_a]")),
        (MADE, "twice"),
    ),
    Breakage(
        "planning figure of an unknown quantity",
        "planning.yaml",
        swap("quantity: settle_days", "quantity: settling"),
        ("quantity",),
    ),
    Breakage(
        "technique whose depth is text", "techniques.yaml", swap("depth_mm: .*", "depth_mm: shallow"), ("depth_mm",)
    ),
    Breakage(
        "derivation of a field that does not exist",
        DERIVED,
        added(
            item(
                id=MADE,
                field="no_such_field",
                value="yes",
                when="{smoking: yes}",
                text="Follows from nothing.",
                sources="[document_a]",
            )
        ),
        (MADE, "no_such_field"),
    ),
    Breakage(
        "derivation of a value that the field does not take",
        DERIVED,
        added(
            item(
                id=MADE,
                field="diabetes",
                value="purple",
                when="{smoking: yes}",
                text="Follows from nothing.",
                sources="[document_a]",
            )
        ),
        (MADE, "purple"),
    ),
    Breakage("claim without a verdict", CLAIMS, swap("verdict: used, ", ""), ("verdict",)),
    Breakage("claim that is missing", CLAIMS, swap("id: A01", "id: A99"), ("A01",), has_line=False),
    Breakage(
        "claim that refers to nothing", CLAIMS, swap(r"refers_to: \[", "refers_to: [no_such_item, "), ("no_such_item",)
    ),
    Breakage("sources that are no JSON", SOURCES, lambda text: text[: len(text) // 2], ("sources",), has_line=False),
    Breakage("sources that are no list", SOURCES, lambda _: '{"id": "a"}', ("sources",), has_line=False),
    Breakage(
        "source of an unknown type",
        SOURCES,
        entries(lambda found: found[0]["custom"].update(source_type="rumour")),
        ("type",),
        has_line=False,
    ),
    Breakage(
        "source that stands twice",
        SOURCES,
        entries(lambda found: found.append({**found[0], "title": "Another"})),
        ("120ty_bencandy_php",),
        has_line=False,
    ),
    Breakage(
        "source that nothing cites",
        SOURCES,
        entries(lambda found: found.append({**found[0], "id": MADE})),
        (MADE,),
        has_line=False,
    ),
    Breakage("knowledge file of a strange version", ABOUT, swap("^version: .*", "version: latest"), ("version",)),
    Breakage("knowledge file without the intended purpose", ABOUT, lambda _: "version: 2026.11.1\n", ("notice",)),
    Breakage(
        "knowledge file that explains a field that does not exist",
        ABOUT,
        explained("no_such_field"),
        ("no_such_field",),
    ),
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

VITAL = (
    "techniques.yaml",
    "groups.yaml",
    "washouts.yaml",
    "planning.yaml",
    "disagreements.yaml",
    "knowledge.yaml",
    "care/before.yaml",
    "care/after.yaml",
    "care/expect.yaml",
    "care/side_effects.yaml",
    "profile/derived.yaml",
    "profile/fields.csv",
    "profile/choices.csv",
    "profile/units.csv",
    "profile/scales.csv",
    "profile/impossible.csv",
    "profile/changeable.csv",
    "sources/sources.json",
    "sources/claims.yaml",
    "components/prp.yaml",
    "indications/melasma.yaml",
)


def broken(folder: Path, breakage: Breakage) -> None:
    """Apply the edit to the file below a folder."""
    path = folder / breakage.file
    changed = breakage.edit(path.read_text(encoding="utf-8"))
    path.unlink()
    if changed is not None:
        path.write_bytes(changed if isinstance(changed, bytes) else changed.encode())
