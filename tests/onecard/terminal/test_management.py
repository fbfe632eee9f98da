"""Management cards at a station: good by signature, plastic, day and list; and what they open. F: A7, E3"""

import contextlib

import msgspec
import pytest

from onecard.cards.layout import MANAGEMENT
from onecard.cards.management.document import (
    Kind,
    Management,
    base_of,
    pack_stops,
    seal,
    unpack_stops,
    unseal,
)
from onecard.cards.management.plastic import Plastic
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardBroken, CardError, CardForeign, Refused
from onecard.terminal.management import PAYEE_S, ManagementDesk
from onecard.terminal.outcome import Completed
from onecard.wire import messages as m
from onecard.wire.signing import verify_document
from tests.onecard.terminal.stand import BOSS, CARD, KEYS, TODAY, UNIT, make_plastic

UID = bytes.fromhex("04AABBCC")
CASES = (
    Management(UNIT, 90_001, Kind.ADMINISTRATOR, BOSS, TODAY, TODAY + 365),
    Management(UNIT, 90_002, Kind.OPERATOR, BOSS, TODAY, TODAY),
    Management(UNIT, 90_003, Kind.COLLECTOR, 0, TODAY - 9, TODAY + 9),
    Management(
        UNIT, 90_004, Kind.SETTINGS, 0, TODAY, TODAY, msgspec.msgpack.encode({"meals": "午餐 11:00-13:00"})
    ),
)


@pytest.fixture
def desk(stand):
    return ManagementDesk(stand.station._desk, stand.office.key.public)


def made(stand, desk, management: Management, plastic: VirtualM1 | None = None) -> VirtualM1:
    plastic = plastic or VirtualM1(UID)
    desk.write(DirectStorage(plastic), seal(stand.office.key, management, plastic.uid))
    return plastic


@pytest.mark.parametrize("management", CASES, ids=lambda one: one.kind)
def test_what_the_office_sealed_is_read_back(stand, desk, management):
    plastic = made(stand, desk, management)
    assert desk.read(DirectStorage(plastic)) == management
    assert desk.show(DirectStorage(plastic)) == management
    assert plastic.blocks[4][:4] == MANAGEMENT
    if management.kind is Kind.SETTINGS:
        assert management.settings == {"meals": "午餐 11:00-13:00"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"from_day": TODAY + 1, "until_day": TODAY + 2}, "card.not_yet_valid"),
        ({"from_day": TODAY - 2, "until_day": TODAY - 1}, "card.expired"),
        ({"unit": UNIT + 1}, "card.wrong_unit"),
    ],
)
def test_a_card_of_another_day_or_unit_opens_nothing(stand, desk, change, code):
    management = msgspec.structs.replace(CASES[0], **change)
    with pytest.raises((Refused, CardForeign)) as refused:
        made(stand, desk, management)
    assert refused.value.code == code


def test_a_stopped_card_opens_nothing(stand, desk):
    plastic = made(stand, desk, CASES[0])
    stand.receive(stand.office.stops((90_001, 1, "lost")))
    with pytest.raises(Refused, match=r"^card\.stopped"):
        desk.read(DirectStorage(plastic))
    made(stand, desk, CASES[1], VirtualM1(b"\x04\x01\x01\x01"))


def test_a_copy_on_another_plastic_and_a_changed_byte_are_noticed(stand, desk):
    content = seal(stand.office.key, CASES[0], UID)
    with pytest.raises(Refused, match=r"^management\.signature"):
        desk.write(DirectStorage(VirtualM1(b"\x04\x05\x06\x07")), content)
    clone = VirtualM1(b"\x04\x05\x06\x07")
    Plastic(DirectStorage(clone), KEYS, UNIT).write(content)
    with pytest.raises(Refused, match=r"^management\.signature"):
        desk.read(DirectStorage(clone))
    for at in range(0, len(content), 3):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        with pytest.raises((Refused, CardBroken)):
            unseal(stand.office.key.public, changed, UID)
    with pytest.raises((Refused, CardBroken)):
        unseal(stand.office.key.public, b"", UID)


def test_nobody_pays_with_it_and_it_never_takes_the_place_of_money(stand, desk):
    with pytest.raises(CardForeign) as refused:
        stand.station.look(DirectStorage(made(stand, desk, CASES[0])))
    assert refused.value.code == "card.management"
    purse = make_plastic(5_000, uid=UID)
    memory = purse.to_bytes()
    for act in (
        lambda: desk.write(DirectStorage(purse), seal(stand.office.key, CASES[0], UID)),
        lambda: desk.wipe(DirectStorage(purse)),
    ):
        with pytest.raises(CardForeign, match=r"^card\.not_blank"):
            act()
    assert purse.to_bytes() == memory
    with pytest.raises(CardForeign):
        desk.read(DirectStorage(purse))


