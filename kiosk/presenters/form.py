"""A form of digits, or letters: what is asked, the pad, the way on and back. Formats; decides nothing."""

from dataclasses import dataclass

from kiosk.booth import Booth
from kiosk.presenters.frame import NO_NOTICE, FrameView, KeyView, NoticeView, frame

#: What stands for a digit nobody else should read.
DOT = "●"


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """One line to be filled; ``active``: the digits go here."""

    label: str
    text: str
    active: bool


@dataclass(frozen=True, kw_only=True)
class FormView:
    frame: FrameView
    title: str
    detail: str
    fields: tuple[FieldView, ...]
    notice: NoticeView
    #: ``phone`` digits, ``phone_amount`` also a point, ``letters`` capitals.
    pad: str
    busy: bool
    #: Amounts that can be chosen with one touch, or which pad is wanted.
    quick: tuple[KeyView, ...]
    #: Which of these is on.
    chosen: str
    ok: KeyView
    back: KeyView


def view(
    booth: Booth,
    *,
    title: str,
    detail: str,
    fields: tuple[FieldView, ...],
    ok: str,
    ready: bool,
    notice: NoticeView = NO_NOTICE,
    pad: str = "phone",
    busy: bool = False,
    quick: tuple[KeyView, ...] = (),
    chosen: str = "",
    back: str = "end",
) -> FormView:
    """``ok`` names the sentence on the key; ``back`` is what the other key sends."""
    tr = booth.tr
    waiting = NoticeView(tone="plain", icon="progress-clock", text=tr("common.please_wait"))
    return FormView(
        frame=frame(booth),
        title=title,
        detail=detail,
        fields=fields,
        notice=waiting if busy else notice,
        pad=pad,
        busy=busy,
        quick=quick,
        chosen=chosen,
        ok=KeyView(key="ok", text=ok, icon="check-bold", kind="primary", enabled=ready and not busy),
        back=KeyView(
            key=back,
            text=tr("kiosk.key.end" if back == "end" else "common.back"),
            icon="logout" if back == "end" else "arrow-left",
            enabled=not busy,
        ),
    )


def hidden(digits: str) -> str:
    """A PIN as it is shown."""
    return " ".join(DOT for _ in digits)
