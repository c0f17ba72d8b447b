"""The kinds of findings, in the words of a ward: what was seen and what to do about it."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """What was seen, and what to do."""

    message: str
    action: str


FINDINGS: dict[str, Words] = {
    # ---- rows that are not staged
    "row length": Words(
        "the row has another number of cells than the headings",
        "look for a delimiter or line break inside a cell; correct the export",
    ),
    "repeated heading": Words("the headings stand here again", "none needed"),
    "totals row": Words("the row holds a total or another summary, no patient", "none needed"),
    "text below the table": Words(
        "the row has a text under the patients' numbers, written as no other number is, and "
        "nothing else: no patient",
        "none needed; if it is a patient, complete her row in the export",
    ),
    "no patient number": Words(
        "the row has no readable patient number", "complete the number in the export"
    ),
    "identical row": Words("the row is identical to an earlier one, which counts", "none needed"),
    "second row for a patient": Words(
        "the patient has a row already, which counts; where the two differ, the value counts as "
        "unknown",
        "leave one row a patient in the export",
    ),
    "unknown patient": Words(
        "the patient is not in the patients' table",
        "add the patient there, correct the number, or declare other_patients: leave_out",
    ),
    "not infused": Words(
        "the patient has no known infusion date, so the day cannot be counted",
        "none needed if there was no infusion; otherwise complete the infusion date",
    ),
    "infusion date missing?": Words(
        "the patient has no infusion date, but what follows an infusion is recorded; none of it "
        "counts",
        "complete the infusion date, or none if there was no infusion",
    ),
    "no date": Words("the values have no readable date", "complete the date in the export"),
    "implausible date": Words(
        "the date lies decades away from the infusion", "correct the date or the infusion date"
    ),
    "unknown kind of row": Words(
        "the centre file does not say what rows with this code are",
        "declare the code, or list it under leave_out",
    ),
    "unknown measurement": Words(
        "the centre file does not name this measurement",
        "declare it under labs, or list it under leave_out of the table",
    ),
    # ---- tables without rows
    "no rows": Words(
        "there is no row below the headings, so nothing is known from this table",
        "have the export made again, unless there is nothing to tell",
    ),
    # ---- cells that count as missing
    "unreadable number": Words(
        "the cell is not a number in the declared notation",
        "correct the cell, or list the text under missing",
    ),
    "not an exact number": Words(
        "an exact number belongs here, and a whole one where things are counted",
        "correct the cell",
    ),
    "unreadable date": Words(
        "the cell is not a date in a declared format", "correct the cell, or declare its format"
    ),
    "unknown code": Words(
        "the code is not in the centre file's list of values",
        "add the code to values, or list it under missing",
    ),
    "two boxes ticked": Words(
        "more than one box is ticked where one is possible", "leave one box ticked"
    ),
    "implausible value": Words(
        "the value lies outside the plausible interval of the dictionary",
        "check unit and value; correct the export or add a row to the corrections file",
    ),
    "undeclared code for missing": Words(
        "the number looks like a code for a value that is not known (999, 8888), so the value "
        "counts as unknown",
        "list it under missing; if it was measured, say nines_are_values: true or add a row to the "
        "corrections file",
    ),
    "unit beside the value": Words(
        "the cell beside the value says another unit than the centre file, so the value counts as "
        "unknown",
        "find out which unit is right; correct unit in the centre file, or add a row to the "
        "corrections file",
    ),
    "implausible order of dates": Words(
        "the date is on the wrong side of the infusion date, so it counts as unknown",
        "check both dates",
    ),
    "contradictory rows": Words(
        "the patient has two rows, and they differ in this value, so it counts as unknown",
        "correct one of the rows",
    ),
    "nothing but a number": Words(
        "the row holds the number of a patient and nothing else; it counts as a patient",
        "complete the row, or have it taken out of the export if it is no patient",
    ),
    "value without a date": Words("the value has no readable date", "complete the date"),
    "value without an infusion": Words(
        "the patient has no known infusion date, so the day cannot be counted",
        "none needed if there was no infusion; otherwise complete the infusion date",
    ),
    "value with an implausible date": Words(
        "the date lies decades away from the infusion", "correct the date or the infusion date"
    ),
    # ---- values that are kept
    "event without a date": Words(
        "the event has no readable date; it is kept without one", "complete the date"
    ),
    "event without a detail": Words(
        "the event has no readable grade, cause or type; it is kept without one",
        "complete the detail",
    ),
    "event before infusion": Words(
        "the event is dated before the infusion", "check the date; a plausible one needs nothing"
    ),
    "date of an absent event": Words(
        "there is a date, but the code says that the event did not happen",
        "correct the date or the code",
    ),
    "event recorded twice": Words(
        "the same event stands in the export twice; it counts once", "none needed"
    ),
    "two deaths": Words("the patient has two dates of death", "correct one of the dates"),
    "after death": Words("the record is dated after the patient's death", "check both dates"),
    "record long after all others": Words(
        "the date lies more than a year after all other records of the patient; it does not end "
        "the observation",
        "check the year; add the last contact if it is right",
    ),
    "long before infusion": Words(
        "lymphodepletion began more than 60 days before the infusion", "check both dates"
    ),
    "value long before infusion": Words(
        "the value was measured more than a year before the infusion", "check the date"
    ),
    "several values in a day": Words(
        "several values of one day; each is kept, as measurement 1, 2, ...", "none needed"
    ),
    "missing code within the plausible interval": Words(
        "the code for a missing value could be a value",
        "check that it never is one; declare it under missing of the variables it belongs to",
    ),
    "repeated highest value": Words(
        "the highest value stands there more often than any other high one; it is kept",
        "find out what it is: a code is listed under missing; above the limit of the analyser the "
        'cell is written with ">"',
    ),
    "day and month exchanged?": Words(
        "dates written in one way are all on the 1st to the 12th of a month, and all dates written "
        "otherwise are after it: a spreadsheet may have turned day and month round; they are kept",
        "compare some of them with the patients' records; have the export made again if they are "
        "wrong",
    ),
    "no day above 12": Words(
        "no date of the column is after the 12th of a month: day and month may be exchanged; the "
        "dates are kept",
        "compare some of them with the patients' records, and correct dates in the centre file",
    ),
    "month before day": Words(
        "the cell is a date only if the month is written before the day; others of the same hand, "
        "up to the 12th, are then read with day and month exchanged",
        "find out who wrote them, and have the export made again in one notation",
    ),
    "one patient under two numbers?": Words(
        "another patient has the same age, sex, infusion date and apheresis date; both are kept",
        "compare them; if they are one, have one number used in the export",
    ),
    "suspected unit kept": Words(
        "the value looks a thousandfold too high or low; kept, as the centre file decides",
        "none needed",
    ),
    "suspected unit converted": Words(
        "the value looked a thousandfold too high or low; converted, as the centre file decides",
        "none needed",
    ),
    "suspected unit set aside": Words(
        "the value looks a thousandfold too high or low; missing, as the centre file decides",
        "none needed",
    ),
    "excluded": Words(
        "the patient is excluded from every study by the corrections file", "none needed"
    ),
    "merged": Words(
        "the number is a second one of a patient, as the corrections file says", "none needed"
    ),
    "converted": Words(
        "values were read in another unit than declared, as the corrections file says",
        "none needed",
    ),
    "corrected": Words("the value was corrected by the corrections file", "none needed"),
    "file not read": Words(
        "the centre file names no table in this file", "declare it, or take it out of the export"
    ),
}
