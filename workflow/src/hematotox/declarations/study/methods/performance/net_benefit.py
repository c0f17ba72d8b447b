"""What acting from each number of points on would do, and its net benefit."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hematotox.declarations.base import Declaration
from hematotox.declarations.in_print import Printed
from hematotox.declarations.study.compared_risk import ComparedRisk
from hematotox.declarations.study.facts import Estimand, MethodFacts
from hematotox.declarations.study.methods.diagnostic_accuracy import DiagnosticAccuracy

Probability = Annotated[float, Field(gt=0, lt=1)]


class Thresholds(Declaration):
    """Threshold probabilities at which acting is worth its harm, and why."""

    low: Probability
    """Lowest: one patient helped is worth (1 - low) / low needless actions."""
    high: Probability
    """Highest."""
    reason: Printed
    """What acting means and why one would accept so many needless actions, in clinical words."""

    @model_validator(mode="after")
    def _in_order(self) -> Thresholds:
        if self.low >= self.high:
            raise ValueError("low must be below high")
        return self


class NetBenefit(ComparedRisk):
    """Sensitivity, predictive values, numbers of 100 patients and net benefit of every rule.

    A rule acts from a number of points on, or from a published risk on where one fits; beside it
    stands acting on everybody, and on nobody, whose net benefit is 0. A risk fitted in the same
    patients is none: it would flatter.
    """

    facts = MethodFacts(
        what="Decision rules: whom they flag, and net benefit",
        name="decision curve",
        sentence="Rules that act from a number of points on, or from a published risk on, are "
        "described by what they do in 100 patients and by net benefit, true positives minus false "
        "positives weighted by the odds of the threshold probability, beside acting on everybody "
        "and on nobody; with follow-up the risk among the flagged is one minus Kaplan–Meier, with "
        "competing events the Aalen–Johansen incidence ({intervals}).",
        place=158,
        endpoint="any",
        exposure="any",
        estimands=(
            *DiagnosticAccuracy.facts.estimands,
            Estimand("flagged", "Share of all patients that the rule flags", "probability"),
            Estimand("flagged_with_event", "Flagged and with the event", "probability"),
            Estimand("flagged_without_event", "Flagged and without the event", "probability"),
            Estimand("missed", "Not flagged and with the event", "probability"),
            Estimand(
                "net_benefit", "Net benefit at the threshold probability in `time`", "difference"
            ),
        ),
        cells="values",
        draws=("bootstrap_replicates", "seed"),
    )

    method: Literal["net_benefit"]
    thresholds: Thresholds
    """Threshold probabilities over which the decision curve is drawn."""
