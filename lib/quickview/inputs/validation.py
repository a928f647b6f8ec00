"""Read a YAML file of the kit, and say in plain words what its validation against a record found."""

import datetime as dt
import enum
import errno
import pathlib
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from quickview.errors import MOST_ALIKE, Fault, InputError, Known, did_you_mean, more
from quickview.files import read_regular
from quickview.inputs.yaml_document import Path, Positions

_FORMATS: Final = {
    "country": "write the ISO 3166-1 alpha-3 code, such as SYR",
    "language": "write the ISO 639 code in small letters, such as en or ar",
    "url": "write an address that begins with http:// or https:// and has no spaces or quotes",
}
_NAMES: Final = {"str": "text", "tuple": "a list", "int": "a whole number", "float": "a number", "bool": "true or false",
                 "date": "a date as YYYY-MM-DD"}  # fmt: skip
_GRADES: Final = {"reliability": "one letter, A to F", "credibility": "one digit, 1 to 6"}
_SHORT: Final = 30
_COARSE: Final = {"KEY-UNKNOWN": "KEY", "KEY-MISSING": "MISSING"}


@dataclass(frozen=True)
class _Spot:
    """Where an error stands: its path in the file, the record and field that ask for a value, and the value's type."""

    path: Path
    record: type[BaseModel] | None
    field: FieldInfo | None
    annotation: Any

    @property
    def key(self) -> str:
        return next((str(step) for step in reversed(self.path) if isinstance(step, str)), "the file")

    @property
    def known(self) -> Known:
        return Known(_keys(self.record) if self.record else ())

    @property
    def meant(self) -> Path:
        """The path that a misspelt key was meant to be, or nothing."""
        close = self.known.close(self.key)
        return (*self.path[:-1], close) if close else ()


def read_text(path: pathlib.Path, *, prefix: str, limit: int) -> str:
    """Return a UTF-8 file's text, without a byte-order mark.

    Raises `InputError` with `E-<prefix>-FILE`, `-SIZE` (more than `limit` bytes) or `-ENCODING`.
    """
    try:
        content = read_regular(path, limit=limit)
    except OSError as error:
        if error.errno == errno.EFBIG:
            hint = f"keep it under {limit // 1000} kB"
            raise InputError.at(str(path), f"E-{prefix}-SIZE", "the file is too large", hint) from None
        reason = error.strerror or "cannot be read"
        raise InputError.at(str(path), f"E-{prefix}-FILE", reason, "name a file that exists") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError.at(str(path), f"E-{prefix}-ENCODING", "not UTF-8 text", "save it as UTF-8") from None


def faults_of(
    error: ValidationError, model: type[BaseModel], positions: Positions, file: str, *, prefix: str = ""
) -> list[Fault]:
    """Return what a validation against `model` found, each thing once: a misspelt key is not also missing.

    Codes are fine, such as `E-DATE`. With a `prefix`, such as `CATALOG`, they are
    `E-CATALOG-KEY`, `-MISSING` and `-VALUE`, and a field's description is what to write.
    """
    alike: dict[tuple[str, object], list[ErrorDetails]] = {}
    for each in error.errors(include_url=False):
        if _is_news(each):
            alike.setdefault((each["type"], each["loc"][0] if len(each["loc"]) > 1 else ""), []).append(each)
    found = [(each, _spot(each, model)) for group in alike.values() for each in group[:MOST_ALIKE]]
    rest = [(group[MOST_ALIKE], len(group) - MOST_ALIKE) for group in alike.values() if len(group) > MOST_ALIKE]
    misspelt = {spot.meant for each, spot in found if each["type"] == "extra_forbidden"}
    return [
        _fault(each, spot, positions, file, prefix)
        for each, spot in found
        if each["type"] != "missing" or spot.path not in misspelt
    ] + [more(_fault(first, _spot(first, model), positions, file, prefix), count) for first, count in rest]


def _is_news(error: ErrorDetails) -> bool:
    # What is taken from another field where it is left out is no fault of its own where that one is faulty.
    if error["type"] == "default_factory_not_called":
        return False
    # pydantic calls a list too short when its items are faulty, which their own errors say already.
    return error["type"] != "too_short" or len(error["input"]) < error.get("ctx", {}).get("min_length", 0)


