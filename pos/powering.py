"""On battery: the cashier is told, and the till stops cleanly before it goes dark. F: C15

A tap that is under way is finished first, a bill that is rung stays on the screen until then.
"""

from onecard.terminal import powering
from pos.area import Area, Way
from pos.till import Till


class Powering(Area):
    """Looks at the supply after everything that happens."""

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self._supply = powering.Powering(
            lambda: till.counter, lambda: till.settings.text("power.backlight"), till.now, self._told
        )

    def rest(self) -> None:
        if self._supply.look() and self._way.is_free:
            self._supply.restore()
            self._way.quit()

    def _told(self, before: str, now: str) -> None:
        till = self._till
        if now in ("battery", "low"):
            till.say(till.tr(f"pos.power.say_{now}"), "wait" if now == "battery" else "refuse")
        elif before in ("battery", "low"):
            till.say(till.tr("pos.power.say_mains"), "done")
