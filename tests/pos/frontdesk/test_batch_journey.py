"""Goal: a list of people gets its cards one after the other, whatever these are made of. F: A2 A9

Method: the person's steps at the counter of the real office: blanks, chips of the key room and stripes, also
mixed in one list; cards pulled away, the power gone, media that will not do.
"""

import msgspec
import pytest

from onecard.cards.cpu import FIRST_CHIP
from onecard.devices.readers.virtual import VirtualM1, VirtualPurse
from onecard.errors import Unreachable
from onecard.terminal.ordering import Ordering
from onecard.wire import messages as m
from onecard.wire.beside import AskBeside, Beside
from server.catalogue.service import put_card_type
from server.issuing import service as issuing
from tests.pos.frontdesk.test_media_journey import STRIPED, Encoder, Orders, chip_of, chips, put, striped
from tests.pos.frontdesk.test_word_journey import allow, cashier

__all__ = ["cashier", "chips", "striped"]

#: Of either medium, and swiped as well.
BOTH = m.CardType(type=9, name="混发卡", media=("m1", "cpu", "track"), cap_fen=1_000_000)


def begin(counter, name: str, people: str, *, type: int = 1, fen: int = 2_000) -> None:
    """A list of these people, at its first name."""
    office, now = counter.office, counter.clock.now()
    rows = [(counter.member(one), fen) for one in people]
    office.write(lambda c: issuing.add_list(c, office.unit, name, type, rows, 1, now))
    counter.open_job("batch")
    counter.keys("enter")
    assert counter.view.subject == people[0]


def lay(counter, plastic) -> None:
    """The card asked for, and nothing lifted yet."""
    counter.keys("enter")
    if isinstance(plastic, VirtualM1):
        counter.put(plastic)
    else:
        put(counter, plastic)


def lines(counter) -> list[tuple[str, str]]:
    return [(row.cells[0], row.cells[2]) for row in counter.view.list.rows]


def lifted(counter) -> None:
    assert counter.overlay.look == "ok", counter.overlay
    counter.lift()
    counter.keys("enter")


def test_a_list_of_blanks_and_chips_goes_on_name_after_name(chips):
    """Each medium is taken as it comes; a chip's first money is loaded at once, by the office's order."""
    counter, before = chips, chips.drawer
    begin(counter, "混", "甲乙丙")
    first, blank, last = (
        chip_of(counter, 11, uid="0f510001"),
        VirtualM1(bytes.fromhex("0f510002")),
        chip_of(counter, 12, uid="0f510003"),
    )
    for plastic, following in ((first, "乙"), (blank, "丙"), (last, "")):
        lay(counter, plastic)
        lifted(counter)
        assert (lines(counter) or [("", "")])[0][0] == following
    assert (first.memory.balance, last.memory.balance) == (2_000, 2_000)
    assert counter.read(blank).newest.main_fen == 2_000
    assert counter.drawer == before + 3 * 3_500
    assert [type(one).__name__ for one in counter.stand.bodies(m.Issue, m.Recharge)] == [
        "Issue", "Recharge", "Issue", "Issue", "Recharge",
    ]  # fmt: skip
    card = counter.card_of(blank)
    assert (counter.purse(card), counter.state_of(card)) == (2_000, "active")


def unfinished(counter) -> str:
    """What the first line of the newest list lacks; "" when nothing of it waits."""
    counter.sync_up()
    counter.open_job("batch")
    if counter.view.list.rows == ():
        return ""
    counter.keys("enter")
    return lines(counter)[0][1] if lines(counter) else ""


