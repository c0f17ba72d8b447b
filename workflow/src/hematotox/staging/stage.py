"""One centre's export -> the variables of the dictionary, in canonical units."""

from __future__ import annotations

from fnmatch import fnmatchcase

from hematotox.contracts import Staged
from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.dialects import Export
from hematotox.dialects.agreement import disagreements
from hematotox.dialects.export import NOT_DATA
from hematotox.errors import ContractError, UserError, UserErrors, messages_of
from hematotox.staging import events_table, labs_table
from hematotox.staging.after_death import note_after_death
from hematotox.staging.columns import Reader
from hematotox.staging.conservation import imbalances
from hematotox.staging.corrections import read_corrections
from hematotox.staging.days import infusions_of
from hematotox.staging.far_records import note_far_records
from hematotox.staging.labs_table import (
    Measurements,
    decide_units,
    note_days,
    take_out_implausible,
    unit_that_fits,
)
from hematotox.staging.ledger import Ledger, Place
from hematotox.staging.patients import (
    PatientRows,
    Patients,
    read_patient_table,
    read_patients,
)
from hematotox.staging.recorded_events import frame_of as recorded_events_frame
from hematotox.staging.records import record_reader
from hematotox.staging.shares import unclaimed_rows, unreadable_columns
from hematotox.staging.subject_dates import SubjectDates
from hematotox.staging.subjects import SubjectReader, empty_columns
from hematotox.staging.subjects import frame_of as subjects_frame
from hematotox.staging.table_rows import read_rows
from hematotox.staging.tally import tally_of


def stage(export: Export, centre: Centre, dictionary: Dictionary) -> Staged:
    """Stage one centre: subjects, laboratory values and events in the dictionary's words.

    Parameters
    ----------
    export : the opened files of the centre; it knows whether they are synthetic or real
    centre : the way from their columns to the dictionary
    dictionary : variables, canonical units, plausible intervals

    Returns
    -------
    subjects (one row a patient), labs (intervals in canonical units, day 0 = infusion), events,
    findings, the tally of where each row went, and which events the export holds

    Raises
    ------
    UserErrors
        Everything structural, together: files, sheets, columns, units, formats, a column with too
        many unreadable cells, values a thousandfold too high or low that nobody decided about.
    """
    try:
        return _stage(export, centre, dictionary)
    except UserError as error:
        raise UserErrors([_of_centre(centre.id, m) for m in messages_of(error)]) from None


def _of_centre(centre: str, message: str) -> str:
    """Say of which centre a message is: hospitals give their files the same names."""
    return message if centre in message.split(":")[0] else f"{centre}: {message}"


def _stage(export: Export, centre: Centre, dictionary: Dictionary) -> Staged:
    ledger = Ledger(centre.id, show_values=export.show_values)
    _check_declaration(centre, dictionary, ledger=ledger)
    patients, rows = _read_patient_tables(export, centre, ledger=ledger)
    readers = [Reader(centre, ledger, one.block) for one in rows]
    values = empty_columns(dictionary, patients)
    for one, reader in zip(rows, readers, strict=True):
        SubjectReader(centre, dictionary, ledger, one, reader).fill(values)
    corrections = read_corrections(
        export.corrections, centre, dictionary=dictionary, patients=patients, ledger=ledger
    )
    corrections.apply_to_subjects(values, rows)
    dates = SubjectDates(centre, dictionary, patients, ledger, values, rows)
    dates.complete()
    infusions = infusions_of(values["infusion_date"])
    record = record_reader(
        export, centre, dictionary=dictionary, ledger=ledger, infusions=infusions
    )
    for one, reader in zip(rows, readers, strict=True):
        record.read_patient_rows(one, reader)
    for name in _record_tables(centre):
        record.read_table(name, patients)
    dates.note_missing_infusions(record.events.uninfused)
    events = corrections.apply_to_events(events_table.gather(record.records.events), infusions)
    events = events_table.once(events, ledger)
    events_table.note_order(events, ledger)
    labs = corrections.apply_to_labs(labs_table.gather(record.records.labs), infusions)
    corrections.note_problems()
    labs = _believable(
        labs_table.readable(labs), dictionary=dictionary, centre=centre, ledger=ledger
    )
    note_after_death(labs, events, deaths=events_table.death_days(events), ledger=ledger)
    note_far_records(
        labs,
        events,
        last_contacts=values["last_contact_date"],
        boosts=values["boost_date"],
        infusions=infusions,
        ledger=ledger,
    )
    ledger.troubles += unclaimed_rows(ledger, centre)
    _stop_at(ledger)
    _note_unread_files(export, centre, ledger=ledger)
    staged = Staged(
        subjects=subjects_frame(
            values, patients, centre=centre.id, source=export.source, dictionary=dictionary
        ),
        labs=labs_table.frame_of(labs, patients, centre=centre.id),
        events=events_table.frame_of(events, patients, centre=centre.id),
        findings=ledger.findings(),
        tally=tally_of(ledger, patients, labs=labs, events=events),
        recorded_events=recorded_events_frame(centre, dictionary),
    )
    lost = imbalances(staged)
    if lost:
        raise ContractError("; ".join(lost))
    return staged


def _stop_at(ledger: Ledger) -> None:
    """Stop if there are structural troubles: all of them in one list."""
    if ledger.troubles:
        raise UserErrors(list(dict.fromkeys(ledger.troubles)))


def _check_declaration(centre: Centre, dictionary: Dictionary, *, ledger: Ledger) -> None:
    for path, problem in disagreements(centre, dictionary):
        key = ".".join(map(str, path))
        ledger.troubles.append(f"config/centres/{centre.id}.yaml: {key}: {problem}")
    _stop_at(ledger)


def _read_patient_tables(
    export: Export, centre: Centre, *, ledger: Ledger
) -> tuple[Patients, list[PatientRows]]:
    """Read the tables with one row a patient, that of all patients first.

    After a structural trouble the remaining tables are looked at for further ones.
    """
    patients, rows = read_patients(export, centre, ledger=ledger)
    others = [name for name, table in centre.tables.items() if table.shape == "patient"]
    for name in others:
        if name != centre.patients_table:
            rows += read_patient_table(export, centre, name=name, patients=patients, ledger=ledger)
    if ledger.troubles:
        for name in _record_tables(centre):
            for _ in read_rows(export, centre, name=name, ledger=ledger):
                pass
    _stop_at(ledger)
    return patients, rows


def _record_tables(centre: Centre) -> list[str]:
    return [name for name, table in centre.tables.items() if table.shape != "patient"]


def _believable(
    labs: dict[str, Measurements],
    *,
    dictionary: Dictionary,
    centre: Centre,
    ledger: Ledger,
) -> dict[str, Measurements]:
    """Return laboratory values without suspected units and implausible values."""
    believed = {}
    fitting = {}
    for variable, found in labs.items():
        decided = decide_units(found, dictionary, ledger=ledger)
        believed[variable] = take_out_implausible(decided, dictionary, ledger=ledger)
        fitting[variable] = unit_that_fits(decided, dictionary)
        note_days(believed[variable], ledger=ledger)
    ledger.troubles += unreadable_columns(ledger, centre, fitting_units=fitting)
    return believed


def _note_unread_files(export: Export, centre: Centre, *, ledger: Ledger) -> None:
    patterns = [pattern for table in centre.tables.values() for pattern in table.file]
    for name in sorted(set(export.files) - NOT_DATA):
        if not any(fnmatchcase(name, pattern) for pattern in patterns):
            ledger.add("file not read", Place("", name))
