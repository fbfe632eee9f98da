"""The hash of a journal record is set for good: golden vectors, and every field counts."""

import pytest

from onecard.wire.chain import GENESIS, record_hash

BODY = b'{"t":"done/1","id":[1001,1,2],"at":1780000001,"of":[1001,1,1]}'


def test_golden_first_record() -> None:
    assert GENESIS == "0" * 64
    assert (
        record_hash(GENESIS, 1001, 1, 1, 1_780_000_000, 10, 0, b"{}")
        == "8006d1107c947eacbbff0c4a65b0f0f4ea5950b9b44fcaf7ca3a7203ec40bf95"
    )


def test_golden_second_record() -> None:
    first = record_hash(GENESIS, 1001, 1, 1, 1_780_000_000, 10, 0, b"{}")
    assert (
        record_hash(first, 1001, 1, 2, 1_780_000_001, 1_250, -3, BODY)
        == "57dc48ac5b6b56243b7fc79d5b83118444d8481e1833448f3226a18149b0853d"
    )


@pytest.mark.parametrize(
    "other",
    [
        ("1" * 64, 1001, 1, 2, 5, 6, 7, BODY),
        (GENESIS, 1002, 1, 2, 5, 6, 7, BODY),
        (GENESIS, 1001, 2, 2, 5, 6, 7, BODY),
        (GENESIS, 1001, 1, 3, 5, 6, 7, BODY),
        (GENESIS, 1001, 1, 2, 6, 6, 7, BODY),
        (GENESIS, 1001, 1, 2, 5, 5, 7, BODY),
        (GENESIS, 1001, 1, 2, 5, 6, -7, BODY),
        (GENESIS, 1001, 1, 2, 5, 6, 7, BODY + b" "),
    ],
)
def test_every_field_is_covered(other: tuple[str, int, int, int, int, int, int, bytes]) -> None:
    assert record_hash(*other) != record_hash(GENESIS, 1001, 1, 2, 5, 6, 7, BODY)


def test_numbers_that_do_not_fit_are_an_error() -> None:
    """A terminal number is u16, an epoch u8: more would be cut silently otherwise."""
    with pytest.raises(Exception, match="format"):
        record_hash(GENESIS, 70_000, 1, 1, 0, 0, 0, b"")
