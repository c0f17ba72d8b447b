"""The table of days and correlations, read back from its CSV file."""

import csv
import io

import pandas as pd
import pytest

from hematotox.contracts import TABLES, conform
from hematotox.declarations.study.kinds.duration_table import DurationTable
from hematotox.declarations.study.words import VariableWords, Words
from hematotox.reporting import table

WORDS = Words(
    study="small",
    title="A small study",
    variables={
        "ht.group": VariableWords(label="HT", levels={"low": "low", "high": "high"}),
        "grade.days": VariableWords(label="Days of neutropenia", unit="d"),
        "ht.marrow": VariableWords(label="Blasts", unit="%"),
    },
    endpoints={},
    scores={"ht": "HT"},
    exposures={"by_group": "ht.group"},
)
LIMITS = {"conf_level": 0.95, "conf_method": "order statistic"}


def row(**values):
    shared = {"study": "small", "source": "real", "population": "all"}
    return {**shared, **values}


def median(group, n, numbers, **more):
    middle, low, high, *ends = numbers
    shared = {"analysis": "by_group", "method": "durations", "term": "grade.days", "group": group}
    rows = [row(**shared, estimand="median", estimate=middle, conf_low=low, conf_high=high, n=n,
                **LIMITS, **more)]  # fmt: skip
    return rows + [
        row(**shared, estimand="quantile", reference=share, estimate=end, n=n)
        for share, end in zip(("0.25", "0.75"), ends, strict=True)
    ]


@pytest.fixture
def lines():
    rows = [
        *median("low", 83, (4, 2, 6, 1, 11.5)),
        *median("high", 5, (26, None, None, 16, 28), condition="limits not finite"),
        row(analysis="r", method="correlation", estimand="correlation", term="ht.marrow",
            comparator="grade.days", estimate=0.64, conf_low=0.54, conf_high=0.72, conf_level=0.95,
            conf_method="fisher z", test="pearson", p_value=1e-9, n=88),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(TABLES["estimates"].columns))
    display = DurationTable(kind="duration_table", title="Days", analyses=("by_group", "r"))
    files = table(conform("estimates", frame), display, WORDS)
    return list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))


def line(lines, label):
    return next(cells for cells in lines if cells and cells[0].strip() == label)


def test_a_median_with_limits_and_quartiles_in_days(lines):
    assert line(lines, "low")[1:] == ["83", "4 (2–6)", "1–11.5", ""]


def test_a_median_without_limits_says_why(lines):
    assert line(lines, "high")[2] == "26 [a]"
    assert any(cells[0].startswith("[a] Limits not finite") for cells in lines if cells)


def test_a_correlation_with_its_name_interval_and_p(lines):
    cells = line(lines, "Pearson's correlation: Blasts, Days of neutropenia")
    assert cells[1:] == ["88", "0.64 (0.54–0.72)", "", "<0.001"]


def test_the_duration_heads_its_groups(lines):
    assert [cells[0] for cells in lines].index("Days of neutropenia, days") == 2
