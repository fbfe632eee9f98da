"""Where an attendant's visit stands: what ``attendant.py`` leads through and ``attendant_pages.py`` words."""

from collections.abc import Sequence
from typing import Protocol

from kiosk.booth import Booth
from kiosk.carrying import Carrying
from kiosk.collection import Count
from kiosk.renewing import Renewing
from kiosk.trial import Trial
from onecard.cards.management.document import Management
from onecard.wire.messages import Operator


class AttendantState(Protocol):
    """As the area has it; the pages only read. ``page``: see ``attendant.py``."""

    @property
    def booth(self) -> Booth: ...

    @property
    def page(self) -> str: ...

    @property
    def why(self) -> str:
        """Why the last wish was refused."""
        ...

    @property
    def said(self) -> str:
        """What came of the last wish."""
        ...

    @property
    def pin(self) -> str: ...

    @property
    def able(self) -> Sequence[Operator]:
        """Who may open these pages with this card."""
        ...

    @property
    def wanted(self) -> Operator | None:
        """Who says that he is here."""
        ...

    @property
    def operator(self) -> Operator | None:
        """Who has proved it."""
        ...

    @property
    def count(self) -> Count | None: ...

    @property
    def first(self) -> int:
        """The setting at the top of the page."""
        ...

    @property
    def trial(self) -> Trial:
        """Which device is being tried by hand."""
        ...

    @property
    def card(self) -> Management:
        """Which management card opened the pages."""
        ...

    @property
    def carrying(self) -> Carrying: ...

    @property
    def renewing(self) -> Renewing: ...

    @property
    def slip_fen(self) -> int:
        """What a slip can be had for now."""
        ...
