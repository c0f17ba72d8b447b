"""Outcomes by group with odds ratios, and two scores on the same patients."""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd

from hematotox.declarations.study.kinds.outcome_table import OutcomeTable
from hematotox.declarations.study.kinds.reclassification_table import ReclassificationTable
from hematotox.declarations.study.words import Words
from hematotox.reporting import table


def _cells(rows: pd.DataFrame, display: Any, words: Words) -> list[list[str]]:
    files = table(rows, display, words)
    return list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))


def _rates(make: Any, analysis: str, **values: Any) -> list[Any]:
    return [
        make.row("proportion", "proportion", analysis=analysis, group=group, estimate=events / n,
                 n=n, n_event=events, **values)
        for group, events, n in (("", 22, 335), ("high", 19, 211), ("low", 3, 124))
    ]  # fmt: skip


def _ratio(make: Any, *numbers: float, **values: Any) -> Any:
    odds = {
        "method": "logistic", "estimand": "log_odds_ratio", "endpoint": "late_icaht",
        "population": "ht", "n": 335, "n_event": 22,
    }  # fmt: skip
    return make.ratio(*numbers, **{**odds, **values})


def test_one_line_an_outcome_with_both_odds_ratios(make: Any, words: Words) -> None:
    shared = {"endpoint": "late_icaht", "score": "ht", "population": "ht"}
    by_predictor = {"adjustment": "linear predictor: disease", "n": 309, "conf_method": "profile"}
    direct = {"adjustment": "multivariable: age", "n": 309}
    rows = make.estimates(
        *_rates(make, "rate", **shared),
        _ratio(make, 3.99, 1.16, 13.77, analysis="crude", p_value=0.03),
        _ratio(make, 3.1, 1.0, 13.6, analysis="adjusted", p_value=0.078, **by_predictor),
        _ratio(make, 3.27, 1.03, 14.6, analysis="adjusted", p_value=0.07, **direct),
    )
    display = OutcomeTable(kind="outcome_table", title="T", analyses=("rate", "crude", "adjusted"))
    words = words.model_copy(update={"exposures": {"rate": "ht.group"}})
    cells = _cells(rows, display, words)
    assert cells[1] == [
        "Outcome",
        "All patients n/N (%)",
        "CAR-HEMATOTOX: Low n/N (%)",
        "CAR-HEMATOTOX: High n/N (%)",
        "Unadjusted: OR (95% CI)",
        "Unadjusted: P",
        "Adjusted: Patients",
        "Adjusted: OR (95% CI)",
        "Adjusted: P",
    ]
    assert cells[2] == [
        "Late ICAHT grade ≥ 3",
        "22/335 (7%)",
        "3/124 (2%)",
        "19/211 (9%)",
        "3.99 (1.16–13.8)",
        "0.030",
        "309",
        "3.10 (1.00–13.6)",
        "0.078",
    ]
    assert ["Adjusted: adjusted by the linear predictor of Disease characteristics."] in cells


def test_two_scores_stand_below_each_other(make: Any, words: Words) -> None:
    rows = make.estimates(
        *_rates(make, "a", endpoint="late_icaht", population="ht", score="ht"),
        *_rates(make, "b", endpoint="late_icaht", population="simple_ht", score="simple_ht"),
        _ratio(make, 0.42, 0.27, 0.66, analysis="c", term="simple_ht.group",
               population="simple_ht"),
    )  # fmt: skip
    words = words.model_copy(update={"exposures": {"a": "ht.group", "b": "simple_ht.group"}})
    display = OutcomeTable(kind="outcome_table", title="T", analyses=("a", "b", "c"))
    labels = [line[0] for line in _cells(rows, display, words)]
    assert labels[2:6] == [
        "CAR-HEMATOTOX: Low, High",
        "Late ICAHT grade ≥ 3",
        "SimpleHT: Low, High",
        "Late ICAHT grade ≥ 3",
    ]


def test_conditions_of_a_proportion_or_ratio_are_footnotes(make: Any, words: Words) -> None:
    rows = make.estimates(
        make.row("proportion", "proportion", analysis="a", estimate=0.0, n=20, n_event=0,
                 endpoint="late_icaht", condition="no events"),
        _ratio(make, 5.0, 0.3, 770.0, analysis="b", condition="separation", population="all"),
    )  # fmt: skip
    display = OutcomeTable(kind="outcome_table", title="T", analyses=("a", "b"))
    text = "\n".join(",".join(line) for line in _cells(rows, display, words))
    assert "0/20 (0%) [a]" in text
    assert "5.00 (0.30–770)" in text
    assert "Separation: a group has no, or only, events" in text


def _counts(make: Any) -> list[Any]:
    pairs = {("low", "low"): (3, 121), ("low", "high"): (0, 0),
             ("high", "low"): (13, 146), ("high", "high"): (6, 46)}  # fmt: skip
    return [
        make.row("reclassification", "count", analysis="a", endpoint="late_icaht", term=term,
                 population="ht", group=before, comparator=after, estimate=number, n=total,
                 reference="ht.group against simple_ht.group")
        for position, (term, total) in enumerate(
            (("with the event", 22), ("without the event", 313))
        )
        for (before, after), numbers in pairs.items()
        for number in (numbers[position],)
    ]  # fmt: skip


def test_reclassification_counts_and_differences(make: Any, words: Words) -> None:
    paired = {
        "analysis": "b", "endpoint": "late_icaht", "population": "ht", "term": "ht.group",
        "group": "high", "comparator": "simple_ht.group", "reference": "high",
        "conf_level": 0.95, "n": 335, "n_event": 22,
    }  # fmt: skip
    rows = make.estimates(
        *_counts(make),
        make.row("paired_tests", "specificity_difference", estimate=-0.466, conf_low=-0.522,
                 conf_high=-0.412, conf_method="tango", test="mcnemar", p_value=1e-9, **paired),
        make.row("paired_tests", "log_likelihood_ratio_positive_ratio", estimate=-0.274,
                 conf_low=-0.99, conf_high=0.43, conf_method="log", test="wald", p_value=0.44,
                 **paired),
    )  # fmt: skip
    display = ReclassificationTable(kind="reclassification_table", title="T", analyses=("a", "b"))
    cells = _cells(rows, display, words)
    assert cells[1:6] == [
        ["Groups of the two scores", "Late ICAHT grade ≥ 3: With the event n (%)",
         "Late ICAHT grade ≥ 3: Without the event n (%)"],
        ["CAR-HEMATOTOX Low, SimpleHT Low", "3 (14%)", "121 (39%)"],
        ["CAR-HEMATOTOX Low, SimpleHT High", "0 (0%)", "0 (0%)"],
        ["CAR-HEMATOTOX High, SimpleHT Low", "13 (59%)", "146 (47%)"],
        ["CAR-HEMATOTOX High, SimpleHT High", "6 (27%)", "46 (15%)"],
    ]  # fmt: skip
    assert cells[6:10] == [
        ["CAR-HEMATOTOX High minus SimpleHT High", "Difference (95% CI)", "P"],
        ["  Specificity, percentage points", "−46.6 (−52.2 to −41.2)", "<0.001"],
        ["CAR-HEMATOTOX High divided by SimpleHT High", "Ratio (95% CI)", "P"],
        ["  Positive likelihood ratio", "0.76 (0.37–1.54)", "0.44"],
    ]  # fmt: skip
