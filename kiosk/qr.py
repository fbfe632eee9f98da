"""A text as a code that phones scan: rows of dark and light squares. Knows no screen."""

from functools import lru_cache

import qrcode  # type: ignore[import-untyped]
from qrcode.constants import ERROR_CORRECT_M  # type: ignore[import-untyped]

Rows = tuple[tuple[bool, ...], ...]


@lru_cache(maxsize=4)
def rows(text: str) -> Rows:
    """Without the quiet border, which is the screen's to leave."""
    code = qrcode.QRCode(border=0, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(one) for one in row) for row in code.get_matrix())
