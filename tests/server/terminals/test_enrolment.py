"""Goal: only a person with a fresh code makes a box a terminal, once. F: E1

Method: the real edge on a false clock, with codes used twice, by another box, too late, guessed in parallel.
"""

import asyncio

import msgspec
import sqlalchemy as sa

from onecard.wire import messages as m
from onecard.wire.signing import SigningKey, verifies
from server.terminals.tables import enrolment_code, terminal
from tests.server.office import Office

#: The office of these tests, one after the other.
ENGINES = ("sqlite", "postgresql")

KEY = SigningKey(b"\x01" * 32)
OTHER = SigningKey(b"\x02" * 32)


def enrolled(reply) -> m.Enrolled:
    assert reply.status == 200, reply.text
    return msgspec.json.decode(reply.body, type=m.Enrolled)


def test_a_fresh_code_makes_a_terminal_that_pins_the_servers_key(office: Office) -> None:
    number = office.add_terminal()
    answer = enrolled(office.enrol(number, office.make_code(number), KEY))
    assert (answer.unit, answer.terminal, answer.epoch) == (1, number, 1)
    assert answer.server_key == office.runtime.keys.signing.public.hex()
    assert answer.now == office.clock.now()


def test_a_code_may_be_typed_in_small_letters_and_with_blanks(office: Office) -> None:
    number = office.add_terminal()
    assert office.enrol(number, f" {office.make_code(number).lower()} ", KEY).status == 200


def test_a_lost_answer_is_asked_again_with_the_same_key(office: Office) -> None:
    number = office.add_terminal()
    code = office.make_code(number)
    first = enrolled(office.enrol(number, code, KEY))
    office.clock.advance(7200)
    assert enrolled(office.enrol(number, code, KEY)).epoch == first.epoch == 1


def test_a_used_code_is_worth_nothing_to_another_box(office: Office) -> None:
    number = office.add_terminal()
    code = office.make_code(number)
    office.enrol(number, code, KEY)
    assert office.enrol(number, code, OTHER).code == "enrol.used"


def test_a_replayed_code_does_not_take_a_terminal_back_from_its_successor(office: Office) -> None:
    number = office.add_terminal()
    old = office.make_code(number)
    office.enrol(number, old, KEY)
    assert enrolled(office.enrol(number, office.make_code(number), OTHER)).epoch == 2
    assert office.enrol(number, old, KEY).code == "enrol.used"


def test_a_code_is_good_for_its_terminal_only(office: Office) -> None:
    mine, other = office.add_terminal(), office.add_terminal()
    assert office.enrol(other, office.make_code(mine), KEY).code == "enrol.code"


def test_a_code_ends_after_half_an_hour_and_with_the_next_one(office: Office) -> None:
    number = office.add_terminal()
    late = office.make_code(number)
    office.clock.advance(30 * 60)
    assert office.enrol(number, late, KEY).code == "enrol.expired"
    replaced = office.make_code(number)
    office.make_code(number)
    assert office.enrol(number, replaced, KEY).code == "enrol.expired"


def test_bad_numbers_keys_and_codes_are_refused_by_name(office: Office) -> None:
    number = office.add_terminal()
    for terminal_no, code in ((0, "X"), (-1, "X"), (1 << 40, "X"), (number, ""), (number, "卡" * 20)):
        assert office.enrol(terminal_no, code, KEY, f"10.1.0.{len(code)}").code == "enrol.code"
    question = m.Enrol(code=office.make_code(number), terminal=number, public_key="00")
    assert office.http("POST", "/t/enrol", m.encode(question)).code == "enrol.key"


def test_a_refusal_is_signed_so_that_nobody_else_can_refuse(office: Office) -> None:
    from onecard.wire.session import SIGNATURE_HEADER, refusal_message

    number = office.add_terminal()
    question = m.Enrol(code="WRONG", terminal=number, public_key=KEY.public.hex())
    reply = office.http("POST", "/t/enrol", m.encode(question))
    signature = bytes.fromhex(reply.headers[SIGNATURE_HEADER])
    public = office.runtime.keys.signing.public
    assert verifies(public, refusal_message(question, reply.body), signature)
    assert not verifies(public, refusal_message(question, reply.body + b" "), signature)


def test_five_wrong_guesses_close_the_terminals_door_also_in_parallel(office: Office) -> None:
    number = office.add_terminal()
    code = office.make_code(number)

    async def guess(wrong: str) -> str:
        question = m.Enrol(code=wrong, terminal=number, public_key=KEY.public.hex())
        return (await office.asked("POST", "/t/enrol", m.encode(question))).code

    async def all_at_once() -> list[str]:
        return await asyncio.gather(*(guess(f"WRONG{i}") for i in range(20)))

    codes = office.run(all_at_once())
    assert codes.count("enrol.code") == 5
    assert codes.count("attempt.locked") == 15
    locked = office.enrol(number, code, KEY, "10.9.9.9")
    assert (locked.status, locked.code) == (429, "attempt.locked")
    assert int(locked.headers["retry-after"]) == 60
    office.clock.advance(61)
    assert office.enrol(number, code, KEY, "10.9.9.9").status == 200


def test_the_database_holds_no_usable_code(office: Office) -> None:
    """F: H5"""
    number = office.add_terminal()
    code = office.make_code(number)
    rows = office.read(lambda c: c.execute(sa.select(enrolment_code)).all())
    assert code not in repr(rows)
    assert rows[0].terminal == number


def test_a_terminal_is_added_with_a_number_of_its_own(office: Office) -> None:
    first, second = office.add_terminal(), office.add_terminal("kiosk")
    assert (first, second) == (1001, 1002)
    states = office.read(lambda c: c.execute(sa.select(terminal.c.state)).scalars().all())
    assert states == ["new", "new"]
