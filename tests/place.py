"""Where tests keep their files: in memory where there is room.

Journals and books wait for the disk at every step. Tests that kill programs lose nothing in memory, and none
cuts the power of this machine.
"""

import os
import shutil
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 4 << 30


def in_memory() -> Path | None:
    """A folder in memory; ``None`` on a machine without, or with too little room in it."""
    usable = os.access(_MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES
    return _MEMORY if usable else None
