"""The rows of one analysis in each imputation, pooled to one row each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hematotox.analysis.missing_values.pooled_quantiles import quantile_rows
from hematotox.analysis.rows import COVARIANCE, Row
from hematotox.contract_tables import ESTIMATE_KEY
from hematotox.declarations.study.analyses import ESTIMANDS
from hematotox.stats.imputation.pooled_tests import PooledTest, pool_chi_square, pool_wald
from hematotox.stats.imputation.pooling import Scale, pool, pool_wilson
from hematotox.stats.numerics.survival_data import InvalidData

NOT_POOLED = ("survival_curve", "roc_curve", "log_likelihood", "survival_time_quantile")
"""Curves and likelihoods; quantiles are read from the pooled curve."""
COEFFICIENTS = ("log_odds", "log_odds_ratio", "log_hazard_ratio")
INFORMATION = "missing_information"
OF_WHOM = {
    "sensitivity": ("true positive", "false negative"),
    "specificity": ("true negative", "false positive"),
    "positive_predictive_value": ("true positive", "false positive"),
    "negative_predictive_value": ("true negative", "false negative"),
}
"""Share of a 2x2 table and the cells of the patients that it is a share of."""


@dataclass(frozen=True, slots=True)
class _Imputation:
    """The rows of one imputation by their key."""

    rows: dict[tuple[Any, ...], Row]

    def total(self, row: Row) -> int:
        """Return the patients of the whole analysis that a row belongs to."""
        own = [one["n"] for one in self.rows.values() if one.get("n") and _same(one, row)]
        return max(own, default=0)

    def parameters(self, row: Row) -> int:
        """Return the coefficients of the model that a row belongs to."""
        own = (one for one in self.rows.values() if one["estimand"] in COEFFICIENTS)
        return sum(_same(one, row) and one["adjustment"] == row["adjustment"] for one in own)

    def denominator(self, row: Row) -> float:
        """Return the patients of whom a proportion is a share."""
        cells = OF_WHOM.get(row["estimand"])
        if cells is None:
            return float(row["n"])
        counted = (
            one["estimate"]
            for one in self.rows.values()
            if one["estimand"] == "count" and one.get("term") in cells and _same(one, row)
        )
        return float(sum(counted))


def pooled_rows(imputations: Sequence[list[Row]]) -> list[Row]:
    """Pool the rows of one analysis over its imputations.

    Parameters
    ----------
    imputations : the rows of each imputation, with the context of the pooled ones

    Returns
    -------
    A row for each estimate, with the fraction of missing information of those with an interval
    in a row of its own; a test is D1 where there are coefficients, otherwise D2.
    """
    found = [_Imputation({_key(row): row for row in rows}) for rows in imputations]
    rows: list[Row] = []
    for key in dict.fromkeys(key for one in found for key in one.rows):
        each = [one.rows.get(key) for one in found]
        first = next(row for row in each if row is not None)
        if first["estimand"] in NOT_POOLED:
            continue
        present = [row for row in each if row is not None]
        rows += _pooled(first, present, found, complete=len(present) == len(found))
    return rows + quantile_rows(imputations) + list(_factor_tests(found))


def _key(row: Row) -> tuple[Any, ...]:
    """Return what tells a row from the others; Firth's fit stands for the model it replaced."""
    words = [row.get(name) for name in ESTIMATE_KEY]
    words[ESTIMATE_KEY.index("method")] = str(row["method"]).removesuffix("_firth")
    if row["estimand"] != "hypothesis_test":
        words[ESTIMATE_KEY.index("test")] = None
    return tuple(words)


def _same(one: Row, other: Row) -> bool:
    return one["population"] == other["population"] and one["centre"] == other["centre"]


def _pooled(
    first: Row, rows: list[Row], found: list[_Imputation], *, complete: bool
) -> Iterator[Row]:
    base = _base(first, rows)
    scale = ESTIMANDS[first["estimand"]].scale
    if first["estimand"] == "hypothesis_test":
        if first["test"] != "wald" and complete:
            yield base | _test(first, rows)
        return
    estimates = [row.get("estimate") for row in rows]
    if not complete or any(value is None for value in estimates):
        yield base | {"condition": _also(base, "not estimable in every imputation")}
        return
    values = np.array(estimates, dtype=float)
    if scale == "count":
        yield base | {"estimate": float(values.mean())}
        return
    errors = _errors(first, rows, found)
    if errors is None:
        yield base | {"estimate": float(values.mean())}
        return
    yield from _with_interval(base, values, errors, found)


def _base(first: Row, rows: list[Row]) -> Row:
    """Return the words of a pooled row, its mean numbers of patients, all conditions."""
    kept = (*ESTIMATE_KEY, "condition")
    base = {name: first.get(name) for name in kept}
    base["method"] = str(first["method"]).removesuffix("_firth")
    for name in ("n", "n_event"):
        counts = [row[name] for row in rows if row.get(name) is not None]
        base[name] = round(float(np.mean(counts))) if counts else None
    said = (part for row in rows for part in str(row["condition"]).split("; ") if part)
    base["condition"] = "; ".join(dict.fromkeys(said))
    return base


def _also(base: Row, *conditions: str) -> str:
    return "; ".join(part for part in (base["condition"], *conditions) if part)


