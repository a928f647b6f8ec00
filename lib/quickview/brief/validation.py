"""Say in plain words what a record's validation found."""

import datetime as dt
import difflib
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from quickview.brief.records import Facts
from quickview.document import Positions, Tree
from quickview.errors import Fault, did_you_mean

_FORMATS: Final = {
    "country": "write the ISO 3166-1 alpha-3 code, such as SYR",
    "language": "write the ISO 639 code in small letters, such as en or ar",
    "url": "write an address that begins with http:// or https:// and has no spaces or quotes",
}
_NAMES: Final = {"str": "text", "tuple": "a list", "int": "a whole number", "float": "a number", "bool": "true or false",
                 "date": "a date as YYYY-MM-DD"}  # fmt: skip
_GRADES: Final = {"reliability": "one letter, A to F", "credibility": "one digit, 1 to 6"}


def faults_of(error: ValidationError, tree: Tree, positions: Positions, file: str) -> list[Fault]:
    """Return what a validation found, each thing once: a misspelt key is not also missing."""
    errors = error.errors(include_url=False)
    misspelt = {
        (*path[:-1], meant)
        for path in (_real_path(e["loc"], tree) for e in errors if e["type"] == "extra_forbidden")
        if (meant := _meant(path))
    }
    return [
        fault_of(e, tree, positions, file)
        for e in errors
        if _is_news(e) and not (e["type"] == "missing" and _real_path(e["loc"], tree) in misspelt)
    ]


def _is_news(error: ErrorDetails) -> bool:
    # pydantic calls a list too short when its items are faulty, which their own errors say already.
    return error["type"] != "too_short" or len(error["input"]) < error.get("ctx", {}).get("min_length", 0)


def _meant(path: tuple[int | str, ...]) -> str | None:
    """Return the key that an unknown key was meant to be, if one is close."""
    return next(iter(difflib.get_close_matches(str(path[-1]), _known_keys(path), n=1, cutoff=0.6)), None)


def fault_of(error: ErrorDetails, tree: Tree, positions: Positions, file: str) -> Fault:
    """Turn one pydantic error into a fault at its place in the file."""
    kind, path = error["type"], _real_path(error["loc"], tree)
    if kind == "extra_forbidden":
        return Fault(file, *positions.of_key(path), *_unknown_key(path))
    if kind == "missing":
        return Fault(file, *positions.of(path[:-1]), *_missing_key(path))
    return Fault(file, *positions.of(path), *_bad_value(error, path))


def _real_path(location: tuple[int | str, ...], tree: Tree) -> tuple[int | str, ...]:
    """Drop the names of union branches, which stand in a location but not in the file."""
    path: list[int | str] = []
    here: Any = tree
    for step in location:
        if isinstance(here, dict) and isinstance(step, str):
            path.append(step)
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            path.append(step)
            here = here[step]
    return tuple(path)


def _unknown_key(path: tuple[int | str, ...]) -> tuple[str, str, str]:
    return "E-KEY-UNKNOWN", f"unknown key {_quoted(path[-1])}", did_you_mean(str(path[-1]), _known_keys(path))


def _known_keys(path: tuple[int | str, ...]) -> list[str]:
    model = _model_at(path[:-1])
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _missing_key(path: tuple[int | str, ...]) -> tuple[str, str, str]:
    key, model = str(path[-1]), _model_at(path[:-1])
    field = next((f for n, f in (model.model_fields if model else {}).items() if key in {n, f.alias}), None)
    about = f": {field.description}" if field and field.description else ""
    return "E-KEY-MISSING", f"`{key}` is missing{_inside(path)}", f"add `{key}: …`{about}"


def _inside(path: tuple[int | str, ...]) -> str:
    names = [str(step) for step in path[:-1] if isinstance(step, str)]
    return f" from `{names[-1]}`" if names else ""


