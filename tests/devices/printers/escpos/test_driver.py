"""Goal: "printed" is said only of what came out, and every trouble has its own word.  # F: C6

Method: the driver against a simulated printer on a cable, with each trouble before, during and after a job.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.devices import cable
from onecard.devices.printers import Document, PrinterState
from onecard.devices.printers import escpos as driver
from onecard.devices.printers.escpos import answers, render
from onecard.devices.printers.escpos.encode import Paper
from onecard.devices.printers.escpos.simulator import PrinterSimulator
from onecard.errors import DeviceGone
from tests.devices.printers.escpos.rig import Rig, receipt

TROUBLES = ("near_end", "paper_out", "cover_open", "error")
LONG = receipt(rows=40)


@pytest.mark.parametrize("state", ["ok", *TROUBLES])
def test_each_state_is_told_by_its_name(state):
    rig = Rig()
    rig.set_state(state)
    assert rig.driver.status() is PrinterState(state)


@pytest.mark.parametrize("state", ["ok", "near_end"])
def test_a_receipt_comes_out_and_is_confirmed(state):
    rig = Rig()
    rig.set_state(state)
    assert rig.driver.print(receipt()) is PrinterState(state)
    assert render.lines(rig.mechanism.receipts[0])[0] == "第 1 行 row 1" + " " * 31 + "1.00"


@pytest.mark.parametrize("state", ["paper_out", "cover_open", "error"])
def test_with_trouble_before_nothing_is_sent(state):
    rig = Rig()
    rig.set_state(state)
    assert rig.driver.print(receipt()) is PrinterState(state)
    rig.set_state("ok")
    rig.clock.sleep(1)
    assert rig.mechanism.receipts == []
    assert rig.mechanism.unfinished == b"", "no stray half receipt when the paper is back"


def test_paper_that_ends_in_the_middle_is_not_a_receipt():
    rig = Rig()
    rig.mechanism.rows_left = 10
    assert rig.driver.print(LONG) is PrinterState.PAPER_OUT
    assert rig.mechanism.receipts == []
    assert len(render.lines(rig.mechanism.unfinished)) == 10
    assert rig.clock.monotonic() < 3


def test_the_rest_that_comes_out_later_does_not_confirm_the_next():
    rig = Rig()
    rig.mechanism.rows_left = 10
    assert rig.driver.print(LONG) is PrinterState.PAPER_OUT
    work, resumed = rig.mechanism._work, rig.clock.monotonic() + 1

    def slow() -> bytes:
        # A new roll is in and it says that all is well, but it takes a second to go on with what it holds.
        return work() if rig.clock.monotonic() > resumed else b""

    rig.mechanism._work = slow
    rig.set_state("ok")
    told = rig.driver.status()
    assert told is PrinterState.OK

    def soon_out_again(now: float) -> None:
        if len(rig.mechanism.receipts) == 1 and rig.mechanism.rows_left is None:
            rig.mechanism.rows_left = 2

    rig.during = lambda now: (soon_out_again(now), rig.cable.device.write(rig.mechanism._work()))
    assert rig.driver.print(receipt("2")) is PrinterState.PAPER_OUT, "its own rows did not come out"
    assert len(rig.mechanism.receipts) == 1


def test_after_the_rest_came_out_the_next_is_confirmed_by_its_own_answer():
    rig = Rig()
    rig.mechanism.rows_left = 10
    rig.driver.print(LONG)
    rig.set_state("ok")
    assert rig.driver.print(receipt("2")) is PrinterState.OK
    assert len(rig.mechanism.receipts) == 2


def test_a_printer_that_lost_its_memory_still_prints_the_next():
    rig = Rig()
    rig.mechanism.rows_left = 10
    rig.driver.print(LONG)
    rig.mechanism.set_state("off")
    rig.set_state("ok")
    assert rig.driver.print(receipt("2")) is PrinterState.OK


@pytest.mark.parametrize("state", ["cover_open", "error"])
def test_trouble_during_the_job_is_told(state):
    rig = Rig()
    before = rig.mechanism.receive

    def receive(data: bytes) -> bytes:
        if len(data) > 100:  # the job itself, not a question
            rig.mechanism.set_state(state)
        return before(data)

    rig.mechanism.receive = receive
    assert rig.driver.print(LONG) is PrinterState(state)
    assert rig.mechanism.receipts == []


def test_a_printer_switched_off_in_the_middle_is_not_a_receipt():
    rig = Rig()
    before = rig.mechanism.receive

    def receive(data: bytes) -> bytes:
        if len(data) > 100:
            rig.mechanism.set_state("off")
        return before(data)

    rig.mechanism.receive = receive
    assert rig.driver.print(LONG) is PrinterState.UNKNOWN
    assert rig.clock.monotonic() < 60


def test_a_line_that_breaks_in_the_middle_is_a_gone_printer():
    rig = Rig()

    def cut(data: bytes) -> bytes:
        if len(data) > 100:
            rig.cable.cut()
        return data

    rig.cable.to_device.damage = cut
    assert rig.driver.print(LONG) is PrinterState.GONE
    rig.cable.mend()
    assert rig.driver.status() is PrinterState.GONE, "the old end is closed"


def test_no_answer_is_unknown_and_never_ok():
    # F: bad pattern: an empty reply read as "paper ok"
    rig = Rig(answers=False)
    assert rig.driver.status() is PrinterState.UNKNOWN
    assert rig.clock.monotonic() < 1, "the wait is bounded"
    assert rig.driver.print(receipt()) is PrinterState.UNKNOWN
    assert len(rig.mechanism.receipts) == 1, "it may well have come out; nobody knows"


def timed(rig, document=None):
    began = rig.clock.monotonic()
    return rig.driver.print(document or receipt()), rig.clock.monotonic() - began


@pytest.mark.parametrize("options", [{"confirms": False}, {"answers": False}, {"has_status": False}])
def test_a_printer_that_confirms_nothing_keeps_nobody_waiting(options):
    """Every document, not only the first; and what it may answer one day confirms nothing of before."""
    rig = Rig(**options)
    for count in (1, 2, 3):
        state, seconds = timed(rig)
        assert state is PrinterState.UNKNOWN
        assert seconds <= 3
        rig.tick()
        assert len(rig.mechanism.receipts) == count


def test_without_a_status_nothing_is_asked_and_nobody_waits():
    rig = Rig(has_status=False)
    heard = bytearray()
    receive = rig.mechanism.receive
    rig.mechanism.receive = lambda data: heard.extend(data) or receive(data)
    assert timed(rig) == (PrinterState.UNKNOWN, 0)
    assert rig.driver.status() is PrinterState.UNKNOWN
    rig.tick()
    assert b"\x10\x04" not in heard
    assert b"\x1dr" not in heard
    rig.driver._open_line = lambda: (_ for _ in ()).throw(DeviceGone())
    rig.driver.close()
    assert rig.driver.print(receipt()) is PrinterState.GONE, "that nobody is there it still says"


def test_trouble_is_told_by_a_printer_that_confirms_nothing():
    rig = Rig(confirms=False)
    rig.driver.print(receipt())
    rig.mechanism.rows_left = 4
    assert rig.driver.print(receipt(rows=9)) is PrinterState.PAPER_OUT


def test_a_printer_that_learns_to_confirm_is_believed_again():
    """Another printer was plugged in: it is tried at every document."""
    rig = Rig(confirms=False)
    assert rig.driver.print(receipt("1")) is PrinterState.UNKNOWN
    rig.mechanism.confirms = True
    assert rig.driver.print(receipt("2")) is PrinterState.OK


def test_a_slow_confirmation_of_a_printer_that_confirms_is_waited_for():
    """A long receipt takes its time: ten seconds are no reason to doubt a printer that answers."""
    rig = Rig()
    assert rig.driver.print(receipt()) is PrinterState.OK
    receive, late, until = rig.mechanism.receive, bytearray(), rig.clock.monotonic() + 10

    def slow(data):
        said = receive(data)
        late.extend(byte for byte in said if not byte & 0x10)
        now = bytes(byte for byte in said if byte & 0x10)
        if rig.clock.monotonic() >= until:
            now, late[:] = now + bytes(late), b""
        return now

    rig.mechanism.receive = slow
    assert rig.driver.print(receipt("2")) is PrinterState.OK


def test_nobody_there_is_gone():
    def refused():
        raise DeviceGone

    from onecard.clock import FalseClock
    from onecard.devices.printers.escpos.driver import EscPos

    printer = EscPos(refused, Paper(), clock=FalseClock())
    assert printer.status() is PrinterState.GONE
    assert printer.print(receipt()) is PrinterState.GONE


def test_a_stalled_line_is_unknown():
    rig = Rig()

    class Stalled:
        def read_available(self) -> bytes:
            return b""

        def write(self, data: bytes) -> None:
            raise DeviceGone("device.stalled")

        def close(self) -> None: ...

    rig.driver._open_line = Stalled
    assert rig.driver.print(receipt()) is PrinterState.UNKNOWN


# -- bytes that are not the answer -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "noise",
    ["", "00", "FF", "11", "13", "03", "10 00 00 00", "14 00 00 00", "10 00", "FF FF 7F"],
)
def test_noise_before_an_answer_is_not_the_answer(noise):
    rig = Rig()
    rig.set_state("cover_open")
    rig.cable.to_host.damage = lambda data: bytes.fromhex(noise) + data if data else data
    assert rig.driver.status() is PrinterState.COVER_OPEN


@pytest.mark.parametrize("byte", [0x00, 0x02, 0x10, 0x13, 0x92, 0xFF])
def test_a_byte_with_wrong_fixed_bits_is_no_answer(byte):
    rig = Rig()
    rig.cable.to_host.damage = lambda data: bytes((byte,)) * len(data)
    assert rig.driver.status() is PrinterState.UNKNOWN


def test_a_lost_answer_is_unknown_not_shifted():
    rig = Rig()
    answered = []

    def lose_second(data: bytes) -> bytes:
        if data:
            answered.append(data)
        return b"" if len(answered) == 2 else data

    rig.cable.to_host.damage = lose_second
    assert rig.driver.status() is PrinterState.UNKNOWN
    rig.cable.heal()
    assert rig.driver.status() is PrinterState.OK


def test_automatic_status_may_come_at_any_time():
    rig = Rig()
    rig.driver.status()
    rig.cable.host.write(b"\x1da\x0f")
    rig.clock.sleep(0.1)
    assert rig.driver.status() is PrinterState.OK
    rig.set_state("near_end")
    assert rig.driver.status() is PrinterState.NEAR_END
    rig.set_state("ok")
    assert rig.driver.print(receipt()) is PrinterState.OK
    rig.mechanism.rows_left = 2
    assert rig.driver.print(LONG) is PrinterState.PAPER_OUT


def test_every_bit_of_the_answers_is_read():
    ok = (0x12, 0x12, 0x12, 0x12)
    assert answers.state(*ok) is PrinterState.OK
    for at, bits, state in [
        (0, 0x08, "error"),
        (1, 0x04, "cover_open"),
        (1, 0x20, "paper_out"),
        (1, 0x40, "error"),
        (2, 0x08, "error"),
        (2, 0x20, "error"),
        (2, 0x40, "error"),
        (3, 0x04, "near_end"),
        (3, 0x08, "near_end"),
        (3, 0x20, "paper_out"),
        (3, 0x40, "paper_out"),
        (0, 0x04, "ok"),  # the drawer is open
        (1, 0x08, "ok"),  # somebody feeds paper
    ]:
        replies = list(ok)
        replies[at] |= bits
        assert answers.state(*replies) is PrinterState(state), (at, hex(bits))
    for group, state in [
        ("10 00 00 00", "ok"),
        ("14 00 00 00", "ok"),
        ("18 00 00 00", "error"),
        ("38 00 00 00", "cover_open"),
        ("18 08 00 00", "error"),
        ("10 00 03 00", "near_end"),
        ("18 00 0F 00", "paper_out"),
    ]:
        assert answers.automatic_state(bytes.fromhex(group)) is PrinterState(state), group


def test_damage_on_the_way_never_makes_a_receipt_of_nothing():
    for damage in (cable.drop, cable.truncate(1), cable.flip(0, 0x80), cable.flip(-1, 0x90)):
        rig = Rig()
        rig.mechanism.set_state("paper_out")
        rig.cable.to_host.damage = damage
        assert rig.driver.print(receipt()) not in (PrinterState.OK, PrinterState.NEAR_END)


# -- over the network --------------------------------------------------------------------------------------


def test_a_printer_on_the_network_goes_and_comes_back():
    printer = PrinterSimulator()
    host = driver.open({"line": f"tcp:127.0.0.1:{printer.port}", "paper": "58"})
    assert host.columns == 32
    assert host.status() is PrinterState.OK
    assert host.print(receipt()) is PrinterState.OK
    printer.set_state("off")
    assert host.status() is PrinterState.GONE
    assert host.print(receipt()) is PrinterState.GONE
    printer.set_state("ok")
    assert host.print(Document("2", receipt().parts, kick_drawer=True)) is PrinterState.OK
    assert len(printer.receipts) == 2
    assert printer.mechanism.kicks == 1
    printer.close()
    assert host.status() is PrinterState.GONE


def test_two_tills_share_one_printer():
    printer = PrinterSimulator()
    tills = [driver.open({"line": f"tcp:127.0.0.1:{printer.port}", "logo": "none"}) for _ in range(2)]
    for name in ("a", "b", "c"):
        for till in tills:
            assert till.print(receipt(name)) is PrinterState.OK
    assert len(printer.receipts) == 6
    printer.close()


@pytest.mark.parametrize("section", [{"paper": "70"}, {"cut": "x"}, {"qr": "x"}, {"logo": "/nowhere.png"}])
def test_a_wrong_setting_is_told_at_once(section):
    with pytest.raises(ValueError):
        driver.open({"line": "tcp:127.0.0.1:1", **section})


# -- anything at all ---------------------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=6), max_size=40))
def test_whatever_a_printer_answers_there_is_a_word_for_it(answers_given):
    rig = Rig()
    queue = list(answers_given)
    rig.cable.to_host.damage = lambda data: queue.pop() if data and queue else b""
    assert isinstance(rig.driver.status(), PrinterState)
    assert isinstance(rig.driver.print(receipt()), PrinterState)


@given(st.lists(st.binary(max_size=40), max_size=10), st.sampled_from(["ok", *TROUBLES]))
def test_the_simulated_printer_takes_any_bytes(chunks, state):
    rig = Rig()
    rig.mechanism.set_state(state)
    for chunk in chunks:
        assert isinstance(rig.mechanism.receive(chunk), bytes)
    rig.mechanism.set_state("ok")
    assert rig.mechanism.state == "ok"
