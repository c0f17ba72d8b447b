"""Tables of the keys of a declaration: one section a model, one row a key."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from hematotox.documentation.schemas import Schema, models_of, schema
from hematotox.documentation.sentences import own_fields, owners, sentences
from hematotox.documentation.type_words import default_words, type_words


@dataclass(frozen=True)
class DeclaredFile:
    """A kind of file under config/ and the model of its content."""

    schema: str
    """Name of its schema: `workflow/schemas/<schema>.schema.json`."""
    path: str
    model: type[BaseModel]


def file_section(file: DeclaredFile) -> str:
    """Return the chapter of one kind of file: its own keys, then the models they lead to."""
    headings = _headings(file)
    whole = schema(file.model)
    parts = {file.model.__name__: whole, **whole.get("$defs", {})}
    return "\n\n".join(_section(model, headings, parts) for model in headings)


def _headings(file: DeclaredFile) -> dict[type[BaseModel], str]:
    """Return every model of a file that has a section, the shared bases before what they share."""
    used = models_of(file.model)
    shared = [base for model in used for base in owners(model)[1:]]
    wanted: dict[type[BaseModel], str] = {}
    for model in used:
        for one in reversed(owners(model)):
            if one is model or shared.count(one) > 1:
                wanted.setdefault(one, f"## `{file.path}`" if one is file.model else "")
    if file.model is not next(iter(wanted)):
        wanted = {file.model: wanted.pop(file.model), **wanted}
    return {one: text or f"### {_title(one, file)}" for one, text in wanted.items()}


def _title(model: type[BaseModel], file: DeclaredFile) -> str:
    kind = _kind(model)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).lower()
    if words.endswith(" base"):
        words = f"every {words.removesuffix(' base')}"
    return f"{file.schema.capitalize()}: {kind or words}"


def _kind(model: type[BaseModel]) -> str:
    """Return the key and value that choose a model among its kinds, such as `method: cox`."""
    for key in ("method", "kind"):
        field = model.model_fields.get(key)
        options = list(getattr(field.annotation, "__args__", ())) if field else []
        if len(options) == 1:
            return f"`{key}: {options[0]}`"
    return ""


def _section(
    model: type[BaseModel],
    headings: dict[type[BaseModel], str],
    parts: dict[str, Schema],
) -> str:
    inherited = [one for one in owners(model)[1:] if one in headings]
    merged = [one for one in owners(model) if one is model or one not in headings]
    text = [headings[model], _about(model)]
    if inherited:
        links = ", ".join(_link(headings[one]) for one in reversed(inherited))
        text.append(f"It has these keys too: {links}.")
    fields = list(dict.fromkeys(name for one in reversed(merged) for name in own_fields(one)))
    rows = list(_rows(model, fields, headings, parts))
    if rows:
        text.append(
            "\n".join(["| key | value | if absent | meaning |", "|---|---|---|---|", *rows])
        )
    return "\n\n".join(text)


def _about(model: type[BaseModel]) -> str:
    """Return the docstring of a model; that of a whole file without the name of the file."""
    text = inspect.cleandoc(model.__doc__ or "")
    text = re.sub(r"^`config/[^`]*`: ", "", text)
    return text[:1].upper() + text[1:]


def _rows(
    model: type[BaseModel],
    fields: Iterable[str],
    headings: dict[type[BaseModel], str],
    parts: dict[str, Schema],
) -> Iterable[str]:
    part: Any = parts.get(model.__name__) or model.model_json_schema(by_alias=True)
    links = {one.__name__: _link(heading) for one, heading in headings.items()}
    said = sentences(model)
    for name in fields:
        key = model.model_fields[name].alias or name
        if f"`{key}: " in _kind(model):
            continue
        described = part["properties"][key]
        default = default_words(described, required=key in part.get("required", ()))
        meaning = said.get(name, "").replace("|", "\\|")
        yield f"| `{key}` | {type_words(described, links)} | {default} | {meaning} |"


def _link(heading: str) -> str:
    """Return a link to a heading, by the rule that code hosts make anchors with."""
    title = heading.lstrip("# ")
    anchor = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
    return f"[{title.split(': ')[-1].strip('`')}](#{anchor})"
