"""Fuzz every parser, or those named: ``python -m tests.fuzz [--inputs 10000000] [--seed N] [name …]``.

Prints a row per parser and the sum; ends with 1 at the first parser that breaks, and names its input.
"""

import argparse
import multiprocessing
import os
import sys

from tests.fuzz.table import TARGETS
from tests.fuzz.target import ASKED, INPUTS, SEED, Broken, Count, run


def _one(job: tuple[str, int, int]) -> Count | str:
    name, inputs, seed = job
    try:
        return run(TARGETS[name], inputs, seed)
    except Broken as broken:
        return str(broken)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.fuzz", description="damaged bytes into every parser")
    parser.add_argument("names", nargs="*", help="parsers; all when none is named")
    parser.add_argument("--inputs", type=int, default=ASKED or INPUTS)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    names = [name for name in TARGETS if not given.names or any(part in name for part in given.names)]
    jobs = [(name, given.inputs, given.seed) for name in names]
    total, broken = Count("all parsers"), 0
    with multiprocessing.Pool(min(len(jobs), os.cpu_count() or 1), maxtasksperchild=1) as pool:
        for count in pool.imap(_one, jobs):
            print(count, flush=True)
            if isinstance(count, str):
                broken += 1
                continue
            total.inputs += count.inputs
            total.meanings += count.meanings
            total.refused += count.refused
            total.seconds += count.seconds
    print(total)
    print(f"fuzz: {len(jobs)} parsers, {total.inputs:,} inputs, seed {given.seed}, {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
