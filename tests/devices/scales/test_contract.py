"""Goal: whatever the scale, only a stable, fresh weight of enough whole grams is sold.  # F: C3

Method: every driver against its simulator on a damageable cable, with a false clock.
"""

import pytest

from onecard.devices import cable
from onecard.devices.scales import State
from onecard.devices.scales.weighing import NotWeighed, Weighed
from tests.devices.scales.rig import RIGS, TURN_S, Rig

#: Scales whose protocol has a word for "too heavy" or "below zero"; the others send nothing one can read.
SAYS_OVER = {"cas", "cas-whole", "pinnacle", "pinnacle-asked", "toledo", "ascii"}
SAYS_UNDER = {*SAYS_OVER, "adam", "ascii-boxed"}
ALL = sorted(RIGS)


@pytest.fixture(params=ALL)
def rig(request) -> Rig:
    made = RIGS[request.param]()
    made.run(1)
    return made


def rested(rig: Rig, load_g: int) -> Rig:
    rig.simulator.platform.put(load_g)
    rig.run(1.2)
    return rig


def test_what_lies_on_it_is_weighed(rig):
    outcome = rested(rig, 1_234).press()
    assert isinstance(outcome, Weighed)
    assert outcome.weight_g == 1_234
    assert outcome.is_fresh(rig.clock.monotonic())
    assert rig.worker.shown.weight_g == 1_234
    assert rig.worker.health.view.condition == "good"


@pytest.mark.parametrize("load_g", [20, 999, 1_000, 9_999, 14_999])
def test_grams_are_whole_and_exact(rig, load_g):
    outcome = rested(rig, load_g).press()
    assert isinstance(outcome, Weighed)
    assert outcome.weight_g == load_g


def test_the_same_weight_again_is_weighed_again(rig):
    rested(rig, 500)
    assert [rig.press().weight_g for _ in range(3)] == [500, 500, 500]


def test_a_swinging_load_is_not_sold(rig):
    rested(rig, 1_000)
    rig.simulator.platform.settle_s = 60
    rig.simulator.platform.put(9_000)
    rig.run(0.2)
    assert rig.press() == NotWeighed("moving")


def test_what_was_put_on_at_the_press_is_what_is_weighed(rig):
    rested(rig, 1_000)
    rig.simulator.platform.settle_s = 0.2
    outcome = rig.press(lambda: rig.simulator.platform.put(2_000))
    assert isinstance(outcome, Weighed)
    assert outcome.weight_g == 2_000, "the screen still showed 1,000"


def test_a_weight_that_was_read_before_the_press_is_never_sold(rig):
    rested(rig, 1_000)
    rig.simulator.platform.settle_s = 0
    # What is said now arrives later; a scale that talks by itself cannot be late by more than one frame.
    rig.cable.to_host.delay_reads = 4 if rig.simulator.stream_s is None else 1
    rig.run(0.2)
    rig.simulator.platform.put(3_000)  # and then the load changes, before the press
    outcome = rig.press()
    assert outcome in (NotWeighed("stale"), NotWeighed("moving")) or outcome.weight_g == 3_000


def test_an_empty_pan_and_a_crumb_are_not_sold(rig):
    assert rested(rig, 0).press() == NotWeighed("under_min")
    assert rested(rig, 19).press() == NotWeighed("under_min")


def test_too_heavy_is_not_sold(rig, request):
    rested(rig, 15_001)
    reason = "over" if request.node.callspec.params["rig"] in SAYS_OVER else "stale"
    assert rig.press() == NotWeighed(reason)


def test_less_than_nothing_is_not_sold(rig, request):
    rested(rig, 100)
    assert rig.simulator.platform.zero()
    rested(rig, 0)
    reason = "under_zero" if request.node.callspec.params["rig"] in SAYS_UNDER else "stale"
    assert rig.press() == NotWeighed(reason)


def test_tare_comes_off_the_weight(rig):
    rested(rig, 200)
    rig.simulator.platform.tare()
    outcome = rested(rig, 700).press()
    assert isinstance(outcome, Weighed)
    assert outcome.weight_g == 500


