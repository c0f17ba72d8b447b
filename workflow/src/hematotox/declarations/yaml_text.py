"""The one way YAML is read: every scalar is text, every key keeps its line.

YAML 1.1 turns `no` into False, `on` into True, `007` into 7 and `12:30` into 750, and keeps the
last of two equal keys without a word. In a statistical analysis plan each of these is a wrong
number, so the text is kept as written and the models give it its type.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import yaml

from hematotox.errors import UserError

Path = tuple[str | int, ...]

_FAST: Any = getattr(yaml, "CBaseLoader", None)
"""libyaml's parser, where PyYAML was built with it."""
_READ_DIFFERENTLY = re.compile("[\t\ufeff?]|[|>][-+0-9]*#")
"""What libyaml accepts where PyYAML does not."""


DEEPEST = 50
"""Levels; no declaration has more than ten."""


class ReadDocument(Protocol):
    """What a file says, and where each part of it stands."""

    @property
    def content(self) -> Any:
        """Mappings, lists and text."""

    @property
    def lines(self) -> dict[Path, int]:
        """Line of every key and item."""

    def message(self, path: Path, words: str, *, source: str) -> str:
        """Return a trouble at `path` as one line."""


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed YAML file: mappings, lists and text, with the line of every key and item."""

    content: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """Return the line of `path`, or of the nearest parent that is in the file."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return 1

    def message(self, path: Path, words: str, *, source: str) -> str:
        """Return a trouble at `path` as one line."""
        return message(source, self.line(path), path, words)


def message(source: str, line: int, path: Path, words: str) -> str:
    """Return a trouble as one line: file, line, key and the words."""
    key = ".".join(str(part) for part in path) or "(whole file)"
    return f"{source}:{line}: {key}: {words}"


def read_yaml(text: str, *, source: str) -> Document:
    """Parse YAML text with all scalars as text.

    Parameters
    ----------
    text : content of the file
    source : name of the file for messages

    Raises
    ------
    UserError
        Not YAML, a duplicate key, an anchor, an alias or a tag.
    """
    if _FAST is not None and _READ_DIFFERENTLY.search(text) is None:
        with contextlib.suppress(UserError, yaml.YAMLError):
            return _document(text, source, _FAST)
    try:
        return _document(text, source, yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise UserError(f"{source}:{line}: not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise UserError(f"{source}: not valid YAML: unreadable characters") from error


def _document(text: str, source: str, loader: Any) -> Document:
    """Read a text event by event; composing nodes first would take three times as long."""
    reading = _Reading(source, yaml.parse(text, Loader=loader))
    next(reading.events)  # the stream begins
    if type(next(reading.events)) is yaml.StreamEndEvent:
        return Document(content={}, lines=reading.lines)
    content = reading.value(next(reading.events), ())
    next(reading.events)  # the document ends
    further = next(reading.events)
    if type(further) is not yaml.StreamEndEvent:
        line = further.start_mark.line + 1
        raise UserError(f"{source}:{line}: not valid YAML: but found another document")
    return Document(content=content, lines=reading.lines)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A document that is being read: what is left of it, and the lines so far."""

    source: str
    events: Iterator[Any]
    lines: dict[Path, int] = field(default_factory=lambda: {(): 1})

    def value(self, event: Any, path: Path) -> Any:
        """Return the value that begins with an event."""
        if len(path) > DEEPEST:
            line = event.start_mark.line + 1
            raise UserError(f"{self.source}:{line}: not valid here: nested in {DEEPEST} levels")
        if event.anchor or getattr(event, "tag", None):
            line = event.start_mark.line + 1
            words = (
                "anchors and aliases are not allowed; write it out"
                if event.anchor
                else "tags are not allowed; write the plain value"
            )
            raise UserError(f"{self.source}:{line}: {words}")
        if type(event) is yaml.ScalarEvent:
            return str(event.value)
        return self._list(path) if type(event) is yaml.SequenceStartEvent else self._mapping(path)

    def _list(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while type(event := next(self.events)) is not yaml.SequenceEndEvent:
            place = (*path, len(items))
            self.lines[place] = event.start_mark.line + 1
            items.append(self.value(event, place))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while type(event := next(self.events)) is not yaml.MappingEndEvent:
            line = event.start_mark.line + 1
            key = self.value(event, path)
            if not isinstance(key, str):
                raise UserError(f"{self.source}:{line}: a key must be plain text")
            place = (*path, key)
            if key in mapping:
                raise UserError(
                    f"{self.source}:{line}: {'.'.join(str(part) for part in place)}: this key "
                    f"stands here twice (first in line {self.lines[place]}); keep one"
                )
            self.lines[place] = line
            mapping[key] = self.value(next(self.events), place)
        return mapping
