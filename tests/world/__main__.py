"""``python -m tests.world --seeds 100 [--minutes 5] [--bugs]``: many worlds one after the other.

The last line is always ``world: <seeds> seeds, <steps> steps, <faults> faults, <v> violations``. A seed that
fails prints its options and the shortest story that still fails; ``--seed`` runs one and tells all of it.
"""

import argparse
import os
import sys
import time
import traceback

from tests.world import bugs, disk, office
from tests.world.day import Day
from tests.world.invariant import Invariants
from tests.world.shrink import shrink
from tests.world.world import FAMILIES, Options, World


def run(options: Options) -> World:
    """One whole world; what it cannot do is a violation as well."""
    world = World(options)
    try:
        world.run(Day(), Invariants())
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        world.broken("crash", f"{type(error).__name__}: {error} at {where.filename}:{where.lineno}")
    finally:
        world.remove()
    return world


def _fails(options: Options, id: str) -> bool:
    return any(one.id == id for one in run(options).violations)


def _tell(options: Options, world: World, *, shortest: bool) -> None:
    print(f"\n{options}")
    for one in world.violations[:5]:
        print(f"  {one}")
    if shortest:
        id = world.violations[0].id
        options = shrink(options, lambda other: _fails(other, id))
        world = run(options)
        print(f"shortest story, {world.steps} steps: {options}")
        for line in world.story:
            print(f"  {line}")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.world")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument(
        "--minutes", type=float, default=0.0, help="stop after so long, whatever --seeds says"
    )
    parser.add_argument("--steps", type=int, default=120)
    parser.add_argument("--faults", default=",".join(FAMILIES), help="families, comma between")
    parser.add_argument("--only", default="", help="numbers of the steps that happen; empty: all")
    parser.add_argument("--seed", type=int, help="this one only, with its whole story")
    parser.add_argument("--about", default="", help="families and deeds that the days are about")
    parser.add_argument("--until-broken", action="store_true", help="stop at the first violation, unshrunk")
    parser.add_argument("--digests", action="store_true", help="a line for every seed")
    parser.add_argument("--bugs", nargs="*", help="see that the planted bugs are caught, all or these")
    return parser.parse_args()


def main() -> int:
    """1 when something does not hold."""
    told = _arguments()
    if told.bugs is not None:
        return bugs.hunt(told.bugs)
    disk.install()
    office.quiet()
    families = frozenset(filter(None, told.faults.split(",")))
    only = frozenset(int(one) for one in told.only.split(",")) if told.only else None
    first, count = (told.seed, 1) if told.seed is not None else (told.first, told.seeds)
    seeds = steps = faults = violations = 0
    until = time.monotonic() + 60 * told.minutes if told.minutes else None
    about = tuple(filter(None, told.about.split(",")))
    for seed in range(first, first + count):
        if until is not None and time.monotonic() > until:
            break
        options = Options(seed, told.steps, families, only, about)
        world = run(options)
        seeds, steps, faults = seeds + 1, steps + world.steps, faults + world.luck.faults
        violations += len(world.violations)
        if told.digests:
            print(seed, world.digest)
        if told.seed is not None:
            print("\n".join(world.story))
        if world.violations:
            _tell(options, world, shortest=told.seed is None and not told.until_broken)
            if told.until_broken:
                break
    print(f"world: {seeds} seeds, {steps} steps, {faults} faults, {violations} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # SQLite would call back into an interpreter that is going away.
    os._exit(code)
