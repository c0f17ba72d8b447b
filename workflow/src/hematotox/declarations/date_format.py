"""Date formats that a centre file may name."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

DIRECTIVES = frozenset("dmyYbBHMSf%")
"""What may follow % in a pattern; %b and %B are month names in English, German, French, Italian."""

NATIVE = "native"
EXCEL_SERIAL = "excel_serial"
EXCEL_SERIAL_1904 = "excel_serial_1904"
"""Needed for a CSV file made from a workbook that counts from 1904; a workbook says it itself."""


def _known_pattern(value: str) -> str:
    if value in (NATIVE, EXCEL_SERIAL, EXCEL_SERIAL_1904):
        return value
    used = re.findall(r"%(.?)", value)
    unknown = sorted({letter for letter in used if letter not in DIRECTIVES or not letter})
    if unknown:
        raise ValueError(f"%{unknown[0]} is not known in a date format (known: %d %m %Y %y %b ...)")
    year, month, day = ("Y" in used or "y" in used, {"m", "b", "B"} & set(used), "d" in used)
    if not (year and month and day):
        raise ValueError(
            'a date format needs day, month and year, as "%d.%m.%Y"; or native, or excel_serial'
        )
    return value


DateFormat = Annotated[str, AfterValidator(_known_pattern)]
