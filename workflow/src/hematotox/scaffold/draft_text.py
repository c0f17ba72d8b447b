"""Writes a draft: YAML with a comment at every guess and at everything left to decide."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hematotox.dialects.notation import Open

_PLAIN = re.compile(r"[^\W\d_][\w /.+<>°µ³()^=-]*|[a-z]+___[0-9]+")
_WORDS = frozenset(("yes", "no", "true", "false", "on", "off", "null", "y", "n"))
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of the centre file, its content, and what to look at."""

    key: str
    content: Any
    check: str = ""
    """What was guessed, in words."""
    decide: str = ""
    """What has to be decided about the whole of it, in words."""
    guessed: bool = True
    """Whether it has to be looked at."""


@dataclass(slots=True)
class Page:
    """The lines of a draft, and what is left to decide: line, key and words."""

    lines: list[str] = field(default_factory=list)
    decisions: list[tuple[int, str, str]] = field(default_factory=list)
    _said: str = ""

    @property
    def text(self) -> str:
        """The file's content."""
        return "\n".join(self.lines) + "\n"

    def comment(self, words: str, *, indent: int = 0) -> None:
        """Write a comment, wrapped."""
        line = ""
        for word in words.split(" "):
            if line and indent + len(line) + len(word) + 3 > _WIDTH:
                self.lines.append(f"{' ' * indent}# {line}")
                line = f"  {word}"
            else:
                line = f"{line} {word}".lstrip() if line.strip() else line + word
        self.lines.append(f"{' ' * indent}# {line}")

    def section(self, name: str, entries: Sequence[Entry], *, empty: str = "") -> None:
        """Write a mapping with its entries, after an empty line."""
        self.lines += ["", f"{name}:" if entries or not empty else f"{name}: {{}}  # {empty}"]
        for entry in entries:
            self.entry(entry, indent=2, path=name)

    def entry(self, entry: Entry, *, indent: int = 0, path: str = "") -> None:
        """Write one key: in one line where it fits and nothing in it is open."""
        where = f"{path}.{entry.key}" if path else entry.key
        check = f"  # check: {entry.check}".removesuffix(": ") if entry.guessed else ""
        if entry.decide:
            check = ""
            self.comment(f"decide: {entry.decide}", indent=indent)
            self.decisions.append((len(self.lines) + 1, where, entry.decide))
        if isinstance(entry.content, Open):
            self._open(entry.key, entry.content, indent=indent, path=where)
            return
        flow = f"{' ' * indent}{scalar(entry.key)}: {_flow(entry.content)}"
        if not _has_open(entry.content) and len(flow) <= _WIDTH:
            self._with_check(flow, check, indent=indent)
            return
        self._with_check(f"{' ' * indent}{scalar(entry.key)}:", check, indent=indent)
        self._block(entry.content, indent=indent + 2, path=where)

    def _with_check(self, line: str, check: str, *, indent: int) -> None:
        if len(line) + len(check) > _WIDTH:
            self.comment(check.removeprefix("  # "), indent=indent)
            check = ""
        self.lines.append(line + check)

    def _block(self, content: Any, *, indent: int, path: str) -> None:
        space = " " * indent
        if isinstance(content, Mapping):
            for key, value in content.items():
                where = f"{path}.{key}"
                line = f"{space}{scalar(str(key))}:"
                if isinstance(value, Open):
                    self._open(str(key), value, indent=indent, path=where)
                elif not _has_open(value) and len(f"{line} {_flow(value)}") <= _WIDTH:
                    self.lines.append(f"{line} {_flow(value)}")
                else:
                    self._say_once(value, indent=indent)
                    self.lines.append(line)
                    self._block(value, indent=indent + 2, path=where)
                    self._said = ""
            return
        for number, one in enumerate(content):
            if not _has_open(one) and len(f"{space}- {_flow(one)}") <= _WIDTH:
                self.lines.append(f"{space}- {_flow(one)}")
                continue
            start = len(self.lines)
            self._block(one, indent=indent + 2, path=f"{path}.{number}")
            first = next(
                number
                for number in range(start, len(self.lines))
                if not self.lines[number].lstrip().startswith("#")
            )
            self.lines[first] = f"{space}- {self.lines[first][indent + 2 :]}"

    def _say_once(self, content: Any, *, indent: int) -> None:
        """Say above a map of codes what each of its open codes has to be."""
        parts = content.values() if isinstance(content, Mapping) else ()
        words = {one.words for one in parts if isinstance(one, Open) and one.blocks}
        if len(words) == 1:
            self._said = words.pop()
            self.comment(f"decide: {self._said}", indent=indent)

    def _open(self, key: str, one: Open, *, indent: int, path: str) -> None:
        if one.words != self._said:
            words = one.words + (f" ({one.codes})" if one.codes else "")
            self.comment(f"decide: {words}", indent=indent)
        if one.blocks:
            self.lines.append(f'{" " * indent}{scalar(key)}: ""  # decide')
        else:
            proposal = f"# {scalar(key)}: {one.proposal}".rstrip()
            self.lines.append(f"{' ' * indent}{proposal}")
        self.decisions.append((len(self.lines), path, one.words))


def scalar(text: str) -> str:
    """Return a text as YAML writes it, in quotes where an editor would read something else.

    Examples
    --------
    >>> scalar("CRP (mg/L)"), scalar("no"), scalar("10*9/L"), scalar("a: b")
    ('CRP (mg/L)', '"no"', '"10*9/L"', '"a: b"')
    """
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=False)


def _flow(content: Any) -> str:
    if isinstance(content, Mapping):
        return "{" + ", ".join(f"{scalar(str(k))}: {_flow(v)}" for k, v in content.items()) + "}"
    if isinstance(content, (list, tuple)):
        return "[" + ", ".join(map(_flow, content)) + "]"
    if isinstance(content, bool):
        return "true" if content else "false"
    return str(content) if isinstance(content, int) else scalar(str(content))


def _has_open(content: Any) -> bool:
    if isinstance(content, Mapping):
        return any(map(_has_open, content.values()))
    if isinstance(content, (list, tuple)):
        return any(map(_has_open, content))
    return isinstance(content, Open)
