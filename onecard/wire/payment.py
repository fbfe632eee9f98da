"""Paying by a code on the screen: what a kiosk wants of the office, and what the office says of a payment.

A payment is opened by a journaled errand (``CodePayment``), whose id is its name everywhere. How it stands is
looked up as often as it takes; the office asks the gateway, a kiosk never does.
"""

from onecard.ids import RecordId
from onecard.wire.message import Message, Short

PATH = "/t/payment"
WAYS_PATH = "/t/payment/ways"


class AskWays(Message, frozen=True, kw_only=True, tag="ask_ways/1"):
    """By which gateways can be paid here?"""


class Ways(Message, frozen=True, kw_only=True, tag="ways/1"):
    """Names of gateways, the usual one first."""

    names: tuple[str, ...]


class AskPayment(Message, frozen=True, kw_only=True, omit_defaults=True, tag="ask_payment/1"):
    """How does it stand? ``leave``: nobody looks at its code any more."""

    payment: RecordId
    leave: bool = False


class Payment(Message, frozen=True, kw_only=True, omit_defaults=True, tag="payment/1"):
    """``state``: created, shown, paid, failed, expired, refunding, refunded. ``is_credited``: its money is on
    the account, or a load that waits for the card. ``code``: what the screen shows, "" until it is there."""

    payment: RecordId
    state: Short
    fen: int
    code: str = ""
    until: int = 0
    reason: Short = ""
    is_credited: bool = False
