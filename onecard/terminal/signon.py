"""Who may work at this station: PIN or operator card, checked offline against the office's verifiers.

Counts failures on disk, so that switching off and on is no way round the pause. Knows no screen. F: C8
"""

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from onecard.errors import Refused
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.terminal.look import Look
from onecard.terminal.moment import Moment
from onecard.wire.messages import Operator

#: Wrong PINs in a row before the first pause; each further one waits for the next.
FREE_FAILURES: Final = 5
#: First, second, … pause in seconds; the last one repeats.
PAUSES_S: Final = (60, 300, 900)
PIN_MOST: Final = 128
_UNKNOWN: Final = ""
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
#: What an unknown name is checked against, so that it takes as long as a known one. Nobody has this PIN.
_NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$tGpbQxNin51bd5WWqCJ7/Q$EB9y8/KvlZ+HzZiL2BtQWmQ9N23GvfVuszTfF4nKX7k"
)


class SignOn:
    """The door to a station.

    Refusals: ``signon.wrong`` (tries left), ``signon.wait`` (seconds), ``signon.expired`` (the office has not
    been heard for too long), ``signon.not_allowed``, ``signon.no_operator`` (a card that is nobody's here).
    """

    def __init__(self, facts: Facts, journal: Journal, moment: Moment) -> None:
        """``moment``: the station's own, so that a time said by hand holds here as well."""
        self._facts = facts
        self._journal = journal
        self._moment = moment

    def by_pin(self, login: str, pin: str) -> Operator:
        """Log in by name and PIN. Takes some 20 ms on purpose (argon2id)."""
        login = login.strip().casefold()
        now = self._moment.now()
        known = next((one for one in self._facts.operators if one.login == login), None)
        # All unknown names count as one: guessing names neither fills the disk nor escapes the pause.
        login = _UNKNOWN if known is None else login
        failures, until = self._journal.attempts.of(login)
        if now < until:
            raise Refused("signon.wait", seconds=until - now)
        if not _matches(_NOBODY if known is None else known.verifier, pin) or known is None:
            raise self._failed(login, failures + 1, now)
        if now > known.until:
            raise Refused("signon.expired")
        if failures:
            self._journal.attempts.put(login, 0, 0)
        return known

    def by_card(self, look: Look) -> Operator:
        """Log in by an operator's card: not stopped, not expired, and known as an operator's."""
        if look.blank:
            raise Refused("signon.no_operator")
        if look.refusal is not None:
            raise look.refusal
        known = next((one for one in self._facts.operators if one.card and one.card == look.card), None)
        if known is None:
            raise Refused("signon.no_operator")
        if self._moment.now() > known.until:
            raise Refused("signon.expired")
        return known

    def supervisor(self, login: str, pin: str, permission: str) -> Operator:
        """One action on another person's word; ``Refused("signon.not_allowed")`` without the permission."""
        known = self.by_pin(login, pin)
        if permission not in known.permissions:
            raise Refused("signon.not_allowed", permission=permission)
        return known

    def _failed(self, login: str, failures: int, now: int) -> Refused:
        """Count it, on disk, before it is said."""
        if failures < FREE_FAILURES:
            self._journal.attempts.put(login, failures, 0)
            return Refused("signon.wrong", left=FREE_FAILURES - failures)
        pause_s = PAUSES_S[min(failures - FREE_FAILURES, len(PAUSES_S) - 1)]
        self._journal.attempts.put(login, failures, now + pause_s)
        return Refused("signon.wait", seconds=pause_s)


def _matches(verifier: str, pin: str) -> bool:
    """An endless PIN is refused before it costs anything; one spelling of digits, whatever the keyboard."""
    if not 0 < len(pin) <= PIN_MOST:
        return False
    try:
        return _HASHER.verify(verifier, unicodedata.normalize("NFKC", pin))
    except (VerificationError, InvalidHashError):
        return False
