"""The files of published numbers say themselves how exactly each number is printed."""

import re

import pandas as pd
import pytest

from hematotox.audit import audit
from hematotox.contracts import TABLES, conform
from hematotox.run.files import CLONE, read_published

FOLDER = CLONE / "config" / "published"
PUBLISHED = sorted(path for path in FOLDER.glob("*.csv") if path.stem != "expected_risks")
FIRST_NUMBER = re.compile(r"\d+\.(\d+)|\.(\d+)|\d+")


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_share_printed_as_0_73_has_two_decimals(path) -> None:
    """With none, every area under a curve would agree with it."""
    rows = read_published(path)
    fractions = rows[rows["printed"].str.match(r"0?\.\d") & rows["estimate"].notna()]
    for row in fractions.to_dict("records"):
        found = FIRST_NUMBER.match(row["printed"])
        assert int(row["decimals"]) == len(found.group(1) or found.group(2)), row["place"]


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_ratio_has_the_decimals_of_its_print(path) -> None:
    rows = read_published(path)
    ratios = rows[rows["estimand"].str.startswith("log_") & rows["estimate"].notna()]
    for row in ratios[ratios["printed"].str.match(r"\d+\.\d")].to_dict("records"):
        assert int(row["decimals"]) == len(FIRST_NUMBER.match(row["printed"]).group(1))


def test_print_within_our_own_estimates_is_audited_in_its_own_file() -> None:
    """Sensitivity 86 and specificity 39 give 3.93; 3.99 is as right, with its decimals unknown."""
    shared = {
        "study": "s", "source": "real", "analysis": "among", "population": "CART-SIE 2025",
        "method": "registry", "endpoint": "late", "term": "ht.group", "group": "high",
    }  # fmt: skip
    numbers = {"sensitivity": 0.86, "specificity": 0.39, "log_odds_ratio": 1.3838}
    rows = [{**shared, "estimand": name, "estimate": value} for name, value in numbers.items()]
    columns = list(TABLES["estimates"].columns)
    estimates = conform("estimates", pd.DataFrame(rows, columns=columns))
    assert audit(estimates) == []
    assert len(audit(estimates.assign(method="diagnostic_accuracy"))) == 1
