"""Goal: whoever comes with a card of the system before buys with it at once, and from then on it is ours.

Method: a list tied out by two people at the real office; old plastics on the reader for a sale, a query and
at the desk; a copy, a stranger, no network; the till killed (-9) at every named step of the first tap. F: H8
"""

from collections import Counter

import pytest

from onecard.books import accounts
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.errors import Unreachable
from onecard.terminal.ordering import first_tap
from onecard.terminal.teller import Teller
from onecard.wire import messages as m
from server.members import service, takeover
from server.operators.tables import operation_log
from server.organisation.scope import Scope
from server.tabular import read
from tests.onecard.cards.legacy.test_value import LAYOUT, old_card
from tests.pos.mortal import killed_everywhere
from tests.pos.test_desk_kill import books, image_of
from tests.world.office import CLERK, CLERK_2, PURSE, UNIT

pytestmark = pytest.mark.xdist_group("town")

HEAD = "学号,姓名,旧卡号,余额,UID"
WHOLE = Scope.whole(UNIT)


def opened(town) -> None:
    """The till knows how the old cards are laid out, as its settings say."""
    town.till.station.takeover.attach(LAYOUT, first_tap(town.till.client))


def agreed(town, *rows: tuple[str, str, str, str]) -> dict[str, int]:
    """(old number, name, yuan, UID): a list that two people tied out, entered; card by name."""
    now = town.clock.now()
    text = (f"L{old},{name},{old},{yuan},{uid}" for old, name, yuan, uid in rows)
    lines = read("\n".join((HEAD, *text)).encode())
    told = (len(rows), sum(round(float(yuan) * 100) for _, _, yuan, _ in rows))
    number, judged = town.office.write(
        lambda c: takeover.hand_in(
            c, WHOLE, lines, told, now, CLERK, name="旧系统", branch=1, card_type=PURSE
        )
    )
    assert number, judged.bad
    town.office.write(lambda c: takeover.agree(c, WHOLE, number, told, now, CLERK_2))
    some, by = town.office.read(lambda c: takeover.openings(c, WHOLE, number))
    lane, types = town.office._up().lane, town.office.types
    town.office._run(takeover.post(lane, UNIT, number, some, by, types))
    town.office.write(lambda c: takeover.entered(c, WHOLE, number, now, CLERK_2))
    town.office.tick()
    town.sync()
    names = [row[1] for row in rows]
    found = town.office.read(lambda c: [service.find(c, WHOLE, name)[0] for name in names])
    return {row["name"]: row["cards"][0][0] for row in found}


def old(number: str, fen: int, uid: str) -> VirtualM1:
    card = old_card(fen, number)
    plastic = VirtualM1(bytes.fromhex(uid))
    plastic.blocks[4:] = card.blocks[4:]
    return plastic


def left_fen(plastic) -> int:
    left = LAYOUT.read(DirectStorage(plastic))
    plastic.pull()
    return 0 if left is None else left.fen


def sell(town, plastic, yuan="12.5") -> None:
    town.till.keys(f"{yuan} enter")
    town.till.tap(plastic)


def test_a_sale_at_the_first_tap(town):
    opened(town)
    card = agreed(town, ("20190001", "旧甲", "100", ""))["旧甲"]
    plastic = old("20190001", 12_345, "04B00001")
    sell(town, plastic)
    assert town.till.overlay.look == "ok", town.till.overlay
    assert "￥87.50" in town.till.overlay.detail + town.till.overlay.title
    assert f"20190001 已转为卡号 {card}" in town.till.picture.view.frame.message
    assert left_fen(plastic) == 0
    assert image_of(plastic).newest.main_fen == 8_750
    town.sync()
    assert books(town, accounts.purse(card, 1, "main"), accounts.waiting(card, 1, "main"))[1:] == [8_750, 0]
    assert town.inbox() == []
    assert town.problems() == []
    # What the old card said is evidence at the office; the next tap is like any other.
    logged = town.office.read(lambda c: c.execute(operation_log.select()).all())
    (line,) = (one for one in logged if one.action == "takeover.card")
    assert (line.subject, '"fen":12345' in line.detail) == (str(card), True)
    sell(town, plastic, "7.5")
    assert image_of(plastic).newest.main_fen == 8_000
    assert town.logged("takeover.card") == 1


def test_a_copy_of_it_is_kept_out(town):
    opened(town)
    agreed(town, ("20190002", "旧乙", "50", ""))
    first, copy = old("20190002", 5_000, "04B00002"), old("20190002", 5_000, "04B00003")
    sell(town, first)
    sell(town, copy, "1")
    assert town.till.overlay.look == "refused"
    assert "复制卡" in town.till.overlay.title + town.till.overlay.detail
    assert left_fen(copy) == 5_000


