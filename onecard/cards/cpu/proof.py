"""What a CPU card gives out about one transaction, so that the issuer can verify it: the TAC and its inputs.

Travels in the journal as it stands here; hex where the wire has bytes. Knows how to check, not who has keys.
"""

import hmac
from typing import Annotated

import msgspec
from msgspec import Meta

from onecard.cards.cpu import command, crypto

Bytes4 = Annotated[str, Meta(pattern="^[0-9a-f]{8}$")]
Bytes6 = Annotated[str, Meta(pattern="^[0-9a-f]{12}$")]
Bytes7 = Annotated[str, Meta(pattern="^[0-9a-f]{14}$")]
U16 = Annotated[int, Meta(ge=0, lt=1 << 16)]
U32 = Annotated[int, Meta(ge=0, lt=1 << 32)]


class Proof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One transaction. ``sequence`` is the chip's number of it before it was raised: online for a load,
    offline for a purchase; ``balance_fen`` after it; ``terminal`` as the chip was told, six bytes."""

    kind: Annotated[int, Meta(ge=0, lt=256)]
    sequence: U16
    fen: U32
    balance_fen: U32
    terminal: Bytes6
    terminal_sequence: U32 = 0
    moment: Bytes7
    tac: Bytes4

    def holds(self, key: bytes) -> bool:
        """Whether the card's TAC key made it."""
        terminal, moment = bytes.fromhex(self.terminal), bytes.fromhex(self.moment)
        if self.kind == command.LOAD:
            made = crypto.load_tac(
                key, self.balance_fen, self.sequence, self.fen, self.kind, terminal, moment
            )
        else:
            made = crypto.purchase_tac(key, self.fen, self.kind, terminal, self.terminal_sequence, moment)
        return hmac.compare_digest(made, bytes.fromhex(self.tac))
