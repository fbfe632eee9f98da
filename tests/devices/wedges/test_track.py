"""Goal: a stripe is read as what it is, and a bank's card is never taken for ours.  # F: H5

Method: tracks as readers type them, failed ones, and a seeded mutator.
"""

import pytest

from onecard.devices.wedges.track import Swipe, luhn, parse

BANK_1 = "%B4111111111111111^LI/SI^25121010000000000?"
BANK_2 = ";4111111111111111=25121010000000000?"


@pytest.mark.parametrize(
    ("text", "tracks", "failed", "number"),
    [
        (";100234?", {2: "100234"}, set(), "100234"),
        ("%E?;100234?", {2: "100234"}, {1}, "100234"),
        ("%ABC 1?;100234?+99?", {1: "ABC 1", 2: "100234", 3: "99"}, set(), "100234"),
        (";100234?;99?", {2: "100234", 3: "99"}, set(), "100234"),
        (";E?", {}, {2}, None),
        (";E?;1?", {3: "1"}, {2}, None),
        ("+E?", {}, {3}, None),
        (";E?+E?", {}, {2, 3}, None),
        (";?", {2: ""}, set(), None),
        (";12=34?", {2: "12=34"}, set(), None),
        (";" + "1" * 38 + "?", {}, {2}, None),
        (";12a?", {}, {2}, None),
    ],
)
def test_what_readers_type(text, tracks, failed, number):
    swipe = parse(text)
    assert swipe == Swipe(tracks, frozenset(failed))
    assert swipe.number == number
    assert not swipe.is_bank_card


@pytest.mark.parametrize(
    "text",
    ["", "100234", ";100234", "100234?", ";1?x", "x;1?", ";1?%A?", "%A?%B?", ";1?;2?;3?", "+1?;2?", "?"],
)
def test_what_is_no_stripe(text):
    assert parse(text) is None


@pytest.mark.parametrize("text", [BANK_2, BANK_1, BANK_1 + BANK_2, ";4111111111111111==123?"])
def test_a_payment_card_is_told_from_ours(text):
    swipe = parse(text)
    assert swipe is not None
    assert swipe.is_bank_card
    assert swipe.number is None


def test_a_number_with_a_wrong_check_is_no_payment_card():
    swipe = parse(";4111111111111112=25121010000000000?")
    assert swipe is not None
    assert not swipe.is_bank_card


@pytest.mark.parametrize("digits", ["4111111111111111", "79927398713"])
def test_the_check_of_a_number(digits):
    assert luhn(digits)
    wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    assert not luhn(wrong)


def test_no_single_slip_makes_a_number_that_was_not_there():
    text = "%E?;100234?"
    slips = [text[:at] + text[at + 1 :] for at in range(len(text))]
    slips += [text[:at] + chr(code) + text[at + 1 :] for at in range(len(text)) for code in range(0x20, 0x7F)]
    for slip in slips:
        swipe = parse(slip)
        if swipe is not None and swipe.number is not None:
            assert f";{swipe.number}?" in slip
