"""The conditions of statistical results, which are words of the estimates table's closed list."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hematotox.declarations.study.vocabulary import CONDITIONS


def conditions(found: Iterable[str]) -> tuple[str, ...]:
    """Return the conditions of a result, each once.

    "no events of cause 2" is left out: the rows of that cause say "no events" themselves.
    """
    words = [text for text in found if not re.fullmatch(r"no events of cause \d", text)]
    for word in words:
        if word not in CONDITIONS:
            raise KeyError(f"a statistical method reports a condition without a word: {word}")
    return tuple(dict.fromkeys(words))
