"""The JSON Schema of a brief's front matter, made from the records."""

import json
from typing import Any

from quickview.brief.records import Facts


def json_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) that editors use to complete and check a brief."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Quick View brief",
        **Facts.model_json_schema(by_alias=True),
    }


def dump() -> str:
    """Return the schema as text, keys in a stable order, newline at the end."""
    return json.dumps(json_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
