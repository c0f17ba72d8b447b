"""Day and month that may have been exchanged on the way: told by a column as a whole.

A text file opened by a spreadsheet of another language has its dates up to the 12th of a month
turned round, and the others left as text. No single cell shows it; the column does: in one notation
no day is above 12, in the other every day is.
"""

from __future__ import annotations

import numpy as np

from hematotox.staging.dates_seen import DatesSeen, Notation, days_of_month
from hematotox.staging.ledger import Ledger, Place

_LOW = 12 / 30.4
"""Share of the days of a month that are at most 12."""
_BY_CHANCE = 0.01
_ASKED = 0.1
"""Below these probabilities of the pattern by chance the run stops, or it is asked."""
_FEW_MONTHS = 8
"""Dates of one month follow one another; of so many months, all are at most 12 by chance in 1 of
1700 columns (12/30.4 to the 8th)."""
_FEW_DAYS = 5
"""Dates that all lie on a few days of the month were completed by somebody: 1st, 15th."""


def note_date_orders(ledger: Ledger) -> None:
    """Note columns in which day and month may be exchanged; one that surely is, is a trouble."""
    for place, seen in ledger.dates.items():
        converted = _converted(seen)
        if converted is not None:
            _note_converted(place, converted, ledger=ledger)
        elif _never_above_12(seen):
            ledger.add("no day above 12", place)
        if seen.month_first and any(one.low for one in seen.notations.values()):
            more = f"such cells here: {seen.month_first}"
            ledger.add("month before day", place, row=seen.first_month_first, more=more)


def _converted(seen: DatesSeen) -> tuple[Notation, float] | None:
    """Return the notation that was turned round, and how probable its pattern is by chance."""
    for name, one in seen.notations.items():
        others = [other for key, other in seen.notations.items() if key != name]
        high = sum(other.high for other in others)
        if one.high or not one.low or not high or any(other.low for other in others):
            continue
        probability = _LOW**one.low * (1 - _LOW) ** high
        if one.low > 1 and probability < _ASKED:
            return one, probability
    return None


def _note_converted(place: Place, converted: tuple[Notation, float], *, ledger: Ledger) -> None:
    one, probability = converted
    if probability >= _BY_CHANCE:
        more = f"cells of this kind here: {one.low}"
        ledger.add("day and month exchanged?", place, row=one.first_low, more=more)
        return
    ledger.troubles.append(
        f'{place.file}: column "{place.column}": {one.low} dates written in one way are all on the '
        "1st to the 12th of a month, and all dates written otherwise are after it (first in row "
        f"{one.first_low}): a spreadsheet has turned day and month round in a part of the column; "
        "have the export made again, and opened by nothing before it is read"
    )


def _never_above_12(seen: DatesSeen) -> bool:
    if any(one.high for one in seen.notations.values()):
        return False
    days = np.array(sorted(seen.days), dtype="datetime64[D]")
    months = np.unique(days.astype("datetime64[M]"))
    distinct = np.unique(days_of_month(days.astype(np.int64)))
    return len(months) >= _FEW_MONTHS and len(distinct) > _FEW_DAYS
