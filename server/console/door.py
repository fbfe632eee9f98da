"""What every console request passes before its page: session, form token, right. Each denial is logged."""

from typing import Any
from urllib.parse import urlsplit

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, NotFoundException

from onecard.errors import Refused
from server import auth
from server.console.page import Asking, address, go, inside, page, read_form, read_upload, runtime
from server.operators import log
from server.operators import permission as rights

_log = structlog.get_logger()

SAFE = ("GET", "HEAD", "OPTIONS")


async def enter(request: Asking) -> Response[Any] | None:
    """``None``: go on to the page."""
    options = request.route_handler.opt
    if options.get("static"):
        return None
    there = runtime(request)
    token = request.cookies.get(auth.COOKIE, "")
    request.state.visitor = await auth.visitor(there, token)
    # A stranger's cookie is only what ties the form he gets to his browser; it opens nothing.
    if not (len(token) == 64 and token.isalnum() and token.isascii()):
        token = auth.new_token(there)
        request.state.fresh_token = True
    request.state.token = token
    if options.get("upload"):
        # Nobody reads the megabytes of a stranger, or of somebody without the right.
        refused = await _known(request, options)
        if refused is not None:
            return refused
    if request.method not in SAFE:
        refused = await _posted(request, token)
        if refused is not None:
            return refused
    if options.get("public"):
        return None
    return await _known(request, options)


async def _posted(request: Asking, token: str) -> Response[Any] | None:
    """Only our own forms are taken."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    try:
        upload = request.route_handler.opt.get("upload")
        request.state.form = await (read_upload(request) if upload else read_form(request))
    except Refused as no:
        status = 413 if no.code == "request.too_large" else 400
        return page(request, "message.html", status=status, title=status, error=no)
    given = request.state.form.get("form_token", "")
    if site not in ("same-origin", "none") or not auth.form_token_fits(runtime(request), token, given):
        await _denied(request, "form_token")
        return page(request, "message.html", status=403, title=403, error=Refused("form.stale"))
    return None


async def _known(request: Asking, options: dict[str, Any]) -> Response[Any] | None:
    """A visitor with the right, whose password is his own and was given recently where that matters."""
    who: auth.Visitor | None = request.state.visitor
    if who is None:
        if request.method in SAFE:
            return go("/log-in")
        return page(request, "message.html", status=401, title=401, error=Refused("login.needed"))
    if who.must_change and not options.get("password"):
        return go("/password")
    permission = options.get("permission")
    if permission is not None and not who.rights.may(permission):
        await _denied(request, permission)
        return page(
            request,
            "message.html",
            status=403,
            title=403,
            error=Refused("operator.not_allowed", permission=permission),
        )
    matters = options.get("fresh") or permission in rights.MONEY
    if matters and not auth.is_fresh(runtime(request), who):
        return go("/confirm", next=_back(request))
    return None


def _back(request: Asking) -> str:
    """Where to go on after the password: a page is asked for again, a form has to be filled in again."""
    if request.method in SAFE:
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    referer = urlsplit(request.headers.get("referer", ""))
    return inside(referer.path) if referer.netloc == request.headers.get("host") else "/"


async def noted(request: Asking) -> None:
    """After the answer: a page that refused somebody because of where he may look. Who sees the whole unit
    and types an unknown number has only mistyped it."""
    who: auth.Visitor | None = getattr(request.state, "visitor", None)
    code: str = getattr(request.state, "refused", "")
    if who is None or getattr(request.state, "noted", False):
        return
    whole = all(who.rights.scope(name).is_whole for name in who.rights.by_permission)
    if code == "operator.not_allowed" or (code.endswith(".unknown") and not whole):
        await _denied(request, code)


async def raised(error: Exception, scope: Any) -> None:
    """The same for what a page did not answer itself."""
    request: Asking = Request(scope)
    if isinstance(error, Refused) and getattr(request.state, "visitor", None) is not None:
        request.state.refused = error.code
        await noted(request)


async def _denied(request: Asking, why: str) -> None:
    request.state.noted = True
    there = runtime(request)
    who: auth.Visitor | None = request.state.visitor
    if who is None:
        # A stranger could fill the operation log; the process's own log is rotated.
        _log.warning("stranger_denied", path=request.url.path[:64], why=why, address=address(request))
        return
    await there.db.write(
        lambda connection: log.write(
            connection,
            there.unit,
            there.clock.now(),
            who.rights.operator,
            "console.denied",
            request.url.path[:64],
            why=why,
            address=address(request),
        )
    )


def troubled(request: Asking, error: Exception) -> Response[Any]:
    """Anything that a page did not answer itself."""
    if isinstance(error, Refused):
        status, no = 422, error
    elif isinstance(error, NotFoundException):
        status, no = 404, Refused("page.unknown")
    elif isinstance(error, HTTPException) and error.status_code < 500:
        status, no = error.status_code, Refused("request.malformed")
    else:
        _log.error("page_failed", path=request.url.path, exc_info=error)
        status, no = 500, Refused("server.error")
    if getattr(request.state, "token", None) is None:
        request.state.token = auth.new_token(runtime(request))
        request.state.visitor = None
    return page(request, "message.html", status=status, title=status, error=no)
