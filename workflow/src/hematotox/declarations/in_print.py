"""Words that stand in print alone: no table between the stages depends on them.

A field for such words has the type `Printed`. What a stage depends on is its declaration
`without_print`, so that an edited label redraws and reckons nothing again.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from hematotox.declarations.base import Declaration, Text


class _InPrint:
    """Marks what only displays and reports show."""


IN_PRINT = _InPrint()
Printed = Annotated[Text, IN_PRINT]
"""A label, a name or a citation. `dict[str, Printed]` are words for its keys, which count."""
PrintedLabels = Annotated[dict[str, Text], IN_PRINT]
"""Words for levels or causes that are declared elsewhere."""
ABSENT = "-"
"""Stands for a text that may not be absent."""

D = TypeVar("D", bound=Declaration)


def without_print(declared: D) -> D:
    """Return a declaration without the words that stand in print alone, its parts included.

    Optional words go back to what they are by default, needed ones become "-", and words for
    keys become the keys.
    """
    fields = type(declared).model_fields
    changed: dict[str, Any] = {}
    for name, kind in _kinds(type(declared)).items():
        value = getattr(declared, name)
        if kind == "whole":
            field = fields[name]
            bare = ABSENT if field.is_required() else field.get_default(call_default_factory=True)
        elif kind == "values":
            bare = value and {key: key for key in value}
        else:
            bare = _bare(value)
        if bare is not value:
            changed[name] = bare
    return declared.model_copy(update=changed) if changed else declared


def _bare(value: Any) -> Any:
    """Return what a field holds without words; the same object where it has none."""
    if isinstance(value, Declaration):
        return without_print(value)
    if isinstance(value, dict):
        found = {key: _bare(one) for key, one in value.items()}
        return value if all(found[key] is one for key, one in value.items()) else found
    if isinstance(value, tuple):
        parts = tuple(_bare(one) for one in value)
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts
    return value


@cache
def _kinds(model: type[Declaration]) -> dict[str, str]:
    """Return which fields are words, have words as values, or have words inside."""
    found = {}
    for name, field in model.model_fields.items():
        options = _options(field.annotation)
        if IN_PRINT in field.metadata or any(_marked(one) for one in options):
            found[name] = "whole"
        elif any(get_origin(one) is dict and _marked(get_args(one)[1]) for one in options):
            found[name] = "values"
        elif any(_kinds(one) for one in _models_in(field.annotation)):
            found[name] = "inside"
    return found


def _options(annotation: Any) -> tuple[Any, ...]:
    """Return the types of a union, or the type by itself."""
    of_union = get_origin(annotation) in (Union, UnionType)
    return get_args(annotation) if of_union else (annotation,)


def _marked(annotation: Any) -> bool:
    return IN_PRINT in getattr(annotation, "__metadata__", ())


def _models_in(annotation: Any) -> Iterator[type[Declaration]]:
    """Yield the models that a value of this type may hold."""
    if isinstance(annotation, type) and issubclass(annotation, Declaration):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
