"""Goal: single bytes are told apart by where they come.  # F: D3

Method: the maker's sequences as literal hex; then every byte in both states.
"""

import pytest

from onecard.devices.acceptors.ict.frames import Tokens, Unit


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("80 8F", [Unit.POWER_UP_1, Unit.POWER_UP_2]),
        ("81 40", [Unit.NOTE, 1]),
        ("81 47", [Unit.NOTE, 8]),
        ("40", []),
        ("81 10", [Unit.NOTE, Unit.STACKED]),
        ("10", [Unit.STACKED]),
        ("11", [Unit.RETURNED]),
        ("29 2F", [Unit.REJECTED, Unit.CLEARED]),
        ("3E 5E", [Unit.ENABLED, Unit.INHIBITED]),
        ("81 02 40", [Unit.NOTE]),
    ],
)
def test_known_sequences(text, tokens):
    assert Tokens().feed(bytes.fromhex(text)) == tokens


def test_a_channel_is_one_only_behind_its_sign():
    for byte in range(256):
        alone, behind = Tokens().feed(bytes((byte,))), Tokens().feed(bytes((0x81, byte)))[1:]
        assert not any(not isinstance(token, Unit) for token in alone)
        if 0x40 <= byte <= 0x47:
            assert behind == [byte - 0x3F]
        else:
            assert behind == alone


def test_a_channel_that_is_late_is_none():
    tokens = Tokens()
    tokens.feed(b"\x81")
    assert tokens.is_partial
    tokens.expire()
    assert tokens.feed(b"\x43") == []
