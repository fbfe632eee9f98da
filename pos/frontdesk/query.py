"""What can be said of a card: what it says itself, and what the books say when the server answers. F: A11

The card's own word is shown at once; the server's is added when it comes. An account's money is at the office
alone: without it the last that was heard from there counts, with its age.
"""

from dataclasses import dataclass, replace

from onecard.clock import CARD_EPOCH_UNIX, day_of_card
from onecard.errors import OneCardError, Refused
from onecard.terminal.look import ON_ACCOUNT, Look
from onecard.wire.messages import CardStatus
from onecard.wire.pockets import Pockets


@dataclass(frozen=True, kw_only=True)
class Query:
    """``asked``: the server has not answered yet. ``why``: the lines that explain the balance are open."""

    look: Look
    status: CardStatus | None = None
    error: OneCardError | None = None
    asked: bool = False
    why: bool = False
    #: Of an account: what it held when the office last said so, and when that was.
    known: tuple[int, int] | None = None
    #: Wallets at the office, points, subsidies that lie ready.
    pockets: Pockets | None = None

    @property
    def is_account(self) -> bool:
        """Whether the money is at the office and not on the card."""
        kind = self.look.card_type
        return kind is not None and not kind.purse_on_card

    @property
    def balance_fen(self) -> int | None:
        """``None``: nobody here knows."""
        if not self.is_account:
            return self.look.balance_fen
        if self.status is not None:
            return self.status.books_fen
        return None if self.known is None else self.known[0]

    @property
    def difference_fen(self) -> int:
        """What the card holds beyond the books: records that have not arrived yet."""
        if self.status is None or self.is_account:
            return 0
        return self.look.balance_fen - self.status.books_fen

    @property
    def refusal(self) -> OneCardError | None:
        """Why nothing may be bought with it; that its money is at the office is no reason."""
        state = "active" if self.status is None or not self.is_account else self.status.state
        if state != "active":
            return Refused("card.stopped", reason=state)
        why = self.look.refusal
        return None if why is not None and why.code == ON_ACCOUNT else why


def answered(query: Query, answer: CardStatus | OneCardError) -> Query:
    """The server's word, or why there is none."""
    if isinstance(answer, OneCardError):
        return replace(query, asked=False, error=answer)
    return replace(query, asked=False, status=answer)


def until(query: Query) -> str:
    """The last day the card is good for, as it is written."""
    return "" if query.look.image is None else day_of_card(query.look.image.identity.until_day).isoformat()


def last_at(query: Query) -> int:
    """When the card was last written, Unix seconds."""
    return CARD_EPOCH_UNIX + (0 if query.look.image is None else query.look.image.newest.last_time)
