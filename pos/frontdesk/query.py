"""What can be said of a card: what it says itself, and what the books say when the server answers. F: A11

The card's own word is shown at once; the server's is added when it comes.
"""

from dataclasses import dataclass, replace

from onecard.clock import CARD_EPOCH_UNIX, day_of_card
from onecard.errors import OneCardError
from onecard.terminal.look import Look
from onecard.wire.messages import CardStatus


@dataclass(frozen=True, kw_only=True)
class Query:
    """``asked``: the server has not answered yet. ``why``: the lines that explain the balance are open."""

    look: Look
    status: CardStatus | None = None
    error: OneCardError | None = None
    asked: bool = False
    why: bool = False

    @property
    def difference_fen(self) -> int:
        """What the card holds beyond the books: records that have not arrived yet."""
        return 0 if self.status is None else self.look.balance_fen - self.status.books_fen


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
