"""A CPU card as a purse: debits with their record, loads by the host's order, proof of both. F: A9"""

import pytest
from msgspec.structs import replace

from onecard.cards.cpu import crypto
from onecard.cards.cpu.profile import STANDARD, Profile
from onecard.cards.cpu.psam import CardPsam, KeyPsam
from onecard.cards.image import Purse, Slot
from onecard.cards.keys import KeySet, Masters, make_test_keys
from onecard.devices.readers.virtual import DirectCpu, DirectStorage, VirtualM1
from onecard.devices.readers.virtual.press import make_psam
from onecard.errors import CardBroken, CardDenied, CardDoubtful, CardForeign, NotWritten, Refused, Unreachable

from .desk import FIRST, IDENTITY, KEYS, UNIT, Host, after, plastic, session, tac_key


def test_reads_what_the_press_put_on():
    image = session(plastic()).read()
    assert (image.identity, image.newest, image.older) == (IDENTITY, FIRST, None)


def test_a_debit_writes_record_and_money_in_one_and_proves_itself():
    card = plastic()
    tap = session(card)
    wanted = after(tap.read().newest, day_total=125, day_count=1)
    image = tap.write(wanted)
    assert (image.newest, image.older) == (wanted, FIRST)
    assert card.memory.balance == wanted.main_fen
    assert session(card).read() == image
    proof = tap.proof(wanted.last)
    assert proof.holds(tac_key(card))
    assert (proof.fen, proof.sequence, proof.terminal_sequence) == (1_250, 0, 2 << 24 | wanted.last_seq)
    assert not replace(proof, fen=1_249).holds(tac_key(card))


def test_a_good_tap_takes_few_commands():
    card = plastic()
    for _ in range(3):
        tap = session(card)
        tap.write(after(tap.read().newest))
        assert tap.commands <= 20
    print(f"{tap.commands} commands")


def test_the_proof_is_given_again_to_whoever_asks_later():
    card = plastic()
    tap = session(card)
    wanted = after(tap.read().newest)
    tap.write(wanted)
    again = session(card)
    again.read()
    assert again.proof(wanted.last) == tap.proof(wanted.last)
    assert again.proof(FIRST.last) is None


@pytest.mark.parametrize("logs_before", [True, False])
def test_loads_and_debits_in_any_order_keep_the_chain(logs_before):
    profile = Profile("other", STANDARD.application, logs_before=logs_before)
    card = plastic(profile=profile)
    before = FIRST
    for turn, fen in enumerate([500, -300, 250, 40, -100, -100, 7, 8, 9, -1, *[1] * 14, -5]):
        tap = session(card, profile=profile)
        assert tap.read().newest.main_fen == before.main_fen
        wanted = after(tap.read().newest, spend=-fen)
        image = tap.write(wanted)
        assert (image.newest.main_fen, image.newest.counter) == (before.main_fen + fen, 2 + turn)
        assert image.newest.last == wanted.last
        if turn:
            assert (image.older.last, image.older.main_fen) == (before.last, before.main_fen)
            assert image.older.counter == 1 + turn
        proof = session(card, profile=profile).proof(wanted.last)
        assert proof == tap.proof(wanted.last)
        assert proof.holds(tac_key(card))
        assert proof.balance_fen == image.newest.main_fen
        before = image.newest


def test_a_load_is_not_begun_without_its_host():
    card = plastic()
    host = Host()
    for fault in (Unreachable(), Refused("load.bound")):
        host.fault = fault
        tap = session(card, host=host)
        with pytest.raises(NotWritten) as refused:
            tap.write(after(tap.read().newest, spend=-500))
        assert refused.value.code == fault.code
        assert card.memory.online == 0
    host.fault = None
    tap = session(card, host=host)
    assert tap.write(after(tap.read().newest, spend=-500)).newest.main_fen == FIRST.main_fen + 500


def test_a_wrong_order_of_the_host_moves_nothing():
    card = plastic()
    host = Host()

    def wrong(wanted):
        order = Host.__call__(host, wanted)
        return type(order)(order.moment, bytes(4))

    tap = session(card, host=wrong)
    with pytest.raises(NotWritten):
        tap.write(after(tap.read().newest, spend=-500))
    assert (card.memory.balance, card.memory.online) == (FIRST.main_fen, 0)


