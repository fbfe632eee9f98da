"""Goal: a serial scanner's text arrives whole or not at all.  # F: A9

Method: the bytes of its description. What noise does stands in tests/fuzz.
"""

import pytest

from onecard.devices.wedges import LONGEST, Scanned, Spoilt
from onecard.devices.wedges.scanner.frames import Parser


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_any_of_the_usual_ends_ends_it(end):
    assert Parser().feed(b"6900" + end + b"6901" + end) == [Scanned("6900"), Scanned("6901")]


@pytest.mark.parametrize(
    ("data", "scan"),
    [
        ("会员".encode() + b"\r", Scanned("会员")),
        (b"\xbb\xe1\xd4\xb1\r", Spoilt("foreign")),
        (b"12\x0034\r", Spoilt("foreign")),
        (b"\x1d01\t\r", Scanned("\x1d01\t")),
        (b"1" * LONGEST + b"\r", Scanned("1" * LONGEST)),
        (b"1" * (LONGEST + 1) + b"\r", Spoilt("too_long")),
    ],
    ids=["utf-8", "gbk", "control", "separator", "longest", "too long"],
)
def test_what_is_text(data, scan):
    assert Parser().feed(data) == [scan]
