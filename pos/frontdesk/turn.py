"""Whose turn it is on a list of cards, what each line lacks, and which medium will do for it. F: A2 A9"""

from collections.abc import Sequence
from dataclasses import dataclass

from onecard import money
from onecard.cards.medium import ApduCard, StorageCard
from onecard.errors import CardForeign, Refused
from onecard.terminal.look import Look
from onecard.terminal.station import Station
from onecard.text import Translator
from onecard.wire.counter import ListRow, Turn, TurnRow
from pos.presenters.frame import RowView
from pos.presenters.job import ListView


@dataclass(frozen=True, kw_only=True)
class Line:
    """Somebody of the list who can be served now, and what for (``desk.batch.<what>``)."""

    row: TurnRow
    what: str

    @property
    def tone(self) -> str:
        return "ink" if self.what == "next" else "refuse"


def lines(turn: Turn) -> list[Line]:
    """The next one, then those whose card is not written, or not whole."""
    following = [] if turn.next is None else [Line(row=turn.next, what="next")]
    failed = [Line(row=one, what="no_money" if one.is_made else "not_written") for one in turn.failed]
    return [*following, *failed, *(Line(row=one, what="no_stripe") for one in turn.stripeless)]


def of_chip(look: Look, turn: Turn) -> dict[str, int]:
    """What a chip brings along from the key room. Raises ``Refused("card.chip_type")``."""
    if look.image is None:
        return {}
    identity = look.image.identity
    if identity.type != turn.row.type:
        raise Refused("card.chip_type", type=identity.type)
    return {"card": identity.card, "until_day": identity.until_day}


def medium(station: Station, storage: StorageCard) -> Look:
    """A blank, a chip as the key room made it, or one that was made here and lacks its money."""
    try:
        return station.look(storage)
    except CardForeign as error:
        if error.code == "card.foreign" and isinstance(storage, ApduCard):
            raise CardForeign("card.from_key_room") from error
        raise


def turn_view(tr: Translator, some: Sequence[Line], at: int) -> ListView:
    """The people of one list who can be served."""
    return ListView(
        titles=tuple(tr(f"desk.batch.column.{name}") for name in ("name", "number", "state", "sum")),
        shares=(1.1, 1.0, 1.0, -0.8),
        rows=tuple(
            RowView(
                cells=(
                    one.row.name,
                    one.row.number,
                    tr(f"desk.batch.{one.what}"),
                    money.plain(one.row.opening_fen),
                ),
                action=f"row:{n}",
                selected=n == at,
                tone=one.tone,
            )
            for n, one in enumerate(some)
        ),
        empty=tr("desk.batch.nobody"),
    )


def lists_view(tr: Translator, lists: Sequence[ListRow], at: int, *, is_loading: bool) -> ListView:
    """Which list it is to be."""
    return ListView(
        titles=tuple(tr(f"desk.batch.column.{name}") for name in ("list", "waiting", "issued", "failed")),
        shares=(1.6, -0.6, -0.6, -0.6),
        rows=tuple(
            RowView(
                cells=(one.name, str(one.waiting), str(one.issued), str(one.asked + one.stripeless)),
                action=f"row:{n}",
                selected=n == at,
            )
            for n, one in enumerate(lists)
        ),
        empty=tr("common.loading" if is_loading else "desk.batch.none"),
    )
