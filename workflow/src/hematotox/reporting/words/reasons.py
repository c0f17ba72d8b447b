"""Why patients are not in an analysis, in the words of the study."""

from __future__ import annotations

from hematotox.declarations.study.words import Words
from hematotox.reporting.words import wording

STUDY = "patients"
"""The analysis, never declared, whose rows are about the whole study."""
NOT_EVALUABLE = "endpoint not evaluable: "
"""How the reason starts that an endpoint gives; the rest of it says enough."""


def reason_words(term: str, words: Words) -> str:
    """Return "Histology unknown" for `histology unknown`; other reasons are words already."""
    name, unknown, items = term.partition(" unknown")
    label = words.variable(name).label if name in words.variables else name
    known = f"{label}{unknown}{items}"
    return wording.dashed(known.removeprefix(NOT_EVALUABLE))
