"""Rows of the estimates table made by hand, and the words of a small study."""

from __future__ import annotations

import math
import re
from typing import Any

import pandas as pd
import pytest

from hematotox.contract_tables import ESTIMATE_KEY
from hematotox.contracts import TABLES, conform, estimate_ids
from hematotox.declarations.study.words import EndpointWords, VariableWords, Words
from hematotox.reporting.tables import tables

Row = dict[str, Any]


def row(method: str, estimand: str, **values: Any) -> Row:
    """One row; what is not given is empty."""
    shared = {"study": "kleine_studie", "source": "real", "analysis": "a", "population": "all"}
    return {**shared, "method": method, "estimand": estimand, **values}


def estimates(*rows: Row) -> pd.DataFrame:
    """The rows as a table that conforms to the contract."""
    return conform("estimates", pd.DataFrame(list(rows), columns=list(TABLES["estimates"].columns)))


def curve(
    steps: list[tuple[float, float, int, int]], *, method: str = "kaplan_meier", **values: Any
) -> list[Row]:
    """A curve from steps of (day, estimate, at risk, events) and its median and totals."""
    survival = method == "kaplan_meier"
    estimand = "survival_curve" if survival else "cumulative_incidence_curve"
    n = steps[0][2]
    events = sum(step[3] for step in steps)
    interval = {"conf_level": 0.95, "conf_method": "log-log"}
    rows = []
    for day, estimate, at_risk, event in steps:
        open_ended = survival and estimate in (0.0, 1.0)
        limits = {} if open_ended else {"conf_low": estimate * 0.8, "conf_high": estimate**0.8}
        rows.append(
            row(
                method,
                estimand,
                time=day,
                estimate=estimate,
                n=n,
                n_event=event,
                n_at_risk=at_risk,
                **interval,
                **limits,
                **values,
            )
        )
    median = next((day for day, estimate, *_ in steps if estimate <= 0.5), None)
    if survival:
        condition = "" if median is not None else "median not reached"
        rows.append(
            row(
                method,
                "survival_time_quantile",
                **{
                    "term": "0.5",
                    "estimate": median,
                    "n": n,
                    "n_event": events,
                    "conf_low": None if median is None else median * 0.7,
                    "condition": condition,
                    **interval,
                    **values,
                },
            )
        )
    return rows


def falling(n: int, rate: float, *, last: float = 1100.0, every: int = 30) -> list[Any]:
    """Steps of an exponential survival with as many patients at the start."""
    steps: list[tuple[float, float, int, int]] = [(0.0, 1.0, n, 0)]
    at_risk = n
    for day in range(every, int(last), every):
        survival = math.exp(-rate * day)
        events = min(at_risk, round(n * (steps[-1][1] - survival)))
        steps.append((float(day), survival, at_risk, events))
        censored = 1 if day > 300 and at_risk > 4 else 0
        at_risk = max(at_risk - events - censored, 0)
    return steps


def ratio(estimate: float | None, low: float | None, high: float | None, **values: Any) -> Row:
    """A row of a ratio given on the printed scale."""
    log = {
        name: None if value is None else math.log(value)
        for name, value in (("estimate", estimate), ("conf_low", low), ("conf_high", high))
    }
    settings = {
        "method": "cox",
        "estimand": "log_hazard_ratio",
        "term": "ht.group",
        "group": "high",
        "reference": "low",
        "endpoint": "overall_survival",
        "conf_level": 0.95,
        "conf_method": "wald",
        "test": "wald",
        "n": 389,
        "n_event": 150,
    }
    return row(**{**settings, **log, **values})


PRINTED = {
    "study": "kleine_studie",
    "analysis": "a",
    "population": "ht",
    "score": "ht",
    "endpoint": "late_icaht",
    "method": "logistic",
    "group": "high",
    "term": "ht.group",
    "reference": "low",
    "estimand": "log_odds_ratio",
    "certainty": "T",
    "verdict": "agrees",
}


def printed(place: str, text: str, published: Any, ours: Any, **values: Any) -> Row:
    """A row of the agreement table, in the unit of print: by default the text's first number."""
    row = {"quantity": "estimate", "token": 0, "decimals": 0, "simulated": False, **values}
    difference = None if published is None or ours is None else ours - published
    told = {"published": published, "ours": ours, "difference": difference}
    return {**PRINTED, "place": place, "printed": text, **told, **row}


def agreement(*rows: Row) -> pd.DataFrame:
    """The rows as a table; without rows an odds ratio, a count with its share, one unknown."""
    known = {"method": "describe", "endpoint": "", "term": "bulky", "reference": "yes",
             "group": "low"}  # fmt: skip
    within = {"verdict": "differs", "reason": "within the simulator's tolerance", "simulated": True}
    exempt, two = {"verdict": "exempt", "reason": "because"}, {"decimals": 2}
    ratio = ("text L3", "3.99 (1.16-13.77) P=.03")
    chosen = rows or (
        printed("Table 1, bulky, HT low", "39 (28)", 39, 38, estimand="count", **known, **within),
        printed(
            "Table 1, bulky, HT low",
            "39 (28)",
            28,
            27.7,
            token=1,
            difference=0.0,
            estimand="percentage_of_known",
            **known,
        ),
        printed(*ratio, 3.99, 4.2, **two, **within),
        printed(*ratio, 1.16, 1.2, token=1, quantity="conf_low", **two, **exempt),
        printed(*ratio, 13.77, 14.7, token=2, quantity="conf_high", **two),
        printed(*ratio, 0.03, 0.0004, token=3, quantity="p_value", verdict="differs", **two),
        printed(*ratio, None, None, quantity="claim", verdict="confirmed"),
        printed(
            "text P10",
            "colon 1",
            1,
            None,
            estimand="count",
            endpoint="second_malignancy",
            method="describe",
            term="colon",
            group="",
            verdict="not comparable",
            reason="the study has no such estimate",
        ),
    )
    return conform(
        "agreement", pd.DataFrame(list(chosen), columns=list(TABLES["agreement"].columns))
    )


