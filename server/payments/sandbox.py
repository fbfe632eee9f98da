"""The adapter of the sandbox gateway, which ships with the bench: plain questions, no signature, no money."""

from typing import Any, Protocol

from onecard.errors import Unreachable
from server.payments.gateway import Opened, Told, Wanted


class Post(Protocol):
    """How a question gets there (``call.Caller``)."""

    async def post(self, path: str, question: dict[str, Any]) -> dict[str, Any]: ...


class Sandbox:
    """A ``Gateway``."""

    def __init__(self, caller: Post) -> None:
        self._caller = caller

    async def open(self, wanted: Wanted) -> Opened:
        question = {"fen": wanted.fen, "title": wanted.title, "until": wanted.until}
        answer = await self._caller.post("/pay/open", {"number": wanted.number, **question})
        return Opened(told=_told(answer), code=str(answer.get("code", "")))

    async def ask(self, number: str) -> Told:
        return _told(await self._caller.post("/pay/ask", {"number": number}))

    async def close(self, number: str) -> Told:
        return _told(await self._caller.post("/pay/close", {"number": number}))

    async def refund(self, number: str, fen: int) -> Told:
        return _told(await self._caller.post("/pay/refund", {"number": number, "fen": fen}))


def _told(answer: dict[str, Any]) -> Told:
    try:
        return Told(answer.get("state", ""))
    except ValueError as error:
        # A word that we do not know is no answer: nothing may be concluded from it.
        raise Unreachable("gateway.unreachable", why="word") from error
