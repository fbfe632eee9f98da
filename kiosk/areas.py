"""Which areas a kiosk has, by the names that keys and visits call them."""

from kiosk.area import Area, Host
from kiosk.pickup import Pickup
from kiosk.service import Service


def all_areas(host: Host) -> dict[str, Area]:
    """Each once; they are begun anew for every visit."""
    return {"collect": Pickup(host), "service": Service(host)}
