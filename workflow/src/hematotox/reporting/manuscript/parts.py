"""What a document shows: blocks of text, displays with their numbers, references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hematotox.reporting.formats.table_model import PrintedTable
from hematotox.reporting.manuscript.filled import Printed
from hematotox.reporting.manuscript.numbering import Numbered


@dataclass(frozen=True, slots=True)
class Shown:
    """A table or figure of the document."""

    numbered: Numbered
    legend: str
    """What stands under the title of a figure, or why there is nothing to show."""
    table: PrintedTable | None = None
    picture: bytes = b""
    """A figure as PNG."""


@dataclass(frozen=True, slots=True)
class Document:
    """The main document, or the supplement."""

    title: str
    authors: str
    blocks: Sequence[Printed]
    displays: Sequence[Shown]
    references: Sequence[str]
    warning: str = ""
    """Said under the title where no patient is real."""
    language: str = "en-GB"

    @property
    def tables(self) -> list[Shown]:
        """The tables in their order."""
        return [one for one in self.displays if one.numbered.label.endswith("Table")]

    @property
    def figures(self) -> list[Shown]:
        """The figures in their order."""
        return [one for one in self.displays if one.numbered.label.endswith("Figure")]
