"""Signing on without network: verifiers that expire, tries that are counted on the disk. F: C8"""

import pytest
from argon2 import PasswordHasher, extract_parameters

from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import Refused
from onecard.terminal import signon
from onecard.terminal.signon import SignOn
from onecard.wire import messages as m
from tests.onecard.terminal.stand import CARD, NOON

PIN = "739152"
VERIFIER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PIN)


def operator(number=11, login="zhang", **more):
    fields = {"name": "张敏", "verifier": VERIFIER, "until": NOON + 86_400, "permissions": ("pos.sell",)}
    return m.Operator(operator=number, login=login, **fields | more)


@pytest.fixture
def sign_on(stand):
    boss = operator(12, "li", permissions=("supervisor",), card=CARD)
    stand.receive(stand.office.operators(operator(), boss))
    return SignOn(stand.facts, stand.journal, stand.station.moment)


def code(call, *args):
    with pytest.raises(Refused) as refused:
        call(*args)
    return refused.value.code, refused.value.params


def test_name_and_pin_open_the_till(sign_on):
    assert sign_on.by_pin("zhang", PIN).operator == 11
    assert sign_on.by_pin(" ZHANG ", "７３９１５２").operator == 11  # a keyboard left in full-width mode


def test_an_unknown_name_takes_as_long_as_a_known_one():
    nobody, known = (extract_parameters(h) for h in (signon._NOBODY, signon._HASHER.hash(PIN)))
    assert nobody == known


@pytest.mark.parametrize("pin", ["", "739153", "7" * 10**6, "739152 ", "\0"])
def test_a_wrong_pin_does_not(sign_on, pin):
    assert code(sign_on.by_pin, "zhang", pin)[0] == "signon.wrong"


def test_the_fifth_wrong_pin_pauses_longer_each_time_and_over_a_restart(sign_on, stand):
    for left in (4, 3, 2, 1):
        assert code(sign_on.by_pin, "zhang", "0") == ("signon.wrong", {"left": left})
    for pause in (60, 300, 900, 900):
        assert code(sign_on.by_pin, "zhang", "0") == ("signon.wait", {"seconds": pause})
        stand.restart()
        sign_on = SignOn(stand.facts, stand.journal, stand.station.moment)
        assert code(sign_on.by_pin, "zhang", PIN) == ("signon.wait", {"seconds": pause})
        stand.clock.advance(pause)
    assert sign_on.by_pin("zhang", PIN).operator == 11
    assert code(sign_on.by_pin, "zhang", "0") == ("signon.wrong", {"left": 4})


def test_setting_the_clock_ahead_is_no_way_round_the_pause(sign_on, stand):
    for _ in range(5):
        code(sign_on.by_pin, "zhang", "0")
    stand.clock.step(3600)
    assert code(sign_on.by_pin, "zhang", PIN)[0] == "signon.wait"


def test_a_time_that_a_person_said_ends_a_verifier_at_once(sign_on, stand):
    stand.restart()  # nobody has heard the office since
    sign_on = SignOn(stand.facts, stand.journal, stand.station.moment)
    assert sign_on.by_pin("zhang", PIN).operator == 11
    stand.station.moment.say(NOON + 86_401)
    assert code(sign_on.by_pin, "zhang", PIN) == ("signon.expired", {})


def test_unknown_names_share_one_count_and_fill_no_disk(sign_on, stand):
    assert code(sign_on.by_pin, "nobody", PIN) == ("signon.wrong", {"left": 4})
    assert code(sign_on.by_pin, "x" * 10**6, PIN) == ("signon.wrong", {"left": 3})
    assert stand.journal._db.execute("SELECT count(*) FROM attempt").fetchone() == (1,)


def test_one_persons_failures_do_not_shut_another_out(sign_on):
    for _ in range(5):
        code(sign_on.by_pin, "zhang", "0")
    assert sign_on.by_pin("li", PIN).operator == 12


def test_a_verifier_expires_when_the_office_is_silent_for_too_long(sign_on, stand):
    stand.clock.advance(86_401)
    assert code(sign_on.by_pin, "zhang", PIN)[0] == "signon.expired"


def test_a_supervisors_word_needs_the_right(sign_on):
    assert sign_on.supervisor("li", PIN, "supervisor").operator == 12
    assert code(sign_on.supervisor, "zhang", PIN, "supervisor")[0] == "signon.not_allowed"


def test_an_operators_card_opens_the_till_and_a_members_does_not(sign_on, stand, plastic):
    look = stand.station.look(DirectStorage(plastic))
    assert sign_on.by_card(look).operator == 12
    stand.receive(stand.office.operators(operator()))
    assert code(sign_on.by_card, look)[0] == "signon.no_operator"


def test_a_stopped_operators_card_opens_nothing(sign_on, stand, plastic):
    stand.receive(stand.office.stops((CARD, 1, "frozen")))
    assert code(sign_on.by_card, stand.station.look(DirectStorage(plastic)))[0] == "card.stopped"
