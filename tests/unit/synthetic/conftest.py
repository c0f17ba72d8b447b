"""A published study run on its synthetic exports, read through every centre's own dialect."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import pandas as pd
import pytest

from hematotox.analysis import collect, compare_published, estimate
from hematotox.cohort import build
from hematotox.contracts import Cohort, Staged, conform
from hematotox.declarations.study.cohort_plan import CohortPlan
from hematotox.declarations.study.plan import Plan
from hematotox.run.catalogue import read_catalogue
from hematotox.run.files import CLONE, open_centre, read_published, write_all
from hematotox.scoring import score
from hematotox.staging import stage
from hematotox.synthetic import read_calibration, simulate


@dataclass(frozen=True)
class Run:
    """Staged tables, cohort, estimates and agreement table of one study."""

    staged: Staged
    cohort: Cohort
    estimates: pd.DataFrame
    agreement: pd.DataFrame

    def value(self, analysis, estimand, **wanted):
        """Return the one estimate of an analysis with these columns."""
        rows = self.estimates[
            (self.estimates["analysis"] == analysis) & (self.estimates["estimand"] == estimand)
        ]
        for column, level in wanted.items():
            rows = rows[rows[column].fillna("") == level]
        assert len(rows) == 1, f"{analysis}, {estimand}, {wanted}: {len(rows)} rows"
        return float(rows["estimate"].iloc[0])


@pytest.fixture(scope="session")
def run_study(tmp_path_factory):
    """Return a function that runs a study from its exports to its agreement table."""

    def run(name: str) -> Run:
        catalogue = read_catalogue(
            {"studies": [name], "exports": "results/exports"}, run_folder=CLONE
        )
        centres = tuple(catalogue.centres[c] for c in sorted(catalogue.centres))
        folder = tmp_path_factory.mktemp(name)
        exports = simulate(centres, read_calibration(), 1)
        write_all(exports, folder=str(folder))
        parts = []
        for centre in centres:
            paths = [str(folder / file) for file in exports if file.startswith(f"{centre.id}/")]
            export = open_centre(paths, source="synthetic", show_values=False)
            parts.append(stage(export, centre, catalogue.dictionary))
        staged = Staged(
            **{
                field.name: conform(field.name, pd.concat([getattr(p, field.name) for p in parts]))
                for field in fields(Staged)
            }
        )
        plan = CohortPlan.model_validate_json(catalogue.cohort_section(name))
        cohort = build(
            staged,
            plan.study,
            dictionary=plan.dictionary,
            endpoints=plan.endpoints,
            scores=plan.scores,
            conventions=plan.conventions,
        )
        cohort = replace(cohort, scores=score(cohort, plan.scores))
        analyses = Plan.model_validate_json(catalogue.plan_section(name))
        estimates = collect(list(estimate(cohort, analyses).values()))
        published = read_published(CLONE / "config" / "published" / f"{name}.csv")
        agreement = compare_published(estimates, published, catalogue.studies[name].agreement)
        return Run(staged, cohort, estimates, agreement)

    return run
