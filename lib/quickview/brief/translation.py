"""A brief in another language: its own words replaced by those its `translations` hold.

A translation is laid out like the facts. Lists of records become mappings by id (for
statuses by `status`, for related briefs by `brief`); other lists keep their length, with null where nothing is
translated. Under `sections` stands prose, by section id.
"""

import json
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from quickview.brief import prose
from quickview.brief.prose import Section
from quickview.brief.records import Facts, Mark
from quickview.errors import Fault, Known, did_you_mean
from quickview.inputs.yaml_document import Path, Positions, Tree

SECTIONS: Final = "sections"
KEYS: Final = ("id", "status", "item", "brief")
"""What a record is known by in a translation."""


@dataclass
class Overlay:
    """Facts with translated words laid over them.

    `places` tells where each translated value stands in the file; `faults` what could
    not be laid over anything.
    """

    tree: Tree = None
    places: dict[Path, Path] = field(default_factory=dict)
    faults: list[tuple[Path, str, str, str]] = field(default_factory=list)

    @property
    def changed(self) -> dict[str, Tree]:
        """The facts that have other words than the brief's own; and as little of the rest as there must be."""
        tree: Any = self.tree
        touched = {path[0] for path in self.places}
        return {
            "document": tree["document"],
            "sources": tree["sources"][:1],
            **{key: value for key, value in tree.items() if key in touched},
        }


def lay_over(facts: Tree, language: str) -> Overlay:
    """Return the facts with the words of one of their translations, whatever else is wrong with either."""
    overlay = Overlay(facts)
    over = {key: value for key, value in _translation(facts, language).items() if key != SECTIONS}
    overlay.tree = _laid(facts, over, Facts, (), ("translations", language), overlay)
    return overlay


def _translation(facts: Tree, language: str) -> Mapping[str, Tree]:
    translations = facts.get("translations") if isinstance(facts, dict) else None
    found = translations.get(language) if isinstance(translations, dict) else None
    return found if isinstance(found, dict) else {}


def faults_of(problems: Iterable[tuple[Path, str, str, str]], positions: Positions, file: str) -> Iterator[Fault]:
    """Yield what is wrong with a translation, as (path, code, what, mend), each at its place in the file."""
    for path, code, message, hint in problems:
        place = positions.of_key(path) if code == "E-TRANSLATION-KEY" else positions.of(path)
        yield Fault(file, *place, code, message, hint)


def moved(overlay: Overlay, positions: Positions) -> Positions:
    """Return positions by which a fault of the translated facts is found in the translation."""
    values = {target: positions.of(source) for target, source in overlay.places.items()}
    return Positions({**positions.values, **values}, positions.keys)


def foreign(facts: Tree, overlay: Overlay | None) -> frozenset[str]:
    """Return the words of the facts that stay in the brief's own language; all of them without an overlay."""
    done = overlay.places if overlay else {}
    kept = {text for path, text in words(facts) if path not in done}
    new = {text for path, text in words(overlay.tree) if path in done} if overlay else set()
    return frozenset(kept - new)


def _prose_form(facts: Tree, language: str) -> Iterator[tuple[Path, str, str, str]]:
    sections = _translation(facts, language).get(SECTIONS)
    if sections is not None and not isinstance(sections, dict):
        path = ("translations", language, SECTIONS)
        yield path, "E-TYPE", "`sections` is no mapping", "write Markdown for each, by the section's id"


def prose_of(facts: Tree, language: str) -> dict[str, Mapping[str, Tree]]:
    """Return the translated prose: `text` and perhaps `title`, by section id."""
    sections = _translation(facts, language).get(SECTIONS)
    found = sections.items() if isinstance(sections, dict) else ()
    return {name: one if isinstance(one, dict) else {"text": one} for name, one in found}


