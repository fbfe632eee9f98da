"""A card that leaves at any command and any byte: exactly once, or nothing, or listed by name. F: C10"""

import pytest

from onecard.cards.keys import make_test_keys
from onecard.cards.layout import decode_purse
from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import CardError, Refused
from onecard.rules.outcome import Verdict, judge
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed, State, Unfinished, WrongCard
from onecard.wire import messages as m
from tests.onecard.terminal.operation import OPERATIONS, Case, crossings, lock, tears
from tests.onecard.terminal.stand import CASHIER, KEYS, UNIT, Stand, make_plastic, read_plastic

FIRST = 600_000


WRITES = OPERATIONS | {"lock": lock}


@pytest.fixture(params=WRITES)
def torn(request, stand):
    """All ways to tear one operation, each on a card of its own: (case, command, byte)."""
    stand.receive(stand.office.place(offline_recharge_fen="1000000000"))
    make = WRITES[request.param]
    profile = crossings(make, stand, FIRST)
    print(f"{request.param}: torn at {len(tears(profile))} places")

    def each():
        for number, (command, byte) in enumerate(tears(profile), FIRST + 1):
            yield make(stand, number), command, byte

    return each


def tear(case: Case, command: int, byte: int | None):
    """Act and lose the card; what the station made of it, ``None`` when it had not begun."""
    storage = DirectStorage(case.plastic)
    head = case.stand.journal.head.seq
    case.plastic.tear_at(command, byte)
    try:
        ended = case.act(storage)
    except (CardError, Refused):
        ended = None
    if ended is None:
        written = [b for b in case.stand.bodies(*m.PURSE_INTENTS) if b.id.seq > head]
        assert written == [], "an intent was left behind without a word"
    return ended


def assert_once(case: Case, id) -> None:
    """The write is on the card once, and once in the journal."""
    image = read_plastic(case.plastic)
    assert image.newest.main_fen == case.after_fen
    assert image.newest.last == id
    outcomes = [body for body in case.stand.bodies(m.Done, m.NotWritten, m.GivenUp) if body.of == id]
    assert [type(body) for body in outcomes] == [m.Done]


def finish(case: Case, ended) -> None:
    """The customer comes back with the card as often as asked."""
    if ended is None:
        ended = case.act(DirectStorage(case.plastic))
    elif isinstance(ended, Unfinished):
        ended = case.stand.station.retap(DirectStorage(case.plastic), ended)
    if case.is_dead:
        # Named and kept; the office settles it and the customer gets another plastic.
        assert isinstance(ended, Unfinished)
        assert ended.why == "card.foreign"
        case.stand.station.give_up(ended.id, "supervisor", CASHIER)
        return
    assert isinstance(ended, Completed), ended
    assert (ended.balance_before_fen, ended.balance_after_fen) == (case.before_fen, case.after_fen)
    assert_once(case, ended.id)
    assert case.stand.station.open_taps() == []


def test_the_same_card_comes_back_and_it_is_done_once(torn):
    unfinished = 0
    for case, command, byte in torn():
        ended = tear(case, command, byte)
        unfinished += isinstance(ended, Unfinished)
        finish(case, ended)
    assert unfinished > 50


def test_another_card_comes_first_and_is_left_alone(torn):
    other = make_plastic(uid=bytes.fromhex("09010203"), card=999)
    memory = list(other.blocks)
    for case, command, byte in torn():
        ended = tear(case, command, byte)
        if isinstance(ended, Unfinished):
            wrong = case.stand.station.retap(DirectStorage(other), ended)
            assert isinstance(wrong, WrongCard)
            assert wrong.card == 999
        assert other.blocks == memory
        finish(case, ended)


def test_the_same_card_after_a_restart_is_done_once(torn, stand):
    # Every seventh: opening a journal anew costs more than all the rest.
    for at, (case, command, byte) in enumerate(torn()):
        ended = tear(case, command, byte)
        if at % 7 or not isinstance(ended, Unfinished):
            finish(case, ended)
            continue
        stand.restart()
        if case.kind == "lock":  # waits for nobody
            assert stand.station.recover() == []
            continue
        (aside,) = stand.station.recover()
        assert (aside.id, aside.state) == (ended.id, State.ASIDE)
        finish(case, aside)


def test_a_card_that_never_comes_back_is_set_aside_and_given_up(torn):
    for case, command, byte in torn():
        station = case.stand.station
        ended = tear(case, command, byte)
        if not isinstance(ended, Unfinished):
            continue
        station.set_aside(ended.id)
        assert [(tap.id, tap.state) for tap in station.open_taps()] == [(ended.id, State.ASIDE)]
        station.give_up(ended.id, "supervisor", CASHIER)
        assert station.open_taps() == []
        with pytest.raises(Refused) as refused:
            station.retap(DirectStorage(case.plastic), ended)
        assert refused.value.code == "tap.given_up"


