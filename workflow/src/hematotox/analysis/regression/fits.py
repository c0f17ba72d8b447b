"""A fitted regression model in the columns of the estimates table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import chdtrc

from hematotox.analysis.regression.design_matrix import Column, Design
from hematotox.analysis.regression.models import INTERCEPT, FloatArray
from hematotox.analysis.rows import COVARIANCE, TEST, Context, Row, columns_of
from hematotox.contract_tables import IMPUTED
from hematotox.stats.numerics.quadratic_form import quadratic_form

LIKELIHOOD_RATIO, WALD = "likelihood ratio", "wald"
OF_EACH = ("std_error", "conf_low", "conf_high", "statistic", "p_value")


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model.

    Attributes
    ----------
    words : method, estimand, conf_method and test of its ratios
    fitted : the result, arrays with one entry a column of the design matrix
    coefficient : (p,) log ratios, after the intercept if it has one
    log_likelihood : at the estimate
    tests : tests of the whole model by name: statistic, df and p
    null_log_likelihood : without covariates
    intercept : whether the arrays begin with one
    unsaid : conditions that concern only a number that is missing
    penalised : the same model by Firth's likelihood, where the ratios are taken from it
    """

    words: Row
    fitted: Any
    coefficient: FloatArray
    log_likelihood: float
    null_log_likelihood: float
    tests: Mapping[str, Any]
    intercept: bool = False
    unsaid: tuple[str, ...] = ()
    penalised: Fit | None = None

    @property
    def ratios(self) -> Fit:
        """The fit that the ratios are taken from."""
        return self.penalised or self

    def numbers(self, column: int) -> Row:
        """Return the columns of the row of one column of the design matrix; -1 the intercept."""
        at = column + self.intercept
        numbers = columns_of(self.fitted, *OF_EACH, at=at)
        return {
            "estimate": self.coefficient[at],
            **numbers,
            "df": self.fitted.df[at] if hasattr(self.fitted, "df") else 1,
            **columns_of(self.fitted, "conf_level", "n", "n_event"),
            "condition": self.said(numbers["statistic"]),
        }

    def said(self, number: float = 0.0) -> tuple[str, ...]:
        """Return the conditions of a row with a test statistic."""
        concerned = not np.isfinite(number)
        return tuple(c for c in self.fitted.condition if concerned or c not in self.unsaid)


Refit = Callable[[FloatArray], Fit]
"""Fits the same kind of model to another design matrix."""


def effect_rows(context: Context, columns: Sequence[Column], fit: Fit) -> list[Row]:
    """Return a row a coefficient, the intercept's first."""
    named = [(INTERCEPT, -1)] if fit.intercept else []
    fit = fit.ratios
    rows = [
        context.row(
            **fit.words | ({"estimand": "log_odds"} if column is INTERCEPT else {}),
            term=column.term,
            group=column.level,
            reference=column.reference,
            **fit.numbers(i),
        )
        for column, i in [*named, *((column, i) for i, column in enumerate(columns))]
    ]
    covariance = getattr(fit.fitted, "covariance", None)
    if context.policy.startswith(IMPUTED) and covariance is not None:
        rows = [row | {COVARIANCE: covariance[i]} for i, row in enumerate(rows)]
    return rows


def whole_model_rows(context: Context, fit: Fit) -> list[Row]:
    """Return the tests of a model, its log-likelihoods."""
    method, shared = fit.words["method"], columns_of(fit.fitted, "n", "n_event")
    tests = {
        name: test if isinstance(test, dict) else columns_of(test, *TEST)
        for name, test in fit.tests.items()
    }
    likelihoods = {"null": fit.null_log_likelihood, "model": fit.log_likelihood}
    return [
        context.row(
            method,
            "hypothesis_test",
            **shared,
            term="model",
            test=name,
            **test,
            condition=fit.said(test["statistic"]),
        )
        for name, test in tests.items()
    ] + [
        context.row(
            method, "log_likelihood", **shared, term=term, estimate=value, condition=fit.said()
        )
        for term, value in likelihoods.items()
    ]


def joint_test(fit: Fit, refit: Refit, matrix: FloatArray, at: Sequence[int]) -> Row:
    """Return the test of several coefficients of a model being 0, by its own kind of test.

    Where a Cox model has ratios by Firth's likelihood, the likelihood ratio is still its own.

    Parameters
    ----------
    fit : the model
    refit : fits it again without their columns, for a likelihood ratio
    matrix : its design matrix (n, p)
    at : columns of the design matrix
    """
    places = np.asarray(at, dtype=np.int64) + fit.intercept
    known = ~np.isnan(fit.coefficient[places])
    df = int(known.sum())
    places = places[known]
    if fit.words["test"] == LIKELIHOOD_RATIO or fit.penalised:
        name = LIKELIHOOD_RATIO
        smaller = refit(np.delete(matrix, list(at), axis=1))
        statistic = max(0.0, 2 * (fit.log_likelihood - smaller.log_likelihood))
    elif df == 1 and "penalised" in fit.words["test"]:  # the coefficient's own test
        name, statistic = fit.words["test"], float(fit.fitted.statistic[places[0]])
    else:
        name = WALD
        covariance = getattr(fit.fitted, "covariance", np.full((matrix.shape[1],) * 2, np.nan))
        statistic = quadratic_form(fit.coefficient[places], covariance[np.ix_(places, places)])
    tested = df > 0 and np.isfinite(statistic)
    return {
        "test": name,
        "statistic": statistic if tested else None,
        "df": df,
        "p_value": chdtrc(df, statistic) if tested else None,
        **columns_of(fit.fitted, "n", "n_event"),
        "condition": (*fit.said(), *(() if tested else ("not estimable",))),
    }


def factor_rows(context: Context, design: Design, fit: Fit, refit: Refit) -> list[Row]:
    """Return the test of each category of three or more levels as a whole."""
    rows = []
    for term in dict.fromkeys(design.terms):
        at = [i for i, name in enumerate(design.terms) if name == term]
        if len(at) > 1:
            test = joint_test(fit, refit, design.matrix, at)
            rows.append(context.row(fit.words["method"], "hypothesis_test", term=term, **test))
    return rows
