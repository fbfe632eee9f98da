"""PIN pads 密码键盘 that send a byte per key in clear, 9600 8N1."""

from collections.abc import Mapping

from onecard.devices.line import open_line, with_options
from onecard.devices.pinpads.plain.driver import Plain


def open(section: Mapping[str, str]) -> Plain:
    """``line``. Raises ``DeviceGone``, or ``ValueError`` for a wrong setting."""
    return Plain(open_line(with_options(section["line"], "baud=9600"), is_secret=True))
