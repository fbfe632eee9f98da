"""Hands on the bench, through its page's own addresses: cards, notes, paper, the network cable."""

import json
import time
import urllib.error
import urllib.request
from typing import Any

from stage import DemoFailed


class BenchHands:
    """``url`` is the bench's page."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def state(self) -> dict[str, Any]:
        """Everything on the bench."""
        with urllib.request.urlopen(f"{self._url}/state", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def do(self, action: str, **more: Any) -> dict[str, Any]:
        """One action. Raises ``DemoFailed`` with the bench's own sentence."""
        request = urllib.request.Request(
            f"{self._url}/do",
            data=json.dumps({"action": action, **more}).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            raise DemoFailed(f"bench, {action}: {error.read().decode()}") from error
        return found

    def card(self, kind: str, index: int = 0) -> str:
        """UID of the ``index``-th card of a kind in the drawer."""
        return [str(card["uid"]) for card in self.state()["cards"] if card["kind"] == kind][index]

    def put(self, reader: str, uid: str, tear: str | None = None) -> None:
        """Lay a card down; ``tear``: it leaves by itself at that moment."""
        if tear is not None:
            self.do("tear", reader=reader, at=tear)
        self.do("put", reader=reader, card=uid)

    def take(self, reader: str) -> None:
        """Take it away."""
        self.do("take", reader=reader)

    def feed(self, fen: int, acceptor: str = "acceptor", seconds: float = 15) -> None:
        """Put a note or a coin in as soon as the mouth is open, and wait until it is in the box."""
        before = self._mouth(acceptor)["box_fen"]
        until = time.monotonic() + seconds
        while not self._mouth(acceptor)["takes"]:
            if time.monotonic() > until:
                raise DemoFailed(f"the mouth stays shut: {self._mouth(acceptor)}")
            time.sleep(0.05)
        self.do("feed", value_fen=fen, acceptor=acceptor)
        while self._mouth(acceptor)["box_fen"] != before + fen:
            if time.monotonic() > until:
                raise DemoFailed(f"the money did not reach the box: {self._mouth(acceptor)}")
            time.sleep(0.05)

    def _mouth(self, acceptor: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in self.state()["acceptors"] if one["id"] == acceptor)
        return found

    def receipts(self, printer: str) -> int:
        """How many came out so far."""
        found = [p for p in self.state()["printers"] if p["id"] == printer]
        return len(found[0]["receipts"])

    def printed(self, printer: str, before: int, seconds: float = 15) -> None:
        """Wait until there are more than ``before``."""
        until = time.monotonic() + seconds
        while self.receipts(printer) <= before:
            if time.monotonic() > until:
                raise DemoFailed(f"no receipt came out of the printer of the {printer}")
            time.sleep(0.05)

    def receipt(self, printer: str) -> bytes:
        """The newest receipt as a PNG."""
        number = self.receipts(printer) - 1
        with urllib.request.urlopen(f"{self._url}/receipt/{printer}/{number}", timeout=10) as answer:
            picture: bytes = answer.read()
        return picture
