"""Drives a ccTalk coin acceptor: reads its coins, follows its ring of events. A coin has no escrow.

A coin is money when the ring says so. Its number is counted on from the device's own counter, so that a
driver that starts anew finds the coins which the one before it did not get to disk.
"""

from collections import deque

from onecard.devices.acceptors import Dropped, Event, Faulted, Idle, Lost, PoweredUp, Rejected
from onecard.devices.acceptors.cctalk import meaning
from onecard.devices.acceptors.cctalk.bus import Bus
from onecard.devices.acceptors.cctalk.frames import Check, Frame
from onecard.devices.acceptors.cctalk.meaning import AROUND, Header
from onecard.devices.acceptors.polled import Polled
from onecard.devices.line import Line

COINS = 16


class CcTalkCoins(Polled):
    """An ``Acceptor`` that never holds anything."""

    def __init__(
        self, line: Line, serial: str, *, address: int = 2, check: Check = "sum", unit_fen: int = 1
    ) -> None:
        """``unit_fen``: what a plain number in a coin's name counts."""
        super().__init__(line, serial)
        self._bus = Bus(address, check)
        self._unit_fen = unit_fen
        self._steps: deque[tuple[int, bytes]] = deque()
        self._asked: tuple[int, bytes] = 0, b""
        self._coins: dict[int, int] = {}
        self._counter: int | None = None
        #: Number of the newest event; its remainder is the device's counter.
        self._number = 0
        self._resumed = 0
        self._queue: deque[tuple[int, int, int]] = deque()
        self._pending: Dropped | None = None
        self._unconfirmed = b""
        self._is_paused = self._is_quiet_long = False
        self._since_mouth = 0
        self._trouble: tuple[str, str] | None = None
        self._told: Event | None = None
        self._applied: frozenset[int] | None = None
        self._setting = frozenset[int]()
        self._begin()

    # -- contract ----------------------------------------------------------------------------------------

    def enable(self, values_fen: frozenset[int]) -> None:
        super().enable(values_fen)
        self._told = None  # how it is, is told again when this is done

    def acknowledge(self) -> None:
        self._pending = None

    def resume(self, cycle: int) -> None:
        self._resumed = cycle

    def _repeat_credit(self) -> list[Event]:
        return [] if self._pending is None else [self._pending]

    # -- asking ------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._steps = deque([(Header.SIMPLE_POLL, b"")])
        self._steps += [(Header.COIN_ID, bytes((place,))) for place in range(1, COINS + 1)]

    def _ask(self) -> bytes | None:
        if self._is_paused and not self._steps:
            self._is_paused = False  # the ring is read every 200 ms
            return None
        if not self._steps and self._counter is not None and self._wanted != self._applied:
            self._setting = self._wanted
            inhibits = (int(Header.INHIBITS), meaning.mask(self._coins, self._setting))
            mouth = (int(Header.MASTER_INHIBIT), bytes((bool(self._setting),)))
            self._steps += [inhibits, mouth] if self._setting else [mouth, inhibits]
        self._asked = self._steps[0] if self._steps else (int(Header.READ_COINS), b"")
        self._since_mouth += 1
        if not self._steps and self._applied and self._since_mouth > meaning.MOUTH_EVERY:
            self._since_mouth = 0
            self._asked = int(Header.READ_MASTER_INHIBIT), b""
        self._is_paused = self._asked[0] == Header.READ_COINS
        return self._bus.question(*self._asked)

    def _fell_silent(self) -> None:
        self._is_quiet_long = True
        self._told = None

    # -- answers -----------------------------------------------------------------------------------------

    def _expire(self) -> list[Event]:
        return self._take(self._bus.expire())

    def _hear(self, data: bytes) -> list[Event]:
        return self._take(self._bus.answers(data)) + self._drain()

    def _take(self, frames: list[Frame]) -> list[Event]:
        events: list[Event] = []
        for frame in frames:
            if not self._is_waiting or frame.header not in (meaning.ANSWER, meaning.NAK, meaning.BUSY):
                continue
            self._answered()
            if frame.header != meaning.BUSY:
                events += self._receive(*self._asked, frame)
        return events

    def _receive(self, header: int, sent: bytes, frame: Frame) -> list[Event]:
        is_ok = frame.header == meaning.ANSWER
        if header == Header.READ_COINS:
            return self._ring(frame.data) if is_ok else []
        if header == Header.READ_MASTER_INHIBIT:
            if is_ok and frame.data == b"\0" and self._applied:
                self._counter = 0  # it began at 0 again, unseen
                return self._restarted()
            return []
        if header == Header.COIN_ID:
            value = meaning.coin_value(frame.data, self._unit_fen) if is_ok else None
            self._coins.pop(sent[0], None)
            if value is not None:
                self._coins[sent[0]] = value
            self.values_fen = tuple(sorted(set(self._coins.values())))
        elif not is_ok and header in (Header.INHIBITS, Header.MASTER_INHIBIT):
            return self._tell(Faulted("failure", f"header_{header}"))  # and it is asked again
        self._steps.popleft()
        if not self._steps and header in (Header.INHIBITS, Header.MASTER_INHIBIT):
            self._applied = self._setting
        return []

    def _tell(self, event: Event) -> list[Event]:
        """A state is told once, not with every poll."""
        before, self._told = self._told, event
        return [event] if event != before else []

    # -- the ring ----------------------------------------------------------------------------------------

    def _ring(self, data: bytes) -> list[Event]:
        before = self._resumed_counter() if self._counter is None else self._counter
        try:
            news = meaning.news(before if before is not None else 0, data)
        except ValueError:
            return []
        is_first = self._counter is None
        is_news = is_first or data[0] != before
        if is_news and self._bus.check == "sum" and self._unconfirmed != data:
            # A check of eight bits lets one damaged answer in 256 pass: news are believed when read twice.
            self._unconfirmed = data
            return []
        self._unconfirmed = b""
        is_restarted = news.is_restarted or (self._is_quiet_long and data[0] == 0)
        self._is_quiet_long = False
        self._counter = data[0]
        if is_first:
            return [PoweredUp("none"), *self._first_look(news, before)]
        if is_restarted:
            return self._restarted()
        if news.is_lost:
            return [Lost("events_lost"), *self._set_up_again()]
        self._put(news.events)
        if is_news or self._queue or self._trouble or self._applied is None:
            return []
        return self._tell(Idle(bool(self._applied)))

    def _resumed_counter(self) -> int | None:
        return None if self._resumed == 0 else (self._resumed - 1) % AROUND + 1

    def _first_look(self, news: meaning.News, before: int | None) -> list[Event]:
        """Coins that fell after the last one on disk: whose they were nobody knows, that they fell is
        sure."""
        assert self._counter is not None
        if before is None or self._counter == 0:
            self._number = self._counter
            return []
        if news.is_lost:
            # Perhaps only refused coins, which leave no trace in the journal; perhaps not.
            self._number = self._counter
            return [Lost("events_lost")]
        self._number = self._resumed
        self._put(news.events)
        return []

    def _put(self, events: tuple[tuple[int, int], ...]) -> None:
        for a, b in events:
            self._number += 1
            self._queue.append((self._number, a, b))

    def _restarted(self) -> list[Event]:
        """What fell between the last look and the restart is forgotten; with an open mouth that may be a
        coin."""
        lost: list[Event] = [Lost("restarted_while_open")] if self._applied else []
        return [*lost, *self._set_up_again(), PoweredUp("none")]

    def _set_up_again(self) -> list[Event]:
        """It restarted. What was read before that stays in the queue: it is known."""
        self._number += -self._number % AROUND + (self._counter or 0)
        self._applied, self._trouble, self._told = None, None, None
        return []

    def _drain(self) -> list[Event]:
        events: list[Event] = []
        while self._queue and self._pending is None:
            events += self._happened(*self._queue.popleft())
        return events

    def _happened(self, number: int, a: int, b: int) -> list[Event]:
        if a > 0:
            self._trouble = None
            value = self._coins.get(a)
            if value is None:
                return [Lost(f"coin_{a}")]
            self._pending = Dropped(number, value)
        elif b in meaning.COIN_FAULTS:
            self._trouble = meaning.COIN_FAULTS[b]
            return self._tell(Faulted(*self._trouble))
        elif b in meaning.COIN_REJECTS:
            self._trouble = None
            return [Rejected(meaning.COIN_REJECTS[b])]
        elif b:
            return [Rejected(f"code_{b}")]
        return []
