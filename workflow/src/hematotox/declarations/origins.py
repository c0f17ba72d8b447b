"""Where each part of a plan is written: file, line, key, and the studies it was taken over by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from hematotox.declarations.yaml_text import Document, Path, message


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A study file: its name in messages and what it says."""

    source: str
    document: Document

    @property
    def content(self) -> dict[str, Any]:
        """Its keys."""
        return dict(self.document.content)


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a study file."""

    source: str
    line: int
    words: str = ""

    def __str__(self) -> str:
        """Return file and line."""
        return f"{self.source}:{self.line}"


@dataclass(frozen=True, slots=True)
class Origin:
    """A key of a study file, and the `like:` lines by which it reached the study."""

    file: WrittenFile
    key: Path
    via: tuple[Place, ...] = ()

    @property
    def line(self) -> int:
        """Line of the key."""
        return self.file.document.line(self.key)

    @property
    def place(self) -> Place:
        """File and line of the key."""
        return Place(self.file.source, self.line)

    @property
    def is_own(self) -> bool:
        """Whether the study says it itself."""
        return not self.via

    def below(self, *parts: str | int) -> Origin:
        """Return a key below this one."""
        return replace(self, key=(*self.key, *parts))

    def passed_on(self, place: Place) -> Origin:
        """Return the same key, taken over by one more study."""
        return replace(self, via=(*self.via, place))

    def message(self, words: str) -> str:
        """Return a trouble of this key; of one that is taken over, both files."""
        taken = f" (taken over by {self.via[-1]}: {self.via[-1].words})" if self.via else ""
        return message(self.file.source, self.line, self.key, f"{words}{taken}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A value as it is written, and where."""

    value: Any
    origin: Origin


@dataclass
class ExpandedDocument:
    """A plan's content after inheritance and expansion, and where each part is written."""

    content: dict[str, Any] = field(default_factory=dict)
    origins: dict[Path, Origin] = field(default_factory=dict)
    """Of the whole, `()`, and of its parts."""

    def put(self, path: Path, value: Any, origin: Origin) -> None:
        """Set a value of the content and say where it is written."""
        level: Any = self.content
        for part in path[:-1]:
            level = level.setdefault(part, {})
        level[path[-1]] = value
        self.origins[path] = origin

    def origin(self, path: Path) -> Origin:
        """Return where a path of the content is written, or its nearest parent."""
        for end in range(len(path), 0, -1):
            found = self.origins.get(path[:end])
            if found is not None:
                return found.below(*path[end:])
        return self.origins[()].below(*path)

    def taken_over(self) -> list[str]:
        """Return the analyses that the study takes over from another."""
        analyses = self.content.get("analyses", {})
        return [name for name in analyses if not self.origin(("analyses", name)).is_own]

    def line(self, path: Path) -> int:
        """Return the line of a path in the file where it is written."""
        return self.origin(path).line

    def message(self, path: Path, words: str, *, source: str) -> str:
        """Return a trouble at a path of the content, with the file in which it is written."""
        del source
        return self.origin(path).message(words)

    @cached_property
    def lines(self) -> dict[Path, int]:
        """Every path of the content and its line."""
        return {path: self.line(path) for path in _paths(self.content, ())}


def _paths(value: Any, path: Path) -> Iterator[Path]:
    yield path
    below = value.items() if isinstance(value, dict) else enumerate(value)
    for part, child in () if isinstance(value, str) else below:
        yield from _paths(child, (*path, part))
