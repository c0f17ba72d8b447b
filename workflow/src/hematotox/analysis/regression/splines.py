"""The effect of a number as a smooth curve, with tests of any effect and of its being curved."""

from __future__ import annotations

import numpy as np

from hematotox.analysis.patients import Patients
from hematotox.analysis.regression.design_matrix import Design
from hematotox.analysis.regression.fits import Fit, Refit, joint_test
from hematotox.analysis.regression.models import FloatArray
from hematotox.analysis.rows import Context, Row, columns_of
from hematotox.declarations.study.analysis_base import Regression
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.restricted_spline import spline_basis, spline_knots

MANY_EVENTS = 100
"""From so many events on four knots, else three."""
POINTS = 61
"""Of the curve, between the 5th and the 95th percentile."""


def spline_rows(
    patients: Patients, analysis: Regression, context: Context, design: Design, *, refit: Refit
) -> list[Row]:
    """Return the knots, the tests, and ratios against the median along the exposure.

    Parameters
    ----------
    design : exposure first, then covariates
    refit : fits the model to a design matrix
    """
    values = patients.number(analysis.exposure)
    few = patients.sizes["n_event"] < MANY_EVENTS
    number = (3 if few else 4) if analysis.spline == "auto" else int(analysis.spline or 3)
    knots = spline_knots(values, number=number)
    shared = {"term": analysis.exposure, **patients.sizes}
    if len(set(knots)) < number:
        return [context.row(analysis.method, "knot", **shared, condition="not estimable")]
    of = np.array(design.terms, dtype=object)
    width = number - 1
    matrix = np.column_stack(
        [spline_basis(values, knots=knots), design.matrix[:, of != analysis.exposure]]
    )
    fit = refit(matrix)
    method = fit.words["method"]
    rows = [
        context.row(method, "knot", **shared, reference=f"{i}", estimate=knot)
        for i, knot in enumerate(knots, start=1)
    ]
    for first, what in ((0, ""), (1, "curved")):
        tested = joint_test(fit, refit, matrix, range(first, width))
        named = {"term": analysis.exposure, "comparator": what}
        rows.append(context.row(method, "hypothesis_test", **named, **tested))
    reference = float(np.median(values))
    low, high = np.quantile(values, (0.05, 0.95))
    grid = np.linspace(low, high, POINTS)
    ratio, error = curve_at(fit, grid, knots=knots, reference=reference)
    reach = two_sided_quantile(0.95) * error
    return rows + [
        context.row(
            method,
            "log_ratio_curve",
            term=analysis.exposure,
            group=f"{value:.10g}",
            reference=f"{reference:.10g}",
            estimate=ratio[i],
            std_error=error[i],
            conf_low=ratio[i] - reach[i],
            conf_high=ratio[i] + reach[i],
            conf_level=0.95,
            conf_method="wald",
            **columns_of(fit.fitted, "n", "n_event"),
            condition=(*fit.said(), *(() if np.isfinite(ratio[i]) else ("not estimable",))),
        )
        for i, value in enumerate(grid)
    ]


def curve_at(
    fit: Fit, values: FloatArray, *, knots: FloatArray, reference: float
) -> tuple[FloatArray, FloatArray]:
    """Return log ratios against a reference and their standard errors."""
    distance = spline_basis(values, knots=knots) - spline_basis([reference], knots=knots)
    own = slice(int(fit.intercept), int(fit.intercept) + knots.size - 1)
    covariance = fit.fitted.covariance[own, own]
    if not (np.isfinite(fit.coefficient[own]).all() and np.isfinite(covariance).all()):
        return np.full(values.size, np.nan), np.full(values.size, np.nan)
    variance = np.einsum("ij,jk,ik->i", distance, covariance, distance)
    return distance @ fit.coefficient[own], np.sqrt(np.maximum(variance, 0.0))
