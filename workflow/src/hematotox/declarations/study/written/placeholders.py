"""What `{score}` stands for: a member of the family, in words its label."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hematotox.declarations.origins import Origin
from hematotox.declarations.study.written.named_lists import Member

PLACEHOLDER = re.compile(r"\{(\w+)\}")
PROSE = frozenset({"title", "caption", "label"})
"""Keys that hold words; in them `{score}` is the label of its member."""
Label = Callable[[str], str]


def with_words(label: Label, words: Mapping[str, str]) -> Label:
    """Return labels with a plan's own words for some members."""
    return lambda name: words[name] if name in words else label(name)


def unfilled(value: Any, origin: Origin) -> list[str]:
    """Return a message for each name in braces that nothing fills."""
    filler = Filler({}, str)
    filler.fill(value)
    return [
        origin.message(f"nothing is repeated here that fills {{{one}}}")
        for one in sorted(filler.unknown)
    ]


@dataclass
class Filler:
    """Puts members in the place of their placeholders."""

    members: Mapping[str, Member]
    label: Label
    """Words of a score, an endpoint or a covariate."""
    used: set[str] = field(default_factory=set)
    """Placeholders that were there."""
    unknown: set[str] = field(default_factory=set)
    """Placeholders that no member fills."""

    def fill(self, value: Any, key: str = "") -> Any:
        """Return a value with every `{score}` below it filled."""
        if isinstance(value, str):
            return PLACEHOLDER.sub(lambda found: self._one(found[1], key), value)
        if isinstance(value, dict):
            return {self.fill(k): self.fill(one, key=k) for k, one in value.items()}
        if isinstance(value, list):
            return [self.fill(one, key=key) for one in value]
        return value

    def _one(self, name: str, key: str) -> str:
        member = self.members.get(name)
        if member is None:
            self.unknown.add(name)
            return f"{{{name}}}"
        self.used.add(name)
        return self.label(member.value) if key in PROSE else member.value
