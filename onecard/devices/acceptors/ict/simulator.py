"""An ICT acceptor at the other end of the cable. It does not know the driver.

It speaks unasked and once: ``80 8F`` at its start, ``81`` and a channel for a note in escrow, ``10`` when it
is in the box, ``11`` when it went back. Not answered at its start for 2 s it inhibits itself; not told what
to do with a note for 5 s it gives it back.
"""

from onecard.devices.acceptors.ict.frames import FIRST_CHANNEL, Host, Unit
from onecard.devices.acceptors.mechanics import At, Mechanics, Timing

_FAULTS = {
    At.JAM_ACCEPTOR: Unit.JAM,
    At.JAM_STACKER: Unit.JAM,
    At.BOX_OUT: Unit.BOX_OPEN,
    At.CHEATED: Unit.FISHING,
    At.FAILURE: Unit.MOTOR,
}


class Simulator(Mechanics):
    """One acceptor."""

    USUAL = Timing(escrow=5.0, unpolled=5.0)

    def started(self) -> None:
        # It knows no denominations to enable; the mouth is for all of them or shut.
        self.enabled_fen = frozenset(self.values_fen)
        self._greets = True

    @property
    def is_greeting(self) -> bool:
        """It has said that it is there, and waits to be answered."""
        return self._greets and self._at is At.INITIALIZE

    def tick(self) -> None:
        if self.is_on and self._greets and self._line is not None:
            self._greets = False
            self._speak(Unit.POWER_UP_1, Unit.POWER_UP_2)
        super().tick()

    def _speak(self, *bytes_: int) -> None:
        if self._line is not None:
            self.say(bytes(bytes_))

    def turned(self, at: At) -> None:
        match at:
            case At.ESCROW:
                self._speak(Unit.NOTE, FIRST_CHANNEL + self.values_fen.index(self.memory.note_fen))
            case At.PASSED:
                self._speak(Unit.STACKED)
            case At.REJECTING:
                self._speak(Unit.REJECTED)
            case At.RETURNING:
                self._speak(Unit.RETURNED)
            case _ if at in _FAULTS:
                self._speak(_FAULTS[at])

    def hear(self, data: bytes) -> None:
        for byte in data:
            self.heard_poll()
            self._answer(byte)

    def _answer(self, byte: int) -> None:
        match byte:
            case Host.ACCEPT:
                self.stack()
            case Host.REJECT:
                self.give_back()
            case Host.HOLD:
                self.hold()
            case Host.ENABLE | Host.DISABLE:
                self.is_open = byte == Host.ENABLE
            case Host.RESET:
                self.reset()
                self.started()
            case Host.STATUS:
                if self._at in _FAULTS:
                    self._speak(_FAULTS[self._at])
                elif self._at is At.REST and self.is_full:
                    self._speak(Unit.STACKER)
                elif self._at is At.REST:
                    self._speak(Unit.ENABLED if self.is_open else Unit.INHIBITED)
            case _:
                self._speak(Unit.INVALID)
