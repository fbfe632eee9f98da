"""The body of a look at somebody's card that sold nothing, made while the office could not be asked."""

from onecard.wire.intents import Intent
from onecard.wire.message import CardNo, IssueNo, Short


class Checked(Intent, frozen=True, kw_only=True, tag="checked/1", omit_defaults=True):
    """Who is this? The station's own lists said so; who it is, they do not write down. ``state``: ``active``,
    the stop list's reason, or the code of what refused the card. F: A13"""

    card: CardNo
    issue: IssueNo
    state: Short
