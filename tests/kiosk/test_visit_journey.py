"""Goal: a member sees what the card holds and collects what waits; time and lifting the card end a visit, and
the next one shows nothing of it.

Method: a person's steps through the whole app on a false clock; every picture's text is looked through.
"""

import msgspec
import pytest

from onecard.clock import day_of_card
from onecard.text import LANGUAGES, Translator
from onecard.wire import messages as m
from tests.kiosk.rig import CARD, Rig, make_plastic
from tests.onecard.terminal.stand import TODAY, load, read_plastic

OTHER = bytes.fromhex("04DDEE11")


def status(*movements: m.Movement, waiting_fen: int = 0) -> m.CardStatus:
    return m.CardStatus(
        card=CARD, issue=1, state="active", member=7, number="2024007", name="王小明", type=1,
        books_fen=8750, waiting_fen=waiting_fen, movements=movements,
    )  # fmt: skip


def movement(fen: int, kind: str = "sale", place: str = "一食堂") -> m.Movement:
    return m.Movement(at=1_777_800_000, kind=kind, fen=fen, balance_fen=8750, place=place)


# F: A11 D1
def test_a_tap_shows_balance_validity_and_last_transactions(rig, plastic):
    rig.status = status(movement(-1250), movement(5000, "recharge", "大厅自助机"))
    rig.put(plastic)
    view = rig.view
    assert (rig.screen, view.balance, view.holder) == ("balance", "￥87.50", "王*明")
    assert "0001" in view.card
    assert "2029" in view.valid
    assert [(one.what, one.amount) for one in view.movements] == [
        ("消费 · 一食堂", "-12.50"),
        ("充值 · 大厅自助机", "+50.00"),
    ]
    assert rig.asked == [(CARD, 1)]


# F: D1
def test_single_notes_and_unknown_kinds_do_not_confuse_the_list(rig, plastic):
    rig.status = status(movement(1000, "credit"), movement(-5, "never_heard"))
    rig.put(plastic)
    assert [one.what for one in rig.view.movements] == ["其他 · 一食堂"]


# F: D10
def test_offline_the_card_itself_tells_its_last_movement(rig, plastic):
    rig.to_cash(plastic)
    rig.insert(2000)
    rig.press("finish")
    rig.until_screen("result")
    rig.lift()
    rig.offline(pending=4)
    rig.put(plastic)
    (own,) = rig.view.movements
    assert (own.what, own.amount, own.balance) == ("1001 号机", "+20.00", "107.50")
    assert rig.view.list_note == rig.booth.tr("kiosk.balance.offline_list")
    assert rig.view.frame.status.detail == "4 笔待传"


# F: D9
def test_waiting_money_is_collected_with_one_key(rig, plastic):
    rig.stand.receive(rig.stand.office.loads(load(1, 20_000), load(2, 500)))
    rig.put(plastic)
    assert rig.view.load.text == "领取 ￥205.00"
    rig.press("load")
    rig.until_screen("result")
    assert rig.view.amount == "￥205.00"
    assert read_plastic(plastic).newest.main_fen == 8_750 + 20_500
    assert "205.00" in rig.paper
    rig.press("balance")
    assert rig.view.balance == "￥292.50"
    assert not rig.view.load.key


# F: B3 D9
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_subsidy_and_a_gift_go_into_wallets_of_their_own_and_are_shown(rig, plastic, language):
    if language == "en":
        rig.press("language")
    rows = (load(1, 30_000, wallet="subsidy", expires_day=TODAY + 7), load(2, 2_000, wallet="gift"))
    rig.stand.receive(rig.stand.office.loads(*rows))
    rig.put(plastic)
    rig.press("load")
    rig.until_screen("result")
    assert rig.view.amount == "￥320.00"
    assert "20.00" in rig.paper
    newest = read_plastic(plastic).newest
    assert (newest.main_fen, newest.slots[0].amount_fen, newest.slots[1].amount_fen) == (8_750, 2_000, 30_000)
    rig.press("balance")
    day = day_of_card(TODAY + 7).isoformat()
    said = {
        "zh": [("赠送", "￥20.00", ""), ("补助", "￥300.00", f"至 {day}")],
        "en": [("gift", "￥20.00", ""), ("subsidy", "￥300.00", f"until {day}")],
    }
    assert [(one.name, one.amount, one.note) for one in rig.view.pockets] == said[language]


