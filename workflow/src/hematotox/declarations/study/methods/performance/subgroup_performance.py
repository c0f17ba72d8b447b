"""How a score performs in subgroups."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hematotox.declarations.base import Flag, Text
from hematotox.declarations.study.analysis_base import EndpointAnalysis, Variable
from hematotox.declarations.study.facts import (
    AUC,
    COUNT,
    HYPOTHESIS_TEST,
    OBSERVED_EXPECTED,
    SENSITIVITY,
    MethodFacts,
)


class SubgroupPerformance(EndpointAnalysis):
    """C, sensitivity and observed over expected events in subgroups, their cut-offs declared.

    Tested is only whether a measure is the same in all subgroups that have it: C and sensitivity by
    the interaction, O/E by what the subgroups add to the risk group, a main effect. What is
    expected is the risk that each group of the score has in all patients.
    """

    facts = MethodFacts(
        what="Performance of a score in subgroups",
        name="performance in subgroups",
        sentence="In subgroups with at least 10 patients with and 10 without the event C, "
        "sensitivity and observed over expected events were estimated; the only tests are of their "
        "differences between subgroups, for C and sensitivity the interaction, for observed over "
        "expected events the subgroups beside the risk group.",
        place=152,
        endpoint="yes or no",
        exposure="category",
        estimands=(COUNT, AUC, SENSITIVITY, OBSERVED_EXPECTED, HYPOTHESIS_TEST),
        cells="groups",
    )

    method: Literal["subgroup_performance"]
    marker: Variable
    """Points of the score."""
    exposure: Variable
    """Its groups."""
    positive: Text
    """Group that counts as a positive test."""
    subgroups: Annotated[tuple[Variable, ...], Field(min_length=1)]
    """Categories whose levels are the subgroups; one of a single level is left out."""
    higher_is_worse: Flag = True
    """Direction, fixed in advance: true if more points go with the endpoint."""
