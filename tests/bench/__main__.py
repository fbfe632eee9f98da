"""``make bench``: every bar with its target. Ratios are taken within one run, on one machine.

``python -m tests.bench [NAME …]`` runs only the named ones; it exits 1 when a bar could not be measured, not
when it falls short: a short bar is a fact to report.
"""

import importlib
import sys
import time
import traceback

#: In the order they are printed. Each module has ``run() -> list[Bar]``.
BARS = (
    "journal",
    "tap_m1",
    "tap_cpu",
    "tap_to_paint",
    "taps",
    "search",
    "start",
    "stop_list",
    "memory",
    "online_sale",
    "hot",
    "upload",
    "outage",
    "growth",
    "month",
)


def main(names: list[str]) -> int:
    unknown = set(names) - set(BARS)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(BARS)}", file=sys.stderr)
        return 2
    failed = False
    print(f"{'name':<28} {'value':>12} {'unit':<10} {'target':<24} verdict")
    for name in names or BARS:
        began = time.monotonic()
        try:
            bars = importlib.import_module(f"tests.bench.{name}").run()
        except Exception:
            traceback.print_exc()
            print(f"{name:<28} could not be measured")
            failed = True
            continue
        for bar in bars:
            print(bar.line(), flush=True)
        print(f"  ({name}: {time.monotonic() - began:.0f} s)", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
