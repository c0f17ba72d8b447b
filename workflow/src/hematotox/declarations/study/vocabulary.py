"""The closed lists of the estimates table: methods, estimands, interval methods, conditions.

Every list maps a code to the sentence that stands in the documentation; an estimand also names
its scale, so that one place (`reporting/words/numbers.py`) knows what has to be exponentiated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scale = Literal["log ratio", "probability", "difference", "time", "count", "value", "none"]


@dataclass(frozen=True, slots=True)
class Estimand:
    """What a row estimates: the words for it and the scale its numbers are on."""

    label: str
    scale: Scale


INFUSED = "CAR T cells infused (infusion date known)"
"""The criterion that every study of staged centres has before its own."""

METHODS: dict[str, str] = {
    "attrition": "Patients at each criterion of the population",
    "evaluability": "Patients evaluable for each endpoint, and why the others are not",
    "describe": "Counts, percentages, medians and quartiles by group, with a test",
    "proportion": "Share of patients with a binary endpoint",
    "kaplan_meier": "Kaplan-Meier estimator",
    "follow_up": "Median follow-up by the reverse Kaplan-Meier estimator",
    "log_rank": "Log-rank test",
    "cox": "Cox proportional hazards model, Efron's ties",
    "cox_firth": "Cox model with Firth's penalty",
    "rmst": "Restricted mean survival time",
    "cumulative_incidence": "Aalen-Johansen estimator of the cumulative incidence",
    "gray_test": "Gray's test",
    "fine_gray": "Fine and Gray's model of the subdistribution hazard",
    "cause_specific_cox": "Cox model of the cause-specific hazard",
    "logistic": "Logistic regression",
    "logistic_firth": "Logistic regression with Firth's penalty",
    "roc": "Receiver operating characteristic, DeLong's variance",
    "diagnostic_accuracy": "Sensitivity, specificity, predictive values, likelihood ratios",
    "paired_tests": "Two binary tests compared on the same patients",
    "reclassification": "Patients reclassified from one score's group to another's",
    "calibration": "Calibration of predicted risks",
    "decision_curve": "Net benefit at threshold probabilities",
    "durations": "Median of an uncensored duration with order-statistic limits",
    "correlation": "Correlation of two measurements",
    "random_effects": "Random-effects summary (REML, Hartung-Knapp)",
    "binomial_normal": "Random-effects summary of 2x2 tables by a binomial-normal model",
    "bivariate": "Bivariate random-effects summary of sensitivity and specificity",
    "registry": "Published estimate of another cohort, from the registry of validations",
    "fisher": "Fisher's exact test of a 2x2 table",
    "sensitivity": "Patients by grade and risk group under each convention, policy and window",
    "determinability": "Patients whose score or grade is determined by the known values",
}

ESTIMANDS: dict[str, Estimand] = {
    "count": Estimand("Patients", "count"),
    "percentage_of_known": Estimand("Share of the patients with a known value", "probability"),
    "proportion": Estimand("Proportion", "probability"),
    "mean": Estimand("Mean", "value"),
    "standard_deviation": Estimand("Standard deviation", "value"),
    "median": Estimand("Median", "value"),
    "quantile": Estimand("Quantile (R type 7); `term` has the probability", "value"),
    "minimum": Estimand("Smallest value", "value"),
    "maximum": Estimand("Largest value", "value"),
    "hypothesis_test": Estimand("A test without an estimate of its own", "none"),
    "survival": Estimand("Probability of being event-free at `time`", "probability"),
    "survival_curve": Estimand("The same, one row a step", "probability"),
    "survival_time_quantile": Estimand(
        "Time at which the given share has had the event; `term` has the share", "time"
    ),
    "restricted_mean_survival_time": Estimand("Mean time event-free up to `time`", "time"),
    "restricted_mean_survival_time_difference": Estimand("Difference of the same", "time"),
    "cumulative_incidence": Estimand("Probability of the event by `time`", "probability"),
    "cumulative_incidence_curve": Estimand("The same, one row a step", "probability"),
    "cumulative_incidence_difference": Estimand("Difference of the same", "difference"),
    "cumulative_incidence_time_quantile": Estimand(
        "Time by which the share in `reference` has had the event", "time"
    ),
    "predicted_cumulative_incidence": Estimand(
        "Cumulative incidence by `time` predicted by a model", "probability"
    ),
    "log_hazard_ratio": Estimand("Hazard ratio", "log ratio"),
    "log_subdistribution_hazard_ratio": Estimand("Subdistribution hazard ratio", "log ratio"),
    "log_odds_ratio": Estimand("Odds ratio", "log ratio"),
    "conditional_log_odds_ratio": Estimand("Conditional odds ratio", "log ratio"),
    "log_odds": Estimand("Odds (intercept)", "log ratio"),
    "log_diagnostic_odds_ratio": Estimand("Diagnostic odds ratio", "log ratio"),
    "log_likelihood_ratio_positive": Estimand("Positive likelihood ratio", "log ratio"),
    "log_likelihood_ratio_negative": Estimand("Negative likelihood ratio", "log ratio"),
    "log_likelihood": Estimand("Log-likelihood; `term` is null or model", "value"),
    "concordance": Estimand("Harrell's C", "probability"),
    "auc": Estimand("Area under the ROC curve", "probability"),
    "auc_difference": Estimand("Difference of two areas under the ROC curve", "difference"),
    "roc_curve": Estimand("Sensitivity at the false-positive rate in `time`", "probability"),
    "sensitivity": Estimand("Sensitivity", "probability"),
    "specificity": Estimand("Specificity", "probability"),
    "positive_predictive_value": Estimand("Positive predictive value", "probability"),
    "negative_predictive_value": Estimand("Negative predictive value", "probability"),
    "diagnostic_accuracy": Estimand("Share classified correctly", "probability"),
    "sensitivity_difference": Estimand("Difference of sensitivities", "difference"),
    "specificity_difference": Estimand("Difference of specificities", "difference"),
    "positive_predictive_value_difference": Estimand(
        "Difference of positive predictive values", "difference"
    ),
    "negative_predictive_value_difference": Estimand(
        "Difference of negative predictive values", "difference"
    ),
    "log_likelihood_ratio_positive_ratio": Estimand(
        "Ratio of positive likelihood ratios", "log ratio"
    ),
    "log_likelihood_ratio_negative_ratio": Estimand(
        "Ratio of negative likelihood ratios", "log ratio"
    ),
    "calibration_intercept": Estimand("Calibration in the large", "value"),
    "calibration_slope": Estimand("Calibration slope", "value"),
    "brier": Estimand("Brier score", "value"),
    "scaled_brier": Estimand("Scaled Brier score", "value"),
    "net_benefit": Estimand("Net benefit at the threshold in `time`", "value"),
    "correlation": Estimand("Correlation coefficient", "difference"),
    "tau2": Estimand("Between-study variance", "value"),
    "i2": Estimand("Share of the variance that lies between studies", "probability"),
    "prediction": Estimand("Prediction for a new study, on the scale of `term`", "value"),
}

CONF_METHODS: dict[str, str] = {
    "log-log": "limits on the log(-log) scale",
    "log": "limits on the log scale",
    "plain": "estimate ± z standard errors",
    "wald": "Wald, on the scale of the estimand",
    "robust": "Wald with a cluster-robust standard error",
    "profile": "profile likelihood",
    "profile penalised": "penalised profile likelihood (Firth)",
    "clopper-pearson": "exact (Clopper-Pearson)",
    "wilson": "Wilson score",
    "exact conditional": "exact conditional (Fisher)",
    "delong": "DeLong, clipped to [0, 1]",
    "tango": "Tango's score interval of a paired difference",
    "order statistic": "binomial order statistics",
    "fisher z": "Fisher's z transformation",
    "hartung-knapp": "Hartung-Knapp, t quantiles",
    "logit": "Wald, on the log odds scale",
    "prediction": "prediction interval, t quantiles",
    "bootstrap": "percentiles of a seeded bootstrap",
    "greenwood": "Greenwood's variance, plain limits",
    "infinitesimal jackknife": "infinitesimal jackknife, log limits",
}

CONDITIONS: dict[str, str] = {
    "separation": "a group has no, or only, events: estimates by Firth's penalised likelihood",
    "monotone likelihood": "the hazard ratio has no finite estimate",
    "did not converge": "the iterations did not converge: do not use the estimate",
    "no events": "nobody had the event",
    "only events": "everybody had the event",
    "empty group": "a group has no patients",
    "one group": "only one group has patients: nothing to compare",
    "one patient": "a single patient",
    "no patients": "no patient can be analysed",
    "too few events": "fewer events than the method needs",
    "too few events per parameter": "below 5 events per estimated parameter",
    "aliased covariate": "a covariate is constant or a combination of others and was left out",
    "zero cell": "a cell of the 2x2 table is zero",
    "fewer than 20 clusters": "cluster-robust standard errors need about 20 clusters",
    "one stratum": "stratified, but all patients are of one stratum: the same model as without",
    "post-infusion predictor": "the predictor was not known at the time origin",
    "horizon beyond follow-up": "the horizon lies beyond the last observed time",
    "monte carlo p-value": "p from a seeded Monte Carlo sample of tables",
    "provisional score": "numbers of the score are unverified",
    "perfect discrimination": "the marker separates the groups completely",
    "median not reached": "fewer than half had the event",
    "limits not finite": "the interval is unbounded on one side",
    "not estimable": "the data do not determine the estimate or test",
    "fewer than two cases or controls": "the variance needs two patients with and two without",
    "expected counts below 5": "too few patients in a cell for the chi-squared test",
    "tests agree": "the two tests agree in all patients: nothing to compare",
    "one study": "a single centre or study: nothing to summarise",
    "centres without information": "with one group or one outcome: a row, not in the summary",
    "fewer than five studies": "below 5 centres or studies: heterogeneity is barely estimable",
    "bootstrap replicates without an estimate": "some gave none and were left out",
    "correlation at the edge of its range": "the correlation of the bivariate model is -1 or 1",
    "no variance between studies": "the studies differ no more than by chance",
    "normal approximation": "p from the normal approximation because of ties or many patients",
    "risk of exactly 0 or 1": "a predicted risk of 0 or 1 has no logit and was moved inwards",
    "constant variable": "all patients have the same value",
    "0.5 added to zero cells": "half a patient was added to the cells of a table with a zero",
    "synthetic estimate not pooled": "a summary of real and made-up patients is about nobody",
    "training set not pooled": "the score was made from these patients",
    "whole not pooled": "its parts are pooled",
    "inconsistent in print": "contradicts other numbers of its own paper, so not pooled",
    "no interval in print": "printed without an interval or counts, so not pooled",
    "adjustments differ": "adjusted and unadjusted estimates are summarised together",
    "no counts in print": "printed without the counts that this model needs, so not pooled",
}
