"""What a card says about a tap that is nobody's or the office's to finish: both copies, journaled as read."""

from onecard.cards.image import CardImage, Purse
from onecard.cards.layout import encode_purse
from onecard.ids import RecordId
from onecard.rules.outcome import Verdict
from onecard.terminal.desk import Desk
from onecard.wire.messages import GivenUp, OpenTap, Seen

#: Why a tap is given up that only an earlier life of this disk could have completed.
OTHER_LIFE = "other_life"


def is_elsewhere(desk: Desk, tap: OpenTap) -> bool:
    """Whether this disk knows nothing of it: another terminal's, or of this one before its disk was replaced
    by an older copy."""
    return tap.of.terminal != desk.config.terminal or desk.journal.index.tap(tap.of) is None


def verdict(tap: OpenTap, image: CardImage) -> Verdict:
    """What this read of its card says about somebody else's tap, for whoever stands there; the office knows
    the balances too and has the last word. ``STANDS``: not written, and only its own terminal still could."""
    newest, older = image.newest, image.older
    if newest.counter == tap.counter:
        return Verdict.STANDS
    for record in (newest, older):
        if record is not None and record.counter == tap.counter + 1:
            return Verdict.WRITTEN if record.last == tap.of else Verdict.OVERTAKEN
    return Verdict.UNKNOWN


def forsake(desk: Desk, tap: OpenTap) -> None:
    """Give up a tap of an earlier life: nobody can complete it any more, so the office may settle it.
    Raises ``StoreError``."""
    if tap.of.terminal == desk.config.terminal and not tap.given_up:
        now = desk.moment.now()
        desk.journal.append(lambda id: GivenUp(id=id, at=now, of=tap.of, why=OTHER_LIFE))


def journal_seen(desk: Desk, of: RecordId, image: CardImage) -> None:
    """Journal the evidence once per state of the card. Raises ``StoreError``."""
    if desk.journal.index.was_seen(of, image.newest.counter):
        return
    identity, older, now = image.identity, image.older, desk.moment.now()
    mac = desk.keys.card(image.uid, desk.config.unit, identity.key_version).mac

    def as_read(purse: Purse) -> str:
        # A record that verified is encoded to the very bytes it was read from.
        return encode_purse(purse, identity, mac).hex()

    desk.journal.append(
        lambda id: Seen(
            id=id,
            at=now,
            of=of,
            card=identity.card,
            issue=identity.issue,
            uid=image.uid.hex(),
            newest=as_read(image.newest),
            older="" if older is None else as_read(older),
            counter=image.newest.counter,
            last=image.newest.last,
            older_counter=-1 if older is None else older.counter,
            older_last=None if older is None else older.last,
        )
    )
