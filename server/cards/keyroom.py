"""The server's card keys: they order loads of CPU cards and judge their proofs. Without the file: neither.

``cards.store`` beside its machine secret ``cards.secret`` in the folder of keys, made by the key ceremony.
"""

from pathlib import Path

from onecard.cards import keystore
from onecard.cards.cpu.key import CpuKeys
from onecard.cards.cpu.record import factor_of
from onecard.cards.keys import KeySet
from onecard.wire.messages import ProvedDone


class CardKeys:
    """Keys of single cards, by what the card says of itself."""

    def __init__(self, unit: int, keys: KeySet) -> None:
        self._unit, self._keys = unit, keys

    def of(self, card: int, issue: int, version: int) -> CpuKeys | None:
        """``None`` for a version that is not here."""
        master = next((one for one in self._keys.masters if one.version == version), None)
        return None if master is None else master.cpu.card(factor_of(self._unit, card, issue))

    def doubt(self, done: ProvedDone) -> str:
        """What is wrong with a card's proof: "" when it holds, else a kind of the inbox."""
        keys = self.of(done.card, done.issue, done.key_version)
        if keys is None or keys.tac is None:
            return "tac_unchecked"
        return "" if done.proof.holds(keys.tac) else "tac_wrong"


def load(folder: Path, unit: int) -> CardKeys | None:
    """What lies in the folder of keys. Raises ``StoreError`` for a store that cannot be opened."""
    store = folder / "cards.store"
    if not store.exists():
        return None
    secret = keystore.MachineSecret.read(store.with_suffix(".secret"))
    kind = keystore.kind_of(store)
    keys = keystore.load(store, secret, test=kind != "live", training=kind == "training")
    return CardKeys(unit, keys)
