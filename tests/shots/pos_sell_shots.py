"""What stands around selling: tender, finding, bills on hold, modes, PIN, checks, refunds."""

from collections.abc import Callable
from functools import cache
from typing import Any

from msgspec.structs import replace

from onecard.cards.image import Slot
from onecard.cards.m1 import M1Card
from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.text import Translator
from onecard.wire import errands as e
from onecard.wire import lookups as look
from onecard.wire import messages as m
from pos.mode import Mode
from tests.onecard.terminal.stand import CARD, KEYS, NOON, TODAY, UNIT
from tests.pos.rig import Rig, make_plastic
from tests.shots.gallery import SECOND, Shot
from tests.shots.pos_shots import bill, refused, shot, sold, till


def tender(rig: Rig) -> None:
    bill(rig)
    rig.keys("f6 note:50")


def short(rig: Rig) -> None:
    bill(rig)
    rig.keys("f6 10")


def member(rig: Rig) -> None:
    bill(rig)
    rig.keys("f6 f2")
    rig.tap(make_plastic(10_000))


def found(rig: Rig) -> None:
    rig.keys("/ char:m")


def held(rig: Rig) -> None:
    bill(rig)
    rig.keys("f5 12.5 f5")
    rig.clock.advance(300)
    rig.keys("f5")


def mode(rig: Rig, mode: Mode, **settings: str) -> None:
    rig.stand.receive(rig.stand.office.place(mode=mode.value, **settings))
    rig.wait(0.5)


def more(rig: Rig) -> None:
    rig.keys("f11")


def modes(rig: Rig) -> None:
    rig.flow.go("mode")
    rig.flow.show()


def pin(rig: Rig) -> None:
    rig.stand.receive(
        rig.stand.office.types(m.CardType(type=1, name="职工卡", cap_fen=100_000, pin_above_fen=5_000))
    )
    rig.keys("88 enter")
    rig.tap(make_plastic(20_000))
    rig.keys("2804")


def wrong_pin(rig: Rig) -> None:
    rig.answers[look.CheckPin] = look.PinChecked(fits=False, is_set=True)
    pin(rig)
    rig.keys("enter")


def identity(rig: Rig) -> None:
    mode(rig, Mode.IDENTITY)
    rig.answers[look.Identify] = look.Identified(
        card=CARD, issue=1, state="active", number="2024007", name="王小明", department="一班", group="走读"
    )
    rig.tap(make_plastic(10_000))
    rig.flow.show()


def stranger(rig: Rig) -> None:
    identity(rig)
    rig.answers[look.Identify] = look.Identified(
        card=CARD, issue=1, state="lost", number="2024007", name="王小明", department="一班"
    )
    rig.wait(0.5)
    rig.tap(make_plastic(10_000))
    rig.flow.show()


def nothing(rig: Rig) -> None:
    mode(rig, Mode.SUBSIDY)
    rig.answers[e.AskErrand] = lambda question: Refused("subsidy.nothing")
    rig.tap(make_plastic(10_000))
    rig.flow.show()


ROWS = tuple(
    look.SaleRow(
        sale=RecordId(1001, 1, 40 + number),
        entry=100 - number,
        at=NOON - 3600 * number,
        card=0 if number == 2 else CARD,
        issue=0 if number == 2 else 1,
        fen=1_250 + 100 * number,
        left_fen=0 if number == 3 else 1_250 + 100 * number,
        operator=11,
        why_not="refund.excess" if number == 3 else "",
    )
    for number in range(1, 5)
)


def refunds(rig: Rig) -> None:
    rig.answers[look.AskSales] = look.Sales(rows=ROWS)
    rig.answers[look.AskSale] = look.SoldSale(
        row=ROWS[0],
        lines=(
            look.SoldLine(name="红烧肉", quantity=1000, paid_fen=800),
            look.SoldLine(name="米饭", quantity=2000, paid_fen=200, refunded=1000),
            look.SoldLine(name="清炒时蔬", quantity=1000, paid_fen=350),
        ),
        pays=(("main", 1_350),),
    )
    door = [one.name for one in rig.flow.doors if not one.key].index("refund") + 1
    rig.keys(f"f11 {door} right 135791 enter")


