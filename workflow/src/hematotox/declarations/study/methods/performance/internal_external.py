"""Internal-external validation of a model."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hematotox.declarations.study.analysis_base import Day, EndpointAnalysis, Variable
from hematotox.declarations.study.facts import COUNT, MethodFacts
from hematotox.declarations.study.methods.performance.centre_performance import MEASURES


class InternalExternal(EndpointAnalysis):
    """A model made in all centres but one performs in the one left out; each is left out once.

    Logistic regression for an endpoint that happened or not, Cox's model for one with a time.
    """

    facts = MethodFacts(
        what="Performance in each centre of a model made in all others",
        name="internal-external validation",
        sentence="Models were validated internally-externally: made in all centres but one, tried "
        "in the one left out.",
        place=193,
        endpoint="any",
        exposure="any",
        estimands=(COUNT, *MEASURES),
        cells="groups",
    )

    method: Literal["internal_external"]
    covariates: Annotated[tuple[Variable, ...], Field(min_length=1)]
    """Variables of the model."""
    horizon: Day = 365
    """Day of the predicted risk, for an endpoint with a time."""
