"""Drives an ITL validator over SSP or eSSP: agrees on a key, reads its channels, polls, holds, rejects.

Once a note was reported in escrow the *next poll keeps it*: from then on HOLD is sent instead, and a poll
only as the order to stack. Whenever it is not certain that nothing is in escrow (start, silence), REJECT goes
first. With a key, poll-with-ack repeats a credit until it was acknowledged; without one it is told once.
"""

from collections import deque

from onecard.devices.acceptors import Event, PoweredUp
from onecard.devices.acceptors.polled import Polled
from onecard.devices.acceptors.ssp import meaning
from onecard.devices.acceptors.ssp.frames import Frame, Parser, encode
from onecard.devices.acceptors.ssp.meaning import Happening, Order
from onecard.devices.acceptors.ssp.secret import STEX, Agreement, seal, unseal, wire
from onecard.devices.line import Line
from onecard.ids import Entropy

#: The versions whose events we can read, in the order they are tried.
_PROTOCOLS = (8, 7, 6)
#: Tries of one frame before the link is set up anew.
_TRIES = 20
#: Answers in a row that call it shut while it should be open, before it is told once more.
_SHUT_POLLS = 5
#: Commands of the link itself, which are never encrypted.
_PLAIN = (Order.SYNC, Order.SET_GENERATOR, Order.SET_MODULUS, Order.EXCHANGE_KEYS)


class _Boot:
    """What is known of a start while it lasts: the device's, or ours while the device was already running."""

    def __init__(self, *, is_ours: bool) -> None:
        self.is_ours = is_ours
        self.note = "none"
        #: The last note of the life before was credited and acknowledged: what is found now is that one.
        self.is_credited = False
        self.is_begun = False


