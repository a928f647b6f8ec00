"""What `check` does of one text: its answer, seconds, memory, and what it touched, each in a process of its own."""

import contextlib
import io
import json
import os
import re
import resource
import signal
import sys
import sysconfig
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.hostile.chains import ROOT, brief

LONGEST = 2_000
"""Characters that a line of the answer may have."""
SECONDS = 8
"""Of work, after which a text is given up."""
MEMORY = 1_500_000_000
_LINE = re.compile(r"[^:\n]*sample\.md(?::\d+:\d+)?: |[^\n]*\.(?:csv|xlsx|yaml|geojson|md)(?::\d+:\d+)?: |[EW]-")
_INVENTED = re.compile(rb"\b(?:two-rivers|andes)-")
"""Names of layers that the tests' own briefs draw on."""
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LOOKS = {"socket", "subprocess", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "shutil", "exec_of", "urllib", "ftplib"}  # fmt: skip


@dataclass
class Answer:
    """What came of one text."""

    name: str
    outcome: str
    seconds: float = 0.0
    megabytes: float = 0.0
    lines: list[str] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    detail: str = ""

    @property
    def codes(self):
        """The codes that were told."""
        return {match[0] for line in self.lines if (match := re.search(r"\b[EW]-[A-Z0-9-]+", line))}

    @property
    def wrongs(self):
        """What an answer must never be."""
        found = [self.outcome] if self.outcome not in {"sound", "faults"} else []
        found += ["a long line"] if any(len(line) > LONGEST for line in self.lines) else []
        found += (
            ["a line of its own"] if any(not _LINE.match(line) or CONTROLS.search(line) for line in self.lines) else []
        )
        return found + ["touched"] * bool(self.touched)


def prepare():
    """Import what `check` needs, and check a first brief, so that the next shows its own work alone."""
    os.environ["XDG_CACHE_HOME"] = str(_CACHE)
    return check("warm", brief(), here=True)


def check(name, text, *, here=False):
    """Check one text (or bytes) as the command does; in a process of its own unless `here`."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        house = Path(folder)
        (house / "briefs").mkdir()
        content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        (house / "shapes").symlink_to(ROOT / ("tests/data/shapes" if _INVENTED.search(content) else "shapes"))
        path = house / "briefs" / "sample.md"
        path.write_bytes(content)
        return _answer(name, path) if here else _apart(name, path)


def _apart(name, path):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            try:
                resource.setrlimit(resource.RLIMIT_AS, (MEMORY + _size(), MEMORY + _size()))
                signal.setitimer(signal.ITIMER_PROF, SECONDS)
                json.dump(asdict(_answer(name, path)), pipe)
                pipe.flush()
            finally:
                os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if said:
        return Answer(**json.loads(said))
    return Answer(name, "too slow" if os.WTERMSIG(status) == signal.SIGPROF else f"died ({status})", seconds=SECONDS)


def _size():
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _resident(key):
    return int(re.search(rf"{key}:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def _answer(name, path):
    import typer

    from quickview.cli import check as command

    said, wrong, touched = io.StringIO(), io.StringIO(), []
    _watch(touched, path.parent.parent)
    before, began = _resident("VmRSS"), time.process_time()
    outcome, detail = "sound", ""
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(wrong):
        try:
            command([path])
        except typer.Exit as end:
            outcome = "faults" if end.exit_code else "sound"
        except BaseException:  # noqa: BLE001 (whatever falls is told)
            outcome, detail = "traceback", traceback.format_exc()[-1500:]
    seconds, used = time.process_time() - began, _resident("VmHWM") - before
    _TOUCHED.clear()
    if outcome == "sound" and (gone := list(lost(path))):
        outcome, detail = "lost", str(gone[:5])
    # As a terminal or a log has them: whatever splits lines.
    lines = [line for line in re.split(r"[\n\r]", wrong.getvalue()) if line]
    return Answer(name, outcome, round(seconds, 3), round(used, 1), lines, touched, detail)


def lost(path):
    """Yield each value of a sound brief that is in no record of it, as (path, value): what was accepted and then ignored."""
    from quickview.brief.checked import scalars
    from quickview.brief.reader import load
    from quickview.inputs.yaml_document import read_document

    front = path.read_text(encoding="utf-8-sig").partition("\n---")[0].removeprefix("---")
    tree, _, _ = read_document(front, file="", first_line=1)
    own = load(path)
    whole = own.facts.model_dump(mode="json", by_alias=True)
    for where, value in scalars({key: one for key, one in tree.items() if key != "translations"}):
        if not _same(value, _at(whole, where)):
            yield where, value
    for code, words in (tree.get("translations") or {}).items():
        told = load(path, language=code)
        known = {str(value) for _, value in scalars([told.tree, [[one.title, one.markdown] for one in told.sections]])}
        yield from (
            (("translations", code, *where), value)
            for where, value in scalars(words)
            if value is not None and str(value).strip() not in known
        )


def _at(node, path):
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return Ellipsis
    return node


def _same(value, kept):
    return value == kept or (isinstance(value, str) and isinstance(kept, str) and value.strip() == kept)


_TOUCHED: list = []
_CACHE = Path(tempfile.gettempdir()) / f"hostile-cache-{os.getpid()}"


def _watch(touched, house):
    """Note what the process opens, starts or calls besides reading the project, Python and what it runs on."""
    if not hasattr(_watch, "is_set"):
        sys.addaudithook(_heard)
        _watch.is_set = True
    _TOUCHED[:] = [(touched, (str(house), str(ROOT), *map(str, _python())))]


def _python():
    return {Path(place).resolve() for place in (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())} | {
        Path(sys.prefix),
        Path("/usr/share/zoneinfo"),
        Path("/proc/self"),
    }


def _heard(event, arguments):
    if not _TOUCHED:
        return
    touched, allowed = _TOUCHED[0]
    if event == "open" and isinstance(arguments[0], str | bytes):
        name, mode, flags = os.fsdecode(arguments[0]), arguments[1] or "", arguments[2] or 0
        writes = any(letter in str(mode) for letter in "wax+") or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if _CACHE in Path(name).parents:  # which layers were found sound
            return
        if writes or not os.path.abspath(name).startswith(allowed):  # noqa: PTH100 (no link is to be followed)
            touched.append(f"{event} {name[:200]} {mode}")
    elif (event.partition(".")[0] in _LOOKS or event in _LOOKS) and not str(arguments[0]).startswith(str(_CACHE)):
        touched.append(f"{event} {str(arguments)[:200]}")
