"""The sentences below the fields of the models."""

from __future__ import annotations

import ast
import functools
import inspect
import sys
from itertools import pairwise

from pydantic import BaseModel

from hematotox.declarations.base import Declaration


def sentences(model: type[BaseModel]) -> dict[str, str]:
    """Return field and sentence of a model, fields of its bases included.

    The sentence of a field is the string that follows it in the source.
    """
    found: dict[str, str] = {}
    for owner in reversed(owners(model)):
        found |= _own_sentences(owner)
    return found


def owners(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return a model and the declarations it is derived from, the nearest first."""
    return [one for one in model.__mro__ if issubclass(one, Declaration) and one is not Declaration]


def own_fields(model: type[BaseModel]) -> list[str]:
    """Return the fields that a model adds to those of its bases, in the order of the source."""
    return [name for name in model.__annotations__ if name in model.model_fields]


def _own_sentences(model: type[BaseModel]) -> dict[str, str]:
    body = _classes(model.__module__)[model.__name__].body
    return {
        field.target.id: " ".join(below.value.value.split())
        for field, below in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }


@functools.cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
