"""Query by tap: balance, last transactions, and why the balance is what it is. F: A11

The card's own word first; what the server adds is marked with when it said so. Of an account only the server
has one: without it stands what it said last, and when.
"""

from dataclasses import dataclass, replace

from onecard import masking, money, wallet
from onecard.text import Translator
from pos.frontdesk.query import Query, last_at, until
from pos.presenters.frame import FrameView, KeyView, NoticeView, RowView, frame
from pos.till import LOSS, RECHARGE, Till


@dataclass(frozen=True, kw_only=True)
class QueryView:
    """``rows``: last transactions, or the lines that explain the balance when those are open."""

    frame: FrameView
    title: str
    holder: str
    card: str
    card_type: str
    valid: str
    balance: str
    balance_label: str
    waiting: str
    state: NoticeView
    rows_title: str
    titles: tuple[str, ...]
    rows: tuple[RowView, ...]
    empty: str
    source: str
    why: str
    collect: str
    can_collect: bool
    back: str


class QueryPresenter:
    """One card that was looked at."""

    name = "query"

    def __init__(self, till: Till) -> None:
        self._till = till
        self.query: Query | None = None

    def toggle(self) -> None:
        """Last transactions, or why the balance is what it is."""
        assert self.query is not None
        self.query = replace(self.query, why=not self.query.why)

    def view(self) -> QueryView:
        till, tr, query = self._till, self._till.tr, self.query
        assert query is not None
        look = query.look
        return QueryView(
            frame=frame(till, self._keys(query)),
            title=tr("desk.query.title"),
            holder=look.holder or tr("desk.query.no_name"),
            card=masking.card(look.card, look.issue) if not look.holder else f"{look.card}-{look.issue}",
            card_type="" if look.card_type is None else tr.named(look.card_type),
            valid=tr("desk.query.valid", until=until(query)) if until(query) else "",
            balance="—" if query.balance_fen is None else money.show(query.balance_fen),
            balance_label=self._label(query),
            waiting="\n".join(self._side(query)),
            state=self._state(query),
            rows_title=tr("desk.query.why" if query.why else "desk.query.movements"),
            titles=self._titles(query),
            rows=self._why(query) if query.why else self._movements(query),
            empty=tr("common.empty_list") if query.status is not None else self._source(query),
            source=self._source(query),
            why=tr("desk.query.movements" if query.why else "desk.query.why"),
            collect=tr("desk.query.collect"),
            can_collect=bool(look.loads),
            back=tr("common.back"),
        )

    def _label(self, query: Query) -> str:
        tr = self._till.tr
        if not query.is_account:
            return tr("desk.query.balance")
        if query.status is not None or query.known is None:
            return tr("desk.query.account")
        return tr("desk.query.account_as_of", age=tr.duration(self._till.station.now() - query.known[1]))

    def _side(self, query: Query) -> list[str]:
        """What there is beside the main purse, until when, and what waits to come onto the card."""
        tr, look = self._till.tr, query.look
        waits = [tr("desk.query.waiting", fen=money.show(look.loads_fen))] if look.loads_fen else []
        return [*(wallet.words(tr, name, slot) for name, slot in look.side), *self._at_office(query), *waits]

    def _at_office(self, query: Query) -> list[str]:
        tr, told = self._till.tr, query.pockets
        if told is None:
            return []
        others = [one for one in told.pockets if one.uses or one.wallet != "main"]
        lines = [
            f"{wallet.name(tr, one.wallet)} {tr('wallet.times', n=one.uses)}"
            if one.uses
            else f"{wallet.name(tr, one.wallet)} {money.show(one.fen)}"
            for one in others
        ]
        if told.points:
            lines.append(f"{tr('desk.person.points')} {told.points}")
        if told.debt_fen:
            lines.append(f"{tr('desk.why.debt')} {money.show(abs(told.debt_fen))}")
        ready = sum(one.fen for one in told.ready)
        return [*lines, f"{tr('desk.person.ready')} {money.show(ready)}"] if ready else lines

    def _state(self, query: Query) -> NoticeView:
        tr, look = self._till.tr, query.look
        if query.refusal is not None:
            return NoticeView(tone="refuse", icon="close-octagon", text=tr.refusal(query.refusal))
        if look.own_open or look.foreign_open:
            return NoticeView(tone="wait", icon="credit-card-clock-outline", text=tr("desk.query.open_tap"))
        return NoticeView(tone="done", icon="check-circle", text=tr("desk.query.good"))

    def _titles(self, query: Query) -> tuple[str, ...]:
        names = ("what", "detail", "since", "sum") if query.why else ("at", "kind", "place", "sum", "balance")
        return tuple(self._till.tr(f"desk.query.column.{name}") for name in names)

    def _movements(self, query: Query) -> tuple[RowView, ...]:
        tr = self._till.tr
        if query.status is None:
            last = query.look.image.last_amount_fen if query.look.image is not None else None
            if not last or query.look.image is None or query.is_account:
                return ()
            at = tr.moment(last_at(query))
            balance = money.plain(query.look.balance_fen)
            return (RowView(cells=(at, tr("desk.query.last_on_card"), "", money.plain(last), balance)),)
        return tuple(
            RowView(
                cells=(
                    tr.moment(one.at),
                    _kind(tr, one.kind),
                    one.place,
                    money.plain(one.fen),
                    "" if one.balance_fen is None else money.plain(one.balance_fen),
                ),
                tone="done" if one.fen > 0 else "ink",
            )
            for one in query.status.movements
        )

    def _why(self, query: Query) -> tuple[RowView, ...]:
        tr, status = self._till.tr, query.status
        if status is None:
            return ()
        lines = [
            RowView(
                cells=(
                    tr(f"desk.why.{one.what}"),
                    one.detail,
                    tr.moment(one.since) if one.since else "",
                    money.plain(one.fen),
                )
            )
            for one in status.explained
            if not one.wallet  # the main one; the others have places of their own on the card
        ]
        if query.difference_fen:
            lines.append(
                RowView(
                    cells=(tr("desk.why.not_arrived"), "", "", money.plain(query.difference_fen)), tone="wait"
                )
            )
        whole = tr("desk.query.account" if query.is_account else "desk.why.on_card")
        fen = status.books_fen if query.is_account else query.look.balance_fen
        return (*lines, RowView(cells=(whole, "", "", money.plain(fen)), bold=True))

    def _source(self, query: Query) -> str:
        tr = self._till.tr
        if query.status is not None:
            return tr("desk.query.as_of", at=tr.time(query.status.as_of))
        if query.asked:
            return tr("common.loading")
        return tr("desk.query.account_only" if query.is_account else "desk.query.card_only")

    def _keys(self, query: Query) -> tuple[KeyView, ...]:
        till, tr = self._till, self._till.tr
        online = query.status is not None
        return (
            KeyView(key="escape", text=tr("common.back")),
            KeyView(key="f1", text=tr("desk.query.next")),
            KeyView(
                key="f3",
                text=tr("desk.recharge.title"),
                enabled=till.may(RECHARGE) and till.recharges,
                reason=tr("pos.key.no_right" if till.recharges else "desk.recharge_off"),
            ),
            KeyView(
                key="f4", text=tr("desk.loss.title"), enabled=till.may(LOSS), reason=tr("pos.key.no_right")
            ),
            KeyView(
                key="f5",
                text=tr("desk.query.movements" if query.why else "desk.query.why_key"),
                enabled=online,
                reason=tr("desk.needs_server"),
                selected=query.why,
            ),
            self._last_key(query),
        )

    def _last_key(self, query: Query) -> KeyView:
        """Money that waits comes first; after it, the statement."""
        tr = self._till.tr
        if query.look.loads:
            return KeyView(key="f6", text=tr("desk.query.collect"))
        online = query.status is not None
        return KeyView(
            key="f2", text=tr("desk.statement.title"), enabled=online, reason=tr("desk.needs_server")
        )


def _kind(tr: Translator, kind: str) -> str:
    """A newer server may know kinds that this till does not."""
    key = f"pos.kind.{kind}"
    return tr(key if tr.knows(key) else "pos.kind.other")
