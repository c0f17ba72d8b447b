"""A short table of printed results, as a reader copies it from a paper, in the audit's columns.

`place, measure, printed` are enough: "Table 2, infection", "odds ratio", "2,4 (1,2–4,9) p<0,001".
"""

from __future__ import annotations

import io
import math
import re

import pandas as pd

from hematotox.contracts import TABLES
from hematotox.declarations.study.analyses import ESTIMANDS
from hematotox.declarations.study.published import PRINTED_COLUMNS
from hematotox.errors import UserErrors

NEEDED = ("place", "measure", "printed")
MEASURES = {
    "odds ratio": ("log_odds_ratio", "logistic"),
    "hazard ratio": ("log_hazard_ratio", "cox"),
    "subdistribution hazard ratio": ("log_subdistribution_hazard_ratio", "fine_gray"),
    "positive likelihood ratio": ("log_likelihood_ratio_positive", "diagnostic_accuracy"),
    "negative likelihood ratio": ("log_likelihood_ratio_negative", "diagnostic_accuracy"),
    "sensitivity": ("sensitivity", "diagnostic_accuracy"),
    "specificity": ("specificity", "diagnostic_accuracy"),
    "auc": ("auc", "roc"),
    "survival": ("survival", "kaplan_meier"),
    "proportion": ("proportion", "proportion"),
    "count": ("count", "describe"),
    "fisher": ("hypothesis_test", "describe"),
}
"""Measure as a reader calls it: estimand and method of the audit."""
FORMS = (
    "the measure is none of " + ", ".join(MEASURES) + "; or what is printed is not of its form: "
    "2.94 (1.27-6.80) P=.012 for a ratio or share, 12 (34%) for a count, .03 for a test"
)
CLOSE_TO_WALD = ("log_hazard_ratio", "log_subdistribution_hazard_ratio")
"""Of these ratios papers print Wald intervals; an odds ratio may have a profile interval."""
COUNT_WITH_SHARE = re.compile(r"(\d+)\s*\(\s*(\d+(?:\.\d+)?)\s*%?\s*\)")
NUMBER = r"\d+\.\d+|\.\d+|\d+"
WITH_INTERVAL = re.compile(
    rf"({NUMBER})\s*%?(?:\s*[(\[,;]\s*(?:95\s*%\s*)?(?:CI)?\s*:?\s*({NUMBER})\s*%?\s*(?:-|to|,|;)"
    rf"\s*({NUMBER})\s*%?\s*[)\]])?"
)
P_VALUE = re.compile(rf"[Pp]\s*[<>=]\s*({NUMBER})")
LONE_P_VALUE = re.compile(rf"[<>]?\s*({NUMBER})")


def plain_print(text: str) -> str:
    """Return a printed cell with points for decimals and plain signs.

    Examples
    --------
    >>> plain_print("2,94 (1,27–6,80), P ≤ 0,012; 1,002 patients")
    '2.94 (1.27-6.80), P < 0.012; 1002 patients'
    """
    signs = str.maketrans({"–": "-", "—": "-", "−": "-", "·": ".", "≤": "<", "⩽": "<", "≥": ">"})
    text = text.translate(signs).replace("\u00a0", " ").replace("\u202f", " ")
    text = re.sub(r"(?<![\d.,])([1-9]\d{0,2}),(?=\d{3}(?![\d,.]))", r"\1", text)
    text = re.sub(r"([<>=]\s*),(?=\d)", r"\1.", text)
    return re.sub(r"(?<![\d.,])(\d+),(?=\d+(?![\d,.]*[.,]\d))", r"\1.", text)


def read_short_form(text: str, *, source: str) -> pd.DataFrame:
    """Return the rows of a short table with the columns of published numbers.

    Parameters
    ----------
    text : content of a CSV file with `place`, `measure`, `printed` and, where known, any other
        column of published numbers (`group`, `term`, `n`, `endpoint`, `conf_method`,
        `n_event_high`, ...)
    source : name of the file for messages

    Raises
    ------
    UserErrors
        A column is missing, a measure is unknown, or what is printed is not of its form; each with
        its line.
    """
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    missing = [name for name in NEEDED if name not in frame]
    if missing:
        raise UserErrors([f"{source}:1: columns are missing: {', '.join(missing)}"])
    rows: list[dict[str, object]] = []
    troubles: list[str] = []
    for line, record in enumerate(frame.to_dict("records"), start=2):
        found = _rows({str(name): str(value).strip() for name, value in record.items()})
        if not found:
            troubles.append(f"{source}:{line}: {FORMS}")
        rows += found
    if troubles:
        raise UserErrors(troubles)
    columns = TABLES["estimates"].columns
    extra = [name for name in frame.columns if name not in (*columns, *PRINTED_COLUMNS, "measure")]
    table = pd.DataFrame(rows, columns=[*columns, *PRINTED_COLUMNS, *extra]).fillna("")
    numeric = [name for name, rule in columns.items() if rule.type in ("integer", "number")]
    return table.assign(**{name: pd.to_numeric(table[name]) for name in numeric})


def _rows(given: dict[str, str]) -> list[dict[str, object]]:
    """Return a row, or for "12 (34%)" the count and the percentage; nothing if it has no form."""
    estimand, method = MEASURES.get(given["measure"].lower(), (given["measure"], ""))
    if estimand not in ESTIMANDS:
        return []
    text = plain_print(given["printed"])
    shared: dict[str, object] = {
        "study": "print", "source": "published", "population": "all", "method": method,
        "term": given.get("term") or given["place"], "estimand": estimand, "conf_level": "0.95",
        "conf_method": "wald" if estimand in CLOSE_TO_WALD else "",
        "certainty": "T", **{k: v for k, v in given.items() if v and k != "measure"},
        "printed": text,
    }  # fmt: skip
    if estimand == "count":
        return _count(shared, text)
    if estimand == "hypothesis_test":
        found = LONE_P_VALUE.fullmatch(text) or P_VALUE.search(text)
        test = {"p_value": found.group(1), "test": "fisher"} if found else {}
        return [{**shared, **test}] if found else []
    found = WITH_INTERVAL.match(text)
    p = P_VALUE.search(text)
    values = [float(one) for one in found.groups() if one] if found else []
    if estimand.startswith("log_") and any(value <= 0 for value in values):
        return []
    numbers = dict(zip(("estimate", "conf_low", "conf_high"), _scaled(estimand, values, text),
                       strict=False))  # fmt: skip
    return [{**shared, **numbers, "p_value": p.group(1) if p else ""}] if values else []


def _count(shared: dict[str, object], text: str) -> list[dict[str, object]]:
    cell = COUNT_WITH_SHARE.fullmatch(text)
    level = {"reference": shared.get("reference") or "yes"}
    if cell is None:
        return [{**shared, **level, "estimate": text}] if text.isdigit() else []
    share = {"estimand": "percentage_of_known", "estimate": float(cell.group(2)) / 100}
    return [{**shared, **level, "estimate": cell.group(1)}, {**shared, **level, **share}]


def _scaled(estimand: str, values: list[float], text: str) -> list[float]:
    """Return the numbers on the scale of the estimand: logarithms, shares of one."""
    if estimand.startswith("log_"):
        return [math.log(value) for value in values]
    if ESTIMANDS[estimand].scale == "probability" and ("%" in text or max(values, default=0) > 1):
        return [value / 100 for value in values]
    return values
