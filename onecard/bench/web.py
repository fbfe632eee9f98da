"""The bench page and its three addresses: what is on the bench, do something, a receipt as a picture.

Serves loopback only and refuses any other ``Host``, so that a page from elsewhere cannot feed notes.
Knows nothing about devices: every action is one call of ``Bench``.
"""

import io
import tomllib
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import ClientException, NotFoundException, PermissionDeniedException
from litestar.params import FromPath, JSONBody
from litestar.static_files import create_static_files_router

from onecard.bench.bench import Bench, Nonsense
from onecard.bench.views import BenchState
from onecard.resources import asset

_STATIC = Path(__file__).parent / "static"


class Action(msgspec.Struct, forbid_unknown_fields=True):
    """What a hand does. Which fields count depends on ``action``."""

    action: str
    reader: str = ""
    card: str = ""
    at: str | None = None
    value_fen: int = 0
    acceptor: str = ""
    trouble: str = ""
    on: bool = False
    printer: str = ""
    state: str = ""
    plugged: bool = True
    device: str = ""
    what: str = ""
    number: str = ""
    station: str = ""


def perform(bench: Bench, action: Action) -> None:
    """One action on the bench. Raises ``Nonsense`` with a sentence for the person at the page."""
    match action.action:
        case "put":
            bench.put(action.reader, action.card)
        case "take":
            bench.take(action.reader)
        case "tear":
            bench.tear(action.reader, action.at)
        case "blank":
            bench.blank_card()
        case "feed":
            bench.feed(action.value_fen, action.acceptor)
        case "acceptor":
            bench.acceptor_trouble(action.trouble, action.on, action.acceptor)
        case "printer":
            bench.set_printer(action.printer, action.state)
        case "cable":
            bench.set_cable(action.plugged)
        case "counter":
            bench.at_counter(action.device, action.what)
        case "phone":
            bench.at_phone(action.what, action.number)
        case "power":
            bench.power(action.station, on=action.on)
        case other:
            raise Nonsense(f"unknown action: {other}")


def application(bench: Bench) -> Litestar:
    """The ASGI application of one bench."""

    def only_loopback(request: Request[Any, Any, Any]) -> None:
        if request.url.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise PermissionDeniedException("the bench answers on loopback only")

    @get("/", media_type="text/html", sync_to_thread=True)
    def page() -> bytes:
        return (_STATIC / "index.html").read_bytes()

    @get("/state", sync_to_thread=True)
    def state() -> BenchState:
        return bench.state()

    @get("/texts/{lang:str}", sync_to_thread=True)
    def texts(lang: FromPath[str]) -> dict[str, str]:
        if lang not in ("zh", "en"):
            raise NotFoundException
        table: dict[str, str] = tomllib.loads(asset("lang", f"{lang}.toml").read_text("utf-8"))["bench"]
        return table

    @post("/do", status_code=200, sync_to_thread=True)
    def do(data: JSONBody[Action]) -> BenchState:
        try:
            perform(bench, data)
        except Nonsense as nonsense:
            raise ClientException(str(nonsense)) from nonsense
        return bench.state()

    @get("/receipt/{printer:str}/{number:int}", sync_to_thread=True)
    def receipt(printer: FromPath[str], number: FromPath[int]) -> Response[bytes]:
        picture = bench.receipt_picture(printer, number)
        if picture is None:
            raise NotFoundException
        out = io.BytesIO()
        picture.save(out, "PNG")
        headers = {"Cache-Control": "private, max-age=86400"}
        return Response(out.getvalue(), media_type="image/png", headers=headers)

    return Litestar(
        route_handlers=[
            page, state, texts, do, receipt,
            create_static_files_router(path="/static", directories=[_STATIC], send_as_attachment=False),
        ],
        before_request=only_loopback,
        openapi_config=None,
    )  # fmt: skip