def _bad_value(error: ErrorDetails, path: tuple[int | str, ...]) -> tuple[str, str, str]:
    kind, key, given = error["type"], _key_of(path), error.get("input")
    what = f"`{key}` is {_quoted(given)}"
    context: Mapping[str, Any] = error.get("ctx", {})
    if key in _GRADES:
        return "E-GRADE", what, f"write an Admiralty grade: {_GRADES[key]}"
    if kind in {"enum", "literal_error"}:
        return "E-WORD", what, did_you_mean(str(given), _choices(path, context))
    if kind.startswith(("date_", "time_", "datetime_")):
        return "E-DATE", what, "write a real day as YYYY-MM-DD, without quotes"
    if kind == "string_pattern_mismatch":
        return "E-FORMAT", what, _format_of(key, path)
    if kind in {"too_short", "string_too_short"}:
        least = "at least one" if kind == "too_short" else "something"
        return "E-EMPTY", f"`{key}` is empty", f"write {least}, or remove the key if it may be left out"
    if kind in {"too_long", "string_too_long"}:
        unit = "items" if kind == "too_long" else "characters"
        return "E-LENGTH", f"`{key}` is too long", f"keep to {context.get('max_length', 'fewer')} {unit}"
    if kind.startswith(("greater_", "less_")):
        return "E-RANGE", what, error["msg"].replace("Input should be", "write a number")
    if kind == "value_error":
        return "E-VALUE", f"`{key}` does not fit together", str(context.get("error", error["msg"]))
    quotes = " in quotes" if kind == "string_type" and isinstance(given, int | float) else ""
    return "E-TYPE", what, f"write {_expected(path, error['msg'])}{quotes}"


def _key_of(path: tuple[int | str, ...]) -> str:
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "the front matter")


def _quoted(value: object) -> str:
    if value is None or value == "":
        return "empty"
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a mapping"
    text = str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"


def _choices(path: tuple[int | str, ...], context: Mapping[str, Any]) -> list[str]:
    annotation = _annotation_at(path)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return [member.value for member in annotation]
    return [part.strip(" '") for part in str(context.get("expected", "")).replace(" or ", ",").split(",")]


def _format_of(key: str, path: tuple[int | str, ...]) -> str:
    if key in _FORMATS:
        return _FORMATS[key]
    if key == "id" or not _is_line(path):
        return "use small letters, digits and single hyphens, beginning with a letter"
    return "write one line, without spaces at its ends"


def _is_line(path: tuple[int | str, ...]) -> bool:
    return "\\r" in str(_pattern_at(path))


def _pattern_at(path: tuple[int | str, ...]) -> object:
    parent = _model_at(path[:-1]) or _model_at(path[:-2])
    field = parent.model_fields.get(_key_of(path)) if parent else None
    return (field.annotation, field.metadata) if field else ""


def _expected(path: tuple[int | str, ...], message: str) -> str:
    annotation = _annotation_at(path)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "a mapping with the keys " + ", ".join(f.alias or n for n, f in annotation.model_fields.items())
    name = getattr(typing.get_origin(annotation) or annotation, "__name__", "")
    if name in _NAMES:
        return _NAMES[name]
    return message.removeprefix("Input should be ")


def _model_at(path: tuple[int | str, ...]) -> type[BaseModel] | None:
    annotation = _annotation_at(path)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _annotation_at(path: tuple[int | str, ...]) -> Any:
    """Follow a path through the records to the type that stands there, optional or not."""
    here: Any = Facts
    for step in path:
        here = _bare(here)
        if isinstance(step, int):
            here = next(iter(typing.get_args(here)), None)
        elif isinstance(here, type) and issubclass(here, BaseModel):
            fields = here.model_fields
            field = fields.get(step) or next((f for f in fields.values() if f.alias == step), None)
            here = field.annotation if field else None
        else:
            return None
    return _bare(here)


def _bare(annotation: Any) -> Any:
    if typing.get_origin(annotation) is typing.Annotated:
        return _bare(typing.get_args(annotation)[0])
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        kept = [a for a in typing.get_args(annotation) if a is not type(None)]
        return _bare(kept[0]) if dt.date not in kept else dt.date
    return annotation
