"""How the bill is paid: cash with change, part by card, a foreign card, a member's price. F: C4 C16"""

from dataclasses import dataclass, replace

from onecard import masking, money
from onecard.errors import OneCardError, Refused
from pos import entry as pad_entry
from pos import tender, worth
from pos.presenters.frame import FrameView, NoticeView, RowView, TileView, frame
from pos.task import Look, Order
from pos.tender import NOTES, Paying, Shown, Tender
from pos.till import Till

_DIGITS = frozenset({*"0123456789", "00", "."})


@dataclass(frozen=True, kw_only=True)
class TenderView:
    """``due`` is what is still to pay; ``change`` what goes back, or what is missing."""

    frame: FrameView
    title: str
    due_label: str
    due: str
    given_label: str
    given: str
    given_tone: str
    change_label: str
    change: str
    change_tone: str
    rows: tuple[RowView, ...]
    titles: tuple[str, ...]
    member: str
    ways: tuple[TileView, ...]
    notes: tuple[TileView, ...]
    take: str
    back: str
    notice: NoticeView | None = None


class TenderPresenter:
    """The bill as it is to be paid now."""

    name = "tender"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.order = Order(lines=())
        self.state = Paying(due_fen=0)
        #: A foreign terminal has the amount, and nobody knows its word yet.
        self.busy = ""

    def enter(self, order: Order) -> None:
        """Raises ``Refused`` when nothing is to pay."""
        bill = self._till.station.over_counter.bill(order)
        if bill.due_fen <= 0:
            raise Refused("amount.zero")
        self.order, self.state, self.busy = order, Paying(due_fen=bill.due_fen), ""

    def show_card(self, look: Look) -> None:
        """A member's card: his price and points, whatever pays. Raises ``Refused``."""
        if look.blank:
            raise Refused("card.blank")
        if look.refusal is not None and look.refusal.code not in ("card.account",):
            raise look.refusal
        assert look.card_type is not None
        shown = Shown(card=look.card, issue=look.issue, type=look.card_type.type)
        bill = self._till.station.over_counter.bill(self.order, shown)
        if bill.due_fen <= 0:
            raise Refused("amount.zero")
        name = self._till.holder(look.card)
        holder = f"{name} {masking.card(look.card, look.issue)}".strip()
        self.state = replace(self.state, due_fen=bill.due_fen, shown=shown, holder=holder)

    def act(self, action: str) -> None:
        """What is typed."""
        state, rules = self.state, self._till.rules
        verb, _, what = action.partition(":")
        if action in _DIGITS:
            self.state = replace(state, entry=pad_entry.press(state.entry, action))
        elif verb == "char":
            self.state = replace(state, entry=pad_entry.press(state.entry, what))
        elif verb == "note":
            self.state = tender.note(state, int(what), rules.pad)
        elif action == "backspace":
            self.state = replace(state, entry=pad_entry.erase(state.entry))
        elif action in ("clear", "exact"):
            self.state = replace(state, entry=pad_entry.EMPTY)

    def cash(self) -> Tender:
        """Raises ``Refused``."""
        return tender.cash(self.state, self._till.rules.pad, self._till.rules.cap_fen)

    def part(self) -> Order:
        """What of the bill the next card is to pay; the rest stays. Raises ``Refused``."""
        fen = tender.part_fen(self.state, self._till.rules.pad, self._till.rules.cap_fen)
        return replace(self.order, lines=tender.cut(self.order.lines, fen)[0])

    def foreign_part(self) -> Order:
        """What another card is to pay: all of it, or what is typed of it. Raises ``Refused``."""
        if self.state.entry.is_empty:
            return self.order
        part = self.part()
        whole = part.due_fen
        if self.state.shown is not None or self._till.station.over_counter.bill(part).due_fen != whole:
            raise Refused("tender.part_price")
        return part

    def rest_after(self, paid: Order) -> Order:
        """What is left to pay."""
        return replace(self.order, lines=tender.cut(self.order.lines, paid.due_fen)[1])

    # -- what is shown -----------------------------------------------------------------------------------

    def view(self) -> TenderView:
        till, tr = self._till, self._till.tr
        state = self.state
        given, tone, change, change_label, change_tone = self._given()
        return TenderView(
            frame=frame(till),
            title=tr("pos.tender.title"),
            due_label=tr("pos.tender.due"),
            due=money.show(state.due_fen),
            given_label=tr("pos.tender.given"),
            given=given,
            given_tone=tone,
            change_label=change_label,
            change=change,
            change_tone=change_tone,
            rows=tuple(RowView(cells=worth.cells(tr, line)) for line in self.order.lines),
            titles=(tr("pos.sell.what"), tr("pos.sell.pieces"), tr("pos.sell.sum")),
            member=self._member(),
            ways=self._ways(),
            notes=(
                *(TileView(action=f"note:{yuan}", text=f"￥{yuan}") for yuan in NOTES),
                TileView(action="exact", text=tr("pos.tender.exact")),
            ),
            take=tr("pos.tender.take"),
            back=tr("common.back"),
            notice=NoticeView(tone="wait", icon="credit-card-wireless-outline", text=self.busy)
            if self.busy
            else None,
        )

    def _member(self) -> str:
        tr, state = self._till.tr, self.state
        if state.shown:
            return tr("pos.tender.member_is", who=state.holder)
        beside = self.order.beside
        return tr("pos.tender.no_member") if beside is None else tr("pos.tender.beside", receipt=str(beside))

    def _ways(self) -> tuple[TileView, ...]:
        tr = self._till.tr
        foreign = self._till.foreign
        ways = [
            TileView(action="f2", text=tr("pos.tender.member"), icon="account-outline", hint="F2"),
            TileView(action="f3", text=tr("pos.tender.part"), icon="swap-horizontal", hint="F3"),
        ]
        for key, kind, icon in (
            ("f4", "bank", "bank-outline"),
            ("f5", "city", "credit-card-wireless-outline"),
        ):
            why = "" if kind in foreign else tr("pos.tender.no_terminal")
            ways.append(
                TileView(
                    action=key,
                    text=tr(f"pos.tender.{kind}"),
                    icon=icon,
                    hint=key.upper(),
                    enabled=not why,
                    reason=why,
                )
            )
        return tuple(ways)

    def _given(self) -> tuple[str, str, str, str, str]:
        """Given, its tone, the change, its label and tone."""
        tr, state = self._till.tr, self.state
        try:
            given = tender.given_fen(state, self._till.rules.pad, self._till.rules.cap_fen)
        except OneCardError:
            return state.entry.text, "muted", "", tr("pos.tender.change"), "muted"
        shown = money.show(given)
        if given < state.due_fen:
            missing = money.show(state.due_fen - given)
            return shown, "ink", missing, tr("pos.tender.missing"), "refuse"
        return shown, "ink", money.show(given - state.due_fen), tr("pos.tender.change"), "done"
