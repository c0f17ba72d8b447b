"""Fine and Gray's model, with the cause-specific Cox model beside it."""

from __future__ import annotations

import numpy as np

from hematotox.analysis.methods.cox import columns_by_term, hazard_ratio_rows, proportional_rows
from hematotox.analysis.patients import Patients
from hematotox.analysis.regression.design_matrix import Design
from hematotox.analysis.regression.fits import LIKELIHOOD_RATIO, WALD, Fit
from hematotox.analysis.regression.models import FloatArray, wald_words
from hematotox.analysis.regression.regression import Kind, regression_rows
from hematotox.analysis.rows import Context, Row, columns_of
from hematotox.declarations.study.methods.cause_specific_cox import CauseSpecificCox
from hematotox.declarations.study.methods.fine_gray import FineGray
from hematotox.stats.binary.linear_predictor import FirstStep
from hematotox.stats.competing_risks.fine_gray import FineGrayModel, fine_gray
from hematotox.stats.competing_risks.fine_gray_data import FineGraySettings
from hematotox.stats.competing_risks.fine_gray_prediction import predict_incidence
from hematotox.stats.competing_risks.subdistribution_test import (
    proportional_subdistribution_hazards_test,
)

METHOD = "fine_gray"
ESTIMAND = "log_subdistribution_hazard_ratio"


def estimate_fine_gray(patients: Patients, analysis: FineGray) -> list[Row]:
    """Return subdistribution hazard ratios, predictions, and the cause-specific Cox model."""

    def first_step(covariates: FloatArray) -> FirstStep:
        fitted = _fit(patients, analysis, covariates)
        estimable = np.where(np.isfinite(fitted.coefficient), fitted.coefficient, 0.0)
        return FirstStep(covariates @ estimable, fitted.condition)

    def further(context: Context, design: Design, fit: Fit) -> list[Row]:
        tests: list[Row] = []
        if analysis.proportional and fit.fitted.n_event:
            terms = columns_by_term(design)
            found = proportional_subdistribution_hazards_test(
                fit.fitted, terms=list(terms.values())
            )
            tests = proportional_rows(context, METHOD, fit, names=[*terms], test=found)
        return [*tests, *_predictions(context, patients, analysis, design, fit.fitted)]

    kind = Kind(
        method=METHOD,
        estimand=ESTIMAND,
        fit=lambda matrix, _: _words_of(_fit(patients, analysis, matrix)),
        first_step=first_step,
        further=further,
    )
    rows = regression_rows(patients, analysis, kind)
    return rows + hazard_ratio_rows(patients, cause_specific(analysis), "cause_specific_cox")


def _words_of(fitted: FineGrayModel) -> Fit:
    return Fit(
        words={"method": METHOD, "estimand": ESTIMAND, **wald_words(fitted)},
        fitted=fitted,
        coefficient=fitted.coefficient,
        log_likelihood=fitted.loglik,
        null_log_likelihood=fitted.loglik_null,
        tests={LIKELIHOOD_RATIO: fitted.likelihood_ratio, WALD: fitted.wald},
    )


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
        interaction=analysis.interaction,
        spline=analysis.spline,
        global_p=analysis.global_p,
    )


def _predictions(
    context: Context, patients: Patients, analysis: FineGray, design: Design, fitted: FineGrayModel
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
