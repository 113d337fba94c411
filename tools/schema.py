"""Write the JSON Schemas that editors use for surveys and studies.

Run it after changing the models::

    python3 -m uv run python tools/schema.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from cxresearch.study.study import Study
from cxresearch.survey.survey import Survey

FOLDER = Path(__file__).resolve().parent.parent / "surveys"


def schema_of(noun: type, title: str) -> str:
    """Return the schema of a noun as files write it."""
    schema = TypeAdapter(noun).json_schema(by_alias=True)
    _as_in_files(schema)
    schema |= {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _as_in_files(schema: dict[str, Any]) -> None:
    """Allow the short forms: one string for all languages, one wording for all perspectives."""
    definitions = schema.get("$defs", {})
    for name, part in definitions.items():
        if name not in ("Section", "Page"):
            part.get("properties", {}).pop("id", None)
    if "Text" in definitions:
        definitions["Text"] = {"anyOf": [{"type": "string"}, definitions["Text"]]}
    for part in definitions.values():
        for name in ("text", "story", "more", "intro"):
            if name in part.get("properties", {}):
                part["properties"][name] = {"anyOf": [{"$ref": "#/$defs/Text"}, part["properties"][name]]}
    if schema.get("title") == "Survey":
        parts = {name: part for name, part in schema["properties"].items() if "additionalProperties" in part}
        schema["properties"] |= {name: {"type": "object"} for name in parts}
        schema["properties"]["extends"] = {"type": "string", "description": "The survey that this one builds on."}
        # what builds on another survey says of each part only what differs
        schema["if"] = {"required": ["extends"]}
        schema["else"] = {"properties": parts, "required": schema.pop("required")}


SCHEMAS = {"survey.schema.json": (Survey, "Survey"), "study.schema.json": (Study, "Study")}


def main() -> None:
    """Write all schemas."""
    for name, (noun, title) in SCHEMAS.items():
        (FOLDER / name).write_text(schema_of(noun, title), encoding="utf-8")


if __name__ == "__main__":
    main()
