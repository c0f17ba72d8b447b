"""Cox models: hazard ratios, tests, concordance, proportional hazards."""

from __future__ import annotations

import numpy as np

from hematotox.analysis.methods.design_matrix import Design
from hematotox.analysis.methods.models import FirstStep, Model, empty_groups, models
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Context, Row
from hematotox.declarations.study.methods.cause_specific_cox import CauseSpecificCox
from hematotox.declarations.study.methods.cox import Cox
from hematotox.stats.survival.concordance import model_concordance
from hematotox.stats.survival.cox import SINGULAR_ROBUST, CoxModel, CoxTest, cox
from hematotox.stats.survival.cox_prediction import cox_linear_predictor
from hematotox.stats.survival.proportional_hazards_test import (
    ProportionalHazardsTest,
    proportional_hazards_test,
)


def estimate_cox(patients: Patients, analysis: Cox) -> list[Row]:
    """Return every Cox model that the analysis asks for."""
    return hazard_ratio_rows(patients, analysis, "cox")


def hazard_ratio_rows(
    patients: Patients, analysis: Cox | CauseSpecificCox, method: str
) -> list[Row]:
    """Return the rows of the Cox models of the event of interest, other causes censored."""

    def first_step(design: Design) -> FirstStep:
        fitted = _fit(patients, analysis, design)
        return cox_linear_predictor(fitted, design.matrix), _condition(fitted)

    rows: list[Row] = []
    for model in models(patients, analysis, first_step):
        found = (*model.condition, *_one_stratum(patients, analysis))
        context = patients.context.adjusted(_adjustment(model, analysis), found)
        rows += empty_groups(patients, context, model, method=method, estimand="log_hazard_ratio")
        if not model.design.columns:
            continue
        fitted = _fit(patients, analysis, model.design)
        rows += _effects(context, method, model.design, fitted)
        rows += _model_tests(context, method, fitted)
        if method == "cox":
            rows += _proportional_hazards(context, model.design, fitted)
            rows.append(_concordance(context, fitted))
    return rows


def _fit(patients: Patients, analysis: Cox | CauseSpecificCox, design: Design) -> CoxModel:
    return cox(
        time=patients.time,
        event=patients.event,
        covariates=design.matrix,
        strata=patients.category(analysis.strata) if analysis.strata else None,
        cluster=patients.category(analysis.cluster) if analysis.cluster else None,
    )


def _adjustment(model: Model, analysis: Cox | CauseSpecificCox) -> str:
    parts = [model.adjustment]
    if analysis.strata:
        parts.append(f"stratified: {analysis.strata}")
    if analysis.cluster:
        parts.append(f"clustered: {analysis.cluster}")
    return "; ".join(part for part in parts if part)


def _one_stratum(patients: Patients, analysis: Cox | CauseSpecificCox) -> tuple[str, ...]:
    if not analysis.strata or len(set(patients.category(analysis.strata))) > 1:
        return ()
    return ("one stratum",)


def _condition(fitted: CoxModel, test: float = 0.0) -> tuple[str, ...]:
    """Return the conditions of a row: a singular variance concerns the tests that it leaves NaN."""
    concerned = not np.isfinite(test)
    return tuple(c for c in fitted.condition if concerned or c != SINGULAR_ROBUST)


def _shared(fitted: CoxModel, test: float = 0.0) -> Row:
    return {"n": fitted.n, "n_event": fitted.n_event, "condition": _condition(fitted, test)}


def _effects(context: Context, method: str, design: Design, fitted: CoxModel) -> list[Row]:
    return [
        context.row(
            method,
            "log_hazard_ratio",
            **_shared(fitted, fitted.statistic[i]),
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


def _model_tests(context: Context, method: str, fitted: CoxModel) -> list[Row]:
    tests: dict[str, CoxTest] = {
        "likelihood ratio": fitted.likelihood_ratio,
        "wald": fitted.wald,
        "score": fitted.score,
    }
    rows = [
        context.row(
            method,
            "hypothesis_test",
            **_shared(fitted, test.statistic),
            term="model",
            test=name,
            statistic=test.statistic,
            df=test.df,
            p_value=test.p_value,
        )
        for name, test in tests.items()
    ]
    for term, value in (("null", fitted.loglik_null), ("model", fitted.loglik)):
        rows.append(
            context.row(method, "log_likelihood", **_shared(fitted), term=term, estimate=value)
        )
    return rows


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
            statistic=result.statistic,
            df=result.df,
            p_value=result.p_value,
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
        n=c.n,
        n_event=c.n_event,
        term="model",
        estimate=c.estimate,
        std_error=c.std_error,
        conf_low=c.conf_low,
        conf_high=c.conf_high,
        conf_level=0.95,
        conf_method="plain" if fitted.n_cluster is None else "robust",
        condition=(*_condition(fitted), *c.condition),
    )