def test_the_list_may_name_the_plastic_itself(town):
    opened(town)
    agreed(town, ("20190003", "旧丙", "50", "04B00004"))
    sell(town, old("20190003", 5_000, "04B00005"), "1")
    assert town.till.overlay.look == "refused"
    town.till.keys("escape clear")
    named = old("20190003", 5_000, "04B00004")
    sell(town, named, "1")
    assert image_of(named).newest.main_fen == 4_900


def test_in_no_list_and_without_network(town):
    opened(town)
    stranger = old("77777777", 900, "04B00006")
    sell(town, stranger, "1")
    assert "不在核对过的名单里" in town.till.overlay.title + town.till.overlay.detail
    town.till.keys("escape clear")
    card = agreed(town, ("20190004", "旧丁", "20", ""))["旧丁"]
    plastic = old("20190004", 2_000, "04B00007")
    memory = plastic.to_bytes()
    town.till.station.takeover.attach(LAYOUT, cut)
    sell(town, plastic, "1")
    assert "要联网" in town.till.overlay.title + town.till.overlay.detail
    assert plastic.to_bytes() == memory
    town.till.keys("escape clear")
    opened(town)
    sell(town, plastic, "1")
    assert image_of(plastic).identity.card == card


def cut(_question):
    """Nobody answers."""
    raise Unreachable()


def test_at_the_desk_it_is_looked_at_recharged_and_given_back(town):
    """Every wait for a card takes it over first; wiped it is a blank, though its old number stands."""
    opened(town)
    card = agreed(town, ("20190005", "旧戊", "30", ""))["旧戊"]
    plastic = old("20190005", 3_000, "04B00008")
    town.till.keys("f1")
    town.till.tap(plastic)
    assert town.till.screen == "query"
    assert image_of(plastic).newest.main_fen == 3_000
    town.till.keys("escape escape")
    town.till.keys("f9 job:return_card f1")
    town.till.tap(plastic)
    town.till.keys("enter f4")
    town.till.put(plastic)
    town.till.answer()
    town.sync()
    town.till.tick()
    town.till.answer()
    town.till.keys("f5")
    town.till.lift()
    assert image_of(plastic) is None
    assert books(town, accounts.purse(card, 1, "main"))[1] == 0
    town.till.keys("escape escape")
    assert Teller(town.till.station).look(DirectStorage(plastic)).blank
    plastic.pull()
    assert town.problems() == []


def test_killed_at_every_step_it_is_taken_over_once_and_sold_to_once(town):
    opened(town)
    rows = [(f"2019010{n}", f"旧死{n}", "100", "") for n in range(2)]
    cards = agreed(town, *rows)
    for n, (number, name, *_) in enumerate(rows):
        card, plastics = cards[name], {"old": old(number, 12_345, f"04B0010{n}")}

        def life(town, plastics) -> None:
            sell(town, plastics["old"])

        def again(town, plastics, card=card) -> None:
            """The cashier sees nothing on the screen and rings it once more, unless it is on the list."""
            opened(town)
            till = town.till
            for _ in range(3):
                if till.station.open_taps():
                    till.keys("f4 enter")
                    till.put(plastics["old"])
                    till.answer()
                    till.lift()
                    till.keys("escape escape escape clear")
            sales = [one for one in till.bodies() if isinstance(one, m.Sale) and one.card == card]
            if not sales:
                sell(town, plastics["old"])

        def check(town, plastics, card=card) -> None:
            town.sync()
            image, till = image_of(plastics["old"]), town.till
            assert (image.identity.card, image.newest.main_fen) == (card, 8_750)
            assert left_fen(plastics["old"]) == 0
            assert till.station.open_taps() == []
            assert town.problems() == []
            purse, waiting = accounts.purse(card, 1, "main"), accounts.waiting(card, 1, "main")
            assert books(town, purse, waiting)[1:] == [8_750, 0]
            bodies = till.bodies()
            done = {one.of for one in bodies if isinstance(one, m.Done)}
            mine = [one.id in done for one in bodies if isinstance(one, m.Issue) and one.card == card]
            assert mine == [True]

        if n == 0:
            life(town, plastics)
            town.till.lift()
            check(town, plastics)
            continue
        died, same = killed_everywhere(town, plastics, life, again, check)
        print(f"takeover: died at {len(died)} of {len(died) + len(same)} steps: {dict(Counter(died))}")
        assert Counter(died)["card"] >= 4
        assert Counter(died)["sync"] >= 6
