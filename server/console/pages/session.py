"""Coming and going: log-in, the forced change of a one-time password, proving oneself again, language."""

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath

from onecard.errors import Refused
from onecard.text import LANGUAGES
from server import auth
from server.console.page import (
    LANGUAGE_COOKIE,
    Asking,
    address,
    form,
    go,
    inside,
    page,
    runtime,
    session_cookie,
    visitor,
)


@get("/log-in", opt={"public": True})
async def show_log_in(request: Asking) -> Response[Any]:
    """The form; who is in already goes on."""
    if request.state.visitor is not None:
        return go("/")
    return page(request, "log_in.html", login="")


@post("/log-in", opt={"public": True}, status_code=200)
async def log_in(request: Asking) -> Response[Any]:
    """Login and password; the session's token is a new one, whatever cookie came along."""
    fields = form(request)
    try:
        token = await auth.log_in(
            runtime(request),
            fields.get("login", ""),
            fields.get("password", ""),
            address(request),
            request.state.token,
        )
    except Refused as no:
        return page(
            request,
            "log_in.html",
            status=429 if no.code == "attempt.locked" else 422,
            login=fields.get("login", "")[:64],
            error=no,
        )
    return go("/", [session_cookie(request, token)])


@post("/log-out", opt={"password": True}, status_code=200)
async def log_out(request: Asking) -> Response[Any]:
    """The session ends on the server, not only in the browser."""
    await auth.log_out(runtime(request), request.state.token)
    return go("/log-in", [session_cookie(request, auth.new_token(runtime(request)))])


@get("/password", opt={"password": True})
async def show_password(request: Asking) -> Response[Any]:
    """The form for another password."""
    return page(request, "password.html", must=visitor(request).must_change)


@post("/password", opt={"password": True}, status_code=200)
async def change_password(request: Asking) -> Response[Any]:
    """All other sessions of this operator end."""
    fields = form(request)
    try:
        if fields.get("new") != fields.get("again"):
            raise Refused("password.differs")
        token = await auth.change_password(
            runtime(request), visitor(request), fields.get("old", ""), fields.get("new", "")
        )
    except Refused as no:
        return page(request, "password.html", status=422, must=visitor(request).must_change, error=no)
    return go("/", [session_cookie(request, token)])


@get("/confirm")
async def show_confirm(request: Asking) -> Response[Any]:
    """Rights and keys are changed only by who has just given the password."""
    return page(request, "confirm.html", next=inside(request.query_params.get("next", "/")))


@post("/confirm", status_code=200)
async def confirm(request: Asking) -> Response[Any]:
    """Then on to where he wanted to go."""
    fields = form(request)
    where = inside(fields.get("next", "/"))
    try:
        await auth.prove(runtime(request), visitor(request), fields.get("password", ""))
    except Refused as no:
        return page(request, "confirm.html", status=422, next=where, error=no)
    return go(where)


@get("/language/{code:str}", opt={"public": True})
async def choose_language(request: Asking, code: FromPath[str]) -> Response[Any]:
    """Remembered by the browser; changes nothing else."""
    if code not in LANGUAGES:
        raise Refused("page.unknown")
    cookie = Cookie(
        key=LANGUAGE_COOKIE,
        value=code,
        path="/",
        max_age=365 * 86_400,
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="lax",
    )
    return go(inside(request.query_params.get("back", "/")), [cookie])


HANDLERS = [
    show_log_in,
    log_in,
    log_out,
    show_password,
    change_password,
    show_confirm,
    confirm,
    choose_language,
]
