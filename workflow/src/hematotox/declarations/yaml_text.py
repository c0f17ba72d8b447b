"""The one way YAML is read: every scalar is text, every key keeps its line.

YAML 1.1 turns `no` into False, `on` into True, `007` into 7 and `12:30` into 750, and keeps the
last of two equal keys without a word. In a statistical analysis plan each of these is a wrong
number, so the text is kept as written and the models give it its type.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import Any

import yaml

from hematotox.errors import UserError

Path = tuple[str | int, ...]

_FAST: Any = getattr(yaml, "CSafeLoader", None)
"""libyaml's parser, where PyYAML was built with it."""
_READ_DIFFERENTLY = re.compile("[\t\ufeff?]|[|>][-+0-9]*#")
"""What libyaml accepts where PyYAML does not."""


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
        return _document(text, source, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise UserError(f"{source}:{line}: not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise UserError(f"{source}: not valid YAML: unreadable characters") from error


def _document(text: str, source: str, loader: Any) -> Document:
    _refuse_anchors_and_tags(text, source, loader)
    node = yaml.compose(text, Loader=loader)
    lines: dict[Path, int] = {(): 1}
    content = {} if node is None else _plain(node, (), lines, source)
    return Document(content=content, lines=lines)


def _refuse_anchors_and_tags(text: str, source: str, loader: Any) -> None:
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if getattr(event, "anchor", None):
            raise UserError(f"{source}:{line}: anchors and aliases are not allowed; write it out")
        if getattr(event, "tag", None):
            raise UserError(f"{source}:{line}: tags are not allowed; write the plain value")


def _plain(node: yaml.Node, path: Path, lines: dict[Path, int], source: str) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        items = []
        for index, child in enumerate(node.value):
            lines[(*path, index)] = child.start_mark.line + 1
            items.append(_plain(child, (*path, index), lines, source))
        return items
    return _mapping(node, path, lines, source)


def _mapping(node: Any, path: Path, lines: dict[Path, int], source: str) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise UserError(f"{source}:{line}: a key must be plain text")
        key = str(key_node.value)
        if key in mapping:
            name = ".".join(str(part) for part in (*path, key))
            first = lines[(*path, key)]
            raise UserError(
                f"{source}:{line}: {name}: this key stands here twice (first in line {first}); "
                "keep one"
            )
        lines[(*path, key)] = line
        mapping[key] = _plain(value_node, (*path, key), lines, source)
    return mapping
