"""The tap overlay in words: what cashier and customer read in each state of ``pos.tap``. F: C5 C7"""

from dataclasses import dataclass, replace

from onecard import masking, money
from onecard.text import Audience, Translator
from pos import worth
from pos.tap import Phase, Tap
from pos.tap_events import ASIDE_AFTER_S
from pos.task import Blank, Collect, Complete, Issue, Recharge, Sell, Serve, Show, TakeBack, Task


@dataclass(frozen=True, kw_only=True)
class ChoiceView:
    """One button of an overlay; ``action`` is sent, ``hint`` is the key that does the same."""

    action: str
    text: str
    kind: str = "secondary"
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class TapView:
    """``look``: ready, reading, ok, refused or retap."""

    look: str
    title: str
    amount: str = ""
    detail: str = ""
    note: str = ""
    choices: tuple[ChoiceView, ...] = ()


_LOOK = {
    Phase.READY: "ready",
    Phase.READING: "reading",
    Phase.FOUND: "retap",
    Phase.OK: "ok",
    Phase.REFUSED: "refused",
    Phase.RETAP: "retap",
    Phase.ASIDE: "retap",
}


def present(
    tr: Translator, tap: Tap, now: float, *, paper: str = "", patience_s: float = ASIDE_AFTER_S
) -> TapView:
    """``paper``: what to say under a success when its receipt did not come out."""
    assert tap.phase is not Phase.CLOSED
    match tap.phase:
        case Phase.READY:
            return _ready(tr, tap)
        case Phase.READING:
            return TapView(look="reading", title=tr("common.tap.reading"), amount=worth.of_task(tr, tap.task))
        case Phase.OK:
            return _ok(tr, tap, paper)
        case Phase.REFUSED:
            return _refused(tr, tap)
        case Phase.FOUND:
            return _found(tr, tap)
        case Phase.ASIDE:
            return _aside(tr, tap)
        case Phase.ASKING:
            return _asking(tr, tap, patience_s - (now - tap.since))
        case _:
            return _retap(tr, tap, patience_s - (now - tap.since))


def kind_of(task: Task | None) -> str:
    """The word stem of a task's sentences."""
    match task:
        case Sell():
            return "sale"
        case TakeBack():
            return "void"
        case Recharge():
            return "recharge"
        case Collect():
            return "load"
        case Issue() | Blank():
            return "issue"
        case Complete(unfinished=unfinished):
            return unfinished.kind
        case Serve():
            return "desk"
        case Show() | None:
            return "show"


def _ready(tr: Translator, tap: Tap) -> TapView:
    title = tr("pos.tap.blank") if isinstance(tap.task, Issue | Blank) else tr("common.tap.ready")
    detail = tr("pos.tap.for." + kind_of(tap.task))
    if isinstance(tap.task, Serve):
        title, detail = tap.task.title, tap.task.detail
    if isinstance(tap.task, Complete):
        title, detail = (
            tr("common.tap.retap"),
            masking.card(tap.task.unfinished.card, tap.task.unfinished.issue),
        )
    if tap.error is not None:
        detail = tr("pos.tap.last_card", why=tr.refusal(tap.error, Audience.CASHIER))
    return TapView(
        look="ready",
        title=title,
        amount=worth.of_task(tr, tap.task),
        detail=detail,
        choices=(ChoiceView(action="escape", text=tr("common.cancel"), hint="Esc"),),
    )


def _ok(tr: Translator, tap: Tap, paper: str) -> TapView:
    """Closed by itself after a moment, by the next key at once."""
    assert tap.completed is not None
    return TapView(
        look="ok",
        title=tr("pos.tap.done." + kind_of(tap.task)),
        amount=worth.of_task(tr, tap.task, tap.completed),
        detail=" · ".join(" ".join(fact) for fact in worth.left(tr, tap.completed)),
        note=tr("pos.tap.then") if tap.then is not None else paper,
        choices=(ChoiceView(action="enter", text=tr("common.done"), hint="Enter"),),
    )


def _refused(tr: Translator, tap: Tap) -> TapView:
    assert tap.error is not None
    return TapView(
        look="refused",
        title=tr("common.tap.refused"),
        amount=worth.of_task(tr, tap.task),
        detail=tr.refusal(tap.error, Audience.CASHIER),
        note=tr("pos.tap.take_card") if tap.task is not None else "",
        choices=(ChoiceView(action="escape", text=tr("common.cancel"), hint="Esc"),),
    )


def _retap(tr: Translator, tap: Tap, left_s: float) -> TapView:
    assert tap.unfinished is not None
    one = tap.unfinished
    detail = tr("pos.tap.wrong_card") if tap.wrong else tr("pos.tap.unknown." + one.kind)
    if tap.busy:
        detail = tr("common.tap.reading")
    return TapView(
        look="retap",
        title=tr("common.tap.retap"),
        amount=money.show(one.fen) if one.fen else "",
        detail=f"{masking.card(one.card, one.issue)}  {detail}",
        note=tr("pos.tap.aside_in", seconds=max(0, round(left_s))),
        choices=(ChoiceView(action="f8", text=tr("pos.tap.aside_now"), hint="F8"),),
    )


def _asking(tr: Translator, tap: Tap, left_s: float) -> TapView:
    """Nobody pays before the server has said so, and the cashier always sees that."""
    word = "whose" if tap.unfinished is None else "asking_void" if kind_of(tap.task) == "void" else "asking"
    view = TapView(
        look="reading",
        title=tr(f"pos.account.{word}"),
        amount=worth.of_task(tr, tap.task),
        choices=(ChoiceView(action="escape", text=tr("pos.account.cancel"), hint="Esc"),),
    )
    if tap.leaving == "cancel":
        return replace(view, title=tr("pos.account.cancelling"), choices=())
    if tap.error is None or tap.unfinished is None:
        return view
    left = tr("pos.account.not_yet", seconds=max(0, round(left_s)))
    return replace(view, look="retap", title=tr("pos.account.silent"), detail=left)


def _aside(tr: Translator, tap: Tap) -> TapView:
    assert tap.unfinished is not None
    one = tap.unfinished
    again = (
        (ChoiceView(action="f5", text=tr("pos.tap.ring_again." + one.kind), hint="F5"),)
        if isinstance(tap.task, Sell | Recharge)
        else ()
    )
    return TapView(
        look="retap",
        title=tr("pos.tap.aside." + one.kind),
        amount=money.show(one.fen) if one.fen else "",
        detail=tr("pos.account.aside_detail")
        if one.is_on_account
        else tr("pos.tap.aside_detail", card=masking.card(one.card, one.issue)),
        choices=(*again, ChoiceView(action="enter", text=tr("pos.tap.go_on"), kind="primary", hint="Enter")),
    )


def _found(tr: Translator, tap: Tap) -> TapView:
    assert tap.unfinished is not None
    one = tap.unfinished
    return TapView(
        look="retap",
        title=tr("pos.tap.found"),
        amount=money.show(one.fen) if one.fen else "",
        detail=tr("pos.tap.found_detail", what=tr("pos.kind." + one.kind), at=tr.moment(one.at)),
        note=tr("pos.tap.found_note." + ("sale" if one.kind == "sale" else "other")),
        choices=(
            ChoiceView(action="escape", text=tr("common.cancel"), hint="Esc"),
            ChoiceView(action="f5", text=tr("pos.tap.found_drop"), hint="F5"),
            ChoiceView(action="enter", text=tr("pos.tap.found_complete"), kind="primary", hint="Enter"),
        ),
    )
