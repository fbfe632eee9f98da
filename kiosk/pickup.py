"""Everything that lies ready for a card comes onto it: subsidies, and whatever else waits. F: D2 D9

The office is asked by a journaled errand, so that each line is delivered once however often it is asked. What
it gives a purse card are numbered loads: they are waited for, and written in one go by the visit itself.
"""

from msgspec import Raw

from kiosk import receipt
from kiosk.area import Area
from kiosk.arrival import Arrival
from kiosk.presenters import pickup
from kiosk.visit_state import Limits, Visit
from onecard.errors import OneCardError
from onecard.terminal.look import Look
from onecard.text import Audience
from onecard.wire.errands import AskErrand, CollectSubsidy, ErrandAnswer
from onecard.wire.messages import Answered
from onecard.wire.pockets import Ready


class Pickup(Area):
    """``stage``: loading, list, asking, fetching, empty, later, done."""

    screen = "pickup"

    def enter(self, visit: Visit) -> None:
        assert visit.look is not None
        self.look: Look = visit.look
        self._learn(visit)

    def begin(self) -> None:
        super().begin()
        self.stage, self.why, self.told_fen = "loading", "", 0
        self.ready: tuple[Ready, ...] = ()
        self._arrival: Arrival | None = None
        self._errand: CollectSubsidy | None = None

    def leave(self) -> None:
        self.begin()

    @property
    def synced_fen(self) -> int:
        """What would be written now of the loads that are here."""
        return self.look.loads_fen

    @property
    def is_purse(self) -> bool:
        """Whether its money is on the card itself."""
        return self.look.card_type is None or self.look.card_type.purse_on_card

    def press(self, key: str) -> None:
        if key in ("end", "balance") and self.stage not in ("asking", "fetching"):
            self.host.do(key)
        elif self.stage == "list" and key == "all":
            if self.ready:
                self._ask(0, 0)
            else:
                self._fetch()
        elif self.stage == "list" and key == "here":
            self.host.do("load")
        elif self.stage == "list" and key.startswith("one:"):
            one = self.ready[int(key.removeprefix("one:"))]
            self._ask(one.list, one.line)

    def tick(self) -> None:
        if self.stage == "loading":
            self._learn(self.host.visit)
        elif self.stage == "fetching":
            self._look_for_loads()

    def idle_s(self, limits: Limits) -> float | None:
        return None if self.stage in ("loading", "asking", "fetching") else limits.form_s

    def view(self) -> object:
        return pickup.view(
            self.booth,
            stage=self.stage,
            ready=self.ready,
            synced_fen=self.synced_fen,
            why=self.why,
            told_fen=self.told_fen,
            paper=self.paper,
            number="" if self._errand is None else str(self._errand.id),
        )

    # -- inside ------------------------------------------------------------------------------------------

    def _learn(self, visit: Visit) -> None:
        """What the office says lies ready. One thing alone is not asked about: it is simply collected."""
        if visit.asking_office:
            return
        told = visit.pockets
        self.ready = () if told is None else told.ready
        coming = told is not None and len(told.waiting) > len(self.look.loads)
        self.stage = "list"
        if told is None and not self.booth.is_online and self.look.loads:
            self.why = self.booth.tr("kiosk.pickup.offline")
        if not self.ready and (self.look.loads or coming):
            self._fetch()
        elif len(self.ready) == 1 and not self.look.loads:
            self._ask(0, 0)
        elif not self.ready:
            self.stage = "empty"

    def _ask(self, list: int, line: int) -> None:
        station = self.booth.station
        fields = {"card": self.look.card, "issue": self.look.issue, "list": list, "line": line}
        try:
            self._errand = station.front_desk.begin(CollectSubsidy, **fields)
        except OneCardError as error:
            self._fail(error)
            return
        self.stage, self.why = "asking", ""
        question = AskErrand(body=Raw(station.journal.body_bytes(self._errand.id)))
        self.ask(lambda client: client.errand(question), self._answered)

    def _answered(self, answer: ErrandAnswer | OneCardError) -> None:
        """Without an answer it is asked again in a quiet moment: the money waits for the card then."""
        try:
            if isinstance(answer, OneCardError):
                raise answer
            told = self.booth.station.front_desk.errands.answered(answer)
        except OneCardError as error:
            self._fail(error)
            return
        self.told_fen = told.fen
        if self.is_purse:
            self._fetch()
        else:
            self.stage = "done"
            self.booth.port.play("ok")
            self._print(told)

    def _print(self, told: Answered) -> None:
        booth, errand = self.booth, self._errand
        assert errand is not None
        one = (errand.list, errand.line)
        lines = tuple(each for each in self.ready if one in ((0, 0), (each.list, each.line)))
        document = receipt.subsidy(booth.tr, booth.head(), errand, told, lines)
        self.print(document)

    def _fail(self, error: OneCardError) -> None:
        self.why = self.booth.tr.refusal(error, Audience.MEMBER)
        self.stage = "list" if self.ready else "empty"
        self.booth.port.play("refused")

    def _fetch(self) -> None:
        self.stage, self._arrival = "fetching", Arrival(self, self.look)
        self._look_for_loads()

    def _look_for_loads(self) -> None:
        """All of them are here, or it has taken too long."""
        arrival = self._arrival
        if arrival is None or not arrival.poll():
            return
        if arrival.here:
            self.host.do("load")
        else:
            self.stage = "later" if self.told_fen else "empty"
            self.booth.port.play("refused")
