"""What a strict eye finds on a finished page: what overflows, what lies blank on paper, what bars a reader with a disability."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from quickview.files import resource
from quickview.pdf.blank import blank_shares

if TYPE_CHECKING:
    from quickview.report.browser import Browser

PHONE: Final = 360
WIDE: Final = 1280
"""Widths in pixels at which a page is looked at."""

BLANK: Final = 0.3
"""Share of a page's height, blank at its foot, from which on it is told; the last page may end where it likes."""

AXE: Final = "axe_playwright_python"
"""The package that brings axe-core, for development."""


@dataclass(frozen=True)
class Finding:
    """One thing to look at: where it is seen (phone, screen or print), what it is, and CSS selectors of where it stands."""

    where: str
    message: str
    places: Sequence[str] = ()

    def as_data(self) -> Mapping[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def inspect(html: str, document: bytes | None, browser: "Browser", *, goes_on: Callable[[], bool]) -> list[Finding]:
    """Return what is found on a page and on its PDF, if there is one; [] as soon as nobody wants to know any more."""
    looks: Sequence[Callable[[], Iterable[Finding]]] = (
        lambda: _blank(document) if document else (),
        lambda: _wider(html, browser, "screen", PHONE),
        lambda: _wider(html, browser, "print", WIDE),
        lambda: _barriers(html, browser),
    )
    found: list[Finding] = []
    for look in looks:
        if not goes_on():
            return []
        found += look()
    return found


def _blank(document: bytes) -> Iterator[Finding]:
    shares = blank_shares(document)
    for number, share in enumerate(shares[:-1], 1):
        if share >= BLANK:
            yield Finding("print", f"page {number} of {len(shares)} is blank in its lower {share:.0%}")


def _wider(html: str, browser: "Browser", media: Literal["screen", "print"], width: int) -> Iterator[Finding]:
    for place in browser.examine(html, resource(__package__, "templates/overflow.js"), width=width, media=media):
        yield Finding(
            "print" if media == "print" else "phone",
            f"“{place['text']}” is {place['by']} px too wide",
            [place["selector"]],
        )


def _barriers(html: str, browser: "Browser") -> Iterator[Finding]:
    if not has_axe():
        return
    for one in browser.examine(html, _axe(), width=WIDE):
        yield Finding("screen", f"{one['help']} ({one['id']}, {one['impact']})", one["places"])


def has_axe() -> bool:
    """Whether axe-core is installed."""
    return find_spec(AXE) is not None


@functools.cache
def _axe() -> str:
    spec = find_spec(AXE)
    source = (Path(str(spec.origin)).parent / "axe.min.js").read_text(encoding="utf-8") if spec else ""
    return f"async () => {{ {source}\n{resource(__package__, 'templates/axe.js')} }}"
