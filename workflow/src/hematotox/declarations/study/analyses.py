"""The analyses a study may declare, one model a method."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hematotox.declarations.base import Flag, Name, Text
from hematotox.declarations.study.analysis_base import AnalysisBase, EndpointAnalysis, LaterDay
from hematotox.declarations.study.predictor_name import PredictorName
from hematotox.declarations.study.sensitivity import Determinability, Sensitivity

ConfType = Literal["log-log", "log", "plain"]
Day = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(gt=0, lt=1)]
Variable = str
"""A covariate's name, `<score>.group` or `<score>.points`."""


class Describe(AnalysisBase):
    """Counts, medians and tests of variables by group: the numbers of a Table 1."""

    method: Literal["describe"]
    variables: tuple[Variable, ...]
    """Variables in the order of the table."""
    groups: Variable | None = None
    """Variable whose levels are the columns; one column of all patients if absent."""


class KaplanMeier(EndpointAnalysis):
    """Kaplan-Meier curves, survival at times, quantiles."""

    method: Literal["kaplan_meier"]
    exposure: Variable | None = None
    """Variable whose levels get a curve each; one curve of all patients if absent."""
    times: tuple[Day, ...] = ()
    """Days at which survival is estimated."""
    conf_type: ConfType = "log-log"
    """Scale on which the confidence limits are computed."""
    quantiles: tuple[Share, ...] = (0.25, 0.5, 0.75)
    """Shares of patients with the event whose times are estimated; 0.5 is the median."""


class FollowUp(EndpointAnalysis):
    """Median follow-up by the reverse Kaplan-Meier estimator."""

    method: Literal["follow_up"]


class LogRank(EndpointAnalysis):
    """Log-rank test between the groups of an exposure."""

    method: Literal["log_rank"]
    exposure: Variable
    """Variable whose levels are compared."""
    strata: Variable | None = None
    """Variable within whose levels they are compared."""


class Regression(EndpointAnalysis):
    """What the regression models share.

    `exposure` is the variable of interest, `covariates` enter beside it, `adjust` names a linear
    predictor of the study: two-step adjustment, with the direct multivariable model beside it.
    """

    exposure: Variable
    """Variable of interest."""
    covariates: tuple[Variable, ...] = ()
    """Further variables of the model."""
    adjust: PredictorName | None = None
    """Linear predictor of the study, instead of covariates."""

    @model_validator(mode="after")
    def _one_adjustment(self) -> Regression:
        if self.covariates and self.adjust:
            raise ValueError("covariates or adjust, not both")
        return self


class Cox(Regression):
    """Cox model with tests, concordance and the proportional-hazards test."""

    method: Literal["cox"]
    strata: Variable | None = None
    """Variable whose levels have baseline hazards of their own."""
    cluster: Variable | None = None
    """Variable whose levels are clusters: robust standard errors."""


class CauseSpecificCox(Regression):
    """Cox model of the event of interest, competing events censored."""

    method: Literal["cause_specific_cox"]
    strata: Variable | None = None
    """Variable whose levels have baseline hazards of their own."""
    cluster: Variable | None = None
    """Variable whose levels are clusters: robust standard errors."""


class FineGray(Regression):
    """Fine and Gray's model, with the cause-specific Cox model beside it."""

    method: Literal["fine_gray"]
    cluster: Variable | None = None
    """Variable whose levels are clusters: robust standard errors."""
    censoring_groups: Variable | None = None
    """Variable whose levels have censoring distributions of their own."""
    predict_times: tuple[Day, ...] = ()
    """Days at which incidence is predicted, numbers at their medians, categories at reference."""


class Rmst(EndpointAnalysis):
    """Restricted mean survival time by group up to a horizon, and the differences."""

    method: Literal["rmst"]
    exposure: Variable
    """Variable whose levels are compared."""
    horizon: LaterDay
    """Day up to which the mean is taken."""


class CumulativeIncidence(EndpointAnalysis):
    """Aalen-Johansen curves of every cause, incidence at times."""

    method: Literal["cumulative_incidence"]
    exposure: Variable | None = None
    """Variable whose levels get a curve each; one curve of all patients if absent."""
    times: tuple[Day, ...] = ()
    """Days at which the incidence is estimated."""
    variance: Literal["aalen", "infinitesimal jackknife"] = "aalen"
    """aalen: as R's cuminc, log(-log) limits; infinitesimal jackknife: as R's survfit, log
    limits."""


