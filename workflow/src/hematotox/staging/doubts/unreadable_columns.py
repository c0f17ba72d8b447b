"""Columns with too many unreadable cells: not patients' troubles but the declaration's."""

from __future__ import annotations

from collections.abc import Mapping

from hematotox.dialects.dates import parse_date
from hematotox.dialects.numbers import parse_number
from hematotox.staging.declared import Declared
from hematotox.staging.ledger import FEW, ColumnCounts, Ledger, Place

UNCLAIMED = {
    "unknown patient": "are of patients who are not in the patients' table; is it the right column "
    "(patient, matches)? If other patients belong in this file, declare other_patients: leave_out",
    "no patient number": "have no readable number of a patient; is it the right column, or does "
    "the number stand in the first row of a patient only? Have it repeated in every row",
    "no date": "have values without a readable date; is it the right column (date, dates)?",
    "unknown kind of row": "have a code that the centre file does not name; "
    "declare the codes, or list those that are not wanted under leave_out",
}
"""Reasons to set a row aside that many rows together make a fault of the centre file."""
_LISTS = {
    "values": ("values does not list", "list them under values or missing"),
    "when": ("when does not list", "list them under in, not_in or missing"),
    "checkboxes": ("are neither a tick nor its absence", "list under missing what is no tick"),
}
"""Where codes of a column are listed: what is wrong, and what would be right."""
_DATE_FORMATS = (
    "%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d", "%m/%d/%Y", "%d-%m-%Y", "%Y%m%d", "%d.%m.%y", "%d/%m/%y",
    "%d %b %Y", "%d-%b-%Y", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M",
    "%Y-%m-%dT%H:%M:%S", "excel_serial",
)  # fmt: skip
_NUMBER_NOTATIONS = ((".", ""), (",", ""), (",", "."), (".", ","), (",", " "), (".", "'"))


def unreadable_columns(
    ledger: Ledger, declared: Declared, *, fitting_units: Mapping[str, str]
) -> list[str]:
    """Return a message for every column above the centre's `unreadable_share`.

    A code of an event that the centre file does not list is told at any share: a response without
    a result is no progression, and the patient's time would be wrong without a word.

    Parameters
    ----------
    ledger : what has been read
    declared : how the tables are written, and the centre's share
    fitting_units : by laboratory variable, a unit in which its values would be plausible
    """
    of_events = ledger.unlisted_of_events()
    told = [place for place, _ in of_events]
    return [
        f'{place.file}: column "{place.column}"{_of(place)}: '
        f"{_codes(counts, show_values=ledger.show_values)}; a code of an event that is not listed "
        "may be an event that is missed"
        for place, counts in of_events
    ] + [
        f'{place.file}: column "{place.column}"{_of(place)}: '
        f"{counts.bad} of {counts.filled} cells are unreadable or implausible "
        f"(more than {declared.unreadable_share:.0%}; empty and missing cells are not counted)"
        + (
            f": {_codes(counts, show_values=ledger.show_values)}"
            if counts.unlisted
            else _advice(place, counts, declared=declared, fitting_units=fitting_units)
        )
        for place, counts in ledger.columns_above(declared.unreadable_share)
        if place not in told
    ]


def unclaimed_rows(ledger: Ledger, share: float) -> list[str]:
    """Return a message for every file of which more rows than the share belong to nobody.

    A few rows of strangers or of an unknown code are findings; many mean that a column or a code
    of the centre file is wrong, and the patients would lack what those rows tell. A column that is
    told as unreadable already is not told again.
    """
    told = {(place.file, place.column) for place, _ in ledger.columns_above(share)}
    return [
        f'{file}: column "{column}": {count} of {rows.read} rows '
        f"(more than {share:.0%}) {UNCLAIMED[kind]}"
        for (_, file), rows in ledger.rows.items()
        for (kind, column), count in rows.aside_by.items()
        if kind in UNCLAIMED
        and count >= FEW
        and count > share * rows.read
        and (file, column) not in told
    ]


def _codes(counts: ColumnCounts, *, show_values: bool) -> str:
    """Return how many cells hold a code that is not listed, and where it belongs."""
    unlisted = counts.unlisted
    distinct = sorted(set(unlisted.values()))
    shown = f": {', '.join(distinct)}" if show_values else ""
    cells = "1 cell" if len(unlisted) == 1 else f"{len(unlisted)} cells"
    codes = "1 code" if len(distinct) == 1 else f"{len(distinct)} codes"
    no_list, cure = _LISTS[counts.listed.key]
    return f"{cells} in {codes} that {no_list} (first in row {min(unlisted)}){shown}; {cure}"


def _of(place: Place) -> str:
    return f" ({place.variable})" if place.variable else ""


def _advice(
    place: Place, counts: ColumnCounts, *, declared: Declared, fitting_units: Mapping[str, str]
) -> str:
    """Return what would make the cells readable, where that can be told."""
    if counts.units:
        return (
            f"; the column of units beside them says {' and '.join(sorted(counts.units))}, which "
            "is not the declared unit; correct unit, or in a long table declare that column under "
            "unit of the table"
        )
    if counts.like_codes:
        return (
            "; numbers of nines, eights or sevens alone look like codes for a value that is not "
            "known: list them under missing, or say nines_are_values: true if they were measured"
        )
    if not counts.sample:
        unit = fitting_units.get(place.variable, "")
        return f"; they would be plausible in {unit}" if unit else "; check the unit"
    for notation in _DATE_FORMATS:
        if all(parse_date(text, (notation,)) for text in counts.sample):
            return f'; they are dates written "{notation}"'
    for decimal, thousands in _NUMBER_NOTATIONS:
        if all(parse_number(t, decimal=decimal, thousands=thousands) for t in counts.sample):
            sign = f' and thousands: "{thousands}"' if thousands else ""
            return f'; they are numbers with decimal: "{decimal}"{sign}'
    written = declared.tables[place.table].file
    return (
        f"; they are neither dates as {', '.join(written.dates or ())} nor numbers with decimal "
        f'"{written.decimal}"; if they say that nothing is known, list them under missing'
    )
