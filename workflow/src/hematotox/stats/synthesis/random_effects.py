"""Random-effects meta-analysis of centres or studies: pooled estimate and heterogeneity."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri, stdtr, stdtrit

from hematotox.stats.numerics.confidence import two_sided_p, two_sided_quantile
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData, finite_vector

METHODS = ("REML", "ML", "DL", "fixed")
TESTS = ("hartung-knapp", "z")
# The likelihood of tau2 may have several peaks; each is bracketed on this grid.
GRID = 400
FEW = 5


@dataclass(frozen=True, slots=True)
class RandomEffects:
    """Pooled estimate of studies that differ.

    Attributes
    ----------
    estimate : pooled estimate, on the scale of the studies (log odds ratio, log hazard ratio ...)
    std_error : its standard error
    conf_low, conf_high : limits
    conf_level : confidence level
    statistic : t of Hartung-Knapp, or z
    df : of t; infinite for z
    p_value : two-sided
    tau2 : variance between studies
    tau2_low, tau2_high : Q-profile limits
    i2 : share of the variance that lies between studies, per cent
    h2 : total variance over variance within
    q, q_df, q_p_value : Cochran's test of homogeneity
    prediction_low, prediction_high : where the true effect of a new study lies (t, k - 1 df)
    log_likelihood : restricted (REML) or full (others)
    weight : (k,) share of each study in the pooled estimate, per cent
    method, test : as asked for
    n_studies : studies
    converged : always true, the equations of tau2 are solved by bracketing
    condition : "one study", "fewer than five studies", "not estimable"
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    statistic: float
    df: float
    p_value: float
    tau2: float
    tau2_low: float
    tau2_high: float
    i2: float
    h2: float
    q: float
    q_df: int
    q_p_value: float
    prediction_low: float
    prediction_high: float
    log_likelihood: float
    weight: tuple[float, ...]
    method: str
    test: str
    n_studies: int
    converged: bool
    condition: tuple[str, ...]


def random_effects(
    *,
    estimate: ArrayLike,
    variance: ArrayLike,
    method: str = "REML",
    test: str = "hartung-knapp",
    conf_level: float = 0.95,
) -> RandomEffects:
    """Pool estimates of several studies, allowing that their true effects differ.

    Parameters
    ----------
    estimate : (k,) each study's estimate on an additive scale, such as the log odds ratio
    variance : (k,) its squared standard error, above 0
    method : estimator of the variance between studies: "REML", "ML", "DL" (DerSimonian-Laird), or
        "fixed" for none
    test : "hartung-knapp" (t with k - 1 df, without truncation) or "z"; with "fixed" always "z"
    conf_level : confidence level of all limits

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, variances not above 0, no studies, unknown method.

    References
    ----------
    R ``metafor::rma(method = , test = "knha")``, ``predict``, ``confint`` (Q-profile). With
    `test` "z", ``predict`` uses a normal prediction interval; here it is always t with k - 1 df.

    Examples
    --------
    >>> from hematotox.stats import random_effects
    >>> pooled = random_effects(estimate=[0.9, 1.6, -0.3, 0.8], variance=[0.11, 0.25, 0.08, 0.06])
    >>> print(f"{pooled.estimate:.2f} ({pooled.conf_low:.2f} to {pooled.conf_high:.2f})")
    0.69 (-0.53 to 1.92)
    """
    y = finite_vector(estimate, name="estimate")
    v = finite_vector(variance, name="variance", length=y.size)
    if y.size == 0:
        raise InvalidData("estimate: no studies")
    if (v <= 0).any():
        raise InvalidData("variance: values above 0 are needed")
    if method not in METHODS or test not in TESTS:
        raise InvalidData(f"method: {', '.join(METHODS)}; test: {', '.join(TESTS)}")
    quantile = two_sided_quantile(conf_level)
    # in units of the typical variance, so that no scale of the estimates disturbs the search
    scale = math.sqrt(float(np.exp(np.log(v).mean())))
    tau2 = _TAU2[method](y / scale, v / scale**2) * scale**2
    fit = _pooled(y, v, tau2=tau2)
    hartung_knapp = test == "hartung-knapp" and method != "fixed"
    k, df = y.size, y.size - 1 if hartung_knapp else math.inf
    std_error = fit.std_error * (math.sqrt(fit.q / (k - 1)) if hartung_knapp and k > 1 else 1.0)
    if hartung_knapp and k == 1:
        std_error = math.nan
    width = quantile if not hartung_knapp else _t_quantile(df, conf_level)
    statistic = fit.mean / std_error if std_error > 0 else math.nan
    reach = _t_quantile(k - 1, conf_level) * math.sqrt(std_error**2 + tau2)
    if method == "fixed":
        reach = math.nan
    homogeneity = _pooled(y, v, tau2=0.0).q
    low, high = _q_profile(y, v, conf_level=conf_level)
    return RandomEffects(
        estimate=fit.mean,
        std_error=std_error,
        conf_low=fit.mean - width * std_error,
        conf_high=fit.mean + width * std_error,
        conf_level=conf_level,
        statistic=statistic,
        df=df,
        p_value=2 * float(stdtr(df, -abs(statistic))) if hartung_knapp else two_sided_p(statistic),
        tau2=tau2,
        tau2_low=low,
        tau2_high=high,
        **_heterogeneity(v, tau2, q=homogeneity, fixed=method == "fixed"),
        q=homogeneity,
        q_df=k - 1,
        q_p_value=float(chdtrc(k - 1, homogeneity)) if k > 1 else math.nan,
        prediction_low=fit.mean - reach,
        prediction_high=fit.mean + reach,
        log_likelihood=_log_likelihood(y, v, tau2=tau2, restricted=method == "REML"),
        weight=tuple(float(w) for w in 100 * fit.weight / fit.weight.sum()),
        method=method,
        test="hartung-knapp" if hartung_knapp else "z",
        n_studies=k,
        converged=True,
        condition=_condition(k, std_error),
    )


