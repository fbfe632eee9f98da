"""What stands on the other side of the counter: the bill, the total, after the tap name and balance. F: C5

The window and the two lines of a pole display say the same. Nothing of a supervisor's or an operator's card,
and no name in full, is ever shown there.
"""

import msgspec

from onecard import money
from onecard.text import Audience, Translator
from pos import worth
from pos.presenters.sell import SellView
from pos.presenters.tender import TenderView
from pos.tap import Phase, Tap
from pos.task import Blank, Issue, Recharge, Sell, TakeBack, Task
from pos.till import Till

#: A name and a balance stay this long, and no longer.
SHOWN_FOR_S = 3.0
#: Lines of a bill that are shown, the newest.
MOST = 6
_LOOKS = {
    Phase.READY: "ready",
    Phase.READING: "reading",
    Phase.ASKING: "reading",
    Phase.REFUSED: "refused",
    Phase.FOUND: "refused",
    Phase.RETAP: "retap",
    Phase.ASIDE: "refused",
}


class CustomerView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``look``: welcome, bill, ready, reading, ok, refused, retap. ``facts`` are label and amount.

    ``language`` and ``theme`` are the till's. It also goes from the till's process to the window's as JSON.
    """

    look: str = "welcome"
    title: str = ""
    total: str = ""
    #: How many uses the total says; a pole has no word for them.
    uses: int = 0
    note: str = ""
    lines: tuple[tuple[str, str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    language: str = "zh"
    theme: str = "light"


def present(till: Till, view: object, tap: Tap) -> CustomerView:
    """Of the screen in front and the card that is wanted or was just there."""
    tr = till.tr
    found = _tap(till, tap) or _bill(till, view)
    if found is None:
        place = till.place
        name = "" if place is None else place.outlet_name
        found = CustomerView(title=tr("pos.customer.welcome"), note=name)
    return msgspec.structs.replace(found, language=tr.language, theme=till.theme)


def _tap(till: Till, tap: Tap) -> CustomerView | None:
    tr, task = till.tr, tap.task
    if not isinstance(task, Sell | TakeBack | Recharge | Issue | Blank):
        return None
    total = worth.of_task(tr, task, tap.completed)
    uses = worth.rung_uses(task.order.lines) if isinstance(task, Sell) else 0
    if tap.phase is Phase.OK and tap.completed is not None:
        if till.now() - tap.since >= SHOWN_FOR_S:
            return CustomerView(look="ok", title=tr("pos.customer.thanks"), total=total, uses=uses)
        card = getattr(tap.completed.intent, "card", 0) or getattr(tap.completed.intent.purse, "card", 0)
        return CustomerView(
            look="ok",
            title=tr("pos.customer.thanks"),
            total=total,
            uses=uses,
            note=till.holder(card),
            facts=worth.left(tr, tap.completed),
        )
    look = _LOOKS.get(tap.phase)
    if look is None:
        return None
    if tap.phase is Phase.REFUSED and tap.error is not None:
        return CustomerView(
            look=look,
            title=tr("common.tap.refused"),
            total=total,
            uses=uses,
            note=tr.refusal(tap.error, Audience.MEMBER),
        )
    word = "retap" if look == "retap" else "reading" if look == "reading" else "ready"
    title = tr("pos.customer.ask_cashier") if look == "refused" else tr(f"common.tap.{word}")
    return CustomerView(look=look, title=title, total=total, uses=uses, lines=_rung(tr, task))


def _rung(tr: Translator, task: Task) -> tuple[tuple[str, str, str], ...]:
    """What is being paid for stays to be seen until it is; a bare amount says no more than the total."""
    lines = task.order.lines if isinstance(task, Sell) else ()
    if not any(line.name for line in lines) and len(lines) < 2:
        return ()
    return tuple(worth.cells(tr, line) for line in lines[-MOST:])


def _bill(till: Till, view: object) -> CustomerView | None:
    tr = till.tr
    if isinstance(view, TenderView):
        facts = ((view.given_label, view.given), (view.change_label, view.change))
        return CustomerView(
            look="bill",
            title=view.due_label,
            total=view.due,
            lines=_lines(view.rows),
            facts=tuple(fact for fact in facts if fact[1]),
        )
    if not isinstance(view, SellView) or not (view.rows or view.amount != money.show(0)):
        return None
    return CustomerView(
        look="bill", title=tr("pos.customer.total"), total=view.amount, lines=_lines(view.rows)
    )


def _lines(rows: object) -> tuple[tuple[str, str, str], ...]:
    assert isinstance(rows, tuple)
    return tuple((row.cells[0], row.cells[1], row.cells[2]) for row in rows[-MOST:])


def two_lines(view: CustomerView) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """For a pole display: (text, right, the same in ASCII) above and below."""
    total = f"×{view.uses}" if view.uses else view.total.removeprefix("￥")
    if view.look == "ok" and view.facts:
        label, balance = view.facts[0]
        figure = balance.removeprefix("￥")
        return (view.title, total, "THANK YOU"), (label, figure, "BALANCE")
    if view.look == "bill" and view.facts:
        label, fen = view.facts[-1]
        return (view.title, total, "TOTAL"), (label, fen.removeprefix("￥"), "CHANGE")
    if view.look == "bill" and view.lines:
        what, _, fen = view.lines[-1]
        return (what, fen, "ITEM"), (view.title, total, "TOTAL")
    plain = {"welcome": "WELCOME", "retap": "SAME CARD AGAIN", "refused": "REFUSED", "ready": "TAP CARD"}
    plain |= {"bill": "TOTAL", "reading": "READING CARD", "ok": "THANK YOU"}
    # A place's name has no other spelling; a row of question marks greets nobody.
    return (view.title, "", plain.get(view.look, "")), (
        view.note if view.look == "welcome" and view.note.isascii() else "",
        total,
        "",
    )
