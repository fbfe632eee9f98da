"""Goal: a large sale wants the holder's PIN, and what was proved counts for this bill and this card only.

Method: the whole till and the whole server in one process; the PIN is typed on the screen or on a pad.
"""

import pytest

from onecard.devices import pinpads
from onecard.settings import Settings
from onecard.terminal.counter import Counter
from onecard.wire import lookups
from onecard.wire import messages as m
from tests.world.office import BOSS

pytestmark = pytest.mark.xdist_group("town")
ONCE: dict[str, object] = {}


@pytest.fixture
def cards(town):
    """Two holders with PINs."""
    if not ONCE:
        town.type(m.CardType(type=8, name="密码卡", pin_above_fen=3_000))
        for name, uid, pin in (("王小明", "04C10001", "280415"), ("李雷", "04C10002", "730628")):
            plastic = town.plastic(20_000, uid, type=8, name=name)
            look = town.look(plastic)
            question = lookups.ChangePin(
                id=town.till.till.request_id(), card=look.card, issue=look.issue, new=pin, operator=BOSS
            )
            answer = town.till.ask_now(question)
            assert isinstance(answer, m.Answer), answer
            ONCE[name] = plastic
    return ONCE


def sales(town) -> list[m.Sale]:
    return [body for body in town.till.bodies() if isinstance(body, m.Sale)]


def test_a_small_sale_wants_no_pin(town, cards) -> None:
    town.till.keys("20 enter")
    town.till.tap(cards["王小明"])
    assert town.till.overlay.look == "ok"
    town.till.keys("escape")


def test_a_large_sale_goes_on_with_the_right_pin_and_the_card_that_lies_there(town, cards) -> None:
    # F: C4 B9
    till, count = town.till, len(sales(town))
    till.keys("40 enter")
    till.put(cards["王小明"])
    till.answer()
    assert till.overlay.title == "请持卡人输入密码"
    assert till.overlay.amount == "￥40.00"
    till.keys("111111 enter")
    assert till.overlay.error
    assert till.overlay.dots == ""
    assert len(sales(town)) == count
    till.keys("280415")
    assert till.overlay.dots == "●" * 6
    till.keys("enter")
    assert till.overlay.look == "ok"
    assert len(sales(town)) == count + 1
    till.lift()
    till.keys("escape")
    assert town.problems() == []
    assert town.inbox() == []


def test_what_one_holder_proved_pays_nothing_from_another_card(town, cards) -> None:
    till, count = town.till, len(sales(town))
    till.keys("40 enter")
    till.tap(cards["王小明"])
    till.keys("280415 enter")
    assert till.overlay.look == "ready"
    till.put(cards["李雷"])
    till.answer()
    assert till.overlay.title == "请持卡人输入密码"
    assert len(sales(town)) == count
    till.keys("730628 enter")
    assert till.overlay.look == "ok"
    till.lift()
    till.keys("escape")


def test_escape_takes_the_sale_back(town, cards) -> None:
    till, count = town.till, len(sales(town))
    till.keys("40 enter")
    till.tap(cards["王小明"])
    till.keys("2804 escape")
    assert till.overlay is None
    assert till.view.amount == "￥40.00"
    till.keys("clear clear")
    assert len(sales(town)) == count


def test_without_the_office_a_large_sale_is_refused_and_says_so(town, cards) -> None:
    till = town.till
    sync = till.till.sync
    till.till.sync = None
    till.keys("40 enter")
    till.tap(cards["王小明"])
    assert till.overlay.look == "refused"
    for language, words in (
        ("zh", ("￥30.00", "脱机", "少收", "现金")),
        ("en", ("￥30.00", "office", "less", "cash")),
    ):
        till.till.speak(language)
        assert all(word in till.flow.picture().overlay.detail for word in words), till.flow.picture().overlay
    till.till.speak("zh")
    till.wait(2)
    assert all(
        word in till.overlay.detail for word in ("￥30.00", "现金")
    )  # also while the next card is waited for
    till.keys("escape clear clear 30 enter")  # the way out that was named
    till.tap(cards["王小明"])
    assert till.overlay.look == "ok"
    till.till.sync = sync
    till.keys("escape clear clear")
    town.sync()


class Pad(Counter):
    """A PIN pad at the counter, and nothing else."""

    has_pinpad = True

    def __init__(self, clock) -> None:
        super().__init__(Settings.of((), {}), clock)
        self.then = None
        self.stopped = 0

    def ask_pin(self, then) -> None:
        self.then = then

    def stop_pin(self) -> None:
        self.stopped += 1


def test_a_pad_at_the_counter_takes_the_place_of_the_screens(town, cards) -> None:
    # F: C4
    till, pad = town.till, Pad(town.clock)
    counter, till.till.counter = till.till.counter, pad
    try:
        till.keys("40 enter")
        till.put(cards["王小明"])
        till.answer()
        assert till.overlay.on_pad
        till.keys("280415 enter")  # nothing typed on the till counts
        assert till.overlay.dots == ""
        pad.then(pinpads.Typing(3))
        till.answer()
        assert till.overlay.dots == "●●●"
        pad.then(pinpads.Entered(pinpads.Pin(b"280415")))
        till.answer()
        assert till.overlay.look == "ok"
        till.lift()
        till.keys("escape 40 enter")
        till.put(cards["王小明"])
        till.answer()
        pad.then(pinpads.Cancelled())
        till.answer()
        assert till.overlay is None
        till.lift()
        till.keys("clear clear")
    finally:
        till.till.counter = counter
