"""One analysis of a study: who is in it, and the rows its method gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from hematotox.analysis.attrition import (
    attrition_rows,
    centre_rows,
    evaluability_of_endpoints,
    evaluability_of_scores,
    items_missing_rows,
)
from hematotox.analysis.methods.cause_specific_cox import estimate_cause_specific_cox
from hematotox.analysis.methods.correlation import estimate_correlation
from hematotox.analysis.methods.cox import estimate_cox
from hematotox.analysis.methods.cumulative_incidence import estimate_cumulative_incidence
from hematotox.analysis.methods.describe import estimate_describe
from hematotox.analysis.methods.determinability import estimate_determinability
from hematotox.analysis.methods.diagnostic_accuracy import estimate_diagnostic_accuracy
from hematotox.analysis.methods.durations import estimate_durations
from hematotox.analysis.methods.fine_gray import estimate_fine_gray
from hematotox.analysis.methods.follow_up import estimate_follow_up
from hematotox.analysis.methods.gray_test import estimate_gray_test
from hematotox.analysis.methods.kaplan_meier import estimate_kaplan_meier
from hematotox.analysis.methods.log_rank import estimate_log_rank
from hematotox.analysis.methods.logistic import estimate_logistic
from hematotox.analysis.methods.paired_tests import estimate_paired_tests
from hematotox.analysis.methods.proportion import estimate_proportion
from hematotox.analysis.methods.random_effects import estimate_random_effects
from hematotox.analysis.methods.reclassification import estimate_reclassification
from hematotox.analysis.methods.registry import Own, counts_needed, estimate_registry
from hematotox.analysis.methods.rmst import estimate_rmst
from hematotox.analysis.methods.roc import estimate_roc
from hematotox.analysis.methods.sensitivity import Choices, estimate_sensitivity
from hematotox.analysis.patients import (
    Patients,
    after_landmark,
    complete,
    evaluability_rows,
    left_out_of_repetitions,
    repetitions,
    variables_of,
    wide_table,
    with_endpoint,
)
from hematotox.analysis.rows import Context, Row
from hematotox.contracts import TABLES, Cohort, conform, empty
from hematotox.declarations.known_from import known_too_late, predictors
from hematotox.declarations.study.methods.determinability import Determinability
from hematotox.declarations.study.methods.registry import Registry
from hematotox.declarations.study.methods.sensitivity import Sensitivity
from hematotox.declarations.study.plan import Plan

ESTIMATORS: dict[str, Callable[[Patients, Any], list[Row]]] = {
    "describe": estimate_describe,
    "proportion": estimate_proportion,
    "reclassification": estimate_reclassification,
    "paired_tests": estimate_paired_tests,
    "durations": estimate_durations,
    "correlation": estimate_correlation,
    "random_effects": estimate_random_effects,
    "kaplan_meier": estimate_kaplan_meier,
    "follow_up": estimate_follow_up,
    "log_rank": estimate_log_rank,
    "cox": estimate_cox,
    "cause_specific_cox": estimate_cause_specific_cox,
    "fine_gray": estimate_fine_gray,
    "rmst": estimate_rmst,
    "cumulative_incidence": estimate_cumulative_incidence,
    "gray_test": estimate_gray_test,
    "logistic": estimate_logistic,
    "roc": estimate_roc,
    "diagnostic_accuracy": estimate_diagnostic_accuracy,
}
"""What is done for each method of a plan."""

FLOW = "patients"
"""Name of the analysis that every study has without declaring it: where its patients went."""


@dataclass(frozen=True, slots=True)
class Work:
    """The cohort and the plan, with the patients' wide table made once for all analyses."""

    cohort: Cohort
    plan: Plan
    table: pd.DataFrame
    source: str


def prepare(cohort: Cohort, plan: Plan) -> Work:
    """Return what every analysis of the study starts from."""
    sources = sorted(cohort.population["source"].unique())
    source = sources[0] if len(sources) == 1 else "real"
    return Work(cohort=cohort, plan=plan, table=wide_table(cohort, plan), source=source)


def flow_of_patients(work: Work) -> list[Row]:
    """Return attrition and evaluability as rows."""
    context = _context(work, FLOW)
    return (
        attrition_rows(work.cohort, context)
        + centre_rows(work.cohort, context)
        + evaluability_of_endpoints(work.cohort, context)
        + evaluability_of_scores(work.cohort, context)
        + items_missing_rows(work.cohort, context)
    )


def estimate_analysis(work: Work, name: str) -> pd.DataFrame:
    """Return one declared analysis as a table that conforms to the contract."""
    return as_table(analysis_rows(work, name))


