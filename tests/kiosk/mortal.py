"""A kiosk in a process of its own that can be killed, and a world that outlives it: acceptor, card, time.

Kiosk and world speak one request at a time. Each byte to the acceptor and from it, each card command and each
commit of the journal is such a request, so the world can kill the kiosk (-9) before exactly the n-th of them.
"""

import gc
import json
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from onecard.cards.medium import Key
from onecard.clock import FalseClock
from onecard.devices.acceptors.cctalk.coin_simulator import CoinSimulator
from onecard.devices.acceptors.id003.simulator import Memory, Simulator, Timing
from onecard.devices.cable import Cable
from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import CardGone
from onecard.wire import messages as m
from tests.kiosk.rig import Rig, make_plastic

#: A quick machine: what matters is the order of things, and every poll is one more place to die.
QUICK = Timing(accept=0.2, stack=0.2, stacked=0.1, eject=0.2, initialize=0.2)
START_FEN = 10_000


class World:
    """What is still there when the kiosk is not."""

    def __init__(self, folder: Path, *, coins: bool = False) -> None:
        """``coins``: a coin acceptor stands beside the note acceptor."""
        self.folder, self.has_coins = folder, coins
        self.clock = FalseClock()
        self.cable = Cable()
        self.memory = Memory()
        self.simulator = Simulator(self.clock, self.cable.device, memory=self.memory, timing=QUICK)
        self.coin_cable = Cable()
        self.coin_memory = Memory()
        self.coin_simulator = CoinSimulator(self.clock, self.coin_cable.device, memory=self.coin_memory)
        self._coin_said: dict[str, str] = {}
        self.plastic = make_plastic(START_FEN)
        self.storage: DirectStorage | None = None
        self.report: dict[str, Any] = {}
        #: Requests that are worth dying before, in order; the names help to read a failure.
        self.points: list[str] = []

    def live(self, life: Callable[["MortalRig"], None], die_before: int = -1) -> bool:
        """One run of the kiosk; ``False`` when it was killed."""
        ours, theirs = socket.socketpair()
        for wire in (self.cable.to_device, self.cable.to_host):
            wire.clear()
        for wire in (self.coin_cable.to_device, self.coin_cable.to_host):
            wire.clear()
        self._coin_said.clear()
        self.points.clear()
        pid = os.fork()
        if pid == 0:
            gc.freeze()  # what the tests brought along is none of the kiosk's: not to be looked through again
            ours.close()
            _be_kiosk(self.folder, theirs, life, coins=self.has_coins)
        theirs.close()
        try:
            return self._serve(ours, pid, die_before)
        finally:
            ours.close()

    def _serve(self, kiosk: socket.socket, pid: int, die_before: int) -> bool:
        with kiosk.makefile("rw", encoding="utf-8") as wire:
            for line in wire:
                name, *arguments = json.loads(line)
                if self._is_point(name, arguments):
                    if len(self.points) == die_before:
                        os.kill(pid, signal.SIGKILL)
                        os.waitpid(pid, 0)
                        return False
                    self.points.append(name)
                try:
                    answer = ["ok", getattr(self, f"on_{name}")(*arguments)]
                except CardGone:
                    answer = ["gone", None]
                wire.write(json.dumps(answer) + "\n")
                wire.flush()
        _, status = os.waitpid(pid, 0)
        assert status == 0, f"the kiosk fell over by itself: {status}"
        return True

    def _is_point(self, name: str, arguments: list[Any]) -> bool:
        # A read that brings nothing leaves the kiosk exactly as it was.
        if name in ("coin_write", "coin_read"):
            # Nor does the same question again, nor the same answer: the ring is read five times a second.
            said = (
                arguments[0]
                if arguments
                else b"".join(one for _, one in self.coin_cable.to_host._chunks).hex()
            )
            before, self._coin_said[name] = self._coin_said.get(name), said or self._coin_said.get(name, "")
            return bool(said) and said != before
        return name not in ("tick", "takes", "insert", "coin_takes", "drop", "report", "read") or (
            name == "read" and self.cable.to_host._chunks != []
        )

    # -- what the kiosk asks for ---------------------------------------------------------------------------

    def on_tick(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.simulator.tick()
        if self.has_coins:
            self.coin_simulator.tick()

    def on_takes(self) -> bool:
        return self.simulator.takes_notes

    def on_insert(self, value_fen: int) -> bool:
        return self.simulator.insert(value_fen)

    def on_read(self) -> str:
        return self.cable.host.read_available().hex()

    def on_write(self, data: str) -> None:
        self.cable.host.write(bytes.fromhex(data))

    def on_coin_takes(self) -> bool:
        return self.coin_simulator.takes_notes

    def on_drop(self, value_fen: int) -> bool:
        return self.coin_simulator.insert(value_fen)

    def on_coin_read(self) -> str:
        return self.coin_cable.host.read_available().hex()

    def on_coin_write(self, data: str) -> None:
        self.coin_cable.host.write(bytes.fromhex(data))

    def on_commit(self) -> None:
        pass

    def on_put(self) -> str:
        self.plastic.pull()
        self.storage = DirectStorage(self.plastic)
        return self.storage.uid.hex()

    def on_lift(self) -> None:
        self.plastic.pull()

    def on_card(self, name: str, *arguments: Any) -> str | None:
        assert self.storage is not None
        match name:
            case "authenticate":
                return self.storage.authenticate(arguments[0], Key(arguments[1]), bytes.fromhex(arguments[2]))
            case "read":
                return self.storage.read(arguments[0]).hex()
            case "write":
                return self.storage.write(arguments[0], bytes.fromhex(arguments[1]))
        return self.storage.select()

    def on_report(self, report: dict[str, Any]) -> None:
        self.report = report


class Link:
    """The kiosk's end."""

    def __init__(self, peer: socket.socket) -> None:
        self._wire = peer.makefile("rw", encoding="utf-8")

    def __call__(self, name: str, *arguments: Any) -> Any:
        self._wire.write(json.dumps([name, *arguments]) + "\n")
        self._wire.flush()
        state, answer = json.loads(self._wire.readline())
        if state == "gone":
            raise CardGone
        return answer


class _Line:
    def __init__(self, link: Link, whose: str = "") -> None:
        self._link, self._whose = link, whose

    def read_available(self) -> bytes:
        return bytes.fromhex(self._link(f"{self._whose}read"))

    def write(self, data: bytes) -> None:
        self._link(f"{self._whose}write", data.hex())

    def close(self) -> None:
        pass


class _Card:
    def __init__(self, link: Link) -> None:
        self._link = link
        self.uid = bytes.fromhex(link("put"))
        self.commands = 0

    def authenticate(self, block: int, which: Key, key: bytes) -> None:
        self._ask("authenticate", block, which.value, key.hex())

    def read(self, block: int) -> bytes:
        return bytes.fromhex(self._ask("read", block))

    def write(self, block: int, data: bytes) -> None:
        self._ask("write", block, data.hex())

    def select(self) -> None:
        self._ask("select")

    def _ask(self, name: str, *arguments: Any) -> Any:
        self.commands += 1
        return self._link("card", name, *arguments)


class _Acceptor:
    """The customer's side, as far as a story needs it."""

    def __init__(self, link: Link, step_s: float) -> None:
        self._link, self._step_s = link, step_s

    def tick(self) -> None:
        self._link("tick", self._step_s)

    @property
    def takes_notes(self) -> bool:
        return bool(self._link("takes"))

    def insert(self, value_fen: int) -> bool:
        return bool(self._link("insert", value_fen))


class _Coins:
    """The customer's side of the coin acceptor; its time is the other one's."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def tick(self) -> None:
        """The world's clock moves once for both."""

    @property
    def takes_notes(self) -> bool:
        return bool(self._link("coin_takes"))

    def insert(self, value_fen: int) -> bool:
        return bool(self._link("drop", value_fen))


class MortalRig(Rig):
    """The whole kiosk, its devices at the other end of a link."""

    BOOT_S = 1.5

    def __init__(self, folder: Path, link: Link, *, coins: bool = False) -> None:
        self.link = link
        super().__init__(folder, coins=coins)

    def plug_in(self) -> None:
        from tests.kiosk.rig import STEP_S

        journal = self.stand.journal
        written = journal._transaction

        def transaction():
            self.link("commit")
            return written()

        journal._transaction = transaction  # type: ignore[method-assign]
        self.simulator = _Acceptor(self.link, STEP_S)  # type: ignore[assignment]
        self.coin_simulator = _Coins(self.link)  # type: ignore[assignment]

    def _line(self):
        return _Line(self.link)

    def _coin_line(self):
        return _Line(self.link, "coin_")

    def storage(self, plastic: object):
        return _Card(self.link)

    def lift(self) -> None:
        self.link("lift")
        super().lift()

    def fates(self) -> list[int]:
        """For each order to stack, how many outcomes it has."""
        settled = self.bodies(m.Credit, m.CashDoubt)
        returned = [body.of for body in self.bodies(m.NotWritten)]
        return [
            sum(
                (one.acceptor, one.boot, one.cycle) == (stack.acceptor, stack.boot, stack.cycle)
                for one in settled
            )
            + returned.count(stack.id)
            for stack in self.bodies(m.Stack)
        ]

    def tell(self) -> None:
        """What the journal says, to the world."""
        done = {body.of for body in self.bodies(m.Done)}
        gone = {body.of for body in self.bodies(m.NotWritten)}
        recharges = [body for body in self.bodies(m.Recharge) if body.id not in gone]
        self.link(
            "report",
            {
                "screen": self.screen,
                "stacks": len(self.bodies(m.Stack)),
                "fates": self.fates(),
                "credits": [body.value_fen for body in self.bodies(m.Credit)],
                "keys": [[body.acceptor, body.boot, body.cycle] for body in self.bodies(m.Credit)],
                "doubts": [body.value_fen for body in self.bodies(m.CashDoubt)],
                "done": sum(body.amount_fen for body in recharges if body.id in done),
                "open": sum(body.amount_fen for body in recharges if body.id not in done),
                "given_up": len(self.bodies(m.GivenUp)),
                "waiting": sum(body.amount_fen for body in self.bodies(m.Waiting)),
                "free": len(self.stand.station.free_credits()),
            },
        )


def _be_kiosk(folder: Path, peer: socket.socket, life: Callable[[MortalRig], None], *, coins: bool) -> None:
    """The child: lives until its story ends or it is killed; never returns."""
    status = 1
    try:
        rig = MortalRig(folder, Link(peer), coins=coins)
        life(rig)
        rig.tell()
        rig.close()
        status = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(status)
