"""Drives an ESC/POS printer: sends a document, and believes that it came out only when the printer says so.

A write that succeeded proves nothing: the last thing sent is a question that is answered
after everything before it was worked off. Waiting is bounded, and no answer is ``UNKNOWN``, never ``OK``.
Tried on our own simulator only. A printer without GS r always ends as ``UNKNOWN``, within three seconds: it
is asked before the document whether it answers at all, because afterwards silence may be a long receipt.
"""

from collections.abc import Callable

from PIL import Image

from onecard.clock import Clock
from onecard.devices.line import Line
from onecard.devices.printers import Document, DrawerState, PrinterState
from onecard.devices.printers.escpos import answers, encode
from onecard.devices.printers.escpos.answers import Heard, Sorter
from onecard.devices.printers.escpos.encode import Paper
from onecard.errors import DeviceGone

_ANSWER_S = 0.4
#: A long receipt takes a slow printer this long, cutting included.
_PRINT_S = 15.0
#: How often the printer is asked whether something keeps it, while it prints.
_LOOK_S = 0.5
_OWED_S = 8.0
#: An idle printer that knows the question answers it within this time.
_PROBE_S = 1.0
#: So long a printer that confirms nothing is watched for trouble after a document.
_BLIND_S = 0.8
_DRAWER_S = 0.3
_STEP_S = 0.005
_CHUNK = 1024
_WELL = (PrinterState.OK, PrinterState.NEAR_END)


