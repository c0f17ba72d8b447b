"""JSON schemas of the declarations, for editors that complete and check YAML files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel

from hematotox.declarations.study.written.written_study import WrittenStudy
from hematotox.documentation.sentences import sentences
from hematotox.documentation.written_plan import as_written

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(model: type[BaseModel]) -> Schema:
    """Return the JSON schema of a declaration, with the sentence of every key."""
    found = model.model_json_schema(by_alias=True)
    named = {one.__name__: one for one in models_of(model)}
    for name, part in [(model.__name__, found), *found.get("$defs", {}).items()]:
        _describe(part, named[name])
    return found


def schema_bytes(model: type[BaseModel]) -> bytes:
    """Return the schema as a file."""
    found = schema(model)
    if model is WrittenStudy:
        found = as_written(found)
    if "replaces" in found["properties"]:  # a run folder's file says only what it adds
        found.pop("required", None)
    content = {"$schema": DIALECT, **_changed(found, _as_written)}
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def models_of(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return a model and those that its fields lead to, in the order of their first mention."""
    found = [model]
    for one in found:
        for field in one.model_fields.values():
            found += [new for new in _mentioned(field.annotation) if new not in found]
    return found


def _mentioned(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _mentioned(argument)


def _describe(part: Schema, model: type[BaseModel]) -> None:
    """Give each key of a part of a schema its sentence, instead of the field's name as title."""
    said = sentences(model)
    for name, field in model.model_fields.items():
        key = part["properties"][field.alias or name]
        key.pop("title", None)
        if name in said:
            key["description"] = said[name]


def _changed(part: Any, change: Callable[[Schema], Schema]) -> Any:
    if isinstance(part, dict):
        return change({key: _changed(value, change) for key, value in part.items()})
    if isinstance(part, list):
        return [_changed(one, change) for one in part]
    return part


def _as_written(part: Schema) -> Schema:
    """Let a text be written without quotes even where it looks like a number: 999, 1.5, true.

    The loader reads every scalar as text; an editor does not know that. Keys of mappings that
    must be names are refused otherwise.
    """
    free = part.get("type") == "string" and not {"enum", "const", "pattern"} & set(part)
    if free:
        part = {**part, "type": ["string", "number", "boolean"]}
    if "patternProperties" in part:
        part = {**part, "additionalProperties": False}
    return part
