"""Who may work at this station: PIN or operator card, checked offline against the office's verifiers.

Counts failures on disk, so that switching off and on is no way round the pause. Knows no screen.
"""

from onecard.clock import Clock
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.terminal.look import Look
from onecard.wire.messages import Operator


class SignOn:
    """The door to a station. Refusals: ``signon.wrong``, ``signon.wait`` (seconds), ``signon.expired``."""

    def __init__(self, facts: Facts, journal: Journal, clock: Clock) -> None:
        raise NotImplementedError

    def by_pin(self, login: str, pin: str) -> Operator:
        """Log in by name and PIN. Takes some 20 ms on purpose (argon2id)."""
        raise NotImplementedError

    def by_card(self, look: Look) -> Operator:
        """Log in by an operator's card: not stopped, not expired, and known as an operator's."""
        raise NotImplementedError

    def supervisor(self, login: str, pin: str, permission: str) -> Operator:
        """One action on another person's word; ``Refused("signon.not_allowed")`` without the permission."""
        raise NotImplementedError
