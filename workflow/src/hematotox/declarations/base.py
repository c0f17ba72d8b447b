"""What all declarations share: frozen models, known keys only, messages with file and line."""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from hematotox.declarations.yaml_text import ReadDocument, read_yaml
from hematotox.errors import UserErrors


class Declaration(BaseModel):
    """A part of a YAML file: frozen, with no key that the model does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )


def _boolean(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise ValueError('must be "true" or "false"')


def named_once(names: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse a list that holds a name more than once."""
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"{', '.join(repeated)}: named twice; name each once")
    return names


Flag = Annotated[bool, BeforeValidator(_boolean)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", min_length=1, max_length=60)]
MemberName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_]*)*$", max_length=200)
]
"""Name of an analysis: a name, or that of a family's member, `family.endpoint.score.step`."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

Model = TypeVar("Model", bound=BaseModel)


def parse(text: str, *, source: str, model: type[Model]) -> Model:
    """Read one declaration.

    Parameters
    ----------
    text : content of the YAML file
    source : name of the file for messages
    model : what the file may say

    Raises
    ------
    UserError
        One message for every trouble, each with file, line, key and what would be right.
    """
    document = read_yaml(text, source=source)
    return parse_document(document, source=source, model=model)


def parse_document(document: ReadDocument, *, source: str, model: type[Model]) -> Model:
    """Type a parsed document by its model; see `parse`."""
    try:
        return model.model_validate(document.content)
    except ValidationError as error:
        messages = [_sentence(detail, document, source, model) for detail in error.errors()]
        raise UserErrors(sorted(set(messages), key=_line_of)) from None


def _line_of(message: str) -> tuple[int, str]:
    found = re.match(r"[^:]*:(\d+):", message)
    return (int(found.group(1)) if found else 0, message)


def _sentence(detail: Any, document: ReadDocument, source: str, model: type[BaseModel]) -> str:
    path, words = _deepest(_written_path(detail, document), _words(detail, model), document)
    return document.message(path, words, source=source)


def _deepest(
    path: tuple[str | int, ...], words: str, document: ReadDocument
) -> tuple[tuple[str | int, ...], str]:
    """Move keys that a message begins with ("groups: ...") from its words to its location."""
    key, separator, rest = words.partition(": ")
    deeper = (*path, *key.split("."))
    if not separator or deeper not in document.lines:
        return path, words
    return _deepest(deeper, rest, document)


def _written_path(detail: Any, document: ReadDocument) -> tuple[str | int, ...]:
    """Drop what pydantic adds to a location (tags of unions), keep what stands in the file.

    A missing key does not stand there either, and is named all the same; settings of the command
    line stand in no file.
    """
    location = detail["loc"]
    path: tuple[str | int, ...] = ()
    for position, part in enumerate(location):
        absent = detail["type"] == "missing" and position == len(location) - 1
        if (*path, part) in document.lines or absent or not document.lines:
            path = (*path, part)
    return path


def _words(detail: Any, model: type[BaseModel]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return _unknown_key(str(detail["loc"][-1]), detail["loc"], model)
    if kind in ("literal_error", "enum"):
        return f"must be one of {context['expected']}"
    if kind in ("union_tag_invalid",):
        return f"must be one of {context['expected_tags']}"
    if kind == "union_tag_not_found":
        return f"the key {context['discriminator']} is missing"
    if kind == "string_pattern_mismatch":
        return "must be lower-case letters, digits and _ and start with a letter"
    if kind == "string_type":
        return "must be one word or text"
    if kind in ("string_too_short",):
        return "must not be empty"
    if kind in ("int_parsing", "int_type", "int_from_float"):
        return "must be a whole number"
    if kind in ("float_parsing", "float_type", "finite_number"):
        return "must be a number"
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return "must be a mapping (key: value)"
    if kind in ("list_type", "tuple_type"):
        return "must be a list"
    return str(detail["msg"]).removeprefix("Value error, ")


def _unknown_key(key: str, location: tuple[str | int, ...], model: type[BaseModel]) -> str:
    known = sorted(_known_keys(location[:-1], model))
    close = difflib.get_close_matches(key, known, n=1)
    hint = f'; is "{close[0]}" meant?' if close else ""
    listed = f" (known here: {', '.join(known)})" if known else ""
    return f"unknown key{hint}{listed}"


def _known_keys(location: tuple[str | int, ...], model: type[BaseModel]) -> set[str]:
    """Return the keys that the model at `location` knows; empty where that cannot be told."""
    current: Any = model
    for part in location:
        current = _step(current, part)
    models = _models_in(current)
    return {field.alias or name for one in models for name, field in one.model_fields.items()}


def _step(annotation: Any, part: str | int) -> Any:
    for one in _models_in(annotation):
        if part in one.model_fields:
            return one.model_fields[str(part)].annotation
    tagged = [one for one in _models_in(annotation) if _has_tag(one, part)]
    return tagged[0] if tagged else annotation


def _has_tag(model: type[BaseModel], part: str | int) -> bool:
    for field in ("method", "kind", "shape"):
        if field in model.model_fields:
            options = getattr(model.model_fields[field].annotation, "__args__", ())
            if part in options:
                return True
    return False


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    found: list[type[BaseModel]] = []
    for argument in getattr(annotation, "__args__", ()):
        found += _models_in(argument)
    return found
