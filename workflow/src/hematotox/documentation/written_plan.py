"""The schema of a study file: what an analysis or display may say before it is expanded."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
SELECTION: Schema = {
    "type": "object",
    "required": ["family"],
    "properties": {"family": TEXT},
    "description": "Part of a family: its name, perhaps `do`, members by the keys of its `each`, "
    "and `except`.",
}
WITHOUT_METHOD: Schema = {"type": "object", "not": {"required": ["method"]}}
"""A step whose method stands in `with`."""
AFTER: Schema = TEXT | {"description": "The inherited entry that this one follows."}
EXCEPT: Schema = {"type": "object", "description": "Members for which this step is not done."}


def as_written(schema: Schema) -> Schema:
    """Return the schema of a plan whose parts may stand in a family.

    A step need not say what `each` and `with` give it, a name may hold `{score}`, and the name of
    a set stands for a list.
    """
    parts = {
        name: _loose(part) if _is_entry(name, part) else part
        for name, part in schema.get("$defs", {}).items()
    }
    steps = parts["Family"]["properties"]["do"]
    steps["patternProperties"] = {
        name: {"anyOf": [step, WITHOUT_METHOD]} for name, step in steps["patternProperties"].items()
    }
    return {**schema, "$defs": parts}


def _is_entry(name: str, part: Schema) -> bool:
    return name == "Panel" or bool({"method", "kind"} & set(part.get("required", ())))


def _loose(part: Schema) -> Schema:
    properties = {
        key: one if key in ("method", "kind") and "const" in one else _key(key, one)
        for key, one in part["properties"].items()
    }
    if "method" in properties:
        properties |= {"except": EXCEPT, "after": AFTER}
    else:
        properties |= {"each": {"type": "object"}, "words": {"type": "object"}, "after": AFTER}
    chosen = [key for key in ("method", "kind") if "const" in properties.get(key, {})]
    return {**part, "properties": properties, "required": chosen}


def _key(key: str, value: Schema) -> Schema:
    if key == "analyses":
        items = {"anyOf": [TEXT, SELECTION]}
        return {"anyOf": [{"type": "array", "items": items}, TEXT], **_told(value)}
    if value.get("type") == "array":
        return {"anyOf": [value, TEXT], **_told(value)}
    return {name: part for name, part in value.items() if name not in ("pattern", "maxLength")}


def _told(value: Schema) -> Schema:
    return {"description": value["description"]} if "description" in value else {}