def prose_problems(
    facts: Tree, language: str, *, sections: Known, sources: Known
) -> Iterator[tuple[Path, str, str, str]]:
    """Yield (path, code, what, mend) of all that is wrong with a translation's prose."""
    yield from _prose_form(facts, language)
    for name, words in prose_of(facts, language).items():
        path = ("translations", language, SECTIONS, name)
        text = words.get("text")
        if name not in sections:
            message = f"the brief has no section with the id `{name}`"
            yield path, "E-TRANSLATION-KEY", message, did_you_mean(name, sections)
        for key in words.keys() - {"title", "text"}:
            message = f"the prose of a section has no `{key}`"
            yield (*path, key), "E-TRANSLATION-KEY", message, did_you_mean(key, ("title", "text"))
        if not isinstance(text, str) or not text.strip() or not isinstance(words.get("title", ""), str):
            yield path, "E-TYPE", f"`{name}` has no text", "write Markdown, or `title` and `text`"
            continue
        yield from ((path, *problem) for problem in prose.problems(text))
        if prose.excess(text):
            continue
        written = Section(name, name, text, 0)
        for _, _, wrong in prose.malformed_citations(written):
            yield path, "E-CITE", f"`{wrong[:40]}` is no citation", prose.CITE_LIKE_THIS
        for _, _, cited in prose.citations(written):
            if cited not in sources:
                yield path, "E-CITE", f"no source has the id `{cited}`", did_you_mean(cited, sources)


def section(original: Section, words: Mapping[str, Tree] | None) -> Section:
    """Return a section with its translated prose, if there is any."""
    if not words:
        return original
    return replace(original, title=str(words.get("title") or original.title), markdown=str(words["text"]).strip())


def words(tree: Tree) -> Iterator[tuple[Path, str]]:
    """Yield (path, text) of all in the facts that may be translated."""
    yield from _words(tree, Facts, ())


