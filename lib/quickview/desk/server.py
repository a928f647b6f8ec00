"""The preview's page, served to this machine alone: to who has the token that its address carries."""

import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup
from tornado import web
from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets

from quickview.files import resource
from quickview.language.catalogs import Language

if TYPE_CHECKING:
    from quickview.desk.preview import Desk

LOOPBACK: Final = "127.0.0.1"
HOSTS: Final = (LOOPBACK, "localhost")

_POLICY: Final = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
    "img-src data:; font-src data:; connect-src 'self'; frame-src 'self'; frame-ancestors 'none'; form-action 'none'; "
    "base-uri 'none'"
)


class Server:
    """Serves one desk until it is closed; `address` opens its page."""

    def __init__(self, desk: "Desk", port: int = 0) -> None:
        (socket,) = bind_sockets(port, LOOPBACK)
        self.port, self.token = socket.getsockname()[1], secrets.token_urlsafe(24)
        given = {"desk": desk, "server": self}
        routes = [
            (r"/", Shell, given),
            (r"/events", Events, given),
            (r"/page/\d+", Page, given),
            (r"/print/\d+", Printed, given),
            (r"/choice", Choice, given),
        ]
        self._http = HTTPServer(web.Application(routes, log_function=lambda _: None))
        self._http.add_sockets([socket])

    @property
    def address(self) -> str:
        """Where the page is, with the token that lets one in."""
        return f"http://{LOOPBACK}:{self.port}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds the token from the first visit on; ports share their cookies."""
        return f"quickview-{self.port}"

    def close(self) -> None:
        """Take no more requests."""
        self._http.stop()


class Private(web.RequestHandler):
    """Answers only who has the token, and asks for it by a name of this machine: others' pages cannot reach it."""

    def initialize(self, desk: "Desk", server: Server) -> None:
        """Take what the route holds (tornado's own name for it)."""
        self.desk, self.server = desk, server

    def prepare(self) -> None:
        """Turn away who has no business here."""
        given = self.get_query_argument("token", "") or self.get_cookie(self.server.cookie, "") or ""
        allowed = {f"{name}:{self.server.port}" for name in HOSTS}
        if self.request.host not in allowed or not hmac.compare_digest(given.encode(), self.server.token.encode()):
            raise web.HTTPError(403)

    def set_default_headers(self) -> None:
        """Keep the report out of caches and of other pages' frames."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")

    def write_error(self, status_code: int, **_: Any) -> None:
        """Say in a line what is amiss."""
        told = {403: "Open the address that `quickview preview` prints.", 404: "There is nothing here."}
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(told.get(status_code, f"Error {status_code}"))


class Shell(Private):
    """The page around the report: its switches, faults and findings."""

    def get(self) -> None:
        """Answer with the page, and let its own requests in by a cookie."""
        from quickview.report.templates import template
        from quickview.theme import stylesheet
        from quickview.theme.theme import SHIPPED, load_theme

        nonce = secrets.token_urlsafe(16)
        self.set_cookie(self.server.cookie, self.server.token, httponly=True, samesite="Strict")
        self.set_header("Content-Security-Policy", _POLICY.format(nonce=nonce))
        script, own = (resource(__package__, f"templates/preview.{kind}") for kind in ("js", "css"))
        page = template(__package__, "preview.html", Language("en"))
        content = {"nonce": nonce, "name": self.desk.shown.brief.name, "themes": SHIPPED, "script": Markup(script)}  # noqa: S704 (the kit's own)
        style = stylesheet.fonts_and_colours(page.render(content, style="") + script, load_theme())
        self.finish(page.render(content, style=Markup(f"{style}\n{own}")))  # noqa: S704 (the kit's own)


class Page(Private):
    """The report itself, exactly as `render` writes it."""

    def get(self) -> None:
        """Answer with the last good page."""
        if not self.desk.shown.page:
            raise web.HTTPError(404)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.desk.shown.page)


class Printed(Private):
    """The report as a PDF, made when it is asked for."""

    async def get(self) -> None:
        """Answer with the PDF."""
        document = await self.desk.print()
        if not document:
            raise web.HTTPError(404)
        self.set_header("Content-Type", "application/pdf")
        self.finish(document)


class Choice(Private):
    """The language and the theme that are to be shown."""

    def post(self) -> None:
        """Begin a round with them; what is not on offer is refused."""
        from quickview.theme.theme import SHIPPED

        # A form of another page cannot send this type without being asked about it first.
        if self.request.headers.get("Content-Type", "") != "application/json":
            raise web.HTTPError(415)
        chosen = json.loads(self.request.body)
        language, theme = str(chosen.get("language", "")), str(chosen.get("theme", ""))
        if language not in {"", *self.desk.shown.round.languages} or theme not in {
            *SHIPPED,
            self.desk.shown.options.theme,
        }:
            raise web.HTTPError(400)
        self.desk.choose(language=language, theme=theme)
        self.set_status(204)


class Events(Private):
    """How the preview stands, as server-sent events."""

    async def get(self) -> None:
        """Tell it now and whenever it changes, until nobody listens."""
        self.set_header("Content-Type", "text/event-stream")
        listening = self.desk.listen()
        try:
            async for state in listening:
                self.write(f"data: {json.dumps(state)}\n\n")
                await self.flush()
        except StreamClosedError:
            return
        finally:
            await listening.aclose()
