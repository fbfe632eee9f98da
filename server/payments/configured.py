"""Which gateways there are: ``gateways.toml`` in the server's folder, read again when it has changed.

[sandbox]
adapter = "sandbox"
url = "http://127.0.0.1:8720"
"""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import structlog

from server.payments.call import Caller
from server.payments.gateway import Gateway
from server.payments.sandbox import Sandbox

_log = structlog.get_logger()

NAME: Final = "gateways.toml"
#: Adapters by the word in the file; each is made from the URL.
ADAPTERS: Final[Mapping[str, Callable[[str], Gateway]]] = {"sandbox": lambda url: Sandbox(Caller(url))}


class Configured:
    """Called, it gives the gateways by name. A file that cannot be read keeps what was there."""

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / NAME
        self._read_at = -1
        self._gateways: dict[str, Gateway] = {}

    def __call__(self) -> Mapping[str, Gateway]:
        if self._path is None:
            return self._gateways
        try:
            changed = self._path.stat().st_mtime_ns
        except OSError:
            return self._gateways if self._read_at >= 0 else {}
        if changed != self._read_at:
            self._read_at = changed
            try:
                tables = tomllib.loads(self._path.read_text(encoding="utf-8"))
                self._gateways = {name: ADAPTERS[row["adapter"]](row["url"]) for name, row in tables.items()}
            except (OSError, ValueError, KeyError, TypeError) as error:
                _log.warning("payment.gateways_unreadable", why=repr(error))
        return self._gateways
