"""One analysis of a study: who is in it, and the rows its method gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import pandas as pd

from hematotox.analysis.attrition import (
    attrition_rows,
    centre_rows,
    evaluability_of_endpoints,
    evaluability_of_scores,
    items_missing_rows,
)
from hematotox.analysis.methods.registry import Own, counts_needed, estimate_registry
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
from hematotox.declarations.study import methods
from hematotox.declarations.study.analyses import MODELS, Analysis
from hematotox.declarations.study.methods.registry import Registry
from hematotox.declarations.study.plan import Plan

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
    context = _bare_context(work, FLOW)
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
        _bare_context(work, name),
        endpoint=getattr(of, "endpoint", ""),
        score=score_of(work.plan, of),
    )
    return estimate_registry(own, work.plan, analysis=analysis, context=context)


def _estimated(work: Work, name: str, analysis: Analysis) -> list[Row]:
    rows: list[Row] = []
    for patients, found in analysed(work, name, analysis):
        rows += [*found, *rows_of(patients, analysis)]
    context = _context(work, name, analysis)
    return rows + left_out_of_repetitions(work.table, analysis, context)


def analysed(work: Work, name: str, analysis: Analysis) -> Iterator[tuple[Patients, list[Row]]]:
    """Yield the patients of each repetition of an analysis, and where the others went."""
    for table, context in repetitions(work.table, analysis, _context(work, name, analysis)):
        if analysis.facts.everybody:
            yield Patients(table, context, work.plan, work.cohort), []
            continue
        total = len(table)
        if context.endpoint:
            table = with_endpoint(table, work.cohort.endpoints, context.endpoint)
        kept, left_out = complete(table, variables_of(analysis, work.plan), work.plan)
        if context.landmark is not None:
            kept, gone = after_landmark(kept, context.landmark)
            left_out["event or censoring up to the landmark"] = gone
        rows = evaluability_rows(context, len(kept), left_out, total=total)
        if len(kept) == 1:
            context = replace(context, conditions=(*context.conditions, "one patient"))
        yield Patients(kept, context, work.plan, work.cohort), rows


def rows_of(patients: Patients, analysis: Analysis) -> list[Row]:
    """Return what the method's module, in the room of its declaration, makes of the patients."""
    method = analysis.method
    if patients.table.empty and not analysis.facts.everybody:
        nobody = {"term": "analysed", "estimate": 0, "n": 0, "condition": "no patients"}
        return [patients.context.row(method, "count", **nobody)]
    place = MODELS[method].__module__.removeprefix(methods.__name__)
    module = import_module(f"hematotox.analysis.methods{place}")
    return getattr(module, f"estimate_{method}")(patients, analysis)


def _context(work: Work, name: str, analysis: Analysis) -> Context:
    return replace(
        _bare_context(work, name),
        endpoint=getattr(analysis, "endpoint", "") or "",
        score=score_of(work.plan, analysis),
        landmark=analysis.landmark,
        conditions=_conditions(work.plan, analysis),
    )


def _bare_context(work: Work, analysis: str) -> Context:
    return Context(study=work.plan.study, source=work.source, analysis=analysis, population="all")


def score_of(plan: Plan, analysis: Any) -> str:
    """Return the score that an analysis is about: named itself, or by its group or points."""
    if hasattr(analysis, "score"):
        return analysis.score
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
    if score_of(plan, analysis) in plan.provisional_scores:
        found.append("provisional score")
    return tuple(dict.fromkeys(found))


def as_table(rows: list[Row]) -> pd.DataFrame:
    """Return rows as a table that conforms to the contract of the estimates."""
    frame = pd.DataFrame(rows, columns=list(TABLES["estimates"].columns))
    return conform("estimates", frame)