def test_a_pin_before_loads_where_the_maker_wants_one():
    profile = Profile("pin", STANDARD.application, load_pin=b"\x12\x34\x56")
    card = plastic(profile=profile)
    blind = session(card, profile=STANDARD)
    with pytest.raises(NotWritten):
        blind.write(after(blind.read().newest, spend=-5))
    tap = session(card, profile=profile)
    assert tap.write(after(tap.read().newest, spend=-5)).newest.main_fen == FIRST.main_fen + 5


def test_locking_and_unlocking_move_no_money():
    card = plastic()
    tap = session(card)
    locked = tap.write(after(tap.read().newest, spend=0, locked=True)).newest
    assert locked.locked
    assert session(card).read().newest == locked
    tap = session(card)
    assert not tap.write(after(tap.read().newest, spend=0, locked=False)).newest.locked
    assert card.memory.balance == FIRST.main_fen


def test_a_blocked_card_answers_no_one():
    card = plastic()
    session(card).block(for_ever=True)
    with pytest.raises(CardForeign) as refused:
        session(card).read()
    assert refused.value.code == "card.locked"
    assert card.memory.blocked == 2


def test_only_who_has_the_key_can_block():
    without = KeySet([Masters(1, KEYS.masters[0].a, None, KEYS.masters[0].mac)], test=True)
    card = plastic()
    with pytest.raises(CardDenied) as refused:
        session(card, keys=without).block()
    assert refused.value.code == "card.read_only"
    other = make_test_keys(2).masters[0]
    forged = KeySet([Masters(1, other.a, other.b, KEYS.masters[0].mac, other.cpu)], test=True)
    with pytest.raises(CardDenied):
        session(card, keys=forged).block()
    assert card.memory.blocked == 0


def test_a_till_without_the_purchase_key_takes_nothing():
    master = KEYS.masters[0]
    without = KeySet([Masters(1, master.a, None, master.mac)], test=True)
    card = plastic()
    tap = session(card, keys=without)
    with pytest.raises(NotWritten) as refused:
        tap.write(after(tap.read().newest))
    assert refused.value.code == "psam.no_key"
    assert card.memory.offline == 0


def test_wrong_keys_of_the_same_version_debit_nothing():
    other = make_test_keys(2).masters[0]
    forged = KeySet([Masters(1, other.a, other.b, KEYS.masters[0].mac, other.cpu)], test=True)
    card = plastic()
    tap = session(card, keys=forged)
    with pytest.raises(NotWritten):
        tap.write(after(tap.read().newest))
    assert (card.memory.balance, card.memory.offline) == (FIRST.main_fen, 0)


def test_an_emulated_card_that_cannot_make_mac2_is_no_sale():
    """Everything readable was copied; what it does not have is the key."""
    real = plastic()
    memory = real.memory
    memory.keys.purchase = bytes(16)

    class Fake(type(real)):
        def _debit(self, apdu):
            started = self._started
            session = crypto.encrypt(
                self._memory.keys.purchase,
                started.challenge + self._memory.offline.to_bytes(2, "big") + apdu[7:9],
            )
            said = started.fen.to_bytes(4, "big") + bytes([started.kind]) + started.terminal + apdu[9:16]
            return super()._debit(apdu[:16] + crypto.mac(session, said) + apdu[20:])

    fake = Fake(real.uid, memory)
    tap = session(fake)
    with pytest.raises(CardDoubtful) as doubt:
        tap.write(after(tap.read().newest))
    assert not isinstance(doubt.value, NotWritten)
    assert doubt.value.code == "card.forged"


# -- what is not ours, and what does not add up ------------------------------------------------------------


def test_other_units_versions_and_applications():
    for keys, unit, code in ((KEYS, UNIT + 1, "card.wrong_unit"), (make_test_keys(5), UNIT, "card.foreign")):
        with pytest.raises(CardForeign) as refused:
            session(plastic(), keys=keys, unit=unit).read()
        assert refused.value.code == code
    with pytest.raises(CardForeign):
        session(plastic(), profile=Profile("strange", b"\xa0\x00\x00\x00\x99")).read()


def test_an_older_key_version_still_opens():
    card = plastic()
    newer = make_test_keys(2, previous=(1,))
    tap = session(card, keys=newer)
    wanted = after(tap.read().newest)
    assert tap.write(wanted).newest == wanted


