#!/usr/bin/env bash
# First a monkey at each station's real window for MINUTES and EVENTS, then the fuzz, the properties and the
# fault tests round after round for ROUNDS minutes; each round draws new ones. Goes through both parts, names
# every seed, and fails when either has found anything.
set -euo pipefail
cd "$(dirname "$0")/.."

: "${FAULTS:?start me with make soak}"
broken=0
if [ "${EVENTS:=1000000}" != 0 ]; then
    .venv/bin/python -m tests.soak --minutes "${MINUTES:-120}" --events "$EVENTS" ${SEED:+--seed "$SEED"} || broken=1
fi

minutes=${ROUNDS:-30}
round=0
until=$((SECONDS + minutes * 60))
while [ "$minutes" != 0 ] && { [ "$round" = 0 ] || [ "$SECONDS" -lt "$until" ]; }; do
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
[ "$broken" = 0 ] || { printf 'soak: the monkeys found something, see above\n' >&2; exit 1; }
printf 'soak ok: %d rounds, %d min in all\n' "$round" "$((SECONDS / 60))"