def lines(rig: Rig) -> None:
    refunds(rig)
    rig.keys("enter row:2")


SHOTS = [
    shot("tender", tender, english=True),
    shot("tender-short", short, golden=False),
    shot("tender-member", member, golden=False),
    shot("find", found, english=True),
    shot("find-nothing", lambda rig: rig.keys("/ char:q char:q char:q"), golden=False),
    shot("held", held, english=True),
    shot("held-empty", lambda rig: rig.keys("f5"), golden=False),
    shot("more", more, english=True),
    shot("mode", modes, english=True),
    shot("mode-keys", lambda rig: mode(rig, Mode.KEYS, key_prices="1:300 2:550 3:800 4:1200"), english=True),
    shot("mode-fixed", lambda rig: mode(rig, Mode.FIXED, fixed_fen="350"), golden=False),
    shot("mode-amount", lambda rig: mode(rig, Mode.AMOUNT), golden=False),
    shot("pin", pin, english=True),
    shot("pin-wrong", wrong_pin, golden=False),
    shot("identity", identity, english=True),
    shot("identity-ready", lambda rig: mode(rig, Mode.IDENTITY), golden=False),
    shot("identity-lost", stranger, golden=False),
    shot("subsidy-ready", lambda rig: mode(rig, Mode.SUBSIDY), english=True),
    shot("subsidy-nothing", nothing, golden=False),
    shot("refund", refunds, english=True),
    shot("refund-lines", lines, english=True),
]


def customer(name: str, steps: Callable[[Rig], None], *, english: bool = False, golden: bool = True) -> Shot:
    """The window on the other side of the counter, as the till has it drawn."""

    @cache
    def told(language: str) -> Any:
        from pos.presenters.customer import present

        rig = till(Translator(language))
        rig.sign_on()
        steps(rig)
        view = present(rig.till, rig.picture.view, rig.flow.cards.tap)
        rig.stand.close()
        return view

    def make(tr: Translator, _panel: Any) -> Any:
        from pos.screens.customer import CustomerScreen

        screen = CustomerScreen()
        screen.show(told(tr.language))
        return screen

    return Shot(f"customer-{name}", "pos", make, english=english, golden=golden, panels=SECOND)


def counting(rig: Rig) -> None:
    """Every tap is a use of what was paid before."""
    rig.stand.receive(rig.stand.office.place(mode="count", count_kind="bath", count_fen="100"))
    rig.wait(0.5)


def gifted(rig: Rig) -> None:
    """Paid from what was given first, with a subsidy beside it."""
    wallets = tuple(m.WalletTerms(wallet=name) for name in ("gift", "subsidy", "main"))
    rig.stand.receive(
        rig.stand.office.types(m.CardType(type=1, name="职工卡", cap_fen=100_000, wallets=wallets))
    )
    plastic = make_plastic()
    session = M1Card(DirectStorage(plastic), KEYS, UNIT)
    purse = session.read().newest
    slots = (Slot(2_000, TODAY + 90), Slot(30_000, TODAY + 20), Slot())
    session.write(replace(purse, counter=purse.counter + 1, slots=slots))
    plastic.pull()
    bill(rig)
    rig.keys("enter")
    rig.tap(plastic)


SHOTS += [
    shot("tap-uses", counting, golden=False),
    shot("tap-gift", gifted, golden=False),
    customer("welcome", lambda rig: None, golden=False),
    customer("bill", bill, english=True),
    customer("change", tender),
    customer("ready", lambda rig: (bill(rig), rig.keys("enter"))[0], golden=False),
    customer("ready-uses", counting, golden=False),
    customer("ok", sold, english=True),
    customer("ok-gift", gifted, golden=False),
    customer("refused", refused, golden=False),
]
