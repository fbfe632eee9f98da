"""Goal: whatever a card is made of, the desk and the till do with it what people expect of a card.

Method: the person's steps at the counter of the real office, on virtual media.
"""

import pytest

from onecard.cards.keys import make_test_keys
from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardError

NEWER = make_test_keys(2, previous=(1,))


def version_of(counter, plastic) -> int:
    image = M1Card(DirectStorage(plastic), NEWER, counter.office.unit).read()
    plastic.pull()
    return image.identity.key_version


def test_cards_get_new_keys_one_after_the_other(counter):
    """F: A9 H5: by keys alone; money and number stay, and a card that has them already is left as it is."""
    plastics = [counter.issued(f"换钥{n}", 10_000, uid=f"0f00000{n}") for n in range(2)]
    counter.box.station._desk.keys = NEWER
    counter.open_job("renew")
    counter.keys("enter")
    for n, plastic in enumerate(plastics):
        counter.tap(plastic)
        assert f"换*{n} " in counter.view.body
        assert "换成第 2 版密钥" in counter.view.body
        assert version_of(counter, plastic) == 2
        counter.keys("enter")
    counter.tap(plastics[0])
    assert "已是最新" in counter.view.body
    counter.keys("escape escape clear 12.5 enter")
    counter.tap(plastics[1])
    assert counter.overlay.look == "ok"
    counter.sync_up()


def test_torn_while_it_gets_them_the_same_card_goes_on(counter):
    """At every command: no till may ever have to say that a member's money is gone."""
    kept = counter.issued("换钥断", 10_000, uid="0f000010").to_bytes()
    counter.box.station._desk.keys = NEWER
    counter.open_job("renew")
    finished = 0
    for at in range(2, 80):
        plastic = VirtualM1.from_bytes(kept)
        counter.keys("enter")
        plastic.tear_at(at, 4)
        counter.put(plastic)
        counter.lift()
        if counter.overlay is None:
            break  # it was through before the card left
        assert counter.overlay.look == "refused", at
        plastic.tear_at(10_000)
        counter.wait(2)
        counter.tap(plastic)
        assert "第 2 版密钥" in counter.view.body, at
        finished += "上次没有换完" in counter.view.body
        image = M1Card(DirectStorage(plastic), NEWER, counter.office.unit).read()
        assert (image.newest.main_fen, image.identity.key_version) == (10_000, 2)
    assert at > 40
    assert finished >= 3


def test_a_card_of_nobody_is_refused(counter):
    counter.open_job("renew")
    counter.keys("enter")
    counter.tap(VirtualM1(bytes.fromhex("0f000020")))
    assert counter.overlay.look == "refused"
    with pytest.raises(CardError):
        version_of(counter, VirtualM1(bytes.fromhex("0f000020")))
