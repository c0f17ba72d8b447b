"""What is wrong with a declaration: the key in its file, and the words."""

from __future__ import annotations

import difflib
from collections.abc import Collection

Key = tuple[str | int, ...]
Trouble = tuple[Key, str]


def unknown(value: str, known: Collection[str], what: str) -> str:
    """Return the words for a name that does not exist, with what would be right."""
    close = difflib.get_close_matches(value, known, n=1)
    hint = f' Is "{close[0]}" meant?' if close else ""
    listed = ", ".join(sorted(known)) or "none"
    return f'there is no {what} "{value}".{hint} Known are: {listed}'
