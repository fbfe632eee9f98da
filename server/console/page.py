"""From values to a page: templates, language, headers that let a browser run nothing but what we sent.

Also what forms bring in: small, url-encoded, read once. Knows no table.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from litestar.datastructures import Cookie, UploadFile
from litestar.enums import MediaType

from onecard import money
from onecard.clock import day_of_card, local
from onecard.errors import OneCardError, Refused
from onecard.resources import asset
from onecard.text import LANGUAGES, Translator
from server import auth
from server.operators import permission
from server.runtime import Runtime

Asking = Request[Any, Any, Any]
HERE = Path(__file__).resolve().parent
LANGUAGE_COOKIE = "onecard_language"
FORM_MAX = 32 * 1024
FIELDS_MAX = 512
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


@cache
def _icons() -> Mapping[str, int]:
    with asset("icons", "icons.toml").open("rb") as file:
        return tomllib.load(file)


def _icon(name: str) -> str:
    return chr(_icons()[name])


def quantity(thousandths: int) -> str:
    """``1500`` → ``1.5``: pieces or kilograms."""
    whole, rest = divmod(thousandths, 1_000)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["icon"] = _icon
    environment.filters["fen"] = money.show
    environment.filters["day"] = lambda days: day_of_card(days).isoformat()
    environment.filters["moment"] = lambda unix: local(unix).strftime("%Y-%m-%d %H:%M")
    environment.filters["yuan"] = lambda fen: (
        money.show(fen).replace("￥", "").replace(",", "") if fen else ""
    )
    environment.filters["date"] = lambda days: day_of_card(days).isoformat() if days else ""
    environment.filters["amount_of"] = quantity
    environment.filters["time"] = lambda unix: local(unix).strftime("%H:%M")
    return environment


@cache
def _translator(language: str) -> Translator:
    return Translator(language)


def runtime(request: Asking) -> Runtime:
    """The process's parts."""
    found: Runtime = request.app.state.runtime
    return found


def visitor(request: Asking) -> auth.Visitor:
    """Who asks; the door has made sure that there is somebody."""
    found: auth.Visitor = request.state.visitor
    return found


def form(request: Asking) -> Mapping[str, str]:
    """The fields of the posted form, read and checked by the door."""
    fields: Mapping[str, str] = request.state.form
    return fields


def address(request: Asking) -> str:
    """Where the browser is."""
    return request.client.host if request.client else "unknown"


def language(request: Asking) -> str:
    """The visitor's choice, else the browser's, else Chinese."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    for wanted in request.headers.get("accept-language", "").split(","):
        short = wanted.split(";")[0].strip()[:2].lower()
        if short in LANGUAGES:
            return short
    return "zh"


def translator(request: Asking) -> Translator:
    """Speaks the visitor's language."""
    return _translator(language(request))


def word(tr: Translator, table: str, value: str) -> str:
    """The word for a value that comes from data, e.g. a state; the value itself if there is none."""
    key = f"console.{table}.{value}"
    return tr(key) if tr.knows(key) else value


async def read_upload(request: Asking) -> dict[str, str]:
    """A form with one file in it, for pages that say so: its fields; the file's bytes go to the state.

    Raises ``Refused("request.malformed")``; how large it may be is the handler's ``request_max_body_size``.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Refused("request.malformed")
    fields: dict[str, str] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            request.state.file = await value.read()
        else:
            fields[name] = str(value)
    if any(len(value) > FORM_MAX or "\x00" in value for value in fields.values()):
        raise Refused("request.malformed")
    return fields


def uploaded(request: Asking) -> bytes:
    """The file of the posted form. Raises ``Refused("file.empty")`` if none was chosen."""
    raw: bytes = getattr(request.state, "file", b"")
    if not raw:
        raise Refused("file.empty")
    return raw


def download(name: str, kind: str, body: bytes) -> Response[bytes]:
    """A file to keep; its name is ours, so it needs no quoting."""
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=kind, headers=headers)


async def read_form(request: Asking) -> dict[str, str]:
    """Raises ``Refused("request.malformed")`` for anything but a small url-encoded form."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise Refused("request.malformed")
    body = await request.body()
    if len(body) > FORM_MAX:
        raise Refused("request.too_large", most=FORM_MAX)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        raise Refused("request.malformed") from None
    if any("\x00" in value for _, value in pairs):
        raise Refused("request.malformed")
    return dict(pairs)


def page(request: Asking, template: str, *, status: int = 200, **values: Any) -> Response[str]:
    """A page in the visitor's language."""
    tr = translator(request)
    who: auth.Visitor | None = getattr(request.state, "visitor", None)
    error = values.pop("error", None)
    if isinstance(error, Refused):
        request.state.refused = error.code
    html = (
        _environment()
        .get_template(template)
        .render(
            tr=tr,
            word=lambda table, value: word(tr, table, value),
            language=tr.language,
            visitor=who,
            may=(lambda name: who is not None and who.rights.may(name)),
            whole_value=who is not None and who.rights.scope(permission.VALUE).is_whole,
            sees_people=who is not None and who.rights.scope(permission.VIEW).sees_people,
            form_token=auth.form_token(runtime(request), request.state.token),
            path=request.url.path,
            here=request.url.path + ("?" + request.url.query if request.url.query else ""),
            unit_name=request.app.state.unit_name,
            now=runtime(request).clock.now(),
            error=tr.refusal(error) if isinstance(error, OneCardError) else None,
            **values,
        )
    )
    cookies = []
    if getattr(request.state, "fresh_token", False):
        cookies.append(session_cookie(request, request.state.token))
    return Response(html, status_code=status, media_type=MediaType.HTML, headers=HEADERS, cookies=cookies)


def go(path: str, cookies: list[Cookie] | None = None, **query: str) -> Response[bytes]:
    """Go and look there (after a form was taken, so that reloading does not post it again)."""
    if query:
        path += "?" + urlencode(query)
    return Response(
        b"",
        status_code=303,
        media_type=MediaType.TEXT,
        headers={**HEADERS, "location": path},
        cookies=cookies or [],
    )


def session_cookie(request: Asking, token: str) -> Cookie:
    """The session's cookie: no script reads it, no other site's form sends it."""
    return Cookie(
        key=auth.COOKIE,
        value=token,
        path="/",
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="strict",
    )


def inside(path: str) -> str:
    """A path of our own to go on to; anything else becomes the first page."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if plain and "\\" not in path and len(path) < 500 else "/"


def whole_number(text: str, most: int = 1 << 40) -> int:
    """A number as typed. Raises ``Refused("number.malformed")``."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 13 and 0 < int(text) < most):
        raise Refused("number.malformed")
    return int(text)
