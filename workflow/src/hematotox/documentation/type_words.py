"""A JSON schema of a key, in the words of somebody who writes the file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

NAME_PATTERN = "^[a-z][a-z0-9_]*$"
PLAIN = {"boolean": "true or false", "number": "number", "integer": "whole number"}


def type_words(schema: Mapping[str, Any], links: Mapping[str, str]) -> str:
    """Return what kind of value a key takes.

    Parameters
    ----------
    schema : JSON schema of the key
    links : Markdown link to each model that has a section of its own
    """
    if not schema.keys() - {"description", "default"}:
        return "anything"
    if "$ref" in schema:
        return links[schema["$ref"].rsplit("/", 1)[-1]]
    if "oneOf" in schema:
        kinds = ", ".join(type_words(one, links) for one in schema["oneOf"])
        return f"one of these, by its `{schema['discriminator']['propertyName']}`: {kinds}"
    if "anyOf" in schema:
        known = [one for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(type_words(one, links) for one in known))
    if "enum" in schema or "const" in schema:
        return ", ".join(code(one) for one in schema.get("enum", [schema.get("const")]))
    if schema["type"] == "array":
        return _list_words(schema, links)
    if schema["type"] == "object":
        return _mapping_words(schema, links)
    if schema["type"] == "string":
        return "name" if schema.get("pattern") == NAME_PATTERN else "text"
    return PLAIN[schema["type"]] + _limits(schema)


def default_words(schema: Mapping[str, Any], *, required: bool) -> str:
    """Return what holds if a key is absent."""
    if required:
        return "**required**"
    default = schema.get("default")
    return "" if default in (None, [], "") or isinstance(default, dict) else code(default)


def code(value: Any) -> str:
    """Return a value as it is written, as Markdown code; bars of a table are escaped."""
    plain = isinstance(value, str) and value.strip() == value != ""
    text = value if plain else json.dumps(value, ensure_ascii=False)
    return f"`{text}`".replace("|", "\\|")


def _list_words(schema: Mapping[str, Any], links: Mapping[str, str]) -> str:
    if "prefixItems" in schema:
        return f"pair: {', '.join(type_words(one, links) for one in schema['prefixItems'])}"
    items = type_words(schema["items"], links)
    return "list of " + re.sub(r"^(name|text|number|whole number)\b", r"\1s", items)


def _mapping_words(schema: Mapping[str, Any], links: Mapping[str, str]) -> str:
    named = schema.get("patternProperties", {}).get(NAME_PATTERN)
    keys = schema.get("propertyNames", {})
    which = type_words(keys, links) if "enum" in keys else "text" if named is None else "name"
    content = type_words(schema["additionalProperties"] if named is None else named, links)
    return f"mapping, {which}: {content}"


def _limits(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    return "" if low is None else f", at least {low:g}"