@pytest.mark.parametrize("byte", range(0, 66, 5))
def test_a_changed_record_is_broken(byte):
    card = plastic()
    memory = card.memory
    record = bytearray(memory.records[0])
    record[byte] ^= 1
    memory.records[0] = bytes(record)
    with pytest.raises(CardBroken):
        session(type(card)(card.uid, memory)).read()


def test_a_record_of_another_card_is_broken():
    one = plastic()
    memory = one.memory
    memory.public = plastic(identity=replace(IDENTITY, card=600_002)).memory.public
    with pytest.raises(CardBroken):
        session(type(one)(one.uid, memory)).read()


def test_money_that_no_record_and_no_log_explains_is_broken():
    """Somebody with a real purchase key of another system took money without leaving our record."""
    card = plastic()
    memory = card.memory
    memory.balance -= 100
    with pytest.raises(CardBroken):
        session(type(card)(card.uid, memory)).read()


def test_a_purse_with_other_wallets_is_refused_by_the_writer():
    tap = session(plastic())
    with pytest.raises(AssertionError):
        tap.write(after(tap.read().newest, slots=(Slot(5), Slot(), Slot())))


def test_an_m1_card_answers_no_command_of_a_cpu_card():
    from onecard.cards.medium import ApduCard

    assert not isinstance(DirectStorage(VirtualM1(b"1234")), ApduCard)
    assert isinstance(DirectCpu(plastic()), ApduCard)


# -- the PSAM ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("levels", [(), (bytes.fromhex("0000000000012345"),)])
def test_a_psam_in_a_reader_does_what_the_key_store_does(levels):
    psam = make_psam(bytes.fromhex("000000001234"), KEYS.masters[0].cpu)
    card = plastic()
    if levels:
        memory = card.memory
        memory.keys.purchase = crypto.diversify(memory.keys.purchase, levels[0])
        card = type(card)(card.uid, memory)
    box = CardPsam(lambda: DirectCpu(psam), levels)
    for turn in range(3):
        tap = session(card, psam=box)
        wanted = after(tap.read().newest)
        assert tap.write(wanted).newest == wanted
        proof = tap.proof(wanted.last)
        assert proof.holds(tac_key(card))
        assert (proof.terminal, proof.terminal_sequence) == ("000000001234", turn + 1)
        assert session(card).proof(wanted.last) == proof


def test_a_psam_that_is_away_lets_nothing_be_debited():
    card = plastic()
    tap = session(card, psam=CardPsam(lambda: None))
    with pytest.raises(NotWritten) as gone:
        tap.write(after(tap.read().newest))
    assert gone.value.code == "psam.gone"
    assert card.memory.offline == 0


@pytest.mark.parametrize("command", range(3))
def test_a_psam_pulled_at_any_command(command):
    psam = make_psam(bytes(6), KEYS.masters[0].cpu)
    card = plastic()
    tap = session(card, psam=CardPsam(lambda: DirectCpu(psam)))
    wanted = after(tap.read().newest)
    psam.tear_at(command)
    if command < 2:
        with pytest.raises(NotWritten):
            tap.write(wanted)
        assert card.memory.offline == 0
        tap = session(card, psam=CardPsam(lambda: DirectCpu(psam)))
    assert tap.write(wanted).newest == wanted


def test_orders_of_a_psam_do_not_outlive_each_other():
    box = KeyPsam(KEYS)
    assert not box.confirms(bytes(4))
    psam = make_psam(bytes(6), KEYS.masters[0].cpu)
    answers = DirectCpu(psam)
    assert answers.transmit(bytes.fromhex("8072000004") + bytes(4))[1] == 0x6985
    order = bytes.fromhex("800000001234567890") + bytes(19)
    assert answers.transmit(b"\x80\x70\x00\x00\x1c" + order[:28] + b"\x08")[1] == 0x9000
    assert answers.transmit(bytes.fromhex("8072000004") + bytes(4))[1] == 0x9302
    for _ in range(9):
        answers.transmit(b"\x80\x70\x00\x00\x1c" + order[:28] + b"\x08")
        answers.transmit(bytes.fromhex("8072000004") + bytes(4))
    assert answers.transmit(b"\x80\x70\x00\x00\x1c" + order[:28] + b"\x08")[1] == 0x6983


def test_first_purse_of_a_card_may_be_empty():
    card = plastic(Purse(counter=1))
    tap = session(card)
    assert tap.write(after(tap.read().newest, spend=-10)).newest.main_fen == 10
