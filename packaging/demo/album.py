"""The pictures of the day, numbered in the order they were taken; packed and written beside the day."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from hands import Hands


class Album:
    """Takes the place of an older one in ``folder``. ``close`` it: then everything is on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="album")
        self._written: list[Future[None]] = []
        for old in folder.glob("[0-9][0-9]-*.png"):
            old.unlink()

    def keep(self, hands: Hands, what: str, shows: str = "") -> None:
        """The window as it is now; with ``shows``, once that can be read on it."""
        if shows:
            hands.until_text(shows)
        self._count += 1
        path = self._folder / f"{self._count:02d}-{hands.name}-{what}.png"
        self._written.append(self._writer.submit(hands.picture().save, path, compress_level=1))

    def paper(self, what: str, png: bytes) -> None:
        """A receipt, under the number of the newest picture."""
        (self._folder / f"{self._count:02d}-{what}.png").write_bytes(png)

    def close(self) -> None:
        """Raises what went wrong in writing."""
        self._writer.shutdown()
        for written in self._written:
            written.result()
