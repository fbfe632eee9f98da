"""Who is this, and is the card good? Asked of the office, which writes the check down; sells nothing. F: A13

Without the office this machine says what it knows itself and writes the check down, for the same log; where
its disk refuses, it says that nobody did. The screen stands in a hall: the name is masked, there is no photo.
"""

from kiosk.area import Area
from kiosk.presenters import menu
from kiosk.presenters.frame import NoticeView
from kiosk.visit_state import Limits, Visit
from onecard import masking
from onecard.errors import OneCardError
from onecard.terminal.look import ON_ACCOUNT, Look
from onecard.text import Audience, legible
from onecard.wire.lookups import Identified, Identify


class Who(Area):
    """One question at each entry."""

    screen = "menu"

    def begin(self) -> None:
        super().begin()
        self.told: Identified | None = None
        self.look: Look | None = None
        self.is_alone, self.is_noted = False, True
        self.why = ""

    def enter(self, visit: Visit) -> None:
        assert visit.look is not None
        self.look = visit.look
        if not self.booth.is_online:
            self._alone()
            return
        question = Identify(card=visit.look.card, issue=visit.look.issue)
        self.ask(lambda client: client.identify(question), self._answered)

    def leave(self) -> None:
        self.begin()

    def press(self, key: str) -> None:
        if key in ("balance", "end"):
            self.host.do(key)

    def idle_s(self, limits: Limits) -> float | None:
        return limits.result_s

    def _answered(self, answer: Identified | OneCardError) -> None:
        if isinstance(answer, OneCardError):
            if answer.code == "server.unreachable":
                self._alone()
                return
            self.why = self.booth.tr.refusal(answer, Audience.MEMBER)
        else:
            self.told = answer
        self._sound()

    def _alone(self) -> None:
        """By the lists that are held here."""
        look, self.is_alone = self.look, True
        assert look is not None
        refused = None if look.refusal is None or look.refusal.code == ON_ACCOUNT else look.refusal
        if refused is not None and not look.stop:
            self.why = self.booth.tr.refusal(refused, Audience.MEMBER)
        self.told = Identified(
            card=look.card, issue=look.issue, state=look.stop or "active", number="", name=look.holder
        )
        try:
            self.booth.station.front_desk.check(look, 0)
            self.is_noted = True
        except OneCardError:
            self.is_noted = False
        self._sound()

    def _sound(self) -> None:
        good = self.told is not None and self.told.state == "active" and not self.why
        self.booth.port.play("ok" if good else "refused")

    def view(self) -> object:
        tr = self.booth.tr
        return menu.view(
            self.booth,
            icon="card-account-details-outline",
            title=tr("kiosk.home.who"),
            detail=tr("kiosk.who.detail" if self.is_noted else "kiosk.who.not_noted"),
            lines=() if self.told is None else self._lines(self.told),
            notice=self._notice(),
            back="balance",
        )

    def _lines(self, one: Identified) -> tuple[tuple[str, str], ...]:
        tr = self.booth.tr
        lines = (
            (tr("kiosk.who.name"), masking.name(one.name) if one.name else tr("kiosk.who.nobody")),
            (tr("kiosk.who.number"), one.number),
            (tr("kiosk.who.department"), legible(one.department)),
            (tr("kiosk.who.group"), legible(one.group)),
            (tr("kiosk.who.card"), masking.card(one.card, one.issue)),
        )
        return tuple(line for line in lines if line[1])

    def _notice(self) -> NoticeView:
        tr = self.booth.tr
        if self.why:
            return NoticeView(tone="refuse", icon="alert-circle-outline", text=self.why)
        if self.told is None:
            return NoticeView(tone="plain", icon="cloud-sync", text=tr("kiosk.who.asking"))
        if self.told.state == "active" and self.is_alone:
            alone = tr("kiosk.who.alone")
            return NoticeView(tone="wait", icon="cloud-off-outline", text=tr("kiosk.who.good"), detail=alone)
        if self.told.state == "active":
            return NoticeView(tone="done", icon="check-circle", text=tr("kiosk.who.good"))
        state = tr(f"desk.card_state.{self.told.state}")
        return NoticeView(tone="refuse", icon="close-octagon", text=tr("kiosk.who.bad", state=state))
