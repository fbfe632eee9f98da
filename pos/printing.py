"""How the receipt printer stands, for people; which states mean that paper does not come out."""

from onecard.devices.printers import PrinterState

#: States that a person has to do something about.
PAPER_TROUBLE = frozenset(
    {PrinterState.PAPER_OUT, PrinterState.COVER_OPEN, PrinterState.ERROR, PrinterState.GONE}
)
