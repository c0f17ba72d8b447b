"""Fine and Gray's model, with the cause-specific Cox model beside it."""

from __future__ import annotations

import numpy as np

from hematotox.analysis.methods.cox import hazard_ratio_rows
from hematotox.analysis.methods.design_matrix import Design
from hematotox.analysis.methods.models import (
    FloatArray,
    effect_rows,
    empty_groups,
    models,
    wald_words,
    whole_model_rows,
)
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import TEST, Context, Row, adjustment_words, columns_of
from hematotox.declarations.study.methods.cause_specific_cox import CauseSpecificCox
from hematotox.declarations.study.methods.fine_gray import FineGray
from hematotox.stats.binary.linear_predictor import FirstStep
from hematotox.stats.competing_risks.fine_gray import FineGrayModel, fine_gray
from hematotox.stats.competing_risks.fine_gray_data import FineGraySettings
from hematotox.stats.competing_risks.fine_gray_prediction import predict_incidence

METHOD = "fine_gray"
ESTIMAND = "log_subdistribution_hazard_ratio"


def estimate_fine_gray(patients: Patients, analysis: FineGray) -> list[Row]:
    """Return subdistribution hazard ratios, predictions, and the cause-specific Cox model."""

    def first_step(covariates: FloatArray) -> FirstStep:
        fitted = _fit(patients, analysis, covariates)
        estimable = np.where(np.isfinite(fitted.coefficient), fitted.coefficient, 0.0)
        return FirstStep(covariates @ estimable, fitted.condition)

    rows: list[Row] = []
    for model in models(patients, analysis, first_step):
        context = patients.context.adjusted(
            adjustment_words(analysis, model.adjustment), model.condition
        )
        rows += empty_groups(patients, context, model, method=METHOD, estimand=ESTIMAND)
        if not model.design.columns:
            continue
        fitted = _fit(patients, analysis, model.design.matrix)
        words = {"method": METHOD, "estimand": ESTIMAND, **wald_words(fitted)}
        columns = model.design.columns
        rows += effect_rows(context, columns, fitted, words=words, estimate=fitted.coefficient)
        rows += whole_model_rows(
            context,
            METHOD,
            fitted,
            tests={
                "likelihood ratio": columns_of(fitted.likelihood_ratio, *TEST),
                "wald": columns_of(fitted.wald, *TEST),
            },
            log_likelihood=(fitted.loglik_null, fitted.loglik),
        )
        rows += _predictions(context, patients, analysis, model.design, fitted)
    return rows + hazard_ratio_rows(patients, cause_specific(analysis), "cause_specific_cox")


def _fit(patients: Patients, analysis: FineGray, covariates: FloatArray) -> FineGrayModel:
    groups = patients.category_or_none(analysis.censoring_groups)
    return fine_gray(
        time=patients.time,
        status=patients.status,
        covariates=covariates,
        cluster=patients.category_or_none(analysis.cluster),
        settings=FineGraySettings(censoring_group=groups),
    )


def cause_specific(analysis: FineGray) -> CauseSpecificCox:
    """Return the Cox model of the cause-specific hazard beside the model."""
    return CauseSpecificCox(
        method="cause_specific_cox",
        endpoint=analysis.endpoint,
        exposure=analysis.exposure,
        covariates=analysis.covariates,
        adjust=analysis.adjust,
        cluster=analysis.cluster,
    )


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
            **columns_of(fitted, "n", "n_event", "conf_level"),
            condition=(*fitted.condition, *_beyond(patients, time)),
            term=cause,
            time=time,
            **columns_of(predicted, "estimate", "conf_low", "conf_high", at=(0, i)),
            conf_method="log-log",
        )
        for i, time in enumerate(analysis.predict_times)
    ]


def _beyond(patients: Patients, time: float) -> tuple[str, ...]:
    return ("horizon beyond follow-up",) if time > patients.time.max() else ()
