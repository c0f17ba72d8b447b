"""Fine and Gray's model."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Flag
from hematotox.declarations.study.analysis_base import Day, Regression, Variable
from hematotox.declarations.study.facts import (
    HYPOTHESIS_TEST,
    KNOT,
    LOG_LIKELIHOOD,
    LOG_RATIO_CURVE,
    LOG_RATIO_OF_RATIOS,
    LOG_SUBDISTRIBUTION_HAZARD_RATIO,
    Estimand,
    MethodFacts,
)


class FineGray(Regression):
    """Fine and Gray's model, with the cause-specific Cox model beside it."""

    facts = MethodFacts(
        what="Fine and Gray's model of the subdistribution hazard",
        name="Fine–Gray model",
        sentence="Subdistribution hazard ratios ({endpoints}) are from Fine and Gray's model, its "
        "variance including the estimation of the censoring distribution ({intervals}).",
        place=90,
        endpoint="time",
        exposure="any",
        estimands=(
            LOG_SUBDISTRIBUTION_HAZARD_RATIO,
            HYPOTHESIS_TEST,
            LOG_LIKELIHOOD,
            LOG_RATIO_OF_RATIOS,
            LOG_RATIO_CURVE,
            KNOT,
            Estimand(
                "predicted_cumulative_incidence",
                "Cumulative incidence by `time` predicted by a model",
                "probability",
            ),
        ),
        effects=(LOG_SUBDISTRIBUTION_HAZARD_RATIO,),
        cells="analysed",
        leads=True,
        term_is_exposure=True,
    )

    method: Literal["fine_gray"]
    cluster: Variable | None = None
    """Variable whose levels are clusters: robust standard errors."""
    censoring_groups: Variable | None = None
    """Variable whose levels have censoring distributions of their own."""
    predict_times: tuple[Day, ...] = ()
    """Days at which incidence is predicted, numbers at their medians, categories at reference."""
    proportional: Flag = False
    """Also the test of proportional subdistribution hazards, of each variable and of all."""