class GrayTest(EndpointAnalysis):
    """Gray's test between the groups of an exposure, for every cause."""

    method: Literal["gray_test"]
    exposure: Variable
    """Variable whose levels are compared."""
    strata: Variable | None = None
    """Variable within whose levels they are compared."""


class Logistic(Regression):
    """Logistic regression; Firth's penalty where the data are separated."""

    method: Literal["logistic"]


class Roc(EndpointAnalysis):
    """ROC curve and area under it; `compare` adds the paired DeLong test."""

    method: Literal["roc"]
    marker: Variable
    """Number or group that is to discriminate."""
    compare: Variable | None = None
    """Second marker, tested against the first on the same patients."""
    higher_is_worse: Flag = True
    """Direction, fixed in advance: true if higher values go with the endpoint."""


class DiagnosticAccuracy(EndpointAnalysis):
    """Sensitivity, specificity, predictive values and likelihood ratios of a group."""

    method: Literal["diagnostic_accuracy"]
    exposure: Variable
    """Variable that is the test."""
    positive: Text
    """Level that counts as a positive test."""
    interval: Literal["clopper-pearson", "wilson"] = "clopper-pearson"
    """Method of the confidence limits of the proportions."""


class Proportion(EndpointAnalysis):
    """Patients with a binary endpoint, in all and in each group of an exposure."""

    method: Literal["proportion"]
    exposure: Variable | None = None
    """Variable whose levels get a proportion each, beside that of all patients."""


class Reclassification(EndpointAnalysis):
    """Patients by the groups of two scores, with and without the outcome."""

    method: Literal["reclassification"]
    exposure: Variable
    """Groups of the first score."""
    compare: Variable
    """Groups of the second score."""


class PairedTests(EndpointAnalysis):
    """Two binary tests on the same patients: differences and ratios with their tests."""

    method: Literal["paired_tests"]
    exposure: Variable
    """Variable that is the first test."""
    positive: Text
    """Level that counts as a positive first test."""
    compare: Variable
    """Variable that is the second test."""
    compare_positive: Text
    """Level that counts as a positive second test."""


class Durations(AnalysisBase):
    """Median of a duration that everybody completes: time to an event, or a number of days.

    With an endpoint, among the patients who had it.
    """

    method: Literal["durations"]
    endpoint: Name | None = None
    """Endpoint with a time."""
    variable: Variable | None = None
    """Instead of an endpoint: a number, such as `<endpoint>.days`."""
    exposure: Variable | None = None
    """Variable whose levels get a median each, beside that of all patients."""

    @model_validator(mode="after")
    def _one_duration(self) -> Durations:
        if (self.endpoint is None) == (self.variable is None):
            raise ValueError("needs either endpoint or variable")
        return self


class Correlation(AnalysisBase):
    """Correlation of two measurements."""

    method: Literal["correlation"]
    exposure: Variable
    """First measurement."""
    compare: Variable
    """Second measurement."""
    kind: Literal["spearman", "pearson"] = "spearman"
    """Rank correlation or linear correlation."""


class RandomEffects(EndpointAnalysis):
    """Log odds ratios of an exposure by centre, and their random-effects summary."""

    method: Literal["random_effects"]
    exposure: Variable
    """Variable whose effect is estimated centre by centre."""


class Registry(AnalysisBase):
    """A study's own estimate among the published ones of the same endpoint, with their summary.

    Who is analysed, and how, is said by the analysis that `of` names.
    """

    method: Literal["registry"]
    of: Name
    """Analysis of this study (logistic, cox, cause_specific_cox, fine_gray, roc,
    diagnostic_accuracy) whose estimate stands among the published ones."""
    definition: Name
    """Endpoint definition of config/published/registry.csv; only its estimates are summarised
    together."""
    score: Name = "ht"
    """Score of the published estimates."""
    reproduces: tuple[Text, ...] = ()
    """Citation keys of papers that this study reproduces: their estimates are left out."""
    centres: tuple[Name, ...] = ()
    """Where `of` is repeated by centre, the centres that take part; all if absent."""

    @model_validator(mode="after")
    def _patients_of_the_other(self) -> Registry:
        if self.population != "all" or self.within or self.by or self.landmark is not None:
            raise ValueError("population, within, by, landmark are those of the analysis in `of`")
        return self


Analysis = (
    Describe
    | Proportion
    | Reclassification
    | PairedTests
    | Durations
    | Correlation
    | RandomEffects
    | Registry
    | Sensitivity
    | Determinability
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
