"""The data dictionary of a REDCap project: labels, codes and units of its fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hematotox.dialects.cells import Cells, texts_of
from hematotox.dialects.heading_units import unit_of_text
from hematotox.dialects.vocabulary import Vocabulary

_FIELD = ("Variable / Field Name", "field_name")
_LABEL = ("Field Label", "field_label")
_TYPE = ("Field Type", "field_type")
_CHOICES = ("Choices, Calculations, OR Slider Labels", "select_choices_or_calculations")
_NOTE = ("Field Note", "field_note")


def is_dictionary(headings: Sequence[str]) -> bool:
    """Return whether the headings of a file are those of a data dictionary."""
    return any(one in headings for one in _FIELD) and any(one in headings for one in _LABEL)


def note_dictionary(cells: Mapping[str, Cells], vocabulary: Vocabulary) -> None:
    """Let the vocabulary know what the fields are called, and what their codes mean."""
    columns = [
        next((texts_of(cells[one]) for one in names if one in cells), None)
        for names in (_FIELD, _LABEL, _TYPE, _CHOICES, _NOTE)
    ]
    count = len(columns[0]) if columns[0] is not None else 0
    rows = [["" if one is None else one[row] for one in columns] for row in range(count)]
    for name, label, kind, choices, note in rows:
        label = re.sub(r"<[^>]+>", "", label)
        split = [choice.partition(",") for choice in choices.split("|")]
        codes = {
            code.strip(): said.strip()
            for code, comma, said in split
            if comma and kind not in ("calc", "slider")
        }
        for code, said in codes.items() if kind == "checkbox" else ():
            vocabulary.labels[f"{name}___{code.lower()}"] = f"{label} {said}"
        vocabulary.labels[name] = f"{label} ({note})" if unit_of_text(note) else label
        if codes:
            vocabulary.choices[name] = codes
        elif kind in ("yesno", "truefalse"):
            vocabulary.choices[name] = {"0": "no", "1": "yes"}
