"""Two binary tests on the same patients against R."""

import json
from pathlib import Path

import numpy as np
import pytest

from hematotox.stats.accuracy.paired_tests import compare_tests
from hematotox.stats.numerics.confidence import two_sided_quantile

HERE = Path(__file__).parent
CONTENT = json.loads((HERE / "expected" / "paired_tests.json").read_text(encoding="utf-8"))
CHECKS = {name: check["value"] for name, check in CONTENT["checks"].items()}


@pytest.fixture(scope="module")
def found():
    rows = np.genfromtxt(HERE / "data" / "asah.csv", delimiter=",", names=True, encoding="utf-8")
    names = {name.strip('"'): name for name in rows.dtype.names}
    column = {name: rows[names[name]] for name in ("poor", "wfns", "s100b")}
    return compare_tests(
        outcome=column["poor"], first=column["wfns"] >= 3, second=column["s100b"] >= 0.2
    )


@pytest.mark.parametrize("name", ["sensitivity", "specificity"])
def test_mcnemar(found, name):
    ours, theirs = getattr(found, name), CHECKS[name]
    assert ours.difference == pytest.approx(theirs["difference"], rel=1e-12)
    assert ours.statistic == pytest.approx(theirs["statistic"], rel=1e-12)
    assert ours.p_value == pytest.approx(theirs["p"], rel=1e-9)
    assert ours.exact_p_value == pytest.approx(theirs["exact_p"], rel=1e-12)
    # nested root finders on the side of R
    assert ours.conf_low == pytest.approx(theirs["lower"], rel=1e-8)
    assert ours.conf_high == pytest.approx(theirs["upper"], rel=1e-8)


@pytest.mark.parametrize("name", ["ppv", "npv"])
def test_predictive_values(found, name):
    ours, theirs = getattr(found, name), CHECKS[name]
    half = two_sided_quantile(0.95) * theirs["se"]
    assert ours.difference == pytest.approx(theirs["difference"], rel=1e-12)
    assert ours.conf_high - ours.difference == pytest.approx(half, rel=1e-12)
    assert ours.statistic == pytest.approx(theirs["statistic"], rel=1e-12)
    assert ours.p_value == pytest.approx(theirs["p"], rel=1e-9)


@pytest.mark.parametrize("name", ["lr_positive", "lr_negative"])
def test_likelihood_ratios(found, name):
    ours, theirs = getattr(found, name), CHECKS[name]
    assert ours.ratio == pytest.approx(theirs["ratio"], rel=1e-8)
    assert ours.log_std_error == pytest.approx(theirs["log_se"], rel=1e-8)
    assert ours.p_value == pytest.approx(theirs["p"], rel=1e-6)


def test_every_check_has_its_test():
    here = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{name}"' in here for name in CHECKS)
