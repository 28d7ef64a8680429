"""`python -m tests.mutation [--each N] [--module TEXT]`: mutants of engine and knowledge, counted module by module.

mutmut makes the mutants and runs the tests; here only the sample is drawn (the same one every time: by the hash of a
mutant's name) and the results are counted. Needs the extra `dev` and a Unix. Every survivor is listed by name;
`mutmut show NAME` prints its difference.
"""

# ruff: noqa: T201

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.utils.format_utils import get_mutant_name

MUTATED = ("formulator/engine", "formulator/knowledge")
WORDS = {0: "survived", 1: "killed", 3: "killed", 5: "no tests", 33: "no tests"}
WANTED_SHARE = 0.85


def mutants_of(module: Path) -> list[str]:
    """The names of all mutants of a module."""
    made = mutate_file_contents(str(module), module.read_text(encoding="utf-8"), None, None)
    return [get_mutant_name(module, name) for name in made.mutant_names]


def sampled(names: Iterable[str], size: int) -> list[str]:
    """The first of the names in the order of their hashes; all where size is 0."""
    ordered = sorted(names, key=lambda name: sha256(name.encode()).hexdigest())
    return ordered[:size] if size else ordered


def verdicts(module: Path) -> dict[str, int | None]:
    """What mutmut wrote down about each mutant of a module."""
    written = Path("mutants") / f"{module}.meta"
    return json.loads(written.read_text(encoding="utf-8"))["exit_code_by_key"] if written.exists() else {}


def report(chosen: Mapping[Path, list[str]], every: Mapping[Path, list[str]]) -> float:
    """Print a line for each module and every mutant that passed; the share that the tests noticed.

    A mutant that ran out of time counts for neither side: on a busy machine it may only have been slow. The share is
    that of the sample with each module weighed by how many mutants it has.
    """
    total, lines, expected, weight = Counter[str](), [], 0.0, 0
    print(f"{'module':46} mutants tried noticed passed out of time")
    for module, names in chosen.items():
        found = {name: WORDS.get(code, "timeout") for name, code in verdicts(module).items() if code is not None}
        counted = Counter(found[name] for name in names if name in found)
        total += counted
        passed = counted["survived"] + counted["no tests"]
        lines += [f"{name}: {found[name]}" for name in names if found.get(name) not in (None, "killed")]
        print(
            f"{module!s:46} {len(every[module]):7} {counted.total():5} {counted['killed']:7} {passed:6} "
            f"{counted['timeout']:11}"
        )
        if counted["killed"] + passed:
            expected += len(every[module]) * counted["killed"] / (counted["killed"] + passed)
            weight += len(every[module])
    share = expected / max(weight, 1)
    print(f"{sum(map(len, every.values()))} mutants, {total.total()} tried, {dict(total)}, noticed of all: {share:.1%}")
    print("\n".join(lines))
    return share


def main() -> int:
    """Draw, run, report; 1 where less than the wanted share was noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--each", type=int, default=6, help="mutants of each module; 0: all (hours)")
    parser.add_argument("--module", default="", help="only modules whose path holds this text")
    parser.add_argument("--report", action="store_true", help="count what an earlier run wrote down, run nothing")
    options = parser.parse_args()
    modules = [one for folder in MUTATED for one in sorted(Path(folder).rglob("*.py")) if options.module in str(one)]
    every = {module: names for module in modules if (names := mutants_of(module))}
    chosen = {module: sampled(names, options.each) for module, names in every.items()}
    if not options.report:
        names = [name for part in chosen.values() for name in part]
        subprocess.run([str(Path(sys.executable).parent / "mutmut"), "run", "--max-children", "1", *names], check=False)
    return int(report(chosen, every) < WANTED_SHARE)


if __name__ == "__main__":
    sys.exit(main())
