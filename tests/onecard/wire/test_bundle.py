"""Goal: a file by stick is what its maker wrote and for whom, or a clear refusal; never half of it.

Method: every byte spoiled or cut, other keys, other ways; noise stands in tests/fuzz. F: E4
"""

import pytest

from onecard.errors import Refused
from onecard.ids import SeededEntropy
from onecard.wire import bundle as b
from onecard.wire.signing import SigningKey

ENTROPY = SeededEntropy(5)
MAKER, READER, OTHER = (SigningKey.make(ENTROPY) for _ in range(3))
CONTENT = b.BundleUp(uploads=(), have={"stops": 7}, app="0.1.0")


def made(**change):
    given = {
        "unit": 7, "terminal": 1001, "number": 42, "made_at": 1_790_000_000, "key": MAKER,
        "to": READER.public, "entropy": SeededEntropy(6),
    } | change  # fmt: skip
    return b.seal("up", CONTENT, **given)


RAW = made()


def opened(raw, made_by=MAKER.public, key=READER):
    return b.unseal(raw, made_by=made_by, key=key, kind=b.BundleUp)


def code(act, *arguments):
    with pytest.raises(Refused) as refused:
        act(*arguments)
    return refused.value.code


def test_what_was_sealed_comes_out_and_its_head_is_for_everybody():
    assert opened(RAW) == CONTENT
    head = b.read_head(RAW)
    assert (head.way, head.unit, head.terminal, head.number) == ("up", 7, 1001, 42)
    assert b"stops" not in RAW, "what it holds is for its reader alone"


def test_each_file_has_a_key_of_its_own():
    assert made(entropy=SeededEntropy(7)) != RAW
    assert opened(made(entropy=SeededEntropy(7))) == CONTENT


def test_another_maker_and_another_reader_are_told_apart():
    assert code(opened, RAW, OTHER.public) == "bundle.signature"
    assert code(opened, RAW, MAKER.public, OTHER) == "bundle.sealed"
    assert code(opened, made(key=OTHER)) == "bundle.signature"
    assert code(opened, made(to=OTHER.public)) == "bundle.sealed"


def test_an_answer_does_not_pass_for_a_question():
    assert (
        code(lambda: b.unseal(RAW, made_by=MAKER.public, key=READER, kind=b.BundleDown)) == "bundle.unknown"
    )


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"{}", bytes(200), "一卡通".encode()], ids=len)
def test_a_file_of_another_kind_is_named_so(raw):
    assert code(b.read_head, raw) == "bundle.unknown"


def test_every_byte_lost_and_every_byte_too_much_is_damage():
    for length in range(9, len(RAW)):
        assert code(b.read_head, RAW[:length]) == "bundle.damaged"
    assert code(b.read_head, RAW + b"x") == "bundle.damaged"


def test_every_byte_changed_is_refused():
    for at in range(len(RAW)):
        spoiled = RAW[:at] + bytes([RAW[at] ^ 1]) + RAW[at + 1 :]
        assert code(opened, spoiled).startswith("bundle.")


def test_a_head_that_somebody_rewrote_fits_no_signature():
    spoiled = RAW.replace(b'"terminal":1001', b'"terminal":1002')
    assert b.read_head(spoiled).terminal == 1002
    assert code(opened, spoiled) == "bundle.signature"


@pytest.mark.parametrize(
    "public", [bytes(32)[:-1], b"\x01" + bytes(31), b"\xff" * 32], ids=["short", "one", "big"]
)
def test_a_key_that_is_none_cannot_be_sealed_to(public):
    assert code(lambda: made(to=public)) == "bundle.sealed"
