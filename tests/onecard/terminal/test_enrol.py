"""The key is the terminal's own, private, and on the disk before anybody is asked. F: E1"""

import pytest

from onecard.clock import FalseClock
from onecard.errors import Refused, StoreError, Unreachable
from onecard.ids import SystemEntropy
from onecard.terminal.enrol import enrol, load
from onecard.wire.client import Identity


class Asker:
    """Answers as the office does: the same key and terminal get the same answer."""

    def __init__(self, fail=0):
        self.fail, self.keys = fail, []

    def enrol(self, code, terminal, key):
        self.keys.append(key.public)
        if len(self.keys) <= self.fail:
            raise Unreachable
        return Identity(unit=7, terminal=terminal, epoch=1, seed=key.seed.hex(), server_key="aa" * 32)


def ask(path, asker, terminal=1001):
    return enrol(path, "http://x", "CODE", terminal, FalseClock(), SystemEntropy(), asker=asker)


def test_who_the_terminal_is_stays_on_its_disk_for_nobody_elses_eyes(tmp_path):
    path = tmp_path / "identity.json"
    assert load(path) is None
    identity = ask(path, Asker())
    assert load(path) == identity
    assert path.stat().st_mode & 0o777 == 0o600
    assert identity.seed not in repr(identity)


def test_a_lost_answer_is_asked_again_with_the_same_key(tmp_path):
    path, asker = tmp_path / "identity.json", Asker(fail=2)
    for _ in range(2):
        with pytest.raises(Unreachable):
            ask(path, asker)
        assert load(path) is None
    ask(path, asker)
    assert len(set(asker.keys)) == 1


def test_an_enrolled_terminal_is_not_enrolled_over(tmp_path):
    path = tmp_path / "identity.json"
    ask(path, Asker())
    with pytest.raises(Refused) as refused:
        ask(path, Asker(), terminal=1002)
    assert refused.value.code == "enrol.done_already"


def test_a_damaged_identity_is_named(tmp_path):
    path = tmp_path / "identity.json"
    path.write_text("{}")
    with pytest.raises(StoreError) as refused:
        load(path)
    assert refused.value.code == "store.corrupt"
