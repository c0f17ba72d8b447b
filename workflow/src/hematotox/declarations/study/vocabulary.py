"""The closed lists of the estimates table that several methods share: limits and conditions.

Every list maps a code to the sentence that stands in the documentation. Methods and estimands stand
with the models of the analyses (`methods`, `analyses`).
"""

from __future__ import annotations

INFUSED = "CAR T cells infused (infusion date known)"
"""The criterion that every study of staged centres has before its own."""

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
