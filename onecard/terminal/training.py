"""Training: a journal of its own, keys of its own, and not a word to the office. F: C14

The station's documents are copied so that people see their own goods and log in with their own PINs; what is
done is on the disk like anything else and never leaves it. A real card is a stranger here, and a training
card is one everywhere else.
"""

import shutil
from pathlib import Path
from typing import Final

from onecard.cards.image import CardImage, Identity, Purse
from onecard.cards.keys import KeySet
from onecard.cards.m1 import M1Card
from onecard.cards.medium import StorageCard
from onecard.errors import CardForeign, Refused, StoreError
from onecard.terminal.desk import Desk

MARK: Final = "training.on"
FOLDER: Final = "training"
#: Numbers of training cards begin here; no office gives them out.
FIRST_CARD: Final = 990_000_000
OPENING_FEN: Final = 20_000
_DAYS: Final = 3650


def is_on(folder: Path) -> bool:
    """Whether this station starts in training."""
    return (folder / MARK).exists()


def switch(folder: Path, *, on: bool) -> None:
    """From the next start on. ``folder`` is the station's real one. Raises ``StoreError``."""
    try:
        if on:
            (folder / MARK).write_text("")
        else:
            (folder / MARK).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError("store.failed", detail=str(error)) from error


def lay_out(folder: Path) -> Path:
    """The folder of the training journal, with the newest documents of the real station in it.

    Nothing may have the real ones open. Raises ``StoreError``.
    """
    inside = folder / FOLDER
    try:
        inside.mkdir(exist_ok=True)
        for old in inside.glob("facts.db*"):
            old.unlink()
        for part in folder.glob("facts.db*"):
            shutil.copy2(part, inside / part.name)
    except OSError as error:
        raise StoreError("store.failed", detail=str(error)) from error
    return inside


def make_card(desk: Desk, keys: KeySet, storage: StorageCard) -> CardImage:
    """A blank medium, or a training card, becomes a training card with money on it that is none.

    Raises ``Refused("training.off")`` unless the keys are training keys, ``CardForeign`` for any other card.
    """
    if not keys.training:
        raise Refused("training.off")
    purses = [one for one in desk.facts.types.values() if one.purse_on_card]
    card_type = min(purses, default=None, key=lambda one: one.type)
    if card_type is None:
        raise Refused("card.type_unknown", type=0)
    session = M1Card(storage, keys, desk.config.unit, desk.config.first_sector)
    try:
        session.read()
        session.wipe()
    except CardForeign as error:
        if error.code not in ("card.blank", "card.half"):
            raise
    storage.select()
    today = desk.calendar().card_day(desk.moment.now())
    identity = Identity(
        unit=desk.config.unit,
        card=FIRST_CARD + int.from_bytes(storage.uid[-3:]),
        issue=1,
        type=card_type.type,
        key_version=keys.version,
        from_day=max(0, today - 1),
        until_day=min(0xFFFF, today + _DAYS),
    )
    again = M1Card(storage, keys, desk.config.unit, desk.config.first_sector)
    return again.personalise(identity, Purse(main_fen=OPENING_FEN))
