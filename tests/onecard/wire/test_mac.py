"""Goal: the server's quick MACs are the MACs of the protocol. Method: beside the plain ones. F: E1"""

import pytest

from onecard.ids import SeededEntropy
from onecard.wire import session
from onecard.wire.mac import Macs, place

ENTROPY = SeededEntropy(7)


@pytest.mark.parametrize("number", [1, 9, 10, 123_456, 999_999_999_999])
@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 5_000])
def test_they_are_the_protocols_own(number: int, size: int) -> None:
    keys = session.SessionKeys(1, 1001, 9, ENTROPY.bytes(32), ENTROPY.bytes(32))
    ticket, body = ENTROPY.bytes(40).hex(), ENTROPY.bytes(size)
    macs = Macs(keys, ticket)
    for path in ("/t/sale", "/t/upload"):
        plain = session.request_mac(keys, ticket, number, "POST", path, body)
        assert macs.request(number, place("POST", path), body) == plain.encode()
    for status in (200, 503):
        assert (
            macs.response(number, status, body) == session.response_mac(keys, number, status, body).encode()
        )
