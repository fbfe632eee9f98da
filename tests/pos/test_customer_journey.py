"""Goal: the customer sees what is rung, due and left, and nobody sees a name or a balance for long.

Method: the till's own flow says what its other side shows; a process reads the window's pipe slowly.
"""

import os
import subprocess
import sys
import time

import msgspec
import pytest
from msgspec.structs import replace

from onecard import money
from onecard.clock import SystemClock
from onecard.devices.displays.text import cells
from onecard.settings import POS, STATION, Settings
from onecard.wire import messages as m
from pos.presenters.customer import CustomerView
from pos.second import Lines, SecondWindow
from tests.onecard.terminal.stand import CARD_TYPE
from tests.onecard.terminal.test_rules import card
from tests.pos.rig import make_plastic


@pytest.fixture
def seen(rig):
    """Everything that the customer's window was told, the newest last; and the pole display's faces."""
    views: list[CustomerView] = []
    rig.faces = []
    rig.flow.customer = views.append
    rig.till.counter.show = rig.faces.append  # type: ignore[method-assign]
    rig.flow.show()
    return views


def test_items_total_name_and_balance_for_three_seconds(rig, seen, plastic) -> None:
    # F: C5
    assert seen[-1].look == "welcome"
    rig.keys("product:1 2 * product:3")
    assert seen[-1].lines == (("米饭", "1 × 1.00", "1.00"), ("红烧肉", "2 × 8.00", "16.00"))
    assert seen[-1].total == "￥17.00"
    assert (rig.faces[-1].upper.text, rig.faces[-1].upper.right) == ("红烧肉", "16.00")
    assert rig.faces[-1].lower.right == "17.00"
    rig.keys("enter")
    assert (seen[-1].look, seen[-1].total) == ("ready", "￥17.00")
    rig.tap(plastic)
    assert (seen[-1].look, seen[-1].note, seen[-1].facts) == ("ok", "王*明", (("余额", "￥83.00"),))
    assert rig.faces[-1].lower.plain == "BALANCE"
    rig.wait(3.25)
    assert seen[-1].facts == ()
    assert seen[-1].note == ""
    rig.wait(2)
    assert seen[-1].look == "welcome"
    assert "83.00" not in str(rig.faces[-1])


def test_what_is_paid_for_stays_in_sight_until_it_is_paid(rig, seen, plastic) -> None:
    # F: C5
    rig.keys("product:1 2 * product:3 enter")
    wanted = (("米饭", "1 × 1.00", "1.00"), ("红烧肉", "2 × 8.00", "16.00"))
    assert (seen[-1].look, seen[-1].lines, seen[-1].total) == ("ready", wanted, "￥17.00")
    plastic.tear_at(14)
    rig.tap(plastic)
    assert (seen[-1].look, seen[-1].lines) == ("retap", wanted)
    rig.tap(plastic)
    assert (seen[-1].look, seen[-1].lines) == ("ok", ())
    rig.keys("escape 5 enter")
    assert (seen[-1].look, seen[-1].lines) == ("ready", ())  # a bare amount says no more than the total


@pytest.mark.parametrize("gift", [2_000, 1_000])
def test_what_was_given_stands_apart_from_money_wherever_the_balance_is_told(rig, seen, gift) -> None:
    # F: C4 C5
    wallets = tuple(m.WalletTerms(wallet=name) for name in ("gift", "main"))
    rig.stand.receive(rig.stand.office.types(replace(CARD_TYPE, wallets=wallets)))
    rig.keys("10 enter")
    rig.tap(card(main=10_000, gift=gift))
    left = money.show(gift - 1_000)
    assert rig.overlay.detail == f"余额 ￥100.00 · 赠送 {left}"
    assert seen[-1].facts == (("余额", "￥100.00"), ("赠送", left))
    assert [(one.upper.right, one.lower.right) for one in rig.faces[-1:]] == [("10.00", "100.00")]
    assert rig.view.last_detail.endswith(f"余额 ￥100.00 · 赠送 {left}")


def test_a_members_price_is_what_customer_and_cashier_see_as_paid(rig, seen, plastic) -> None:
    # F: C4 C5
    rig.stand.receive(rig.stand.office.types(replace(CARD_TYPE, discounts=(m.Discount(off=1_000),))))
    rig.keys("10 enter")
    assert seen[-1].total == "￥10.00"
    rig.tap(plastic)
    assert (seen[-1].total, rig.overlay.amount) == ("￥9.00", "￥9.00")


