"""The open API, an application of its own: tokens at the door, problems as RFC 9457, a document. F: M3"""

from importlib.metadata import version
from typing import Any

import structlog
from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Server

from onecard.errors import OneCardError, Refused
from onecard.text import Translator
from server.api import shape
from server.api.routes import HANDLERS, PROBLEM
from server.api.token import PREFIX, bearer
from server.books.lane import Overloaded
from server.runtime import Runtime

BASE = "/api/v1"
#: In a folder of its own: the framework answers whatever else lies beside the document.
DOCUMENT = "/document/openapi.json"
BODY_MOST = 64 * 1024
_log = structlog.get_logger()
#: Codes that say "there is no such thing here", whatever else they are elsewhere.
_UNKNOWN = ("member.unknown", "card.unknown", "page.unknown")


async def enter(request: Request[Any, Any, Any]) -> Response[shape.Problem] | None:
    """Only programs with a good token get in; the document is for everybody."""
    if request.url.path == BASE + DOCUMENT:
        return None
    there: Runtime = request.app.state.runtime
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    found = None
    if kind.casefold() == "bearer" and given.startswith(PREFIX) and len(given) < 200:
        now = there.clock.now()
        found = await there.db.read(lambda connection: bearer(connection, there.unit, given, now))
    if found is None:
        return _problem(request, 401, Refused("token.needed"), {"www-authenticate": "Bearer"})
    request.scope["user"] = found
    return None


def _problem(
    request: Request[Any, Any, Any], status: int, error: OneCardError, headers: dict[str, str] | None = None
) -> Response[shape.Problem]:
    wanted = request.headers.get("accept-language", "")[:2].lower()
    title = Translator("zh" if wanted == "zh" else "en").refusal(error)
    body = shape.Problem(type="about:blank", title=title, status=status, code=error.code)
    return Response(body, status_code=status, media_type=PROBLEM, headers=headers or {})


def troubled(request: Request[Any, Any, Any], error: Exception) -> Response[shape.Problem]:
    """Everything that goes wrong, with a stable code."""
    match error:
        case Overloaded():
            return _problem(request, 503, error, {"retry-after": "1"})
        case Refused(code="token.scope"):
            return _problem(request, 403, error)
        case Refused(code="cursor.malformed"):
            return _problem(request, 400, error)
        case OneCardError():
            return _problem(request, 404 if error.code in _UNKNOWN else 422, error)
        case HTTPException() if error.status_code == 404:
            return _problem(request, 404, Refused("page.unknown"))
        case HTTPException() if error.status_code < 500:
            headers = {
                name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"
            }
            return _problem(request, error.status_code, Refused("request.malformed"), headers)
    _log.error("api_failed", path=request.url.path, exc_info=error)
    return _problem(request, 500, Refused("server.error"))


def api(runtime: Runtime) -> Litestar:
    """Ready to be asked."""
    document = OpenAPIConfig(
        title="OneCard",
        version=version("onecard"),
        description="Money in fen, moments in unix seconds. Errors are RFC 9457 problems; `code` is stable.",
        servers=[Server(url="/")],
        path=BASE + "/document",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        components=Components(
            security_schemes={"token": SecurityScheme(type="http", scheme="bearer", bearer_format="oc_…")}
        ),
        security=[{"token": []}],
        create_examples=False,
    )
    return Litestar(
        route_handlers=[Router(BASE, route_handlers=HANDLERS)],
        before_request=enter,
        exception_handlers={Exception: troubled},
        openapi_config=document,
        state=State({"runtime": runtime}),
        request_max_body_size=BODY_MOST,
        logging_config=None,
    )
