"""Goal: only the enrolled terminal and the pinned server share keys, and a MAC fits one message only.

Method: fixed secrets with golden keys (derived a second time here), then each word changed.
"""

import hashlib
import hmac
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from onecard.errors import Refused
from onecard.ids import SeededEntropy
from onecard.wire import messages as m
from onecard.wire import session
from onecard.wire.signing import SigningKey, transcript

TERMINAL = SigningKey(b"\x01" * 32)
SERVER = SigningKey(b"\x02" * 32)
NOW = 1_790_000_000


class Drawn:
    """Hands out one byte value after the other, so that every secret of a handshake is known."""

    def __init__(self, first: int) -> None:
        self._next = first

    def bytes(self, count: int) -> bytes:
        self._next += 1
        return bytes([self._next]) * count

    def below(self, bound: int) -> int:
        raise AssertionError


def handshake() -> tuple[session.Offer, m.SessionGrant, session.TicketBox]:
    box = session.TicketBox(b"\x03" * 32, Drawn(0x40))
    offer = session.Offer(1, 1001, TERMINAL, Drawn(0x10))
    granted = session.grant(offer.request, TERMINAL.public, SERVER, box, Drawn(0x20), NOW)
    return offer, granted, box


def test_both_sides_derive_the_golden_keys() -> None:
    offer, granted, box = handshake()
    mine = offer.accept(granted, SERVER.public)
    theirs = box.open(granted.ticket)
    assert mine == theirs
    assert mine.request_key.hex() == GOLDEN_REQUEST_KEY
    assert mine.response_key.hex() == GOLDEN_RESPONSE_KEY
    assert (mine.terminal, mine.expires) == (1001, NOW + 3600)


def test_the_keys_are_hkdf_over_all_that_was_said() -> None:
    # RFC 5869 written out, from the raw secrets, without the code under test.
    ours, theirs = (X25519PrivateKey.from_private_bytes(bytes([b]) * 32) for b in (0x11, 0x21))
    secret = ours.exchange(X25519PublicKey.from_public_bytes(theirs.public_key().public_bytes_raw()))
    asked = transcript(
        "onecard/session/1/request", 1, 1001, ours.public_key().public_bytes_raw(), b"\x12" * 16
    )
    said = transcript(
        "onecard/session/1/grant",
        asked,
        TERMINAL.public,
        theirs.public_key().public_bytes_raw(),
        NOW + 3600,
        NOW,
    )
    prk = hmac.digest(hashlib.sha256(said).digest(), secret, "sha256")
    first = hmac.digest(prk, b"onecard/session/1/keys\x01", "sha256")
    second = hmac.digest(prk, first + b"onecard/session/1/keys\x02", "sha256")
    assert (first.hex(), second.hex()) == (GOLDEN_REQUEST_KEY, GOLDEN_RESPONSE_KEY)


def test_the_signatures_of_a_handshake_are_what_they_always_were() -> None:
    offer, granted, _ = handshake()
    assert offer.request.signature == GOLDEN_REQUEST_SIGNATURE
    assert granted.ticket == GOLDEN_TICKET
    assert granted.signature == GOLDEN_GRANT_SIGNATURE


def test_the_macs_are_what_they_always_were_and_fit_nothing_else() -> None:
    keys = session.SessionKeys(1, 1001, NOW, b"\x04" * 32, b"\x05" * 32)
    right = ("ticket", 7, "POST", "/t/upload", b"{}")
    assert session.request_mac(keys, *right) == GOLDEN_REQUEST_MAC
    for index, other in enumerate(("tickeu", 8, "GET", "/t/fetch", b"{ }")):
        changed: list[Any] = list(right)
        changed[index] = other
        assert session.request_mac(keys, *changed) != GOLDEN_REQUEST_MAC
    assert session.response_mac(keys, 7, 200, b"{}") == GOLDEN_RESPONSE_MAC
    for number, status, body in ((8, 200, b"{}"), (7, 409, b"{}"), (7, 200, b"")):
        assert session.response_mac(keys, number, status, body) != GOLDEN_RESPONSE_MAC
    assert session.same_mac(GOLDEN_REQUEST_MAC, GOLDEN_REQUEST_MAC)
    assert not session.same_mac(GOLDEN_REQUEST_MAC, "卡\udcff")


@pytest.mark.parametrize(
    "change",
    [
        {"share": "00" * 32},
        {"share": "00"},
        {"share": X25519PrivateKey.from_private_bytes(b"\x31" * 32).public_key().public_bytes_raw().hex()},
        {"ticket": "dGlja2V0"},
        {"expires": NOW + 7200},
        {"now": NOW - 1},
        {"signature": "00" * 64},
        {"signature": ""},
    ],
)
def test_a_terminal_takes_no_grant_that_its_server_did_not_sign_word_for_word(change: dict[str, Any]) -> None:
    offer, granted, _ = handshake()
    with pytest.raises(Refused) as no:
        offer.accept(msgspec.structs.replace(granted, **change), SERVER.public)
    assert no.value.code == "session.server"


