"""Where things stand on one family of CPU cards, and what its makers do differently. Data only.

[?] The purse commands are the standard's; file numbers of the record, key indexes, the PIN before a load and
whether the log holds a sequence before or after it was raised differ by maker and version of the chip system.
A new card gets a row here after it was tried, not a branch in the code.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Profile:
    """One family. Every name is short file identifier, index or plain truth."""

    name: str
    #: Application identifier of the purse.
    application: bytes
    #: Public data of the application: issuer, serial number, validity.
    public_file: int = 0x15
    #: The record file that a compound purchase updates, two records used in turn.
    record_file: int = 0x17
    #: Its mark: first byte of each record, and P1 of the update.
    record_mark: int = 0x30
    log_file: int = 0x18
    purchase_key: int = 1
    load_key: int = 1
    #: The log shows the sequence as it was before the transaction raised it.
    logs_before: bool = True
    #: Verified before each load; empty: not asked for.
    load_pin: bytes = b""
    #: The purse of subsidies is an application of its own with the same files.
    subsidy_application: bytes = b""


#: What the cards of a new installation are ordered with.
STANDARD: Final = Profile(
    "standard",
    application=bytes.fromhex("A000000003") + b"ONECARD.EP",
    subsidy_application=bytes.fromhex("A000000003") + b"ONECARD.SB",
)
