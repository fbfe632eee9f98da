"""The MSR206/MSR605 family's commands ↔ bytes: ``1B 77`` write, ``1B 72`` read, ``1B 61`` reset.

A write is ``1B 77 1B 73 1B 01 … 1B 02 … 1B 03 … 3F 1C``, answered by ``1B`` and a status once a card was
drawn through. From the maker's programmer's manual; no unit was seen.
"""

import re
from collections.abc import Mapping

import msgspec

ESC, FS = 0x1B, 0x1C
RESET, TEST, READ = b"\x1ba", b"\x1be", b"\x1br"
HIGH_COERCIVITY, LOW_COERCIVITY = b"\x1bx", b"\x1by"
ALIVE = 0x79
OK, WRITE_ERROR, FORMAT_ERROR, INVALID, BAD_SWIPE = 0x30, 0x31, 0x32, 0x34, 0x39
TRACKS = (1, 2, 3)
_BLOCK_END = b"?\x1c"
#: What each track can hold.
_HOLDS = {
    1: re.compile(r"[ -$&->@-_]{1,76}"),
    2: re.compile(r"[0-:<->]{1,37}"),
    3: re.compile(r"[0-:<->]{1,104}"),
}
#: Three full tracks with their marks are below this.
LONGEST = 256


class Answer(msgspec.Struct, frozen=True):
    """A status, with the tracks before it when a card was read."""

    status: int
    tracks: dict[int, str] | None = None


def write(tracks: Mapping[int, str]) -> bytes:
    """The whole command. Raises ``ValueError`` for text that its track cannot hold."""
    for number, text in tracks.items():
        if number not in TRACKS or not _HOLDS[number].fullmatch(text):
            raise ValueError(f"track {number} cannot hold this text")
    return b"\x1bw" + block({number: tracks.get(number, "") for number in TRACKS})


def block(tracks: Mapping[int, str]) -> bytes:
    """Tracks between their marks, as both sides send them."""
    parts = b"".join(bytes((ESC, number)) + tracks.get(number, "").encode("ascii") for number in TRACKS)
    return b"\x1bs" + parts + _BLOCK_END


def read_block(data: bytes) -> dict[int, str]:
    """The tracks of a whole block. Sentinels are taken off; a track with a mark of failure is left out."""
    found: dict[int, str] = {}
    for part in data.removeprefix(b"\x1bs").removesuffix(_BLOCK_END).split(bytes((ESC,))):
        if not part or part[0] not in TRACKS:
            continue
        text = part[1:].decode("latin-1").lstrip("%;+").removesuffix("?")
        if _HOLDS[part[0]].fullmatch(text):
            found[part[0]] = text
    return found


class Parser:
    """Takes bytes as they come; gives whole answers."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self.garbage = 0

    def feed(self, data: bytes) -> list[Answer]:
        self._pending += data
        found = list[Answer]()
        while True:
            start = self._pending.find(ESC)
            self._discard(len(self._pending) if start < 0 else start)
            if len(self._pending) < 2:
                return found
            if self._pending[1] != ord("s"):
                found.append(Answer(self._pending[1]))
                del self._pending[:2]
                continue
            end = self._pending.find(FS)
            if end < 0 and len(self._pending) <= LONGEST:
                return found
            if end < 0 or end > LONGEST:
                self._discard(1)
                continue
            if len(self._pending) < end + 3:
                return found
            tracks = read_block(bytes(self._pending[: end + 1]))
            status = self._pending[end + 2] if self._pending[end + 1] == ESC else FORMAT_ERROR
            found.append(Answer(status, tracks))
            del self._pending[: end + 3]

    def reset(self) -> None:
        """What has begun will not be completed."""
        self._pending.clear()

    def _discard(self, count: int) -> None:
        self.garbage += count
        del self._pending[:count]
