"""How much of a holder's name and card number may stand on a screen or a paper that others can see."""

#: Digits of a card number that are shown; enough to tell a family's cards apart.
TAIL = 4


def name(full: str) -> str:
    """``张小敏`` → ``张*敏``, ``张敏`` → ``张*``, ``John Smith`` → ``J*h S*h``; empty stays empty."""
    return " ".join(_word(word) for word in full.split())


def _word(word: str) -> str:
    return f"{word[0]}*" if len(word) <= 2 else f"{word[0]}*{word[-1]}"


def card(number: int, issue: int = 0) -> str:
    """``100234`` → ``****0234``; a replacement shows its issue: ``****0234-2``."""
    tail = str(number).rjust(TAIL, "0")[-TAIL:]
    return f"****{tail}" + (f"-{issue}" if issue > 1 else "")
