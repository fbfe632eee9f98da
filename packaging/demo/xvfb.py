"""Virtual screens: one Xvfb each, on display numbers that nobody uses."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from stage import DemoFailed


@contextmanager
def virtual_screens(sizes: tuple[str, ...]) -> Iterator[list[str]]:
    """Displays (":99") of these sizes, as long as the block lasts."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        yield [_start(size, started) for size in sizes]
    finally:
        for server in started:
            server.terminate()
        for server in started:
            server.wait(10)


def _start(size: str, started: list[subprocess.Popen[bytes]]) -> str:
    # Xvfb picks a free number itself and writes it down when it is ready.
    reading, writing = os.pipe()
    try:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
            pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches us only; the windows on it go first
        )  # fmt: skip
    except FileNotFoundError:
        raise DemoFailed("Xvfb is missing; packaging/dev-setup.sh installs it") from None
    finally:
        os.close(writing)
    started.append(server)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    if not number:
        raise DemoFailed("Xvfb did not start")
    return f":{number}"