def _errors(first: Row, rows: list[Row], found: list[_Imputation]) -> np.ndarray | None:
    """Return the standard errors; of proportions the binomial ones, none where there are none."""
    if ESTIMANDS[first["estimand"]].scale == "probability" and first.get("std_error") is None:
        shares = np.array([row["estimate"] for row in rows], dtype=float)
        sizes = [one.denominator(row) for one, row in zip(found, rows, strict=True)]
        return np.sqrt(shares * (1 - shares) / np.maximum(sizes, 1))
    errors = [row.get("std_error") for row in rows]
    return None if any(one is None for one in errors) else np.array(errors, dtype=float)


def _with_interval(
    base: Row, values: np.ndarray, errors: np.ndarray, found: list[_Imputation]
) -> Iterator[Row]:
    scale, complete = _scale(base["estimand"]), _complete_df(base, found)
    if scale != "identity" and ((values <= 0) | (values >= 1)).any():
        sizes = [one.denominator(base | {"n": base["n"]}) for one in found]
        share, low, high = pool_wilson(share=values, n=sizes)
        yield base | _limits(share, low, high) | {"conf_method": "wilson over imputations"}
        return
    shown = 1 - values if base["estimand"] == "cumulative_incidence" else values
    pooled = pool(estimate=shown, std_error=errors, df_complete=complete, scale=scale)
    estimate, low, high = (
        float(one[0]) for one in (pooled.estimate, pooled.conf_low, pooled.conf_high)
    )
    if base["estimand"] == "cumulative_incidence":
        estimate, low, high = 1 - estimate, 1 - high, 1 - low
    fmi = float(pooled.fmi[0])
    few = ("fewer imputations than advised",) if pooled.m < 100 * fmi else ()
    row = base | _limits(estimate, low, high)
    row |= {"conf_method": "rubin", "std_error": float(pooled.std_error[0])}
    row |= {"condition": _also(base, *few)}
    if scale == "identity":
        row |= {"test": "wald", "df": float(pooled.df[0])}
        row |= {"statistic": float(pooled.statistic[0]), "p_value": float(pooled.p_value[0])}
    yield row
    yield base | {
        "estimand": INFORMATION,
        "test": base["estimand"],
        "estimate": fmi,
        "df": float(pooled.df[0]),
        "statistic": float(pooled.m),
    }


def _limits(estimate: float, low: float, high: float) -> Row:
    return {"estimate": estimate, "conf_low": low, "conf_high": high, "conf_level": 0.95}


def _scale(estimand: str) -> Scale:
    if estimand in ("survival", "cumulative_incidence"):
        return "cloglog"
    return "logit" if ESTIMANDS[estimand].scale == "probability" else "identity"


def _complete_df(base: Row, found: list[_Imputation]) -> float:
    """Return the degrees of freedom without missing values: as R's mice counts them."""
    parameters = found[0].parameters(base)
    if base["estimand"] in ("log_odds", "log_odds_ratio"):
        return max(float(base["n"] - parameters), 1.0)
    if base["estimand"] == "log_hazard_ratio":
        return max(float(base["n_event"] - parameters), 1.0)
    return max(float(found[0].total(base) - 1), 1.0)


def _test(first: Row, rows: list[Row]) -> Row:
    """Return D2: what the chi-square statistics of the imputations say together."""
    statistics = [row["statistic"] for row in rows if row.get("statistic") is not None]
    if len(statistics) < len(rows) or not first.get("df"):
        return {}
    df = int(first["df"])
    return _test_numbers(pool_chi_square(statistic=statistics, df=df), f"D2: {first['test']}")


def _test_numbers(test: PooledTest, name: str) -> Row:
    numbers = {"statistic": test.statistic, "df": float(test.df), "p_value": test.p_value}
    return {"test": name, **numbers}


def _factor_tests(found: list[_Imputation]) -> Iterator[Row]:
    """Yield the Wald test (D1) of each variable with several coefficients."""
    for model in _models(found[0].rows.values()):
        for term in dict.fromkeys(row["term"] for row in model):
            keys = [_key(row) for row in model if row["term"] == term]
            rows = [[one.rows.get(key) for key in keys] for one in found]
            if len(keys) < 2 or any(COVARIANCE not in (row or {}) for part in rows for row in part):
                continue
            places = [model.index(row) for row in model if row["term"] == term]
            numbers = [[row["estimate"] for row in part if row] for part in rows]
            if any(value is None for part in numbers for value in part):
                continue
            covariance = [[row[COVARIANCE][places] for row in part if row] for part in rows]
            base = _base(found[0].rows[keys[0]], [row for part in rows for row in part if row])
            words = {"estimand": "hypothesis_test", "group": "", "reference": ""}
            df = _complete_df(base, found)
            try:
                test = pool_wald(estimate=numbers, covariance=covariance, df_complete=df)
            except InvalidData:  # levels that are all but collinear
                yield base | words | {"test": "D1: wald", "condition": "not estimable"}
                continue
            yield base | words | _test_numbers(test, "D1: wald")


def _models(rows: Iterable[Row]) -> list[list[Row]]:
    """Return the coefficients of each model, in the order of its design."""
    models: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        if row["estimand"] in COEFFICIENTS and COVARIANCE in row:
            where = (row["population"], row["centre"], row["adjustment"])
            models.setdefault(where, []).append(row)
    return list(models.values())
