"""Goal: a person at the bench page does with the mouse what hands do, and reads words on all of it. F: P1

Method: the system's Chromium on the real page; the bench lies on slots that need no pcscd.
"""

import re
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from onecard.bench.bench import Bench
from onecard.bench.counter import CounterBench
from onecard.bench.drawer import TEARS, Drawer
from onecard.bench.network import NetworkCable
from onecard.bench.web import application
from onecard.clock import SystemClock
from onecard.devices.acceptors.id003.simulator import Simulator
from onecard.devices.printers.escpos.simulator import PrinterSimulator
from onecard.devices.worker import Worker
from onecard.ids import SeededEntropy

CHROMIUM = Path("/usr/bin/chromium")
#: A key or an id that nobody has put into words, such as ``tear_half``.
UNSAID = re.compile(r"[a-z]+_[a-z_]+|undefined")


class Hand:
    def insert(self, card) -> None:
        pass

    def remove(self) -> None:
        pass


@pytest.fixture
def bench(tmp_path):
    clock = SystemClock()
    acceptor = Worker("acceptor", lambda: Simulator(clock), Simulator.tick, clock=clock, interval_s=0.05)
    acceptor.start()
    printers = {"pos": PrinterSimulator(), "kiosk": PrinterSimulator()}
    counter = CounterBench(tmp_path / "counter", clock)
    bench = Bench(
        counter=counter,
        drawer=Drawer(tmp_path / "drawer.json"),
        slots={"pos": Hand(), "kiosk": Hand()},
        acceptor=acceptor,
        printers=printers,
        cable=NetworkCable(("127.0.0.1", 1)),
        clock=clock,
        entropy=SeededEntropy(1),
    )
    bench.blank_card("王芳")
    yield bench
    counter.close()
    acceptor.stop()
    bench.cable.close()
    for printer in printers.values():
        printer.close()


@pytest.fixture
def address(bench):
    server = uvicorn.Server(uvicorn.Config(application(bench), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 1000}, locale="zh-CN")
    page.set_default_timeout(30_000)
    page.goto(address)
    page.wait_for_selector(".reader")
    yield page
    page.close()


def test_hands_on_the_page(bench, page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    uid = next(iter(bench.drawer.cards))
    till, hall = (page.locator(".reader").nth(n) for n in (0, 1))

    till.locator("select").select_option("half")
    page.wait_for_timeout(100)
    assert bench.state().readers[0].tear == "half"
    page.locator("#cards .card", has_text="王芳").click()
    till.locator(".pad").click()
    till.get_by_text("王芳").wait_for()
    assert bench.state().readers[0].card == uid

    till.get_by_role("button", name="拿走").click()
    till.get_by_text("把卡放在这里").wait_for()
    page.locator("#cards .card", has_text="王芳").drag_to(hall.locator(".pad"))
    hall.get_by_text("王芳").wait_for()
    assert bench.state().readers[1].card == uid

    page.locator(".printer select").first.select_option("paper_out")
    page.locator("#cable").click()
    page.get_by_role("button", name="断电").click()
    page.get_by_text("已断电").wait_for()
    state = bench.state()
    assert (state.printers[0].state, state.cable.plugged) == ("paper_out", False)
    assert page.locator(".note:enabled").count() == 0
    assert complaints == []


def test_everything_is_said_in_words(bench, page) -> None:
    uid = next(iter(bench.drawer.cards))
    bench.put("pos", uid)
    bench.take("pos")
    bench.set_printer("pos", "paper_out")
    bench.set_cable(False)
    page.locator("#log li").nth(4).wait_for()
    for language in ("zh", "en"):
        page.wait_for_function(f"document.documentElement.lang === '{language}'")
        choices = page.locator(".reader").first.locator("option").all_inner_texts()
        assert len(choices) == len(TEARS) + 1
        assert UNSAID.findall(page.locator("body").inner_text() + " ".join(choices)) == []
        page.locator("#language").click()


def test_the_counter_is_worked_from_the_page(bench, page) -> None:
    complaints: list[str] = []
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.locator("#device-scale").get_by_role("button", name="一袋").click()
    page.locator("#device-scale output", has_text="0.740 kg").wait_for()
    page.locator("#device-bank").get_by_role("button", name="拒绝").click()
    page.locator("#device-bank button[aria-pressed=true]", has_text="拒绝").wait_for()
    page.locator("#device-city").get_by_role("button", name="1234").click()
    page.locator("#device-city button[aria-pressed=true]").wait_for()
    page.locator("#device-power").get_by_role("button", name="拔掉电源").click()
    page.locator("#device-power button[aria-pressed=true]", has_text="拔掉电源").wait_for()
    state = bench.state().counter
    assert (state.weight_g, state.bank_approves, state.city_card, state.mains) == (
        *(740, False),
        *("310000001234", False),
    )
    assert complaints == []
