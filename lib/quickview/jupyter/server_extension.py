"""What JupyterLab's server gets from the kit: exports under the report's own name, or words that say why there is none; new briefs.

The installation names this module in `etc/jupyter/jupyter_server_config.d/quickview.json`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from anyio.to_thread import run_sync
from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler, path_regex
from jupyter_server.nbconvert.handlers import NbconvertFileHandler, get_exporter
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import to_os_path, url_path_join
from tornado import web

from quickview.errors import Fault, InputError, ReportError
from quickview.jupyter.new_brief import BriefHandler

ROUTE: Final = rf"/nbconvert/(?P<format>quickview_html|quickview_pdf){path_regex}"

SEEN: Final = "warnings_seen"
"""The argument with which the page of warnings asks for the file itself."""

REFUSED: Final = 422

_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; frame-src 'self'; form-action 'none'"
)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    """Answer for the kit's exporters before Jupyter does, take their older names out of the menu, and make new briefs."""
    for name in ("HyphenatedHTMLExporter", "HyphenatedPDFExporter"):
        server.config[name].enabled = False
    routes = {ROUTE: ReportHandler, "/quickview/briefs": BriefHandler, "/quickview/schema": SchemaHandler}
    server.web_app.add_handlers(
        ".*$", [(url_path_join(server.base_url, to), handler) for to, handler in routes.items()]
    )


class SchemaHandler(APIHandler):  # type: ignore[misc]
    """Tells the editor what a brief may hold."""

    auth_resource = "contents"

    @web.authenticated
    @authorized  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Answer with the JSON Schema of a brief's facts."""
        # Late, as every server imports this module when it starts.
        from quickview.brief.export import dump

        self.finish(await run_sync(dump))


class ReportHandler(NbconvertFileHandler):  # type: ignore[misc]
    """Exports a notebook as Jupyter's own handler does, which knows neither a report's name nor its warnings."""

    @web.authenticated
    @authorized  # type: ignore[untyped-decorator]
    async def get(self, format: str, path: str) -> None:  # noqa: A002 (Jupyter's name)
        """Answer with the report; in a tab that waits for a download, with a page if there is something to say."""
        self.check_xsrf_cookie()
        model = await ensure_async(self.contents_manager.get(path.strip("/"), type="notebook"))
        exporter = get_exporter(format, config=self.config, log=self.log)
        folder = Path(to_os_path(model["path"], self.contents_manager.root_dir)).parent
        about = {"metadata": {"name": Path(model["name"]).stem, "path": str(folder)}}
        self.set_header("Cache-Control", "no-store, no-cache, must-revalidate, max-age=0")
        try:
            # It takes seconds, and the server answers others meanwhile.
            output, made = await run_sync(exporter.from_notebook_node, model["content"], about)
        except (InputError, ReportError) as error:
            self._refuse(error, model["name"])
            return
        self._answer(output, made, exporter.output_mimetype)

    def _refuse(self, error: InputError | ReportError, notebook: str) -> None:
        self.log.warning("%s is not exported: %s", notebook, error)
        faults = error.faults if isinstance(error, InputError) else [one.at(notebook) for one in (error, *error.others)]
        self.set_status(REFUSED)
        self._show(f"{notebook} was not exported", faults)

    def _answer(self, output: str | bytes, made: dict[str, Any], media_type: str) -> None:
        told = made["quickview"]
        name = f"{told['name'] or made['metadata']['name']}{made['output_extension']}"
        download = self.get_argument("download", "false").lower() == "true"
        if download and told["warnings"] and self._has_reader() and not self.get_argument(SEEN, ""):
            faults = [Fault.noticed(warning, name) for warning in told["warnings"]]
            count = f"{len(faults)} warnings" if len(faults) > 1 else "a warning"
            self._show(f"{name} was made, with {count}", faults, download=f"{self.request.uri}&{SEEN}=true")
            return
        if download:
            self.set_attachment_header(name)
        self.set_header("Content-Type", f"{media_type}; charset=utf-8")
        self.finish(output)

    def _has_reader(self) -> bool:
        """Whether someone looks at what is answered: a browser's tab, not a script or a link that saves its target."""
        headers = self.request.headers
        return headers.get("Sec-Fetch-Mode", "navigate") == "navigate" and "text/html" in headers.get("Accept", "")

    def _show(self, heading: str, faults: Sequence[Fault], *, download: str = "") -> None:
        # Jupyter confines exported pages to a sandbox, which forbids a page to begin a download; this one runs nothing.
        self.set_header(
            "Content-Security-Policy", f"{super(NbconvertFileHandler, self).content_security_policy}; {_POLICY}"
        )
        self.set_header("Content-Type", "text/html; charset=utf-8")
        # Late, as every server imports this module when it starts.
        from quickview.jupyter.faults import page

        self.finish(page(heading, faults, download))
