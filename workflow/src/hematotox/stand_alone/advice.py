"""What a message advises: the keys of a centre file become the options of a command."""

from __future__ import annotations

import re

_OPTIONS = (
    (r"decide in the centre file: labs\.\w+\.unit_jump: keep, convert or set_aside",
     "say --unit-jump convert, keep or set_aside, or correct the unit"),
    (r"name other spellings under units, or the unit under labs\.\w+\.unit",
     "write it so in the table, or say it with --unit"),
    (r"say leading_zeros: drop if they are one, keep if they are two",
     "say --leading-zeros drop if they are one, keep if they are two"),
    (r"(try|write) encoding: (\S+?),", r"say --encoding \2,"),
    (r"encoding: (\"\S+\") is not known", r"--encoding: \1 is not known"),
    (r"check header_row(, delimiter)? and encoding", "check --header-row and --encoding"),
    (r"sheet is not given", "say which sheet with --sheet"),
    (r"list them under missing", "name it with --missing"),
    (r"numbers with decimal: \"(.)\"( and thousands: \"(.)\")?", r"numbers with --decimal \1"),
    (r"dates written (\"[^\"]+\")", r"dates written \1, which --date-format says"),
)  # fmt: skip
"""What a message advises in a centre file, and the option that says it here."""


def as_options(message: str) -> str:
    """Return a message of staging with options in the place of a centre file's keys."""
    for advice, option in _OPTIONS:
        message = re.sub(advice, option, message)
    return message
