"""Which areas a kiosk has, by the names that keys and visits call them."""

from kiosk.account_paper import AccountPaper
from kiosk.area import Area, Host
from kiosk.attendant import Attendant
from kiosk.code_pay import CodePay
from kiosk.loss import Loss
from kiosk.pickup import Pickup
from kiosk.pin import PinChange
from kiosk.service import Service
from kiosk.who import Who


def all_areas(host: Host) -> dict[str, Area]:
    """Each once; they are begun anew for every visit."""
    return {
        "attendant": Attendant(host),
        "collect": Pickup(host),
        "service": Service(host),
        "code": CodePay(host),
        "loss": Loss(host),
        "pin": PinChange(host),
        "statement": AccountPaper(host),
        "who": Who(host),
    }
