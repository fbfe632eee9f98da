"""Goal: a person at the bench page does with the mouse what hands do, and reads words on all of it. F: P1

Method: the system's Chromium on the real page; the bench lies on slots that need no pcscd.
"""

import json
import os
import re
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from onecard.bench.bench import Bench
from onecard.bench.counter import CounterBench
from onecard.bench.drawer import TEARS, Drawer
from onecard.bench.gateway import Payments
from onecard.bench.glass import Glass
from onecard.bench.network import NetworkCable
from onecard.bench.outlet import Outlet
from onecard.bench.phone import Phone
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
def payments():
    return Payments(SystemClock())


@pytest.fixture
def bench(tmp_path, payments):
    clock = SystemClock()
    window = tmp_path / "window.json"
    window.write_text(json.dumps({"texts": ["应收", "￥12.50"], "pid": os.getpid()}), "utf-8")
    acceptor = Worker("acceptor", lambda: Simulator(clock), Simulator.tick, clock=clock, interval_s=0.05)
    acceptor.start()
    printers = {"pos": PrinterSimulator(), "kiosk": PrinterSimulator()}
    counter = CounterBench(tmp_path / "counter", clock)
    bench = Bench(
        counter=counter,
        drawer=Drawer(tmp_path / "drawer.json"),
        slots={"pos": Hand(), "kiosk": Hand()},
        acceptors={"acceptor": acceptor},
        printers=printers,
        cable=NetworkCable(("127.0.0.1", 1)),
        clock=clock,
        entropy=SeededEntropy(1),
        glass=Glass(window),
        phone=Phone(payments),
        outlets={name: Outlet(tmp_path / "outlets" / name) for name in ("pos", "kiosk")},
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


# F: D4 C5
def test_a_code_is_paid_a_window_is_read_and_a_station_loses_its_current(bench, page, payments) -> None:
    complaints: list[str] = []
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    assert "￥12.50" in page.locator("#device-second").inner_text()
    payments.open("r-000001", 5_000, "", 0)
    payments.open("r-000002", 700, "", 0)
    page.locator(".code", has_text="￥50.00").get_by_role("button", name="付款").click()
    page.locator("#codes li.paid", has_text="￥50.00").wait_for()
    page.locator(".code", has_text="￥7.00").get_by_role("button", name="拒绝").click()
    page.locator("#codes li.refused", has_text="￥7.00").wait_for()
    page.get_by_role("button", name="断开支付线路").click()
    page.get_by_text("支付网关现在不应答。").wait_for()
    page.locator("#outlet-kiosk").click()
    page.locator("#outlet-kiosk[aria-pressed=false]", has_text="自助机断电").wait_for()
    assert [payments.ask(f"r-00000{one}")["state"] for one in (1, 2)] == ["paid", "refused"]
    assert payments.silent
    assert bench.state().outlets == (("pos", True), ("kiosk", False))
    assert complaints == []


def test_everything_is_said_in_words(bench, page, payments) -> None:
    uid = next(iter(bench.drawer.cards))
    bench.put("pos", uid)
    bench.take("pos")
    bench.set_printer("pos", "paper_out")
    bench.set_cable(False)
    for number, what in (("r-000001", "pay"), ("r-000002", "decline")):
        payments.open(number, 100, "", 0)
        bench.at_phone(what)
    payments.open("r-000003", 100, "", 0)
    payments.close("r-000003")
    payments.refund("r-000001", 100)
    bench.at_phone("cut")
    bench.at_phone("mend")
    bench.power("pos", on=False)
    bench.power("pos", on=True)
    page.locator("#log li").nth(10).wait_for()
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