def _condition(k: int, std_error: float) -> tuple[str, ...]:
    if k == 1:
        return ("one study",)
    few = ("fewer than five studies",) if k < FEW else ()
    return few if std_error > 0 else (*few, "not estimable")


@dataclass(frozen=True, slots=True, eq=False)
class _Pooled:
    mean: float
    std_error: float
    q: float
    weight: FloatArray


def _pooled(y: FloatArray, v: FloatArray, *, tau2: float) -> _Pooled:
    """Return the weighted mean at a variance between studies, and the weighted squares left."""
    weight = 1 / (v + tau2)
    mean = float(weight @ y / weight.sum())
    return _Pooled(mean, 1 / math.sqrt(weight.sum()), float(weight @ (y - mean) ** 2), weight)


def _t_quantile(df: float, conf_level: float) -> float:
    return float(stdtrit(df, (1 + conf_level) / 2)) if df > 0 else math.nan


def _heterogeneity(v: FloatArray, tau2: float, *, q: float, fixed: bool) -> dict[str, float]:
    """Return I2 and H2 from tau2 and the typical variance, for a fixed effect from Q."""
    k = v.size
    if k == 1:
        return {"i2": math.nan, "h2": math.nan}
    if fixed:
        return {"i2": 100 * max(0.0, (q - (k - 1)) / q) if q else 0.0, "h2": q / (k - 1)}
    w = 1 / v
    typical = float((k - 1) / (w.sum() - (w @ w) / w.sum()))
    return {"i2": 100 * tau2 / (tau2 + typical), "h2": tau2 / typical + 1}


def _log_likelihood(y: FloatArray, v: FloatArray, *, tau2: float, restricted: bool) -> float:
    fit = _pooled(y, v, tau2=tau2)
    k = y.size
    value = -(np.log(v + tau2).sum() + fit.q + k * math.log(2 * math.pi)) / 2
    if restricted:
        value += (math.log(2 * math.pi) - math.log(fit.weight.sum()) + math.log(k)) / 2
    return float(value)


def _likelihood_tau2(y: FloatArray, v: FloatArray, *, restricted: bool) -> float:
    """Return the highest peak of the likelihood of tau2, zero included."""
    if y.size == 1:
        return 0.0

    def slope(tau2: float) -> float:
        fit = _pooled(y, v, tau2=tau2)
        w = fit.weight
        value = w**2 @ (y - fit.mean) ** 2 - w.sum()
        return float(value + (w @ w / w.sum() if restricted else 0.0))

    top = max(float(y.var()), float(v.max())) * 100
    grid = np.concatenate([[0.0], np.geomspace(top * 1e-10, top, GRID)])
    slopes = np.array([slope(tau2) for tau2 in grid])
    peaks = [0.0] + [
        brentq(slope, grid[i], grid[i + 1], xtol=1e-300, rtol=1e-14)
        for i in np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0))
    ]
    heights = [_log_likelihood(y, v, tau2=peak, restricted=restricted) for peak in peaks]
    return float(peaks[int(np.argmax(heights))])


def _dersimonian_laird(y: FloatArray, v: FloatArray) -> float:
    if y.size == 1:
        return 0.0
    w = 1 / v
    excess = _pooled(y, v, tau2=0.0).q - (y.size - 1)
    return max(0.0, float(excess / (w.sum() - (w @ w) / w.sum())))


_TAU2: dict[str, Callable[[FloatArray, FloatArray], float]] = {
    "REML": lambda y, v: _likelihood_tau2(y, v, restricted=True),
    "ML": lambda y, v: _likelihood_tau2(y, v, restricted=False),
    "DL": _dersimonian_laird,
    "fixed": lambda _y, _v: 0.0,
}


def _q_profile(y: FloatArray, v: FloatArray, *, conf_level: float) -> tuple[float, float]:
    """Return the tau2 at which the generalised Q equals its chi-square quantiles."""
    df = y.size - 1
    if df == 0:
        return math.nan, math.nan

    def solve(target: float) -> float:
        if _pooled(y, v, tau2=0.0).q <= target:
            return 0.0
        top = float(v.max())
        while _pooled(y, v, tau2=top).q > target:
            top *= 4
        root = brentq(lambda t: _pooled(y, v, tau2=t).q - target, 0.0, top, xtol=1e-300, rtol=1e-14)
        return float(root)

    tail = (1 - conf_level) / 2
    return solve(float(chdtri(df, tail))), solve(float(chdtri(df, 1 - tail)))
