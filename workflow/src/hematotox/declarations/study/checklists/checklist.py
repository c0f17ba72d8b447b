"""Checklists of reporting: what each item asks for, and what in a run answers it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from pydantic import field_validator, model_validator

from hematotox.declarations.base import Declaration, Name, Text, named_once
from hematotox.declarations.study.analyses import MODELS
from hematotox.declarations.study.displays import KINDS
from hematotox.declarations.study.study import StudyKeys
from hematotox.declarations.trouble import unknown

Part = Literal["patients", "methods", "definitions", "analysed", "versions"]
KEYS = {key for model in (*MODELS.values(), *KINDS.values()) for key in model.model_fields}
KNOWN: dict[str, Collection[str]] = {
    "kinds": KINDS,
    "methods": MODELS,
    "having": KEYS,
    "keys": StudyKeys.model_fields,
}
"""What the names in a condition may be."""


class Answer(Declaration):
    """One place that may answer an item: displays, or a part of the report.

    A display answers where it is of the kinds, shows an analysis of the methods, and has a number
    of it to show; a part of the report where all its conditions hold.
    """

    part: Part | None = None
    """Part of the report that answers, instead of the displays."""
    kinds: tuple[Name, ...] = ()
    """Kinds of display, one of which is needed; any if absent."""
    methods: tuple[Name, ...] = ()
    """Methods, of one of which an analysis must be shown; any if absent."""
    having: Name | None = None
    """Key that the analysis or the display must have set, such as `precision`."""
    keys: tuple[Name, ...] = ()
    """Keys that the study must have set, such as `registered`."""

    @property
    def asks_for_displays(self) -> bool:
        """Whether a display is needed."""
        return bool(self.kinds or self.methods or self.having)

    @model_validator(mode="after")
    def _of_what_exists(self) -> Answer:
        if not self.part and not self.asks_for_displays:
            raise ValueError("needs part, kinds, methods or having")
        for field, known in KNOWN.items():
            names = getattr(self, field) or ()
            for name in (names,) if isinstance(names, str) else names:
                if name not in known:
                    what = "key" if field == "having" else field.removesuffix("s")
                    raise ValueError(f"{field}: {unknown(name, known, what)}")
        return self


class Item(Declaration):
    """One item of a checklist."""

    item: Text
    """Its number, `20a`."""
    section: Text
    """Section of the checklist that it stands in."""
    asks: Text
    """What it asks for, shortened in our own words."""
    answered: tuple[Answer, ...] = ()
    """What in a run answers it; without any it is the author's."""
    author: str = ""
    """What is left to the authors though a run answers the rest."""


class Checklist(Declaration):
    """`config/checklists/<checklist>.yaml`: items of a guideline and what in a run answers them."""

    id: Name
    """Name of the checklist; also the name of the file."""
    name: Text
    """As it stands in print."""
    citation: Text
    """Publication and licence."""
    note: str = ""
    """What is said below the table of how its words stand to those of the publication."""
    items: tuple[Item, ...]
    """Its items in order."""

    @field_validator("items")
    @classmethod
    def _once(cls, items: tuple[Item, ...]) -> tuple[Item, ...]:
        named_once(tuple(one.item for one in items))
        return items
