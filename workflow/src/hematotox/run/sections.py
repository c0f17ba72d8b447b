"""The declarations of a run, cut into the sections that each rule depends on.

What makes numbers depends on its declarations without the words in print; drawing has them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.file_names import fits
from hematotox.declarations.in_print import without_print
from hematotox.declarations.origins import ExpandedDocument
from hematotox.declarations.run import RunSettings
from hematotox.declarations.study.checks.expected import expected_of
from hematotox.declarations.study.cohort_plan import CohortPlan, ScorePlan
from hematotox.declarations.study.displays import DisplayPlan
from hematotox.declarations.study.expected_risk import ExpectedRisk
from hematotox.declarations.study.named import Named
from hematotox.declarations.study.on_site_plan import VARIABLE, OnSitePlan
from hematotox.declarations.study.plan import Plan
from hematotox.declarations.study.planning import analysis_plan, cohort_plan
from hematotox.declarations.study.registry import PublishedValidation, wanted
from hematotox.declarations.study.study import Study
from hematotox.declarations.study.study_words import study_words
from hematotox.run.exports import centre_source, study_source
from hematotox.run.files import CLONE, find_declaration
from hematotox.run.named_files import table_file
from hematotox.run.used_files import UsedFiles

SYNTHETIC_EXPORTS = "results/exports"


@dataclass(frozen=True)
class Catalogue:
    """The declarations of a run and the sections that each rule depends on."""

    settings: RunSettings
    dictionary: Dictionary
    endpoints: Endpoints
    studies: dict[str, Study]
    centres: dict[str, Centre]
    named: Named
    files: UsedFiles
    run_folder: Path
    registry: tuple[PublishedValidation, ...] = ()
    expected: tuple[ExpectedRisk, ...] = ()
    plans: Mapping[str, ExpandedDocument] = field(default_factory=dict)
    """Where every part of each study is written; no job depends on it."""
    landmarks: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Days of analyses that each study takes over without an acceptance of immortal time."""

    # --- exports and centres ------------------------------------------------------------------

    @property
    def makes_exports(self) -> bool:
        """Whether the run makes its exports itself (the demonstration)."""
        return self.settings.exports.rstrip("/") == SYNTHETIC_EXPORTS

    def export_files(self, centre: str) -> list[str]:
        """Return the files of a centre's export, SYNTHETIC.json last where there is one."""
        folder = f"{self.settings.exports.rstrip('/')}/{centre}"
        patterns = sorted({n for table in self.centres[centre].tables.values() for n in table.file})
        files = [f"{folder}/{name}" for name in self._export_names(folder, patterns)]
        seal = f"{folder}/SYNTHETIC.json"
        if self.makes_exports or (self.run_folder / seal).is_file():
            files.append(seal)
        return files + self._corrections(centre)

    def _export_names(self, folder: str, patterns: list[str]) -> list[str]:
        """Return the file names present that fit a pattern, or those a simulation writes."""
        if self.makes_exports:
            return [pattern.replace("*", "1") for pattern in patterns]
        present = sorted(p.name for p in (self.run_folder / folder).glob("*") if p.is_file())
        return [
            name
            for pattern in patterns
            for name in ([n for n in present if fits(n, pattern)] or [pattern])
        ]

    def _corrections(self, centre: str) -> list[str]:
        path = self.run_folder / "config" / "centres" / f"{centre}.corrections.csv"
        return [f"config/centres/{centre}.corrections.csv"] if path.is_file() else []

    def centre_section(self, centre: str) -> str:
        """Return what staging a centre depends on."""
        return without_print(self.centres[centre]).model_dump_json(by_alias=True)

    @cached_property
    def dictionary_section(self) -> str:
        """The dictionary."""
        return without_print(self.dictionary).model_dump_json(by_alias=True)

    # --- cohort and scores --------------------------------------------------------------------

    def cohort_inputs(self, study: str) -> list[str]:
        """Return the files that a study's cohort is built from."""
        declared = self.studies[study]
        if declared.table is not None:
            return [str(table_file(declared.table.file, run_folder=self.run_folder))]
        return [
            f"results/staged/{centre}/{table}"
            for centre in declared.centres
            for table in ("subjects.csv", "labs.parquet", "events.csv", "recorded_events.csv")
        ]

    def source(self, study: str) -> str:
        """Return whether a study's patients are synthetic or real."""
        declared = self.studies[study]
        if declared.table is not None:
            files = {study: self.cohort_inputs(study)}
            return study_source(study, files, made_here=False, run_folder=self.run_folder)
        return study_source(
            study,
            {centre: self.export_files(centre) for centre in declared.centres},
            made_here=self.makes_exports,
            run_folder=self.run_folder,
        )

    def centre_source(self, centre: str) -> str:
        """Return whether a centre's patients are synthetic or real."""
        if self.makes_exports:
            return "synthetic"
        return centre_source(self.export_files(centre), run_folder=self.run_folder)

    def staged_tables(self, study: str) -> list[str]:
        """Return every staged table of a study's centres, for the checks."""
        return [
            f"results/staged/{centre}/{table}"
            for centre in self.studies[study].centres
            for table in ("subjects.csv", "labs.parquet", "events.csv", "findings.csv", "tally.csv")
        ]

    def origins(self, study: str) -> dict[str, str]:
        """Return the time origin of each endpoint of a study, for the checks."""
        declared = self._cohort_plan(study).endpoints.endpoints
        return {name: endpoint.origin for name, endpoint in declared.items()}

    def _cohort_plan(self, study: str) -> CohortPlan:
        return cohort_plan(self.studies[study], self.dictionary, self.endpoints, self.named)

    def cohort_section(self, study: str) -> str:
        """Return what a study's cohort depends on: nothing of its analyses or displays."""
        return without_print(self._cohort_plan(study)).model_dump_json(by_alias=True)

    def definitions_section(self, study: str) -> str:
        """Return what the definitions in a study's report say, in their words."""
        return self._cohort_plan(study).model_dump_json(by_alias=True)

    def scores_section(self, study: str) -> str:
        """Return the scores of a study."""
        plan = ScorePlan(scores=self._cohort_plan(study).scores)
        return without_print(plan).model_dump_json(by_alias=True)

    # --- figures of single patients -----------------------------------------------------------

    @property
    def graded_studies(self) -> list[str]:
        """The studies of staged centres whose primary convention grades neutrophils."""
        graded = []
        for name, study in self.studies.items():
            chosen = study.conventions.primary if study.centres and study.conventions else None
            windows = self.named.conventions[chosen].windows.values() if chosen else ()
            if any(window.variable == VARIABLE for window in windows):
                graded.append(name)
        return graded

    def on_site_section(self, study: str) -> str:
        """Return what the figures of a study's single patients depend on."""
        conventions = self.studies[study].conventions
        assert conventions is not None
        plan = OnSitePlan(
            study=study,
            title=self.studies[study].title,
            convention=self.named.conventions[conventions.primary],
            dictionary=self.dictionary,
            endpoints=self.endpoints,
            synthetic=self.source(study) == "synthetic",
        )
        return plan.model_dump_json(by_alias=True)

    # --- published numbers ---------------------------------------------------------------------

    def published_file(self, study: str) -> str:
        """Return the file with the published numbers of a study."""
        name = Path(self.studies[study].published or "").name
        return str(find_declaration("published", name, run_folder=self.run_folder))

    def agreement_files(self, study: str) -> list[str]:
        """Return the table of published numbers beside ours, if the study names a paper."""
        return [f"results/agreement/{study}.csv"] if self.studies[study].published else []

    def agreement_section(self, study: str) -> str:
        """Return how far estimates may lie from print."""
        return self.studies[study].agreement.model_dump_json()

    # --- analyses and displays ----------------------------------------------------------------

    def plan_section(self, study: str) -> str:
        """Return the analysis plan of a study, names resolved."""
        plan = self.analysis_plan(study)
        published = wanted(self.studies[study], self.registry)
        expected = expected_of(self.studies[study], self.expected, plan.endpoints)
        beside = {"registry": published, "expected": expected}
        whole = without_print(plan).model_copy(update=beside)
        return whole.model_dump_json(by_alias=True)

    def analysis_plan(self, study: str) -> Plan:
        """Return the analyses of a study with its variables and endpoints."""
        declared = (self.dictionary, self.endpoints, self.named, self.settings)
        return analysis_plan(self.studies[study], *declared)

    def analysis_files(self, study: str) -> list[str]:
        """Return one file an analysis, the flow of patients first."""
        names = ["patients", *self.studies[study].analyses]
        return [f"results/analyses/{study}/{name}.csv" for name in names]

    def displays(self, study: str, what: str) -> dict[str, Any]:
        """Return the displays of a study that are `tables` or `figures`."""
        return {
            name: display
            for name, display in self.studies[study].displays.items()
            if f"{display.form}s" == what
        }

    def studies_with(self, what: str) -> list[str]:
        """Return the studies that declare `tables` or `figures`."""
        return [study for study in self.studies if self.displays(study, what)]

    def fresh_reports(self) -> list[str]:
        """Return the reports that are there and not older than their estimates."""
        found = []
        for study in self.studies:
            report, estimates = (
                self.run_folder / f"results/{part}"
                for part in (f"reports/{study}.html", f"estimates/{study}.csv")
            )
            if report.is_file() and estimates.is_file():
                fresh = report.stat().st_mtime_ns >= estimates.stat().st_mtime_ns
                found += [f"results/reports/{study}.html"] if fresh else []
        return found

    @property
    def studies_with_notebook(self) -> list[str]:
        """The studies that have a notebook in the clone."""
        return [s for s in self.studies if (CLONE / "notebooks" / f"{s}.ipynb").is_file()]

    def displays_section(self, study: str, what: str) -> str:
        """Return what drawing the tables or figures of a study depends on."""
        words = study_words(self.studies[study], self.dictionary, self.endpoints, self.named)
        if what == "figures":
            words = words.model_copy(update={"checklists": {}, "displays": {}})
        plan = DisplayPlan(displays=self.displays(study, what), words=words)
        return plan.model_dump_json(by_alias=True)

    def display_files(self, study: str, what: str, formats: list[str]) -> list[str]:
        """Return the files of the tables or figures of a study."""
        return [
            f"results/displays/{study}/{name}.{ending}"
            for name in self.displays(study, what)
            for ending in formats
        ]

    def all_display_files(self, study: str, tables: list[str], figures: list[str]) -> list[str]:
        """Return every file of a study's displays, which its report shows or links."""
        found = self.display_files(study, "tables", tables)
        return found + self.display_files(study, "figures", figures)

    def findings_files(self, study: str) -> list[str]:
        """Return the findings of a study's centres and of its cohort."""
        centres = self.studies[study].centres
        staged = [f"results/staged/{centre}/findings.csv" for centre in centres]
        return [*staged, f"results/cohorts/{study}/findings.csv"]

    def report_section(self, study: str) -> str:
        """Return what the report of a study depends on."""
        words = study_words(self.studies[study], self.dictionary, self.endpoints, self.named)
        declared = self.studies[study]
        anyway = declared.release.words
        plan = DisplayPlan(displays=declared.displays, words=words, shared_nevertheless=anyway)
        return plan.model_dump_json(by_alias=True)

    # --- provenance ---------------------------------------------------------------------------

    @cached_property
    def declarations_used(self) -> dict[str, str]:
        """Which file of which folder each declaration comes from."""
        return self.files.words(self.studies)