def test_a_scale_that_takes_commands_tares_and_zeroes(rig):
    rested(rig, 200)
    if not rig.worker.call(lambda scale: scale.tare()) or not _done(rig, lambda scale: scale.tare()):
        return
    assert rested(rig, 700).press().weight_g == 500
    rested(rig, 150)
    assert _done(rig, lambda scale: scale.zero())
    assert rested(rig, 650).press().weight_g == 500


def _done(rig: Rig, order) -> bool:
    answer = rig.worker.call(order)
    rig.run(0.3)
    return answer.result()


def test_a_scale_switched_off_is_stale_and_says_so(rig):
    rested(rig, 1_000)
    rig.simulator.is_on = False
    assert rig.press() == NotWeighed("stale")
    rig.run(2)
    assert rig.worker.shown.state is State.SILENT
    assert (rig.worker.health.view.condition, rig.worker.health.view.reason) == ("bad", "silent")
    rig.simulator.is_on = True
    rig.run(1)
    assert rig.worker.health.view.condition == "good"
    assert rig.press().weight_g == 1_000


def test_an_unplugged_scale_is_gone_and_comes_back(rig):
    rested(rig, 1_000)
    answer = rig.worker.weigh()
    rig.cable.cut()
    rig.run(0.2)
    assert answer.result(0) == NotWeighed("gone")
    assert rig.press() == NotWeighed("gone")
    assert rig.worker.shown.state is State.SILENT
    rig.cable.mend()
    rig.run(6)
    assert rig.opened >= 2
    assert rig.press().weight_g == 1_000


def test_a_stopped_worker_answers_every_press(rig):
    answers = [rig.worker.weigh()]
    rig.run(TURN_S)
    answers.append(rig.worker.weigh())
    rig.worker.stop()
    answers.append(rig.worker.weigh())
    assert [answer.result(0) for answer in answers[1:]] == [NotWeighed("gone")] * 2
    assert answers[0].done()


def test_what_lay_in_the_port_before_it_was_opened_counts_for_nothing(request):
    for name in ALL:
        rig = RIGS[name]()
        rig.simulator.platform.settle_s = 0
        rig.simulator.platform.put(5_000)
        rig.cable.device.write(rig.simulator._frame() * 3)  # of a former life
        rig.simulator.is_on = False
        rig.run(0.5)
        assert all(reading.weight_g is None for reading in rig.readings), name


DAMAGES = {
    "lost": cable.drop,
    **{f"bit{bit}of{index}": cable.flip(index, 1 << bit) for index in range(-14, 0) for bit in (0, 1, 3)},
    **{f"short{count}": cable.truncate(count) for count in range(1, 14)},
    "glued": lambda data: data + data,
    "high": lambda data: bytes(byte | 0x80 for byte in data),
}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("load_g", [1_234])
def test_one_damaged_answer_is_never_a_wrong_weight(name, load_g):
    """Also the cables that carry no check: a damaged digit does not come twice."""
    for told, damage in DAMAGES.items():
        rig = RIGS[name]()
        rig.run(1)
        rested(rig, load_g)
        answer = rig.worker.weigh()
        rig.run(TURN_S * 2)
        once = iter([damage])
        rig.cable.to_host.damage = lambda data, once=once: next(once, lambda same: same)(data)
        while not answer.done():
            rig.run(TURN_S)
        outcome = answer.result()
        assert outcome == NotWeighed("under_min") or outcome.weight_g == load_g, (told, outcome)


@pytest.mark.parametrize("name", ALL)
def test_bytes_in_any_pieces_are_the_same_weight(name):
    rig = RIGS[name]()
    whole = rig.cable.to_host.put

    def pieces(data: bytes) -> None:
        for at in range(len(data)):
            whole(data[at : at + 1])

    rig.cable.to_host.put = pieces
    rig.run(1)
    assert rested(rig, 1_234).press().weight_g == 1_234


@pytest.mark.parametrize("name", ALL)
def test_a_line_that_talks_nonsense_for_ever_costs_no_memory(name):
    rig = RIGS[name]()
    rig.run(0.5)
    rig.simulator.is_on = False
    for _ in range(200):
        rig.cable.device.write(bytes(range(1, 256)) * 4)
        rig.run(TURN_S)
    parser = rig.worker._driver._parser
    inner = getattr(parser, "_parser", parser)
    assert len(inner._pending) <= 64
    assert isinstance(rig.press(), NotWeighed)
