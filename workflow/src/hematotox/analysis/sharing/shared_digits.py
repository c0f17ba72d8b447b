"""How many digits may leave the site: too few to tell the fraction of patients behind a number.

At full precision 0.9275362318840576 is 128/138 and nothing else: a share, a point of a curve, a
mean or an odds ratio gives back the number of patients it rests on. Where that number is told the
digits are those of print. Where it is withheld no share is given more finely than one patient is
of them all, so that every number of patients near the true one could have given it; standard errors
and test statistics, which say the same once more, are not given.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hematotox.analysis.sharing.small_cells import IN_PRINT, counts_patients
from hematotox.declarations.study.analyses import ESTIMANDS

ON_SCALE = ("estimate", "conf_low", "conf_high")
SHARES = ("probability", "difference")
DECIMALS = 3
"""Of a share, and of the logarithm of a ratio: a thousandth of the ratio."""
DIGITS, DIGITS_OF_TESTS = 3, 2
"""Significant digits of values, times and statistics; of standard errors and p-values."""
COARSE_DECIMALS, COARSE_DIGITS, COARSE_DIGITS_OF_TESTS = 1, 2, 1
"""The same of ratios, of values and of p-values where the number of patients is withheld."""
COARSE_STEPS = ((110, 0.01), (60, 0.02), (30, 0.05), (20, 0.1), (0, 0.2))
"""From how many patients on a share is given in which steps, where their number is withheld."""
SAY_IT_AGAIN = ("std_error", "statistic")
Numbers = NDArray[np.float64]


def rounded(rows: pd.DataFrame, patients: pd.Series) -> pd.DataFrame:
    """Return the rows with no more digits than may be told; published numbers as in print.

    Parameters
    ----------
    rows : estimates after suppression; their `n` is empty where it was withheld
    patients : `n` of the same rows before suppression
    """
    scales = rows["estimand"].map(lambda name: ESTIMANDS[name].scale)
    own = ~rows["method"].isin(IN_PRINT)
    coarse = without_size(rows)
    told = rows.copy()
    for column in ON_SCALE:
        numbers = rows[column].to_numpy(dtype=np.float64, na_value=np.nan)
        fine = _fine(numbers, scales)
        found = np.where(coarse, _coarse(numbers, scales, patients), fine)
        told[column] = told[column].mask(own & rows[column].notna(), pd.Series(found, rows.index))
    for column, digits in (("std_error", DIGITS_OF_TESTS), ("statistic", DIGITS)):
        told[column] = told[column].mask(own, _significant(rows[column], digits))
    for chosen, digits in ((own, DIGITS_OF_TESTS), (own & coarse, COARSE_DIGITS_OF_TESTS)):
        for column in ("p_value", "p_adjusted"):
            told[column] = told[column].mask(chosen, _significant(rows[column], digits))
    told.loc[coarse, list(SAY_IT_AGAIN)] = None
    return told


def without_size(rows: pd.DataFrame) -> pd.Series:
    """Return the rows that give a number of patients of the study whose count is withheld."""
    given = rows["estimate"].notna() | rows["p_value"].notna()
    return given & rows["n"].isna() & counts_patients(rows)


def _fine(numbers: Numbers, scales: pd.Series) -> Numbers:
    decimals = scales.isin([*SHARES, "log ratio"]).to_numpy()
    found = np.where(decimals, np.round(numbers, DECIMALS), _to_digits(numbers, DIGITS))
    return np.where((scales == "count").to_numpy(), numbers, found) + 0.0


def _coarse(numbers: Numbers, scales: pd.Series, patients: pd.Series) -> Numbers:
    size = patients.fillna(0).to_numpy(dtype=np.float64)
    steps = np.select([size >= least for least, _ in COARSE_STEPS], [s for _, s in COARSE_STEPS])
    shares = np.round(np.round(numbers / steps) * steps, DECIMALS)
    found = np.where(scales.isin(SHARES), shares, _to_digits(numbers, COARSE_DIGITS))
    found = np.where(scales == "log ratio", np.round(numbers, COARSE_DECIMALS), found)
    return np.where(scales == "count", numbers, found) + 0.0


def _significant(column: pd.Series, digits: int) -> pd.Series:
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return pd.Series(_to_digits(numbers, digits), column.index)


def _to_digits(numbers: Numbers, digits: int) -> Numbers:
    """Round to significant digits by way of their print, which leaves no binary remainder."""
    return np.array([float(f"{x:.{digits - 1}e}") for x in numbers], dtype=np.float64)
