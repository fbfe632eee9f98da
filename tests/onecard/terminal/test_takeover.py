"""An old system's card at its first tap: read, emptied, rewritten once, whatever happens in between. F: H8"""

from itertools import cycle, islice

import pytest

from onecard.cards.legacy import OldCard
from onecard.cards.legacy.value import ValuePurse
from onecard.cards.medium import Key
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import CardError, Refused, Unreachable
from onecard.terminal.outcome import State
from onecard.terminal.teller import Teller
from onecard.wire import messages as m
from tests.onecard.cards.legacy.test_value import LAYOUT, OLD_KEY, old_card
from tests.onecard.terminal.stand import CARD, TODAY, Stand, load, make_plastic, read_plastic

GRANT = m.IssueGrant(card=CARD, issue=1, type=1, until_day=TODAY + 900, deposit_fen=0, fee_fen=0)
OLD = OldCard("20190042", 12_345)
AGREED = 12_000
#: The same system on a card of which it has closed every sector, its purse where ours is to be.
ALL = ValuePurse("all", OLD_KEY, Key.A, value_block=5, backup_block=6, number_block=4)


def closed_card() -> VirtualM1:
    card = old_card(layout=ALL)
    for sector in range(1, 16):
        trailer = sector * 4 + 3
        card.blocks[trailer] = OLD_KEY + card.blocks[trailer][6:]
    return card


PLACES = {"beside": (LAYOUT, old_card), "in its place": (ALL, closed_card)}


class Host:
    """The office: this plastic, or this old number, becomes that card; nobody else's does."""

    def __init__(self) -> None:
        self.asked = []
        self.answer = None

    def __call__(self, question):
        self.asked.append(question)
        if self.answer is not None:
            raise self.answer
        return GRANT


class Place:
    def __init__(self, stand, layout, make) -> None:
        self.stand, self.layout, self.make, self.host = stand, layout, make, Host()
        self.attach(stand)

    def attach(self, stand) -> None:
        stand.station.takeover.attach(self.layout, self.host)

    def tap(self, card, stand=None):
        """What every task does first."""
        try:
            return Teller((stand or self.stand).station).look(DirectStorage(card))
        finally:
            card.pull()

    def left_fen(self, card) -> int:
        left = self.layout.read(DirectStorage(card))
        card.pull()
        return 0 if left is None else left.fen


@pytest.fixture(params=PLACES)
def place(request, stand):
    stand.receive(stand.office.loads(load(1, AGREED)))
    return Place(stand, *PLACES[request.param])


def assert_taken_once(place, card, where="") -> None:
    image = read_plastic(card)
    card.pull()
    assert (image.identity.card, image.newest.main_fen, image.newest.last_load) == (CARD, AGREED, 1), where
    assert place.left_fen(card) == 0, where


def test_the_first_tap_makes_it_ours_with_the_tied_out_money(place):
    card = place.make()
    look = place.tap(card)
    assert (look.card, look.balance_fen, look.refusal) == (CARD, AGREED, None)
    assert_taken_once(place, card)
    assert [(one.number, one.fen) for one in place.host.asked] == [(OLD.number, OLD.fen)]
    taken = place.stand.station.takeover.news()
    assert (taken.card, taken.old, taken.fen) == (CARD, OLD.number, OLD.fen)
    assert place.stand.station.takeover.news() is None
    assert place.tap(card).balance_fen == AGREED
    assert len(place.host.asked) == 1
    assert place.stand.station.totals().issues_fen == 0


def tear(place, card, index, byte):
    """One tap that the card leaves at this command."""
    card.tear_at(index, byte)
    try:
        place.tap(card)
    except (CardError, Refused) as error:
        said = error.code
    else:
        said = ""
    card.tear_at(10_000)
    return said


def test_torn_at_any_command_the_next_taps_take_it_over_exactly_once(place):
    whole = place.make()
    place.tap(whole)
    before, said = len(place.stand.bodies(m.Issue)), set()
    for index, byte in enumerate(islice(cycle((None, 5, 12)), whole.commands)):
        where = f"command {index}, byte {byte}"
        card = place.make()
        said.add(tear(place, card, index, byte))
        for _ in range(2):
            look = place.tap(card)
            if look.own_open:
                ended = place.stand.station.retap(DirectStorage(card), look.own_open[0])
                assert ended.balance_after_fen == AGREED, where
                card.pull()
        assert_taken_once(place, card, where)
        issues = place.stand.bodies(m.Issue)[before:]
        assert [place.stand.station.find(one.id).state for one in issues] == [State.DONE], where
        assert place.stand.station.open_taps() == [], where
        before += 1
    assert {"takeover.again", "card.gone"} <= said


def test_torn_here_it_goes_on_at_another_station(place, tmp_path):
    """Whose journal knows nothing of it: the office gives the same number to the same plastic."""
    (tmp_path / "other").mkdir()
    other = Stand(tmp_path / "other", clock=place.stand.clock, office=place.stand.office, terminal=1002)
    other.receive(other.office.loads(load(1, AGREED)))
    place.attach(other)
    whole = place.make()
    place.tap(whole)
    for index in range(0, whole.commands, 5):
        card = place.make()
        tear(place, card, index, 5)
        look = place.tap(card, other)
        assert (look.card, look.balance_fen) == (CARD, AGREED), index
        assert_taken_once(place, card, str(index))
        for left in place.stand.station.open_taps():
            place.stand.station.give_up(left.id, "z")  # the same UID is another plastic's next
    other.close()


def test_without_the_office_it_stays_an_old_card(place):
    place.host.answer = Unreachable()
    card = place.make()
    memory = card.to_bytes()
    with pytest.raises(Refused, match=r"^takeover\.offline"):
        place.tap(card)
    assert card.to_bytes() == memory
    assert place.stand.bodies(m.Issue) == []
    place.host.answer = None
    assert place.tap(card).balance_fen == AGREED


@pytest.mark.parametrize("code", ["takeover.no_card", "takeover.done", "takeover.other_plastic"])
def test_what_the_office_will_not_have_is_not_touched(place, code):
    place.host.answer = Refused(code)
    card = place.make()
    memory = card.to_bytes()
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        place.tap(card)
    assert card.to_bytes() == memory


def test_ours_and_blank_cards_are_no_old_ones(place):
    assert place.tap(make_plastic(500)).balance_fen == 500
    assert place.tap(VirtualM1(b"\x04\x01\x01\x01")).blank
    assert place.host.asked == []


def test_one_that_had_its_turn_and_was_wiped_is_a_blank_again(stand):
    """Its old number is still there, worth nothing, and the office knows that it is through with it."""
    place = Place(stand, *PLACES["beside"])
    place.host.answer = Refused("takeover.done")
    card = old_card(0)
    assert place.tap(card).blank


def test_a_station_without_the_layout_knows_nothing_of_it(stand):
    card = closed_card()
    with pytest.raises(CardError):
        Teller(stand.station).look(DirectStorage(card))
    assert not stand.station.takeover.is_on
