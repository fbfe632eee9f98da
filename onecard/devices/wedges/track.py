"""Magnetic stripes as text: ISO 7813 tracks, readers' marks of a failed track, and our own ``;digits?``.

Knows how to tell a bank's card from ours, because a bank's number must neither be kept nor logged.
"""

import re

import msgspec

#: Start sentinels. The third track starts as the second does, or with a plus.
_TRACK = re.compile(r"([%;+])([^?]*)\?")
_BANK_1 = re.compile(r"B([0-9]{12,19})\^([^^]{2,26})\^([0-9]{4}|\^)([0-9]{3}|\^)(.*)")
_BANK_2 = re.compile(r"([0-9]{12,19})=([0-9]{4}|=)([0-9]{3}|=)([0-9]*)")
_OWN = re.compile(r"[0-9]{1,37}")
_FAILED = "E"
#: Characters between the sentinels, and of which kind.
_KINDS = {
    1: re.compile(r"[ -#%-_]{0,76}"),
    2: re.compile(r"[0-?]{0,37}"),
    3: re.compile(r"[0-?]{0,104}"),
}


class Swipe(msgspec.Struct, frozen=True):
    """One card's tracks, without sentinels; ``failed`` are those that the reader could not read."""

    tracks: dict[int, str]
    failed: frozenset[int]

    @property
    def is_bank_card(self) -> bool:
        """A payment card: nothing of it may be kept."""
        first, second = self.tracks.get(1, ""), self.tracks.get(2, "")
        match = _BANK_2.fullmatch(second) or _BANK_1.fullmatch(first)
        return match is not None and luhn(match[1])

    @property
    def number(self) -> str | None:
        """Our card's digits; ``None`` for a failed or a foreign second track."""
        second = self.tracks.get(2, "")
        return second if _OWN.fullmatch(second) and not self.is_bank_card else None


def parse(text: str) -> Swipe | None:
    """What one swipe typed; ``None`` when it is no stripe at all, or not only one."""
    tracks: dict[int, str] = {}
    failed = set[int]()
    at = 0
    while at < len(text):
        match = _TRACK.match(text, at)
        if match is None:
            return None
        at = match.end()
        number = {"%": 1, "+": 3}.get(match[1]) or (3 if 2 in tracks or 2 in failed else 2)
        if number in tracks or number in failed or any(number < other for other in (*tracks, *failed)):
            return None
        if match[2] == _FAILED:
            failed.add(number)
        elif _KINDS[number].fullmatch(match[2]):
            tracks[number] = match[2]
        else:
            failed.add(number)
    return Swipe(tracks, frozenset(failed)) if tracks or failed else None


def luhn(digits: str) -> bool:
    """Whether the last digit is the check of the others."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
