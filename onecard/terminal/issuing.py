"""A blank, or what somebody began on it, becomes the card of a grant. Asks nobody's right: its callers do."""

from onecard.cards.medium import StorageCard
from onecard.errors import Refused
from onecard.rules import limits
from onecard.terminal import conversation, draft
from onecard.terminal.desk import Desk
from onecard.terminal.outcome import Completed, Unfinished
from onecard.terminal.tap import Taps
from onecard.wire.messages import IssueGrant


class Issuing:
    """Of one station."""

    def __init__(self, desk: Desk, taps: Taps) -> None:
        self._desk, self._taps = desk, taps

    def issue(
        self,
        storage: StorageCard,
        grant: IssueGrant,
        opening_fen: int,
        who: draft.Who,
        *,
        is_old: bool = False,
    ) -> Completed | Unfinished:
        """Make it ``grant.card`` with ``opening_fen`` on it. ``is_old``: sectors that the system before has
        closed may be taken.

        Raises ``Refused``, ``CardError``, ``StoreError`` before anything is journaled.
        """
        desk = self._desk
        card_type = desk.card_type(grant.type)
        if card_type is None:
            raise Refused("card.type_unknown", type=grant.type)
        if opening_fen and not card_type.purse_on_card:
            raise Refused("card.account")
        if not 0 <= opening_fen <= card_type.cap_fen:
            raise Refused("limit.cap", cap=card_type.cap_fen, room=card_type.cap_fen)
        limits.check_source(card_type, opening_fen, cash=True, named=True)
        if any((t.card, t.issue) == (grant.card, grant.issue) for t in desk.journal.index.open_taps()):
            raise Refused("tap.own_open")
        session = self._taps.open_session(storage)
        limits.check_medium(card_type, session.medium)
        if opening_fen and session.medium == "cpu":
            raise Refused("card.online_only")  # its first money is a load like any
        conversation.check_blank(session, grant.card, is_old=is_old)
        at = desk.moment.now()
        return self._taps.personalise(
            session, lambda id: draft.issue(desk, who, grant, session.uid, opening_fen, at, id)
        )
