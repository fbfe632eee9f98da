"""The back of the till: status, totals, records, the drawer, settings and what else is behind F11."""

from onecard.devices.health import HealthView
from tests.onecard.terminal.stand import TERMINAL
from tests.pos.rig import Rig, make_plastic
from tests.shots.pos_shots import shot, sold


def door(rig: Rig, name: str) -> None:
    """What lies behind F11 under this name."""
    rig.keys("f11")
    word = rig.till.tr(f"pos.key.{name}")
    rig.keys(next(tile.action for tile in rig.view.tiles if tile.text == word))


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


SHOTS = [
    shot("more", lambda rig: rig.keys("f11"), english=True),
    shot("status", status, english=True),
    shot("status-offline", status_offline, golden=False),
    shot("totals", totals, english=True),
    shot("totals-empty", lambda rig: (placed(rig), door(rig, "totals"))[0], golden=False),
    shot("records", records, english=True),
]
