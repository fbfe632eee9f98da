"""CPU cards with a PBOC electronic purse ("EP"): commands, keys and MACs, PSAM, and a session.

Chips come from the key room with keys, type and a number of its own range (``FIRST_CHIP`` on), so that the
office's numbers and those of chips never meet; a desk binds one to a member and loads it.

Nothing here was tried on a real chip; what differs between card makers stands in ``profile.py`` as data.
"""

from typing import Final

#: Numbers from here on are given out by the key room, each once; the office never counts so far.
FIRST_CHIP: Final = 10_000_000_000
