"""Signal 9 at every crossing of the journal's and the card's door, then a restart: exactly once.

The process really dies (``killing.py``), the journal really waits for the disk; only the plastic is virtual.
F: C10
"""

import random
import shutil
import subprocess
import sys

import pytest

from onecard.devices.readers.virtual import DirectStorage
from onecard.terminal.outcome import Completed, State, WrongCard
from onecard.wire import messages as m
from tests.onecard.terminal.killing import CARD, Case, act, reopen, run_once
from tests.onecard.terminal.operation import CPU_OPERATIONS, LOCKS, OPERATIONS
from tests.onecard.terminal.stand import make_plastic

KINDS = {"sale": m.Sale, "void": m.Void, "recharge": m.Recharge, "load": m.LoadIntent, "issue": m.Issue}


@pytest.fixture(scope="module", params=[*OPERATIONS, *CPU_OPERATIONS])
def killed(request, tmp_path_factory):
    """(operation, folders left by each kill, in order)."""
    return request.param, kill_everywhere(request.param, tmp_path_factory)


def kill_everywhere(operation, tmp_path_factory):
    root = tmp_path_factory.mktemp(operation.replace(" ", "-"))
    child = subprocess.run(
        [sys.executable, "-m", "tests.onecard.terminal.killing", str(root), operation],
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    through = int(child.stdout)
    print(f"{operation}: killed at each of {through - 1} steps")
    return [root / str(at) for at in range(1, through)]


def copies(killed, tmp_path):
    operation, folders = killed
    for folder in folders:
        copy = tmp_path / folder.name
        shutil.copytree(folder, copy)
        yield operation, copy


def intents(case: Case):
    kind = KINDS[case.kind]
    return [
        body
        for body in case.stand.bodies(kind)
        if m.decode_body(case.stand.journal.body_bytes(body.id)) == body
    ]


def assert_once(case: Case) -> None:
    """One intent that is done, on the card once, in a journal without a hole."""
    image = case.image()
    written = [one for one in intents(case) if case.stand.station.find(one.id).state is State.DONE]
    assert image.newest.main_fen == case.after_fen
    assert [one.id for one in written] == [image.newest.last]
    assert case.stand.station.open_taps() == []
    assert case.stand.journal.verify() == case.stand.journal.head.seq


def test_there_is_a_kill_at_every_step(killed):
    operation, folders = killed
    # Two commits and, for the shortest of them, as many commands: each before and after.
    assert len(folders) >= 2 * (2 + (11 if operation.startswith("cpu") else 17)), operation


def test_the_same_card_after_the_restart(killed, tmp_path):
    found = set()
    for operation, folder in copies(killed, tmp_path):
        case = reopen(folder, operation)
        waiting = case.stand.station.recover()
        found.add(len(waiting))
        assert [one.state for one in waiting] == [State.ASIDE] * len(waiting)
        written = intents(case)
        if waiting or not written:
            assert isinstance(act(case, retap=True), Completed)
        # else: done was on the disk when the power went, and the customer has gone
        assert_once(case)
        case.stand.close()
    assert found == {0, 1}


def test_another_card_first(killed, tmp_path):
    other = make_plastic(uid=bytes.fromhex("09010203"), card=999)
    memory = list(other.blocks)
    for operation, folder in copies(killed, tmp_path):
        case = reopen(folder, operation)
        for waiting in case.stand.station.recover():
            assert isinstance(case.stand.station.retap(DirectStorage(other), waiting), WrongCard)
            assert other.blocks == memory
            act(case, retap=True)
            assert_once(case)
        case.stand.close()


def test_nobody_comes_back(killed, tmp_path):
    for operation, folder in copies(killed, tmp_path):
        case = reopen(folder, operation)
        waiting = case.stand.station.recover()
        closed = case.stand.station.close_shift(0)
        assert closed.totals.aside == len(waiting)
        assert closed.totals.aside_fen == sum(one.fen for one in waiting)
        assert [body.of for body in case.stand.bodies(m.GivenUp)] == [one.id for one in waiting]
        assert case.stand.journal.verify() == closed.id.seq
        case.stand.close()


def test_killed_again_while_it_recovers(killed, tmp_path):
    chance, kills = random.Random(CARD), 0
    for operation, folder in copies(killed, tmp_path):
        for _ in range(chance.randrange(3)):
            case = reopen(folder, operation)
            finished = bool(intents(case)) and not case.stand.station.open_taps()
            case.stand.close()
            if finished or run_once(folder, operation, chance.randrange(1, 40), retap=True):
                break
            kills += 1
        case = reopen(folder, operation)
        if case.stand.station.recover() or not intents(case):
            act(case, retap=True)
        assert_once(case)
        case.stand.close()
    assert kills > 0


@pytest.mark.parametrize("operation", LOCKS)
def test_a_lock_waits_for_nobody(operation, tmp_path_factory):
    """Killed anywhere it is given up at the restart, and the next tap locks unless the card is locked."""
    found = {True: 0, False: 0}
    for folder in kill_everywhere(operation, tmp_path_factory):
        case = reopen(folder, operation)
        assert case.stand.station.recover() == []
        locked = case.image().newest.locked
        found[locked] += 1
        if not locked:
            assert isinstance(act(case, retap=False), Completed)
        newest = case.image().newest
        assert newest.locked
        assert newest.main_fen == case.after_fen
        assert newest.last in {one.id for one in case.stand.bodies(m.Lock)}
        assert case.stand.journal.verify() == case.stand.journal.head.seq
        case.stand.close()
    assert min(found.values()) > 2
