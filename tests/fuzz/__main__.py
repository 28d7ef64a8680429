"""`python -m tests.fuzz --inputs 100000`: damaged inputs for every parser; exit 1 where a promise is broken.

The same seed gives the same inputs. `--target` takes one parser, `--only` one input of it, which is then printed.
"""

# ruff: noqa: T201

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from tests.fuzz import seeds
from tests.fuzz.damage import Source, damaged
from tests.fuzz.targets import Target, targets
from tests.fuzz.watch import Verdict, watched

_SHOWN_A_TARGET = 12


def made(target: Target, number: int, seed: int) -> tuple[int, bytes]:
    """Input `number` of a parser: which valid text it comes from, and the damaged bytes."""
    draw = Random(f"{seed} {target.name} {number}")
    chosen = draw.randrange(len(target.texts))
    return chosen, damaged(Source(target.texts[chosen], target.texts, seeds.words()), draw)


def run_target(target: Target, numbers: range, seed: int) -> tuple[Counter[str], float, list[tuple[int, Verdict]]]:
    """All inputs of a parser: how many came to what, the most memory, and which broke a promise."""
    counts, most, broken = Counter[str](), 0.0, []
    for number in numbers:
        chosen, content = made(target, number, seed)
        verdict = watched(lambda given, chosen=chosen: target.run(chosen, given), content)
        counts[verdict.kind] += 1
        most = max(most, verdict.megabytes)
        if verdict.is_broken:
            broken.append((number, verdict))
    return counts, most, broken


def main() -> int:
    """Run and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", default="")
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    failed, tried, start = 0, 0, time.monotonic()
    print(
        f"{'parser':10} {'inputs':>7} {'answered':>8} {'refused':>8} {'broken':>7} {'seconds':>8} {'MB':>5}", flush=True
    )
    with tempfile.TemporaryDirectory() as scratch:
        for target in targets(Path(scratch)):
            if options.target not in ("", target.name):
                continue
            share = 100 if options.target else target.share
            numbers = range(max(round(options.inputs * share / 100), 1))
            if options.only is not None:
                numbers = range(options.only, options.only + 1)
                print(repr(made(target, options.only, options.seed)[1][:2_000]))
            began = time.monotonic()
            counts, most, broken = run_target(target, numbers, options.seed)
            tried, failed = tried + len(numbers), failed + len(broken)
            print(
                f"{target.name:10} {len(numbers):7} {counts['answered']:8} {counts['refused']:8} {len(broken):7} "
                f"{time.monotonic() - began:8.1f} {most:5.0f}",
                flush=True,
            )
            for number, verdict in broken[:_SHOWN_A_TARGET]:
                print(
                    f"  --target {target.name} --seed {options.seed} --only {number}: {verdict.kind}: {verdict.words}"
                )
    print(f"{tried} inputs in {time.monotonic() - start:.0f} s, {failed} broken promises.")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