def test_an_old_grant_does_not_fit_a_new_question() -> None:
    _, granted, _ = handshake()
    fresh = session.Offer(1, 1001, TERMINAL, SeededEntropy(9))
    with pytest.raises(Refused):
        fresh.accept(granted, SERVER.public)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"unit": 2}, "session.signature"),
        ({"terminal": 1002}, "session.signature"),
        ({"terminal": -1}, "session.signature"),
        ({"terminal": 10**300}, "session.signature"),
        ({"nonce": "00" * 16}, "session.signature"),
        ({"signature": ""}, "session.signature"),
        ({"nonce": ""}, "session.share"),
        ({"share": "00" * 31}, "session.share"),
    ],
)
def test_the_server_grants_only_what_the_terminal_signed(change: dict[str, Any], code: str) -> None:
    offer, _, box = handshake()
    forged = msgspec.structs.replace(offer.request, **change)
    with pytest.raises(Refused) as no:
        session.grant(forged, TERMINAL.public, SERVER, box, SeededEntropy(1), NOW)
    assert no.value.code == code


def test_a_share_that_gives_everybody_the_same_secret_is_refused() -> None:
    zero = m.SessionRequest(unit=1, terminal=1001, share="00" * 32, nonce="00" * 16, signature="")
    signed = msgspec.structs.replace(
        zero,
        signature=TERMINAL.sign(transcript("onecard/session/1/request", 1, 1001, bytes(32), bytes(16))).hex(),
    )
    box = session.TicketBox(b"\x03" * 32, SeededEntropy(1))
    with pytest.raises(Refused) as no:
        session.grant(signed, TERMINAL.public, SERVER, box, SeededEntropy(1), NOW)
    assert no.value.code == "session.share"


def test_a_ticket_opens_in_any_process_with_the_key_and_in_no_other() -> None:
    _, granted, _ = handshake()
    elsewhere = session.TicketBox(b"\x03" * 32, SeededEntropy(5))
    assert elsewhere.open(granted.ticket).terminal == 1001
    stranger = session.TicketBox(b"\x04" * 32, SeededEntropy(5))
    flipped = granted.ticket[:-2] + ("A" if granted.ticket[-2] != "A" else "B") + granted.ticket[-1]
    for box, ticket in (
        (stranger, granted.ticket),
        (elsewhere, flipped),
        (elsewhere, ""),
        (elsewhere, "AAAA"),
        (elsewhere, "卡"),
        (elsewhere, "A" * 100_000),
    ):
        with pytest.raises(Refused) as no:
            box.open(ticket)
        assert no.value.code == "session.unknown"


def test_keys_do_not_show_themselves_in_a_traceback() -> None:
    keys = session.SessionKeys(1, 1001, NOW, b"\x04" * 32, b"\x05" * 32)
    assert "x04" not in repr(keys)


GOLDEN_REQUEST_KEY = "801c92342248aeb8ebda63da4b0d5079987f9c335c1c8ad9185ad0f93e9a7cc4"
GOLDEN_RESPONSE_KEY = "db49250236af29ff4053f705411fa22702d0eb805f7a2ccbbcd644e6a903a08a"
GOLDEN_REQUEST_SIGNATURE = (
    "3c5ac7d03772cca39fbf55793440f217339d77ab3b79806c4e28ec0401a40772ba8b62acd66c2ab23381dff1b9"
    "e7c55462e236fa8bed87fbe42644375289d106"
)
GOLDEN_TICKET = (
    "QUFBQUFBQUFBQUFBzoZYm15-_ZPXdmF0jv7yFxvXt8yrfMpoQ38XfAveUstkYrarn1zy8QTSO-2QaHQztwHhZRAvCl"
    "-k5CPlycC5YzhDJyFuQHVHzzb3gnM4vKzulunO2_f-MeNax6eIvw=="
)
GOLDEN_GRANT_SIGNATURE = (
    "57b94cea8d4f78967668f74136545d21e2fc39c2a753715f78a972a77d9d3e85ee97ffea4dd8ee093a6d2e7dbf"
    "5b08bcb958ab0ec12112b5a5f53c53927be70d"
)
GOLDEN_REQUEST_MAC = "b33d08c13e5ea77201eaad4783a370134a828bc266077ad057e0cdd3a5093ca8"
GOLDEN_RESPONSE_MAC = "fab41a21b4e4f232458da17cb12e53d043439cda849e552fb6f3da4dc5396e06"
