"""The code on a price-computing scale's ticket: product and money, or product and weight, in thirteen digits.

The unit says how its scales print: ``2XPPPPPFFFFFC``. P product, F fen, G grams, C the code's own check
digit, X anything, a digit itself. Pure. F: C3
"""

import msgspec

_LETTERS = "PFGCX"


class Ticket(msgspec.Struct, frozen=True):
    """What a ticket says; ``fen`` or ``weight_g`` is 0 where it says nothing of it."""

    product: int
    fen: int = 0
    weight_g: int = 0


def read(code: str, form: str) -> Ticket | None:
    """``None``: no ticket of this form, or its check digit is wrong."""
    if not form or len(code) != len(form) or not (code.isascii() and code.isdigit()):
        return None
    parts = dict.fromkeys(_LETTERS, "")
    for digit, letter in zip(code, form, strict=True):
        if letter in parts:
            parts[letter] += digit
        elif letter != digit:
            return None
    if parts["C"] and parts["C"] != check(code[:-1]):
        return None
    product, fen, weight_g = (int(parts[letter] or 0) for letter in "PFG")
    return Ticket(product, fen, weight_g) if product and (fen or weight_g) else None


def check(digits: str) -> str:
    """The last digit of an EAN: threes from the right."""
    total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits)))
    return str(-total % 10)
