"""The files that a study's run leaves, and those of them that a run has to be asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hematotox.declarations.study.display_base import PLACES
from hematotox.run.policy_sections import imputing_studies, policy_files
from hematotox.run.sections import SYNTHETIC_EXPORTS, Catalogue

TABLES = ["csv", "docx", "xlsx", "html"]
"""Formats of every table."""
CELLS = ["cells.csv", "rst"]
"""Beside every display: the estimates behind each number; title and caption for a report of
Snakemake."""
FIGURES = ["pdf", "svg", "png"]
"""Formats of every figure."""
READINGS = ["curves.json"]
"""Beside every figure: what its curves say at each place, for the report page."""
STAGED = [
    "subjects.csv",
    "labs.parquet",
    "events.csv",
    "findings.csv",
    "tally.csv",
    "recorded_events.csv",
]
"""Tables of a staged centre."""
MANUSCRIPT = ["docx", "supplement.docx", "md", "bib", "draft.md"]
"""Files of a manuscript, after the name of the study."""
COHORT = ["population", "attrition", "baseline", "grades", "endpoints", "findings"]
"""Tables of a cohort."""
SCORED = ["scores", "score_variants"]
"""Tables that scoring adds to a cohort."""
IMPUTED = ["imputed", "imputed_scores"]
"""What is drawn for missing values, where the study pools analyses over imputations."""


def requested_files(run: Catalogue, study: str) -> list[str]:
    """Return what is asked for when a study is: its report, its checks, and all that is not there.

    The report depends on all others, but Snakemake makes a deleted file again only if somebody
    asks for it: a run whose tables were deleted would say that all results are up to date. Files
    that are there are not asked for, as that would take a while in a study of many centres.
    """
    absent = [file for file in result_files(run, study) if not (run.run_folder / file).is_file()]
    always = [
        f"results/checks/{study}.csv",
        f"results/manuscript/{study}.docx",
        f"results/reports/{study}.html",
    ]
    return list(dict.fromkeys((*absent, *always)))


def result_files(run: Catalogue, study: str) -> list[str]:
    """Return every file that a study's run makes; its report comes last."""
    return [
        *(
            file
            for centre in simulated_centres(run).get(study, ())
            for file in exports(run, centre)
        ),
        *(f"results/staged/{c}/{table}" for c in run.studies[study].centres for table in STAGED),
        *(
            f"results/cohorts/{study}/{table}.csv"
            for table in (*COHORT, *SCORED, *(IMPUTED if study in imputing_studies(run) else ()))
        ),
        *run.analysis_files(study),
        *(file for what in ("policies", "imputations") for file in policy_files(run, study, what)),
        f"results/estimates/{study}.csv",
        *run.agreement_files(study),
        f"results/checks/{study}.csv",
        f"results/checks/{study}.second_opinion.csv",
        *run.all_display_files(study, TABLES + CELLS, FIGURES),
        *(f"results/manuscript/{study}.{ending}" for ending in MANUSCRIPT),
        f"results/reports/{study}.html",
    ]


def report_marks(run: Catalogue, study: str) -> dict[str, dict[str, Any]]:
    """Return how `snakemake --report` shows each display: a table's page, a figure's drawing.

    Returns
    -------
    by file, the arguments of Snakemake's `report`; captions lie in the run folder
    """
    folder, title = f"results/displays/{study}", run.studies[study].title
    return {
        f"{folder}/{name}.{'svg' if display.form == 'figure' else 'html'}": {
            "caption": str((run.run_folder / folder / f"{name}.rst").resolve()),
            "category": title,
            "subcategory": PLACES[display.place],
            "labels": {"display": display.title},
        }
        for name, display in run.studies[study].displays.items()
    }


def marked_files(
    run: Catalogue, study: str, *, report: Callable[..., Any], what: str, formats: list[str]
) -> list[Any]:
    """Return the files of displays; html and svg are marked for `snakemake --report`.

    Parameters
    ----------
    run, study : the run and one of its studies
    report : Snakemake's function that marks a file
    what, formats : tables or figures, and the endings of their files
    """
    marks = report_marks(run, study)
    files = run.display_files(study, what, formats)
    return [report(file, **marks[file]) if file in marks else file for file in files]


def simulated_centres(run: Catalogue) -> dict[str, list[str]]:
    """Return the centres whose exports the run makes itself, by the first study that has them.

    One study's exports do not depend on which other studies the run has.
    """
    if not run.makes_exports:
        return {}
    first = {c: study for study in reversed(run.studies) for c in run.studies[study].centres}
    by_study = {study: sorted(c for c in first if first[c] == study) for study in run.studies}
    return {study: centres for study, centres in by_study.items() if centres}


def exports(run: Catalogue, centre: str) -> list[str]:
    """Return the files of a synthetic export; a correction beside it is the user's own."""
    return [f for f in run.export_files(centre) if f.startswith(f"{SYNTHETIC_EXPORTS}/")]
