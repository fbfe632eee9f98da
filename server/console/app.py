"""The console as one Litestar application: the list of its pages, its static files, its door."""

from typing import Any

from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.params import FromPath

from onecard.errors import Refused
from onecard.resources import asset
from server.console.door import enter, noted, raised, troubled
from server.console.page import HEADERS, HERE
from server.console.pages import (
    adjustment,
    api_token,
    approval,
    calendar,
    card,
    card_life,
    card_type,
    centre,
    collection,
    count,
    credit,
    dashboard,
    exception,
    fleet,
    gift,
    handover,
    hold,
    issuing,
    load,
    log,
    management,
    member,
    member_list,
    notice,
    operator,
    organisation,
    paper_slip,
    people,
    product,
    promotion,
    recharge,
    reward,
    role,
    sale,
    salesperson,
    session,
    setting,
    settlement,
    statistic,
    stick,
    subsidy,
    system,
    takeover,
    terminal,
    transaction,
)
from server.runtime import Runtime

#: Fixed paths stand before those with a number in them.
PAGES = (
    session,
    dashboard,
    people,
    member_list,
    member,
    card,
    handover,
    load,
    card_life,
    issuing,
    count,
    collection,
    setting,
    terminal,
    fleet,
    stick,
    transaction,
    sale,
    exception,
    approval,
    adjustment,
    notice,
    management,
    paper_slip,
    recharge,
    promotion,
    gift,
    reward,
    salesperson,
    subsidy,
    hold,
    credit,
    centre,
    settlement,
    card_type,
    product,
    calendar,
    api_token,
    operator,
    role,
    log,
    organisation,
    statistic,
    system,
    takeover,
)

#: Everything a page may load, by name: nothing of the disk is reachable by path.
STATIC = {
    "console.css": (HERE / "static" / "console.css", "text/css; charset=utf-8"),
    "logo.svg": (HERE / "static" / "logo.svg", "image/svg+xml"),
    "regular.otf": (asset("fonts", "NotoSansSC-Regular.otf"), "font/otf"),
    "bold.otf": (asset("fonts", "NotoSansSC-Bold.otf"), "font/otf"),
    "icons.ttf": (asset("icons", "icons.ttf"), "font/ttf"),
}


@get("/static/{name:str}", opt={"static": True}, sync_to_thread=False)
def static(name: FromPath[str]) -> Response[bytes]:
    """One of the files above."""
    if name not in STATIC:
        raise Refused("page.unknown")
    path, kind = STATIC[name]
    return Response(
        path.read_bytes(),
        media_type=kind,
        headers={**HEADERS, "cache-control": "public, max-age=3600"},
    )


@get("/health", opt={"static": True}, sync_to_thread=False)
def health() -> dict[str, str]:
    """Says only that the process answers."""
    return {"status": "ok"}


def console(runtime: Runtime, unit_name: str) -> Litestar:
    """Ready to be asked."""
    handlers: list[Any] = [static, health]
    for pages in PAGES:
        handlers += pages.HANDLERS
    return Litestar(
        route_handlers=handlers,
        before_request=enter,
        after_response=noted,
        after_exception=[raised],
        exception_handlers={Exception: troubled},
        openapi_config=None,
        state=State({"runtime": runtime, "unit_name": unit_name}),
        request_max_body_size=64 * 1024,
        logging_config=None,
    )
