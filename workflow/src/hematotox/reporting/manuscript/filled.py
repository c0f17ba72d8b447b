"""The author's text with its numbers, citations and the methods that the program writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from hematotox.errors import UserError, UserErrors
from hematotox.reporting.manuscript.chosen_row import Estimates
from hematotox.reporting.manuscript.citations import Citations
from hematotox.reporting.manuscript.methods_section import SECTIONS, Settings
from hematotox.reporting.manuscript.numbering import Numbered
from hematotox.reporting.manuscript.placeholders import Placeholder, placeholders, unknown_word
from hematotox.reporting.manuscript.printed_forms import printed
from hematotox.reporting.manuscript.refused_words import Shown, refused
from hematotox.reporting.manuscript.source_text import Block, Kind, SourceText
from hematotox.reporting.words.number_style import restyled
from hematotox.reporting.words.rows import Row

Look = Literal["", "bold", "italic", "superscript"]
STAR = "\ue000"
"""Stands for a star of a number or label while the text's own stars are read."""
MARKUP = re.compile(r"\*\*(?P<bold>.+?)\*\*|\*(?P<italic>[^*]+?)\*|\s*\[(?P<cited>@[^\]]+)\]")
FREE = ("introduction", "background", "discussion", "methods")
"""Parts of a paper in which a number of another source may be typed."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A block of the manuscript as it is read."""

    kind: Kind
    runs: tuple[tuple[str, Look], ...]
    level: int = 0

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(text for text, _ in self.runs)


@dataclass(slots=True)
class Filling:
    """What a text is filled from."""

    estimates: Estimates
    citations: Citations
    settings: Settings
    displays: Mapping[str, Numbered]


def filled(source: SourceText, filling: Filling) -> list[Printed]:
    """Return the text as it is read.

    Raises
    ------
    UserErrors
        Every placeholder that means no number or several, every citation without a reference,
        every word that a number does not bear out; each with file and line.
    """
    found: list[Printed] = []
    troubles: list[str] = []
    part = ""
    for name in source.front.primary:
        try:
            filling.estimates.of(name)
        except UserError as error:
            troubles.append(f"{source.source}:1: primary: {error}")
    for block in source.blocks:
        if block.kind == "heading" and block.level == 1:
            part = block.text.lower()
        try:
            results = part != "" and not part.startswith(FREE)
            found += _block(block, filling, results=results)
        except UserErrors as errors:
            troubles += [f"{source.source}:{message}" for message in errors.messages]
    if troubles:
        raise UserErrors(troubles)
    return found


def _block(block: Block, filling: Filling, *, results: bool) -> list[Printed]:
    try:
        wanted = placeholders(block.text)
    except UserError as error:
        raise UserErrors([f"{block.line()}: {error}"]) from None
    if len(wanted) == 1 and wanted[0].words[0].partition(".")[0] == "methods":
        try:
            return list(_methods(wanted[0], filling))
        except UserError as error:
            raise UserErrors([f"{block.line()}: {_quoted(block, wanted[0])}: {error}"]) from None
    troubles: list[str] = []
    shown: list[Shown] = []
    text, end = "", 0
    for one in wanted:
        text += block.text[end : one.start]
        end = one.end
        try:
            words, row = _inline(one, filling)
            text += words.replace("*", STAR)
            if row is not None:
                shown.append(Shown(one.start, row, one.form))
        except UserError as error:
            troubles.append(f"{block.line(one.start)}: {_quoted(block, one)}: {error}")
    text += block.text[end:]
    for position, why in refused(block.text, shown, results=results):
        troubles.append(f"{block.line(position)}: {why}")
    try:
        runs = runs_of(text, filling.citations)
    except UserError as error:
        troubles.append(f"{block.line()}: {error}")
    if troubles:
        raise UserErrors(troubles)
    return [Printed(block.kind, runs, block.level)]


def _quoted(block: Block, one: Placeholder) -> str:
    return block.text[one.start : one.end]


def _inline(one: Placeholder, filling: Filling) -> tuple[str, Row | None]:
    """Return the words for a placeholder, and the row whose number they print."""
    if one.words[0] == "display":
        name = one.words[1] if len(one.words) == 2 else ""
        if name not in filling.displays:
            raise UserError(unknown_word(name, filling.displays, "display"))
        return filling.displays[name].called, None
    words, row = printed(one, filling.estimates)
    return restyled(words), row


def _methods(one: Placeholder, filling: Filling) -> Iterator[Printed]:
    """Yield the methods, or one part of them without its heading."""
    _, _, part = one.words[0].partition(".")
    if part and part not in SECTIONS:
        raise UserError(unknown_word(part, SECTIONS, "part of the methods"))
    for name, (heading, write) in SECTIONS.items():
        if part in ("", name):
            if not part:
                yield Printed("heading", ((heading, ""),), 2)
            for text in write(filling.settings, filling.citations):
                yield Printed("paragraph", runs_of(restyled(text), filling.citations))


def runs_of(text: str, citations: Citations) -> tuple[tuple[str, Look], ...]:
    """Return a text cut where its look changes; citations become numbers."""
    runs: list[tuple[str, Look]] = []
    end = 0
    for match in MARKUP.finditer(text):
        runs.append((text[end : match.start()], ""))
        end = match.end()
        if match["cited"]:
            runs.append((citations.numbers(match["cited"]), "superscript"))
        elif match["bold"]:
            runs.append((match["bold"], "bold"))
        else:
            runs.append((match["italic"], "italic"))
    runs.append((text[end:], ""))
    return tuple((words.replace(STAR, "*"), look) for words, look in runs if words)
