"""The kiosk's screens in a real window under a virtual display, before the real server, clicked from outside.

A program of its own (``python -m tests.kiosk.outside FOLDER``) that is told line by line what happens around
it and where somebody looks for a key; it never presses one itself. Time is false and goes on with the frames.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.kiosk.hall import PIN, Hall
from tests.server.office import Office

#: False seconds at each turn of the window.
STEP_S = 0.25


class Outside:
    """``words`` are read from one line each; every one of them is answered with one line."""

    def __init__(self, hall: Hall, glass: Any, stop: Callable[[], None]) -> None:
        self.hall, self.glass, self._stop = hall, glass, stop
        from tests.kiosk.test_code_journey import Phone

        self.phone = Phone(hall)
        member = hall.member("王小明")
        self.cards = {"member": hall.card(1_000, member), "other": hall.card(5_000, hall.member("李雷"))}
        self.lost = hall.last_card
        self.cards["attendant"] = hall.attendant()
        hall.subsidy(member, 30_000)
        hall.sync()
        self.clicks, self._wanted, self._at = 0, "", (0.0, 0.0)
        self._unread = b""
        os.set_blocking(0, False)

    def turn(self, _: float) -> None:
        """A frame: time passes, and whoever stands outside is heard and answered."""
        hall = self.hall
        hall.run(STEP_S)
        runtime = hall.office.runtime
        hall.office.run(runtime.clerk.turn(runtime.terms.types))
        self.glass.draw()
        if len(self.glass.said) < self.clicks:
            return  # a click is on its way: what comes after it must not overtake it
        if self._wanted:
            self._look()
            return
        try:
            self._unread += os.read(0, 4096)
        except BlockingIOError:
            return
        line, found, rest = self._unread.partition(b"\n")
        if found:
            self._unread = rest
            self._told(*line.decode().split())

    def _told(self, verb: str, what: str = "") -> None:
        if verb in ("find", "until"):
            self._wanted = f"{verb} {what}"
            return
        if verb == "put":
            self.hall.put(self.cards[what])
        elif verb == "lift":
            self.hall.lift()
        elif verb == "note":
            assert self.hall.simulator.insert(int(what))
        elif verb == "pay":
            self.phone.pay()
        elif verb == "end":
            self._end()
        self._say({})

    def _look(self) -> None:
        """Until it is there, and has stood still for a frame."""
        verb, _, what = self._wanted.partition(" ")
        if verb == "until":
            if self.glass.navigator.name == what and self._is_open(what):
                self._wanted = ""
                self._say({})
            return
        widget = self.glass.target(what)
        at = (0.0, 0.0) if widget is None else widget.to_window(*widget.center)
        if widget is not None and at == self._at:
            self._wanted = ""
            self.clicks += 1
            self._say({"x": round(at[0]), "y": round(self.glass.window.height - at[1])})
        self._at = at

    def _is_open(self, screen: str) -> bool:
        return screen != "cash" or self.hall.simulator.takes_notes

    def _end(self) -> None:
        from tests.kiosk.test_collect_journey import main_fen
        from tests.kiosk.test_service_journey import stopped
        from tests.onlooker import words

        hall = self.hall
        hall.sync()
        self._say(
            {
                "papers": [words(one) for one in hall.papers],
                "fen": {kind: [abs(one.fen) for one in hall.entries(kind)]
                        for kind in ("subsidy", "recharge", "collect_cash")},
                "card": main_fen(self.cards["member"]),
                "stopped": stopped(hall, self.lost),
                "wrong": [str(one) for one in hall.books_agree()],
                "pressed": len(self.glass.said),
            }
        )  # fmt: skip
        self._stop()

    def _say(self, words: dict[str, Any]) -> None:
        print(json.dumps(words, ensure_ascii=False), flush=True)


def main(folder: Path) -> None:
    from onecard.ui import kivy_setup

    kivy_setup.prepare("1080x1920")
    from kivy.base import runTouchApp, stopTouchApp
    from kivy.clock import Clock
    from kivy.core.window import Window
    from kivy.uix.floatlayout import FloatLayout

    from kiosk.scenery import Scenery
    from onecard.ui.style import style
    from tests.kiosk.test_touch_walk import KioskGlass

    style.apply(theme="light", px_per_mm=4.0, type_scale=1.0)
    first = Office(folder / "first")
    first.close()
    assert first.first is not None
    hall = Hall(folder, (folder / "first", first.first))
    glass = KioskGlass(Window)
    glass.pad, glass.navigator.size, glass.person = "pad:", (1080, 1920), hall
    glass.scenery = Scenery(glass.navigator, send=glass.heard)
    root = FloatLayout()
    root.add_widget(glass.navigator)
    outside = Outside(hall, glass, stopTouchApp)
    Clock.schedule_interval(outside.turn, 0)
    runTouchApp(root)
    hall.close()
    sys.stdout.flush()
    os._exit(0)


__all__ = ["PIN", "main"]

if __name__ == "__main__":
    main(Path(sys.argv[1]))
