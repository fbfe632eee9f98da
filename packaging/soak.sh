#!/usr/bin/env bash
# Runs the fuzz, the properties and the fault tests round after round for MINUTES; each round draws new ones.
# Stops at the first failure and names the seed, so that the round can be played again.
set -euo pipefail
cd "$(dirname "$0")/.."

minutes=${MINUTES:-60}
: "${FAULTS:?start me with make soak}"
round=0
until=$((SECONDS + minutes * 60))
while [ "$round" = 0 ] || [ "$SECONDS" -lt "$until" ]; do
    round=$((round + 1))
    seed=$((RANDOM * 32768 + RANDOM))
    printf 'soak: round %d, seed %d, %d s left\n' "$round" "$seed" "$((until - SECONDS))"
    .venv/bin/python -m tests.fuzz --inputs "${INPUTS:-100000}" --seed "$seed" ||
        { printf 'soak: round %d failed; again with: python -m tests.fuzz --seed %d\n' "$round" "$seed" >&2; exit 1; }
    .venv/bin/python -m pytest -n 2 -q --timeout 0 --hypothesis-seed "$seed" -m hypothesis ||
        { printf 'soak: round %d failed; again with: pytest --hypothesis-seed %d -m hypothesis\n' "$round" "$seed" >&2; exit 1; }
    .venv/bin/python -m pytest -n 2 -q -k "$FAULTS" ||
        { printf 'soak: round %d failed in the fault tests\n' "$round" >&2; exit 1; }
done
printf 'soak ok: %d rounds in %d min\n' "$round" "$((SECONDS / 60))"
