"""Identity of facts, and the codes people read to each other."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.ids import SERVER_TERMINAL, RecordId, SeededEntropy, SystemEntropy, one_time_code

record_ids = st.builds(RecordId, st.integers(0, 0xFFFF), st.integers(0, 0xFF), st.integers(0, 0xFF_FFFF))


@given(record_ids)
def test_id_reads_back_from_text_and_from_the_wire(identity: RecordId) -> None:
    assert RecordId.parse(str(identity)) == identity
    assert msgspec.json.decode(msgspec.json.encode(identity), type=RecordId) == identity


def test_id_is_written_one_way() -> None:
    assert str(RecordId(1001, 1, 42)) == "1001-1-42"
    assert msgspec.json.encode(RecordId(1001, 1, 42)) == b"[1001,1,42]"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1001",
        "1001-1",
        "1001-1-42-7",
        "-1001-1-42",
        "1001--1-42",
        "1001-01-42",
        " 1001-1-42",
        "1001-1-42\n",
        "1_0-1-42",
        "1001-1-٤٢",
        "1001-1-４２",
        "1001-1-4.2",
        "65536-1-42",
        "1001-256-42",
        "1001-1-16777216",
        "1001-1-" + "9" * 5000,
    ],
)
def test_text_that_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="record id"):
        RecordId.parse(text)


@given(st.text())
def test_text_means_an_id_only_in_its_own_spelling(text: str) -> None:
    try:
        identity = RecordId.parse(text)
    except ValueError:
        return
    assert str(identity) == text


@pytest.mark.parametrize(
    "wire",
    [b"[65536,1,1]", b"[1,256,1]", b"[1,1,16777216]", b"[1,1,-1]", b"[1,1]", b'["1",1,1]', b"[1,1,1.5]"],
)
def test_id_that_no_card_could_hold_is_refused_on_the_wire(wire: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(wire, type=RecordId)


@given(record_ids, record_ids)
def test_ids_of_one_terminal_sort_by_epoch_then_sequence(one: RecordId, other: RecordId) -> None:
    assert (one < other) == ((one.terminal, one.epoch, one.seq) < (other.terminal, other.epoch, other.seq))


def test_servers_own_terminal_number_fits_the_field() -> None:
    assert RecordId.parse(f"{SERVER_TERMINAL}-1-1").terminal == SERVER_TERMINAL


@given(st.integers(0, 2**32))
def test_code_has_no_letters_that_look_alike(seed: int) -> None:
    code = one_time_code(SeededEntropy(seed))
    assert len(code) == 8
    assert set(code) <= set("ABCDEFGHJKMNPQRSTUVWXYZ23456789")


def test_every_letter_of_the_alphabet_is_used() -> None:
    assert len(set(one_time_code(SeededEntropy(1), length=2000))) == 31


def test_seed_repeats_and_the_system_does_not() -> None:
    assert SeededEntropy(7).bytes(16) == SeededEntropy(7).bytes(16) != SeededEntropy(8).bytes(16)
    assert len(SystemEntropy().bytes(16)) == 16
    assert SystemEntropy().bytes(16) != SystemEntropy().bytes(16)
    assert one_time_code(SystemEntropy()) != one_time_code(SystemEntropy())


def test_choices_stay_below_their_bound() -> None:
    for entropy in (SystemEntropy(), SeededEntropy(3)):
        assert {entropy.below(3) for _ in range(200)} == {0, 1, 2}
