"""Proportions, 2 x 2 and r x c tables against R."""

import json
from pathlib import Path

import numpy as np
import pytest

from hematotox.stats.accuracy.diagnostic_accuracy import classification_counts, diagnostic_accuracy
from hematotox.stats.accuracy.odds_ratio import conditional_odds_ratio
from hematotox.stats.groups.chi_square import chi_square_test
from hematotox.stats.groups.fisher import fisher_test
from hematotox.stats.groups.proportion import proportion

HERE = Path(__file__).parent
CLOSED_FORM = 1e-12
TAIL_P = 1e-6


def read_checks(name):
    content = json.loads((HERE / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    return {key: check["value"] for key, check in content["checks"].items()}


MADE, ASAH, BMT = (read_checks(name) for name in ("two_by_two", "asah", "bmt"))
MEASURES = {
    "se": "sensitivity",
    "sp": "specificity",
    "pv.pos": "ppv",
    "pv.neg": "npv",
    "diag.ac": "accuracy",
    "lr.pos": "lr_positive",
    "lr.neg": "lr_negative",
    "diag.or": "odds_ratio",
}


def close(ours, theirs, rel=CLOSED_FORM, abs=0.0):
    np.testing.assert_allclose(ours, np.array(theirs, dtype=float), rtol=rel, atol=abs)


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [("clopper-pearson", "clopper"), ("wilson", "wilson")],
)
def test_proportions(kind, prefix):
    expected = MADE["proportions"]
    found = [
        proportion(n_event=event, n=n, interval=kind)
        for event, n in zip(expected["n_event"], expected["n"], strict=True)
    ]
    # R's quantile of the beta distribution and its root finder are good to some 1e-12; prop.test
    # leaves 1e-16 of rounding where the limit is 0
    close([f.conf_low for f in found], expected[f"{prefix}_lower"], 1e-11, 1e-15)
    close([f.conf_high for f in found], expected[f"{prefix}_upper"], 1e-11)


def assert_accuracy(expected, conf_level):
    cells = {key: expected[key] for key in ("tp", "fp", "fn", "tn")}
    found = diagnostic_accuracy(**cells, conf_level=conf_level)
    assert found.condition == ()
    for r_name, name in MEASURES.items():
        position = expected["statistic"].index(r_name)
        measure = getattr(found, name)
        close(measure.estimate, expected["est"][position])
        close(measure.conf_low, expected["lower"][position])
        close(measure.conf_high, expected["upper"][position])


@pytest.mark.parametrize("name", ["diagnostic_large", "diagnostic_90"])
def test_diagnostic(name):
    assert_accuracy(MADE[name], MADE[name]["level"])


def test_diagnostic_accuracy():
    assert_accuracy(ASAH["diagnostic_accuracy"], 0.95)


def test_counts_from_patients():
    rows = np.genfromtxt(HERE / "data" / "asah.csv", delimiter=",", names=True)
    outcome = rows[rows.dtype.names[0]]
    found = classification_counts(outcome=outcome, test=rows["wfns"] >= 3)
    expected = ASAH["diagnostic_accuracy"]
    assert (found.tp, found.fp, found.fn, found.tn) == tuple(
        expected[key] for key in ("tp", "fp", "fn", "tn")
    )


def test_odds_ratio():
    for expected in MADE["conditional_odds_ratio"]:
        a, b, c, d = expected["cells"]
        found = conditional_odds_ratio(a=a, b=b, c=c, d=d)
        if "empty group" in found.condition:
            assert expected["p"] == found.p_value == 1
            continue
        close(found.estimate, float(expected["estimate"]), 1e-11)
        close(found.conf_low, float(expected["lower"]), 1e-11)
        close(found.conf_high, float(expected["upper"]), 1e-11)
        close(found.p_value, expected["p"], 1e-9)


def test_fisher_2x2():
    expected = ASAH["fisher_2x2"]
    found = conditional_odds_ratio(a=27, b=15, c=14, d=57)
    close(found.p_value, expected["p"], 1e-9)
    close(fisher_test([[27, 15], [14, 57]]).p_value, expected["p"], 1e-9)
    # fisher.test stops its root finder at 1e-4; 'conditional_odds_ratio' has the solved equations
    close(found.estimate, expected["conditional_or"], 1e-3)
    close(found.conf_low, expected["lower"], 1e-3)
    close(found.conf_high, expected["upper"], 1e-3)


@pytest.mark.parametrize(
    ("checks", "name"),
    [
        (ASAH, "fisher_female"),
        (ASAH, "fisher_wfns"),
        (BMT, "fisher_fab"),
        (BMT, "fisher_hospital"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_fisher_of_groups(checks, name):
    expected = checks[name]
    table = [list(row.values()) for row in expected["counts"]]
    found = fisher_test(table)
    assert found.method == "exact"
    close(found.p_value, expected["p_fisher"], 1e-9)
    close(chi_square_test(table).p_value, expected["p_chisq"], TAIL_P)


def test_fisher_tables():
    for expected in MADE["fisher_tables"]:
        found = fisher_test(expected["table"])
        assert found.method == "exact"
        # FEXACT keeps path lengths to some 1e-10
        close(found.p_value, expected["p"], 1e-9)


def test_chi_square():
    for expected in MADE["chi_square"]:
        found = chi_square_test(expected["table"])
        close(found.statistic, expected["stat"])
        close(found.p_value, expected["p"], TAIL_P)
        assert found.df == expected["df"]
        corrected = chi_square_test(expected["table"], continuity=True)
        close(corrected.statistic, expected["corrected"])
        close(corrected.p_value, expected["p_corrected"], TAIL_P)


def test_every_check_has_its_test():
    here = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{name}"' in here for name in MADE)
