"""Statistical methods: arrays in, frozen results out; each equals a named function of R."""

from hematotox.stats.accuracy.diagnostic_accuracy import classification_counts, diagnostic_accuracy
from hematotox.stats.accuracy.mcnemar import PairedCells, mcnemar
from hematotox.stats.accuracy.odds_ratio import conditional_odds_ratio
from hematotox.stats.accuracy.paired_tests import compare_tests
from hematotox.stats.accuracy.reclassification import reclassification
from hematotox.stats.accuracy.roc import auc, compare_auc, roc_curve
from hematotox.stats.binary.cluster_robust import cluster_robust
from hematotox.stats.binary.conditional_logistic import conditional_logistic
from hematotox.stats.binary.firth import firth
from hematotox.stats.binary.linear_predictor import (
    add_linear_predictor,
    logistic_adjusted_by_linear_predictor,
)
from hematotox.stats.binary.logistic import compare_nested, logistic
from hematotox.stats.binary.proportional_odds import proportional_odds
from hematotox.stats.competing_risks.cumulative_incidence import (
    cause_indicator,
    cumulative_incidence,
    incidence_at,
    incidence_quantile,
)
from hematotox.stats.competing_risks.fine_gray import fine_gray
from hematotox.stats.competing_risks.fine_gray_data import FineGraySettings
from hematotox.stats.competing_risks.fine_gray_prediction import predict_incidence
from hematotox.stats.competing_risks.gray import gray_test, gray_tests
from hematotox.stats.competing_risks.subdistribution_test import (
    proportional_subdistribution_hazards_test,
)
from hematotox.stats.groups.chi_square import chi_square_test
from hematotox.stats.groups.correlation import pearson, spearman
from hematotox.stats.groups.durations import median_duration
from hematotox.stats.groups.fisher import fisher_test
from hematotox.stats.groups.proportion import proportion
from hematotox.stats.groups.rank_tests import (
    kruskal_wallis,
    mann_whitney,
    midranks,
    quartiles_by_group,
)
from hematotox.stats.imputation.chained_equations import Incomplete, chained_equations
from hematotox.stats.imputation.hazards import own_cumulative_hazard
from hematotox.stats.imputation.known_weights import known_weights
from hematotox.stats.imputation.pooled_tests import (
    pool_chi_square,
    pool_wald,
)
from hematotox.stats.imputation.pooling import pool, pool_wilson
from hematotox.stats.imputation.weighted import (
    robust_logistic,
    weighted_auc,
    weighted_proportion,
)
from hematotox.stats.numerics.resampling import percentile_limits, resampling_weights
from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.performance.calibration import calibration
from hematotox.stats.performance.calibration_curve import (
    calibration_curve,
    loess_calibration_errors,
)
from hematotox.stats.performance.decision_rules import rule_shares
from hematotox.stats.performance.internal_external import left_out_log_odds, left_out_survival
from hematotox.stats.performance.observed_risk import observed_over_expected, observed_risk
from hematotox.stats.performance.optimism import optimism
from hematotox.stats.performance.pseudo_values import calibration_at_horizon, pseudo_risks
from hematotox.stats.performance.time_dependent_auc import (
    compare_time_dependent_auc,
    time_dependent_auc,
)
from hematotox.stats.performance.time_dependent_brier import time_dependent_brier
from hematotox.stats.survival.concordance import concordance, model_concordance
from hematotox.stats.survival.cox import cox
from hematotox.stats.survival.cox_baseline import baseline_hazard
from hematotox.stats.survival.cox_data import CoxSettings
from hematotox.stats.survival.cox_prediction import cox_linear_predictor, predict_survival
from hematotox.stats.survival.cox_profile import profile_interval
from hematotox.stats.survival.firth_cox import firth_cox
from hematotox.stats.survival.kaplan_meier import kaplan_meier, reverse_kaplan_meier, survival_at
from hematotox.stats.survival.landmark import landmark_population
from hematotox.stats.survival.log_rank import log_rank
from hematotox.stats.survival.proportional_hazards_test import proportional_hazards_test
from hematotox.stats.survival.rmst import compare_rmst, rmst
from hematotox.stats.survival.survival_quantiles import quantile_with_limits
from hematotox.stats.survival.uno import compare_uno, uno_concordance
from hematotox.stats.synthesis.binomial_normal import binomial_normal
from hematotox.stats.synthesis.bivariate_accuracy import bivariate_accuracy
from hematotox.stats.synthesis.observed_expected import observed_expected
from hematotox.stats.synthesis.partly_counted import partly_counted
from hematotox.stats.synthesis.performance import pooled_areas, prediction_limits
from hematotox.stats.synthesis.random_effects import random_effects

__all__ = [
    "CoxSettings",
    "FineGraySettings",
    "Incomplete",
    "InvalidData",
    "PairedCells",
    "add_linear_predictor",
    "auc",
    "baseline_hazard",
    "binomial_normal",
    "bivariate_accuracy",
    "calibration",
    "calibration_at_horizon",
    "calibration_curve",
    "cause_indicator",
    "chained_equations",
    "chi_square_test",
    "classification_counts",
    "cluster_robust",
    "compare_auc",
    "compare_nested",
    "compare_rmst",
    "compare_tests",
    "compare_time_dependent_auc",
    "compare_uno",
    "concordance",
    "conditional_logistic",
    "conditional_odds_ratio",
    "cox",
    "cox_linear_predictor",
    "cumulative_incidence",
    "diagnostic_accuracy",
    "fine_gray",
    "firth",
    "firth_cox",
    "fisher_test",
    "gray_test",
    "gray_tests",
    "incidence_at",
    "incidence_quantile",
    "kaplan_meier",
    "known_weights",
    "kruskal_wallis",
    "landmark_population",
    "left_out_log_odds",
    "left_out_survival",
    "loess_calibration_errors",
    "log_rank",
    "logistic",
    "logistic_adjusted_by_linear_predictor",
    "mann_whitney",
    "mcnemar",
    "median_duration",
    "midranks",
    "model_concordance",
    "observed_expected",
    "observed_over_expected",
    "observed_risk",
    "optimism",
    "own_cumulative_hazard",
    "partly_counted",
    "pearson",
    "percentile_limits",
    "pool",
    "pool_chi_square",
    "pool_wald",
    "pool_wilson",
    "pooled_areas",
    "predict_incidence",
    "predict_survival",
    "prediction_limits",
    "profile_interval",
    "proportion",
    "proportional_hazards_test",
    "proportional_odds",
    "proportional_subdistribution_hazards_test",
    "pseudo_risks",
    "quantile_with_limits",
    "quartiles_by_group",
    "random_effects",
    "reclassification",
    "resampling_weights",
    "reverse_kaplan_meier",
    "rmst",
    "robust_logistic",
    "roc_curve",
    "rule_shares",
    "spearman",
    "survival_at",
    "time_dependent_auc",
    "time_dependent_brier",
    "uno_concordance",
    "weighted_auc",
    "weighted_proportion",
]
