"""A CPU card at a real station: sold to, loaded, voided and torn like any card. F: A9, C7, C10"""

import msgspec
import pytest

from onecard.cards.cpu import FIRST_CHIP
from onecard.cards.cpu.psam import CardPsam
from onecard.devices.readers.virtual import DirectCpu, DirectStorage
from onecard.devices.readers.virtual.press import make_psam
from onecard.errors import CardError, CardForeign, Refused, Unreachable
from onecard.rules.outcome import Verdict, judge
from onecard.terminal.look import Look
from onecard.terminal.order import Order
from onecard.terminal.outcome import Completed, State, Unfinished, WrongCard
from onecard.wire import messages as m
from tests.onecard.terminal.cpu_card import Orders, make_cpu_plastic, read_cpu
from tests.onecard.terminal.stand import CARD, CASHIER, KEYS, Stand, load, make_plastic

START, FEN = 10_000, 1_250


@pytest.fixture
def orders(stand):
    made = Orders()
    stand.station.attach(load_host=made)
    stand.receive(stand.office.place(offline_recharge_fen="1000000000"))
    return made


def sell(stand: Stand, plastic, fen: int = FEN):
    storage = DirectCpu(plastic)
    return stand.station.sell(storage, stand.station.look(storage), Order.amount(fen))


def proofs(stand: Stand) -> list[m.ProvedDone]:
    return stand.bodies(m.ProvedDone)


