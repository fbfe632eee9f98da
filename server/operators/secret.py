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
_RUNS = (
    *("0123456789", "1234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    *("qazwsxedcrfvtgbyhnujmikolp", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p"),
    *("qwertyuiopasdfghjklzxcvbnm", "q1w2e3r4t5y6u7i8o9p0"),
)
_COMMON = """
password passwort passw0rd admin administrator adminadmin iloveyou woaini woaiwojia welcome letmein
onecard yikatong test testtest changeme default secret master superman monkey dragon football
baseball sunshine princess qwerty qwertyuiop abc aini root rootroot guest user login huawei wechat
weixin alipay canteen shitang 一卡通 管理员 密码
"""
_WORDS = frozenset(_COMMON.split())


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
    if len(set(plain)) < 5 or login.casefold() in plain or _is_common(plain):
        raise Refused("password.weak")


def _is_common(plain: str) -> bool:
    """One of the first that anybody tries: a run along the keyboard or the alphabet, or a usual word with
    digits and signs around it."""
    doubled = plain[: len(plain) // 2] * 2 if len(plain) % 2 == 0 else ""
    for run in _RUNS:
        for one in (run, run[::-1]):
            if plain in one * 2 or (doubled == plain and plain[: len(plain) // 2] in one * 2):
                return True
    letters = plain.strip("0123456789!@#$%^&*._-?~ ")
    return letters in _WORDS or letters.replace("0", "o").replace("@", "a") in _WORDS


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
