"""The key ceremony as people live it: components typed in turn, check values shown, never a key."""

import pytest

from onecard.cards import ceremony, keystore
from onecard.cards.ceremony import Ceremony
from onecard.cards.cpu import crypto
from onecard.cards.image import Identity, Purse
from onecard.cards.keys import check_value, make_test_keys, make_training_keys
from onecard.cards.keystore import Passphrase
from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardForeign, StoreError
from onecard.ids import SeededEntropy

PASS = "correct horse battery"
ONE = ["00112233445566778899AABBCCDDEEFF", "A" * 32, "1" * 32]
TWO = ["0F" * 16, "5" * 32, "2" * 32]


class Room:
    """People at the keyboard: what they will type, and all that was printed."""

    def __init__(self, *typed: str) -> None:
        self.typed = list(typed)
        self.said: list[str] = []

    def run(self, *arguments: object) -> int:
        talk = Ceremony(lambda _: self.typed.pop(0), self.said.append, SeededEntropy(3))
        return ceremony.main([str(a) for a in arguments], talk)


@pytest.fixture
def store(tmp_path):
    return tmp_path / "keys.json"


def enter(store, *typed: str, version: int = 1, people: int = 2) -> tuple[int, Room]:
    room = Room(*typed)
    code = room.run("enter", "--store", store, "--version", version, "--people", people)
    return code, room


def xor(*parts: str) -> bytes:
    value = 0
    for part in parts:
        value ^= int(part, 16)
    return value.to_bytes(16, "big")


def test_two_people_make_a_live_version(store):
    code, room = enter(store, PASS, PASS, *ONE, *TWO)
    assert code == 0
    assert room.typed == []
    [master] = keystore.load(store, Passphrase(PASS), test=False).masters
    assert (master.a, master.b, master.mac) == tuple(xor(*pair) for pair in zip(ONE, TWO, strict=True))
    said = "\n".join(room.said)
    for key in (master.a, master.b, master.mac):
        assert check_value(key) in said
    for secret in (*ONE, *TWO, master.a.hex().upper(), master.b.hex().upper(), PASS):
        assert secret not in said.upper()


def test_three_people_and_a_second_version(store):
    assert enter(store, PASS, PASS, *ONE, *TWO)[0] == 0
    three = ["3" * 32, "4" * 32, "6" * 32]
    assert enter(store, PASS, *ONE, *TWO, *three, version=2, people=3)[0] == 0
    newest, first = keystore.load(store, Passphrase(PASS), test=False).masters
    assert (newest.version, first.version) == (2, 1)
    assert newest.a == xor(ONE[0], TWO[0], three[0])


def test_a_mistyped_component_is_asked_again(store):
    code, room = enter(store, PASS, PASS, "12345", "xyz" * 11, "", *ONE, *TWO)
    assert code == 0
    assert room.typed == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (["short", "short"], "keys.short"),
        ([PASS, PASS + "!"], "keys.mismatch"),
        ([PASS, PASS, *ONE, *ONE], "keys.weak"),
        ([PASS, PASS, *ONE, ONE[0], *TWO[1:]], "keys.weak"),
    ],
)
def test_refusals_leave_no_store(store, capsys, typed, code):
    assert enter(store, *typed)[0] == 1
    assert code in capsys.readouterr().err
    assert not store.exists()


def test_public_test_keys_never_become_live_ones(store, capsys):
    master = make_test_keys().masters[0]
    parts = [xor(ONE[0], master.a.hex()).hex(), *TWO[1:]]
    assert enter(store, PASS, PASS, *ONE, *parts)[0] == 1
    assert "keys.weak" in capsys.readouterr().err


@pytest.mark.parametrize("version", [0, 256, -1])
def test_versions_fit_the_card(store, version, capsys):
    assert enter(store, PASS, PASS, *ONE, *TWO, version=version)[0] == 1
    assert "keys.version_range" in capsys.readouterr().err


def test_a_version_is_never_replaced(store, capsys):
    assert enter(store, PASS, PASS, *ONE, *TWO)[0] == 0
    before = store.read_bytes()
    assert enter(store, PASS, *TWO, *ONE)[0] == 1
    assert "keys.version_exists" in capsys.readouterr().err
    assert store.read_bytes() == before


