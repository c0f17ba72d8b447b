"""Aalen-Johansen curves."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Flag
from hematotox.declarations.study.analysis_base import Day, EndpointAnalysis, Variable
from hematotox.declarations.study.facts import (
    COUNT,
    HYPOTHESIS_TEST,
    INCIDENCE_DIFFERENCE,
    Estimand,
    MethodFacts,
)


class CumulativeIncidence(EndpointAnalysis):
    """Aalen-Johansen curves of every cause, incidence at times."""

    facts = MethodFacts(
        what="Aalen-Johansen estimator of the cumulative incidence",
        name="cumulative incidence",
        sentence="Cumulative incidence ({endpoints}) was estimated by the Aalen–Johansen method "
        "({intervals}).",
        place=70,
        endpoint="time",
        exposure="category",
        estimands=(
            COUNT,
            Estimand("cumulative_incidence", "Probability of the event by `time`", "probability"),
            Estimand("cumulative_incidence_curve", "The same, one row a step", "probability"),
            Estimand(
                "cumulative_incidence_time_quantile",
                "Time by which the share in `reference` has had the event",
                "time",
            ),
            INCIDENCE_DIFFERENCE,
            HYPOTHESIS_TEST,
        ),
        cells="groups",
    )

    method: Literal["cumulative_incidence"]
    exposure: Variable | None = None
    """Variable whose levels get a curve each; one curve of all patients if absent."""
    times: tuple[Day, ...] = ()
    """Days at which the incidence is estimated, counted from the landmark where there is one."""
    variance: Literal["aalen", "infinitesimal jackknife"] = "aalen"
    """aalen: as R's cuminc, log(-log) limits; infinitesimal jackknife: as R's survfit, log
    limits."""
    differences: Flag = False
    """Also the difference of the incidence of the event at `times` from the first level: plain
    limits and test, and the test on the log(-log) scale."""
