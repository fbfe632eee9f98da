"""The same card has to come back: money is in and not on it yet, or nobody knows whether it is.

A screen of its own, not an error box. Formats; decides nothing.
"""

from dataclasses import dataclass

from kiosk.booth import Booth
from kiosk.presenters.frame import FrameView, frame
from kiosk.visit_state import Phase, Visit
from onecard import masking, money
from onecard.errors import OneCardError
from onecard.text import Audience

#: Why of an unfinished write that needs no words of its own.
_PLAIN = frozenset({"card.gone", "card.doubtful", "tap.server_decides"})


@dataclass(frozen=True, kw_only=True)
class PutBackView:
    frame: FrameView
    amount: str
    title: str
    detail: str
    card: str
    note: str
    #: Another card lies there.
    wrong: bool
    busy: bool


def view(booth: Booth, visit: Visit) -> PutBackView:
    tr = booth.tr
    unfinished, owed = visit.unfinished, visit.owed
    if unfinished is not None:
        fen, card, issue = unfinished.fen, unfinished.card, unfinished.issue
    else:
        fen = 0 if owed is None else owed.fen
        card, issue = visit.card
    return PutBackView(
        frame=frame(booth),
        amount=money.show(fen),
        title=tr("kiosk.put_back.wrong" if visit.wrong else "kiosk.put_back.title"),
        detail=tr("kiosk.put_back.retap" if visit.phase is Phase.RETAP else "kiosk.put_back.return"),
        card=tr(
            "kiosk.put_back.swap" if visit.wrong else "kiosk.put_back.card", card=masking.card(card, issue)
        ),
        note=_note(booth, visit),
        wrong=visit.wrong,
        busy=visit.busy,
    )


def _note(booth: Booth, visit: Visit) -> str:
    tr = booth.tr
    if visit.busy:
        return tr("common.tap.reading")
    why = "" if visit.unfinished is None else visit.unfinished.why
    if visit.present and not visit.wrong and why and why not in _PLAIN:
        return tr.refusal(OneCardError(why), Audience.MEMBER)
    return tr("kiosk.put_back.safe")
