"""The picture of one patient of a graded table."""

from __future__ import annotations

from pathlib import Path

from hematotox.cohort.grading.courses import courses
from hematotox.declarations.conventions import Convention
from hematotox.errors import UserError
from hematotox.stand_alone.as_centre import patient_named
from hematotox.stand_alone.grade_table import Graded, GradeRequest, sentences_of

ENDINGS = ("pdf", "svg", "png")


def check_ending(path: Path) -> None:
    """Refuse a file name whose ending is no format of a picture.

    Raises
    ------
    UserError
        The ending is another one.
    """
    if path.suffix.removeprefix(".") not in ENDINGS:
        raise UserError(f"--panel: the file must end in .{', .'.join(ENDINGS)}")


def panel_of_patient(graded: Graded, request: GradeRequest, patient: str, *, ending: str) -> bytes:
    """Return the panel of one patient: values, thresholds, spells, grade and why.

    Raises
    ------
    UserError
        The table has no such patient, or she cannot be graded.
    """
    from hematotox.reporting.figures.patient_panel_figure import PanelWords, patient_panel_figure
    from hematotox.reporting.figures.style import files, house_style
    from hematotox.reporting.words import wording

    name = patient_named(patient, graded.people)
    if name in graded.people.excluded:
        raise UserError("--panel: this patient cannot be graded; --explain alone tells why")
    convention: Convention = request.convention
    labs = graded.labs[graded.labs["patient_id"] == name]
    grades = graded.table[graded.table["patient_id"] == name]
    course = courses(labs, grades, convention=convention, variable=graded.variable)
    described = request.dictionary.variables[graded.variable]
    words = PanelWords(name, described.label, wording.unit(described.unit), synthetic=False)
    with house_style():
        figure = patient_panel_figure(
            course,
            sentences_of(graded, request, name),
            convention=convention,
            variable=graded.variable,
            words=words,
        )
        return files(figure, described.label)[ending]
