"""How much of a card number may stand on a screen or a paper that others can see."""

#: Digits that are shown; enough to tell a family's cards apart.
TAIL = 4


def card(number: int, issue: int = 0) -> str:
    """``100234`` → ``****0234``; a replacement shows its issue: ``****0234-2``."""
    tail = str(number).rjust(TAIL, "0")[-TAIL:]
    return f"****{tail}" + (f"-{issue}" if issue > 1 else "")
