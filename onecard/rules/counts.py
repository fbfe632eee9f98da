"""A count wallet: of what was paid for its uses, how much each use is worth to the owner. Pure. F: B7"""

from onecard.errors import Refused


def use(left: int, rest_fen: int, times: int) -> int:
    """``times`` uses of ``left`` that ``rest_fen`` is still there for → fen that move to the owner.

    Each moves ⌊rest ÷ left⌋, so the last one takes all that is left. Raises ``Refused("count.short")``.
    """
    assert times > 0
    assert rest_fen >= 0
    if times > left:
        raise Refused("count.short", left=max(0, left), due=times)
    moved = 0
    for done in range(times):
        moved += (rest_fen - moved) // (left - done)
    return moved
