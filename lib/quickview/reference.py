"""The reference, written out of the code: `python -m quickview.reference FOLDER [--pictures REPORT.html]`.

Pages of Markdown: what a brief and the catalogue of layers may hold, every command, what notebooks can call, how the
kit is built. Pictures are cut from a finished report. The guides beside them are written by hand.
"""

import argparse
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import typer

import quickview
from quickview import analysis as qv
from quickview import cli
from quickview.brief.export import json_schema
from quickview.brief.prose import MAX_LINES, MAX_MARKS, MAX_PROSE
from quickview.brief.reader import MAX_BYTES
from quickview.brief.records import MAX_LANGUAGES, MAX_TEXT
from quickview.errors import MOST_ALIKE
from quickview.inputs.yaml_document import MAX_DEPTH, MAX_LISTS, MAX_VALUES
from quickview.layers.catalog import Layer

PICTURES: Final = {
    "masthead": "header.head", "judgement": "#the-judgement", "key_figures": "#key-figures",
    "territory_map": "#figure-map", "terms": "#what-was-agreed", "stances": "#who-is-who table.stances",
    "network": "#figure-network", "timeline": "#figure-timeline", "yardstick": "#figure-yardstick",
    "precedents": "#precedent", "sources": "#sources",
}  # fmt: skip
"""Function of a notebook -> the place in a report that shows what comes of it."""

WIDTH: Final = 1280
SHOWN: Final = 720
"""Widths in pixels: of the window that a report is looked at in, and of a picture at most."""

NOTE: Final = "<!-- Written by `make reference` out of the code. -->"
"""How a page begins that is not written by hand."""

_PIPELINE: Final = """\
```mermaid
flowchart LR
  brief["briefs/NAME.md"] --> reader["brief: reader, checks"]
  layers["shapes/"] --> analysis
  reader --> analysis["analysis: figures, tables"]
  notebook["notebooks/"] --> execution["report: execution (papermill)"]
  analysis --> execution
  kernels["kernels: forked warm"] --> execution
  execution --> outline["report: outline"]
  theme --> page
  outline --> page["report: page (nbconvert)"]
  page --> html["NAME.html"]
  page --> print["report: browser"] --> pdf["pdf: tags, order"] --> file["NAME.pdf"]
  outline --> card["report: social_card"] --> png["NAME.png"]
  nightly["nightly: plan, pool"] -.-> execution
  html & file & png --> store["report: store"] --> index["nightly: front page, feed, digest"]
```
"""


def pages() -> dict[str, str]:
    """Return the pages by their file names."""
    return {
        "brief.md": _page("What a brief may hold", _brief()),
        "catalogue.md": _page("What the catalogue of layers may hold", _catalogue()),
        "commands.md": _page("Commands", _commands()),
        "notebooks.md": _page("What notebooks can call", _functions()),
        "house.md": _page("How it is built", _house()),
    }


def _page(title: str, parts: Iterator[str]) -> str:
    return "\n\n".join([NOTE, f"# {title}", *(part.strip() for part in parts)]) + "\n"


def _brief() -> Iterator[str]:
    schema = json_schema()
    yield "The front matter of `briefs/NAME.md`. Keys in bold are required. `quickview schema` prints the JSON Schema."
    yield (
        f"Far above what a desk writes there are limits, so that a check takes a second or so: {MAX_BYTES // 1024} kB, {MAX_VALUES:,} keys, values, beginnings and ends of lists, "
        f"{MAX_LISTS:,} lists and mappings, {MAX_DEPTH} levels, {MAX_TEXT:,} characters a text, {MAX_LANGUAGES} translations, and {MAX_PROSE:,} characters, "
        f"{MAX_LINES:,} lines and {MAX_MARKS:,} signs of Markdown of prose, or of a notebook's cell; all translations together may have twice as much. "
        f"Of faults of a kind the first {MOST_ALIKE} are told."
    )
    yield _record("Top level", schema, schema)
    for name in _in_order(schema):
        yield _record(name, schema["$defs"][name], schema)