def test_a_chip_pulled_at_any_command_is_listed_until_it_is_whole(chips):
    """The line goes on with the same chip; it is one card, paid for once, whenever the plastic left."""
    counter, seen = chips, set()
    begin(counter, "试", "甲")
    lay(counter, whole := chip_of(counter, 20, uid="0f520000"))
    lifted(counter)
    for n, at in enumerate(range(2, whole.commands, 8)):
        name, chip = f"断{n}", chip_of(counter, 21 + n, uid=f"0f5201{n:02x}")
        begin(counter, name, "甲")
        before = counter.drawer
        chip.tear_at(at)
        lay(counter, chip)
        counter.lift()
        chip.tear_at(100_000)
        counter.wait(20)
        for _ in range(4):
            counter.keys("escape escape escape")
            lacks = unfinished(counter)
            if not lacks:
                break
            seen.add(lacks)
            lay(counter, chip)
            counter.lift()
            counter.wait(2)
        assert (lacks, chip.memory.balance) == ("", 2_000), at
        counter.sync_up()
        card = FIRST_CHIP + 21 + n
        assert counter.drawer == before + 3_500, at
        assert (counter.purse(card), counter.state_of(card)) == (2_000, "active"), at
    assert seen == {"下一位", "没有写成，请再放卡", "首次充值未写入，请再放卡"}


def nobody_answers(self: object, question: object) -> None:
    """The office is not there when a load is to be ordered."""
    raise Unreachable()


def test_a_chip_without_its_money_is_loaded_after_a_power_cut(chips):
    """Nobody's memory is needed: the office says what is missing, another chip does not take its place."""
    counter, chip, other = chips, chip_of(chips, 51, uid="0f530001"), chip_of(chips, 52, uid="0f530002")
    begin(counter, "电", "甲乙")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Orders, "load_order", nobody_answers)
        lay(counter, chip)
    assert counter.overlay.look == "refused", counter.overlay
    counter.lift()
    counter.power_cut()
    counter.box.station.attach(load_host=Ordering(counter.box.journal, Orders(counter)))
    assert unfinished(counter) == "下一位"
    assert lines(counter) == [("乙", "下一位"), ("甲", "首次充值未写入，请再放卡")]
    counter.flow.act("row:1")
    assert "20.00" in counter.view.subject_detail
    lay(counter, other)
    assert counter.view.tone == "refuse"
    counter.lift()
    counter.flow.act("row:1")
    lay(counter, chip)
    lifted(counter)
    assert (chip.memory.balance, lines(counter)) == (2_000, [("乙", "下一位")])
    # The one that was refused is nobody's yet.
    lay(counter, other)
    lifted(counter)
    assert (other.memory.balance, lines(counter)) == (2_000, [])


def test_what_will_not_do_is_said_and_the_name_stays(chips):
    """A chip of another type, one without keys, somebody's card."""
    counter, taken = chips, VirtualM1(bytes.fromhex("0f540001"))
    begin(counter, "错", "甲")
    lay(counter, taken)
    lifted(counter)
    begin(counter, "又错", "乙")
    chip = chip_of(counter, 61, uid="0f540002")
    strange = VirtualPurse(chip.uid, msgspec.structs.replace(chip.memory, application=b"\xa0\x00\x01"))
    for plastic in (chip_of(counter, 62, uid="0f540003", type=2), strange, taken):
        lay(counter, plastic)
        said = counter.view.tone if counter.overlay is None else counter.overlay.look
        assert said in ("refuse", "refused"), plastic
        counter.lift()
        if counter.overlay is not None:
            counter.keys("escape")
        assert counter.view.subject == "乙"
    assert len(counter.stand.bodies(m.Issue)) == 1


# -- with stripes --------------------------------------------------------------------------------------------


@pytest.fixture
def desk(striped, chips):
    """Chips, blanks and an encoder; a type that takes all of them."""
    counter, encoder = striped
    now = counter.clock.now()
    counter.office.write(lambda c: put_card_type(c, counter.office.unit, BOTH, now))
    counter.office.run(counter.office.runtime.look())
    counter.clock.advance(1)
    counter.sync_up()
    return counter, encoder


