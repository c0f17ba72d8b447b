"""The primary and the secondary tests of a plan, adjusted as it declares."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from hematotox.declarations.study.plan import Plan
from hematotox.declarations.study.planned_tests import Planned
from hematotox.stats.groups.multiple_tests import adjusted_p_values


def with_adjusted(estimates: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the estimates with `p_adjusted` of the planned tests; it stays empty for all others.

    The primary test is not adjusted. The secondary ones count only after it: none is smaller than
    the p of the primary test.
    """
    planned = plan.planned
    if not planned.tests:
        return estimates
    places = {name: _place(estimates, plan, name) for name in planned.tests}
    p = {name: np.nan if at is None else estimates.at[at, "p_value"] for name, at in places.items()}
    adjusted = _adjusted(p, planned)
    column = estimates["p_adjusted"].copy()
    for name, at in places.items():
        if at is not None:
            column.at[at] = adjusted[name]
    return estimates.assign(p_adjusted=column)


def _adjusted(p: dict[str, float], planned: Planned) -> dict[str, float]:
    found: dict[str, float] = {}
    gate = 0.0
    if planned.primary:
        found[planned.primary] = p[planned.primary]
        gate = 1.0 if np.isnan(p[planned.primary]) else p[planned.primary]
    if planned.secondary is not None:
        order = planned.secondary.order
        values = adjusted_p_values([p[name] for name in order], planned.secondary.method)
        found |= dict(zip(order, np.maximum(values, gate), strict=True))
    return found


def _place(estimates: pd.DataFrame, plan: Plan, name: str) -> int | None:
    """Return the row of the test of an analysis: of its ratio in its first model, or by itself."""
    analysis: Any = plan.analyses[name]
    own = estimates[(estimates["analysis"] == name) & (estimates["policy"] == "")]
    exposure = getattr(analysis, "exposure", "")
    effects = {effect.name for effect in analysis.facts.effects}
    ratios = own[own["estimand"].isin(effects) & (own["subgroup"] == "")]
    tests = own[(own["estimand"] == "hypothesis_test") & ~own["test"].isin(["schoenfeld"])]
    rows = tests if getattr(analysis, "interaction", None) or not effects else ratios
    rows = rows[rows["term"].isin([exposure, plan.endpoints[analysis.endpoint].causes[0]])]
    return None if rows.empty else int(rows.index[0])
