"""One HTTP question to a gateway: JSON out, JSON back.

Knows no payment. An answer that is no answer in time, or none at all, is ``Unreachable``.
"""

import asyncio
import ssl
from typing import Any

import httpx
import msgspec

from onecard.errors import Unreachable

WITHIN_S = 5.0


class Caller:
    """``base``: ``http://127.0.0.1:8720`` or ``https://…``; certificates are checked."""

    def __init__(self, base: str, within_s: float = WITHIN_S) -> None:
        url = httpx.URL(base)
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError(f"no address of a gateway: {base}")
        self._base, self._within_s = base.rstrip("/"), within_s
        # Made once: reading the authorities' certificates takes longer than asking.
        self._trust = ssl.create_default_context() if url.scheme == "https" else False

    async def post(self, path: str, question: dict[str, Any]) -> dict[str, Any]:
        """Raises ``Unreachable``."""
        try:
            async with (
                asyncio.timeout(self._within_s),  # httpx bounds each step, not their sum
                # Not through a proxy of the machine's: who is asked is what the settings say.
                httpx.AsyncClient(verify=self._trust, trust_env=False) as client,
            ):
                answer = await client.post(self._base + path, json=question)
            if answer.status_code not in (200, 201):
                raise ValueError(f"status {answer.status_code}")
            return msgspec.json.decode(answer.content, type=dict[str, Any])
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, msgspec.DecodeError) as error:
            raise Unreachable("gateway.unreachable", why=type(error).__name__) from error
