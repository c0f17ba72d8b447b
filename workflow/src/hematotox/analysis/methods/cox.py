"""Cox models: hazard ratios, tests, concordance, proportional hazards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hematotox.analysis.patients import Patients
from hematotox.analysis.regression.design_matrix import Design
from hematotox.analysis.regression.fits import LIKELIHOOD_RATIO, WALD, Fit
from hematotox.analysis.regression.models import FloatArray, wald_words
from hematotox.analysis.regression.regression import Kind, regression_rows
from hematotox.analysis.rows import TEST, Context, Row, columns_of
from hematotox.declarations.study.methods.cause_specific_cox import CauseSpecificCox
from hematotox.declarations.study.methods.cox import Cox
from hematotox.stats.binary.linear_predictor import FirstStep
from hematotox.stats.survival.concordance import model_concordance
from hematotox.stats.survival.cox import (
    MONOTONE,
    NOT_CONVERGED,
    SINGULAR_ROBUST,
    CoxModel,
    CoxTest,
    cox,
)
from hematotox.stats.survival.cox_data import CoxSettings
from hematotox.stats.survival.cox_prediction import cox_linear_predictor
from hematotox.stats.survival.cox_profile import profile_interval
from hematotox.stats.survival.firth_cox import firth_cox
from hematotox.stats.survival.proportional_hazards_test import (
    ProportionalHazardsTest,
    proportional_hazards_test,
)

ESTIMAND = "log_hazard_ratio"


def estimate_cox(patients: Patients, analysis: Cox) -> list[Row]:
    """Return every Cox model that the analysis asks for."""
    return hazard_ratio_rows(patients, analysis, "cox")


def hazard_ratio_rows(
    patients: Patients, analysis: Cox | CauseSpecificCox, method: str
) -> list[Row]:
    """Return the rows of the Cox models of the event of interest, other causes censored."""

    def first_step(covariates: FloatArray) -> FirstStep:
        fitted = _cox(patients, analysis, covariates)
        said = tuple(c for c in fitted.condition if c != SINGULAR_ROBUST)
        return FirstStep(cox_linear_predictor(fitted, covariates), said)

    def further(context: Context, design: Design, fit: Fit) -> list[Row]:
        if method != "cox":
            return []
        return [*_proportional_hazards(context, design, fit), _concordance(context, fit)]

    kind = Kind(
        method=method,
        estimand=ESTIMAND,
        fit=lambda matrix, _: _fit(patients, analysis, method, matrix),
        first_step=first_step,
        further=further,
        condition=_one_stratum(patients, analysis),
    )
    return regression_rows(patients, analysis, kind)


def _cox(patients: Patients, analysis: Cox | CauseSpecificCox, covariates: FloatArray) -> CoxModel:
    return cox(
        time=patients.time,
        event=patients.event,
        covariates=covariates,
        strata=patients.category_or_none(analysis.strata),
        cluster=patients.category_or_none(analysis.cluster),
        settings=CoxSettings(weights=patients.weights, robust=patients.weights is not None),
    )


def _fit(
    patients: Patients, analysis: Cox | CauseSpecificCox, method: str, matrix: FloatArray
) -> Fit:
    """Fit a model; by Firth's likelihood too where the study asks, or a group has no events."""
    fitted = _cox(patients, analysis, matrix)
    words = {"method": method, "estimand": ESTIMAND, **wald_words(fitted)}
    found: CoxModel = fitted
    penalised = None
    if patients.weights is not None:
        words["conf_method"] = "robust"
    elif analysis.cluster is None and (analysis.penalty == "firth" or MONOTONE in fitted.condition):
        penalised = _penalised(patients, analysis, method, matrix, beside=fitted)
    elif analysis.cluster is None and patients.plan.inference == "profile":
        words |= {"conf_method": "profile", "test": LIKELIHOOD_RATIO}
        found = _profiled(fitted)
    return Fit(
        words=words,
        fitted=found,
        coefficient=fitted.coefficient,
        log_likelihood=fitted.loglik,
        null_log_likelihood=fitted.loglik_null,
        tests={LIKELIHOOD_RATIO: fitted.likelihood_ratio, WALD: fitted.wald, "score": fitted.score},
        unsaid=(SINGULAR_ROBUST,),
        penalised=penalised,
    )


