"""The member's phone: scans the code that waits at the kiosk, pays it or says no, at the sandbox gateway.

Also holds the plug of the gateway's line. Knows no card and no member; a code is all that a phone sees.
"""

import msgspec

from onecard.bench.gateway import Payments

#: So many of what is over stay on the phone.
_ENDED = 6


class Code(msgspec.Struct, frozen=True):
    """One payment as the phone lists it; ``state`` as the gateway has it."""

    number: str
    fen: int
    state: str


class PhoneState(msgspec.Struct, frozen=True):
    """What can be paid, what is over (both newest first), and whether the gateway answers."""

    waiting: tuple[Code, ...]
    ended: tuple[Code, ...]
    silent: bool


class Phone:
    """One phone for everybody at the kiosk."""

    def __init__(self, payments: Payments) -> None:
        self._payments = payments

    def do(self, what: str, number: str = "") -> bool:
        """``pay`` or ``decline`` the code ``number``, or ``cut`` or ``mend`` the gateway's line.

        Without a number the newest code that waits is scanned. ``False``: it cannot be done (any more).
        """
        if what in ("cut", "mend"):
            self._payments.silent = what == "cut"
            return True
        if what not in ("pay", "decline"):
            return False
        waiting = self._payments.waiting()
        if not number and waiting:
            number = waiting[0].number
        return self._payments.pay(number) if what == "pay" else self._payments.decline(number)

    def state(self) -> PhoneState:
        """As it is now."""
        ended = [one for one in self._payments.newest() if one.state != "open" and one.fen][:_ENDED]
        return PhoneState(
            waiting=tuple(Code(one.number, one.fen, one.state) for one in self._payments.waiting()),
            ended=tuple(Code(one.number, one.fen, one.state) for one in ended),
            silent=self._payments.silent,
        )
