"""The back of the till: status, totals, records, the drawer, settings and what else is behind F11."""

import tempfile
from pathlib import Path

from onecard.cards.keys import make_training_keys
from onecard.cards.management.document import Kind
from onecard.devices.health import HealthView
from tests.onecard.terminal.stand import TERMINAL
from tests.pos.bench import Bench
from tests.pos.rig import Rig, make_plastic
from tests.pos.test_setup_journey import card
from tests.shots.pos_shots import shot, sold


def door(rig: Rig, name: str) -> None:
    """The back of the till, and the room of that name."""
    for wanted in ("back", name):
        if wanted == "back":
            rig.keys("f11")
        word = rig.till.tr(f"pos.key.{wanted}")
        rig.flow.act(next(tile.action for tile in rig.view.tiles if tile.text == word))


def placed(rig: Rig) -> None:
    """An outlet with meals, and devices of all sorts."""
    meals = "早餐 06:00-09:30; 午餐 10:30-14:00; 晚餐 16:30-20:00"
    rig.stand.receive(rig.stand.office.place(TERMINAL, meals=meals))
    now = rig.clock.now()
    rig.till.devices = lambda: [
        HealthView("reader", "good", "", now - 3600),
        HealthView("printer", "good", "", now - 3600),
        HealthView("scale", "bad", "device.gone", now - 60),
        HealthView("scanner", "good", "", now - 3600),
        HealthView("pinpad", "starting", "", now),
    ]


def morning(rig: Rig) -> None:
    placed(rig)
    for yuan in ("12.5", "8", "26", "9.5"):
        sold(rig, yuan)
        rig.keys("enter")
        rig.clock.advance(45 * 60)
    rig.clock.advance(2 * 3600)
    rig.online()
    for yuan in ("15", "18"):
        sold(rig, yuan)
        rig.keys("enter")
    rig.keys("f9 f3 50 enter")
    rig.tap(make_plastic(10_000))
    rig.keys("enter escape escape")


def status(rig: Rig) -> None:
    placed(rig)
    door(rig, "status")


def status_offline(rig: Rig) -> None:
    status(rig)
    rig.offline(age_s=30 * 3600 + 840)


def totals(rig: Rig) -> None:
    morning(rig)
    door(rig, "totals")


def records(rig: Rig) -> None:
    morning(rig)
    door(rig, "records")
    rig.type("search", "1001-1-1")


def drawer(rig: Rig) -> None:
    door(rig, "drawer")
    rig.keys("left 50 enter")
    door(rig, "drawer")
    rig.keys("120")


def weighing(rig: Rig) -> None:
    meals = {"weigh_categories": "素菜"}
    rig.stand.receive(rig.stand.office.place(TERMINAL, **meals))
    bench = Bench(rig, "scale")
    bench.at["scale"].platform.put(740)
    bench.run(1.5)
    rig.keys("category:2 product:10")
    bench.run(1)
    bench.at["scale"].platform.put(1260)
    bench.run(1.5)


def payments(rig: Rig) -> None:
    bench = Bench(rig, "bank", "city")
    bench.at["bank"].customer_s = 0.2
    for yuan in ("12.5", "8", "26"):
        rig.keys(f"{yuan} f6 f4")
        bench.run(1)
    bench.at["bank"].approves = False
    rig.keys("9 f6 f4")
    bench.run(1)
    rig.keys("escape clear clear")
    bench.at["bank"].approves = True
    door(rig, "payments")
    rig.keys("f5")
    bench.run(2)


def _back(rig: Rig) -> None:
    word = rig.till.tr("pos.key.back")
    rig.flow.act(next(tile.action for tile in rig.view.tiles if tile.text == word))


def setup(rig: Rig) -> None:
    door(rig, "setup")
    rig.tap(card(rig, Kind.SETTINGS))
    rig.keys("1357")


def carrying(rig: Rig) -> None:
    """A stick is plugged in, and the till has none of its records at the office."""
    rig.till.carry = lambda card, by, then: None
    door(rig, "carry")
    rig.tap(card(rig, Kind.COLLECTOR))
    rig.keys("1357")


def settings(rig: Rig) -> None:
    setup(rig)
    rig.keys("clear 135791 enter")
    rig.keys("row:1")


def setting(rig: Rig) -> None:
    settings(rig)
    rig.keys("enter")


def practising(rig: Rig) -> None:
    rig.stand.keys = make_training_keys()
    rig.stand.restart()
    rig.boot(tiles=12, language=rig.till.tr.language)
    rig.sign_on()
    rig.keys("12.5")


def on_battery(rig: Rig) -> None:
    bench = Bench(rig, folder=Path(tempfile.mkdtemp(prefix="onecard-shot-")))
    assert bench.battery is not None
    bench.battery.set(online=False, percent=62, minutes=180)
    bench.run(6, 1)
    rig.wait(5)


SHOTS = [
    shot("status", status, english=True),
    shot("status-offline", status_offline, golden=False),
    shot("totals", totals, english=True),
    shot("totals-empty", lambda rig: (placed(rig), door(rig, "totals"))[0], golden=False),
    shot("records", records, english=True),
    shot("dates", lambda rig: (totals(rig), rig.keys("f2 202605041100"))[0], english=True),
    shot("back", lambda rig: (rig.keys("f11"), _back(rig))[0], english=True),
    shot("setup-gate", lambda rig: door(rig, "setup"), golden=False),
    shot("setup-pin", setup),
    shot("carry", carrying, golden=False),
    shot("setup", settings, english=True),
    shot("setup-edit", setting, english=True),
    shot("setup-text", lambda rig: (settings(rig), rig.keys("row:9 enter"))[0], golden=False),
    shot(
        "setup-types", lambda rig: (settings(rig), rig.keys("tab:cards row:0 enter type:2"))[0], golden=False
    ),
    shot("training", practising, signed_on=False, english=True),
    shot("battery", on_battery),
    shot("drawer", drawer, english=True),
    shot("weigh", weighing, english=True),
    shot("payments", payments, english=True),
]
