"""A virtual M1 card and the ways to lay it on a reader: in this process, or on pcscd's virtual reader."""

from onecard.devices.readers.virtual.card import CardLeft, VirtualM1
from onecard.devices.readers.virtual.direct import DirectStorage
from onecard.devices.readers.virtual.slot import PORTS, VpcdSlot

__all__ = ["PORTS", "CardLeft", "DirectStorage", "VirtualM1", "VpcdSlot"]