NUMBER = re.compile(r"\d[\d\u202f]*(?:\.\d+)?")
WITHOUT_SOURCE = re.compile(r"1|.*\(95% CI\)|[A-Z0-9]+, [A-Z]")
"""A reference level, a header inside the table, the source of a published number."""


def shows(text: str, value: float) -> bool:
    """Whether a text shows a value as it is, as ratio, in per cent, in months or years, or as P."""
    scales = (value, math.exp(min(value, 700)), 100 * value, value / 30.4375, value / 365.25)
    found = [token.replace("\u202f", "") for token in NUMBER.findall(text)]
    for token in found:
        half = 0.5 * 10.0 ** -len(token.partition(".")[2]) + 1e-9
        if any(abs(abs(scale) - float(token)) <= half for scale in scales):
            return True
    return ("<0.001" in text and value < 0.001) or any(sign in text for sign in (">", "<0.01"))


def untold(table: Any) -> list[str]:
    """Return the printed cells that do not say, or say wrongly, which estimates they show."""
    if not set(ESTIMATE_KEY) <= set(table.numbers) or table.numbers.empty:
        return []
    numbers = table.numbers.assign(estimate_id=estimate_ids(table.numbers)).set_index("estimate_id")
    wrong = []
    for cell in (cell for line in table.lines for cell in line.cells):
        if re.search(r"\d", cell.text) and not cell.sources:
            wrong += [] if WITHOUT_SOURCE.fullmatch(cell.text) else [f"{cell.text}: no source"]
        for estimate, column in cell.sources:
            value = numbers[column].get(estimate)
            checked = column not in ("n", "n_event") and value is not None and pd.notna(value)
            if checked and not shows(cell.text, float(value)):
                wrong.append(f"{cell.text}: {column} is {value}")
    return wrong


@pytest.fixture(autouse=True)
def _every_number_says_its_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever table a test draws: each printed number is that of the estimate it names."""
    real = tables.write_table

    def checked(table: Any) -> dict[str, bytes]:
        assert untold(table) == []
        return real(table)

    monkeypatch.setattr(tables, "write_table", checked)


@pytest.fixture
def words() -> Words:
    """Words of a study with two scores, several endpoints and letters beyond ASCII."""
    risk = {"low": "Low", "high": "High"}
    return Words(
        study="kleine_studie",
        title="Prüfung der Scores in Köln, Besançon und Forlì",
        citation="Someone et al. A journal 2025",
        variables={
            "age": VariableWords(label="Age", unit="a"),
            "crp": VariableWords(label="C-reactive protein", unit="mg/dL"),
            "bulky": VariableWords(label="Bulky disease", levels={"no": "no", "yes": "yes"}),
            "histology": VariableWords(
                label="Histology",
                levels={"dlbcl": "DLBCL", "hgbl": "HGBL", "pmbcl": "PMBCL"},
            ),
            "disease_group": VariableWords(
                label="Disease group",
                levels={
                    "a": "ALL",
                    "b": "AML, günstig",
                    "c": "AML, ungünstig",
                    "d": "lymphome à grandes cellules, réfractaire après deux lignes",
                    "e": "=SUM(A1)",
                },
            ),
            "centre": VariableWords(label="Centre"),
            "product": VariableWords(
                label="Product", levels={"axi_cel": "axi-cel", "tisa_cel": "tisa-cel"}
            ),
            "linear_predictor": VariableWords(label="linear predictor"),
            "disease": VariableWords(label="Disease characteristics"),
            "ht.group": VariableWords(label="CAR-HEMATOTOX", levels=risk),
            "ht.points": VariableWords(label="CAR-HEMATOTOX, points", unit="{points}"),
            "simple_ht.group": VariableWords(label="SimpleHT", levels=risk),
            "all_ht.group": VariableWords(label="ALL-Hematotox", levels=risk),
        },
        endpoints={
            "overall_survival": EndpointWords(label="Overall survival", causes={"death": "Death"}),
            "progression_free_survival": EndpointWords(
                label="Progression-free survival", causes={"event": "progression or death"}
            ),
            "second_malignancy": EndpointWords(
                label="Second malignancy",
                causes={"second_malignancy": "second malignancy", "death": "death"},
            ),
            "late_icaht": EndpointWords(label="Late ICAHT grade ≥ 3", causes={"yes": "yes"}),
        },
        scores={"ht": "CAR-HEMATOTOX", "simple_ht": "SimpleHT", "all_ht": "ALL-Hematotox"},
        provisional=("all_ht",),
        exposures={"os": "ht.group", "pfs": "ht.group", "by_five": "disease_group"},
    )


@pytest.fixture
def make() -> Any:
    """The builders of rows, as one object."""

    class Make:
        row = staticmethod(row)
        estimates = staticmethod(estimates)
        curve = staticmethod(curve)
        falling = staticmethod(falling)
        ratio = staticmethod(ratio)
        printed = staticmethod(printed)
        agreement = staticmethod(agreement)
        shows = staticmethod(shows)

    return Make
