"""The file of cells says which estimate stands in which cell of the printed table.

That each printed number is that of the estimate it names is tested of every table that a test
draws (conftest.py).
"""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd

from hematotox.contracts import conform, estimate_ids
from hematotox.declarations.study.kinds.agreement_table import AgreementTable
from hematotox.declarations.study.kinds.regression_table import RegressionTable
from hematotox.declarations.study.words import Words
from hematotox.reporting import table

DISPLAY = RegressionTable(kind="regression_table", title="=T", analyses=("cox", "cox2"))
Line = dict[str, str]


def _files(files: dict[str, bytes]) -> tuple[list[list[str]], list[Line]]:
    printed = csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")))
    return list(printed), list(csv.DictReader(io.StringIO(files["cells.csv"].decode())))


def test_rows_and_columns_are_those_of_the_csv_file(make: Any, words: Words) -> None:
    frame = make.estimates(
        make.ratio(1.91, 1.29, 2.81, analysis="cox", p_value=0.001, n=100, n_event=40),
        make.ratio(0.5, 0.3, 0.9, analysis="cox2", adjustment="multivariable: age", p_value=0.02),
    )
    printed, cells = _files(table(frame, DISPLAY, words))
    ids = estimate_ids(frame).tolist()
    assert [line["printed"] for line in cells] == [
        printed[int(line["row"]) - 1][int(line["column"]) - 1] for line in cells
    ]
    ratio = [line for line in cells if line["printed"].startswith("1.91 (1.29–2.81)")]
    assert [(line["estimate_id"], line["quantity"]) for line in ratio] == [
        (ids[0], "estimate"), (ids[0], "conf_low"), (ids[0], "conf_high"),
    ]  # fmt: skip
    assert {line["quantity"] for line in cells if line["printed"] == "100 (40)"} == {"n", "n_event"}
    assert {line["estimate_id"] for line in cells} == set(ids)
    conform("cells", pd.DataFrame(cells).astype({"row": int, "column": int}))


def test_ours_beside_print_is_that_of_our_estimate(make: Any, words: Words) -> None:
    display = AgreementTable(kind="agreement_table", title="T")
    agreement = make.agreement().assign(estimate_id=list("abcdefgh"))
    printed, cells = _files(table(make.estimates(), display, words, agreement=agreement))
    ratio = next(i for i, line in enumerate(printed, 1) if "4.20 (1.20–14.70) P<0.01" in line)
    found = [line for line in cells if (line["row"], line["column"]) == (str(ratio), "4")]
    assert [(line["estimate_id"], line["quantity"]) for line in found] == [
        ("c", "estimate"), ("d", "conf_low"), ("e", "conf_high"), ("f", "p_value"),
    ]  # fmt: skip
