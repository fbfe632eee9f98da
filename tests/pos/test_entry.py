"""Goal: whatever reaches the pad, an amount is read exactly or refused by name. F: C1"""

import pytest

from onecard.errors import Refused
from onecard.money import Fen, Pad
from pos import entry
from pos.entry import EMPTY, Amount, Entry

CAP = Fen(200_000)


def typed(text: str) -> Entry:
    """Key by key, as the pad and the keyboard deliver it; ``*`` is the × key."""
    state = EMPTY
    for character in text:
        state = entry.times(state) if character == "*" else entry.press(state, character)
    return state


@pytest.mark.parametrize(
    ("keys", "price", "pieces"),
    [
        ("12.5", 1250, 1),
        ("12", 1200, 1),
        (".5", 50, 1),
        ("12.", 1200, 1),
        ("12.5*2", 1250, 2),
        ("2000", 200_000, 1),
    ],
)
def test_readable_entries(keys: str, price: int, pieces: int) -> None:
    assert entry.amount(typed(keys), Pad.POINT, cap=CAP) == Amount(Fen(price), pieces)


def test_the_pad_can_mean_fen() -> None:
    assert entry.amount(typed("1250"), Pad.IMPLIED, cap=CAP).price_fen == 1250


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ("", "amount.empty"),
        (".", "amount.malformed"),
        ("00", "amount.zero"),
        ("-1", "amount.malformed"),
        ("1e9", "amount.malformed"),
        ("0.001", "amount.malformed"),
        ("١٢", "amount.malformed"),
        ("１２．５", "amount.malformed"),
        ("9999999.99", "amount.too_large"),
        ("2000.01", "amount.too_large"),
        ("NaN", "amount.malformed"),
        ("1,5", "amount.malformed"),
        ("1\u00a05", "amount.malformed"),
        ("9" * 40, "amount.too_large"),
        ("12..5", "amount.malformed"),
        ("12.5*", "quantity.malformed"),
        ("12.5*0", "quantity.zero"),
        ("12.5*-1", "quantity.malformed"),
        ("1*1000000000", "quantity.too_large"),
        ("1*1.5", "quantity.malformed"),
        ("1*٣", "quantity.malformed"),
        ("1000*3", "amount.too_large"),
        ("*3", "amount.empty"),
    ],
)
def test_unreadable_entries_are_refused_by_name(keys: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        entry.amount(typed(keys), Pad.POINT, cap=CAP)
    assert caught.value.code == code


def test_erasing_takes_characters_then_the_times_sign() -> None:
    state = typed("12*3")
    for expected in ("12 × ", "12", "1", "", ""):
        state = entry.erase(state)
        assert state.text == expected


def test_digits_before_times_are_pieces_of_a_product() -> None:
    assert entry.pieces_for_product(EMPTY) == 1
    assert entry.pieces_for_product(typed("3*")) == 3
    for unclear in ("3", "3*2"):
        with pytest.raises(Refused, match="unclear"):
            entry.pieces_for_product(typed(unclear))
    with pytest.raises(Refused, match="zero"):
        entry.pieces_for_product(typed("0*"))
