"""Lists of names that a plan calls by a name: its sets, and its own lists such as scores."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hematotox.declarations.origins import Entry, Origin


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a list: what it is called in names of analyses, and where it is written."""

    name: str
    value: str
    origin: Origin


@dataclass
class NamedLists:
    """The sets and lists of a study; remembers which sets were used."""

    sets: dict[str, Entry]
    keys: dict[str, Entry]
    """Keys of the study that are taken whole; some are lists of names."""
    used: set[str] = field(default_factory=set)

    def has(self, name: str) -> bool:
        """Return whether a name is that of a set, or of a list of the study."""
        return name in self.sets or _is_list_of_names(self.keys.get(name))

    def members(self, written: Any, origin: Origin) -> list[Member]:
        """Return the members of a set's name, a list, or a mapping `name: value`."""
        if isinstance(written, str):
            return self._named(written, ()) if self.has(written) else [_member(written, origin)]
        if isinstance(written, dict):
            return [Member(name, one, origin.below(name)) for name, one in written.items()]
        return [
            member
            for position, one in enumerate(written)
            for member in self._spliced(one, origin.below(position), ())
        ]

    def values(self, written: Any, origin: Origin) -> list[str]:
        """Return the values of the members."""
        return [member.value for member in self.members(written, origin)]

    def unused(self) -> list[Entry]:
        """Return the sets of the study itself that nothing names."""
        return [e for name, e in self.sets.items() if name not in self.used and e.origin.is_own]

    def _named(self, name: str, inside: tuple[str, ...]) -> list[Member]:
        self.used.add(name)
        entry = self.sets.get(name) or self.keys[name]
        return [
            member
            for position, one in enumerate(entry.value)
            for member in self._spliced(one, entry.origin.below(position), (*inside, name))
        ]

    def _spliced(self, value: str, origin: Origin, inside: tuple[str, ...]) -> list[Member]:
        """Return a member, or the members of the set that it names."""
        if value in self.sets and value not in inside:
            return self._named(value, inside)
        return [_member(value, origin)]


def _member(value: str, origin: Origin) -> Member:
    return Member(value.replace(".", "_"), value, origin)


def _is_list_of_names(entry: Entry | None) -> bool:
    return entry is not None and (
        isinstance(entry.value, list) and all(isinstance(one, str) for one in entry.value)
    )
