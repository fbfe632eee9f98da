"""When a kiosk on its battery ends: low for a while, and nobody before it. F: C15

A note in the mouth, a card and an attendant's page are waited for; new visits do not begin meanwhile.
"""

from kiosk.flow import Flow
from onecard.terminal.powering import Powering


def ends(supply: Powering, flow: Flow) -> bool:
    """Ask now and then; ``True``: the window may close. What supply it has is shown on the way."""
    if not supply.look() or not flow.let_go():
        return False
    supply.restore()
    return True
