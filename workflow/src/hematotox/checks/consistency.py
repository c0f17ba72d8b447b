"""No estimate is impossible, and none contradicts another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from hematotox.audit import audit
from hematotox.checks.findings import Finding, by_analysis
from hematotox.contracts import without_policies
from hematotox.declarations.study.analyses import ESTIMANDS

ROUNDING = 1e-9


def check_intervals(estimates: pd.DataFrame) -> Iterator[Finding]:
    """Check that an estimate lies within its interval, a p-value between 0 and 1.

    Percentiles of bootstrap samples need not hold the estimate of a small sample.
    """
    drawn = estimates["conf_method"] == "bootstrap"
    low = estimates["estimate"] < estimates["conf_low"] - ROUNDING
    high = estimates["estimate"] > estimates["conf_high"] + ROUNDING
    for where, count in by_analysis(estimates[(low | high) & ~drawn]):
        yield Finding("estimate within its interval", where, f"{count} rows")
    p = estimates["p_value"]
    for where, count in by_analysis(estimates[(p < 0) | (p > 1)]):
        yield Finding("p between 0 and 1", where, f"{count} rows")
    for where, count in by_analysis(estimates[estimates["std_error"] < 0]):
        yield Finding("standard error not negative", where, f"{count} rows")


def check_ranges(estimates: pd.DataFrame) -> Iterator[Finding]:
    """Check that probabilities lie between 0 and 1 and counts are whole and not negative."""
    scale = estimates["estimand"].map(lambda name: ESTIMANDS[name].scale)
    value = estimates["estimate"]
    outside = (scale == "probability") & ((value < -ROUNDING) | (value > 1 + ROUNDING))
    for where, count in by_analysis(estimates[outside]):
        yield Finding("probability between 0 and 1", where, f"{count} rows")
    # a count over imputations is a mean, and a policy that a method does not offer has none
    own = estimates.index.isin(without_policies(estimates).index)
    broken = (scale == "count") & ((value < 0) | (own & (value != value.round())))
    for where, count in by_analysis(estimates[broken]):
        yield Finding("count is a whole number", where, f"{count} rows")
    more = estimates["n_event"] > estimates["n"]
    for where, count in by_analysis(estimates[more.fillna(False)]):
        yield Finding("events among patients", where, f"{count} rows")


def check_curves(estimates: pd.DataFrame) -> Iterator[Finding]:
    """Survival never rises, incidence never falls, incidences add up to at most 1."""
    keys = ["analysis", "population", "centre", "group", "term"]
    for estimand, sign in (("survival_curve", -1), ("cumulative_incidence_curve", 1)):
        rows = estimates[estimates["estimand"] == estimand]
        for where, curve in rows.groupby(keys, sort=True):
            name = " ".join(str(part) for part in where if part)
            steps = np.diff(curve["estimate"].to_numpy(dtype=float)) * sign
            if (steps < -ROUNDING).any():
                yield Finding("curve is monotone", name, "goes the wrong way")
            at_risk = curve["n_at_risk"].dropna().to_numpy(dtype=float)
            if (np.diff(at_risk) > 0).any():
                yield Finding("curve is monotone", name, "the number at risk rises")
            if at_risk.size and at_risk[0] != curve["n"].iloc[0]:
                yield Finding("curve is whole", name, "does not start with all its patients")
    rows = estimates[estimates["estimand"] == "cumulative_incidence_curve"]
    ends = rows.groupby(keys, sort=True)["estimate"].max().groupby(level=keys[:-1]).sum()
    for where, total in ends.items():
        if total > 1 + ROUNDING:
            name = " ".join(str(part) for part in where if part)
            yield Finding("incidences add up", name, "to more than 1")


def check_contradictions(estimates: pd.DataFrame) -> Iterator[Finding]:
    """Check that no estimate contradicts another, as the audit of printed numbers does."""
    for one in audit(estimates):
        # a paper prints one size of a group; here each endpoint has its own evaluable patients
        if one.check != "AUC and odds ratio":
            yield Finding(one.check, one.place, one.message)
