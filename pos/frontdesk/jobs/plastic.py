"""Cards that change hands: given back for cash, opened again, replaced, moved to a formal card.

The order of a return is the core's: the card is locked on disk and plastic, the office has that record, pays,
and only then the plastic is wiped. After a power cut the same job on the same card goes on where it stood.
"""

from onecard import money
from onecard.cards.medium import StorageCard
from onecard.devices.printers import Document
from onecard.errors import CardForeign, OneCardError, Refused
from onecard.ids import RecordId
from onecard.terminal.front_desk import RETURNED
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed, Unfinished
from onecard.terminal.station import Station
from onecard.wire import errands as e
from onecard.wire.messages import Answered, IssueGrant
from pos.frontdesk import past, receipt
from pos.frontdesk.job import Job, Result, Stage
from pos.frontdesk.talk import Done
from pos.presenters.frame import TileView
from pos.presenters.override import Granted
from pos.task import Issue
from pos.till import LOSS, PAYOUT, REPLACE


class _Locking(Job):
    """Locks a plastic for good, and wipes it when the office has paid or moved its money."""

    pad = ""
    is_sure = is_grave = True
    _wiped = True

    def begin(self) -> None:
        self._wiped = True

    def lock(self, station: Station, storage: StorageCard, wanted: tuple[int, int] | None) -> object:
        """The lock's record, or the look at a card that is locked so already, or holds no money itself."""
        look = station.look(storage)
        if look.blank:
            raise Refused("card.blank")
        if wanted is not None and (look.card, look.issue) != wanted:
            raise Refused("card.changed")
        on_account = look.card_type is not None and not look.card_type.purse_on_card
        if on_account or look.stop == RETURNED or station.front_desk.lock_of(look) is not None:
            return look
        return station.front_desk.lock(storage, look)

    def wipe(self) -> None:
        """Back to a blank that can be issued again."""
        self.want(_wipe, self._is_blank, word="wipe", lying=True)

    def _is_blank(self, look: Look) -> None:
        self._wiped = True
        note = self.till.tr("desk.job.shut" if look.session.medium == "cpu" else "desk.job.wiped")
        old = self.result
        self.end(Result(label=old.label, fen=old.fen, tone=old.tone, note=note))

    def keys_after(self) -> tuple[TileView, ...]:
        keys = super().keys_after()
        if self._wiped:
            return keys
        return (*keys, self.tile("f5", self.till.tr("desk.job.wipe"), icon="delete-outline"))

    def key_after(self, action: str) -> None:
        if action == "f5" and not self._wiped:
            self.wipe()
        else:
            super().key_after(action)


def _wipe(station: Station, storage: StorageCard) -> Look:
    """Also the rest of a card whose wipe was cut short."""
    try:
        look = station.look(storage)
    except CardForeign as half:
        return station.front_desk.wipe_rest(storage, half)
    station.front_desk.wipe(look)
    return look