def test_a_sale_is_journaled_with_the_cards_own_proof(stand):
    plastic = make_cpu_plastic(START)
    sold = sell(stand, plastic)
    assert isinstance(sold, Completed)
    assert (sold.balance_before_fen, sold.balance_after_fen) == (START, START - FEN)
    assert sold.commands <= 20
    (done,) = proofs(stand)
    assert (done.of, done.card, done.issue, done.proof.fen) == (sold.id, CARD, 1, FEN)
    assert done.proof.holds(plastic.memory.keys.tac)
    image = read_cpu(stand, plastic)
    assert (image.newest.last, image.newest.day_total) == (sold.id, FEN // 10)


def test_m1_and_cpu_cards_sell_side_by_side(stand):
    m1 = DirectStorage(make_plastic(START))
    cpu = DirectCpu(make_cpu_plastic(START, card=CARD + 1))
    for storage in (m1, cpu, m1, cpu):
        sold = stand.station.sell(storage, stand.station.look(storage), Order.amount(FEN))
        assert isinstance(sold, Completed)
        assert sold.commands <= 20


def test_a_type_says_which_media_it_takes(stand):
    only = m.CardType(type=1, name="CPU", cap_fen=100_000, sale_limit_fen=50_000, media=("cpu",))
    stand.receive(stand.office.types(only))
    assert isinstance(sell(stand, make_cpu_plastic(START)), Completed)
    look = stand.station.look(DirectStorage(make_plastic(START, card=CARD + 1)))
    assert look.refusal.code == "card.medium"


def test_cash_and_waiting_loads_need_the_offices_order(stand, orders):
    plastic = make_cpu_plastic(START)
    storage = DirectCpu(plastic)
    done = stand.station.recharge(storage, stand.station.look(storage), 5_000)
    assert isinstance(done, Completed)
    assert done.balance_after_fen == START + 5_000
    stand.receive(stand.office.loads(load(1, 300), load(2, 40)))
    done = stand.station.apply_loads(storage, stand.station.look(storage))
    assert isinstance(done, Completed)
    assert done.balance_after_fen == START + 5_340
    assert [wanted.fen for wanted in orders.asked] == [5_000, 340]
    assert [one.proof.kind for one in proofs(stand)] == [2, 2]
    assert all(one.proof.holds(plastic.memory.keys.tac) for one in proofs(stand))
    assert isinstance(sell(stand, plastic), Completed)
    assert read_cpu(stand, plastic).newest.counter == 3


@pytest.mark.parametrize("fault", [Unreachable(), Refused("load.bound"), None])
def test_without_an_order_nothing_is_loaded_and_the_reason_is_said(stand, orders, fault):
    plastic = make_cpu_plastic(START)
    storage = DirectCpu(plastic)
    if fault is None:
        stand.station._desk.load_host = None
    orders.fault = fault
    with pytest.raises(Refused) as refused:
        stand.station.recharge(storage, stand.station.look(storage), 5_000)
    assert refused.value.code == ("card.online_only" if fault is None else fault.code)
    assert plastic.memory.balance == START
    assert len(stand.bodies(m.NotWritten)) == 1
    assert len(orders.asked) == (fault is not None)
    assert stand.station.open_taps() == []
    assert isinstance(sell(stand, plastic), Completed)


def test_a_load_that_is_on_the_card_is_not_asked_for_again(stand, orders):
    """The office still lists it; the chip's log names the intent, and the intent the number."""
    plastic = make_cpu_plastic(START)
    stand.receive(stand.office.loads(load(1, 300), load(2, 40)))

    def collect():
        storage = DirectCpu(plastic)
        return stand.station.apply_loads(storage, stand.station.look(storage))

    assert isinstance(collect(), Completed)
    assert collect() is None
    assert isinstance(sell(stand, plastic), Completed)
    assert collect() is None
    assert read_cpu(stand, plastic).newest.last_load == 2
    assert len(orders.asked) == 1


def test_the_offices_list_says_where_loads_go_on_that_other_stations_began(stand, orders):
    """The chip's log names a load of somebody else's but not its number, and a recharge hides even that."""
    plastic = make_cpu_plastic(START)
    stand.receive(stand.office.loads(load(3, 300), load(4, -700), load(5, 40)))

    def collect():
        storage = DirectCpu(plastic)
        return stand.station.apply_loads(storage, stand.station.look(storage))

    balances = []
    while (done := collect()) is not None:
        balances.append(done.balance_after_fen)
    # What comes on has its order; what leaves needs none, and is never reckoned against what came.
    assert balances == [START + 300, START - 400, START - 360]
    assert [wanted.fen for wanted in orders.asked] == [300, 40]
    assert [[one.number for one in body.loads] for body in stand.bodies(m.LoadIntent)] == [[3], [4], [5]]


def test_loads_of_another_wallet_wait(stand, orders):
    plastic = make_cpu_plastic(START)
    rows = (load(1, 300), load(2, 40, wallet="subsidy"), load(3, 5))
    stand.receive(stand.office.loads(*rows))
    storage = DirectCpu(plastic)
    look = stand.station.look(storage)
    assert ([one.number for one in look.loads], look.loads_fen) == ([1], 300)
    assert isinstance(stand.station.apply_loads(storage, look), Completed)
    assert stand.station.apply_loads(storage, stand.station.look(storage)) is None
    assert plastic.memory.balance == START + 300


def test_a_load_worth_nothing_or_less_needs_no_order(stand, orders):
    plastic = make_cpu_plastic(START)
    storage = DirectCpu(plastic)
    orders.fault = Unreachable()
    stand.receive(stand.office.loads(load(1, -700), load(2, 0)))
    done = stand.station.apply_loads(storage, stand.station.look(storage))
    assert isinstance(done, Completed)
    assert done.balance_after_fen == START - 700
    assert read_cpu(stand, plastic).newest.last_load == 2
    assert orders.asked == []


def test_a_void_is_owed_and_touches_no_card(stand):
    plastic = make_cpu_plastic(START)
    sold = sell(stand, plastic)
    storage = DirectCpu(plastic)
    void = stand.station.void(storage, stand.station.look(storage), sold.id)
    assert isinstance(void, Completed)
    assert void.is_owed
    assert (void.balance_before_fen, void.balance_after_fen) == (START - FEN, START - FEN)
    assert plastic.memory.balance == START - FEN
    given_up, seen = stand.bodies(m.GivenUp, m.Seen)
    assert (given_up.of, given_up.why, seen.of) == (void.id, "owed", void.id)
    newest = read_cpu(stand, plastic).newest
    assert judge(void.id, void.intent.purse, newest, None) is Verdict.STANDS
    with pytest.raises(Refused) as again:
        stand.station.void(storage, stand.station.look(storage), sold.id)
    assert again.value.code == "void.already"
    assert isinstance(sell(stand, plastic), Completed)


@pytest.mark.parametrize(("reason", "blocked"), [("lost", 0), ("returned", 2), ("replaced", 2)])
def test_a_listed_card_is_locked_and_one_that_never_comes_back_is_blocked(stand, reason, blocked):
    plastic = make_cpu_plastic(START)
    stand.receive(stand.office.stops((CARD, 1, reason)))
    look = stand.station.look(DirectCpu(plastic))
    assert isinstance(look, Look)
    assert look.refusal.code == "card.stopped"
    assert plastic.memory.blocked == blocked
    (lock,) = proofs(stand)
    assert lock.proof.fen == 0
    if blocked:
        with pytest.raises(CardForeign) as dead:
            stand.station.look(DirectCpu(plastic))
        assert dead.value.code == "card.locked"
    else:
        assert read_cpu(stand, plastic).newest.locked


def test_cards_from_the_key_room_are_not_made_at_a_desk(stand):
    grant = m.IssueGrant(card=CARD + 5, issue=1, type=1, until_day=3_000, deposit_fen=0, fee_fen=0)
    with pytest.raises(Refused):
        stand.station.issue(DirectCpu(make_cpu_plastic()), grant, 0)


def new_chip(number: int = 1):
    """From the key room: nobody's, nothing on it, nothing ever written."""
    return make_cpu_plastic(0, card=FIRST_CHIP + number)


def chip_grant(number: int = 1):
    return m.IssueGrant(card=FIRST_CHIP + number, issue=1, type=1, until_day=3_000, deposit_fen=0, fee_fen=0)


def test_a_new_chip_becomes_its_number_and_nothing_else(stand):
    chip = new_chip()
    look = stand.station.look(DirectCpu(chip))
    assert (look.is_new_chip, look.refusal.code) == (True, "card.not_issued")
    for wrong in (chip_grant(2), msgspec.structs.replace(chip_grant(), card=CARD)):
        with pytest.raises(Refused):
            stand.station.issue(DirectCpu(chip), wrong, 0)
    with pytest.raises(Refused) as money:
        stand.station.issue(DirectCpu(chip), chip_grant(), 500)
    assert money.value.code == "card.online_only"
    assert isinstance(stand.station.issue(DirectCpu(chip), chip_grant(), 0), Completed)
    look = stand.station.look(DirectCpu(chip))
    assert (look.is_new_chip, look.refusal, look.image.newest.counter) == (False, None, 1)
    (done,) = proofs(stand)
    assert done.proof.holds(chip.memory.keys.tac)


def test_torn_anywhere_the_same_chip_becomes_it_once(stand):
    whole = new_chip()
    stand.station.issue(DirectCpu(whole), chip_grant(), 0)
    found = set()
    for at in range(whole.commands):
        for byte in (None, 1 << 20):
            chip, grant = new_chip(at * 2 + (byte is None) + 2), chip_grant(at * 2 + (byte is None) + 2)
            chip.tear_at(at, byte)
            try:
                ended = stand.station.issue(DirectCpu(chip), grant, 0)
            except CardError:
                ended = None
            chip.tear_at(1 << 20)
            if isinstance(ended, Unfinished):
                ended = stand.station.retap(DirectCpu(chip), ended)
                found.add("torn")
            elif ended is None:
                ended = stand.station.issue(DirectCpu(chip), grant, 0)
                found.add("before")
            assert isinstance(ended, Completed), (at, byte)
            image = stand.station.look(DirectCpu(chip)).image
            assert (image.newest.counter, image.identity.card) == (1, grant.card), (at, byte)
            made = [one for one in stand.bodies(m.Issue) if one.card == grant.card]
            assert len(made) == 1
    assert found == {"torn", "before"}


def test_a_psam_in_a_reader_of_its_own(stand):
    psam = make_psam(bytes.fromhex("000000004711"), KEYS.masters[0].cpu)
    there = [psam]
    stand.station.attach(psam=CardPsam(lambda: DirectCpu(there[0]) if there else None))
    plastic = make_cpu_plastic(START)
    assert isinstance(sell(stand, plastic), Completed)
    (first,) = proofs(stand)
    assert first.proof.terminal == "000000004711"
    assert first.proof.holds(plastic.memory.keys.tac)
    there.clear()
    psam.pull()
    with pytest.raises(Refused) as gone:
        sell(stand, plastic)
    assert gone.value.code == "psam.gone"
    assert plastic.memory.balance == START - FEN


# -- torn --------------------------------------------------------------------------------------------------


def tears_of(stand: Stand, act, make) -> list[tuple[int, int | None]]:
    """Before each command, after each one, and inside the commit at every 61st byte and around its end."""
    plastic = make()
    commits = []
    commit = plastic.commit

    def noted(state):
        commits.append(plastic.commands - 1)
        commit(state)

    plastic.commit = noted
    assert isinstance(act(plastic), Completed)
    (at,) = commits
    ends = [plastic.page_bytes + step for step in range(-3, 4)]
    found = [(index, byte) for index in range(plastic.commands) for byte in (None, 1 << 20)]
    return found + [(at, byte) for byte in (*range(0, plastic.page_bytes, 61), *ends)]


def recharge(stand: Stand, plastic):
    storage = DirectCpu(plastic)
    return stand.station.recharge(storage, stand.station.look(storage), FEN)


def collect(stand: Stand, plastic):
    storage = DirectCpu(plastic)
    return stand.station.apply_loads(storage, stand.station.look(storage))


def lock(stand: Stand, plastic):
    storage = DirectCpu(plastic)
    return stand.station.front_desk.lock(storage, stand.station.look(storage))


ACTS = {"sale": (sell, -FEN), "recharge": (recharge, FEN), "load": (collect, FEN), "lock": (lock, 0)}


@pytest.fixture(params=ACTS)
def torn(request, stand, orders):
    act, moves = ACTS[request.param]
    numbers = iter(range(CARD + 10, CARD + 10_000))

    def make():
        card = next(numbers)
        if act is collect:
            waiting = m.Load(card=card, issue=1, number=1, fen=FEN, digest="0a")
            stand.receive(stand.office.loads(waiting, base=stand.facts.have().get("loads", 0)))
        return make_cpu_plastic(START, card=card)

    places = tears_of(stand, lambda plastic: act(stand, plastic), make)
    print(f"cpu {request.param}: torn at {len(places)} places")

    def each():
        for command, byte in places:
            plastic = make()
            plastic.tear_at(command, byte)
            head = stand.journal.head.seq
            try:
                ended = act(stand, plastic)
            except CardError:
                ended = None
                assert not [one for one in stand.bodies(*m.PURSE_INTENTS) if one.id.seq > head]
            yield plastic, ended, (command, byte)

    return each, moves, act


def assert_done_once(stand: Stand, plastic, ended, moves: int, where) -> None:
    image = read_cpu(stand, plastic)
    assert (image.newest.main_fen, image.newest.last) == (START + moves, ended.id), where
    done = [one for one in stand.bodies(m.Done, m.NotWritten, m.GivenUp) if one.of == ended.id]
    assert len(done) == 1, where
    if isinstance(done[0], m.ProvedDone):
        assert done[0].proof.holds(plastic.memory.keys.tac), where
    assert stand.station.open_taps() == [], where


def test_the_same_card_comes_back_and_it_is_done_once(torn, stand):
    each, moves, act = torn
    unfinished = unproved = 0
    for plastic, ended, where in each():
        if ended is None:
            ended = act(stand, plastic)
        elif isinstance(ended, Unfinished):
            unfinished += 1
            ended = stand.station.retap(DirectCpu(plastic), ended)
        assert isinstance(ended, Completed), where
        assert_done_once(stand, plastic, ended, moves, where)
        unproved += not isinstance(stand.bodies(m.Done)[-1], m.ProvedDone)
    assert unfinished > 20
    # Torn at the very question for the proof, after the record was read back: done, without it.
    assert unproved <= 1


def test_another_card_comes_first(torn, stand):
    each, moves, _ = torn
    other = make_cpu_plastic(777, uid=b"\x04\x99\x99\x99", card=CARD + 90_000)
    for plastic, ended, where in each():
        if not isinstance(ended, Unfinished):
            continue
        wrong = stand.station.retap(DirectCpu(other), ended)
        assert isinstance(wrong, WrongCard), where
        assert wrong.card == CARD + 90_000
        assert isinstance(stand.station.retap(DirectCpu(plastic), ended), Completed)
        assert_done_once(stand, plastic, ended, moves, where)
    assert other.memory.balance == 777


def test_another_terminal_comes_first(torn, stand, tmp_path):
    """The customer buys elsewhere; what the card shows later says which of the two it carries."""
    each, moves, act = torn
    folder = tmp_path / "other"
    folder.mkdir()
    second = Stand(folder, clock=stand.clock, office=stand.office, terminal=1002)
    second.station.open_shift(CASHIER, 0)
    known = {True: 0, False: 0}
    for plastic, ended, where in each():
        if not isinstance(ended, Unfinished):
            continue
        written = read_cpu(second, plastic).newest.last == ended.id
        known[written] += 1
        locked = act is lock and written
        if locked:
            with pytest.raises(Refused, match=r"^card\.locked"):
                sell(second, plastic, 7)
        else:
            assert isinstance(sell(second, plastic, 7), Completed), where
        if written:
            assert isinstance(stand.station.retap(DirectCpu(plastic), ended), Completed), where
        else:
            with pytest.raises(Refused, match=r"^card\.not_written"):
                stand.station.retap(DirectCpu(plastic), ended)
        expected = START - (0 if locked else 7) + (moves if written else 0)
        assert plastic.memory.balance == expected, where
    assert min(known.values()) > 2
    second.close()


def test_the_card_never_comes_back(torn, stand):
    each, _, _ = torn
    for _, ended, where in each():
        if not isinstance(ended, Unfinished):
            continue
        stand.station.set_aside(ended.id)
        (aside,) = stand.station.open_taps()
        assert (aside.id, aside.state) == (ended.id, State.ASIDE), where
        stand.station.give_up(ended.id, "supervisor", CASHIER)
        assert stand.station.open_taps() == []
