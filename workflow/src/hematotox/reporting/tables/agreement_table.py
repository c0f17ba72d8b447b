"""The numbers that a paper printed beside ours, with the difference and a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from hematotox.declarations.study.kinds.agreement_table import AgreementTable
from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable, section
from hematotox.reporting.words import published_wording, wording
from hematotox.reporting.words.notes import condition_note
from hematotox.reporting.words.printed_numbers import PrintedText, printed_texts
from hematotox.reporting.words.rows import Row, as_rows

VERDICTS = ("differs", "not comparable", "exempt", "agrees")
"""The worst first."""
WITHIN = "within the tolerance"
"""Reason of a number that agrees, but not as printed."""
COLUMNS = ("Place", "Printed", "Ours", "Difference", "Verdict")
LONGEST = 40
"""Numbers of a section that are all listed in print; of a longer one those that agree as printed
are counted, and only the CSV and Excel files list them."""
COUNTED = (
    f"In a section of more than {LONGEST} lines those that agree as printed are counted; the CSV "
    "and Excel files list them all."
)
ANOTHER_COHORT = "Another cohort: differences from print are no errors"
"""What is said where the patients are real; their verdicts are not counted."""
NOTES = (
    "Ours: our numbers in the words and units of print.",
    "Difference: ours minus printed, in the units of print; of a ratio that of the ratio itself.",
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many printed numbers have each verdict."""

    total: int
    as_printed: int
    within: int
    differ: int
    exempt: int
    not_comparable: int

    @property
    def sentence(self) -> str:
        """The tally in one sentence."""
        within = f" ({self.as_printed} as printed, {self.within} within the study's tolerance)"
        return (
            f"{self.total} printed numbers: {self.as_printed + self.within} agree"
            f"{within if self.within else ''}, {self.differ} differ, "
            f"{self.exempt} exempt, {self.not_comparable} not comparable"
        )


def tally(agreement: pd.DataFrame) -> Tally:
    """Return the counts of the verdicts of an agreement table."""
    verdicts = agreement["verdict"]
    within = (verdicts == "agrees") & (agreement["reason"] == WITHIN)
    return Tally(
        total=len(agreement),
        as_printed=int(((verdicts == "agrees") & ~within).sum()),
        within=int(within.sum()),
        differ=int((verdicts == "differs").sum()),
        exempt=int((verdicts == "exempt").sum()),
        not_comparable=int((verdicts == "not comparable").sum()),
    )


def agreement_table(agreement: pd.DataFrame, display: AgreementTable, words: Words) -> PrintedTable:
    """Return one line a printed text, under the sections of the paper.

    Parameters
    ----------
    agreement : rows of the contract `agreement`, one a printed number
    display : its sections map how a place begins to a heading
    words : words of the study
    """
    sections: dict[str, list[PrintedText]] = {}
    for text in printed_texts(as_rows(agreement)):
        sections.setdefault(_heading(text.place, display), []).append(text)
    declared = [heading for heading in display.sections.values() if heading in sections]
    whole = tally(agreement).sentence if len(agreement) else "No published numbers"
    lines = [section(whole)]
    for heading in dict.fromkeys((*declared, *sections)):
        lines.append(section(heading))
        lines += _section_lines(sections[heading], heading, words)
    shortened = any(line.place == "data" for line in lines)
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub="Number",
        columns=tuple(Column(header) for header in COLUMNS),
        lines=tuple(lines),
        notes=(*NOTES, *((COUNTED,) if shortened else ())),
        numbers=agreement,
    )


def _section_lines(texts: Sequence[PrintedText], heading: str, words: Words) -> list[Line]:
    """Return a line a text; of a long section print has those that agree as printed as a count."""
    lines = [_line(text, heading, words) for text in texts]
    plain = [_as_printed(text.rows) for text in texts]
    if len(lines) <= LONGEST or not any(plain):
        return lines
    told = f"{sum(plain)} of {len(lines)} lines agree as printed"
    blank = tuple(Cell() for _ in COLUMNS)
    kept = [
        replace(line, place="data") if same else line
        for line, same in zip(lines, plain, strict=True)
    ]
    return [Line(Cell(told), blank, indent=1, place="print"), *kept]


def _as_printed(rows: Sequence[Row]) -> bool:
    return all(row["verdict"] == "agrees" and row["reason"] != WITHIN for row in rows)


def _heading(place: str, display: AgreementTable) -> str:
    """Return the heading of the longest declared beginning of a place."""
    fitting = [start for start in display.sections if place.startswith(start)]
    if fitting:
        return display.sections[max(fitting, key=len)]
    return wording.capitalised(place.partition(", ")[0])


def _line(text: PrintedText, heading: str, words: Words) -> Line:
    place, _, rest = text.place.partition(", ")
    label = wording.capitalised(rest) or published_wording.subject(text.rows[0], words)
    ours = tuple(dict.fromkeys(note for row in text.rows for note in condition_note(row)))
    shown = tuple(
        (str(row["estimate_id"]), str(row["quantity"])) for row in text.rows if row["estimate_id"]
    )
    cells = (
        Cell(wording.capitalised(place) if place != heading else ""),
        Cell(text.printed),
        Cell(text.ours, notes=ours if text.ours[0].isdigit() else (), sources=shown),
        Cell(text.differences, sources=shown),
        Cell(_verdict(text.rows), notes=_reasons(text.rows)),
    )
    return Line(Cell(label), cells, indent=1)


def _verdict(rows: Sequence[Row]) -> str:
    """Return the verdict on the estimates, and on limits and p where it is another."""
    estimates = [str(row["verdict"]) for row in rows if row["quantity"] == "estimate"]
    others = [str(row["verdict"]) for row in rows if row["quantity"] != "estimate"]
    first, second = _worst(estimates or others), _worst(others)
    if not estimates or not others or second == first:
        return first
    return f"{first}; limits and P {second}"


def _worst(verdicts: Sequence[str]) -> str:
    return next((verdict for verdict in VERDICTS if verdict in verdicts), "")


def _reasons(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return why numbers are exempt, not comparable, or agree but not as printed."""
    reasons = [wording.capitalised(str(row["reason"])) for row in rows if row["reason"]]
    return tuple(dict.fromkeys(f"{reason.rstrip('.')}." for reason in reasons))