class EscPos:
    """A ``Printer``."""

    def __init__(
        self,
        open_line: Callable[[], Line],
        paper: Paper,
        *,
        clock: Clock,
        logo: Image.Image | None = None,
        keeps_line: bool = True,
        has_status: bool = True,
        drawer_open: str = "none",
    ) -> None:
        """``keeps_line`` off: connect for each operation. Most network printers serve one connection at a
        time: a till that kept it would lock the others out, and an idle connection tells nothing anyway.

        ``has_status`` off: it is known to answer nothing, so nothing is asked and nobody waits.
        ``drawer_open``: which level of the drawer's switch means open: ``high``, ``low``, or ``none``."""
        self.columns = paper.columns
        self._open_line, self._paper, self._logo = open_line, paper, logo
        self._clock, self._keeps_line = clock, keeps_line
        self._has_status = has_status
        self._drawer_open = drawer_open
        #: Whether it answers the question behind a document; ``None`` until it was tried.
        self._confirms: bool | None = None
        self._line: Line | None = None
        self._sorter = Sorter()
        #: Confirmations of earlier documents that may still come, once paper is in again; not ours.
        self._owed = 0

    # -- contract ----------------------------------------------------------------------------------------

    def status(self) -> PrinterState:
        return self._with_line(self._status)

    def print(self, document: Document) -> PrinterState:
        data = encode.encode(document, self._paper, self._logo)
        return self._with_line(lambda line: self._print(line, data))

    def drawer(self) -> DrawerState:
        return self._about_drawer(lambda line: None)

    def kick_drawer(self) -> DrawerState:
        return self._about_drawer(self._kick)

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    # -- one operation -----------------------------------------------------------------------------------

    def _with_line(self, operation: Callable[[Line], PrinterState]) -> PrinterState:
        try:
            if self._line is None:
                self._line = self._open_line()
                self._sorter = Sorter()
                self._owed = 0
            state = operation(self._line)
        except DeviceGone as gone:
            self.close()
            # Stalled: it is there and takes no more bytes. What it did with the earlier ones, nobody knows.
            return PrinterState.UNKNOWN if gone.code == "device.stalled" else PrinterState.GONE
        if not self._keeps_line:
            self.close()
        return state

    def _about_drawer(self, order: Callable[[Line], None]) -> DrawerState:
        told = DrawerState.UNKNOWN

        def ask(line: Line) -> PrinterState:
            nonlocal told
            order(line)
            if self._has_status:
                line.write(bytes((0x10, 0x04, answers.QUESTIONS[0])))
                heard = self._wait(line, lambda heard: bool(heard.realtime), _ANSWER_S)
                self._owed = max(0, self._owed - len(heard.done))
                if heard.realtime:
                    told = answers.drawer(heard.realtime[0], self._drawer_open)
            return PrinterState.UNKNOWN

        self._with_line(ask)
        return told

    def _kick(self, line: Line) -> None:
        # A queued kick waits for paper, and would then open a drawer that nobody watches.
        stuck = self._status(line) not in (*_WELL, PrinterState.UNKNOWN)
        line.write(encode.KICK_NOW if stuck else encode.KICK)
        # The bolt moves and the drawer rolls before its switch tells.
        self._wait(line, lambda heard: False, _DRAWER_S)

    def _status(self, line: Line) -> PrinterState:
        if not self._has_status:
            return PrinterState.UNKNOWN
        self._owed = max(0, self._owed - len(self._sorter.feed(line.read_available()).done))
        state, done = self._ask(line)
        self._owed = max(0, self._owed - len(done))
        return state

    def _ask(self, line: Line) -> tuple[PrinterState, list[int]]:
        """The four questions, and confirmations that came in between."""
        replies, done = list[int](), list[int]()
        for question in answers.QUESTIONS:
            line.write(bytes((0x10, 0x04, question)))
            heard = self._wait(line, lambda heard: bool(heard.realtime), _ANSWER_S)
            done += heard.done
            if not heard.realtime:
                # Which question a later answer would belong to can no longer be told.
                return PrinterState.UNKNOWN, done
            replies.append(heard.realtime[0])
        return answers.state(*replies), done

    def _print(self, line: Line, data: bytes) -> PrinterState:
        before = self._status(line)
        if before not in (*_WELL, PrinterState.UNKNOWN):
            return before  # nothing was sent: no half receipt waits in the printer
        if before in _WELL and (self._owed or not self._confirms):
            self._settle(line)
        for at in range(0, len(data), _CHUNK):
            line.write(data[at : at + _CHUNK])
        if not self._has_status:
            return PrinterState.UNKNOWN
        if before in _WELL and not self._confirms:
            return self._watch(line)
        line.write(encode.ASK_WHEN_DONE)
        state = self._confirm(line, before)
        if state not in _WELL:
            self._owed += 1
        return state

    def _settle(self, line: Line) -> None:
        """Let an earlier document that did not come out whole be finished, or be forgotten, before the next;
        and learn whether this printer confirms at all.

        An earlier confirmation and the one to a question asked now come back to back, or only the latter when
        the printer lost its memory: either way the stream is clean afterwards.
        """
        owes, knows = self._owed > 0, bool(self._confirms)
        line.write(encode.ASK_WHEN_DONE)
        heard = self._wait(line, lambda heard: bool(heard.done), _OWED_S if owes and knows else _PROBE_S)
        if heard.done or knows:
            if owes:
                self._wait(line, lambda heard: False, _ANSWER_S)
            self._confirms, self._owed = True, 0
        else:
            self._confirms = False
            self._owed += 1  # should it answer late, that is about this question and no document

    def _watch(self, line: Line) -> PrinterState:
        """It never says that a document came out, but it may say what keeps it."""
        end = self._clock.monotonic() + _BLIND_S
        while self._clock.monotonic() < end:
            state, done = self._ask(line)
            self._owed = max(0, self._owed - len(done))
            if state not in (*_WELL, PrinterState.UNKNOWN):
                return state
            self._wait(line, lambda heard: False, _ANSWER_S)
        return PrinterState.UNKNOWN

    def _confirm(self, line: Line, before: PrinterState) -> PrinterState:
        end = self._clock.monotonic() + (_PRINT_S if before in _WELL else _LOOK_S)
        while True:
            heard = self._wait(line, lambda heard: bool(heard.done or heard.automatic), _LOOK_S)
            state, done = PrinterState.UNKNOWN, heard.done
            if not done:
                if heard.automatic:
                    state = answers.automatic_state(heard.automatic[-1])
                else:
                    state, done = self._ask(line)
            if done:
                # It came out; the answer's bits say how much paper is left.
                return PrinterState.NEAR_END if done[0] & 0x0F else PrinterState.OK
            if state not in (*_WELL, PrinterState.UNKNOWN):
                return state
            if self._clock.monotonic() >= end:
                self._confirms = None  # perhaps another printer stands there now: try again next time
                return PrinterState.UNKNOWN

    def _wait(self, line: Line, enough: Callable[[Heard], bool], seconds: float) -> Heard:
        heard = Heard()
        end = self._clock.monotonic() + seconds
        while True:
            new = self._sorter.feed(line.read_available())
            heard.realtime += new.realtime
            heard.automatic += new.automatic
            heard.done += new.done
            if enough(heard) or self._clock.monotonic() >= end:
                return heard
            self._clock.sleep(_STEP_S)