def analysis_rows(work: Work, name: str) -> list[Row]:
    """Return the rows of one declared analysis."""
    analysis = work.plan.analyses[name]
    if isinstance(analysis, Registry):
        return _among_published(work, name, analysis)
    if isinstance(analysis, (Sensitivity, Determinability)):
        return _varied(work, name, analysis)
    return _estimated(work, name, analysis)


def _among_published(work: Work, name: str, analysis: Registry) -> list[Row]:
    """Return the study's estimate, as another analysis makes it, among the published ones."""
    of = work.plan.analyses[analysis.of]
    counts = counts_needed(of)
    own = Own(
        rows=as_table(_estimated(work, analysis.of, of)),
        counts=empty("estimates") if counts is None else as_table(_estimated(work, name, counts)),
    )
    context = replace(
        _context(work, name),
        endpoint=getattr(of, "endpoint", ""),
        score=_score(work.plan, of),
    )
    return estimate_registry(own, work.plan, analysis=analysis, context=context)


def _varied(work: Work, name: str, analysis: Sensitivity | Determinability) -> list[Row]:
    """Return how far a result depends on the choices behind it; nobody is left out beforehand."""
    base = _context(work, name)
    if isinstance(analysis, Sensitivity):
        unverified = analysis.score in work.plan.provisional_scores
        base = replace(
            base,
            endpoint=analysis.endpoint,
            score=analysis.score,
            conditions=("provisional score",) if unverified else (),
        )
    rows: list[Row] = []
    for table, context in repetitions(work.table, analysis, base):
        if isinstance(analysis, Sensitivity):
            choices = Choices(work.cohort, table, analysis, work.plan)
            rows += estimate_sensitivity(choices, context)
        else:
            rows += estimate_determinability(
                work.cohort, table, analysis=analysis, plan=work.plan, context=context
            )
    return rows + left_out_of_repetitions(work.table, analysis, base)


def _estimated(work: Work, name: str, analysis: Any) -> list[Row]:
    base = replace(
        _context(work, name),
        endpoint=getattr(analysis, "endpoint", "") or "",
        score=_score(work.plan, analysis),
        landmark=analysis.landmark,
        conditions=_conditions(work.plan, analysis),
    )
    rows: list[Row] = []
    for table, context in repetitions(work.table, analysis, base):
        rows += _rows_of(work, analysis, table, context)
    return rows + left_out_of_repetitions(work.table, analysis, base)


def _rows_of(work: Work, analysis: Any, table: pd.DataFrame, context: Context) -> list[Row]:
    if context.endpoint:
        table = with_endpoint(table, work.cohort.endpoints, context.endpoint)
    total = len(table)
    kept, left_out = complete(table, variables_of(analysis, work.plan), work.plan)
    if context.landmark is not None:
        kept, gone = after_landmark(kept, context.landmark)
        left_out["event or censoring up to the landmark"] = gone
    rows = evaluability_rows(context, len(kept), left_out, total=total)
    if kept.empty:
        empty = context.row(
            analysis.method, "count", term="analysed", estimate=0, n=0, condition="no patients"
        )
        return [*rows, empty]
    if len(kept) == 1:
        context = replace(context, conditions=(*context.conditions, "one patient"))
    patients = Patients(table=kept, context=context, plan=work.plan)
    return rows + ESTIMATORS[analysis.method](patients, analysis)


def _context(work: Work, analysis: str) -> Context:
    return Context(study=work.plan.study, source=work.source, analysis=analysis, population="all")


def _score(plan: Plan, analysis: Any) -> str:
    for field in ("exposure", "marker"):
        variable = getattr(analysis, field, None)
        if variable in plan.variables:
            return plan.variables[variable].score
    return ""


def _conditions(plan: Plan, analysis: Any) -> tuple[str, ...]:
    """Return what must be said of every row: late predictors and unverified scores."""
    found = []
    endpoint = plan.endpoints.get(getattr(analysis, "endpoint", None) or "")
    used = dict.fromkeys((*variables_of(analysis, plan), *(v for _, v in predictors(analysis))))
    for planned in (plan.variables[name] for name in used if name in plan.variables):
        if endpoint is not None and known_too_late(
            planned.known,
            origin=endpoint.origin,
            first_day=endpoint.first_day,
            landmark=analysis.landmark,
        ):
            found.append("post-infusion predictor")
        if planned.score in plan.provisional_scores:
            found.append("provisional score")
    return tuple(dict.fromkeys(found))


def as_table(rows: list[Row]) -> pd.DataFrame:
    """Return rows as a table that conforms to the contract of the estimates."""
    frame = pd.DataFrame(rows, columns=list(TABLES["estimates"].columns))
    return conform("estimates", frame)
