"""Second opinions on tests, proportions and markers: from scipy, statsmodels, scikit-learn.

See `second_opinion`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.libraries.second_opinion import quiet

NONE = (float("nan"), float("nan"))
"""No statistic and no p-value."""


def auc_opinion(*, outcome: ArrayLike, marker: ArrayLike, higher_is_worse: bool = True) -> float:
    """Estimate the area under the ROC curve by scikit-learn, NaN without both outcomes.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    marker : (n,) the number that is to discriminate
    higher_is_worse : whether higher values go with the event

    References
    ----------
    ``sklearn.metrics.roc_auc_score``.

    Examples
    --------
    >>> from hematotox.stats.libraries.second_opinion_tests import auc_opinion
    >>> auc_opinion(outcome=[0, 0, 1, 1], marker=[1, 3, 2, 4])
    0.75
    """
    from sklearn.metrics import roc_auc_score

    events = np.asarray(outcome)
    if np.unique(events).size < 2:
        return float("nan")
    values = np.asarray(marker, dtype=np.float64)
    return float(roc_auc_score(events, values if higher_is_worse else -values))


def accuracy_opinion(*, outcome: ArrayLike, test: ArrayLike) -> dict[str, float]:
    """Return how a binary test classifies, by scikit-learn, NaN where nobody is to be classified.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    test : (n,) 1 if the test is positive, else 0

    References
    ----------
    ``recall_score``, ``precision_score`` and ``accuracy_score`` of ``sklearn.metrics``.

    Examples
    --------
    >>> from hematotox.stats.libraries.second_opinion_tests import accuracy_opinion
    >>> found = accuracy_opinion(outcome=[1, 1, 0, 0, 0], test=[1, 0, 0, 0, 1])
    >>> found["sensitivity"], found["positive_predictive_value"]
    (0.5, 0.5)
    """
    from sklearn.metrics import accuracy_score, precision_score, recall_score

    truth, said = np.asarray(outcome), np.asarray(test)
    nobody = float("nan")
    found = {
        "sensitivity": recall_score(truth, said, zero_division=nobody),
        "specificity": recall_score(truth, said, pos_label=0, zero_division=nobody),
        "positive_predictive_value": precision_score(truth, said, zero_division=nobody),
        "negative_predictive_value": precision_score(
            truth, said, pos_label=0, zero_division=nobody
        ),
        "diagnostic_accuracy": accuracy_score(truth, said),
    }
    return {name: float(value) for name, value in found.items()}


def proportion_opinion(
    *, n_event: int, n: int, interval: str = "clopper-pearson"
) -> tuple[float, float]:
    """Return the 95 % limits of a proportion by statsmodels.

    Parameters
    ----------
    n_event, n : patients with the event, and all, at least one
    interval : "clopper-pearson" or "wilson"

    References
    ----------
    ``statsmodels.stats.proportion.proportion_confint``.

    Examples
    --------
    >>> from hematotox.stats.libraries.second_opinion_tests import proportion_opinion
    >>> low, high = proportion_opinion(n_event=3, n=20)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.032 to 0.379
    """
    from statsmodels.stats.proportion import proportion_confint

    method = {"clopper-pearson": "beta", "wilson": "wilson"}[interval]
    low, high = proportion_confint(n_event, n, method=method)
    return float(low), float(high)


def kruskal_wallis_opinion(*, values: ArrayLike, group: ArrayLike) -> tuple[float, float]:
    """Test by scipy whether a measurement is distributed alike in all groups (Kruskal-Wallis).

    Parameters
    ----------
    values : (n,) measurements
    group : (n,) group of each patient

    Returns
    -------
    chi-square statistic and p-value, NaN where all values are equal

    References
    ----------
    ``scipy.stats.kruskal``.

    Examples
    --------
    >>> from hematotox.stats.libraries.second_opinion_tests import kruskal_wallis_opinion
    >>> _, p = kruskal_wallis_opinion(values=[3, 5, 4, 8, 9, 7], group=["low"] * 3 + ["high"] * 3)
    >>> round(p, 4)
    0.0495
    """
    from scipy.stats import kruskal

    numbers, groups = np.asarray(values, dtype=np.float64), np.asarray(group)
    if np.unique(numbers).size < 2 or np.unique(groups).size < 2:
        return NONE
    statistic, p_value = kruskal(*(numbers[groups == one] for one in np.unique(groups)))
    return float(statistic), float(p_value)


def chi_square_opinion(table: ArrayLike) -> tuple[float, float]:
    """Test by scipy whether rows and columns are independent (chi-square, no correction).

    Parameters
    ----------
    table : (r, c) counts without empty rows and columns

    References
    ----------
    ``scipy.stats.chi2_contingency(correction=False)``.

    Examples
    --------
    >>> from hematotox.stats.libraries.second_opinion_tests import chi_square_opinion
    >>> print(f"{chi_square_opinion([[23, 19], [48, 23]])[0]:.2f}")
    1.86
    """
    from scipy.stats import chi2_contingency

    if min(np.shape(table)) < 2:
        return NONE
    found = chi2_contingency(table, correction=False)
    return float(found.statistic), float(found.pvalue)


def fisher_opinion(table: ArrayLike) -> float:
    """Return the p-value of Fisher's exact test of a 2x2 table by scipy, NaN for a larger table.

    Of larger tables scipy has a Monte Carlo estimate only.

    Parameters
    ----------
    table : (r, c) counts without empty rows and columns

    References
    ----------
    ``scipy.stats.fisher_exact``.

    Examples
    --------
    >>> from hematotox.stats.libraries.second_opinion_tests import fisher_opinion
    >>> print(f"{fisher_opinion([[8, 2], [1, 5]]):.4f}")
    0.0350
    """
    from scipy.stats import fisher_exact

    return float(fisher_exact(table).pvalue) if np.shape(table) == (2, 2) else float("nan")


def correlation_opinion(*, x: ArrayLike, y: ArrayLike, kind: str) -> float:
    """Return Pearson's or Spearman's correlation by scipy, NaN where one of them is constant.

    Parameters
    ----------
    x, y : (n,) the two measurements of each patient
    kind : "pearson" or "spearman"

    References
    ----------
    ``scipy.stats.pearsonr``, ``spearmanr``.

    Examples
    --------
    >>> from hematotox.stats.libraries.second_opinion_tests import correlation_opinion
    >>> found = correlation_opinion(x=[1, 2, 3, 4, 5, 6], y=[2, 1, 4, 3, 7, 5], kind="spearman")
    >>> round(found, 2)
    0.83
    """
    from scipy.stats import pearsonr, spearmanr

    if np.size(x) < 3:
        return float("nan")
    with quiet():
        return float((pearsonr if kind == "pearson" else spearmanr)(x, y)[0])
