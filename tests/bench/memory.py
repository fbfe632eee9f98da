"""Bar ``memory``: what a till holds after 10,000 sales, a kiosk after 10,000 visits, and how fast it grows.

The real presenters, screens, core and card bytes in a window under Xvfb, without threads and without waiting:
time is false. Every screen comes up again and again; language and look change. ``BIG=1`` does all 10,000; the
plain run does 2,000 and only prints the growth, because so short a line says little about a slope.
A process each, because Kivy has one window per process.
"""

import gc
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from tests.bench.bar import Bar, at_most, figure

ROOT = Path(__file__).resolve().parents[2]
MOST_MB, MOST_MB_PER_HOUR = 250.0, 1.0
BIG = bool(os.environ.get("BIG"))
TIMES = 10_000 if BIG else 2_000
#: So many in an hour of the busiest kind: a sale each four seconds, a visit each half minute.
AN_HOUR = {"till": 900, "kiosk": 120}
#: Sizes are taken so often; growth is what the second half of them says.
_SIZES = 20
#: Without a graphics chip a frame takes ten times as long as all the rest: texts and layout follow at every
#: step, pixels at every so many.
_FRAME_EVERY = 60


def run() -> list[Bar]:
    bars = []
    with _screen("1920x1920") as display, ThreadPoolExecutor() as both:
        found = dict(zip(AN_HOUR, both.map(lambda name: _measured(name, display), AN_HOUR), strict=True))
    for name, sizes in found.items():
        hours = TIMES / 2 / AN_HOUR[name]
        growth = _slope(sizes[_SIZES // 2 :]) / hours
        bars.append(at_most(f"memory {name} at {TIMES:,}", max(sizes), "MB", MOST_MB))
        line = f"  growth of the {name}"
        bars.append(at_most(line, growth, "MB/h", MOST_MB_PER_HOUR) if BIG else figure(line, growth, "MB/h"))
    return bars


def _slope(sizes: list[float]) -> float:
    """What a straight line through them gains from the first to the last."""
    middle = (len(sizes) - 1) / 2
    mean = sum(sizes) / len(sizes)
    risen = sum((n - middle) * (size - mean) for n, size in enumerate(sizes))
    return risen / sum((n - middle) ** 2 for n in range(len(sizes))) * (len(sizes) - 1)


@contextmanager
def _screen(size: str) -> Iterator[str]:
    """A display on a number that nobody uses."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
        pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait(10)


def _measured(name: str, display: str) -> list[float]:
    with tempfile.TemporaryDirectory(prefix="onecard-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.memory", name, folder],
            cwd=ROOT, env=os.environ | {"DISPLAY": display, "SDL_AUDIODRIVER": "dummy"},
            capture_output=True, text=True, timeout=3600, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    sizes: list[float] = json.loads(done.stdout.splitlines()[-1])
    return sizes


# ---- in a process of its own -----------------------------------------------------------------------


def _size_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


class Window:
    """One window that is drawn when it is told to."""

    def __init__(self, panel: str) -> None:
        from onecard.ui import kivy_setup

        self.panel = kivy_setup.prepare(panel)
        from kivy.base import EventLoop, runTouchApp
        from kivy.clock import Clock

        from onecard.ui.navigator import Navigator
        from onecard.ui.style import style

        style.apply(theme="light", px_per_mm=self.panel.px_per_mm)
        self.navigator = Navigator()
        runTouchApp(self.navigator, embedded=True)
        Clock._max_fps = 0.0  # as fast as it goes
        self._idle: Callable[[], None] = EventLoop.idle
        self._clock: Any = Clock
        self._steps = 0

    def step(self) -> None:
        """Labels and layout follow what was shown; now and then it is drawn."""
        self._steps += 1
        if self._steps % _FRAME_EVERY == 0:
            self._idle()
        else:
            self._clock.tick()


def till(folder: Path) -> Iterator[None]:
    """Sales by amount and by bill; all other screens after 200 of them, another shift after 500."""
    from onecard.ui.style import style
    from onecard.wire import messages as m
    from pos.scenery import Scenery, product_keys
    from tests.onecard.terminal.stand import CARD
    from tests.pos.rig import MEMBER, Rig, make_plastic
    from tests.shots.pos_shots import DISHES

    window = Window("1280x800")
    scenery = Scenery(window.navigator, window.panel, send=lambda _: None, type_in=lambda _f, _t: None)

    class Till(Rig):
        def _shown(self, picture: Any) -> None:
            super()._shown(picture)
            scenery.show(picture)
            window.step()

        def look(self, *, language: str = "", theme: str = "") -> None:
            if theme:
                style.apply(theme=theme)

    columns, lines = product_keys(window.panel)
    rig = Till(folder, tiles=columns * lines)
    rig.stand.receive(rig.stand.office.document("catalogue", m.CatalogueDocument(products=DISHES)))
    rig.answers[m.FindMember] = m.Members(rows=(MEMBER,))
    cards = [make_plastic(98_000, uid=bytes([4, 0, 1, n]), card=CARD + n) for n in range(40)]
    rig.sign_on()
    for number in range(TIMES):
        rig.keys("product:1 2 * product:2 enter" if number % 5 == 0 else f"{number // 40 % 3 + 1} enter")
        rig.tap(cards[number % len(cards)])
        assert rig.overlay.look == "ok", rig.overlay
        rig.wait(0.25)
        if number % 200 == 0:
            rig.keys("escape f2 escape f4 escape f1 escape f9 f2")
            rig.type("search", "2024007")
            rig.keys("enter escape escape f3 5 escape f4 escape escape f7 f8 f12 escape f7 f8")
        if number % 500 == 0:
            rig.keys("escape f12 f12 200 enter")
            rig.wait(1)
            rig.keys("enter enter")
            assert rig.screen == "sign_on", rig.picture
            rig.sign_on()
        for heap in (rig.papers, rig.sounds, rig.looks, rig.asked):
            heap.clear()
        yield


def kiosk(folder: Path) -> Iterator[None]:
    """Members who look at their balance; each hundredth pays cash in, some in English, some walk away."""
    from kiosk.scenery import Scenery
    from tests.kiosk.rig import Rig, make_plastic
    from tests.onecard.terminal.stand import CARD
    from tests.shots.kiosk_shots import history

    window = Window("1080x1920")
    scenery = Scenery(window.navigator, send=lambda _: None)

    class Kiosk(Rig):
        def _shown(self, picture: Any) -> None:
            super()._shown(picture)
            scenery.draw(picture)
            window.step()

        def pass_time(self, seconds: float) -> None:
            self.clock.advance(seconds)
            self.flow.tick()
            self._pump()

    rig = Kiosk(folder)
    rig.status = history(rig)
    for number in range(TIMES):
        card = make_plastic(8_750, uid=bytes([4, 0, 2, number % 40]), card=CARD + number % 40)
        if number % 3 == 0:
            rig.press("language")
        if number % 100 == 0:
            rig.to_cash(card)
            rig.insert(2_000)
            rig.press("finish")
            rig.until_screen("result")
        else:
            rig.press("balance")
            rig.put(card)
            assert rig.screen == "balance", rig.picture
        if number % 7 == 0:
            rig.pass_time(30)  # "still there?"
            rig.pass_time(30)
        rig.lift()
        rig.pass_time(30)
        rig.pass_time(30)
        assert rig.screen == "home", rig.picture
        for heap in (rig.papers, rig.sounds, rig.pictures, rig.asked):
            heap.clear()
        yield


APPS: dict[str, Callable[[Path], Iterator[None]]] = {"till": till, "kiosk": kiosk}


def main(name: str, folder: str) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sizes = []
    for number, _ in enumerate(APPS[name](Path(folder)), 1):
        if number % (TIMES // _SIZES) == 0:
            gc.collect()
            sizes.append(_size_mb())
            print(number, round(sizes[-1], 1), file=sys.stderr, flush=True)
    print(json.dumps(sizes), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