def test_the_test_set_is_marked_and_does_not_take_live_keys(store, capsys):
    room = Room(PASS, PASS)
    assert room.run("test", "--store", store) == 0
    assert "TEST KEYS" in room.said[0]
    assert keystore.load(store, Passphrase(PASS), test=True).masters == make_test_keys().masters
    assert enter(store, PASS, *ONE, *TWO)[0] == 1
    assert "keys.wrong_kind" in capsys.readouterr().err


def test_show_with_a_machine_secret(store, tmp_path, capsys):
    secret = tmp_path / "secret"
    assert Room().run("secret", "--file", secret) == 0
    assert Room().run("test", "--store", store, "--secret", secret) == 0
    room = Room()
    assert room.run("show", "--store", store, "--secret", secret) == 0
    master = make_test_keys().masters[0]
    for value in master.check_values().values():
        assert value in room.said[1]
    assert Room("wrong passphrase").run("show", "--store", store) == 1
    assert "keys.locked" in capsys.readouterr().err


def test_a_drawn_component_can_be_typed_in(store):
    drawn = Room()
    assert drawn.run("component") == 0
    lines = [line.split("校")[0].split(maxsplit=1)[1] for line in drawn.said[1:]]
    assert [len(line.replace(" ", "")) for line in lines] == [32, 32, 32]
    code, room = enter(store, PASS, PASS, *lines, *TWO)
    assert code == 0
    for line in drawn.said[1:]:
        assert any(line.rsplit(maxsplit=1)[-1] in said for said in room.said)


def test_every_reason_has_words_in_both_languages():
    for text in ceremony._REASONS.values():
        zh, en = text.split(" · ")
        assert any("一" <= c <= "鿿" for c in zh)
        assert en.isascii()


# -- CPU cards, tills, training ------------------------------------------------------------------------------

CPU_ONE = [f"{n}0" * 15 + "01" for n in range(1, 5)]
CPU_TWO = [f"{n}7" * 16 for n in range(5, 9)]


def enter_cpu(store, *typed: str) -> tuple[int, Room]:
    room = Room(*typed)
    return room.run("enter", "--store", store, "--version", 1, "--cpu"), room


def test_the_keys_of_cpu_cards_are_made_in_the_same_sitting(store):
    code, room = enter_cpu(store, PASS, PASS, *ONE, *CPU_ONE, *TWO, *CPU_TWO)
    assert (code, room.typed) == (0, [])
    [master] = keystore.load(store, Passphrase(PASS), test=False).masters
    made = tuple(master.cpu.all().values())
    assert made == tuple(xor(*pair) for pair in zip(CPU_ONE, CPU_TWO, strict=True))
    said = "\n".join(room.said)
    for key in made:
        assert crypto.check_value(key) in said
        assert key.hex().upper() not in said.upper()


def test_drawn_with_cpu_there_are_seven(store):
    drawn = Room()
    assert drawn.run("component", "--cpu") == 0
    lines = [line.split("校")[0].split(maxsplit=1)[1] for line in drawn.said[1:]]
    assert [len(line.replace(" ", "")) for line in lines] == [32] * 7
    assert enter_cpu(store, PASS, PASS, *lines, *TWO, *CPU_TWO)[0] == 0


def test_a_master_that_makes_triple_des_single_is_refused(store, capsys):
    half = "1234567890ABCDEF"
    same = xor(half * 2, CPU_TWO[0]).hex()
    assert enter_cpu(store, PASS, PASS, *ONE, same, *CPU_ONE[1:], *TWO, *CPU_TWO)[0] == 1
    assert "keys.weak" in capsys.readouterr().err
    assert not store.exists()


@pytest.mark.parametrize(("flags", "purchase"), [((), True), (("--psam",), False)])
def test_a_till_never_gets_what_makes_money(store, tmp_path, flags, purchase):
    assert enter_cpu(store, PASS, PASS, *ONE, *CPU_ONE, *TWO, *CPU_TWO)[0] == 0
    secret, to = tmp_path / "till.secret", tmp_path / "till.store"
    assert Room().run("secret", "--file", secret) == 0
    assert Room(PASS).run("till", "--store", store, "--to", to, "--to-secret", secret, *flags) == 0
    whole = keystore.load(store, Passphrase(PASS), test=False).masters[0]
    [till] = keystore.load(to, keystore.MachineSecret.read(secret), test=False).masters
    assert (till.a, till.b, till.mac) == (whole.a, whole.b, whole.mac)
    assert (till.cpu.load, till.cpu.tac) == (None, None)
    assert till.cpu.maintain == whole.cpu.maintain
    assert till.cpu.purchase == (whole.cpu.purchase if purchase else None)


