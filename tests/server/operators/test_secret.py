"""Goal: no weak secret gets in and no odd one breaks anything. Method: a table of what people type."""

import pytest

from onecard.errors import Refused
from server.operators import secret


def fault(password: str) -> str:
    """The code it is refused with for somebody who logs in as admin, "" when it may stand."""
    try:
        secret.check_password(password, "admin")
    except Refused as no:
        return no.code
    return ""


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("", "pin.malformed"),
        ("12345", "pin.malformed"),
        ("1" * 13, "pin.malformed"),
        ("12345x", "pin.malformed"),
        ("１２３４５６", "pin.malformed"),
        ("١٢٣٤٥٦", "pin.malformed"),
        ("246 81", "pin.malformed"),
        ("24681²", "pin.malformed"),
        ("1" * 10**6, "pin.malformed"),
        ("000000", "pin.weak"),
        ("123456", "pin.weak"),
        ("987654", "pin.weak"),
    ],
)
def test_a_bad_pin_is_refused_by_name(pin: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        secret.check_pin(pin)
    assert no.value.code == code


def test_a_good_pin_passes_and_only_itself_matches() -> None:
    secret.check_pin("246813")
    kept = secret.verifier("246813")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert secret.matches(kept, "246813")
    for wrong in ("246814", "", "2468130", "２４６８１３x"):
        assert not secret.matches(kept, wrong)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password.short"),
        ("ninechars", "password.short"),
        ("x" * 129, "password.long"),
        ("x" * 10**6, "password.long"),
        ("abababababab", "password.weak"),
        ("ADMIN is my name", "password.weak"),
        ("1234567890", "password.weak"),
        ("9876543210", "password.weak"),
        ("qwertyuiop", "password.weak"),
        ("1qaz2wsx3edc", "password.weak"),
        ("1q2w3e4r5t", "password.weak"),
        ("Password123!", "password.weak"),
        ("p@ssw0rd2026", "password.weak"),
        ("woaini1314520", "password.weak"),
        ("管理员1234567890", "password.weak"),
        ("asdfgasdfg", "password.weak"),
    ],
)
def test_a_bad_password_is_refused_by_name(password: str, code: str) -> None:
    assert fault(password) == code


@pytest.mark.parametrize(
    "password", ["correct horse battery", "三月的雨下在食堂门口了", "Tr0ub4dor&3x!", "kq7-mzt4-wr2p"]
)
def test_a_password_that_nobody_guesses_passes(password: str) -> None:
    assert fault(password) == ""


def test_the_same_characters_from_any_keyboard_are_the_same_password() -> None:
    kept = secret.verifier("ｃａｆé 密码 一二三")
    assert secret.matches(kept, "cafe\u0301 密码 一二三")


def test_nothing_matches_without_a_verifier_or_with_a_broken_one() -> None:
    for kept in ("", "plain", "$argon2id$broken", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA"):
        assert not secret.matches(kept, "anything")
    assert not secret.matches(secret.nobody(), "x" * 10**6)
