"""What the rules about missing values depend on, and the files that they leave."""

from __future__ import annotations

from hematotox.declarations.in_print import without_print
from hematotox.declarations.study.missing_planning import imputation_plan, policy_plan
from hematotox.run.sections import Catalogue


def imputing_studies(run: Catalogue) -> list[str]:
    """Return the studies that repeat analyses under policies about missing values."""
    return [name for name in run.studies if policy_files(run, name, "policies")]


def policy_files(run: Catalogue, study: str, what: str) -> list[str]:
    """Return the `policies` or the `imputations` of each analysis that is repeated."""
    declared = run.studies[study]
    names = declared.missing.pooled(tuple(declared.analyses))
    return [f"results/analyses/{study}/{name}.{what}.csv" for name in names]


def imputation_section(run: Catalogue, study: str) -> str:
    """Return what a study's missing values are imputed from."""
    declared = (run.dictionary, run.endpoints, run.named, run.settings)
    plan = imputation_plan(run.studies[study], *declared)
    return without_print(plan).model_dump_json(by_alias=True)


def policy_section(run: Catalogue, study: str) -> str:
    """Return what the policies about missing values are compared in."""
    plan = policy_plan(run.analysis_plan(study), run.studies[study])
    return without_print(plan).model_dump_json(by_alias=True)
