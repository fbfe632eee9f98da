"""The sandbox payment gateway: a small process of its own, with a page that is everybody's payment app.

    python -m onecard.bench.gateway --port 8720

Four questions (``/pay/open``, ``ask``, ``close``, ``refund``), each naming the payment by the merchant's own
number, so that twice is once. No money, no signature; serves loopback only and refuses any other ``Host``.
"""

import argparse
import contextlib
import html
import signal
import threading
from typing import Any

import msgspec
import uvicorn
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.exceptions import ClientException, PermissionDeniedException
from litestar.params import FromPath

from onecard import money
from onecard.clock import Clock, SystemClock

PORT = 8720


class Order(msgspec.Struct):
    """One payment. ``state``: open, paid, closed, refunded, refused."""

    number: str
    fen: int
    title: str
    until: int
    state: str = "open"


class Payments:
    """What the gateway knows. ``silent``: it answers nobody, as when its line is down.

    The merchant and the person with the app may come from different threads.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self.orders: dict[str, Order] = {}
        self.silent = False
        #: Refuse the next order that is opened.
        self.refuse_next = False

    # ---- the merchant

    def open(self, number: str, fen: int, title: str, until: int) -> dict[str, Any]:
        with self._lock:
            order = self.orders.get(number)
            if order is None:
                order = Order(number, fen, title, until, "refused" if self.refuse_next else "open")
                self.refuse_next = False
                self.orders[number] = order
            elif (order.fen, order.until) != (fen, until):
                return {"state": "refused", "why": "the same number for another payment"}
            return {"state": order.state, "code": f"onecard-sandbox://pay/{number}"}

    def ask(self, number: str) -> dict[str, Any]:
        order = self.orders.get(number)
        return {"state": "unknown" if order is None else order.state}

    def close(self, number: str) -> dict[str, Any]:
        with self._lock:
            order = self.orders.get(number)
            if order is None:
                # Whatever comes under this number later finds it closed.
                self.orders[number] = Order(number, 0, "", 0, "closed")
                return {"state": "closed"}
            if order.state == "open":
                order.state = "closed"
            return {"state": order.state}

    def refund(self, number: str, fen: int) -> dict[str, Any]:
        order = self.orders.get(number)
        if order is not None and order.state == "paid" and order.fen == fen:
            order.state = "refunded"
        return {"state": "unknown" if order is None else order.state}

    # ---- the person with the payment app

    def waiting(self) -> list[Order]:
        """What can be paid now, the newest first."""
        return [one for one in self.newest() if one.state == "open"]

    def newest(self) -> list[Order]:
        """Every payment there was, the newest first."""
        with self._lock:
            return list(reversed(self.orders.values()))

    def pay(self, number: str) -> bool:
        """Scan and confirm; ``False``: its code is no good (any more)."""
        return self._end(number, "paid")

    def decline(self, number: str) -> bool:
        """The app says no."""
        return self._end(number, "refused")

    def _end(self, number: str, state: str) -> bool:
        with self._lock:
            order = self.orders.get(number)
            if order is None or order.state != "open":
                return False
            order.state = state
            return True


def perform(payments: Payments, what: str, said: dict[str, Any]) -> dict[str, Any]:
    """One question of the merchant's. Raises ``ValueError`` for nonsense."""
    number = said.get("number")
    if not isinstance(number, str) or not 0 < len(number) <= 64:
        raise ValueError("number")
    if what == "open":
        fen, until = said.get("fen"), said.get("until")
        if type(fen) is not int or type(until) is not int or fen <= 0:
            raise ValueError("fen")
        return payments.open(number, fen, str(said.get("title", "")), until)
    if what == "refund":
        if type(said.get("fen")) is not int:
            raise ValueError("fen")
        return payments.refund(number, said["fen"])
    return payments.ask(number) if what == "ask" else payments.close(number)


_STYLE = (
    "body{font:18px/1.7 sans-serif;margin:2rem;max-width:40rem}"
    "button{font:inherit;padding:.4rem 1rem}form{margin:.6rem 0}"
)
_BUTTONS = (
    "<button name=do value=pay>付款 Pay</button> <button name=do value=decline>拒绝 Decline</button></form>"
)


def page(payments: Payments) -> str:
    """The payment app: a button per code that can be paid."""
    rows = "".join(
        f"<form method=post action='/app/pay'><input type=hidden name=number value='{number}'>"
        f"<b>{money.show(one.fen)}</b> {number} {_BUTTONS}"
        for one in payments.waiting()
        for number in (html.escape(one.number),)
    )
    ended = "".join(
        f"<li>{html.escape(one.number)} {money.show(one.fen)} {one.state}</li>"
        for one in payments.newest()[:20]
        if one.state != "open"
    )
    line = "恢复线路 Answer again" if payments.silent else "断开线路 Stop answering"
    return (
        "<!doctype html><meta charset=utf-8><meta http-equiv=refresh content=2>"
        f"<title>付款 Payment app</title><style>{_STYLE}</style><h1>付款 Payment app (sandbox)</h1>"
        f"{rows or '<p>没有待付款的二维码 · No code to pay</p>'}<ul>{ended}</ul>"
        f"<form method=post action='/app/line'><button>{line}</button></form>"
    )


def app(payments: Payments) -> Litestar:
    """Loopback only: another site must not pay for somebody."""

    def guard(request: Request[Any, Any, Any]) -> None:
        if request.url.hostname not in ("127.0.0.1", "localhost"):
            raise PermissionDeniedException("loopback only")

    @post("/pay/{what:str}", status_code=200)
    async def ask(request: Request[Any, Any, Any], what: FromPath[str]) -> dict[str, Any]:
        if payments.silent:
            raise ClientException("no answer", status_code=503)
        try:
            if what not in ("open", "ask", "close", "refund"):
                raise ValueError(what)
            return perform(payments, what, msgspec.json.decode(await request.body(), type=dict[str, Any]))
        except (ValueError, msgspec.DecodeError) as error:
            raise ClientException(str(error)) from error

    @get("/", media_type=MediaType.HTML)
    async def look() -> str:
        return page(payments)

    @post("/app/{what:str}", status_code=303)
    async def touch(request: Request[Any, Any, Any], what: FromPath[str]) -> Response[None]:
        form = await request.form()
        if what == "line":
            payments.silent = not payments.silent
        elif form.get("do") == "pay":
            payments.pay(str(form.get("number", "")))
        else:
            payments.decline(str(form.get("number", "")))
        return Response(None, status_code=303, headers={"location": "/"})

    return Litestar([ask, look, touch], before_request=guard, openapi_config=None)


def main() -> None:
    """Until it is ended."""
    parser = argparse.ArgumentParser(prog="python -m onecard.bench.gateway", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT)
    options = parser.parse_args()
    config = uvicorn.Config(
        app(Payments(SystemClock())), host="127.0.0.1", port=options.port, log_level="warning"
    )
    server = uvicorn.Server(config)
    # uvicorn would raise the signal again at its end, and whoever started us would see a failure.
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]

    def leave(*_: object) -> None:
        server.should_exit = True

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, leave)
    server.run()


if __name__ == "__main__":
    main()
