"""Goal: a signature says one thing. Method: fixed keys and golden signatures, then every field changed."""

import msgspec
import pytest

from onecard.errors import Refused
from onecard.ids import SeededEntropy
from onecard.wire.documents import Document
from onecard.wire.signing import (
    SigningKey,
    sign_document,
    sign_head,
    transcript,
    verifies,
    verify_document,
    verify_head,
)

OFFICE = SigningKey(bytes(range(32)))
OTHER = SigningKey(bytes(32))
DOCUMENT = sign_document(OFFICE, "types", 2, 1_790_000_000, b'{"t":"types/1","types":[]}')


def test_a_transcript_is_its_parts_with_their_lengths() -> None:
    assert transcript("ab", b"\x00", 7, "卡").hex() == ("0200000061620100000000010000003703000000e58da1")
    assert transcript("a", "bc") != transcript("ab", "c")


def test_the_public_key_and_a_document_signature_are_what_they_always_were() -> None:
    assert OFFICE.public.hex() == GOLDEN_PUBLIC
    assert DOCUMENT.signature == GOLDEN_DOCUMENT


def test_a_head_signature_is_what_it_always_was() -> None:
    signature = sign_head(OFFICE, 1, 1001, 1, 43, "ab" * 32)
    assert signature == GOLDEN_HEAD
    assert verify_head(OFFICE.public, signature, 1, 1001, 1, 43, "ab" * 32)
    assert not verify_head(OTHER.public, signature, 1, 1001, 1, 43, "ab" * 32)
    for changed in ((2, 1001, 1, 43), (1, 1002, 1, 43), (1, 1001, 2, 43), (1, 1001, 1, 44)):
        assert not verify_head(OFFICE.public, signature, *changed, "ab" * 32)
    assert not verify_head(OFFICE.public, signature, 1, 1001, 1, 43, "ac" * 32)


def fault(public: bytes, document: Document) -> str:
    """The code a document is refused with, "" when it passes."""
    try:
        verify_document(public, document)
    except Refused as no:
        return no.code
    return ""


def test_a_good_document_passes() -> None:
    assert fault(OFFICE.public, DOCUMENT) == ""


@pytest.mark.parametrize(
    "change",
    [
        {"name": "stops"},
        {"version": 3},
        {"version": -2},
        {"version": 10**300},
        {"effective_from": 1_790_000_001},
        {"body": msgspec.Raw(b'{"t":"types/1","types":[] }')},
        {"signature": "00" * 64},
        {"signature": ""},
        {"signature": "00"},
    ],
)
def test_a_document_changed_anywhere_is_refused(change: dict[str, object]) -> None:
    forged = msgspec.structs.replace(DOCUMENT, **change)
    assert fault(OFFICE.public, forged) == "document.signature"


def test_a_document_of_another_office_is_refused() -> None:
    assert fault(OTHER.public, DOCUMENT) == "document.signature"
    assert not verifies(b"short", b"", b"")


def test_a_key_never_shows_its_secret() -> None:
    key = SigningKey.make(SeededEntropy(1))
    assert key.seed.hex()[:8] not in repr(key)
    assert key.public != SigningKey.make(SeededEntropy(2)).public


GOLDEN_PUBLIC = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
GOLDEN_DOCUMENT = (
    "5d99551a14ebb225d2070bd8e9c715370090d1c079f45e2616f108a54669ec330d54e8c23100b7a39e943cc56e"
    "69410b090e5437738c9a54c315fcb13223bf07"
)
GOLDEN_HEAD = (
    "9a976236e17d087911f948e719f7d46273b35b8b2b571ba6e9b20f20a3d4e44fc880ca74870ddd6ea8f2f00a76"
    "d8852d8ea3f2d50aa80d26fa2ce4196f8a7a00"
)