def _words(tree: Tree, kind: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _words(value, _field(kind, key), (*path, key))
    elif isinstance(tree, list):
        for n, item in enumerate(tree):
            yield from _words(item, kind, (*path, n))
    elif isinstance(tree, str) and _is_words(kind):
        yield path, tree


def _laid(base: Tree, over: Tree, kind: Any, path: Path, here: Path, overlay: Overlay) -> Tree:
    if over is None:
        return base
    if isinstance(base, dict) and isinstance(over, dict):
        return _laid_by_key(base, over, kind, path, here, overlay)
    if isinstance(base, list) and isinstance(over, dict | list):
        return _laid_on_list(base, over, kind, path, here, overlay)
    if isinstance(base, dict | list):
        form = "a mapping" if isinstance(base, dict) else "a list or a mapping by id"
        overlay.faults.append((here, "E-TRANSLATION-FORM", "not laid out like what it translates", f"write {form}"))
        return base
    if not _is_words(kind):
        message = f"`{here[-1]}` is the same in every language"
        overlay.faults.append((here, "E-TRANSLATION-FIXED", message, "remove it"))
        return base
    overlay.places[path] = here
    return over


def _laid_by_key(
    base: Mapping[str, Tree], over: Mapping[str, Tree], kind: Any, path: Path, here: Path, overlay: Overlay
) -> Tree:
    result, known = dict(base), Known([*base, SECTIONS] if kind is Facts else base)
    for key, value in over.items():
        if base.get(key) is not None and key != "translations":
            result[key] = _laid(base[key], value, _field(kind, key), (*path, key), (*here, key), overlay)
        else:
            message = f"nothing to translate has the key `{key}`"
            overlay.faults.append(((*here, key), "E-TRANSLATION-KEY", message, did_you_mean(key, known)))
    return result


def _laid_on_list(
    base: Sequence[Tree], over: Mapping[str, Tree] | Sequence[Tree], kind: Any, path: Path, here: Path, overlay: Overlay
) -> Tree:
    result = list(base)
    if isinstance(over, Mapping):
        spots = {name: n for n, item in enumerate(base) if (name := _name(item))}
        known = Known(spots)
        for name, value in over.items():
            if name in spots:
                n = spots[name]
                result[n] = _laid(base[n], value, kind, (*path, n), (*here, name), overlay)
            else:
                message = f"nothing in `{here[-1]}` has the id `{name}`"
                overlay.faults.append(((*here, name), "E-TRANSLATION-KEY", message, did_you_mean(name, known)))
    elif len(over) != len(base):
        message = f"{len(over)} items where the original has {len(base)}"
        hint = "give as many, with null for what is not translated"
        overlay.faults.append((here, "E-TRANSLATION-LENGTH", message, hint))
    else:
        result = [
            _laid(item, value, kind, (*path, n), (*here, n), overlay)
            for n, (item, value) in enumerate(zip(base, over, strict=True))
        ]
    return result


def _name(item: Tree) -> str:
    return next((str(item[key]) for key in KEYS if key in item), "") if isinstance(item, dict) else ""


def _field(kind: Any, key: str) -> Any:
    """Return what the records say of a field: its annotation, with the marks made on it."""
    model = _model(kind)
    found = next((f for n, f in (model.model_fields.items() if model else ()) if key in {n, f.alias}), None)
    return (found.annotation, *found.metadata) if found else None


def _model(kind: Any) -> type[BaseModel] | None:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((m for part in _parts(kind) if (m := _model(part))), None)


def _is_words(kind: Any) -> bool:
    return kind is Mark.WORDS or any(map(_is_words, _parts(kind)))


def _parts(kind: Any) -> tuple[Any, ...]:
    return kind if isinstance(kind, tuple) else typing.get_args(kind)


Spot = tuple[tuple[str, ...], str]
"""Where words stand, whatever their place in a list, and the words in the brief's own language."""


def previous_facts(past: Facts, *, own: Facts, told: Facts, code: str) -> Facts:
    """Return the facts of `past` in another language: in the words of `told`, else its own translation, else as it is.

    `own` are the later facts as they were written, `told` the same in the language `code`.
    """
    if not past.translations and own == told:
        return past
    known = {spot: text for (_, spot), (_, (_, text)) in zip(_spots(_tree(own)), _spots(_tree(told)), strict=True)}
    tree = _tree(past)
    laid = lay_over(tree, code).tree
    for path, spot in list(_spots(tree)):
        if spot in known:
            _put(laid, path, known[spot])
    try:
        return Facts.model_validate_json(json.dumps(laid))
    except ValidationError:
        return past


def previous_sections(past: Sequence[Section], *, own: Sequence[Section], told: Sequence[Section], facts: Facts, code: str
             ) -> tuple[Section, ...]:  # fmt: skip
    """Return the prose of an earlier edition in another language, in the same order of preference; `facts` are its own."""
    known = {_content(one): shown for one, shown in zip(own, told, strict=True)}
    translated = prose_of(_tree(facts), code)
    return tuple(known.get(_content(one)) or section(one, translated.get(one.id)) for one in past)


def _tree(facts: Facts) -> dict[str, Tree]:
    # A copy of its own, in which words are replaced.
    tree: dict[str, Tree] = facts.model_dump(mode="json", by_alias=True)
    return tree


def _content(section: Section) -> tuple[str, ...]:
    return section.id, section.title, *section.markdown.split()


def _spots(tree: Tree) -> Iterator[tuple[Path, Spot]]:
    for path, text in words(tree):
        yield path, (tuple(_steps(tree, path)), text)


def _steps(tree: Any, path: Path) -> Iterator[str]:
    """Yield each step of a path; an item of a list goes by its id, or by nothing."""
    for step in path:
        tree = tree[step]
        if isinstance(step, str):
            yield step
        else:
            yield str(tree.get("id", "")) if isinstance(tree, dict) else ""


def _put(tree: Any, path: Path, text: str) -> None:
    for step in path[:-1]:
        tree = tree[step]
    tree[path[-1]] = text
