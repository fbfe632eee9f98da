"""PINs and passwords: which ones are good enough, and their argon2id verifiers.

Slow on purpose (19 MiB, ~20 ms): call ``matches`` and ``verifier`` in a thread, never beside the books.
"""

import unicodedata
from functools import cache
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from onecard.errors import Refused

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
PIN_MIN, PIN_MAX = 6, 12
PASSWORD_MIN, PASSWORD_MAX = 10, 128


@cache
def nobody() -> str:
    """What an unknown login is checked against, so that it takes as long as a known one."""
    return _HASHER.hash("nobody has this password")


def _plain(text: str) -> str:
    """One spelling of the same characters, whatever keyboard they came from."""
    return unicodedata.normalize("NFKC", text)


def check_pin(pin: str) -> None:
    """Raises ``Refused``: ``pin.malformed`` (6–12 digits 0–9) or ``pin.weak`` (all equal, or a staircase)."""
    if not (PIN_MIN <= len(pin) <= PIN_MAX and pin.isascii() and pin.isdigit()):
        raise Refused("pin.malformed", least=PIN_MIN, most=PIN_MAX)
    steps = {ord(b) - ord(a) for a, b in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise Refused("pin.weak")


def check_password(password: str, login: str) -> None:
    """Raises ``Refused``: ``password.short``, ``password.long``, ``password.weak``."""
    if len(password) < PASSWORD_MIN:
        raise Refused("password.short", least=PASSWORD_MIN)
    if len(password) > PASSWORD_MAX:
        raise Refused("password.long", most=PASSWORD_MAX)
    plain = _plain(password).casefold()
    if len(set(plain)) < 5 or login.casefold() in plain:
        raise Refused("password.weak")


def verifier(secret: str) -> str:
    """The argon2id text to keep."""
    return _HASHER.hash(_plain(secret))


def matches(kept: str, secret: str) -> bool:
    """Whether ``secret`` is the one behind ``kept``. An endless one is refused before it costs anything."""
    if not 0 < len(secret) <= PASSWORD_MAX or not kept:
        return False
    try:
        return _HASHER.verify(kept, _plain(secret))
    except (VerificationError, InvalidHashError):
        return False
