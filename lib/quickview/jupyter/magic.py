"""`%quickview` in a notebook: check, preview and compare its brief without leaving it.

What it answers is the analyst's own: a report leaves it out, and a report's own run does not ask.
"""

import atexit
import functools
import shlex
import traceback
from argparse import Namespace
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from IPython.core.error import UsageError
from IPython.core.magic_arguments import MagicArgumentParser
from IPython.display import display

from quickview import terminal
from quickview.errors import Fault, InputError, ReportError
from quickview.jupyter import faults as shown

if TYPE_CHECKING:
    from quickview.nightly.pool import Job, Pool
    from quickview.nightly.record import Outcome

USAGE: Final = (
    "`%quickview check [BRIEF]` tells every fault of a brief",
    "`%quickview preview [BRIEF] [--language ar] [--theme gazette] [--shapes CATALOG]` shows the finished page",
    "`%quickview diff [BRIEF] [--against FILE|REVISION]` tells what it says that the last edition did not",
    "BRIEF is a path or a name; without it, it is the brief that this notebook loaded last.",
)

_OWN: Final = ("language", "theme", "shapes")
"""What the notebook's own parameters say of its brief's preview, where no option does."""


@dataclass(frozen=True)
class Answer:
    """What `%quickview` shows: lines, faults with the lines they are in, the page of a report."""

    said: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    page: str = ""

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        from quickview.report.outputs import DESK

        return {
            DESK: {"codes": [fault.code for fault in self.faults]},
            "text/html": shown.as_html(self.faults, self.said, page=self.page),
            "text/plain": shown.as_text(self.faults, self.said),
        }


def register(shell: Any) -> None:
    """Give IPython's shell the line magic `%quickview`."""
    shell.register_magic_function(lambda line: display(answer(line, shell.user_ns)), "line", "quickview")  # type: ignore[no-untyped-call]


def answer(line: str, namespace: Mapping[str, Any]) -> Answer:
    """Return the answer to a line such as `check my-brief`; whatever is wrong is told in words.

    `namespace` holds the notebook's variables, of which its parameters are looked at.
    """
    try:
        asked = _parser().parse_args(shlex.split(line))
        answered: Answer = asked.command(asked, namespace)
    except (UsageError, ValueError) as error:  # of a quotation mark that is not closed
        return Answer((*([f"cannot be read: {error}"] if line.strip() else []), *USAGE))
    except InputError as error:
        return Answer(faults=error.faults)
    except ReportError as error:
        return Answer(faults=tuple(one.at("") for one in (error, *error.others)))
    except KeyboardInterrupt:
        return Answer(("Interrupted.",))
    except Exception as error:  # noqa: BLE001 (a fault of the kit is told, too)
        where = traceback.extract_tb(error.__traceback__)[-1]
        message = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        return Answer(faults=(Fault("", 0, 0, "E-INTERNAL", message, "report what this says"),))
    return answered


def _parser() -> MagicArgumentParser:
    parser = MagicArgumentParser(prog="%quickview")  # type: ignore[no-untyped-call]
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    options: Mapping[Callable[..., Answer], tuple[str, ...]] = {check: (), preview: _OWN, diff: ("against",)}
    for command, names in options.items():
        one = commands.add_parser(command.__name__)
        one.add_argument("brief", nargs="?", default="")
        for name in names:
            one.add_argument(f"--{name}", default="")
        one.set_defaults(command=command)
    return parser


def check(asked: Namespace, namespace: Mapping[str, Any]) -> Answer:
    """Tell every fault of a brief, with its line; of a sound one its warnings, and what it holds."""
    from quickview.brief.reader import load

    path, own = _brief(asked, namespace)
    brief = load(path, catalog=own.get("shapes"), language=own.get("language", ""))
    return Answer((terminal.summary(brief),), brief.warnings)


def preview(asked: Namespace, namespace: Mapping[str, Any]) -> Answer:
    """Show the page that `quickview render` makes of a brief, made in a folder that goes away again."""
    from quickview.files import temporary_folder
    from quickview.nightly.pool import Job
    from quickview.options import RenderOptions
    from quickview.theme.theme import load_theme

    path, own = _brief(asked, namespace)
    chosen = {name: getattr(asked, name) or own.get(name, "") for name in _OWN}
    load_theme(chosen["theme"])
    with temporary_folder() as folder:
        options = RenderOptions(
            None,
            folder,
            ["html"],
            theme=chosen["theme"],
            catalog=Path(chosen["shapes"]) if chosen["shapes"] else None,
            language=chosen["language"],
        )
        outcome = _rendered(Job(path, options))
        page = next((file for file in outcome.files if file.suffix == ".html"), None)
        text = page.read_text(encoding="utf-8") if page else ""
    noticed = [Fault.noticed(warning, str(path)) for warning in outcome.warnings]
    made = [f"{path}: {len(text.encode()) / 1000:,.0f} kB"] if page else []
    detail = [line for line in outcome.detail.splitlines() if outcome.cause == "cell" and line.strip()]
    return Answer((*made, *detail), (*outcome.faults, *outcome.noticed, *noticed), text)


def diff(asked: Namespace, namespace: Mapping[str, Any]) -> Answer:
    """Tell what a brief says now that it did not say in the last edition, or in a file or revision of Git."""
    from quickview.nightly.commands import changes

    path, _ = _brief(asked, namespace)
    return Answer(tuple(changes(path, against=asked.against)))


def _brief(asked: Namespace, namespace: Mapping[str, Any]) -> tuple[Path, dict[str, str]]:
    """Return the brief that is asked for; with the notebook's own, what its parameters say besides."""
    from quickview.analysis.session import SESSION
    from quickview.nightly.commands import named_brief

    if asked.brief:
        return named_brief(asked.brief), {}
    path = SESSION.path or namespace.get("brief_path")
    if not path:
        hint = "name one, as in `%quickview check my-brief`, or run the cell that loads it"
        raise InputError.at("", "E-BRIEF-NONE", "this notebook has loaded no brief", hint)
    given = {name: str(namespace[name]) for name in _OWN if isinstance(namespace.get(name), str | Path)}
    return named_brief(str(path)), {name: value for name, value in given.items() if value}


def _rendered(job: "Job") -> "Outcome":
    """Return what became of a job on this kernel's own worker, which an interruption ends with all that it does."""
    from quickview.nightly.pool import work_here

    try:
        return _worker().submit(work_here, job).result()
    except BrokenExecutor:
        _end_worker()
        hint = "run the cell again; if it happens again, check the machine's memory"
        raise ReportError("E-WORKER", "what makes the page died", hint) from None
    except KeyboardInterrupt:
        _end_worker()
        raise


@functools.cache
def _worker() -> "Pool":
    """A process beside this kernel, which keeps what the next preview needs, and ends with the kernel.

    A notebook's run changes the folder of its process, and a kernel's own loop of events is no place for another's.
    """
    from quickview.nightly.pool import Pool

    worker = Pool(1, fork=False)
    atexit.register(worker.shutdown)
    return worker


def _end_worker() -> None:
    _worker().shutdown()
    _worker.cache_clear()
