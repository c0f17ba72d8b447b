"""Figures of single patients as files. They stay at the site: no report or shared file has them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import pandas as pd

from hematotox.declarations.study.on_site_plan import VARIABLE, OnSitePlan
from hematotox.reporting.figures.anc_heat_map_figure import anc_heat_map_figure
from hematotox.reporting.figures.patient_panel_figure import PanelWords, patient_panel_figure
from hematotox.reporting.figures.style import files, house_style
from hematotox.reporting.words import wording


class Record(Protocol):
    """One patient: daily course (table `courses`), and why she has her grade, by window."""

    @property
    def patient_id(self) -> str:
        """Identifier."""

    @property
    def course(self) -> pd.DataFrame:
        """Daily course."""

    @property
    def sentences(self) -> Mapping[str, Sequence[str]]:
        """Sentences by window."""


def heat_map(courses: pd.DataFrame, grades: pd.DataFrame, plan: OnSitePlan) -> dict[str, bytes]:
    """Return the heat map of all patients: `anc_heat_map.pdf`, `.svg` and `.png`."""
    with house_style():
        figure = anc_heat_map_figure(courses, grades, plan)
        found = files(figure, plan.title)
    return {f"anc_heat_map.{ending}": content for ending, content in found.items()}


def patient_panels(records: Iterable[Record], plan: OnSitePlan) -> bytes:
    """Return a PDF with a page a patient, in the order given."""
    from matplotlib.backends.backend_pdf import PdfPages

    content = io.BytesIO()
    metadata = {"Title": plan.title, "CreationDate": None, "ModDate": None}
    with house_style(), PdfPages(content, metadata=metadata) as pages:
        for record in records:
            pages.savefig(panel(record, plan))
    return content.getvalue()


def panel(record: Record, plan: OnSitePlan) -> Any:
    """Return the panel of one patient."""
    described = plan.dictionary.variables[VARIABLE]
    words = PanelWords(
        patient=record.patient_id,
        label=described.label,
        unit=wording.unit(described.unit),
        synthetic=plan.synthetic,
    )
    return patient_panel_figure(
        record.course,
        record.sentences,
        convention=plan.convention,
        variable=VARIABLE,
        words=words,
    )