class ReturnCard(_Locking):
    """The holder gives his card back and is paid balance and deposit. F: A4"""

    name, right, icon = "return_card", PAYOUT, "credit-card-off-outline"
    by_word = True
    states = frozenset({"active", "frozen", "lost", "expired", "returned"})
    #: What was paid before, by this till.
    _paid: tuple[e.ReturnCard, Answered] | None = None

    def begin(self) -> None:
        super().begin()
        self._paid = None

    def facts(self) -> tuple[tuple[str, str], ...]:
        if self.status is None:
            return ()
        tr = self.till.tr
        rows = [(tr("desk.return_card.books"), money.show(self.status.books_fen))]
        if self.status.waiting_fen:
            rows.append((tr("desk.job.waiting"), money.show(self.status.waiting_fen)))
        return tuple(rows)

    def go(self) -> None:
        assert self.target is not None
        if self.target.state == "returned":
            self._wiped = False
            self._look_back()
        elif self.has_purse:
            card = self.card

            def do(station: Station, storage: StorageCard) -> Look | Completed | Unfinished:
                return _as_result(self.lock(station, storage, card))

            self.want(do, self._looked, lambda done: self._locked(done.id), lying=True)
        else:
            self._pay(None)

    def _look_back(self) -> None:
        """Perhaps the paper did not come out, nor the money: how much it was stands in the journal."""
        tr = self.till.tr
        self._paid = past.paid_out(self.till.station, *self.card)
        fen = 0 if self._paid is None else -self._paid[1].cash_fen
        label = tr("desk.return_card.paid") if fen else ""
        self.end(Result(label=label, fen=fen, tone="wait", note=tr("desk.return_card.paid_before")))

    def keys_after(self) -> tuple[TileView, ...]:
        keys, tr = super().keys_after(), self.till.tr
        if self._paid is None or not self.till.has_printer:
            return keys
        keys = (*keys, self.tile("f3", tr("desk.return_card.reprint"), icon="printer"))
        if not self.result.fen or self._paid[0].id in self.till.shelf.content.opened:
            return keys
        return (*keys, self.tile("f4", tr("desk.return_card.drawer"), icon="cash-register"))

    def key_after(self, action: str) -> None:
        offered = {key.action for key in self.keys_after()}
        if action == "f3" and action in offered:
            self.till.print(self._copy())
        elif action == "f4" and action in offered:
            body = self.till.tr("pos.override.payout_body", fen=self.result.fen)
            self.way.ask_supervisor("payout", self._open_again, body=body, card=False)
        elif action not in ("f3", "f4"):
            super().key_after(action)

    def _copy(self, opened_by: str = "") -> Document:
        assert self._paid is not None
        errand, told = self._paid
        head = self.till.head(holder=self.holder_on_paper)
        return receipt.copy_of(self.till.tr, head, errand, told, opened_by=opened_by)

    def _open_again(self, word: Granted) -> None:
        """On disk first: a drawer that opens twice for one pay-out pays it twice."""
        assert self._paid is not None
        try:
            self.till.shelf.open_again(self._paid[0].id)
        except OneCardError as error:
            self.till.refuse(error)
            return
        self.till.print(self._copy(word.name))

    def _looked(self, look: Look) -> None:
        self._locked(self.till.station.front_desk.lock_of(look))

    def _locked(self, lock: RecordId | None) -> None:
        if lock is None:
            self._pay(None)
        else:
            self.after_upload(lambda: self._pay(lock))

    def _pay(self, lock: RecordId | None) -> None:
        card, issue = self.card
        self.ask(e.ReturnCard, card=card, issue=issue, lock=lock)

    def did(self, done: Done) -> None:
        super().did(done)
        self._wiped = not self.has_purse


def _as_result(found: object) -> Look | Completed | Unfinished:
    assert isinstance(found, Look | Completed | Unfinished)
    return found


class ReturnRest(Job):
    """What was not sure yet when a card came back. F: A4"""

    name, right, icon = "return_rest", PAYOUT, "cash-refund"
    by_word = True
    states = frozenset({"returned"})
    pad = ""

    def go(self) -> None:
        card, issue = self.card
        self.ask(e.ReturnRest, card=card, issue=issue)


class Unlock(Job):
    """A card that was locked for a return or a transfer that did not happen is opened again."""

    name, right, icon = "unlock", LOSS, "lock-open"
    by_word = True
    pad = ""
    leaves_loads = True

    def go(self) -> None:
        card = self.card

        def do(station: Station, storage: StorageCard) -> Look:
            look = station.look(storage)
            if (look.card, look.issue) != card:
                raise Refused("card.changed")
            if station.front_desk.lock_of(look) is None:
                raise Refused("unlock.not_locked")
            return look

        self.want(do, self._locked, lying=True)

    def _locked(self, look: Look) -> None:
        lock = self.till.station.front_desk.lock_of(look)
        assert lock is not None
        card, issue = self.card
        self.after_upload(lambda: self.ask(e.UnlockCard, card=card, issue=issue, lock=lock))


