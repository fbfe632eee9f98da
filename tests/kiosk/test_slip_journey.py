"""Goal: cash that its card can never take comes out as a slip by itself, and no power cut swallows its code.

Method: a visit whose card is replaced meanwhile; the power goes at each step of slip and collection. F: D3 D7
"""

from pathlib import Path

import pytest

from kiosk import meter
from kiosk.collection import Count
from kiosk.slips import NAME
from onecard.devices.printers import PrinterState
from onecard.wire import messages as m
from onecard.wire.cash import claim_digest
from tests.kiosk.rig import SERIAL, Rig
from tests.onecard.terminal.stand import CARD, make_plastic

ATTENDANT = m.Operator(operator=5, login="a", name="A", verifier="", until=0)


class Died(BaseException):
    """The mains went."""


@pytest.fixture
def rig(tmp_path):
    rig = Rig(tmp_path)
    yield rig
    rig.close()


def feed(rig: Rig, reason: str = "replaced") -> None:
    """￥50 are in, and the office has replaced the card meanwhile."""
    rig.to_cash(make_plastic(8_750))
    rig.insert(5_000)
    rig.stand.receive(rig.stand.office.stops((CARD, 1, reason)))


def code_of(paper) -> str:
    return next(part.right for part in paper.parts if len(getattr(part, "right", "")) == 8 and part.size == 2)


def check(rig: Rig, papers: int = 1) -> None:
    """One claim for all of it, and a paper whose code fits."""
    (claim,) = rig.bodies(m.Claim)
    assert (claim.amount_fen, len(rig.bodies(m.Waiting))) == (5_000, 0)
    slips = [paper for paper in rig.papers if paper.id == str(claim.id)]
    assert len(slips) == papers
    assert claim.digest == claim_digest(claim.id, code_of(slips[-1]))
    assert rig.stand.station.free_credits() == []
    assert not (rig.stand.folder / NAME).exists()


def test_a_slip_comes_out_when_the_card_was_replaced_meanwhile(rig):
    # F: D3
    feed(rig)
    rig.press("finish")
    rig.until_screen("result")
    assert rig.view.title == "请取走取款凭条"
    assert "前台领取现金" in rig.view.detail
    check(rig)


@pytest.mark.parametrize(
    ("reason", "printer"), [("lost", PrinterState.OK), ("replaced", PrinterState.PAPER_OUT)]
)
def test_without_paper_or_for_a_card_that_may_come_back_the_money_waits(rig, reason, printer):
    feed(rig, reason)
    rig.booth.printer = rig.printer = printer
    rig.press("finish")
    rig.until_screen("result")
    assert rig.bodies(m.Claim) == []
    assert [one.amount_fen for one in rig.bodies(m.Waiting)] == [5_000]


@pytest.mark.parametrize("step", ["kept", "written", "printed"])
def test_the_power_goes_while_a_slip_is_made(rig, monkeypatch, step):
    # F: D3
    feed(rig)
    front = rig.stand.station.front_desk
    claim = front.claim

    def written(*args):
        if step == "kept":
            raise Died
        made = claim(*args)
        if step == "written":
            raise Died
        return made

    def unseen(document, then):
        rig.papers.append(document)
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(front, "claim", written)
        if step == "printed":
            patched.setattr(rig, "print", unseen)
        with pytest.raises(Died):
            rig.press("finish")
            rig.run(20)
    rig.restart()
    rig.run(1)
    if step == "kept":  # it never was a slip: the money waits, and the code is forgotten
        assert rig.bodies(m.Claim) == []
        assert [one.amount_fen for one in rig.bodies(m.Waiting)] == [5_000]
        assert not (rig.stand.folder / NAME).exists()
        return
    check(rig, papers=2 if step == "printed" else 1)


def test_a_slip_whose_printer_cannot_say_is_kept_for_the_attendant_alone(rig):
    """Its code is on the paper, or it would be nowhere. F: D3"""
    feed(rig)
    rig.printer = PrinterState.UNKNOWN
    rig.press("finish")
    rig.until_screen("result")
    assert rig.view.paper.text == rig.booth.tr("kiosk.result.check_paper")
    assert (rig.stand.folder / NAME).exists()
    rig.restart()
    rig.printer = PrinterState.OK
    rig.run(1)
    assert rig.papers == []  # whoever passes by gets nothing
    attendant = rig.flow.areas["attendant"]
    attendant.begin()
    assert attendant.slip_fen == 5_000
    attendant._claim()
    rig.run(1)
    check(rig)


def test_a_printer_that_never_says_anything_stops_no_slip_and_loses_none(rig):
    """F: D3"""
    rig.printer = PrinterState.UNKNOWN
    for count in (1, 2, 3):
        feed(rig)
        rig.press("finish")
        rig.until_screen("result")
        assert len(rig.bodies(m.Claim)) == count
        rig.lift()
        rig.press("end")
        rig.stand.receive(rig.stand.office.stops())
    assert rig.bodies(m.Waiting) == []
    rig.printer = PrinterState.OK
    attendant = rig.flow.areas["attendant"]
    attendant.begin()
    while attendant.slip_fen:
        attendant._claim()
    rig.run(1)
    assert [paper.id for paper in rig.papers] == [str(one.id) for one in rig.bodies(m.Claim)]
    assert not (rig.stand.folder / NAME).exists()


def test_a_disk_that_gives_no_file_away_stops_no_kiosk(rig, monkeypatch):
    """What cannot be removed is printed once more. F: D3"""
    feed(rig)

    def read_only(*_args, **_kept):
        raise OSError("read-only")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", lambda path, **kept: read_only() if path.name == NAME else None)
        rig.press("finish")
        rig.until_screen("result")
    assert (rig.stand.folder / NAME).exists()
    rig.restart()
    rig.run(1)
    check(rig, papers=2)


@pytest.mark.parametrize("first", [True, False])
def test_the_power_goes_between_a_collection_and_its_meter(rig, monkeypatch, first):
    # F: D7
    def collect() -> None:
        rig.to_cash(make_plastic(1_000))
        rig.insert(1_000)
        rig.press("finish")
        rig.until_screen("result")
        rig.lift()
        rig.press("end")
        Count(rig.booth.boxes[0]).write(
            rig.booth, m.Operator(operator=5, login="a", name="A", verifier="", until=0)
        )

    def ever() -> int:
        now, last = meter.since_emptied(rig.stand.journal, SERIAL)
        return (now + meter.before(rig.stand.station.upkeep.own.values, last))[1_000]

    if not first:
        collect()
    with monkeypatch.context() as patched:

        def dies(*_args):
            raise Died

        patched.setattr(rig.stand.station.upkeep, "set_own", dies)
        with pytest.raises(Died):
            collect()
    rig.restart()
    assert ever() == (1 if first else 2)
    collect()
    assert ever() == (2 if first else 3)
