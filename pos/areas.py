"""Which parts this till has: one line each."""

from pos.area import Area, Way
from pos.back import Back
from pos.carrying import Carrying
from pos.checking import Checking
from pos.drawer import Drawer
from pos.frontdesk.work import FrontDesk
from pos.holding import Holding
from pos.paying import Paying
from pos.payments import ForeignPayments
from pos.powering import Powering
from pos.proving import Proving
from pos.refunding import Refunding
from pos.repaying import Repaying
from pos.selling import Selling
from pos.session import Session
from pos.setup import Setup
from pos.till import Till
from pos.training import Training
from pos.unfinished import Unfinished
from pos.watch import Watch
from pos.weighing import Weighing
from pos.writing import Writing


def areas(till: Till, way: Way, *, tiles: int, tabs: int) -> tuple[Area, ...]:
    """In the order in which they are asked. ``tiles`` and ``tabs`` are selling's."""
    repaying = Repaying(till, way)
    selling = Selling(till, way, repaying, tiles=tiles, tabs=tabs)
    behind: tuple[Area, ...] = (
        Watch(till, way),
        Drawer(till, way),
        ForeignPayments(till, way, repaying),
        Weighing(till, way, selling.sell),
        Setup(till, way),
        Carrying(till, way),
        Training(till, way),
    )
    return (
        Session(till, way),
        selling,
        Unfinished(till, way, selling.sell),
        Paying(till, way, selling.sell),
        Holding(till, way, selling.sell),
        Proving(till, way),
        Checking(till, way),
        Refunding(till, way, repaying),
        repaying,
        *behind,
        Powering(till, way),
        Writing(till, way),
        Back(till, way, tuple(room for area in behind for room in area.rooms)),
        FrontDesk(till, way),
    )
