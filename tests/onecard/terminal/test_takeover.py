"""An old system's card at its first tap: read, emptied, rewritten once, whatever happens in between. F: H8"""

import pytest

from onecard.cards.legacy import OldCard
from onecard.cards.legacy.value import ValuePurse
from onecard.cards.medium import Key
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardError, Refused
from onecard.terminal.outcome import Completed, Unfinished
from onecard.terminal.takeover import Takeover
from onecard.wire import messages as m
from tests.onecard.cards.legacy.test_value import LAYOUT, OLD_KEY, old_card
from tests.onecard.terminal.stand import CARD, TODAY, load, make_plastic, read_plastic

GRANT = m.IssueGrant(card=CARD, issue=1, type=1, until_day=TODAY + 900, deposit_fen=0, fee_fen=0)
OLD = OldCard("20190042", 12_345)
#: The same system on a card of which it has closed every sector, its purse where ours is to be.
ALL = ValuePurse("all", OLD_KEY, Key.A, value_block=5, backup_block=6, number_block=4)


def closed_card() -> VirtualM1:
    card = old_card(layout=ALL)
    for sector in range(1, 16):
        trailer = sector * 4 + 3
        card.blocks[trailer] = OLD_KEY + card.blocks[trailer][6:]
    return card


PLACES = {"beside": (LAYOUT, old_card), "in its place": (ALL, closed_card)}


@pytest.fixture(params=PLACES)
def place(request, stand):
    layout, make = PLACES[request.param]
    return Takeover(stand.station, layout), make, layout


def finish(stand, takeover, card):
    """The customer comes back until it is done."""
    for _ in range(4):
        open_taps = stand.station.open_taps()
        if open_taps:
            ended = stand.station.retap(DirectStorage(card), open_taps[0])
        elif (old := takeover.look(DirectStorage(card))) is not None:
            ended = takeover.rewrite(DirectStorage(card), GRANT, old)
        else:
            return
        assert not isinstance(ended, Unfinished), ended.why


def test_the_first_tap_makes_it_ours_and_the_tied_out_money_follows(stand, place):
    takeover, make, layout = place
    card = make()
    assert takeover.look(DirectStorage(card)) == OLD
    done = takeover.rewrite(DirectStorage(card), GRANT, OLD)
    assert isinstance(done, Completed)
    assert read_plastic(card).newest.main_fen == 0
    left = layout.read(DirectStorage(card))
    assert left is None or left.fen == 0
    stand.receive(stand.office.loads(load(1, 12_000)))
    storage = DirectStorage(card)
    assert stand.station.apply_loads(storage, stand.station.look(storage)).balance_after_fen == 12_000
    assert takeover.look(DirectStorage(card)) is None
    with pytest.raises(Refused):
        takeover.rewrite(DirectStorage(card), GRANT, OLD)
    assert stand.station.totals().issues_fen == 0


def test_torn_anywhere_it_is_rewritten_exactly_once(stand, place):
    takeover, make, layout = place
    whole = make()
    storage = DirectStorage(whole)
    assert isinstance(takeover.rewrite(storage, GRANT, OLD), Completed)
    total, unfinished = whole.commands, 0
    for index in range(total):
        for byte in (None, (5, 12)[index % 2]):
            card = make()
            before = len(stand.bodies(m.Issue))
            storage = DirectStorage(card)
            card.tear_at(index, byte)
            try:
                ended = takeover.rewrite(storage, GRANT, OLD)
            except CardError:
                ended = None
            unfinished += isinstance(ended, Unfinished)
            card.tear_at(10_000)
            finish(stand, takeover, card)
            where = f"command {index}, byte {byte}"
            image = read_plastic(card)
            assert (image.identity.card, image.newest.counter, image.newest.main_fen) == (CARD, 1, 0), where
            left = layout.read(DirectStorage(card))
            assert left is None or left.fen == 0, where
            issues = stand.bodies(m.Issue)[before:]
            done = {body.of for body in stand.bodies(m.Done)}
            assert [issue.id in done for issue in issues] == [True], where
    assert unfinished > 10


def test_ours_blank_and_strangers_cards_are_no_old_ones(stand, place):
    takeover, _, _ = place
    for card in (make_plastic(500), VirtualM1(b"\x04\x01\x01\x01")):
        assert takeover.look(DirectStorage(card)) is None
        with pytest.raises(Refused, match=r"^card\.changed"):
            takeover.rewrite(DirectStorage(card), GRANT, OLD)


def test_another_old_card_than_the_one_that_was_looked_at(stand, place):
    takeover, make, _ = place
    card = make()
    memory = card.to_bytes()
    with pytest.raises(Refused, match=r"^card\.changed"):
        takeover.rewrite(DirectStorage(card), GRANT, OldCard("77", 12_345))
    assert card.to_bytes() == memory
