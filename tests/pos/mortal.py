"""A till in a process of its own that is killed (-9), and a world that outlives it: office, cards, its disk.

At each named step the till splits in two: one half dies there, the other lives on to the next step. The world
splits too, so that each death has an office of its own to come back to. Steps are the doors of the machine: a
transaction that begins and is on its disk, a command that changed a card, a question and its answer, a paper.
"""

import gc
import os
import pickle
import signal
import socket
import traceback
from collections.abc import Callable
from typing import Any

from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardError
from onecard.ids import SeededEntropy
from tests.pos.town import Town
from tests.world.box import KEYS
from tests.world.office import UNIT

Cards = dict[str, VirtualM1]
Life = Callable[[Town, Cards], None]
#: Questions whose answer leaves the office otherwise than before.
CHANGING = ("/t/upload", "/t/errand")
#: What a death leaves: the disk's files, the cards.
Left = tuple[dict[str, bytes], dict[str, bytes]]


class _Link:
    """One end of the only thing that the till and the world share."""

    def __init__(self, end: socket.socket) -> None:
        self._file = end.makefile("rwb")

    def tell(self, *words: Any) -> None:
        pickle.dump(words, self._file)
        self._file.flush()

    def hear(self) -> Any:
        return pickle.load(self._file)


class _Mortal:
    """The till's own process, the named steps counted."""

    def __init__(self, town: Town, cards: Cards, link: _Link) -> None:
        self._till, self._cards, self._link = town.till, cards, link
        self._last = ""
        self._memory, self._known = self._blocks(), self._says(self._image())
        till = self._till
        till.network, till.disk.fuse = self, self._door  # type: ignore[assignment]
        till._burn = self._door  # type: ignore[method-assign]
        put_out = till.print

        def paper(document: Any, then: Any) -> None:
            self.step("paper")
            put_out(document, then)

        till.print = paper  # type: ignore[method-assign]

    def _blocks(self) -> list[list[bytes]]:
        return [list(one.blocks) for one in self._cards.values()]

    def _image(self) -> Left:
        return self._till.disk.copy(), {name: one.to_bytes() for name, one in self._cards.items()}

    def _says(self, left: Left) -> tuple[object, ...]:
        """The disk byte by byte, and of each card what a desk reads: cut between two of its blocks it is
        looked at in the tests of the cards."""
        files, plastics = left
        return files, *(_read(kept) for kept in plastics.values())

    def exchange(self, _box: Any, *question: Any) -> Any:
        """The way to the office."""
        path = question[1]
        self.step(f"ask {path}")
        self._link.tell("ask", question)
        answer = self._link.hear()
        self.step(f"answer {path}", is_new=path in CHANGING)
        return answer

    def _door(self, what: str) -> bool:
        if what != "card":
            # The bytes of one transaction are one step; that it is safe is the next.
            if what != self._last:
                self.step(what)
        elif self._blocks() != self._memory:
            self._memory = self._blocks()
            self.step("card")
        return False

    def step(self, name: str, *, is_new: bool = False) -> None:
        """Die here, if anything would be left otherwise than at the step before; and go on."""
        self._last = name
        left = self._image()
        says, known = self._says(left), self._known
        if says == known and not is_new and name != "paper":
            self._link.tell("as before", name)
            return
        self._known = says
        if (pid := os.fork()) == 0:
            self._link.tell("dies", name, left)
            os.kill(os.getpid(), signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status), status
        assert self._link.hear() == ("go on",)


def _read(kept: bytes) -> object:
    try:
        image = M1Card(DirectStorage(VirtualM1.from_bytes(kept)), KEYS, UNIT).read()
    except CardError as error:
        return error.code, error.params
    return image.identity, image.newest, image.older


def _in_child(work: Callable[[_Link], None]) -> tuple[_Link, int]:
    """A fork that does this and nothing else; what it has to complain of is told as the last thing."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        gc.disable()
        ours.close()
        link = _Link(theirs)
        try:
            work(link)
            link.tell("through")
        except BaseException:
            link.tell("failed", traceback.format_exc())
        finally:
            os._exit(0)
    theirs.close()
    return _Link(ours), pid


def _comes_back(town: Town, cards: Cards, left: Left, at: int) -> None:
    """The same machine starts on what is on its disk; cards lie where they were."""
    files, plastics = left
    till = town.till
    till.off(lambda bound: 0)
    till.disk.restore(files)
    for name, kept in plastics.items():
        cards[name] = VirtualM1.from_bytes(kept)
    till.entropy = SeededEntropy(1_000 + at)
    town.clock.advance(60)
    till.boot()
    town.sync()


def killed_everywhere(
    town: Town, cards: Cards, life: Life, goes_on: Life, check: Life
) -> tuple[list[str], list[str]]:
    """Lives it once, dying at every step; after each death it goes on and is checked. The steps at which it
    died, and those that would have left exactly what the one before left."""
    died: list[str] = []
    same: list[str] = []

    def live(link: _Link) -> None:
        _Mortal(town, cards, link)
        life(town, cards)

    def world(link: _Link) -> None:
        till, pid = _in_child(live)
        while True:
            what, *words = till.hear()
            match what:
                case "ask":
                    reply = town.office.exchange(*words[0])
                    till.tell(reply.status, reply.body, reply.headers)
                case "as before":
                    same.append(words[0])
                case "dies":
                    died.append(words[0])
                    _aftermath(town, cards, words[1], (words[0], len(died)), goes_on, check)
                    till.tell("go on")
                case _:
                    os.waitpid(pid, 0)
                    assert what == "through", words[0]
                    link.tell("steps", died, same)
                    return

    gc.freeze()
    watched, pid = _in_child(world)
    heard = watched.hear()
    os.waitpid(pid, 0)
    gc.unfreeze()
    assert heard[0] == "steps", heard[1]
    return heard[1], heard[2]


def _aftermath(
    town: Town, cards: Cards, left: Left, where: tuple[str, int], goes_on: Life, check: Life
) -> None:
    """In a world of its own."""

    def world(_: _Link) -> None:
        _comes_back(town, cards, left, where[1])
        goes_on(town, cards)
        check(town, cards)

    watched, pid = _in_child(world)
    heard = watched.hear()
    os.waitpid(pid, 0)
    assert heard[0] == "through", f"killed at {where}: {heard[1]}"
