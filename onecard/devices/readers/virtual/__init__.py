"""Virtual cards and the ways to lay them on a reader: in this process, or on pcscd's virtual reader."""

from onecard.devices.readers.virtual.card import CardLeft, VirtualM1
from onecard.devices.readers.virtual.direct import DirectCpu, DirectStorage
from onecard.devices.readers.virtual.field import Plastic
from onecard.devices.readers.virtual.psam import VirtualPsam
from onecard.devices.readers.virtual.purse import VirtualPurse
from onecard.devices.readers.virtual.slot import PORTS, VpcdSlot

__all__ = [
    "PORTS",
    "CardLeft",
    "DirectCpu",
    "DirectStorage",
    "Plastic",
    "VirtualM1",
    "VirtualPsam",
    "VirtualPurse",
    "VpcdSlot",
]
