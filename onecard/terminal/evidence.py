"""What a card says about a tap that is nobody's or the office's to finish: both copies, journaled as read."""

from onecard.cards.image import CardImage, Purse
from onecard.cards.layout import encode_purse
from onecard.ids import RecordId
from onecard.terminal.desk import Desk
from onecard.wire.messages import Seen


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
