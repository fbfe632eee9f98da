"""What hands can do to the simulated hardware, by code: tests, the demo and the page all use this one object.

Owns the plastic, the readers' slots, the acceptors, the printers and the network cable. Knows nothing about
money: what a card or a receipt says is for the product to decide.
"""

import threading
from collections import deque
from collections.abc import Mapping
from functools import partial
from typing import Protocol

from PIL import Image

from onecard import money
from onecard.bench.counter import CounterBench
from onecard.bench.drawer import TEARS, BenchCard, Drawer
from onecard.bench.glass import Glass
from onecard.bench.network import NetworkCable
from onecard.bench.outlet import Outlet
from onecard.bench.phone import Phone
from onecard.bench.views import (
    AcceptorState,
    BenchState,
    CableState,
    CardState,
    LogLine,
    PrinterView,
    ReaderState,
)
from onecard.clock import Clock, local
from onecard.devices.acceptors.simulators import Hands
from onecard.devices.printers.escpos.render import render
from onecard.devices.printers.escpos.simulator import PrinterSimulator
from onecard.devices.worker import Worker
from onecard.ids import Entropy

_LOG_LINES = 60
#: No coin is worth more than a yuan, and no set of notes ends there.
_LARGEST_COIN_FEN = 100
PRINTER_STATES = ("ok", "near_end", "paper_out", "cover_open", "off")


class Nonsense(Exception):
    """Hands cannot do that; the sentence says why."""


class Slot(Protocol):
    """Where a virtual card is laid: a virtual reader of pcscd."""

    def insert(self, card: BenchCard) -> None: ...

    def remove(self) -> None: ...


