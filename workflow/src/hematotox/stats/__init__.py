"""Statistical methods: arrays in, frozen results out; each equals a named function of R."""

from hematotox.stats.accuracy.diagnostic_accuracy import classification_counts, diagnostic_accuracy
from hematotox.stats.accuracy.mcnemar import PairedCells, mcnemar
from hematotox.stats.accuracy.odds_ratio import conditional_odds_ratio
from hematotox.stats.accuracy.paired_tests import compare_tests
from hematotox.stats.accuracy.reclassification import reclassification
from hematotox.stats.accuracy.roc import auc, compare_auc, roc_curve
from hematotox.stats.binary.firth import firth
from hematotox.stats.binary.linear_predictor import (
    add_linear_predictor,
    logistic_adjusted_by_linear_predictor,
)
from hematotox.stats.binary.logistic import compare_nested, logistic
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
from hematotox.stats.numerics.lowess import lowess
from hematotox.stats.numerics.resampling import percentile_limits, resampling_weights
from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.performance.bootstrap import bootstrap_performance, optimism
from hematotox.stats.performance.calibration import calibration
from hematotox.stats.performance.calibration_curve import (
    calibration_curve,
    calibration_groups,
    loess_calibration_errors,
    lowess_calibration_errors,
)
from hematotox.stats.performance.net_benefit import decision_curve, net_benefit
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
from hematotox.stats.survival.uno import uno_concordance
from hematotox.stats.synthesis.binomial_normal import binomial_normal
from hematotox.stats.synthesis.bivariate_accuracy import bivariate_accuracy
from hematotox.stats.synthesis.partly_counted import partly_counted
from hematotox.stats.synthesis.random_effects import random_effects

__all__ = [
    "CoxSettings",
    "FineGraySettings",
    "InvalidData",
    "PairedCells",
    "add_linear_predictor",
    "auc",
    "baseline_hazard",
    "binomial_normal",
    "bivariate_accuracy",
    "bootstrap_performance",
    "calibration",
    "calibration_curve",
    "calibration_groups",
    "cause_indicator",
    "chi_square_test",
    "classification_counts",
    "compare_auc",
    "compare_nested",
    "compare_rmst",
    "compare_tests",
    "compare_time_dependent_auc",
    "concordance",
    "conditional_odds_ratio",
    "cox",
    "cox_linear_predictor",
    "cumulative_incidence",
    "decision_curve",
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
    "kruskal_wallis",
    "landmark_population",
    "loess_calibration_errors",
    "log_rank",
    "logistic",
    "logistic_adjusted_by_linear_predictor",
    "lowess",
    "lowess_calibration_errors",
    "mann_whitney",
    "mcnemar",
    "median_duration",
    "midranks",
    "model_concordance",
    "net_benefit",
    "optimism",
    "partly_counted",
    "pearson",
    "percentile_limits",
    "predict_incidence",
    "predict_survival",
    "profile_interval",
    "proportion",
    "proportional_hazards_test",
    "proportional_subdistribution_hazards_test",
    "quantile_with_limits",
    "quartiles_by_group",
    "random_effects",
    "reclassification",
    "resampling_weights",
    "reverse_kaplan_meier",
    "rmst",
    "roc_curve",
    "spearman",
    "survival_at",
    "time_dependent_auc",
    "time_dependent_brier",
    "uno_concordance",
]
