"""Missing items, centres and outcomes in one table."""

import csv
import io

from hematotox.declarations.study.kinds.missingness import MissingnessTable
from hematotox.reporting import table

DISPLAY = MissingnessTable(kind="missingness", title="T", analyses=("a",))
SHARE = {"conf_level": 0.95, "conf_method": "clopper-pearson", "score": "ht"}


def share(make, term, reference, group, count, n):
    words = {"term": term, "reference": reference, "comparator": group, **SHARE}
    return make.row("missingness", "proportion", estimate=count / n, n=n, n_event=count, **words)


def printed(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_items_then_centres_then_outcomes(make, words):
    survival = {
        **SHARE, "term": "overall_survival", "endpoint": "overall_survival", "time": 365,
        "reference": "outcome", "conf_method": "log-log",
    }  # fmt: skip
    frame = make.estimates(
        share(make, "crp", "missing", "all", 5, 50),
        share(make, "crp", "missing", "unknown", 5, 10),
        share(make, "crp", "censored", "all", 0, 50),
        share(make, "north", "centre", "unknown", 4, 20),
        share(make, "response", "evaluable", "known", 38, 40),
        share(make, "response", "followed", "known", 30, 40) | {"time": 365},
        make.row("missingness", "survival", comparator="known", estimate=0.7, conf_low=0.6,
                 conf_high=0.8, n=40, n_event=12, **survival),
    )  # fmt: skip
    rows = printed(table(frame, DISPLAY, words)["csv"])
    told = [row for row in rows if len(row) == 4 and row[0].startswith("  ")]
    assert [row[1:] for row in told] == [
        ["5/50 (10%)", "", "5/10 (50%)"],
        ["", "", "4/20 (20%)"],
        ["", "38/40 (95%)", ""],
        ["", "30/40 (75%)", ""],
        ["", "70.0 (60.0–80.0)", ""],
    ]
    assert told[4][0].endswith(" at 12 months")
    assert any("to death or for at least 12 months." in row[0] for row in rows if row)
    # nothing is censored, so nothing is said of it
    assert not any("limit of the assay" in row[0] for row in rows if row)
