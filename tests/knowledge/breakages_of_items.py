"""Ways to break components, indications, courses, sources and the rest."""

from __future__ import annotations

from tests.knowledge.breaking import (
    ABOUT,
    CLAIMS,
    COMPONENT,
    DERIVED,
    INDICATION,
    MADE,
    PROTOCOL,
    SOURCES,
    Breakage,
    added,
    entries,
    explained,
    item,
    remove,
    swap,
    without,
)

OF_ITEMS: tuple[Breakage, ...] = (
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
)
