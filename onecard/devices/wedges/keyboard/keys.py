"""The US keyboard: Linux key codes ↔ characters. Scanners have to be set to it; no other layout is known."""

_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
)
#: code → the character without shift and with it.
CHARACTERS: dict[int, tuple[str, str]] = {
    first + at: pair
    for first, plain, shifted in _ROWS
    for at, pair in enumerate(zip(plain, shifted, strict=True))
}
CHARACTERS |= {
    57: (" ", " "),
    15: ("\t", "\t"),
    55: ("*", "*"),
    74: ("-", "-"),
    78: ("+", "+"),
    98: ("/", "/"),
}
CHARACTERS |= {
    code: (digit, digit)
    for code, digit in zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73), "0123456789", strict=True)
}
CHARACTERS[83] = (".", ".")

ENTERS = frozenset({28, 96})
SHIFTS = frozenset({42, 54})
CONTROLS = frozenset({29, 97})
ALTS = frozenset({56, 100})
#: Locks change nothing: a grabbed device is read below them.
IGNORED = frozenset({58, 69, 70})
#: The separator of GS1 codes is typed as control and the closing bracket.
SEPARATOR = (27, "\x1d")
ENTER, SHIFT, CONTROL, ALT = 28, 42, 29, 56

#: character → (code, with shift); the keypad is left to those who type on it.
CODES: dict[str, tuple[int, bool]] = {}
for _code, _pair in CHARACTERS.items():
    for _shifted, _character in enumerate(_pair):
        CODES.setdefault(_character, (_code, bool(_shifted)))
