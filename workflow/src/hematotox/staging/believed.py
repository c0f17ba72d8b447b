"""What can be believed: suspected units decided, implausible values out, contradictions noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from hematotox.staging import events_table
from hematotox.staging.corrections import Corrected
from hematotox.staging.doubts.after_death import note_after_death
from hematotox.staging.doubts.date_order import note_date_orders
from hematotox.staging.doubts.far_records import note_far_records
from hematotox.staging.doubts.unreadable_columns import unclaimed_rows, unreadable_columns
from hematotox.staging.labs_table import (
    Measurements,
    decide_units,
    note_days,
    take_out_codes,
    take_out_implausible,
    unit_that_fits,
)
from hematotox.staging.opened import Opened
from hematotox.staging.subjects import Subjects


@dataclass(frozen=True, slots=True)
class Believed:
    """What is staged: patients, laboratory values by variable, events."""

    subjects: Subjects
    labs: Mapping[str, Measurements]
    events: pd.DataFrame


def believe(opened: Opened, corrected: Corrected, subjects: Subjects) -> Believed:
    """Leave out what cannot be true, and note what contradicts itself.

    Raises
    ------
    UserErrors
        Values look as if in another unit and nobody decided about them, a column has too many
        cells that cannot be used, or too many rows belong to nobody.
    """
    events = events_table.once(corrected.events, opened.ledger)
    events_table.note_order(events, opened.ledger)
    labs = _plausible_values(opened, corrected.labs)
    deaths = events_table.death_days(events)
    note_after_death(labs, events, deaths=deaths, ledger=opened.ledger)
    note_far_records(labs, events, subjects=subjects, ledger=opened.ledger)
    note_date_orders(opened.ledger)
    opened.ledger.troubles += unclaimed_rows(opened.ledger, opened.declared.unreadable_share)
    opened.stop_at_troubles()
    return Believed(subjects, labs, events)


def _plausible_values(
    opened: Opened, labs: Mapping[str, Measurements]
) -> Mapping[str, Measurements]:
    """Return laboratory values without suspected units and implausible values."""
    believed, fitting = {}, {}
    for variable, found in labs.items():
        measured = take_out_codes(found, ledger=opened.ledger)
        decided = decide_units(measured, ledger=opened.ledger)
        believed[variable] = take_out_implausible(decided, ledger=opened.ledger)
        fitting[variable] = unit_that_fits(decided)
        note_days(believed[variable], ledger=opened.ledger)
    opened.ledger.troubles += unreadable_columns(
        opened.ledger, opened.declared, fitting_units=fitting
    )
    return believed
