"""A new brief, asked for by JupyterLab's launcher: the command `quickview new`, run where the analyst is."""

import datetime as dt
import importlib
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from anyio.to_thread import run_sync
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import to_os_path
from tornado import web

COMMAND: Final = "quickview.desk.new"
SECONDS: Final = 120
REFUSED: Final = 422

_WRITTEN: Final = re.compile(r"^(.+\.md): written", re.MULTILINE)


class NoBriefError(Exception):
    """Says why no brief was made."""


class BriefHandler(APIHandler):  # type: ignore[misc]
    """Tells what kinds of briefs there are, and makes one."""

    auth_resource = "contents"

    @web.authenticated
    @authorized  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Answer with the kinds that can be chosen from."""
        kinds = [str(kind) for kind in importlib.import_module(COMMAND).Kind] if find_spec(COMMAND) else []
        self.finish(json.dumps({"kinds": kinds}))

    @web.authenticated
    @authorized  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Make a brief `name` of a `kind` in the project around `folder`; answer with its path, or say what is wrong."""
        asked = self.get_json_body() or {}
        words = {name: str(asked.get(name, "")) for name in ("name", "kind", "folder")}
        try:
            path = await run_sync(_made, Path(self.contents_manager.root_dir), words)
        except NoBriefError as error:
            raise web.HTTPError(REFUSED, str(error).replace("%", "%%")) from None
        self.finish(json.dumps({"path": path}))


def _made(root: Path, asked: dict[str, str]) -> str:
    """Return the path, from the server's root, of the brief that was made; raises `NoBriefError`."""
    root = root.resolve()
    folder = Path(to_os_path(asked["folder"], str(root))).resolve()
    if not folder.is_relative_to(root) or not folder.is_dir():
        raise NoBriefError("there is no such folder: open one of the project first")
    path = _by_command(folder, asked) if find_spec(COMMAND) else _begun(folder, asked["name"])
    if not path.is_relative_to(root):
        raise NoBriefError(f"{path.name} was made, in a folder that JupyterLab does not show: {path.parent}")
    return path.relative_to(root).as_posix()


def _by_command(folder: Path, asked: dict[str, str]) -> Path:
    """Return the brief that `quickview new` wrote."""
    kind = ["--kind", asked["kind"]] if asked["kind"] else []
    told = subprocess.run(  # noqa: S603 (this kit's own command, for which no name is an option)
        [sys.executable, "-m", "quickview.cli", "new", *kind, "--", asked["name"]],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if not (written := _WRITTEN.search(told.stdout)):
        raise NoBriefError(told.stderr.strip())
    return (folder / written[1]).resolve()


def _begun(folder: Path, name: str) -> Path:
    """Return a brief of the fewest words that are sound, in the project around the folder."""
    from quickview.brief.reader import NAME
    from quickview.files import resource

    root = next((way for way in (folder, *folder.parents) if (way / "briefs").is_dir()), folder)
    path = root / "briefs" / f"{name}.md"
    if not NAME.fullmatch(name):
        raise NoBriefError(f"E-BRIEF-NAME `{name}` is no name for a brief — small letters, digits and single hyphens")
    if path.exists():
        raise NoBriefError(f"{path.name}: E-BRIEF-THERE there is such a brief already — choose another name")
    today = dt.date.today().isoformat()  # noqa: DTZ011 (the analyst's)
    path.parent.mkdir(exist_ok=True)
    path.write_text(resource(__package__, "templates/new_brief.md").replace("2020-01-01", today), encoding="utf-8")
    return path