class Bench:
    """All hands go through here, from any thread."""

    def __init__(
        self,
        *,
        drawer: Drawer,
        slots: Mapping[str, Slot],
        acceptors: Mapping[str, Worker[Hands]],
        printers: Mapping[str, PrinterSimulator],
        cable: NetworkCable,
        clock: Clock,
        entropy: Entropy,
        counter: CounterBench | None = None,
        glass: Glass | None = None,
        phone: Phone | None = None,
        outlets: Mapping[str, Outlet] | None = None,
    ) -> None:
        self.drawer = drawer
        self._slots = slots
        self._acceptors = dict(acceptors)
        self.printers = printers
        self.cable = cable
        self.counter = counter
        self.glass, self.phone = glass, phone
        self.outlets = dict(outlets or {})
        self._clock = clock
        self._entropy = entropy
        self._lock = threading.RLock()
        self._lies: dict[str, BenchCard] = {}
        self._tears: dict[str, str] = {}
        self._log: deque[LogLine] = deque(maxlen=_LOG_LINES)

    # ---- cards

    def put(self, reader: str, uid: str) -> None:
        """Lay a card on a reader; what lay there is taken away first."""
        with self._lock:
            card = self.drawer.cards.get(uid)
            if card is None:
                raise Nonsense(f"no such card: {uid}")
            slot = self._slot(reader)
            for other, lying in list(self._lies.items()):
                if lying is card or other == reader:
                    self.take(other)
            card.order_tear(self._tears.pop(reader, None))
            card.left = lambda: self._left(reader, card)
            self._lies[reader] = card
            self._note("put", card=card.label, reader=reader)
            slot.insert(card)

    def take(self, reader: str) -> None:
        """Take away what lies there; nothing happens on an empty reader."""
        with self._lock:
            card = self._lies.pop(reader, None)
            if card is None:
                return
            card.left = None
            card.order_tear(None)
            self._slot(reader).remove()
            self._note("take", card=card.label, reader=reader)
            self.drawer.save()

    def tear(self, reader: str, at: str | None) -> None:
        """The next card on this reader leaves by itself at this moment; ``None`` takes that back."""
        with self._lock:
            self._slot(reader)
            if at is None:
                self._tears.pop(reader, None)
                if reader in self._lies:
                    self._lies[reader].order_tear(None)
            elif at not in TEARS:
                raise Nonsense(f"no such moment: {at}")
            elif reader in self._lies:
                self._lies[reader].order_tear(at)
            else:
                self._tears[reader] = at

    def blank_card(self, label: str = "") -> str:
        """A new blank medium; returns its UID."""
        with self._lock:
            card = self.drawer.blank(self._entropy)
            blanks = sum(c.kind == "blank" for c in self.drawer.cards.values())
            card.label = label or f"空白卡 Blank {blanks}"
            self.drawer.save()
            self._note("blank", card=card.label)
            return card.uid.hex()

    def _left(self, reader: str, card: BenchCard) -> None:
        """The card tore itself away: it is in somebody's hand again."""
        with self._lock:
            if self._lies.get(reader) is card:
                del self._lies[reader]
                card.left = None
                self._note("torn", bad=True, card=card.label, reader=reader)
                self.drawer.save()

    def _slot(self, reader: str) -> Slot:
        if reader not in self._slots:
            raise Nonsense(f"no such reader: {reader}")
        return self._slots[reader]

    # ---- cash

    def feed(self, value_fen: int, acceptor: str = "") -> None:
        """Put a note, or a coin, into a mouth; no name: the only one."""
        hands = self._hands(acceptor)
        if not hands.call(lambda a: a.insert(value_fen)).result(5):
            raise Nonsense("the mouth is closed: start a cash recharge at the kiosk first")
        is_coin = hands.call(lambda a: max(a.values_fen) <= _LARGEST_COIN_FEN).result(5)
        self._note("coin" if is_coin else "feed", value=money.show(value_fen).removesuffix(".00"))

    def acceptor_trouble(self, trouble: str, on: bool, acceptor: str = "") -> None:
        """``jam``, ``box_out`` or ``power``, and its end."""
        orders = {
            ("jam", True): lambda a: a.jam(),
            ("jam", False): lambda a: a.clear_jam(),
            ("box_out", True): lambda a: a.take_box_out() and None,
            ("box_out", False): lambda a: a.put_box_back(),
            ("power", True): lambda a: a.power_cut(),
            ("power", False): lambda a: a.power_on(),
        }
        order = orders.get((trouble, on))
        if order is None:
            raise Nonsense(f"no such trouble: {trouble}")
        self._hands(acceptor).call(order).result(5)
        self._note(f"{trouble}_{'on' if on else 'off'}", bad=on)

    def _hands(self, name: str) -> Worker[Hands]:
        if not self._acceptors:
            raise Nonsense("there is no acceptor on this bench")
        if not name and len(self._acceptors) > 1:
            raise Nonsense("there are several acceptors: say which")
        found = self._acceptors.get(name or next(iter(self._acceptors)))
        if found is None:
            raise Nonsense(f"no such acceptor: {name}")
        return found

    def _acceptor_states(self) -> tuple[AcceptorState, ...]:
        return tuple(
            worker.call(partial(_describe, name)).result(5) for name, worker in self._acceptors.items()
        )

    # ---- printers and cable

    def set_printer(self, printer: str, state: str) -> None:
        """Paper, cover and switch of a printer: one of ``PRINTER_STATES``."""
        if printer not in self.printers:
            raise Nonsense(f"no such printer: {printer}")
        if state not in PRINTER_STATES:
            raise Nonsense(f"no such state: {state}")
        self.printers[printer].set_state(state)
        self._note("printer", bad=state not in ("ok", "near_end"), printer=printer, state=state)

    def receipt_picture(self, printer: str, number: int) -> Image.Image | None:
        """What came out as receipt ``number`` (from 0), as a picture."""
        receipts = self.printers[printer].receipts if printer in self.printers else []
        return render(receipts[number]) if 0 <= number < len(receipts) else None

    def set_cable(self, plugged: bool) -> None:
        """Plug the network in or pull it out."""
        if plugged:
            self.cable.plug()
        else:
            self.cable.pull()
        self._note("cable_in" if plugged else "cable_out", bad=not plugged)

    # ---- the counter

    def at_counter(self, device: str, what: str) -> None:
        """Something is done to a device beside the POS; ``what`` as ``CounterBench`` names it."""
        if self.counter is None:
            raise Nonsense("nothing stands on the counter of this bench")
        if not self.counter.do(device, what):
            raise Nonsense(f"nobody can do that: {device} {what}")
        bad = (device, what) in (("power", "cut"), ("bank", "offline"), ("bank", "decline"))
        # What is typed at a PIN pad is nobody's business, not even the log's.
        said = "•" if device == "pinpad" else what
        self._note(f"counter_{device}", bad=bad, thing=said)

    # ---- the phone and the wall

    def at_phone(self, what: str, number: str = "") -> None:
        """The payment app pays or declines a code; ``what`` and ``number`` as ``Phone`` names them."""
        if self.phone is None:
            raise Nonsense("there is no phone on this bench")
        if not self.phone.do(what, number):
            raise Nonsense("the phone cannot do that: no such code waits (any more)")
        self._note(f"phone_{what}", bad=what in ("decline", "cut"))

    def power(self, station: str, *, on: bool) -> None:
        """Cut a station's current, or give it back. Nobody warns it before."""
        if station not in self.outlets:
            raise Nonsense(f"no such socket: {station}")
        self.outlets[station].switch(on=on)
        self._note("outlet_on" if on else "outlet_off", bad=not on, station=station)

    # ---- looking

    def state(self) -> BenchState:
        """Everything, as the page shows it."""
        acceptors = self._acceptor_states()
        counter = None if self.counter is None else self.counter.state()
        second = None if self.glass is None else self.glass.lines()
        phone = None if self.phone is None else self.phone.state()
        with self._lock:
            where = {card.uid.hex(): reader for reader, card in self._lies.items()}
            return BenchState(
                readers=tuple(self._reader_state(reader) for reader in self._slots),
                cards=tuple(
                    CardState(uid, card.label, card.kind, card.number, where.get(uid))
                    for uid, card in self.drawer.cards.items()
                ),
                acceptors=acceptors,
                printers=tuple(
                    PrinterView(name, printer.state, tuple(range(len(printer.receipts))))
                    for name, printer in self.printers.items()
                ),
                cable=CableState(self.cable.plugged, self.cable.bytes_up, self.cable.bytes_down),
                log=tuple(self._log),
                counter=counter,
                second=second,
                phone=phone,
                outlets=tuple((station, outlet.is_on) for station, outlet in self.outlets.items()),
            )

    def _reader_state(self, reader: str) -> ReaderState:
        card = self._lies.get(reader)
        tear = self._tears.get(reader) if card is None else card.tear
        return ReaderState(reader, None if card is None else card.uid.hex(), tear, TEARS)

    def _note(self, what: str, *, bad: bool = False, **values: str) -> None:
        at = local(self._clock.now()).strftime("%H:%M:%S")
        self._log.append(LogLine(at, what, values, bad))


def _describe(name: str, acceptor: Hands) -> AcceptorState:
    if not acceptor.is_on:
        word = "off"
    elif acceptor.takes_notes:
        word = "open"
    elif acceptor.is_jammed:
        word = "jammed"
    elif acceptor.is_box_out:
        word = "box_out"
    elif acceptor.memory.place != "none":
        word = "busy"
    else:
        word = "closed"
    return AcceptorState(
        id=name,
        state=word,
        takes=acceptor.takes_notes,
        values=acceptor.values_fen,
        jammed=acceptor.is_jammed,
        box_out=acceptor.is_box_out,
        power_off=not acceptor.is_on,
        box_fen=sum(acceptor.memory.box_fen),
        coins=max(acceptor.values_fen) <= _LARGEST_COIN_FEN,
    )
