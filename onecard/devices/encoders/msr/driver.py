"""Drives an MSR206/MSR605 encoder: one order at a time, from the reset to the drawn card."""

from collections.abc import Mapping
from typing import Literal

from onecard.devices.encoders import Event, Failed, Read, Waiting, Written
from onecard.devices.encoders.msr import frames
from onecard.devices.encoders.msr.frames import Answer, Parser
from onecard.devices.line import Line

#: Polls until it has to answer the first question, and until somebody has to have drawn a card (60 s).
_ANSWER_POLLS, _SWIPE_POLLS = 20, 1200
_REASONS: dict[int, Literal["swipe", "write", "command"]] = {
    frames.WRITE_ERROR: "write",
    frames.FORMAT_ERROR: "command",
    frames.INVALID: "command",
    frames.BAD_SWIPE: "swipe",
}


class Msr:
    """An ``Encoder``."""

    def __init__(self, line: Line, *, coercivity: bytes = frames.HIGH_COERCIVITY) -> None:
        self._line, self._coercivity = line, coercivity
        self._parser = Parser()
        #: What is asked for when it has said that it is there; ``None`` when nothing is.
        self._order: bytes | None = None
        self._stage: Literal["rest", "test", "set", "swipe"] = "rest"
        self._waited = 0

    def write(self, tracks: Mapping[int, str]) -> None:
        self._begin(frames.write(tracks))

    def read(self) -> None:
        self._begin(frames.READ)

    def stop(self) -> None:
        if self._stage != "rest":
            self._line.write(frames.RESET)
        self._order, self._stage = None, "rest"

    def poll(self) -> list[Event]:
        answers = self._parser.feed(self._line.read_available())
        events: list[Event] = []
        for answer in answers:
            events += self._take(answer)
        if self._stage == "rest":
            return events
        self._waited += 1
        if self._waited > (_SWIPE_POLLS if self._stage == "swipe" else _ANSWER_POLLS):
            self.stop()
            events.append(Failed("timeout"))
        return events

    def close(self) -> None:
        self._line.close()

    def _begin(self, order: bytes) -> None:
        # A reset first: whatever it was about to do with the next card is off.
        self._line.read_available()
        self._parser.reset()
        self._order = order
        self._say(frames.RESET + frames.TEST, "test")

    def _say(self, data: bytes, stage: Literal["test", "set", "swipe"]) -> None:
        self._line.write(data)
        self._stage, self._waited = stage, 0

    def _take(self, answer: Answer) -> list[Event]:
        order = self._order
        if order is None:
            return []
        if self._stage == "test":
            if answer.status == frames.ALIVE:
                self._say(self._coercivity, "set")
            return []
        if self._stage == "set":
            if answer.status != frames.OK:
                return self._end(Failed("command"))
            self._say(order, "swipe")
            return [Waiting()]
        if answer.status != frames.OK:
            return self._end(Failed(_REASONS.get(answer.status, "command")))
        if order == frames.READ:
            return self._end(Failed("swipe") if answer.tracks is None else Read(answer.tracks))
        return self._end(Written() if answer.tracks is None else Failed("command"))

    def _end(self, event: Event) -> list[Event]:
        self._order, self._stage = None, "rest"
        return [event]