class Replace(Job):
    """A new plastic with the balance that is sure; the old one is dead for ever. F: A5"""

    name, right, icon = "replace", REPLACE, "credit-card-refresh-outline"
    by_word = True
    states = frozenset({"active", "lost", "frozen", "replaced", "expired"})
    pad = ""
    is_sure = is_grave = True
    _grant: IssueGrant | None = None

    def begin(self) -> None:
        self._grant, self._later = None, ""

    def facts(self) -> tuple[tuple[str, str], ...]:
        if self.status is None:
            return ()
        tr, kind = self.till.tr, self.till.station.facts.types.get(self.status.type)
        rows = [(tr("desk.return_card.books"), money.show(self.status.books_fen))]
        if kind is not None:
            rows = [(tr("desk.issue.type"), tr.named(kind)), *rows]
            if kind.purse_on_card and kind.fee_fen:
                rows.append((tr("receipt.fee"), money.show(kind.fee_fen)))
        return tuple(rows)

    def go(self) -> None:
        def do(station: Station, storage: StorageCard) -> Look:
            look = station.look(storage)
            if not look.blank:
                raise Refused("card.taken", card=look.card, issue=look.issue)
            return look

        self.want(do, self._blank, word="blank")

    def _blank(self, look: Look) -> None:
        """One that the office granted before the power went is asked for again, with the same plastic."""
        (card, issue), uid = self.card, look.uid.hex()
        before = past.unwritten(self.till.station, card, uid)
        if before is not None:
            self.stage = Stage.BUSY
            self.talk.resume(before, self.did, self.failed)
        else:
            self.ask(e.ReplaceCard, card=card, issue=issue, uid=uid)

    def did(self, done: Done) -> None:
        """What a till that has not heard of it could still sell from the old plastic follows later."""
        super().did(done)
        tr, books = self.till.tr, 0 if self.status is None else self.status.books_fen
        rest = books - done.told.fen
        self._later = tr("desk.replace.later", fen=rest) if rest > 0 else ""
        self.end(Result(label=tr("desk.replace.now"), fen=done.told.fen, note=self._later))
        self._grant = done.grant if self.has_purse else None
        if self._grant is not None:
            self._write_plastic()

    def _write_plastic(self) -> None:
        assert self._grant is not None
        holder = "" if self.target is None else self.target.member.name
        self.way.want(Issue(grant=self._grant, opening_fen=0, holder=holder), lying=True)

    def issued(self) -> None:
        """The new plastic is written; its money lies ready as a load."""
        self._grant, self.has_loads = None, True
        note = f"{self.till.tr('desk.replace.written')} {self._later}".strip()
        self.end(Result(label=self.result.label, fen=self.result.fen, note=note))
        self.till.port.wake()

    def keys_after(self) -> tuple[TileView, ...]:
        if self._grant is None:
            return super().keys_after()
        return (self.tile("f5", self.till.tr("desk.replace.write"), icon="credit-card-plus-outline"),)

    def key_after(self, action: str) -> None:
        if self._grant is None:
            super().key_after(action)
        elif action == "f5":
            self._write_plastic()


class Transfer(_Locking):
    """From a temporary card to the formal one, which is found first: balance, deposit, history. F: A8"""

    name, right, icon = "transfer", REPLACE, "swap-horizontal"
    by_word = True
    states = frozenset({"active"})

    def go(self) -> None:
        formal = self.card

        def do(station: Station, storage: StorageCard) -> Look | Completed | Unfinished:
            look = station.look(storage)
            if not look.blank and look.card == formal[0]:
                raise Refused("transfer.same")
            return _as_result(self.lock(station, storage, None))

        self.want(do, self._looked, self._locked, word="temporary")

    def _looked(self, look: Look) -> None:
        lock = self.till.station.front_desk.lock_of(look)
        if lock is None:
            self._transfer(look.card, look.issue, None)
        else:
            self.after_upload(lambda: self._transfer(look.card, look.issue, lock))

    def _locked(self, done: Completed) -> None:
        assert done.intent.purse is not None
        card, issue = done.intent.purse.card, done.intent.purse.issue
        self.after_upload(lambda: self._transfer(card, issue, done.id))

    def _transfer(self, card: int, issue: int, lock: RecordId | None) -> None:
        to_card, to_issue = self.card
        self.ask(e.TransferCard, card=card, issue=issue, to_card=to_card, to_issue=to_issue, lock=lock)

    def did(self, done: Done) -> None:
        super().did(done)
        assert isinstance(done.errand, e.TransferCard)
        self._wiped, self.has_loads = done.errand.lock is None, self.has_purse
