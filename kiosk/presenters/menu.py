"""A page of keys with what each is for, and lines of text below. Formats; decides nothing."""

from dataclasses import dataclass

from kiosk.booth import Booth
from kiosk.presenters.frame import NO_NOTICE, FrameView, KeyView, NoticeView, frame

#: Keys on one page.
KEYS = 8


@dataclass(frozen=True, kw_only=True)
class MenuView:
    frame: FrameView
    #: What the page is about, where no lines stand.
    icon: str
    title: str
    #: What is at stake, in large figures; "" for most pages.
    amount: str
    detail: str
    notice: NoticeView
    #: Name and figure, as in a table of counters.
    lines: tuple[tuple[str, str], ...]
    keys: tuple[KeyView, ...]
    end: KeyView


def view(
    booth: Booth,
    *,
    title: str,
    icon: str = "",
    amount: str = "",
    detail: str = "",
    keys: tuple[KeyView, ...] = (),
    lines: tuple[tuple[str, str], ...] = (),
    notice: NoticeView = NO_NOTICE,
    back: str = "end",
    is_back_on: bool = True,
) -> MenuView:
    """``back`` is what the last key sends."""
    tr = booth.tr
    assert len(keys) <= KEYS
    return MenuView(
        frame=frame(booth),
        icon=icon,
        title=title,
        amount=amount,
        detail=detail,
        notice=notice,
        lines=lines,
        keys=keys,
        end=KeyView(
            key=back,
            text=tr("kiosk.key.end" if back == "end" else "common.back"),
            icon="logout" if back == "end" else "arrow-left",
            enabled=is_back_on,
        ),
    )
