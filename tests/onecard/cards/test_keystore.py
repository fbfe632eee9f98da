"""Key stores: only the right secret opens them, test and live never mix, no byte can be changed unnoticed."""

import json

import pytest

from onecard.cards import keystore
from onecard.cards.keys import KeySet, Masters, make_test_keys
from onecard.cards.keystore import MachineSecret, Passphrase
from onecard.errors import StoreError
from onecard.ids import SeededEntropy

SECRET = MachineSecret(bytes(range(32)))
LIVE = KeySet(
    [
        Masters(2, b"live-two-key-A..", b"live-two-key-B..", b"live-two-key-M.."),
        Masters(1, b"live-one-key-A..", None, b"live-one-key-M.."),
    ],
    test=False,
)


@pytest.fixture
def store(tmp_path):
    return tmp_path / "keys.json"


def save(store, keys=LIVE, unlock=SECRET, seed=1):
    keystore.save(store, keys, unlock, SeededEntropy(seed))


def refused(call) -> str:
    with pytest.raises(StoreError) as error:
        call()
    return error.value.code


@pytest.mark.parametrize("unlock", [SECRET, Passphrase("correct horse battery")])
def test_what_was_saved_comes_back(store, unlock):
    save(store, unlock=unlock)
    assert keystore.load(store, unlock, test=False).masters == LIVE.masters
    assert store.stat().st_mode & 0o777 == 0o600


def test_no_key_stands_in_the_file(store):
    save(store)
    raw = store.read_bytes()
    assert b"live-" not in raw
    for master in LIVE.masters:
        assert master.a.hex().encode() not in raw


@pytest.mark.parametrize(
    "wrong", [MachineSecret(bytes(32)), Passphrase("whatever it may be"), Passphrase("")]
)
def test_another_secret_opens_nothing(store, wrong):
    save(store)
    assert refused(lambda: keystore.load(store, wrong, test=False)) == "keys.locked"
    save(store, unlock=Passphrase("correct horse battery"))
    assert refused(lambda: keystore.load(store, wrong, test=False)) == "keys.locked"


@pytest.mark.parametrize("keys", [LIVE, make_test_keys()])
def test_a_box_for_one_kind_never_takes_the_other(store, keys):
    save(store, keys)
    assert refused(lambda: keystore.load(store, SECRET, test=not keys.test)) == "keys.wrong_kind"
    other = make_test_keys() if keys is LIVE else LIVE
    assert refused(lambda: save(store, other)) == "keys.wrong_kind"
    assert keystore.load(store, SECRET, test=keys.test).masters == keys.masters


def test_relabelling_a_test_store_as_live_is_noticed(store):
    save(store, make_test_keys())
    value = json.loads(store.read_text())
    value["header"]["kind"] = "live"
    store.write_text(json.dumps(value))
    assert keystore.kind_of(store) == "live"
    assert refused(lambda: keystore.load(store, SECRET, test=False)) == "keys.locked"


def test_any_changed_byte_is_noticed(store):
    save(store)
    whole = store.read_bytes()
    for at in range(len(whole)):
        store.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        code = refused(lambda: keystore.load(store, SECRET, test=False))
        assert code in ("keys.malformed", "keys.locked", "keys.wrong_kind")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b'{"header":null}', b"[" * 10_000])
def test_rubbish_is_malformed(store, content):
    store.write_bytes(content)
    assert refused(lambda: keystore.load(store, SECRET, test=False)) == "keys.malformed"


def test_a_missing_store(store):
    assert refused(lambda: keystore.load(store, SECRET, test=False)) == "keys.missing"


def test_machine_secret_is_private_and_made_once(tmp_path):
    path = tmp_path / "secret"
    made = MachineSecret.make(path, SeededEntropy(5))
    assert MachineSecret.read(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert refused(lambda: MachineSecret.make(path, SeededEntropy(6))) == "keys.not_written"
    path.chmod(0o644)
    assert refused(lambda: MachineSecret.read(path)) == "keys.secret_exposed"


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_secret_of_another_length_is_none(tmp_path, size):
    path = tmp_path / "secret"
    path.write_bytes(bytes(size))
    path.chmod(0o600)
    assert refused(lambda: MachineSecret.read(path)) == "keys.no_secret"


def test_saving_twice_never_repeats_a_nonce(store):
    save(store, seed=1)
    first = json.loads(store.read_text())
    save(store, seed=2)
    second = json.loads(store.read_text())
    assert first["nonce"] != second["nonce"]
    assert first["box"] != second["box"]


def test_nothing_prints_a_secret():
    assert "correct" not in repr(Passphrase("correct horse"))
    assert repr(SECRET) == "MachineSecret()"
