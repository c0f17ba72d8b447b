"""What stands above a manuscript's text, and the references that it may cite."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from hematotox.declarations.base import Declaration, MemberName, Text


class FrontMatter(Declaration):
    """The lines between --- above the text of config/manuscripts/<study>.md."""

    title: str = ""
    """Title of the paper; the study's title if absent."""
    authors: str = ""
    """Authors in one line."""
    primary: tuple[MemberName, ...] = ()
    """Analyses that were declared primary in advance; all others are called exploratory."""


class Person(Declaration):
    """An author: family and given names, or a literal name of a group."""

    family: str = ""
    """Family name, as it is printed."""
    given: str = ""
    """Given names or their initials."""
    literal: str = ""
    """Instead: the name of a group, or `et al`."""

    @model_validator(mode="after")
    def _named(self) -> Person:
        if bool(self.family) == bool(self.literal):
            raise ValueError("needs either family or literal")
        return self


class Reference(Declaration):
    """One reference in fields of the Citation Style Language (CSL)."""

    type: Literal["article-journal", "book", "software", "webpage"] = "article-journal"
    """Kind of publication."""
    title: Text
    """Title without a full stop."""
    author: tuple[Person, ...] = Field(min_length=1)
    """Authors in order; `{literal: et al}` closes a list that is not complete."""
    issued: int
    """Year."""
    container_title: str = Field(default="", alias="container-title")
    """Journal, abbreviated as in Index Medicus."""
    volume: str = ""
    """Volume."""
    issue: str = ""
    """Number within the volume."""
    page: str = ""
    """Pages, `187-220`."""
    publisher: str = ""
    """Publisher of a book."""
    doi: str = Field(default="", alias="DOI")
    """DOI without an address in front."""
    url: str = Field(default="", alias="URL")
    """Address, printed where there is no DOI."""
    used_for: tuple[Text, ...] = ()
    """What the methods section cites it for: methods and tests of the estimates, methods of
    intervals, scores, conventions, programs."""


class References(Declaration):
    """The references that manuscripts may cite, by key: `[@key]` in the text."""

    references: dict[Text, Reference]
    """Key and reference."""
