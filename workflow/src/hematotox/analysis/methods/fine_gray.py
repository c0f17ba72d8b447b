"""Fine and Gray's model, with the cause-specific Cox model beside it."""

from __future__ import annotations

import numpy as np

from hematotox.analysis.methods.cox import hazard_ratio_rows
from hematotox.analysis.methods.design_matrix import Design
from hematotox.analysis.methods.models import FirstStep, Model, empty_groups, models
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Context, Row
from hematotox.declarations.study.methods.cause_specific_cox import CauseSpecificCox
from hematotox.declarations.study.methods.fine_gray import FineGray
from hematotox.stats.competing_risks.fine_gray import FineGrayModel, fine_gray
from hematotox.stats.competing_risks.fine_gray_data import FineGraySettings
from hematotox.stats.competing_risks.fine_gray_prediction import predict_incidence

METHOD = "fine_gray"
ESTIMAND = "log_subdistribution_hazard_ratio"


def estimate_fine_gray(patients: Patients, analysis: FineGray) -> list[Row]:
    """Return subdistribution hazard ratios, predictions, and the cause-specific Cox model."""

    def first_step(design: Design) -> FirstStep:
        fitted = _fit(patients, analysis, design)
        estimable = np.where(np.isfinite(fitted.coefficient), fitted.coefficient, 0.0)
        return np.asarray(design.matrix @ estimable), fitted.condition

    rows: list[Row] = []
    for model in models(patients, analysis, first_step):
        context = patients.context.adjusted(_adjustment(model, analysis), model.condition)
        rows += empty_groups(patients, context, model, method=METHOD, estimand=ESTIMAND)
        if not model.design.columns:
            continue
        fitted = _fit(patients, analysis, model.design)
        rows += _effects(context, model.design, fitted)
        rows += _model_rows(context, fitted)
        rows += _predictions(context, patients, analysis, model.design, fitted)
    return rows + hazard_ratio_rows(patients, _cause_specific(analysis), "cause_specific_cox")


def _fit(patients: Patients, analysis: FineGray, design: Design) -> FineGrayModel:
    groups = analysis.censoring_groups
    return fine_gray(
        time=patients.time,
        status=patients.status,
        covariates=design.matrix,
        cluster=patients.category(analysis.cluster) if analysis.cluster else None,
        settings=FineGraySettings(censoring_group=patients.category(groups) if groups else None),
    )


def _cause_specific(analysis: FineGray) -> CauseSpecificCox:
    return CauseSpecificCox(
        method="cause_specific_cox",
        endpoint=analysis.endpoint,
        exposure=analysis.exposure,
        covariates=analysis.covariates,
        adjust=analysis.adjust,
        cluster=analysis.cluster,
    )


def _adjustment(model: Model, analysis: FineGray) -> str:
    parts = [model.adjustment]
    if analysis.cluster:
        parts.append(f"clustered: {analysis.cluster}")
    if analysis.censoring_groups:
        parts.append(f"censoring by: {analysis.censoring_groups}")
    return "; ".join(part for part in parts if part)


def _shared(fitted: FineGrayModel) -> Row:
    return {"n": fitted.n, "n_event": fitted.n_event, "condition": fitted.condition}


def _effects(context: Context, design: Design, fitted: FineGrayModel) -> list[Row]:
    return [
        context.row(
            METHOD,
            ESTIMAND,
            **_shared(fitted),
            term=column.term,
            group=column.level,
            reference=column.reference,
            estimate=fitted.coefficient[i],
            std_error=fitted.std_error[i],
            conf_low=fitted.conf_low[i],
            conf_high=fitted.conf_high[i],
            conf_level=fitted.conf_level,
            conf_method="wald" if fitted.n_cluster is None else "robust",
            test="wald",
            statistic=fitted.statistic[i],
            df=1,
            p_value=fitted.p_value[i],
        )
        for i, column in enumerate(design.columns)
    ]


def _model_rows(context: Context, fitted: FineGrayModel) -> list[Row]:
    rows = [
        context.row(
            METHOD,
            "hypothesis_test",
            **_shared(fitted),
            term="model",
            test=name,
            statistic=test.statistic,
            df=test.df,
            p_value=test.p_value,
        )
        for name, test in (("likelihood ratio", fitted.likelihood_ratio), ("wald", fitted.wald))
    ]
    for term, value in (("null", fitted.loglik_null), ("model", fitted.loglik)):
        rows.append(
            context.row(METHOD, "log_likelihood", **_shared(fitted), term=term, estimate=value)
        )
    return rows


def _predictions(
    context: Context,
    patients: Patients,
    analysis: FineGray,
    design: Design,
    fitted: FineGrayModel,
) -> list[Row]:
    """Return the incidence predicted for numbers at their medians, categories at reference."""
    if not analysis.predict_times:
        return []
    typical = np.array(
        [
            0.0 if column.level else float(np.median(design.matrix[:, i]))
            for i, column in enumerate(design.columns)
        ]
    )
    predicted = predict_incidence(fitted, covariates=typical[None, :], times=analysis.predict_times)
    cause = patients.plan.endpoints[analysis.endpoint].causes[0]
    return [
        context.row(
            METHOD,
            "predicted_cumulative_incidence",
            **{**_shared(fitted), "condition": (*fitted.condition, *_beyond(patients, time))},
            term=cause,
            time=time,
            estimate=predicted.estimate[0, i],
            conf_low=predicted.conf_low[0, i],
            conf_high=predicted.conf_high[0, i],
            conf_level=fitted.conf_level,
            conf_method="log-log",
        )
        for i, time in enumerate(analysis.predict_times)
    ]


def _beyond(patients: Patients, time: float) -> tuple[str, ...]:
    return ("horizon beyond follow-up",) if time > patients.time.max() else ()
