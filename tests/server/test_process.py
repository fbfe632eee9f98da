"""Goal: the server as people run it: one command, nothing else, ended and killed and started again. F: P7 H5

Method: real processes over a folder of their own, asked by the real client.
"""

import stat
import subprocess
import time

import msgspec
import pytest

from onecard.clock import SystemClock
from onecard.errors import Refused, Unreachable
from onecard.ids import SystemEntropy
from onecard.wire import messages as m
from onecard.wire.client import ServerClient
from onecard.wire.signing import SigningKey, sign_head
from tests.server.books.station import Station
from tests.server.process import ServerProcess


def test_the_first_start_tells_a_password_and_later_ones_do_not(server_process: ServerProcess) -> None:
    assert len(server_process.password) == 12
    told, server_process.password = server_process.password, ""
    assert server_process.stop() == 0
    server_process.start()
    assert server_process.password == ""
    kept = b"".join(path.read_bytes() for path in server_process.data.rglob("*") if path.is_file())
    assert told.encode() not in kept


def test_keys_and_books_are_readable_by_their_user_only(server_process: ServerProcess) -> None:
    """F: H5"""
    for path in (server_process.data / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE((server_process.data / "onecard.db").stat().st_mode) == 0o600
    server_process.stop()
    (server_process.data / "keys" / "server.key").chmod(0o644)
    refused = subprocess.run(server_process.command("serve"), capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "keys.readable" in refused.stderr


def test_a_terminal_enrols_and_its_session_outlives_a_restart(server_process: ServerProcess) -> None:
    """The ticket is opened by whichever process holds the key: a new one does."""
    client = server_process.client(1001)
    got = client.fetch(m.Fetch(have={}))
    assert {one.name for one in got.documents} >= {"terminal", "types", "catalogue", "operators", "stops"}
    session = client._session
    server_process.kill()
    with pytest.raises(Unreachable):
        client.fetch(m.Fetch(have={}))
    server_process.start()
    assert client.fetch(m.Fetch(have={})).epoch == 1
    assert client._session is session
    client.close()


def test_what_was_acknowledged_survives_a_kill(server_process: ServerProcess) -> None:
    client = server_process.client(1001)
    assert client.identity is not None
    key = client.identity.key
    station = Station(1001)
    for cycle in range(20):
        station.credit(5_000, cycle)
        batch = station.upload(cycle)
        last = batch.records[-1]
        signed = msgspec.structs.replace(batch, signature=sign_head(key, 1, 1001, 1, last.seq, last.hash))
        assert client.upload(signed).received == cycle + 1
    server_process.kill()
    server_process.start()
    got = client.fetch(m.Fetch(have={}))
    assert (got.received, got.head) == (20, station.records[-1].hash)
    assert client.upload(signed).received == 20
    assert "20 entries, books tie out" in server_process.run("reconcile")
    client.close()


def test_a_code_is_made_while_the_server_runs_and_is_single_use(server_process: ServerProcess) -> None:
    code = server_process.code(1001)
    client = ServerClient(server_process.url, None, SystemClock(), SystemEntropy())
    with pytest.raises(Refused) as no:
        client.enrol("WRONG", 1001, SigningKey.make(SystemEntropy()))
    assert no.value.code == "enrol.code"
    key = SigningKey.make(SystemEntropy())
    first = client.enrol(code, 1001, key)
    assert client.enrol(code, 1001, key) == first
    with pytest.raises(Refused) as no:
        client.enrol(code, 1001, SigningKey.make(SystemEntropy()))
    assert no.value.code == "enrol.used"
    assert client.fetch(m.Fetch(have={})).epoch == 1
    assert client.offset_s is not None
    assert abs(client.offset_s) <= 1
    client.close()


def test_sigterm_ends_it_within_a_moment_and_cleanly(server_process: ServerProcess) -> None:
    client = server_process.client(1001)
    client.fetch(m.Fetch(have={}, pending=7))
    began = time.monotonic()
    assert server_process.stop() == 0
    assert time.monotonic() - began < 5
    assert "stopped" in server_process.log()
    assert "Traceback" not in server_process.log()
    client.close()


def test_wrong_arguments_say_so(server_process: ServerProcess) -> None:
    for arguments, code in (
        ([], 2),
        (["fly"], 2),
        (["enrol-code"], 2),
        (["enrol-code", "--terminal", "9"], 1),
    ):
        done = subprocess.run(server_process.command(*arguments), capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
