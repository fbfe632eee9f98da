"""Names of the rights that the core itself asks for; the office grants them under the same names."""

from typing import Final

SHIFT: Final = "pos.shift"
VOID: Final = "pos.void"
ISSUE: Final = "desk.issue"
RECHARGE: Final = "desk.recharge"
SUPERVISOR: Final = "supervisor"
