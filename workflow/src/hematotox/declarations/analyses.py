"""The analyses a study may declare, one model a method."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from hematotox.declarations.base import Declaration, Flag, Name, Text

ConfType = Literal["log-log", "log", "plain"]
Variable = str
"""A covariate's name, `<score>.group` or `<score>.points`."""


class AnalysisBase(Declaration):
    """What every analysis may say: on whom it is done and where it stands."""

    label: Text | None = None
    population: Name = "all"
    """`all`, or a score's name: the patients for whom that score is known."""
    within: dict[str, str] = {}
    """Only patients with this level of each named variable."""
    by: str | None = None
    """Repeat within each level of this variable (for example centre or product)."""
    landmark: float | None = None
    """Day at which follow-up starts again, among those then still at risk."""


class EndpointAnalysis(AnalysisBase):
    """An analysis of one endpoint."""

    endpoint: Name


class Describe(AnalysisBase):
    """Counts, medians and tests of variables by group: the numbers of a Table 1."""

    method: Literal["describe"]
    variables: tuple[Variable, ...]
    groups: Variable | None = None


class KaplanMeier(EndpointAnalysis):
    """Kaplan-Meier curves, survival at times, quantiles."""

    method: Literal["kaplan_meier"]
    exposure: Variable | None = None
    times: tuple[float, ...] = ()
    conf_type: ConfType = "log-log"
    quantiles: tuple[float, ...] = (0.25, 0.5, 0.75)


class FollowUp(EndpointAnalysis):
    """Median follow-up by the reverse Kaplan-Meier estimator."""

    method: Literal["follow_up"]


class LogRank(EndpointAnalysis):
    """Log-rank test between the groups of an exposure."""

    method: Literal["log_rank"]
    exposure: Variable
    strata: Variable | None = None


class Regression(EndpointAnalysis):
    """What the regression models share.

    `exposure` is the variable of interest, `covariates` enter beside it, `adjust` names a
    linear predictor of the study: the two-step adjustment with the direct multivariable model
    beside it.
    """

    exposure: Variable
    covariates: tuple[Variable, ...] = ()
    adjust: Name | None = None

    @model_validator(mode="after")
    def _one_adjustment(self) -> Regression:
        if self.covariates and self.adjust:
            raise ValueError("covariates or adjust, not both")
        return self


class Cox(Regression):
    """Cox model with tests, concordance and the proportional-hazards test."""

    method: Literal["cox"]
    strata: Variable | None = None
    cluster: Variable | None = None


class CauseSpecificCox(Regression):
    """Cox model of the event of interest, competing events censored."""

    method: Literal["cause_specific_cox"]
    strata: Variable | None = None
    cluster: Variable | None = None


class FineGray(Regression):
    """Fine and Gray's model, with the cause-specific Cox model beside it."""

    method: Literal["fine_gray"]
    cluster: Variable | None = None
    censoring_groups: Variable | None = None
    predict_times: tuple[float, ...] = ()
    """Days at which incidence is predicted, numbers at their medians, categories at reference."""


class Rmst(EndpointAnalysis):
    """Restricted mean survival time by group up to a horizon, and the differences."""

    method: Literal["rmst"]
    exposure: Variable
    horizon: float


class CumulativeIncidence(EndpointAnalysis):
    """Aalen-Johansen curves of every cause, incidence at times."""

    method: Literal["cumulative_incidence"]
    exposure: Variable | None = None
    times: tuple[float, ...] = ()
    variance: Literal["aalen", "infinitesimal jackknife"] = "aalen"


class GrayTest(EndpointAnalysis):
    """Gray's test between the groups of an exposure, for every cause."""

    method: Literal["gray_test"]
    exposure: Variable
    strata: Variable | None = None


class Logistic(Regression):
    """Logistic regression; Firth's penalty where the data are separated."""

    method: Literal["logistic"]


class Roc(EndpointAnalysis):
    """ROC curve and area under it; `compare` adds the paired DeLong test."""

    method: Literal["roc"]
    marker: Variable
    compare: Variable | None = None
    higher_is_worse: Flag = True


class DiagnosticAccuracy(EndpointAnalysis):
    """Sensitivity, specificity, predictive values and likelihood ratios of a group."""

    method: Literal["diagnostic_accuracy"]
    exposure: Variable
    positive: Text
    interval: Literal["clopper-pearson", "wilson"] = "clopper-pearson"


class Proportion(EndpointAnalysis):
    """Patients with a binary endpoint, in all and in each group of an exposure."""

    method: Literal["proportion"]
    exposure: Variable | None = None


class Reclassification(EndpointAnalysis):
    """Patients by the groups of two scores, with and without the outcome."""

    method: Literal["reclassification"]
    exposure: Variable
    compare: Variable


class PairedTests(EndpointAnalysis):
    """Two binary tests on the same patients: differences and ratios with their tests."""

    method: Literal["paired_tests"]
    exposure: Variable
    positive: Text
    compare: Variable
    compare_positive: Text


class Correlation(AnalysisBase):
    """Correlation of two measurements."""

    method: Literal["correlation"]
    exposure: Variable
    compare: Variable
    kind: Literal["spearman", "pearson"] = "spearman"


class RandomEffects(EndpointAnalysis):
    """Log odds ratios of an exposure by centre, and their random-effects summary."""

    method: Literal["random_effects"]
    exposure: Variable


Analysis = (
    Describe
    | Proportion
    | Reclassification
    | PairedTests
    | Correlation
    | RandomEffects
    | KaplanMeier
    | FollowUp
    | LogRank
    | Cox
    | CauseSpecificCox
    | FineGray
    | Rmst
    | CumulativeIncidence
    | GrayTest
    | Logistic
    | Roc
    | DiagnosticAccuracy
)