def found(counter, stripe: dict[int, str]) -> int:
    """Whose card the office finds by what stands on the stripe."""
    asked = AskBeside(kind=Beside.TRACK, value=stripe[2])
    return int(counter.wired.ask("/t/beside", asked, m.CardStatus).card)


def test_each_card_of_a_swiped_type_gets_its_stripe_before_the_next_name(desk):
    """Mixed: a blank, then a chip; drawn through twice each, and found by it."""
    counter, encoder = desk
    begin(counter, "磁", "甲乙", type=BOTH.type)
    blank, chip = VirtualM1(bytes.fromhex("0f550001")), chip_of(counter, 71, uid="0f550002", type=BOTH.type)
    stripes = []
    for plastic, name in ((blank, "甲"), (chip, "乙")):
        lay(counter, plastic)
        lifted(counter)
        stripes.append({})
        encoder.run()
        assert (counter.view.subject, counter.view.body) == (name, "请把卡刷过写磁机，写入磁条。")
        encoder.draw(stripes[-1])
        assert counter.view.body == "请再刷一次，核对磁条。"
        encoder.draw(stripes[-1])
    assert lines(counter) == []
    card = counter.card_of(blank)
    assert [found(counter, one) for one in stripes] == [card, FIRST_CHIP + 71]
    assert chip.memory.balance == 2_000


def test_a_stripe_that_fails_is_listed_and_written_later(desk):
    """The card is good, the list goes on; every desk with an encoder lists it, also after the power went."""
    counter, encoder = desk
    begin(counter, "坏", "甲乙", type=STRIPED.type)
    first, second, stripe = VirtualM1(bytes.fromhex("0f560001")), VirtualM1(bytes.fromhex("0f560002")), {}
    lay(counter, first)
    lifted(counter)
    encoder.simulator.is_worn = True
    encoder.draw(stripe)
    assert "写不进去" in counter.view.body
    encoder.simulator.is_worn = False
    counter.keys("f5")
    encoder.run()
    assert counter.view.body == "请把卡刷过写磁机，写入磁条。"
    counter.keys("enter")  # not now
    assert lines(counter) == [("乙", "下一位"), ("甲", "磁条未写")]
    encoder.draw(stripe)
    assert stripe == {}, "nobody waits for a stripe any more"
    lay(counter, second)
    lifted(counter)
    counter.keys("enter")
    assert lines(counter) == [("甲", "磁条未写"), ("乙", "磁条未写")]
    counter.power_cut()
    counter.open_job("batch")
    assert "坏" not in {row.cells[0] for row in counter.view.list.rows}, "this desk has no encoder"
    encoder = Encoder(counter)
    counter.open_job("batch")
    assert counter.view.list.rows[0].cells == ("坏", "0", "2", "2")
    counter.keys("enter")
    for plastic, left in ((first, [("乙", "磁条未写")]), (second, [])):
        counter.keys("enter")
        for _ in range(2):
            encoder.draw(stripe)
        assert lines(counter) == left
        assert found(counter, stripe) == counter.card_of(plastic)


def test_by_a_word_a_list_with_stripes_is_done_to_its_end(desk, cashier):
    """F: C11: who may not issue needs no second word for the stripe."""
    counter, _ = desk
    office, now = counter.office, counter.clock.now()
    rows = [(counter.member("甲"), 1_000)]
    office.write(lambda c: issuing.add_list(c, office.unit, "代办", STRIPED.type, rows, 1, now))
    cashier.sync_up()
    encoder, stripe, plastic = Encoder(cashier), {}, VirtualM1(bytes.fromhex("0f570001"))
    cashier.to_desk()
    cashier.flow.act("job:batch")
    allow(cashier)
    cashier.keys("enter")
    lay(cashier, plastic)
    lifted(cashier)
    for _ in range(2):
        encoder.draw(stripe)
    assert found(counter, stripe) == counter.card_of(plastic)
    assert lines(cashier) == []
