"""Which encoding the text of a Shapefile has, whose .cpg may be missing or wrong.

Beside `vector_file.py`, for it knows nothing of files.
"""

import codecs
import contextlib
import re
from collections.abc import Sequence
from typing import Final

_WESTERN: Final = ("iso-8859-1", "latin1", "latin-1", "8859-1", "88591", "1252", "cp1252", "windows-1252", "ansi 1252")


def decode(given: str, encoding: str) -> str:
    """Return text that was read as ISO 8859-1 in the encoding that it has; raises `UnicodeDecodeError` or `LookupError`."""
    raw = given.encode("latin-1")
    # A field that is full may end in the middle of a letter.
    return codecs.getincrementaldecoder("utf-8")().decode(raw) if same(encoding, "utf-8") else raw.decode(encoding)


def same(one: str, other: str) -> bool:
    """Whether two names are of one encoding."""
    try:
        return codecs.lookup(one.strip()) == codecs.lookup(other)
    except LookupError:
        return False


def guess(raw: Sequence[bytes], said: str) -> str:
    """Return the encoding of a Shapefile's text: a wrong one hardly ever passes for UTF-8, or for Arabic all through.

    `raw` are its texts that are more than ASCII; `said` is what the .cpg says, or "".
    """
    if all(_is_utf8(one) for one in raw):
        return "utf-8"
    arabic = " ".join(one.decode("windows-1256") for one in raw)
    words = [word for word in re.findall(r"\w+", arabic) if re.search("[\u0600-\u06ff]", word)]
    is_arabic = bool(words) and sum(not re.search("[A-Za-z]", word) for word in words) >= 0.9 * len(words)
    if is_arabic and (not said or said.lower() in _WESTERN or same(said, "utf-8")):
        return "windows-1256"
    with contextlib.suppress(UnicodeDecodeError, LookupError):
        for one in raw:
            one.decode(said or "windows-1252")
        return said or "windows-1252"
    return "windows-1252" if not is_arabic else "windows-1256"


def _is_utf8(raw: bytes) -> bool:
    try:
        decode(raw.decode("latin-1"), "utf-8")
    except UnicodeDecodeError:
        return False
    return True
