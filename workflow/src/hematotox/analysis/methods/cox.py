"""Cox models: hazard ratios, tests, concordance, proportional hazards."""

from __future__ import annotations

from functools import partial

import numpy as np

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
from hematotox.declarations.study.methods.cox import Cox
from hematotox.stats.binary.linear_predictor import FirstStep
from hematotox.stats.survival.concordance import model_concordance
from hematotox.stats.survival.cox import SINGULAR_ROBUST, CoxModel, CoxTest, cox
from hematotox.stats.survival.cox_prediction import cox_linear_predictor
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
        fitted = _fit(patients, analysis, covariates)
        return FirstStep(cox_linear_predictor(fitted, covariates), _condition(fitted))

    rows: list[Row] = []
    for model in models(patients, analysis, first_step):
        found = (*model.condition, *_one_stratum(patients, analysis))
        context = patients.context.adjusted(adjustment_words(analysis, model.adjustment), found)
        rows += empty_groups(patients, context, model, method=method, estimand=ESTIMAND)
        if not model.design.columns:
            continue
        fitted = _fit(patients, analysis, model.design.matrix)
        words = {"method": method, "estimand": ESTIMAND, **wald_words(fitted)}
        columns = model.design.columns
        said = partial(_condition, fitted)
        rows += effect_rows(
            context, columns, fitted, words=words, estimate=fitted.coefficient, said=said
        )
        rows += whole_model_rows(
            context,
            method,
            fitted,
            tests={
                "likelihood ratio": columns_of(fitted.likelihood_ratio, *TEST),
                "wald": columns_of(fitted.wald, *TEST),
                "score": columns_of(fitted.score, *TEST),
            },
            log_likelihood=(fitted.loglik_null, fitted.loglik),
            said=said,
        )
        if method == "cox":
            rows += _proportional_hazards(context, model.design, fitted)
            rows.append(_concordance(context, fitted))
    return rows


def _fit(patients: Patients, analysis: Cox | CauseSpecificCox, covariates: FloatArray) -> CoxModel:
    return cox(
        time=patients.time,
        event=patients.event,
        covariates=covariates,
        strata=patients.category_or_none(analysis.strata),
        cluster=patients.category_or_none(analysis.cluster),
    )


def _one_stratum(patients: Patients, analysis: Cox | CauseSpecificCox) -> tuple[str, ...]:
    if not analysis.strata or len(set(patients.category(analysis.strata))) > 1:
        return ()
    return ("one stratum",)


def _condition(fitted: CoxModel, test: float = 0.0) -> tuple[str, ...]:
    """Return the conditions of a row: a singular variance concerns the tests that it leaves NaN."""
    concerned = not np.isfinite(test)
    return tuple(c for c in fitted.condition if concerned or c != SINGULAR_ROBUST)


def _proportional_hazards(context: Context, design: Design, fitted: CoxModel) -> list[Row]:
    if fitted.n_event == 0:
        return []
    names = tuple(dict.fromkeys(design.terms))
    columns = [[i for i, term in enumerate(design.terms) if term == name] for name in names]
    test = proportional_hazards_test(fitted, terms=columns)
    named = [*zip(names, test.terms, strict=True), ("GLOBAL", test.overall)]
    return [
        context.row(
            "cox",
            "hypothesis_test",
            n=fitted.n,
            n_event=fitted.n_event,
            term=term,
            test="schoenfeld",
            **columns_of(result, *TEST),
            condition=(*_condition(fitted), *_of_test(test, result)),
        )
        for term, result in named
    ]


def _of_test(test: ProportionalHazardsTest, result: CoxTest) -> tuple[str, ...]:
    """Return the conditions of the test of one term; one that has a result has none."""
    return () if np.isfinite(result.statistic) else test.condition


def _concordance(context: Context, fitted: CoxModel) -> Row:
    c = model_concordance(fitted)
    return context.row(
        "cox",
        "concordance",
        term="model",
        **columns_of(c, "n", "n_event", "estimate", "std_error", "conf_low", "conf_high"),
        conf_level=0.95,
        conf_method="plain" if fitted.n_cluster is None else "robust",
        condition=(*_condition(fitted), *c.condition),
    )