class Ssp(Polled):
    """An ``Acceptor``."""

    def __init__(self, line: Line, serial: str, entropy: Entropy, fixed_key: int | None) -> None:
        """``fixed_key``: the half of the key that does not travel; None for SSP without encryption."""
        super().__init__(line, serial)
        self.version = ""
        self._entropy, self._fixed_key = entropy, fixed_key
        self._parser = Parser()
        self._channels: dict[int, int] = {}
        self._protocols: deque[int] = deque(_PROTOCOLS)
        self._agreement: Agreement | None = None
        self._key: bytes | None = None
        self._count = 0
        self._sequence = True
        self._sent: tuple[bytes, bytes] = b"", b""  # command, and the frame it went out in
        self._tries = 0
        self._steps: deque[bytes] = deque()
        self._applied: frozenset[int] | None = None
        self._setting = frozenset[int]()
        self._shut = 0
        #: Channels of the notes in the last answer, as long as nothing was acknowledged; how many beyond the
        #: first are on disk.
        self._told: tuple[int, ...] = ()
        self._taken = 0
        self._is_acknowledged = False
        self._must_reject = self._event_ack_due = self._is_paused = self._is_return_told = False
        self._boot: _Boot | None = _Boot(is_ours=True)
        self._begin()

    # -- asking ------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """From the start of the link on: nothing agreed, and a note may be in escrow."""
        self._key, self._agreement, self._count = None, None, 0
        self._tries = 0
        self._applied = None
        self._must_reject = True
        self._event_ack_due = False
        self._protocols = deque(_PROTOCOLS)
        self._steps = deque((bytes((Order.SYNC,)),))
        if self._fixed_key is not None:
            self._steps.append(bytes((Order.SET_GENERATOR,)))
        self._steps += (bytes((Order.REJECT,)), bytes((Order.PROTOCOL,)), bytes((Order.SETUP,)))

    def _ask(self) -> bytes | None:
        if self._tries:
            return self._sent[1]  # unanswered: the very same frame, so that it is carried out once
        if self._is_paused:
            # The makers want 200 ms between polls; a held note and its orders do not wait.
            self._is_paused = False
            if not (self._steps or self._cycles.is_held):
                return None
        command = self._next()
        self._sent = command, self._frame(command)
        self._is_paused = command[0] in (Order.POLL, Order.POLL_WITH_ACK)
        return self._sent[1]

    def _next(self) -> bytes:
        if self._steps:
            return self._filled(self._steps[0])
        if self._must_reject:
            return bytes((Order.REJECT,))
        if self._cycles.pending is None:
            if self._cycles.acknowledgement_due() or self._event_ack_due:
                if self._key is not None:
                    if self._credit_next():
                        return bytes((Order.POLL_WITH_ACK,))
                    return bytes((Order.EVENT_ACK,))
                self._event_ack_due = False
        elif self._key is None:
            return bytes((Order.HOLD,))  # a poll would have news that nobody may believe yet
        if self._cycles.is_held:
            order = self._cycles.due()
            if order == "stack":
                self._cycles.ordered()
            elif not self._cycles.is_to_stack:
                return bytes((Order.REJECT if order == "return" else Order.HOLD,))
        elif self._boot is None and self._wanted != self._applied and self._cycles.pending is None:
            self._apply_wish()
            return self._filled(self._steps[0])
        return bytes((Order.POLL if self._key is None else Order.POLL_WITH_ACK,))

    def _credit_next(self) -> bool:
        """The acknowledgement takes back all that was told in one answer: each note of it is money first."""
        if self._taken + 1 >= len(self._told):
            return False
        self._taken += 1
        self._cycles.credit(self._channels.get(self._told[self._taken]), repeats=False)
        return True

    def _apply_wish(self) -> None:
        self._setting = self._wanted
        mask = sum(1 << (channel - 1) for channel, fen in self._channels.items() if fen in self._setting)
        inhibits = bytes((Order.SET_INHIBITS,)) + mask.to_bytes(2, "little")
        # Opening: first which notes, then the mouth. Closing: the mouth first.
        if self._setting:
            self._steps += (inhibits, bytes((Order.ENABLE,)))
        else:
            self._steps += (bytes((Order.DISABLE,)), inhibits)

    def _filled(self, step: bytes) -> bytes:
        """The step with what is known only now."""
        match step[0]:
            case Order.PROTOCOL:
                return step + bytes((self._protocols[0],))
            case Order.SET_GENERATOR:
                self._agreement = Agreement(self._entropy)
                return step + wire(self._agreement.generator)
            case Order.SET_MODULUS if self._agreement is not None:
                return step + wire(self._agreement.modulus)
            case Order.EXCHANGE_KEYS if self._agreement is not None:
                return step + wire(self._agreement.intermediate)
        return step

    def _frame(self, command: bytes) -> bytes:
        if command[0] == Order.SYNC:
            self._sequence = True
        data = command
        if self._key is not None and command[0] not in _PLAIN:
            data = seal(self._key, self._count, command, self._entropy)
        return encode(Frame(self._sequence, data))

    def _missed(self) -> list[Event]:
        self._tries += 1
        if self._tries >= _TRIES:
            self._begin()
        return []

    def _fell_silent(self) -> None:
        self._must_reject = True

    # -- answers -----------------------------------------------------------------------------------------

    def _expire(self) -> list[Event]:
        self._parser.expire()
        return []

    def _hear(self, data: bytes) -> list[Event]:
        events: list[Event] = []
        for frame in self._parser.feed(data):
            reply = self._opened(frame)
            if reply is None or not self._is_waiting:
                continue
            self._answered()
            self._tries = 0
            # A fresh link begins with sequence 0; else each answered command turns the bit over.
            self._sequence = False if self._sent[0][0] == Order.SYNC else not self._sequence
            events += self._receive(self._sent[0], reply)
        return events

    def _opened(self, frame: Frame) -> bytes | None:
        """The answer to what was asked; None for anything else."""
        if frame.address != 0 or frame.sequence != self._sequence or not frame.data:
            return None
        if frame.data[0] != STEX:
            is_bare = self._key is not None and self._sent[0][0] not in _PLAIN
            # Who can answer in the clear what was asked under the key holds no key: it may only say so.
            return None if is_bare and frame.data[0] != meaning.KEY_NOT_SET else frame.data
        if self._key is None or (opened := unseal(self._key, frame.data)) is None:
            return None
        count, reply = opened
        # Descriptions differ on whether the answer carries the count of the question or the next one.
        if count not in (self._count, self._count + 1) or not reply:
            return None
        self._count += 1
        return reply

    def _receive(self, command: bytes, reply: bytes) -> list[Event]:
        code, is_ok = reply[0], reply[0] == meaning.OK
        if code == meaning.KEY_NOT_SET:
            if self._fixed_key is None:
                return self._cycles.faulted("failure", "key_not_set")
            self._begin()
            return []
        match command[0]:
            case Order.POLL | Order.POLL_WITH_ACK if is_ok:
                if self._cycles.is_held:
                    # This poll was the order to stack.
                    return self._cycles.accepted(is_stacking=True) + self._read(reply[1:], was_order=True)
                return self._read(reply[1:])
            case Order.HOLD if not is_ok and self._cycles.is_held:
                self._must_reject = True  # not in escrow any more, most likely; a poll would be a gamble
            case Order.REJECT:
                self._must_reject = False
                self._cycles.let_go()
                if is_ok and self._boot is not None and self._key is not None:
                    # Without a key the last credit may have been told to nobody, and this be another note.
                    self._boot.note = "acceptor"
            case Order.EVENT_ACK:
                self._told, self._taken, self._is_acknowledged = (), 0, True
                self._event_ack_due = False  # what it still has to tell comes with the next poll
        if self._steps and command[0] == self._steps[0][0]:
            return self._step(command, reply)
        return []

    def _step(self, command: bytes, reply: bytes) -> list[Event]:
        is_ok = reply[0] == meaning.OK
        match command[0]:
            case Order.PROTOCOL if not is_ok and len(self._protocols) > 1:
                self._protocols.popleft()
                return []
            case Order.SET_GENERATOR if is_ok:
                self._steps.insert(1, bytes((Order.SET_MODULUS,)))
            case Order.SET_MODULUS if is_ok:
                self._steps.insert(1, bytes((Order.EXCHANGE_KEYS,)))
            case Order.EXCHANGE_KEYS if is_ok and len(reply) == 9 and self._agreement is not None:
                assert self._fixed_key is not None
                self._key = self._agreement.key(int.from_bytes(reply[1:], "little"), self._fixed_key)
                self._count = 0
            case Order.SET_GENERATOR | Order.SET_MODULUS | Order.EXCHANGE_KEYS:
                # Never without the key that was asked for: somebody may have wished it away.
                self._begin()
                return self._cycles.faulted("failure", "no_encryption")
            case Order.SETUP:
                events = self._set_up(reply)
                self._steps.popleft()
                return events
            case Order.LAST_REJECT:
                self._steps.popleft()
                code = reply[1] if is_ok and len(reply) > 1 else 0xFF
                return self._cycles.rejecting(meaning.REJECTS.get(code, f"code_{code:02x}"))
            case Order.ENABLE | Order.DISABLE | Order.SET_INHIBITS:
                if not is_ok:
                    self._steps.clear()
                    self._applied = None
                    return self._cycles.faulted("failure", f"order_{command[0]:02x}")
        self._steps.popleft()
        if not self._steps and command[0] in (Order.ENABLE, Order.SET_INHIBITS):
            self._applied = self._setting
        return []

    def _set_up(self, reply: bytes) -> list[Event]:
        try:
            setup = meaning.read_setup(reply[1:] if reply[0] == meaning.OK else b"")
        except ValueError:
            return self._cycles.faulted("failure", "no_setup")
        self.version = setup.firmware
        self._channels = setup.values_fen
        self.values_fen = tuple(sorted(set(setup.values_fen.values())))
        return []

    # -- events ------------------------------------------------------------------------------------------

    def _read(self, data: bytes, *, was_order: bool = False) -> list[Event]:
        found, unread = meaning.happenings(data)
        events: list[Event] = []
        if self._key is not None:
            self._told = tuple(behind[0] for kind, behind in found if kind is Happening.CREDIT)
        for kind, behind in found:
            self._event_ack_due |= kind in meaning.TO_ACKNOWLEDGE
            events += self._happened(kind, behind)
        if unread is not None:
            return events + self._cycles.faulted("failure", f"event_{unread:02x}")
        if not was_order and not any(kind in meaning.MOVING for kind, _ in found):
            events += self._rested({kind for kind, _ in found})
        return events

    def _happened(self, kind: Happening, behind: bytes) -> list[Event]:
        cycles = self._cycles
        match kind:
            case Happening.RESET:
                self._reset_seen()
            case Happening.CLEARED_FROM_FRONT if self._boot is not None and not self._boot.is_ours:
                self._boot.note = "acceptor"
            case Happening.CLEARED_TO_BOX:
                self._found_in_box(self._channels.get(behind[0]))
            case Happening.STACKED_AT_START | Happening.STORED_AT_START:
                value = int.from_bytes(behind[:4], "little")
                self._found_in_box(value if behind[4:] == b"CNY" and value else None)
            case Happening.CREDIT:
                # Behind an acknowledgement that arrived it is not the same one again.
                repeats = self._key is not None and not self._is_acknowledged
                self._is_acknowledged = False
                cycles.credit(self._channels.get(behind[0]), repeats=repeats, is_sure=True)
            case Happening.READ if self._boot is not None:
                # The unit is still open from before: this one is nobody's yet, and goes back untold.
                self._must_reject |= behind[0] > 0
            case _ if self._boot is None:
                return self._moved(kind, behind)
        return []

    def _moved(self, kind: Happening, behind: bytes) -> list[Event]:
        cycles = self._cycles
        match kind:
            case Happening.READ if behind[0] == 0:
                return cycles.accepting()
            case Happening.READ:
                return cycles.held(behind[0], self._channels.get(behind[0]))
            case Happening.STACKING:
                return cycles.stacking()
            case Happening.STACKED:
                return cycles.stacked()
            case Happening.REJECTING:
                told = cycles.returning()
                self._is_return_told |= bool(told)
                return told
            case Happening.REJECTED:
                was_told, self._is_return_told = self._is_return_told, False
                if not was_told:
                    self._steps.append(bytes((Order.LAST_REJECT,)))
            case _ if kind in meaning.FAULTS:
                return cycles.faulted(*meaning.FAULTS[kind])
        return []

    def _reset_seen(self) -> None:
        """It started by itself: its settings are gone, its key too; where the note was it says in a
        moment."""
        self._boot = _Boot(is_ours=self._boot is not None and self._boot.is_ours)
        self._boot.is_credited = self._cycles.pending is not None or self._cycles.is_waiting_for_stacked
        self._applied = None
        if not any(step[0] == Order.PROTOCOL for step in self._steps):
            self._steps += (bytes((Order.PROTOCOL,)), bytes((Order.SETUP,)))

    def _found_in_box(self, value_fen: int | None) -> None:
        """A note that was on its way when the power went lies in the box now."""
        if self._boot is None or self._boot.is_credited or self._cycles.pending is not None:
            return
        self._begin_cycles()
        if value_fen is None:
            self._boot.note = "stacker"
        else:
            self._cycles.credit(value_fen, repeats=self._key is not None, is_sure=True)
            self._boot.note = "none"

    def _begin_cycles(self) -> None:
        if self._boot is not None and not self._boot.is_begun and self._cycles.pending is None:
            self._boot.is_begun = True
            self._cycles.restarted()

    def _rested(self, kinds: set[Happening]) -> list[Event]:
        """A reply in which nothing moves."""
        if self._cycles.pending is not None:
            return []
        events: list[Event] = []
        if self._boot is not None:
            if self._steps or self._event_ack_due:
                return []
            self._begin_cycles()
            events.append(PoweredUp(self._boot.note))
            # A note found in the box was told as a credit already; it has no further report to wait for.
            self._cycles.restarted()
            self._boot = None
        if kinds <= {Happening.DISABLED, Happening.ALL_INHIBITED, Happening.BOX_BACK, Happening.REJECTED}:
            is_shut = bool(kinds & {Happening.DISABLED, Happening.ALL_INHIBITED})
            self._shut = self._shut + 1 if is_shut and self._applied else 0
            if self._shut > _SHUT_POLLS:
                self._shut, self._applied = 0, None  # it has forgotten what to take
            if not self._steps:
                events += self._cycles.quiet(not is_shut)
        return events
