"""What people do at the till and the front desk in the scripted day: keys, touches, cards, money drawer.

Each step waits for what a person would wait for; what is not as it should be is a ``DemoFailed`` that says
what was on the screen instead.
"""

import sqlite3
import time

from album import Album
from bench_hands import BenchHands
from hands import Hands
from stage import DemoFailed, Stage

from onecard.text import Translator
from pos.checkout import BOUNCE_S

PIN, BOSS_PIN = "135790", "971357"
SETTLES_S = 40.0


class Till:
    """The POS window and who works at it."""

    def __init__(self, stage: Stage, bench: BenchHands, album: Album) -> None:
        self.stage, self.bench, self._album = stage, bench, album
        self.tr = Translator("zh")
        self.pos = Hands("pos", stage.panels["pos"].display or "", stage.map_of("pos"), stage.check)

    def sign_on(self) -> None:
        self.pos.until_screen("sign_on", seconds=40)
        self.pos.until_tag("operator-2", seconds=40)
        names = self.pos.seen()["widgets"]
        tag = next(tag for tag in names if tag.startswith("operator-") and "张敏" in names[tag]["text"])
        self.pos.touch(tag)
        # Once on the tile, once above the pad: the PIN that is typed now is hers.
        self.pos.until("张敏 chosen", lambda seen: seen["texts"].count("张敏") >= 2)
        self.pos.type(PIN)
        self._album.keep(self.pos, "sign-on")
        self.pos.key("Return")
        self.pos.until_screen("shift")
        self.pos.type("200")
        self._album.keep(self.pos, "shift-open", "200.00")
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
        self._album.keep(self.pos, "issue-member", "Chen Hao")
        self.pos.key("Return")
        self.pos.until_tag("key-00")
        self.pos.type("100")
        self._album.keep(self.pos, "issue-amount", "100.00")
        self.pos.key("Return")
        self.pos.until_tag("tap-escape")
        self.bench.put("pos", uid)
        self.pos.until_text(self.tr("pos.tap.done.issue"))
        self._album.keep(self.pos, "issued")
        self.bench.take("pos")
        self.bench.printed("pos", paper)
        self._back_to_sell()
        return uid

    def _back_to_sell(self) -> None:
        self.pos.escape_to("sell", "sell")

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
            self._album.keep(self.pos, "tap-ready")
        self.bench.put("pos", uid)
        self.pos.until_text(self.tr("pos.tap.done.sale"))
        self._album.keep(self.pos, what)
        self.bench.take("pos")
        self.bench.printed("pos", paper)
        if what == "sale":
            self._album.paper("receipt", self.bench.receipt("pos"))
        self.pos.until_tag("sell")

    def sale_without_server(self, uid: str) -> None:
        self.stage.stop_server()
        self.pos.until_text("脱机", seconds=30)
        self.sale(uid, "8", "sale-offline")
        self.stage.start_server()
        self.settled()

    def settled(self) -> None:
        """Everything that the stations wrote has reached the server."""
        self.pos.until_text("在线", "0 笔待传", seconds=SETTLES_S)

    def torn_then_completed(self, uid: str) -> None:
        self.ring("6.5")
        self.bench.put("pos", uid, tear="half")
        self.pos.until_text(self.tr("common.tap.retap"))
        self._album.keep(self.pos, "put-same-card-back")
        self.bench.put("pos", uid)
        self.pos.until_text(self.tr("pos.tap.done.sale"))
        self._album.keep(self.pos, "completed-by-retap")
        self.bench.take("pos")
        self.pos.until_tag("sell")

    def torn_then_aside(self, uid: str) -> None:
        """The card carries the sale, but nobody here saw it: aside, then given up by a supervisor."""
        self.ring("9.9")
        self.bench.put("pos", uid, tear="after")
        self.pos.until_text(self.tr("common.tap.retap"))
        self.pos.until_text(self.tr("pos.tap.aside.sale"), seconds=30)
        self._album.keep(self.pos, "set-aside")
        self.pos.key("Return")
        self.pos.until_tag("sell")
        self.pos.key("F4")
        self.pos.until_screen("aside")
        self.pos.touch("f6")
        self.pos.until_tag("override-yes")
        self.pos.type(BOSS_PIN)
        self._album.keep(self.pos, "supervisor")
        self.pos.key("Return")
        self.pos.until(
            "no tap aside",
            lambda seen: seen["screen"] != "aside" or not seen["widgets"].get("f6", {}).get("enabled"),
        )
        self._back_to_sell()
        self.settled()

    def void(self, uid: str) -> None:
        paper = self.bench.receipts("pos")
        self.pos.key("F2")
        self.pos.until_screen("void")
        self._album.keep(self.pos, "void-list")
        self.pos.key("Return")
        self.pos.until_tag("override-yes")
        self.pos.type(BOSS_PIN)
        self.pos.key("Return")
        self.pos.until_tag("tap-escape")
        self.bench.put("pos", uid)
        self.pos.until_text(self.tr("pos.tap.done.void"))
        self._album.keep(self.pos, "voided")
        self.bench.take("pos")
        self.bench.printed("pos", paper)
        self._back_to_sell()

    def query(self, uid: str) -> None:
        self.pos.key("F1")
        self.bench.put("pos", uid)
        self.pos.until_screen("query")
        as_of = self.tr("desk.query.as_of", at="").split()[0]
        self.pos.until_text(as_of)  # the office has answered
        self._album.keep(self.pos, "query")
        self.bench.take("pos")
        self._back_to_sell()

    def loss_then_refusal(self, uid: str) -> None:
        self.pos.key("F9")
        self.pos.until_screen("desk")
        self.pos.key("F4")
        self.pos.until_screen("loss")
        self.pos.until_tag("search")
        held = self._stop_list()
        self.pos.type("Chen")
        self.pos.key("Return")
        self.pos.until_text("Chen Hao")
        self.pos.key("Return")
        self.pos.until_text(self.tr("desk.loss.sure"))
        self._album.keep(self.pos, "loss-sure")
        self.pos.key("F4")
        self.pos.until_text(self.tr("desk.loss.done"))
        self._album.keep(self.pos, "loss-done")
        self._back_to_sell()
        self._until_stop_list_after(held)
        self.ring("5")
        self.bench.put("pos", uid)
        self.pos.until_text(self.tr("common.tap.refused"), "5.00")
        self._album.keep(self.pos, "refused-lost-card")
        self.bench.take("pos")
        self._back_to_sell()

    def _stop_list(self) -> int:
        """Version of the stop list on the till's own disk: nothing on its screen tells that it has come."""
        facts = self.stage.data / "pos" / "facts.db"
        db = sqlite3.connect(f"file:{facts}?mode=ro", uri=True)
        try:
            found = db.execute("SELECT version FROM held WHERE name = 'stops'").fetchone()
        finally:
            db.close()
        return 0 if found is None else int(found[0])

    def _until_stop_list_after(self, version: int) -> None:
        until = time.monotonic() + SETTLES_S
        while self._stop_list() <= version:
            if time.monotonic() > until:
                raise DemoFailed("the stop list with the lost card did not reach the till")
            time.sleep(0.05)

    def close_shift(self) -> None:
        paper = self.bench.receipts("pos")
        self.pos.key("F12")
        self.pos.until_screen("shift")
        self._album.keep(self.pos, "x")
        self.pos.touch("z")
        self.pos.until_tag("key-00")
        self.pos.type("300")
        self._album.keep(self.pos, "blind-count", "300.00")
        self.pos.key("Return")
        self.pos.until("the second look", lambda seen: "key-00" not in seen["widgets"])
        self._album.keep(self.pos, "z-sure")
        time.sleep(BOUNCE_S)  # who presses sooner pressed twice
        self.pos.key("Return")
        self.bench.printed("pos", paper)
        self._album.keep(self.pos, "z")
        self._album.paper("z-receipt", self.bench.receipt("pos"))
        self.settled()
