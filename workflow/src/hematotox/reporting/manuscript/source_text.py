"""The author's text: a front matter and a small part of Markdown, each block with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from hematotox.declarations.base import parse
from hematotox.declarations.manuscript import FrontMatter

Kind = Literal["heading", "paragraph", "item"]
FENCE = "---"
HEADING = re.compile(r"(#{1,4}) +(.+)")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or an item of a list, in one line of text.

    `lines` holds, for each line of the file that it was written on, where that line begins in
    `text`, so that a message can name the line.
    """

    kind: Kind
    text: str
    lines: tuple[tuple[int, int], ...]
    """Position in the text and number of the line, in order."""
    level: int = 0
    """Of a heading: 1 for #."""

    def line(self, position: int = 0) -> int:
        """Return the line of the file on which a position of the text stands."""
        return [number for start, number in self.lines if start <= position][-1]


@dataclass(frozen=True, slots=True)
class SourceText:
    """A manuscript as it is written."""

    source: str
    """The file, for messages."""
    front: FrontMatter
    blocks: tuple[Block, ...]


def read_source(text: str, *, source: str) -> SourceText:
    """Read a manuscript's file.

    Raises
    ------
    UserError
        The front matter says what it may not say.
    """
    lines = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text).splitlines()
    front, first = FrontMatter(), 0
    if lines and lines[0].strip() == FENCE and FENCE in lines[1:]:
        end = lines.index(FENCE, 1)
        # the empty line in front keeps the numbers of the lines
        front = parse("\n".join(["", *lines[1:end]]), source=source, model=FrontMatter)
        first = end + 1
    return SourceText(source, front, tuple(_blocks(lines, first)))


def _blocks(lines: list[str], first: int) -> list[Block]:
    found: list[Block] = []
    open_block = False
    for number, line in enumerate(lines[first:], start=first + 1):
        words = line.strip()
        heading = HEADING.fullmatch(words)
        if not words:
            open_block = False
        elif heading:
            found.append(Block("heading", heading[2], ((0, number),), len(heading[1])))
            open_block = False
        elif words.startswith("- "):
            found.append(Block("item", words[2:].strip(), ((0, number),)))
            open_block = True
        elif open_block:
            last = found.pop()
            starts = (*last.lines, (len(last.text) + 1, number))
            found.append(Block(last.kind, f"{last.text} {words}", starts))
        else:
            found.append(Block("paragraph", words, ((0, number),)))
            open_block = True
    return found