def _spot(error: ErrorDetails, model: type[BaseModel]) -> _Spot:
    """Follow an error's location, in which pydantic also names the branches of unions, through the records."""
    spot = _Spot((), None, None, model)
    for step in error["loc"]:
        spot = _next(spot, step)
    if error["type"].startswith("union_tag"):
        tag = error.get("ctx", {})["discriminator"].strip("'")
        return _Spot((*spot.path, tag), None, None, str)
    return spot


def _next(spot: _Spot, step: int | str) -> _Spot:
    if branch := _branch(spot.annotation, step):
        return _Spot(spot.path, spot.record, spot.field, branch)
    here, path = _bare(spot.annotation), (*spot.path, step)
    kind = typing.get_origin(here)
    if _is_record(here):
        field = _field(here, str(step))
        return _Spot(path, here, field, field.annotation if field else None)
    if kind is tuple and isinstance(step, int):
        return _Spot(path, spot.record, spot.field, typing.get_args(here)[0])
    if isinstance(kind, type) and issubclass(kind, Mapping) and step != "[key]":
        return _Spot(path, spot.record, spot.field, typing.get_args(here)[1])
    return spot


def _branch(annotation: Any, tag: int | str) -> type[BaseModel] | None:
    """Return the record of a tagged union that goes by `tag`."""
    records = [part for part in typing.get_args(annotation) if _is_record(part)]
    if len(records) < 2:
        return None
    return next(r for r in records if any(tag in typing.get_args(f.annotation) for f in r.model_fields.values()))


