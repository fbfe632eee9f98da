"""Every parser of bytes from outside, by name. Add a parser's row to the file of its kind."""

from tests.fuzz import acceptors, cards, devices, files, messages
from tests.fuzz.target import Target

TARGETS: dict[str, Target] = {
    target.name: target
    for family in (acceptors, devices, cards, messages, files)
    for target in family.TARGETS
}
assert len(TARGETS) == sum(len(f.TARGETS) for f in (acceptors, devices, cards, messages, files))
