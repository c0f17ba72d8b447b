"""What a run folder's dictionary, endpoints and synonyms add to the clone's, by name.

A copy of the clone's file gets no later repair of it. So a run folder's file says only what it
adds or replaces; a file that counts whole says `replaces: all`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hematotox.declarations.origins import ExpandedDocument, Origin, WrittenFile

MAIN: dict[str, str] = {"dictionary": "variables", "endpoints": "endpoints", "synonyms": "headings"}
"""File and the key whose entries a copy of it would repeat."""
MOST_SHARED = 0.8
"""A file with more than this share of the clone's entries is taken for a copy."""


@dataclass
class Added:
    """The clone's declaration with what a run folder adds and replaces."""

    document: ExpandedDocument
    adds: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    superfluous: list[str] = field(default_factory=list)
    """Lines about entries that equal the clone's."""
    troubles: list[str] = field(default_factory=list)

    def words(self) -> str:
        """Return what is added and replaced, "adds a, b; replaces c"."""
        parts = (("adds", self.adds), ("replaces", self.replaces))
        return "; ".join(f"{verb} {', '.join(names)}" for verb, names in parts if names)


def added(name: str, clone: WrittenFile, own: WrittenFile) -> Added:
    """Return the clone's declaration with the entries of a run folder's.

    Parameters
    ----------
    name : dictionary, endpoints or synonyms
    clone, own : the two files
    """
    found = Added(ExpandedDocument())
    found.document.origins[()] = Origin(clone, ())
    for path, value in _entries(clone.content):
        found.document.put(path, value, Origin(clone, path))
    there = dict(_entries(clone.content))
    for path, value in _entries(own.content):
        origin = Origin(own, path)
        if there.get(path) == value:
            words = "equal to the program's own; leave it out"
            found.superfluous.append(origin.message(words))
            continue
        (found.replaces if path in there else found.adds).append(".".join(path))
        found.document.put(path, value, origin)
    found.troubles += _copies(name, clone, own)
    return found


def counts_whole(own: WrittenFile) -> bool:
    """Return whether a run folder's file says that it stands for the clone's."""
    return own.content.get("replaces") == "all"


def _entries(content: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield what is added or replaced as one: entries of mappings, other keys whole."""
    for key, value in content.items():
        if isinstance(value, dict):
            for name, one in value.items():
                yield (key, name), one
        else:
            yield (key,), value


def _copies(name: str, clone: WrittenFile, own: WrittenFile) -> Iterator[str]:
    """Yield that a file repeats most of the clone's entries."""
    key = MAIN[name]
    theirs, ours = clone.content.get(key, {}), own.content.get(key, {})
    shared = [one for one in ours if one in theirs] if isinstance(ours, dict) else []
    if len(shared) > MOST_SHARED * len(theirs):
        yield Origin(own, (key,)).message(
            f"{len(shared)} of the {len(theirs)} entries of {clone.source} stand here too: a copy "
            "gets none of its later repairs. Keep only the entries that differ, or say "
            "replaces: all, and the file counts whole"
        )