def _bare(annotation: Any) -> Any:
    if typing.get_origin(annotation) is typing.Annotated:
        return _bare(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in {types.UnionType, typing.Union}:
        return _bare(next(part for part in typing.get_args(annotation) if part is not types.NoneType))
    return annotation


def _is_record(annotation: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _keys(record: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in record.model_fields.items()]


def _field(record: type[BaseModel], key: str) -> FieldInfo | None:
    return next((field for name, field in record.model_fields.items() if key in {name, field.alias}), None)


def _fault(error: ErrorDetails, spot: _Spot, positions: Positions, file: str, prefix: str) -> Fault:
    if error["type"] == "extra_forbidden":
        place = positions.of_key(spot.path)
        code, message, hint = "KEY-UNKNOWN", f"unknown key {_quoted(spot.key)}", did_you_mean(spot.key, spot.known)
    elif error["type"] in {"missing", "union_tag_not_found"}:
        place = positions.of(spot.path[:-1])
        code, message, hint = _missing(spot)
    else:
        place = positions.of(spot.path)
        code, message, hint = _bad_value(error, spot)
        if prefix and spot.field and spot.field.description and error["type"] != "value_error":
            hint = f"write {spot.field.description}{_in_quotes(error)}"
    code = f"{prefix}-{_COARSE.get(code, 'VALUE')}" if prefix else code
    return Fault(file, *place, f"E-{code}", message, hint)


def _missing(spot: _Spot) -> tuple[str, str, str]:
    inside = [step for step in spot.path[:-1] if isinstance(step, str)]
    where = f" from `{inside[-1]}`" if inside else ""
    said, words = spot.field.description if spot.field else "", _choices(spot.annotation)
    about = f": {said}" if said else ""
    listed = f"{about and ' '}{'' if about else ': '}One of: {', '.join(words)}." if words else ""
    return "KEY-MISSING", f"`{spot.key}` is missing{where}", f"add `{spot.key}: …`{about}{listed}"


def _bad_value(error: ErrorDetails, spot: _Spot) -> tuple[str, str, str]:
    kind, key, given = error["type"], spot.key, error.get("input")
    context: Mapping[str, Any] = error.get("ctx", {})
    message = f"`{key}` is {_quoted(given)}"
    if key in _GRADES:
        return "GRADE", message, f"write an Admiralty grade: {_GRADES[key]}"
    if kind in {"enum", "literal_error"}:
        return "WORD", message, did_you_mean(str(given), _words(context["expected"]), whole=True)
    if kind == "union_tag_invalid":
        known = _words(context["expected_tags"])
        return "WORD", f"`{key}` is `{context['tag']}`", did_you_mean(context["tag"], known, whole=True)
    if kind.startswith(("date_", "time_", "datetime_")):
        return "DATE", message, "write a real day as YYYY-MM-DD, without quotes"
    if kind == "string_pattern_mismatch":
        return "FORMAT", message, _format_of(key, context["pattern"])
    if kind in {"too_short", "string_too_short"}:
        least = "at least one" if kind == "too_short" else "something"
        return "EMPTY", f"`{key}` is empty", f"write {least}, or remove the key if it may be left out"
    if kind in {"too_long", "string_too_long"}:
        unit = "items" if kind == "too_long" else "characters"
        return "LENGTH", f"`{key}` is too long", f"keep to {context.get('max_length', 'fewer')} {unit}"
    if kind.startswith(("greater_", "less_")):
        return "RANGE", message, error["msg"].replace("Input should be", "write a number")
    if kind == "value_error":
        found = str(context.get("error", error["msg"]))
        if isinstance(given, dict):
            return "VALUE", f"`{key}` does not fit together", found
        return "VALUE", message, f"write {found}"
    return "TYPE", message, f"write {_expected(spot.annotation, error['msg'], given)}{_in_quotes(error)}"


def _in_quotes(error: ErrorDetails) -> str:
    return " in quotes" if error["type"] == "string_type" and isinstance(error["input"], int | float) else ""


def _quoted(value: object) -> str:
    if value is None or value == "":
        return "empty"
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a mapping"
    text = str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"


def _words(expected: str) -> list[str]:
    return re.findall(r"'([^']*)'", expected)


def _format_of(key: str, pattern: str) -> str:
    if key in _FORMATS:
        return _FORMATS[key]
    if key == "id" or "\\r" not in pattern:
        return "use small letters, digits and single hyphens, beginning with a letter"
    return "write one line, without spaces at its ends"


def _choices(annotation: Any) -> list[str]:
    """Return the words of a closed list; the grades' letters and digits have names of their own."""
    bare = _bare(annotation)
    is_words = isinstance(bare, type) and issubclass(bare, enum.Enum) and bare.__name__ != "Reliability"
    return [str(word.value) for word in bare] if is_words else []


def _expected(annotation: Any, message: str, given: object) -> str:
    """Return what is asked for, and for a record how it is written, with what was given in its place."""
    annotation = _bare(annotation)
    if _is_record(annotation) and _holds_records(annotation):
        return "a mapping with the keys " + ", ".join(_keys(annotation))
    if _is_record(annotation):
        return f"a mapping, such as `{_sample(annotation, given)}`{_others(annotation)}"
    kind = typing.get_origin(annotation)
    if kind is tuple and _is_record(item := _bare(typing.get_args(annotation)[0])) and not _holds_records(item):
        return f"a list, such as `[{_sample(item, given)}]`{_others(item)}"
    if kind is tuple and isinstance(given, str):
        return f"a list, such as `[{given}]`"
    name = getattr(kind or annotation, "__name__", "")
    return _NAMES.get(name) or message.removeprefix("Input should be ")


def _holds_records(record: type[BaseModel]) -> bool:
    """Whether a required key holds records itself, so that no line has room for it."""
    required = (_bare(field.annotation) for field in record.model_fields.values() if field.is_required())
    return any(_is_record(one) or typing.get_origin(one) is tuple for one in required)


def _sample(record: type[BaseModel], given: object) -> str:
    """Return a record of which only the required keys are written, the first with the value that stood alone."""
    required = [field.alias or name for name, field in record.model_fields.items() if field.is_required()]
    first, *rest = required or _keys(record)
    value = (
        given
        if isinstance(given, str | int | float | dt.date) and not isinstance(given, bool) and len(str(given)) <= _SHORT
        else "…"
    )
    return "{" + ", ".join([f"{first}: {value}", *(f"{key}: …" for key in rest)]) + "}"


def _others(record: type[BaseModel]) -> str:
    optional = [key for key in _keys(record) if (field := _field(record, key)) and not field.is_required()]
    return f"; {', '.join(optional)} may stand there too" if optional else ""
