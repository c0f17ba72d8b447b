"""Kaplan-Meier curves."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hematotox.declarations.base import Flag
from hematotox.declarations.study.analysis_base import Day, EndpointAnalysis, Variable
from hematotox.declarations.study.facts import (
    HYPOTHESIS_TEST,
    SURVIVAL,
    SURVIVAL_DIFFERENCE,
    SURVIVAL_TIME_QUANTILE,
    Estimand,
    MethodFacts,
)

ConfType = Literal["log-log", "log", "plain"]
Share = Annotated[float, Field(gt=0, lt=1)]


class KaplanMeier(EndpointAnalysis):
    """Kaplan-Meier curves, survival at times, quantiles."""

    facts = MethodFacts(
        what="Kaplan-Meier estimator",
        name="Kaplan–Meier estimate",
        sentence="Survival ({endpoints}) was estimated by the Kaplan–Meier method with "
        "Greenwood's variance ({intervals}).",
        place=20,
        endpoint="time",
        exposure="category",
        estimands=(
            SURVIVAL,
            Estimand("survival_curve", "The same, one row a step", "probability"),
            SURVIVAL_TIME_QUANTILE,
            SURVIVAL_DIFFERENCE,
            HYPOTHESIS_TEST,
        ),
        cells="groups",
    )

    method: Literal["kaplan_meier"]
    exposure: Variable | None = None
    """Variable whose levels get a curve each; one curve of all patients if absent."""
    times: tuple[Day, ...] = ()
    """Days at which survival is estimated, counted from the landmark where there is one."""
    conf_type: ConfType = "log-log"
    """Scale on which the confidence limits are computed."""
    quantiles: tuple[Share, ...] = (0.25, 0.5, 0.75)
    """Shares of patients with the event whose times are estimated; 0.5 is the median."""
    differences: Flag = False
    """Also the difference of survival at `times` from the first level: plain limits and test, and
    the test on the log(-log) scale."""