def _profiled(fitted: CoxModel) -> CoxModel:
    """Return a model with the limits and tests of its profile likelihood."""
    profiles = [profile_interval(fitted, i) for i in range(fitted.coefficient.size)]
    names = ("conf_low", "conf_high", "statistic", "p_value")
    numbers: Row = {name: np.array([getattr(one, name) for one in profiles]) for name in names}
    said = dict.fromkeys(c for one in profiles for c in one.condition)
    return replace(fitted, **numbers, condition=tuple(dict.fromkeys((*fitted.condition, *said))))


def _penalised(
    patients: Patients,
    analysis: Cox | CauseSpecificCox,
    method: str,
    matrix: FloatArray,
    *,
    beside: CoxModel,
) -> Fit | None:
    """Return the model by Firth's likelihood; nothing if the search for it does not end.

    `beside` is the model by Cox's own likelihood; its conditions hold, but for the infinite ratio.
    """
    fitted = firth_cox(
        time=patients.time,
        event=patients.event,
        covariates=matrix,
        strata=patients.category_or_none(analysis.strata),
        ties="efron",
    )
    if not fitted.converged:
        return None
    left = {MONOTONE: "separation", NOT_CONVERGED: ""}
    said = [left.get(one, one) for one in (*beside.condition, *fitted.condition)]
    limits = {"conf_method": "profile penalised", "test": "penalised likelihood ratio"}
    return Fit(
        words={"method": f"{method}_firth", "estimand": ESTIMAND, **limits},
        fitted=replace(fitted, condition=tuple(dict.fromkeys(filter(None, said)))),
        coefficient=fitted.coefficient,
        log_likelihood=fitted.penalized_loglik,
        null_log_likelihood=np.nan,
        tests={},
    )


def _one_stratum(patients: Patients, analysis: Cox | CauseSpecificCox) -> tuple[str, ...]:
    if not analysis.strata or len(set(patients.category(analysis.strata))) > 1:
        return ()
    return ("one stratum",)


def _proportional_hazards(context: Context, design: Design, fit: Fit) -> list[Row]:
    if fit.fitted.n_event == 0:
        return []
    terms = columns_by_term(design)
    test = proportional_hazards_test(fit.fitted, terms=list(terms.values()))
    return proportional_rows(context, "cox", fit, names=[*terms], test=test)


def columns_by_term(design: Design) -> dict[str, list[int]]:
    """Return the columns of each variable of a model."""
    terms: dict[str, list[int]] = {}
    for position, term in enumerate(design.terms):
        terms.setdefault(term, []).append(position)
    return terms


def proportional_rows(
    context: Context,
    method: str,
    fit: Fit,
    *,
    names: Sequence[str],
    test: ProportionalHazardsTest,
) -> list[Row]:
    """Return the tests of proportional hazards: of each variable, then of all."""
    return [
        context.row(
            method,
            "hypothesis_test",
            **columns_of(fit.fitted, "n", "n_event"),
            term=term,
            test="schoenfeld",
            **columns_of(result, *TEST),
            condition=(*fit.said(), *_of_test(test, result)),
        )
        for term, result in zip([*names, "GLOBAL"], [*test.terms, test.overall], strict=True)
    ]


def _of_test(test: ProportionalHazardsTest, result: CoxTest) -> tuple[str, ...]:
    """Return the conditions of the test of one term; one that has a result has none."""
    return () if np.isfinite(result.statistic) else test.condition


def _concordance(context: Context, fit: Fit) -> Row:
    fitted: CoxModel = fit.fitted
    c = model_concordance(fitted)
    return context.row(
        "cox",
        "concordance",
        term="model",
        **columns_of(c, "n", "n_event", "estimate", "std_error", "conf_low", "conf_high"),
        conf_level=0.95,
        conf_method="plain" if fitted.n_cluster is None else "robust",
        condition=(*fit.said(), *c.condition),
    )
