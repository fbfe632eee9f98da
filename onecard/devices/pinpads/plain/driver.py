"""Drives a PIN pad that sends a byte per key. Digits live in one buffer here and nowhere else."""

from onecard.devices.line import Line
from onecard.devices.pinpads import LEAST, MOST, Cancelled, Entered, Event, Pin, TimedOut, Typing
from onecard.devices.pinpads.plain import frames
from onecard.errors import DeviceGone

#: Polls without a key after which nobody is there any more: thirty seconds at the worker's pace.
PATIENCE_POLLS = 600


class Plain:
    """A ``Pinpad``."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._digits = bytearray()
        self._is_asked = False
        self._quiet = 0

    def ask(self) -> None:
        self._forget()
        self._line.read_available()
        self._is_asked, self._quiet = True, 0

    def stop(self) -> None:
        self._forget()
        self._is_asked = False

    def poll(self) -> list[Event]:
        try:
            pressed = frames.keys(self._line.read_available())
        except DeviceGone:
            self.stop()
            raise
        events: list[Event] = []
        for key in pressed:
            if self._is_asked:
                events += self._press(key)
        self._quiet = 0 if pressed else self._quiet + 1
        if self._is_asked and self._quiet >= PATIENCE_POLLS:
            self.stop()
            events.append(TimedOut())
        return events

    def close(self) -> None:
        self.stop()
        self._line.close()

    def _press(self, key: int) -> list[Event]:
        if key == frames.CANCEL:
            self.stop()
            return [Cancelled()]
        if key == frames.OK:
            return self._finish()
        if key == frames.BACK:
            if self._digits:
                self._digits[-1] = 0
                del self._digits[-1:]
        elif len(self._digits) < MOST:
            self._digits.append(key)
        return [Typing(len(self._digits))]

    def _finish(self) -> list[Event]:
        enough = len(self._digits) >= LEAST
        event: Event = Entered(Pin(bytes(self._digits))) if enough else Cancelled("too_short")
        self.stop()
        return [event]

    def _forget(self) -> None:
        for at in range(len(self._digits)):
            self._digits[at] = 0
        self._digits.clear()
