"""The monkey without a window before the kiosk, beside the till of ``blind.py`` and of the same office."""

from typing import Any

from kiosk.visit_state import Phase
from onecard import masking
from onecard.ids import SeededEntropy
from tests.pos.town import Town
from tests.soak.blind import WAY_HOME, Blind, Wire, offers, words
from tests.world.kiosk import KioskBox

NOTES_FEN = (500, 1_000, 2_000, 5_000, 10_000)
_HOME = frozenset({"home", "attract"})


class Kiosk(KioskBox):
    """``picture`` is the newest one."""

    def _shown(self, picture: Any) -> None:
        self.picture = picture

    def say(self, text: str, language: str) -> None: ...


class BlindHall(Blind):
    """Before the kiosk, which belongs to the same office."""

    def __init__(self, town: Town, seed: int) -> None:
        super().__init__(town, seed)
        number, code = town.office.add_terminal("kiosk", 1)
        self.wire = Wire(town.office)
        self.kiosk = Kiosk("hall", "kiosk", town.clock, self.wire, SeededEntropy(13))
        self.kiosk.enrol(number, code)
        self.kiosk.boot()
        self.kiosk.sync.turn()
        self.pass_time(3)
        self._private: set[str] = set()
        self._seen: set[Any] = set()

    def boxes(self) -> tuple[Any, ...]:
        return (self.town.till, self.kiosk)

    def play(self, events: int) -> None:
        at_home = 0
        while self.events < events:
            self._one()
            self._look()
            if self.events - at_home > 250:
                self.go_home()
                at_home = self.events
        self.wire.is_cut = False
        self.go_home()
        self.kiosk.sync.turn()

    def _one(self) -> None:
        luck, kiosk = self.luck, self.kiosk
        what = luck.weigh(
            ((55, "offer"), (14, "put"), (6, "lift"), (14, "note"), (8, "time"), (2, "net"), (1, "paper"),
             (2, "visit"))
        )  # fmt: skip
        match what:
            case "visit":
                self._bring_cash()
            case "offer":
                found = sorted({*offers(kiosk.flow.picture().view)})
                for key in [luck.choice(found)] * luck.choice((1, 1, 1, 3)) if found else ():
                    self.note(key)
                    kiosk.press(key)
                kiosk.put_questions()
            case "put":
                self.put(kiosk)
                kiosk.put_questions()
            case "lift":
                self.note("lift")
                kiosk.lift()
            case "note":
                fen = luck.choice(NOTES_FEN)
                self.note(f"note {fen}")
                kiosk.insert(fen)
                self.pass_time(luck.choice((0.4, 2.0)))
            case "time":
                self.note("time")
                self.pass_time(luck.choice((0.5, 3.0, 31.0)))
            case "paper":
                kiosk.printer.trouble(luck.choice(("", "", "paper_out")))
            case _:
                self.network(kiosk)

    def _bring_cash(self) -> None:
        """Somebody who knows what he wants, as far as the kiosk lets him."""
        self.go_home()
        self.put(self.kiosk, calmly=True)
        for key in ("cash", "", "", "finish"):
            if not key:
                self.note("note")
                self.kiosk.insert(self.luck.choice(NOTES_FEN))
                self.pass_time(3.0)
            elif key in set(offers(self.kiosk.flow.picture().view)):
                self.note(key)
                self.kiosk.press(key)
                self.pass_time(1.0)
            self._look()

    def pass_time(self, seconds: float) -> None:
        """The machine moves while there is anything in it; else only the window's clock does."""
        step = 0.1 if self.kiosk.memory.place != "none" or seconds < 5 else 1.0
        for _ in range(round(seconds / step)):
            self.town.clock.advance(step)
            self.kiosk.simulator.tick()
            self.kiosk.turn(window=True)
        self.kiosk.put_questions()

    def _look(self) -> None:
        visit, journal = self.kiosk.flow.visit, self.kiosk.journal
        for id, fen in visit.cash.notes:
            if id not in self._seen:
                self._seen.add(id)
                body = journal.body(id)
                if body is None or getattr(body, "value_fen", 0) != fen:
                    self.violated(f"{fen} fen are shown as taken, the journal knows {body}")
        if visit.look is not None and visit.look.card:
            member = self.kiosk.station.facts.member(visit.look.card)
            self._private.add(masking.card(visit.look.card, visit.look.issue))
            if member is not None:
                self._private |= {member.name, masking.name(member.name)}
        elif visit.phase is Phase.HOME and self._private:
            left = [one for one in words(self.kiosk.flow.picture().view) if one in self._private]
            if left:
                self.violated(f"left on the glass: {left}")
            self._private.clear()

    def go_home(self) -> None:
        kiosk = self.kiosk
        kiosk.lift()
        for _ in range(WAY_HOME):
            if kiosk.flow.visit.phase is Phase.HOME and kiosk.flow.picture().screen in _HOME:
                return
            found = set(offers(kiosk.flow.picture().view))
            way = next((key for key in ("finish", "end", "back", "home") if key in found), "")
            if way:
                kiosk.press(way)
            self.pass_time(1.0)
            self._look()
        self.violated(f"no way home from {kiosk.flow.picture().screen}, {kiosk.flow.visit.phase}")

    def close(self) -> None:
        """The kiosk's false disk is thrown away."""
        self.kiosk.disk.is_dead = True
        self.kiosk.off(lambda bound: 0)
        self.kiosk.disk.remove()
