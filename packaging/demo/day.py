"""The scripted day: what people do from sign-on to Z, through real windows, wire, cards and notes.

Each step waits for what a person would wait for and keeps a picture. The first thing that is not as it should
be ends the day with a ``DemoFailed`` that says what was on the screen instead.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from bench_hands import BenchHands
from hands import Hands
from stage import DemoFailed, Stage

from onecard.text import Translator

Phase = Callable[[str], AbstractContextManager[None]]
PIN, BOSS_PIN = "135790", "971357"
_SETTLES_S = 40.0


class Day:
    """Two windows, one bench, and the number of the next picture."""

    def __init__(self, stage: Stage, build: Path) -> None:
        self.stage = stage
        self.bench = BenchHands(stage.plugged["page"])
        self.tr = Translator("zh")
        screens = {name: panel.display or "" for name, panel in stage.panels.items()}
        self.pos = Hands("pos", screens["pos"], stage.map_of("pos"), stage.check)
        self.kiosk = Hands("kiosk", screens["kiosk"], stage.map_of("kiosk"), stage.check)
        self._build = build
        self._shots = 0
        for old in build.glob("[0-9][0-9]-*.png"):
            old.unlink()

    def keep(self, hands: Hands, what: str) -> None:
        """A picture of the window as it is now."""
        self._shots += 1
        time.sleep(0.25)
        hands.picture(self._build / f"{self._shots:02d}-{hands.name}-{what}.png")

    # ---- the POS

    def sign_on(self) -> None:
        self.pos.until_screen("sign_on", seconds=40)
        self.pos.until_tag("operator-2", seconds=40)
        names = self.pos.seen()["widgets"]
        tag = next(tag for tag in names if tag.startswith("operator-") and "张敏" in names[tag]["text"])
        self.pos.touch(tag)
        # Once on the tile, once above the pad: the PIN that is typed now is hers.
        self.pos.until("张敏 chosen", lambda seen: seen["texts"].count("张敏") >= 2)
        self.pos.type(PIN)
        self.keep(self.pos, "sign-on")
        self.pos.key("Return")
        self.pos.until_screen("shift")
        self.pos.type("200")
        self.keep(self.pos, "shift-open")
        self.pos.key("Return")
        self.pos.until_screen("sell")

    def issue(self) -> str:
        """A new member, a blank medium, ￥100 on it; returns the UID."""
        uid = self.bench.card("blank")
        paper = self.bench.receipts("pos")
        self.pos.key("F9")
        self.pos.until_screen("desk")
        self.pos.key("F2")
        self.pos.until_screen("issue")
        self.pos.touch("new")
        self.pos.touch("name")
        self.pos.type("Chen Hao")
        self.keep(self.pos, "issue-member")
        self.pos.key("Return")
        self.pos.until_tag("key-00")
        self.pos.type("100")
        self.keep(self.pos, "issue-amount")
        self.pos.key("Return")
        self.pos.until_tag("tap-escape")
        self.bench.put("pos", uid)
        self.pos.until_text(self.tr("pos.tap.done.issue"))
        self.keep(self.pos, "issued")
        self.bench.take("pos")
        self._printed("pos", paper)
        self._back_to_sell()
        return uid

    def _back_to_sell(self) -> None:
        for _ in range(6):
            if self.pos.seen()["screen"] == "sell" and "sell" in self.pos.seen()["widgets"]:
                return
            self.pos.key("Escape")
            time.sleep(0.4)
        self.pos.until_screen("sell")

    def _printed(self, printer: str, before: int) -> None:
        until = time.monotonic() + 15
        while self.bench.receipts(printer) <= before:
            if time.monotonic() > until:
                raise DemoFailed(f"no receipt came out of the printer of the {printer}")
            time.sleep(0.1)

    def ring(self, amount: str) -> None:
        """Type an amount and ask for the card."""
        self.pos.until_tag("sell", 20)
        self.pos.type(amount)
        self.pos.key("Return")
        self.pos.until_tag("tap-escape")

    def sale(self, uid: str, amount: str, what: str) -> None:
        paper = self.bench.receipts("pos")
        self.ring(amount)
        if what == "sale":
            self.keep(self.pos, "tap-ready")
        self.bench.put("pos", uid)
        self.pos.until_text(self.tr("pos.tap.done.sale"))
        self.keep(self.pos, what)
        self.bench.take("pos")
        self._printed("pos", paper)
        if what == "sale":
            (self._build / f"{self._shots:02d}-receipt.png").write_bytes(self.bench.receipt("pos"))
        self.pos.until_tag("sell")

    def sale_without_server(self, uid: str) -> None:
        self.stage.stop_server()
        self.pos.until_text("脱机", seconds=30)
        self.sale(uid, "8", "sale-offline")
        self.stage.start_server()
        self.settled()

    def settled(self) -> None:
        """Everything that the stations wrote has reached the server."""
        self.pos.until_text("在线", "0 笔待传", seconds=_SETTLES_S)

    def torn_then_completed(self, uid: str) -> None:
        self.ring("6.5")
        self.bench.put("pos", uid, tear="half")
        self.pos.until_text(self.tr("common.tap.retap"))
        self.keep(self.pos, "put-same-card-back")
        self.bench.put("pos", uid)
        self.pos.until_text(self.tr("pos.tap.done.sale"))
        self.keep(self.pos, "completed-by-retap")
        self.bench.take("pos")
        self.pos.until_tag("sell")

    def torn_then_aside(self, uid: str) -> None:
        """The card carries the sale, but nobody here saw it: aside, then given up by a supervisor."""
        self.ring("9.9")
        self.bench.put("pos", uid, tear="after")
        self.pos.until_text(self.tr("common.tap.retap"))
        self.pos.until_text(self.tr("pos.tap.aside.sale"), seconds=30)
        self.keep(self.pos, "set-aside")
        self.pos.key("Return")
        self.pos.until_tag("sell")
        self.pos.key("F4")
        self.pos.until_screen("aside")
        self.pos.touch("give-up")
        self.pos.until_tag("override-yes")
        self.pos.type(BOSS_PIN)
        self.keep(self.pos, "supervisor")
        self.pos.key("Return")
        self.pos.until(
            "no tap aside",
            lambda seen: "give-up" not in seen["widgets"] or not seen["widgets"]["give-up"]["enabled"],
        )
        self._back_to_sell()
        self.settled()

    def void(self, uid: str) -> None:
        paper = self.bench.receipts("pos")
        self.pos.key("F2")
        self.pos.until_screen("void")
        self.keep(self.pos, "void-list")
        self.pos.key("Return")
        self.pos.until_tag("override-yes")
        self.pos.type(BOSS_PIN)
        self.pos.key("Return")
        self.pos.until_tag("tap-escape")
        self.bench.put("pos", uid)
        self.pos.until_text(self.tr("pos.tap.done.void"))
        self.keep(self.pos, "voided")
        self.bench.take("pos")
        self._printed("pos", paper)
        time.sleep(0.5)
        self._back_to_sell()

    def query(self, uid: str) -> None:
        self.pos.key("F1")
        self.bench.put("pos", uid)
        self.pos.until_screen("query")
        time.sleep(1.0)
        self.keep(self.pos, "query")
        self.bench.take("pos")
        self._back_to_sell()

    def loss_then_refusal(self, uid: str) -> None:
        self.pos.key("F9")
        self.pos.until_screen("desk")
        self.pos.key("F4")
        self.pos.until_screen("loss")
        time.sleep(0.5)
        self.pos.type("Chen")
        self.pos.key("Return")
        self.pos.until_text("Chen Hao")
        self.pos.key("Return")
        self.pos.until_text(self.tr("desk.loss.sure"))
        self.keep(self.pos, "loss-sure")
        self.pos.key("F4")
        self.pos.until_text(self.tr("desk.loss.done"))
        self.keep(self.pos, "loss-done")
        self._back_to_sell()
        time.sleep(3)  # the stop list comes with the next exchange, every 2 s
        self.ring("5")
        self.bench.put("pos", uid)
        self.pos.until_text(self.tr("common.tap.refused"), "5.00")
        self.keep(self.pos, "refused-lost-card")
        self.bench.take("pos")
        self._back_to_sell()

    def z(self) -> None:
        paper = self.bench.receipts("pos")
        self.pos.key("F12")
        self.pos.until_screen("shift")
        self.keep(self.pos, "x")
        self.pos.touch("z")
        self.pos.until_tag("key-00")
        self.pos.type("300")
        self.keep(self.pos, "blind-count")
        self.pos.key("Return")
        time.sleep(1.0)
        self.keep(self.pos, "z-sure")
        self.pos.key("Return")
        self._printed("pos", paper)
        self.keep(self.pos, "z")
        (self._build / f"{self._shots:02d}-z-receipt.png").write_bytes(self.bench.receipt("pos"))
        self.settled()

    # ---- the kiosk

    def _leave_kiosk(self) -> None:
        """Press the end, as a hurried person does, and take the card."""
        if "end" in self.kiosk.seen()["widgets"]:
            self.kiosk.touch("end")
        self.bench.take("kiosk")
        self.kiosk.until_screen("home", seconds=40)

    def notes(self, uid: str) -> None:
        paper = self.bench.receipts("kiosk")
        self.kiosk.until_screen("home", seconds=40)
        self.keep(self.kiosk, "home")
        self.bench.put("kiosk", uid)
        self.kiosk.until_screen("balance")
        self.keep(self.kiosk, "balance")
        self.kiosk.touch("cash")
        self.kiosk.until_screen("cash")
        for yuan in (50, 20):
            self.bench.feed(yuan)
        self.kiosk.until_text("70.00")
        self.keep(self.kiosk, "cash")
        self.kiosk.touch("finish")
        self.kiosk.until_screen("result", seconds=30)
        self.keep(self.kiosk, "cash-result")
        self._printed("kiosk", paper)
        (self._build / f"{self._shots:02d}-kiosk-receipt.png").write_bytes(self.bench.receipt("kiosk"))
        self._leave_kiosk()

    def money_comes_back(self, uid: str) -> None:
        """The kiosk sees the card, so the office knows how the torn tap ended; its money is loaded here."""
        until = time.monotonic() + _SETTLES_S
        while True:
            self.bench.put("kiosk", uid)
            self.kiosk.until_screen("balance")
            time.sleep(1.5)
            if "load" in self.kiosk.seen()["widgets"]:
                break
            if time.monotonic() > until:
                raise DemoFailed(f"no waiting money at the kiosk: {self.kiosk.words()}")
            self._leave_kiosk()
            time.sleep(2)
        self.keep(self.kiosk, "money-waiting")
        self.kiosk.touch("load")
        self.kiosk.until_screen("result", seconds=30)
        self.keep(self.kiosk, "money-loaded")
        self._leave_kiosk()


def play(stage: Stage, build: Path, phase: Phase) -> None:
    """The day, step by step."""
    day = Day(stage, build)
    with phase("sign on, open the shift"):
        day.sign_on()
    with phase("issue a card"):
        uid = day.issue()
    with phase("load notes at the kiosk"):
        day.notes(uid)
    with phase("ring a sale"):
        day.sale(uid, "12.5", "sale")
    with phase("ring a sale with the server stopped"):
        day.sale_without_server(uid)
    with phase("a torn tap, completed by the same card"):
        day.torn_then_completed(uid)
    with phase("void it"):
        day.void(uid)
    with phase("a torn tap, set aside and given up"):
        day.torn_then_aside(uid)
    with phase("its money comes back at the kiosk"):
        day.money_comes_back(uid)
    with phase("query"):
        day.query(uid)
    with phase("report the loss, refuse the card"):
        day.loss_then_refusal(uid)
    with phase("close the shift"):
        day.z()


def tie_out(data: Path) -> int:
    """Check the books with the server's own command; how many entries they hold."""
    done = subprocess.run(
        [sys.executable, "-m", "server", "--data", str(data / "server"), "reconcile"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"(\d+) entries, books tie out", done.stdout)
    if done.returncode or found is None:
        raise DemoFailed(f"the books do not tie out:\n{done.stdout}{done.stderr}")
    return int(found[1])
