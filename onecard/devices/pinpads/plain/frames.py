"""The plainest of pads: each key is one ASCII byte. Digits, ``0D`` OK, ``08`` back, ``1B`` cancel.

No standard names these bytes; pads that frame or encrypt need drivers of their own.
"""

OK, BACK, CANCEL = 0x0D, 0x08, 0x1B
#: Some pads send these for the same keys.
_ALSO = {0x0A: OK, 0x7F: BACK, 0x18: CANCEL, 0x23: OK, 0x2A: CANCEL}


def keys(data: bytes) -> list[int]:
    """Digits and the three commands; any other byte is noise."""
    told = (_ALSO.get(byte, byte) for byte in data)
    return [byte for byte in told if byte in (OK, BACK, CANCEL) or 0x30 <= byte <= 0x39]
