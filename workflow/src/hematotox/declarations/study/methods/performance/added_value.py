"""What a score adds to what is known without it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hematotox.declarations.study.analysis_base import EndpointAnalysis, Variable
from hematotox.declarations.study.facts import (
    AUC,
    AUC_DIFFERENCE,
    BRIER,
    HYPOTHESIS_TEST,
    Estimand,
    MethodFacts,
)


class AddedValue(EndpointAnalysis):
    """Nested logistic models: C and Brier score without and with a score, and the differences.

    Both are corrected for optimism by making the models again in bootstrap samples; the test is
    the likelihood ratio, as DeLong's does not suit nested models.
    """

    facts = MethodFacts(
        what="Nested logistic models without and with a variable",
        name="added value",
        sentence="What a score adds was told by the change of C and Brier score between nested "
        "logistic models, corrected for optimism by bootstrap, and tested by the likelihood ratio.",
        place=153,
        endpoint="yes or no",
        exposure="any",
        estimands=(
            AUC,
            AUC_DIFFERENCE,
            BRIER,
            Estimand("brier_difference", "Difference of two Brier scores", "value"),
            HYPOTHESIS_TEST,
        ),
        cells="analysed",
        draws=("seed", "bootstrap_replicates"),
    )

    method: Literal["added_value"]
    exposure: Variable
    """Variable that is added."""
    covariates: Annotated[tuple[Variable, ...], Field(min_length=1)]
    """Variables of the smaller model."""
