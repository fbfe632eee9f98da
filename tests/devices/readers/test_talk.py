"""Goal: a record of a card reader shows what went wrong and neither a key nor a PIN. F: E8

Method: commands and answers with a known secret in each place where one can stand; the file is searched.
"""

import pytest

from onecard.clock import FalseClock
from onecard.devices.capture import load, recording
from onecard.devices.readers.pcsc.talk import Talk

KEY_A, KEY_B = bytes.fromhex("A1A2A3A4A5A6"), bytes.fromhex("B1B2B3B4B5B6")
TRAILER = KEY_A + bytes.fromhex("FF078069") + KEY_B
SECRETS = (KEY_A, KEY_B, b"\x24\x68\x10", bytes(range(0x40, 0x50)))
OK = b"\x90\x00"


def talked(path, *pairs):
    """What a record says of these commands and their answers."""
    with recording(path, FalseClock()):
        talk = Talk("pcsc:reader")
        for apdu, answer in pairs:
            talk.sent(apdu)
            talk.heard(answer)
    return [one.data for one in load(path) if one.kind in ("host", "device")]


@pytest.mark.parametrize(
    "pair",
    [
        (b"\xff\x82\x00\x00\x06" + KEY_A, OK),
        (b"\xff\xd6\x00\x07\x10" + TRAILER, OK),
        (b"\xff\xd6\x00\x8f\x10" + TRAILER, OK),
        (b"\xff\xb0\x00\x03\x10", TRAILER + OK),
        (b"\x00\x20\x00\x00\x03" + SECRETS[2], OK),
        (b"\x80\xd4\x01\x00\x10" + SECRETS[3], OK),
        (b"\x84\xd4\x01\x00\x10" + SECRETS[3], OK),
        (b"\xff\x00\x00\x00\x10" + SECRETS[3], SECRETS[3] + OK),
        (b"\x80\x5e\x01\x00\x03" + SECRETS[2], OK),
    ],
    ids=lambda pair: pair[0][:5].hex(),
)
def test_keys_and_pins_are_in_no_record(tmp_path, pair):
    said = talked(tmp_path / "r", pair)
    assert said[0][:5] == pair[0][:5], "which command it was is seen"
    assert [len(one) for one in said] == [len(one) for one in pair]
    assert said[1][-2:] == OK
    text = (tmp_path / "r").read_text().lower()
    assert not any(secret.hex() in text for secret in SECRETS)


def test_an_answer_that_is_fetched_apart_is_as_secret_as_its_command(tmp_path):
    fetch = b"\x00\xc0\x00\x00\x10"
    said = talked(
        tmp_path / "r",
        *((b"\x80\xca\x00\x00\x00", b"\x61\x10"), (fetch, SECRETS[3] + OK)),
        *((b"\x80\x50\x03\x02\x0b" + bytes(11) + b"\x0f", b"\x61\x0f"), (fetch, b"balance" + OK)),
    )
    assert said[3] == bytes(16) + OK
    assert said[7] == b"balance" + OK


def test_what_a_card_carries_is_shown_whole(tmp_path):
    data = bytes(range(16))
    pairs = [
        *((b"\xff\xca\x00\x00\x00", b"\x04\x01\x02\x03" + OK), (b"\xff\xb0\x00\x06\x10", data + OK)),
        *((b"\xff\xd6\x00\x06\x10" + data, b"\x63\x00"), (b"\xff\xb0\x00\x83\x10", data + OK)),
    ]
    assert talked(tmp_path / "r", *pairs) == [part for pair in pairs for part in pair]


def test_a_card_that_left_is_written_down(tmp_path):
    with recording(tmp_path / "r", FalseClock()):
        talk = Talk("pcsc:reader")
        talk.sent(b"\xff\xb0\x00\x06\x10")
        talk.gone("80100069")
        talk.sent(b"\xff\xca\x00\x00\x00")
        talk.heard(b"\x04\x01\x02\x03" + OK)
    kinds = [one.kind for one in load(tmp_path / "r")]
    assert kinds == ["open", "host", "gone", "host", "device"]