def test_a_pole_without_chinese_letters_never_shows_question_marks(rig, seen, plastic) -> None:
    # F: C5
    rig.keys("12.5")
    rig.keys("enter")
    rig.tap(plastic)
    rig.wait(6)
    shown = [[cells(row).split() for row in (face.upper, face.lower)] for face in rig.faces]
    assert shown[0][0] == ["TOTAL"]
    assert shown[-1] == [["WELCOME"], []]
    assert "?" not in str(shown)


def test_a_refused_card_says_why_in_the_members_words(rig, seen) -> None:
    rig.keys("12.5 enter")
    rig.put(make_plastic(300))
    assert seen[-1].look == "refused"
    assert "￥3.00" in seen[-1].note


def test_cash_shows_what_was_given_and_the_change(rig, seen) -> None:
    # F: C4 C5
    rig.keys("12.5 f6 note:20")
    assert seen[-1].total == "￥12.50"
    assert seen[-1].facts == (("实收", "￥20.00"), ("找零", "￥7.50"))
    assert rig.faces[-1].lower.plain == "CHANGE"


def test_nothing_of_a_supervisors_card_is_shown(rig, seen, plastic) -> None:
    rig.keys("5 enter")
    rig.tap(plastic)
    rig.keys("escape f2 enter")
    assert rig.overlay is not None
    assert seen[-1].look == "welcome"


def settings() -> Settings:
    return Settings.of((*STATION, *POS), {"second.width": 800})


def test_views_arrive_and_the_newest_counts(tmp_path) -> None:
    """The other end says on its own output what it saw last."""
    out = tmp_path / "seen"
    code = (
        "import sys,time,pathlib; from pos.second import Lines; lines=Lines(0); last=None\n"
        "while not lines.is_closed:\n"
        "    last=lines.newest() or last\n    time.sleep(.01)\n"
        f"pathlib.Path({str(out)!r}).write_text(last.total)"
    )
    window = SecondWindow(settings(), SystemClock(), program=[sys.executable, "-c", code])
    for number in range(500):
        window.show(CustomerView(look="bill", total=f"￥{number}.00"))
    began = time.process_time()
    for _ in range(200):
        window.show(CustomerView(look="bill", total="￥499.00"))
        time.sleep(0.01)
        if window._rest == window._next == b"":
            break
    window._process.stdin.close()  # type: ignore[union-attr]
    window._process.wait(30)  # type: ignore[union-attr]
    assert out.read_text() == "￥499.00"
    assert time.process_time() - began < 2


def test_a_window_that_reads_nothing_holds_nobody_up() -> None:
    window = SecondWindow(
        settings(), SystemClock(), program=[sys.executable, "-c", "import time; time.sleep(60)"]
    )
    big = tuple(("红烧肉" * 10, "1 × 8.00", "8.00") for _ in range(6))
    for number in range(500):
        newest = CustomerView(look="bill", total=f"￥{number}.00", lines=big)
        window.show(newest)
    hung = window._process
    assert hung is not None
    assert hung.poll() is None, "it has to hang until here"
    # The pipe is full; of all that came since, the till keeps the newest alone.
    assert window._rest
    assert msgspec.json.decode(window._next, type=CustomerView) == newest
    hung.kill()
    hung.wait()
    window.show(CustomerView())  # it is gone, and no new one is opened for a while
    assert window._process is hung
    window.stop()
    assert window._process is None


def test_garbage_in_the_pipe_is_passed_over(tmp_path) -> None:
    path = tmp_path / "pipe"
    good = msgspec.json.encode(CustomerView(look="bill", total="￥1.00"))
    path.write_bytes(b"\xff\n{}x\n" + good + b"\n{half")
    with path.open("rb") as file:
        lines = Lines(file.fileno())
        assert lines.newest() == CustomerView(look="bill", total="￥1.00")
        assert lines.newest() is None


@pytest.mark.window
def test_the_window_opens_shows_what_it_is_told_and_ends_with_the_till() -> None:
    """F: C5: off screen, in a process of its own, as the till starts it."""
    program = [sys.executable, "-m", "pos.second", "--width", "800", "--height", "480"]
    program += ["--left", "0", "--top", "0", "--px_per_cm", "40"]
    told = CustomerView(
        look="ok", title="谢谢", total="￥12.50", note="王*明", facts=(("余额", "￥1.00"),) * 3
    )
    outside = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    ended = subprocess.run(
        program,
        input=msgspec.json.encode(told) + b"\n",
        env=outside,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr.decode()[-2_000:]
