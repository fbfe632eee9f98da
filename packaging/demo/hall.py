"""What a member does at the kiosk in the scripted day: card down, notes in, waiting money taken."""

import time

from album import Album
from bench_hands import BenchHands
from hands import Hands
from stage import DemoFailed, Stage
from till import SETTLES_S

from onecard.text import Translator


class Hall:
    """The kiosk's window and whoever stands there."""

    def __init__(self, stage: Stage, bench: BenchHands, album: Album) -> None:
        self.bench, self._album = bench, album
        self.tr = Translator("zh")
        self.kiosk = Hands("kiosk", stage.panels["kiosk"].display or "", stage.map_of("kiosk"), stage.check)

    def _leave_kiosk(self) -> None:
        """Press the end, as a hurried person does, and take the card."""
        if "end" in self.kiosk.seen()["widgets"]:
            self.kiosk.touch("end")
        self.bench.take("kiosk")
        self.kiosk.until_screen("home", "attract", seconds=40)

    def notes(self, uid: str) -> None:
        paper = self.bench.receipts("kiosk")
        self.kiosk.until_screen("home", "attract", seconds=40)
        if "wake" in self.kiosk.seen()["widgets"]:
            self.kiosk.touch("wake")
        self.kiosk.until_screen("home")
        self._album.keep(self.kiosk, "home")
        self.bench.put("kiosk", uid)
        self.kiosk.until_screen("balance")
        self._album.keep(self.kiosk, "balance")
        self.kiosk.touch("cash")
        self.kiosk.until_screen("cash")
        for fen in (5_000, 2_000):
            self.bench.feed(fen)
        self.bench.feed(50, "coins")
        self.kiosk.until_text("70.50")
        self._album.keep(self.kiosk, "cash")
        self.kiosk.touch("finish")
        self.kiosk.until_screen("result", seconds=30)
        self._album.keep(self.kiosk, "cash-result")
        self.bench.printed("kiosk", paper)
        self._album.paper("kiosk-receipt", self.bench.receipt("kiosk"))
        self._leave_kiosk()

    def money_comes_back(self, uid: str) -> None:
        """The kiosk sees the card, so the office knows how the torn tap ended; its money is loaded here."""
        until, asking = time.monotonic() + SETTLES_S, self.tr("common.loading")
        while True:
            self.bench.put("kiosk", uid)
            self.kiosk.until_screen("balance")
            seen = self.kiosk.until("the office's word", lambda seen: asking not in seen["texts"])
            if "load" in seen["widgets"]:
                break
            if time.monotonic() > until:
                raise DemoFailed(f"no waiting money at the kiosk: {self.kiosk.words()}")
            self._leave_kiosk()
            time.sleep(0.5)  # what waits comes with the kiosk's next exchange, every second
        self._album.keep(self.kiosk, "money-waiting")
        self.kiosk.touch("load")
        self.kiosk.until_screen("result", seconds=30)
        self._album.keep(self.kiosk, "money-loaded")
        self._leave_kiosk()
