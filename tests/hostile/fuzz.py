"""Fuzz the reader of briefs and the way from Markdown to HTML, led by what each input reaches: `python -m tests.hostile.fuzz reader|prose`.

It needs atheris, which has wheels for few versions of Python and none for Windows, and is no dependency of the kit:
`pip install atheris` into an environment of its own, with the kit's packages on PYTHONPATH. What stands behind the target goes to
libFuzzer, such as a folder of inputs, `-max_total_time=600` or `-runs=100000`.
"""

import functools
import sys
import tempfile
from pathlib import Path

from tests.hostile import briefs, chains, checking


def main():
    """Fuzz one target until libFuzzer's own options end it, or something falls."""
    try:
        import atheris
    except ImportError:
        sys.exit("fuzzing needs atheris: pip install atheris (Python 3.11 to 3.13 on Linux, where it has a wheel)")
    targets = {"reader": read, "prose": write}
    if sys.argv[1:2] == [] or sys.argv[1] not in targets:
        sys.exit(f"name one of: {', '.join(targets)}")
    house = Path(tempfile.mkdtemp(prefix="fuzz-"))
    (house / "briefs").mkdir()
    (house / "shapes").symlink_to(chains.ROOT / "shapes")
    with atheris.instrument_imports(include=["quickview.brief", "quickview.inputs", "markdown_it", "mdit_py_plugins"]):
        from quickview.brief import reader
    reader.read_catalog = functools.cache(reader.read_catalog)  # it is always the same one
    name = sys.argv.pop(1)
    _seed(name, house / "seeds")
    _tell_words(house / "words")
    target = targets[name]
    own = [f"-dict={house / 'words'}", "-max_len=6000", "-timeout=10"]
    atheris.Setup([sys.argv[0], *own, *sys.argv[1:], str(house / "seeds")],
                  lambda data: target(data, house))  # fmt: skip
    atheris.Fuzz()


def read(data, house):
    """Read bytes as a brief: what is wrong with them is told in lines, or nothing is."""
    from quickview.brief import reader
    from quickview.errors import InputError

    path = house / "briefs" / "sample.md"
    path.write_bytes(data)
    try:
        faults = reader.load(path).warnings
    except InputError as error:
        faults = error.faults
    for fault in faults:
        line = str(fault)
        assert not checking.CONTROLS.search(line), line
        assert len(line) <= checking.LONGEST, len(line)


def write(data, _house):
    """Write prose as HTML: it holds no script, picture or address that Markdown did not show."""
    from quickview.brief import prose

    text = data.decode("utf-8", "replace")
    sections, faults = prose.split_sections(text, file="x.md", first_line=1)
    for section in sections:
        page = prose.render(section.markdown, numbers={"paper": 1}).lower()
        for forbidden in ("<script", "<img", "<svg", "<style", "javascript:", "<iframe"):
            assert forbidden not in page.replace("&lt;", ""), (forbidden, page)
        prose.plain(section.markdown)
    assert all(fault.line for fault in faults)


def _seed(name, folder):
    """Begin with the real briefs, those that chains are made of, and one of each hostile class."""
    folder.mkdir()
    texts = [*briefs.REAL, *(chains.CHAINS[one](600) for one in chains.CHAINS)]
    texts += [briefs.made(number, 1)[1] for number in range(len(briefs.CLASSES))]
    for n, text in enumerate(texts):
        data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        if name == "prose":
            data = data.rpartition(b"---\n")[2]
        if len(data) < 60_000:
            (folder / f"{n}").write_bytes(data)


def _tell_words(path):
    """Write the pieces of YAML and Markdown, and the keys of a brief, as libFuzzer reads them."""
    words = {*chains.PIECES, *briefs.KEYS, *briefs.EDGES, *(f"\n  - {{id: {key}, " for key in "ab"), *briefs.SIGNS}
    lines = ("".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "surrogatepass")) for word in sorted(words))
    path.write_text("".join(f'"{line}"\n' for line in lines if line))


if __name__ == "__main__":
    main()
