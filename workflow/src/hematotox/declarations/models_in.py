"""The models of a folder: one module a word, found by its name."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar, get_args

from hematotox.declarations.base import Declaration

Found = TypeVar("Found", bound=Declaration)


def models_in(folder: ModuleType, base: type[Found], key: str) -> dict[str, type[Found]]:
    """Return every model of a folder by the word that chooses it.

    Parameters
    ----------
    folder : package with a module for each word, which defines the word's model, or with rooms of
        such modules
    base : what the models are derived from
    key : field of the models that holds the word

    Raises
    ------
    TypeError
        A module has no model of its own name.
    """
    found: dict[str, type[Found]] = {}
    for name, is_room in sorted((one.name, one.ispkg) for one in iter_modules(folder.__path__)):
        module = import_module(f"{folder.__name__}.{name}")
        if is_room:
            found |= models_in(module, base, key)
            continue
        members = vars(module).values()
        own = [one for one in members if _is_chosen_by(one, base, key, name)]
        if len(own) != 1:
            raise TypeError(f"{folder.__name__}.{name}: needs one model with {key}: {name}")
        found[name] = own[0]
    return found


def _is_chosen_by(one: object, base: type[Found], key: str, word: str) -> bool:
    if not (isinstance(one, type) and issubclass(one, base)):
        return False
    field = one.model_fields.get(key)
    return field is not None and get_args(field.annotation) == (word,)
