"""Ways to break rules and thresholds."""

from __future__ import annotations

from tests.knowledge.breaking import (
    MADE,
    RULES,
    THRESHOLDS,
    Breakage,
    a_rule,
    added,
    in_item,
    item,
    rule,
    swap,
)

OF_RULES: tuple[Breakage, ...] = (
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
)