def test_another_station_keeps_the_evidence_and_sells(torn, tmp_path):
    # What the second station read has to be enough to know what happened at the first.
    (tmp_path / "b").mkdir()
    first = None
    for case, command, byte in torn():
        if first is None:
            first = case.stand
            second = Stand(tmp_path / "b", clock=first.clock, office=first.office, terminal=1002)
            second.station.open_shift(CASHIER, 0)
        ended = tear(case, command, byte)
        if not isinstance(ended, Unfinished):
            continue
        first.station.set_aside(ended.id)
        write = ended.intent.purse
        tap = m.OpenTap(
            of=ended.id, card=case.card, issue=1, kind=case.kind, fen=ended.fen, counter=write.counter, at=1
        )
        second.receive(first.office.open_taps(tap))
        storage = DirectStorage(case.plastic)
        try:
            look = second.station.look(storage)
        except CardError:
            assert case.kind == "issue"  # half-made: only the front desk that began can go on
            first.station.give_up(ended.id, "supervisor")
            continue
        if look.blank:
            first.station.give_up(ended.id, "supervisor")
            continue
        assert look.foreign_open == (tap,)
        truth = judge(ended.id, write, look.image.newest, look.image.older)
        assert truth in (Verdict.WRITTEN, Verdict.STANDS)
        (seen,) = [body for body in second.bodies(m.Seen) if body.of == ended.id]
        assert evidence(seen, look.image) is truth
        if image_locked := look.image.newest.locked:
            assert truth is Verdict.WRITTEN
            with pytest.raises(Refused, match=r"^card\.locked"):
                second.station.sell(storage, look, Order.amount(100))
        else:
            assert isinstance(second.station.sell(storage, look, Order.amount(100)), Completed)
        settled_at_home(case, ended, truth, 0 if image_locked else 100)


def evidence(seen: m.Seen, image) -> Verdict:
    """What the office concludes from the two records as they came up."""
    mac = make_test_keys().card(bytes.fromhex(seen.uid), UNIT).mac
    newest, older = (
        decode_purse(bytes.fromhex(raw), image.identity, mac) if raw else None
        for raw in (seen.newest, seen.older)
    )
    assert (newest, older) == (image.newest, image.older)
    assert newest is not None
    intents = {Verdict.WRITTEN: seen.last == seen.of, Verdict.STANDS: seen.last != seen.of}
    (verdict,) = [verdict for verdict, holds in intents.items() if holds]
    return verdict


def settled_at_home(case: Case, ended: Unfinished, truth: Verdict, sold_fen: int) -> None:
    """The card comes back to the first station after the second sold to it."""
    station = case.stand.station
    if truth is Verdict.WRITTEN:  # one further: the older copy still is the intent
        assert isinstance(station.retap(DirectStorage(case.plastic), ended), Completed)
    else:
        with pytest.raises(Refused) as refused:
            station.retap(DirectStorage(case.plastic), ended)
        assert refused.value.code == "card.not_written"
    assert station.open_taps() == []
    assert read_plastic(case.plastic).newest.main_fen == (
        (case.after_fen if truth is Verdict.WRITTEN else case.before_fen) - sold_fen
    )


def test_a_card_that_says_no_in_the_middle_is_settled_within_the_tap(torn):
    for case, command, byte in torn():
        storage = DirectStorage(case.plastic)
        case.plastic.glitch_at(command, byte)
        try:
            ended = case.act(storage)
        except (CardError, Refused):
            ended = None
        if not isinstance(ended, Completed):
            assert ended is None or isinstance(ended, Unfinished)
            finish(case, ended)
        else:
            assert_once(case, ended.id)


def test_a_card_further_on_is_left_to_the_office(stand):
    case = OPERATIONS["sale"](stand, FIRST)
    profile = crossings(OPERATIONS["sale"], stand, FIRST + 1)
    ended = tear(case, len(profile) - 1, None)
    second_station_sells_twice(case)
    again = stand.station.retap(DirectStorage(case.plastic), ended)
    assert isinstance(again, Unfinished)
    assert again.why == "tap.server_decides"
    assert [body.of for body in stand.bodies(m.Seen)] == [ended.id]


def second_station_sells_twice(case: Case) -> None:
    from onecard.cards.m1 import M1Card
    from onecard.ids import RecordId
    from onecard.rules.periods import Calendar
    from onecard.rules.purse import Change, advance

    session = M1Card(DirectStorage(case.plastic), KEYS, UNIT)
    purse = session.read().newest
    for seq in (1, 2):
        purse, _ = advance(
            purse,
            Change(main_fen=-1),
            by=RecordId(1002, 1, seq),
            at=case.stand.clock.now(),
            calendar=Calendar(),
        )
        session.write(purse)


def test_a_sale_rung_again_names_the_one_it_replaces(stand):
    case = OPERATIONS["sale"](stand, FIRST)
    ended = tear(case, len(crossings(OPERATIONS["sale"], stand, FIRST + 1)) - 3, None)
    assert isinstance(ended, Unfinished)
    storage = DirectStorage(case.plastic)
    look = stand.station.look(storage)
    assert [tap.id for tap in look.own_open] == [ended.id]
    for order in (Order.amount(100), Order.amount(100, replaces=ended.id)):
        with pytest.raises(Refused):
            stand.station.sell(storage, look, order)
    stand.station.give_up(ended.id, "rung_again")
    again = stand.station.sell(storage, stand.station.look(storage), Order.amount(100, replaces=ended.id))
    assert isinstance(again, Completed)
    assert again.intent.replaces == ended.id
    assert [body.of for body in stand.bodies(m.Seen)] == [ended.id]


def test_the_sixth_aside_needs_a_supervisors_word(stand):
    cut = len(crossings(OPERATIONS["sale"], stand, FIRST)) - 2
    cases = [OPERATIONS["sale"](stand, FIRST + n) for n in range(1, 12)]
    taps = [tear(case, cut, None) for case in cases]
    for tap in taps[:5]:
        stand.station.set_aside(tap.id)
    with pytest.raises(Refused) as refused:
        stand.station.set_aside(taps[5].id)
    assert refused.value.code == "tap.too_many_aside"
    with pytest.raises(Refused):
        stand.station.set_aside(taps[5].id, supervisor=CASHIER)
    for tap in taps[5:10]:
        stand.station.set_aside(tap.id, supervisor=12 if tap is taps[5] else 0)
    with pytest.raises(Refused):
        stand.station.set_aside(taps[10].id)