def _catalogue() -> Iterator[str]:
    schema = Layer.model_json_schema(by_alias=True)
    yield "What `shapes/catalog.yaml` says of a layer; [Layers of your own](layers.md) shows how. Keys in bold are required."
    yield _record("Layer", schema, schema)
    for name in _in_order(schema):
        yield _record(name, schema["$defs"][name], schema)


def _in_order(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the records in the order in which a reader of the top level meets them."""
    waiting, seen = [schema], set[str]()
    while waiting:
        found = re.findall(r"#/\$defs/(\w+)", str(waiting.pop(0).get("properties", "")))
        for name in dict.fromkeys(found):
            if name not in seen:
                seen.add(name)
                waiting.append(schema["$defs"][name])
                if "properties" in schema["$defs"][name]:
                    yield name


def _record(name: str, record: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    rows = [
        f"| {f'**`{key}`**' if key in record.get('required', ()) else f'`{key}`'} | {_type(what, schema)} | {_cell(what.get('description', 'what it is told by'))} |"
        for key, what in record["properties"].items()
    ]
    return "\n".join(
        [
            f"## {name}",
            "",
            " ".join(record.get("description", "").split()),
            "",
            "| key | holds | |",
            "|---|---|---|",
            *rows,
        ]
    )


def _type(what: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Say in words what a key may hold."""
    if "$ref" in what:
        return _named(what["$ref"].rpartition("/")[2], schema)
    if choices := what.get("anyOf") or what.get("oneOf"):
        kinds = dict.fromkeys(_type(one, schema) for one in choices if one.get("type") != "null")
        return " or ".join(kind for kind in kinds if not (kind == "whole number" and "number" in kinds))
    if "enum" in what or "const" in what:
        known = [f"`{word}`" for word in what.get("enum", [what.get("const")])]
        return ("one of " if len(known) > 1 else "") + ", ".join(known)
    if what.get("type") == "array":
        items = what.get("items") or what["prefixItems"][0]
        return f"list of {_type(items, schema)}" if items else "list"
    if what.get("type") == "object":
        rows = what.get("additionalProperties")
        return f"mapping to {_type(rows, schema)}" if isinstance(rows, dict) and "$ref" in rows else "mapping"
    forms = {"date": "day, as 2017-08-04"}
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return forms.get(what.get("format", ""), words.get(what.get("type", ""), "anything"))


def _named(name: str, schema: Mapping[str, Any]) -> str:
    record = schema["$defs"][name]
    return f"[{name}](#{name.lower()})" if "properties" in record else _type(record, schema)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _commands() -> Iterator[str]:
    yield "`.venv/bin/quickview COMMAND --help` says the same. `--debug` before a command shows a traceback of the kit's own faults."
    root = typer.main.get_command(cli.app)
    for words, command in _tree(root, ["quickview"]):
        yield _command(words, command)


def _tree(command: Any, words: Sequence[str]) -> Iterator[tuple[list[str], Any]]:
    for name, one in sorted(getattr(command, "commands", {}).items()):
        if hasattr(one, "commands"):
            yield from _tree(one, [*words, name])
        else:
            yield [*words, name], one


def _command(words: Sequence[str], command: Any) -> str:
    context = command.context_class(command, info_name=" ".join(words))
    usage = " ".join(command.collect_usage_pieces(context))
    records = [one.get_help_record(context) for one in command.params]
    rows = [f"| `{names}` | {_cell(' '.join(said.split()))} |" for names, said in filter(None, records)]
    table = ["| option | |", "|---|---|", *rows] if rows else []
    told = inspect.cleandoc(command.help or "")
    return "\n".join([f"## {' '.join(words)}", "", f"`{' '.join([*words, usage]).strip()}`", "", told, "", *table])


def _functions() -> Iterator[str]:
    yield "`from quickview import analysis as qv`. " + " ".join(
        inspect.cleandoc(qv.__doc__ or "").split("\n\n")[1].split()
    )
    for name in dir(qv):
        function = getattr(qv, name)
        head = f"## qv.{name}\n\n```python\nqv.{name}{_signature(function)}\n```"
        picture = f"\n\n![What comes of it](images/{name}.png)" if name in PICTURES else ""
        yield f"{head}\n\n{_markdown(inspect.cleandoc(function.__doc__ or ''))}{picture}"


def _signature(function: Any) -> str:
    """Return the parameters of a function with their defaults; the types stand below them."""
    signature = inspect.signature(function)
    bare = [one.replace(annotation=inspect.Parameter.empty) for one in signature.parameters.values()]
    return str(inspect.Signature(bare)).replace("'", '"')  # as formatters of code have it


def _markdown(text: str) -> str:
    """Return a docstring in numpydoc's form as Markdown."""
    head, *sections = re.split(r"^([A-Z]\w+)\n-+\n", text, flags=re.MULTILINE)
    parts = [head.strip()]
    for name, body in zip(sections[::2], sections[1::2], strict=True):
        parts.append(f"**{name}**")
        parts.append(f"```python\n{body.strip()}\n```" if name == "Examples" else _entries(body.strip()))
    return "\n\n".join(parts)


def _entries(body: str) -> str:
    """Return what stands under a heading: each name or type, and what is said of it."""
    lines = list[str]()
    for line in body.split("\n"):
        name, _, kind = line.partition(" : ")
        if line.startswith(" "):
            lines[-1] += f" {line.strip()}"
        elif line:
            lines.append(f"- `{name}`{f' ({kind})' if kind else ''}:")
    return "\n".join(lines)


def _house() -> Iterator[str]:
    yield "The way of a report. Solid lines are data; the night decides which reports go that way again."
    yield _PIPELINE
    yield "Each floor rests on those below it; import-linter keeps it so (`pyproject.toml`). What each room holds:"
    for package in sorted(pkgutil.iter_modules(quickview.__path__), key=lambda one: (not one.ispkg, one.name)):
        yield _room(package.name, is_package=package.ispkg)


def _room(name: str, *, is_package: bool) -> str:
    module = importlib.import_module(f"quickview.{name}")
    if not is_package:
        return f"- `{name}.py`: {_first(module)}"
    inner = [importlib.import_module(f"quickview.{name}.{one.name}") for one in pkgutil.iter_modules(module.__path__)]
    rows = [f"| `{one.__name__.rpartition('.')[2]}.py` | {_cell(_first(one))} |" for one in inner]
    return "\n".join([f"## {name}", "", _first(module), "", "| module | |", "|---|---|", *rows])


def _first(module: Any) -> str:
    return " ".join(inspect.cleandoc(module.__doc__ or "").partition("\n\n")[0].split())


def draw(report: Path, folder: Path) -> None:
    """Cut the pictures of what functions show from a finished report."""
    import io

    from PIL import Image
    from playwright.sync_api import sync_playwright

    from quickview.report import chromium

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 1000}, color_scheme="light")
        page.goto(report.resolve().as_uri())
        for name, selector in PICTURES.items():
            picture = Image.open(io.BytesIO(page.locator(selector).first.screenshot()))
            picture.thumbnail((SHOWN, 4 * SHOWN))
            picture.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE).save(
                folder / f"{name}.png", optimize=True
            )
        browser.close()


def main() -> None:
    """Write the pages, and the pictures where a report is given."""
    parser = argparse.ArgumentParser(description="Write the reference.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", type=Path, metavar="REPORT.html")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (given.folder / name).write_text(text, encoding="utf-8")
    if given.pictures:
        draw(given.pictures, given.folder / "images")


if __name__ == "__main__":
    main()
