"""How a journal prints numbers and spells words: one frozen style for everything that is drawn.

`plain` is the house style. The others follow the instructions for authors: blood and jama the AMA
Manual of Style (11th ed., 18.7), nejm and lancet their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from hematotox.declarations.study.words import StyleName


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """What differs between journals in print."""

    point: str = "."
    """Decimal point; the Lancet's is raised."""
    joint: str = "–"
    """Between the limits of an interval without a minus sign."""
    p_letter: str = "P"
    p_zero: bool = True
    """Whether a P-value below one has a zero before the point."""
    p_digits: Literal["two significant", "two decimals"] = "two significant"
    """Two decimals become three below .01, and where rounding would reach .05."""
    p_least: float = 0.001
    """Below it a P-value is told as smaller."""
    limits: str = "95% CI "
    """What stands before the limits in a sentence."""
    american: bool = False
    """Whether words are spelled the American way."""


_AMA = NumberStyle(
    joint="-", p_zero=False, p_digits="two decimals", limits="95% CI, ", american=True
)
STYLES: dict[StyleName, NumberStyle] = {
    "plain": NumberStyle(),
    "blood": _AMA,
    "jama": _AMA,
    "nejm": replace(_AMA, joint=" to ", p_zero=True),
    "lancet": NumberStyle(point="·", p_letter="p", p_least=0.0001),
}
_CURRENT: ContextVar[NumberStyle] = ContextVar("style", default=STYLES["plain"])


def style() -> NumberStyle:
    """Return the style in which is printed now."""
    return _CURRENT.get()


@contextmanager
def printed_for(name: StyleName) -> Iterator[None]:
    """Print everything inside in the style of a journal."""
    before = _CURRENT.set(STYLES[name])
    try:
        yield
    finally:
        _CURRENT.reset(before)


AMERICAN: tuple[tuple[str, str], ...] = (
    (r"haem(?=[ao])", "hem"),
    (r"(?<=[a-z])aemi", "emi"),
    (r"oedema", "edema"),
    (r"paediatric", "pediatric"),
    (r"diarrhoea", "diarrhea"),
    (r"oesophag", "esophag"),
    (r"tumour", "tumor"),
    (r"\bcolour", "color"),
    (r"\bbehaviour", "behavior"),
    (r"\bfavour", "favor"),
    (r"\bneighbour", "neighbor"),
    (r"\bcentred\b", "centered"),
    (r"\bcentre(?=s?\b)", "center"),
    (r"\bcentring\b", "centering"),
    (r"\blitre", "liter"),
    (r"\bfibre", "fiber"),
    (r"\bgrey", "gray"),
    (r"\bprogramme\b", "program"),
    (r"\bprogrammes\b", "programs"),
    (r"labelled", "labeled"),
    (r"\bartefact", "artifact"),
    (r"\banalys(?=ed?\b|ing\b)", "analyz"),
    (
        r"\b(summar|penal|general|standard|random|stabil|categor|character|normal|optim|minim|"
        r"maxim|recogn|hospital|neutral|local|immun|real|organ)is(?=e[ds]?\b|ing\b|ation)",
        r"\1iz",
    ),
)
"""British spelling and its American counterpart, of the words that are printed."""
_AMERICAN = [(re.compile(british, re.IGNORECASE), words) for british, words in AMERICAN]
_P = re.compile(r"(?<![\w-])P(?=$|:|-values?\b)")
"""P as a header, before a note, and in "P-value"; with a number it is printed by `numbers`."""


def restyled(text: str) -> str:
    """Return words as the journal spells them.

    Examples
    --------
    >>> with printed_for("jama"):
    ...     restyled("Haematotoxicity, anaemia and leukaemia at 3 centres, summarised")
    'Hematotoxicity, anemia and leukemia at 3 centers, summarized'
    """
    found = style()
    if found.american:
        for pattern, words in _AMERICAN:
            text = pattern.sub(partial(_cased, words), text)
    return text if found.p_letter == "P" else _P.sub(found.p_letter, text)


def _cased(words: str, match: re.Match[str]) -> str:
    """Return the replacement, with a capital where the word has one."""
    new = match.expand(words)
    return new[0].upper() + new[1:] if match[0][:1].isupper() else new
