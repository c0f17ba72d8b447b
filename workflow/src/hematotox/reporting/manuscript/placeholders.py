"""Placeholders of a text: `{{ analysis key=value | format }}`, read by a parser of its own."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hematotox.errors import UserError

WHOLE = re.compile(r"\{\{(.*?)\}\}")
LEFT = re.compile(r"\{\{|\}\}")
WORD = re.compile(r'\s*(?:(\w+)=("[^"]*"|[^\s"|=]+)|([^\s"|=]+))')
SELECTORS = (
    "group", "comparator", "time", "estimand", "term", "reference", "adjustment", "centre",
    "population", "subgroup", "convention", "policy", "landmark", "method", "test",
)  # fmt: skip
"""Columns of the estimates by which a placeholder may choose a row."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A number, or words, that the text asks for."""

    words: tuple[str, ...]
    """An analysis; or `methods`, `display table1`, and the like."""
    start: int
    end: int
    """Where it stands in the text of its block."""
    selectors: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    """Name of the format after the bar; empty where there is none."""


def placeholders(text: str) -> list[Placeholder]:
    """Return the placeholders of a text from left to right.

    Raises
    ------
    UserError
        A placeholder cannot be read; the message has neither file nor line.

    Examples
    --------
    >>> found = placeholders("HT: {{ toxicity.ht.rate group=high | events_of_n }}.")[0]
    >>> found.words, found.selectors, found.form
    (('toxicity.ht.rate',), {'group': 'high'}, 'events_of_n')
    """
    found = [_read(match) for match in WHOLE.finditer(text)]
    rest = WHOLE.sub("", text)
    if LEFT.search(rest):
        raise UserError("a placeholder is not closed; it needs {{ and }} on one line")
    return found


def _read(match: re.Match[str]) -> Placeholder:
    inner, bar, form = match[1].partition("|")
    words: list[str] = []
    selectors: dict[str, str] = {}
    position = 0
    while inner[position:].strip():
        part = WORD.match(inner, position)
        if part is None:
            raise _trouble(match, f'cannot be read from "{inner[position:].strip()}" on')
        if part[1]:
            _select(match, selectors, part[1], part[2].strip('"'))
        else:
            words.append(part[3])
        position = part.end()
    if not words:
        raise _trouble(match, "names nothing")
    if bar and not form.strip():
        raise _trouble(match, "has no format after |")
    return Placeholder(tuple(words), match.start(), match.end(), selectors, form.strip())


def _select(match: re.Match[str], selectors: dict[str, str], key: str, value: str) -> None:
    if key not in SELECTORS:
        raise _trouble(match, unknown_word(key, SELECTORS, "selector"))
    if key in selectors:
        raise _trouble(match, f"{key}= stands twice")
    selectors[key] = value


def _trouble(match: re.Match[str], words: str) -> UserError:
    return UserError(f"{{{{ {match[1].strip()} }}}}: {words}")


def unknown_word(word: str, known: Iterable[str], what: str) -> str:
    """Return the message about a word that does not exist."""
    known = sorted(known)
    close = difflib.get_close_matches(word, known, n=1)
    hint = f'; is "{close[0]}" meant?' if close else ""
    listed = f" (known: {', '.join(known)})" if len(known) <= 30 else ""
    return f'there is no {what} "{word}"{hint}{listed}'
