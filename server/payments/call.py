"""One HTTP question to a gateway, over the event loop's own streams: JSON out, JSON back.

Knows no payment. An answer that is no answer in time, or none at all, is ``Unreachable``.
"""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import msgspec

from onecard.errors import Unreachable

WITHIN_S = 5.0
MOST = 1 << 20


class Caller:
    """``base``: ``http://127.0.0.1:8720`` or ``https://…``; certificates are checked."""

    def __init__(self, base: str, within_s: float = WITHIN_S) -> None:
        parts = urlsplit(base)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"no address of a gateway: {base}")
        self._host, self._tls = parts.hostname, parts.scheme == "https"
        self._port = parts.port or (443 if self._tls else 80)
        self._path, self._within_s = parts.path.rstrip("/"), within_s

    async def post(self, path: str, question: dict[str, Any]) -> dict[str, Any]:
        """Raises ``Unreachable``."""
        try:
            async with asyncio.timeout(self._within_s):
                return await self._post(path, msgspec.json.encode(question))
        except (OSError, TimeoutError, ValueError, IndexError, msgspec.DecodeError) as error:
            raise Unreachable("gateway.unreachable", why=type(error).__name__) from error

    async def _post(self, path: str, body: bytes) -> dict[str, Any]:
        reader, writer = await asyncio.open_connection(
            self._host, self._port, ssl=self._tls or None, limit=MOST
        )
        try:
            head = (
                f"POST {self._path}{path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            writer.write(head.encode("ascii") + body)
            await writer.drain()
            answer = await reader.read(MOST)
            while not reader.at_eof() and len(answer) < MOST:
                answer += await reader.read(MOST)
        finally:
            writer.close()
        top, _, content = answer.partition(b"\r\n\r\n")
        status = int(top.split(b" ", 2)[1])
        if status not in (200, 201):
            raise ValueError(f"status {status}")
        return msgspec.json.decode(content, type=dict[str, Any])
