"""``python -m onecard.terminal start FOLDER -- …``: keeps a station running, in the version that works.

Starts the version in use, or the one on trial; one on trial that ends, or does not say in time that it works,
is stopped and started once more, and then taken back. Knows processes and the slots, nothing of a station.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog

from onecard.clock import Clock
from onecard.errors import Refused
from onecard.terminal.slot import Slots

_log = structlog.get_logger("starter")

#: A program that ends with this code wants to be started again.
AGAIN: Final = 75
#: A version on trial has so long to say that it works.
HEALTHY_WITHIN_S: Final = 120.0
#: Between two starts of a version that ends by itself.
PAUSES_S: Final = (0.0, 1.0, 5.0, 15.0)
#: A program that ran so long did not end because it cannot start.
STEADY_S: Final = 60.0
_LOOK_S: Final = 0.2
#: Where the running version finds the slots, and what it is called.
FOLDER, VERSION = "ONECARD_SLOTS", "ONECARD_VERSION"


def keep_running(
    slots: Slots, command: Sequence[str], clock: Clock, *, healthy_within_s: float = HEALTHY_WITHIN_S
) -> int:
    """Until the program ends well (its exit code) or by a signal; ``command`` runs in the version's folder.

    Raises ``Refused("update.none")`` when there is no version at all.
    """
    falls = 0
    while True:
        version = slots.choose()
        if not version:
            raise Refused("update.none", folder=str(slots.folder))
        began = clock.monotonic()
        code = _run(slots, version, command, clock, healthy_within_s)
        if code == 0 or (code < 0 and -code in (signal.SIGTERM, signal.SIGINT)):
            return max(0, code)
        steady = clock.monotonic() - began >= STEADY_S
        falls = 0 if code == AGAIN or steady or slots.state.trial is not None else falls + 1
        _log.warning("starter.ended", version=version, code=code, falls=falls)
        clock.sleep(PAUSES_S[min(falls, len(PAUSES_S) - 1)])


def _run(slots: Slots, version: str, command: Sequence[str], clock: Clock, within_s: float) -> int:
    """The exit code; of one on trial that stays silent, that of the stop."""
    folder = slots.path(version)
    environment = os.environ | {
        FOLDER: str(slots.folder.resolve()),
        VERSION: version,
        "PYTHONPATH": str(folder.resolve()),
    }
    process = subprocess.Popen([sys.executable, *command], cwd=folder, env=environment)
    try:
        until = clock.monotonic() + within_s
        while (trial := slots.state.trial) is not None and trial.version == version:
            if process.poll() is not None:
                return process.returncode
            if clock.monotonic() > until:
                _log.error("starter.not_healthy", version=version)
                _stop(process)
                return AGAIN
            clock.sleep(_LOOK_S)
        return process.wait()
    except BaseException:
        _stop(process)
        raise


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def running(environment: "os._Environ[str] | dict[str, str]" = os.environ) -> tuple[Slots, str] | None:
    """Inside the program: its slots and version; ``None`` when nobody of ours started it."""
    if FOLDER not in environment or VERSION not in environment:
        return None
    return Slots(Path(environment[FOLDER])), environment[VERSION]