# F: D9
def test_money_that_waits_at_the_office_but_is_not_here_yet_is_announced(rig, plastic):
    rig.status = status(waiting_fen=3000)
    rig.put(plastic)
    assert any("￥30.00" in notice.text for notice in rig.view.notices)


# F: D9
def test_a_collection_torn_off_is_finished_by_the_same_card(rig, plastic):
    rig.stand.receive(rig.stand.office.loads(load(1, 20_000)))
    rig.put(plastic)
    plastic.tear_at(plastic.commands + 13)
    rig.press("load")
    rig.lift()
    rig.run(1)
    assert rig.screen == "put_back"
    rig.put(plastic)
    rig.until_screen("result")
    assert read_plastic(plastic).newest.main_fen == 28_750
    assert len(rig.bodies(m.LoadIntent)) == 1


# F: D1
def test_an_unfinished_payment_elsewhere_is_told(rig, plastic):
    from onecard.ids import RecordId

    tap = m.OpenTap(of=RecordId(1002, 1, 7), card=CARD, issue=1, kind="sale", fen=1250, counter=0, at=1)
    rig.stand.receive(rig.stand.office.open_taps(tap))
    rig.put(plastic)
    assert rig.view.notices[0].text == rig.booth.tr("kiosk.balance.open_tap")
    assert "￥12.50" in rig.view.notices[0].detail
    assert len(rig.bodies(m.Seen)) == 1


BAD_CARDS = {
    "blank": (lambda: make_plastic(blank=True), "card.blank"),
    "foreign": (lambda: make_plastic(unit=99), "card.wrong_unit"),
}


# F: D1
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*BAD_CARDS, "two"])
def test_a_card_that_cannot_be_used_is_told_so_in_words(tmp_path, kind, language):
    rig = Rig(tmp_path, language=language)
    if kind == "two":
        rig.two_cards()
    else:
        rig.put(BAD_CARDS[kind][0]())
    assert rig.screen == "result"
    assert rig.view.tone == "refuse"
    assert rig.view.detail
    assert rig.view.detail != Translator(language)("refusal.unknown.member")
    assert rig.sounds[-1] == "refused"
    assert rig.bodies() == []
    rig.close()


# F: A6
@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda rig: rig.stand.receive(rig.stand.office.stops((CARD, 1, "frozen"))), "frozen"),
        (lambda rig: rig.stand.receive(rig.stand.office.stops((CARD, 1, "lost"))), "lost"),
    ],
)
def test_a_stopped_card_shows_its_balance_and_why_it_takes_no_cash(rig, plastic, make, code):
    make(rig)
    rig.put(plastic)
    assert rig.view.balance == "￥87.50"
    assert rig.view.notices[0].tone == "refuse"
    assert not rig.view.cash.enabled
    assert read_plastic(plastic).newest.locked == (code == "lost")


# F: D1
def test_an_expired_card_is_shown_but_takes_no_cash(rig):
    rig.put(make_plastic(500, until_day=TODAY - 1))
    assert rig.view.balance == "￥5.00"
    assert not rig.view.cash.enabled


# -- time ----------------------------------------------------------------------------------------------------


# F: D6
def test_a_balance_nobody_looks_at_is_asked_about_and_ends(rig, plastic):
    rig.put(plastic)
    rig.run(19)
    assert rig.screen == "balance"
    rig.run(2)
    assert rig.screen == "still_there"
    rig.run(18)
    assert rig.screen == "still_there"
    rig.run(2)
    assert rig.screen == "home"


# F: D6
@pytest.mark.parametrize(("key", "screen"), [("yes", "balance"), ("end", "home")])
def test_the_question_has_two_answers(rig, plastic, key, screen):
    rig.put(plastic)
    rig.until_screen("still_there")
    rig.press(key)
    assert rig.screen == screen


# F: D6
def test_a_finger_on_the_glass_keeps_a_visit_alive_but_answers_no_question(rig, plastic):
    rig.put(plastic)
    for _ in range(4):
        rig.run(15)
        rig.flow.touched()
    assert rig.screen == "balance"
    rig.until_screen("still_there")
    rig.flow.touched()
    rig.run(1)
    assert rig.screen == "still_there"


# F: D6
@pytest.mark.parametrize(("key", "seconds"), [("balance", 45), ("cash", 45)])
def test_a_card_that_does_not_come_is_not_waited_for_for_ever(rig, key, seconds):
    rig.press(key)
    rig.run(seconds - 1)
    assert rig.screen == "card"
    rig.run(2)
    assert rig.screen == "still_there"
    rig.run(21)
    assert rig.screen == "home"


