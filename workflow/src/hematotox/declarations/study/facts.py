"""What is said about a method, once: every list of methods is derived from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scale = Literal["log ratio", "probability", "difference", "time", "count", "value", "none"]
Cells = Literal[
    "groups", "levels", "values", "table", "analysed", "choices", "studies", "print", "flow"
]
EndpointKind = Literal["time", "yes or no", "any", "none"]
ExposureKind = Literal["category", "two groups", "number", "any", "none"]


@dataclass(frozen=True, slots=True)
class Estimand:
    """What a row estimates: its name, the words for it and the scale its numbers are on."""

    name: str
    label: str
    scale: Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFacts:
    """What holds of the rows of one method in the estimates table."""

    what: str
    """Sentence of the closed list."""
    name: str = ""
    """The analysis that it makes, in displays; without it no analysis is named after it."""
    sentence: str = ""
    """What the methods paragraph says of it, with {endpoints}, {intervals} and {strata}; a method
    without a sentence is named in a list."""
    place: int
    """Place among the methods, in the order in which a paper tells them."""
    estimands: tuple[Estimand, ...]
    cells: Cells
    """Which of its counts would give a small group away (`analysis.sharing`): no default, so that
    nobody can forget it.

    groups: `n` and `n_event` of a row are the patients and events of its group, or of all.
    levels: counts are the patients of a group by the levels of a variable.
    values: `n` and `n_event` of a row are those of one number of points; a small one, and all rows
    of these methods in the analysis are withheld.
    table: counts are the cells of one table of groups by outcome.
    analysed: `n` and `n_event` are those of the whole analysis; its rows compare, or are a model.
    choices: counts are of all patients, once under each choice.
    studies: `n` is a number of centres or cohorts.
    print: numbers of others, which everybody can read.
    flow: where the patients of the study, or of an analysis, went."""
    leads: bool = False
    """Whether it names an analysis although rows of other methods stand before or beside its."""
    term_is_exposure: bool = False
    """Whether the column `term` of its rows holds the variable of interest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodFacts(RowFacts):
    """What holds of a method that a study may declare."""

    endpoint: EndpointKind
    """The endpoint that it takes: with a time, one that happened or not, either, none."""
    exposure: ExposureKind
    """What `exposure` (and `compare`) must be; a method of any exposure is a model, which a time
    known only after the event cannot enter."""
    everybody: bool = False
    """Whether it is given all patients: those of whom something is unknown are part of what it
    tells. Any other method is given those with a known endpoint and known variables."""
    effects: tuple[Estimand, ...] = ()
    """What it estimates of its exposure, comparable with published estimates of the same."""
    draws: tuple[Literal["seed", "bootstrap_replicates"], ...] = ()
    """Settings of the run from which its random numbers come; no other setting refits it."""


COUNT = Estimand("count", "Patients", "count")
PERCENTAGE_OF_KNOWN = Estimand(
    "percentage_of_known", "Share of the patients with a known value", "probability"
)
PROPORTION = Estimand("proportion", "Proportion", "probability")
SURVIVAL = Estimand("survival", "Probability of being event-free at `time`", "probability")
MEDIAN = Estimand("median", "Median", "value")
QUANTILE = Estimand("quantile", "Quantile (R type 7); `term` has the probability", "value")
HYPOTHESIS_TEST = Estimand("hypothesis_test", "A test without an estimate of its own", "none")
SURVIVAL_TIME_QUANTILE = Estimand(
    "survival_time_quantile",
    "Time at which the given share has had the event; `term` has the share",
    "time",
)
SURVIVAL_DIFFERENCE = Estimand(
    "survival_difference", "Difference of survival at `time`", "difference"
)
INCIDENCE_DIFFERENCE = Estimand(
    "cumulative_incidence_difference", "Difference of incidence at `time`", "difference"
)
LOG_HAZARD_RATIO = Estimand("log_hazard_ratio", "Hazard ratio", "log ratio")
LOG_SUBDISTRIBUTION_HAZARD_RATIO = Estimand(
    "log_subdistribution_hazard_ratio", "Subdistribution hazard ratio", "log ratio"
)
LOG_ODDS_RATIO = Estimand("log_odds_ratio", "Odds ratio", "log ratio")
LOG_RATIO_OF_RATIOS = Estimand("log_ratio_of_ratios", "Ratio of two ratios", "log ratio")
KNOT = Estimand("knot", "Knot of a spline, from the first (`reference`) on", "value")
LOG_RATIO_CURVE = Estimand(
    "log_ratio_curve", "Ratio at the value in `group` against that in `reference`", "log ratio"
)
LOG_LIKELIHOOD = Estimand("log_likelihood", "Log-likelihood; `term` is null or model", "value")
AUC = Estimand("auc", "Area under the ROC curve", "probability")
SENSITIVITY = Estimand("sensitivity", "Sensitivity", "probability")
SPECIFICITY = Estimand("specificity", "Specificity", "probability")
CORRELATION = Estimand("correlation", "Correlation coefficient", "difference")
MISSING_INFORMATION = Estimand(
    "missing_information",
    "Fraction of missing information of the estimand that `test` names, in m imputations "
    "(`statistic`) with the degrees of freedom `df`",
    "probability",
)
WEIGHTING = Estimand(
    "weighting",
    "Weights of a policy: effective number of patients, largest weight, largest standardised "
    "difference of a covariate before and after weighting (`term`)",
    "value",
)
TAU2 = Estimand("tau2", "Between-study variance", "value")
I2 = Estimand("i2", "Share of the variance that lies between studies", "probability")
PREDICTION = Estimand("prediction", "Prediction for a new study, on the scale of `term`", "value")
OBSERVED_EXPECTED = Estimand("log_observed_expected", "Observed over expected events", "log ratio")
CALIBRATION_SLOPE = Estimand(
    "calibration_slope",
    "Calibration slope, 1 if risks are neither too extreme nor too alike",
    "value",
)
CALIBRATION_IN_THE_LARGE = Estimand(
    "calibration_in_the_large", "Log odds observed minus predicted", "value"
)
CONCORDANCE = Estimand("concordance", "Harrell's C", "probability")
BRIER = Estimand("brier", "Brier score", "value")
SCALED_BRIER = Estimand("scaled_brier", "Scaled Brier score", "difference")
AUC_DIFFERENCE = Estimand(
    "auc_difference", "Difference of two areas under the ROC curve", "difference"
)