def test_written_again_after_any_tear_it_is_whole(stand, desk):
    content = seal(stand.office.key, CASES[0], UID)
    whole, readable = VirtualM1(UID), 0
    Plastic(DirectStorage(whole), KEYS, UNIT).write(content)
    for index in range(whole.commands):
        for byte in (None, 5, 16):
            plastic = VirtualM1(UID)
            plastic.tear_at(index, byte)
            with pytest.raises(CardError):
                Plastic(DirectStorage(plastic), KEYS, UNIT).write(content)
            with contextlib.suppress(CardError, Refused):
                # Cut so late that only our keys were not proved any more.
                assert desk.read(DirectStorage(plastic)) == CASES[0], (index, byte)
                readable += 1
            assert desk.write(DirectStorage(plastic), content) == CASES[0], (index, byte)
    assert readable < 30
    assert whole.blocks == made(stand, desk, CASES[0]).blocks


def test_wiped_it_is_a_blank_card(stand, desk):
    plastic = made(stand, desk, CASES[0])
    desk.wipe(DirectStorage(plastic))
    assert plastic.blocks == VirtualM1(UID).blocks
    grant = m.IssueGrant(card=CARD, issue=1, type=1, until_day=TODAY + 9, deposit_fen=0, fee_fen=0)
    assert isinstance(stand.station.issue(DirectStorage(plastic), grant, 100), Completed)


def loss_card(stand, count: int, base: int = 0) -> Management:
    stops = tuple((500_000 + n, 1, ("lost", "frozen", "returned")[n % 3]) for n in range(count))
    document = stand.office.stops(*stops, base=base)
    body = m.decode_document_body(document.body)
    return Management(UNIT, 90_009, Kind.LOSS, 0, TODAY, TODAY, pack_stops(document, body))


@pytest.mark.parametrize(("count", "size"), [(0, "1K"), (60, "1K"), (250, "4K")])
def test_a_loss_card_brings_the_offices_own_list(stand, desk, count, size):
    management = loss_card(stand, count)
    document = unpack_stops(management.payload)
    verify_document(stand.office.key.public, document)
    plastic = made(stand, desk, management, VirtualM1(UID, size))
    assert stand.facts.stop(500_001, 1) is None
    desk.show(DirectStorage(plastic))
    assert stand.facts.have()["stops"] == document.version
    for number in range(count):
        assert stand.facts.stop(500_000 + number, 1) is not None
    desk.show(DirectStorage(plastic))  # once more changes nothing


def test_a_list_that_does_not_fit_says_how_much_does(stand, desk):
    management = loss_card(stand, 250)
    with pytest.raises(Refused, match=r"^management\.too_long") as refused:
        made(stand, desk, management)
    assert refused.value.params == {"room": 714}


def test_a_list_that_leaves_a_hole_is_refused(stand, desk):
    stand.receive(stand.office.stops((1, 1, "lost")))
    stand.office.versions["stops"] = 7
    management = loss_card(stand, 3, base=6)
    assert base_of(management.payload) == 6
    plastic = made(stand, desk, management)
    before = stand.facts.have()["stops"]
    with pytest.raises(Refused, match=r"^management\.gap") as refused:
        desk.show(DirectStorage(plastic))
    assert refused.value.params == {"base": 6, "have": before}
    assert stand.facts.have()["stops"] == before
    assert stand.facts.stop(500_001, 1) is None, "a part of a list that cannot be joined to ours is no list"


def test_a_blank_says_how_much_fits_on_it(stand, desk):
    assert [desk.room(DirectStorage(VirtualM1(UID, size))) for size in ("1K", "4K")] == [714, 1_866]


def test_a_payload_that_is_no_list_is_broken_and_none_grows_without_end():
    for payload in (b"", b"\x00" * 40, b"garbage" * 9):
        with pytest.raises(CardBroken):
            unpack_stops(payload)
    import zlib

    with pytest.raises(CardBroken):
        unpack_stops(zlib.compress(bytes(10_000_000), 9, wbits=-15))


def test_cash_is_taken_only_after_the_payee_card_where_the_unit_wants_it(stand, desk):
    stand.receive(stand.office.place(payee_card="true", offline_recharge_fen="1000000"))
    storage = DirectStorage(make_plastic(0, uid=b"\x04\x0a\x0b\x0c", card=CARD + 7))

    def recharge():
        return stand.station.recharge(storage, stand.station.look(storage), 100)

    with pytest.raises(Refused, match=r"^recharge\.payee_card"):
        recharge()
    payee = Management(UNIT, 90_010, Kind.PAYEE, BOSS, TODAY, TODAY)
    desk.show(DirectStorage(made(stand, desk, payee)))
    assert desk.has_payee
    assert isinstance(recharge(), Completed)
    stand.clock.advance(PAYEE_S)
    with pytest.raises(Refused, match=r"^recharge\.payee_card"):
        recharge()