# F: D6
def test_the_clock_stands_still_while_a_note_moves(rig, plastic):
    rig.to_cash(plastic)
    rig.run(55)
    rig.simulator.insert(1000)
    rig.until(lambda: rig.flow.visit.cash.moving_fen > 0, 3)
    rig.simulator.memory  # noqa: B018 - the note lies in the machine
    rig.run(8)
    assert rig.screen == "cash"


# F: D6
def test_lifting_the_card_ends_the_visit(rig, plastic):
    rig.put(plastic)
    rig.run(10)
    rig.lift()
    rig.run(0.5)
    assert rig.screen == "home"


# F: D1
def test_a_short_tap_leaves_time_to_read(rig, plastic):
    rig.put(plastic)
    rig.lift()
    rig.run(3)
    assert rig.screen == "balance"
    assert not rig.view.cash.enabled
    rig.run(3)
    assert rig.screen == "home"


# F: D1
def test_the_next_card_opens_the_next_visit_at_once(rig, plastic):
    rig.put(plastic)
    rig.lift()
    rig.put(make_plastic(4_200, uid=OTHER, card=CARD + 5))
    assert rig.view.balance == "￥42.00"


def test_a_card_left_lying_opens_no_second_visit(rig, plastic):
    rig.put(plastic)
    rig.press("end")
    rig.run(60)
    assert rig.screen == "home"
    assert rig.view.title == rig.booth.tr("kiosk.home.take_card")
    commands = plastic.commands
    rig.run(10)
    assert plastic.commands == commands, "the reader talked to a card that nobody wants"


# F: D6
def test_another_language_lasts_for_one_visit(rig, plastic):
    rig.press("language")
    assert rig.view.title == "Put your card here"
    rig.put(plastic)
    assert rig.view.title == "Balance on the card"
    rig.press("end")
    assert rig.booth.tr.language == "zh"
    rig.lift()
    rig.press("language")
    rig.run(31)
    assert rig.view.title == "请放卡"


# F: D6
def test_nothing_of_a_visit_is_seen_in_the_next_one(rig, plastic):
    rig.stand.receive(
        rig.stand.office.members(
            m.Snapshot(card=CARD, member=7, name="王小明", type=1),
            m.Snapshot(card=CARD + 5, member=8, name="Ann Lee", type=1),
        )
    )
    rig.status = status(movement(-1337, place="清真窗口"))
    rig.press("language")
    rig.put(plastic)
    rig.press("cash")
    rig.insert(10_000)
    rig.press("finish")
    rig.until_screen("result")
    rig.press("end")
    rig.lift()
    first = words(rig)
    private = {"王*明", "清真", "13.37", "87.50", "187.50", "0001", "100.00"}
    assert private <= {part for part in private if any(part in word for word in first)}, "seen before"
    rig.pictures.clear()
    rig.flow.show()
    rig.status = None
    rig.run(5)
    rig.put(make_plastic(4_200, uid=OTHER, card=CARD + 5))
    rig.run(25)
    rig.press("yes")
    rig.press("cash")
    rig.insert(500)
    rig.press("finish")
    rig.until_screen("result")
    second = words(rig)
    assert rig.booth.tr.language == "zh"
    leaked = {part for part in private if any(part in word for word in second)}
    assert not leaked


def words(rig: Rig) -> set[str]:
    """Every text of every picture so far."""
    found: set[str] = set()

    def collect(value: object) -> None:
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, dict):
            for one in value.values():
                collect(one)
        elif isinstance(value, list | tuple):
            for one in value:
                collect(one)

    for picture in rig.pictures:
        collect(msgspec.to_builtins(picture.view))
    return found


# -- out of service -----------------------------------------------------------------------------------------


# F: D10
def test_without_a_reader_it_is_out_of_service_until_the_reader_is_back(rig):
    rig.booth.reader_trouble = "reader.gone"
    rig.flow.show()
    assert rig.screen == "out"
    rig.booth.reader_trouble = ""
    rig.flow.show()
    assert rig.screen == "home"


# F: D3
def test_a_kiosk_without_an_acceptor_says_so(tmp_path, plastic):
    rig = Rig(tmp_path, acceptor=False)
    assert rig.view.cash.reason == rig.booth.tr("kiosk.cash_off.none")
    rig.put(plastic)
    assert not rig.view.cash.enabled
    rig.close()