def test_a_station_that_only_reads_gets_no_key_that_writes(store, tmp_path):
    assert enter_cpu(store, PASS, PASS, *ONE, *CPU_ONE, *TWO, *CPU_TWO)[0] == 0
    secret, to = tmp_path / "till.secret", tmp_path / "till.store"
    assert Room().run("secret", "--file", secret) == 0
    room = Room(PASS)
    assert room.run("till", "--store", store, "--to", to, "--to-secret", secret, "--reads") == 0
    [reading] = keystore.load(to, keystore.MachineSecret.read(secret), test=False).masters
    [whole] = keystore.load(store, Passphrase(PASS), test=False).masters
    assert (reading.a, reading.b, reading.mac) == (whole.a, None, whole.mac)
    assert set(reading.cpu.all().values()) <= {None}


def test_three_kinds_that_never_mix(store, tmp_path, capsys):
    room = Room(PASS, PASS)
    assert room.run("training", "--store", store) == 0
    assert "TRAINING KEYS" in room.said[0]
    keys = keystore.load(store, Passphrase(PASS), test=True, training=True)
    assert keys.training
    assert not {one.mac for one in keys.masters} & {one.mac for one in make_test_keys().masters}
    for test in (True, False):
        with pytest.raises(StoreError) as refused:
            keystore.load(store, Passphrase(PASS), test=test)
        assert refused.value.code == "keys.wrong_kind"
    assert Room(PASS).run("test", "--store", store) == 1
    assert enter(store, PASS, *ONE, *TWO)[0] == 1
    assert capsys.readouterr().err.count("keys.wrong_kind") == 2


def test_a_training_card_opens_nowhere_else():
    plastic = VirtualM1(b"\x04\x01\x02\x03")
    identity = Identity(unit=1, card=5, issue=1, type=1, key_version=1, until_day=4_000)
    M1Card(DirectStorage(plastic), make_training_keys(), 1).personalise(identity, Purse(main_fen=100))
    with pytest.raises(CardForeign):
        M1Card(DirectStorage(plastic), make_test_keys(), 1).read()


def test_public_training_keys_never_become_live_ones(store, capsys):
    master = make_training_keys().masters[0]
    parts = [xor(ONE[0], master.a.hex()).hex(), *TWO[1:]]
    assert enter(store, PASS, PASS, *ONE, *parts)[0] == 1
    assert "keys.weak" in capsys.readouterr().err


def test_the_command_explains_itself(capsys):
    for arguments in (["--help"], ["enter", "--help"], ["till", "--help"]):
        with pytest.raises(SystemExit) as done:
            ceremony.main(arguments)
        assert done.value.code == 0
        assert "密钥" in capsys.readouterr().out


def test_the_old_systems_key_comes_in_goes_to_tills_and_is_put_away(store, tmp_path):
    """F: H8 H5"""
    secret, till = tmp_path / "machine.secret", tmp_path / "till.store"
    assert Room().run("secret", "--file", secret) == 0
    keystore.save(
        store, make_test_keys().with_old(b""), keystore.MachineSecret.read(secret), SeededEntropy(4)
    )
    room = Room("not hex", "A0A1A2A3A4", "A0 A1 A2 A3 A4 A5")
    assert room.run("old", "--store", store, "--secret", secret) == 0
    assert not any("A0A1" in line for line in room.said)
    keys = keystore.load(store, keystore.MachineSecret.read(secret), test=True)
    assert (keys.old.hex(), keys.version, b"A0A1" in store.read_bytes()) == ("a0a1a2a3a4a5", 1, False)
    given = ("--store", store, "--secret", secret, "--to", till, "--to-secret", secret)
    assert Room().run("till", *given) == 0
    assert keystore.load(till, keystore.MachineSecret.read(secret), test=True).old == keys.old
    assert Room("").run("old", "--store", store, "--secret", secret) == 0
    assert keystore.load(store, keystore.MachineSecret.read(secret), test=True).old == b""
