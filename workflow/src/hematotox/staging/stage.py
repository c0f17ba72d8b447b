"""One centre's export -> the variables of the dictionary, in canonical units."""

from __future__ import annotations

from hematotox.contracts import Staged
from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.file_names import fits
from hematotox.dialects import Export
from hematotox.dialects.export import NOT_DATA
from hematotox.errors import ContractError, UserError, UserErrors, messages_of
from hematotox.staging import events_table, labs_table, recorded_events, subjects
from hematotox.staging.believed import Believed, believe
from hematotox.staging.conservation import imbalances
from hematotox.staging.corrections import correct_records, correct_subjects, read_corrections
from hematotox.staging.doubts.same_patients import note_same_patients
from hematotox.staging.ledger import Place
from hematotox.staging.opened import Opened, open_centre
from hematotox.staging.patients import read_patient_tables
from hematotox.staging.records import read_records
from hematotox.staging.subject_dates import complete_dates, note_missing_infusions
from hematotox.staging.subjects import read_subjects
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
        opened = open_centre(export, centre, dictionary)
        return staged_tables(opened, read_export(opened))
    except UserError as error:
        raise UserErrors([_of_centre(centre.id, m) for m in messages_of(error)]) from None


def _of_centre(centre: str, message: str) -> str:
    """Say of which centre a message is: hospitals give their files the same names."""
    return message if centre in message.split(":")[0] else f"{centre}: {message}"


def read_export(opened: Opened) -> Believed:
    """Read an export, step by step: each takes what the one before has made.

    Raises
    ------
    UserErrors
        Everything structural, together.
    """
    tables = read_patient_tables(opened)
    corrections = read_corrections(opened, tables)
    as_written = read_subjects(opened, tables)
    patients = complete_dates(opened, correct_subjects(opened, as_written, corrections))
    note_same_patients(opened, patients)
    records = read_records(opened, patients)
    note_missing_infusions(opened, patients, records.uninfused)
    corrected = correct_records(opened, records, corrections, infusions=patients.infusions)
    return believe(opened, corrected, patients)


def staged_tables(opened: Opened, believed: Believed) -> Staged:
    """Return the tables of a centre; not a row is lost."""
    _note_unread_files(opened)
    centre, patients = opened.declared.centre, believed.subjects.tables.patients
    staged = Staged(
        subjects=subjects.frame_of(
            believed.subjects,
            centre=centre,
            source=opened.export.source,
            dictionary=opened.declared.dictionary,
        ),
        labs=labs_table.frame_of(believed.labs, patients, centre=centre),
        events=events_table.frame_of(believed.events, patients, centre=centre),
        findings=opened.ledger.findings(),
        tally=tally_of(opened.ledger, patients, labs=believed.labs, events=believed.events),
        recorded_events=recorded_events.frame_of(opened.declared),
    )
    lost = imbalances(staged)
    if lost:
        raise ContractError("; ".join(f"{where}: {what}" for where, what in lost))
    return staged


def _note_unread_files(opened: Opened) -> None:
    patterns = [one for table in opened.declared.tables.values() for one in table.file.file]
    for name in sorted(set(opened.export.files) - NOT_DATA):
        if not any(fits(name, pattern) for pattern in patterns):
            opened.ledger.add("file not read", Place("", name))
