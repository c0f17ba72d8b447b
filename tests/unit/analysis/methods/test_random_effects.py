"""Odds ratios by centre and their summary, on tables small enough to draw."""

import pandas as pd
import pytest

from hematotox.analysis.methods.random_effects import estimate_random_effects
from hematotox.analysis.patients import Patients, wide_table, with_endpoint
from hematotox.analysis.rows import Context


def _by_centre(tables: dict[str, tuple[int, int, int, int]]) -> str:
    """Draw centres from (high with, high without, low with, low without the event)."""
    return "centre risk response\n" + "\n".join(
        f"{centre} {line}"
        for centre, (a, b, c, d) in tables.items()
        for line in ["high 1"] * a + ["high 0"] * b + ["low 1"] * c + ["low 0"] * d
    )


BY_CENTRE = {"method": "random_effects", "endpoint": "response", "exposure": "risk"}


def test_a_centre_with_a_zero_cell_is_in_the_summary_without_an_added_half(estimates) -> None:
    # R: metafor::rma.glmm(measure = "OR", model = "CM.EL") of these tables
    tables = {"a": (6, 2, 3, 9), "b": (8, 4, 5, 7), "c": (2, 8, 6, 5), "d": (4, 3, 0, 6)}
    tables["e"] = (9, 2, 2, 11)
    rows = estimates(_by_centre(tables), **BY_CENTRE)
    assert rows[rows["centre"] == "d"]["condition"].tolist() == ["separation"]
    summary = rows[(rows["centre"] == "") & (rows["estimand"] == "log_odds_ratio")].iloc[0]
    assert summary["method"] == "binomial_normal"
    assert summary["n"] == 5
    assert summary["condition"] == "zero cell"
    assert summary["estimate"] == pytest.approx(1.5366520818, rel=1e-8)
    assert summary["std_error"] == pytest.approx(
        0.859339326941, rel=1e-4
    )  # R's Hessian is numerical


def test_a_centre_without_an_odds_ratio_is_counted_and_named(estimates) -> None:
    tables = {"a": (6, 2, 3, 9), "b": (8, 4, 5, 7), "c": (5, 5, 0, 0), "d": (0, 3, 0, 6)}
    rows = estimates(_by_centre(tables), **BY_CENTRE)
    assert rows[rows["centre"] == "c"]["condition"].tolist() == ["one group"]
    assert rows[rows["centre"] == "d"]["condition"].tolist() == ["no events"]
    summary = rows[(rows["centre"] == "") & (rows["estimand"] == "log_odds_ratio")].iloc[0]
    assert summary["method"] == "random_effects"
    assert summary["n"] == 2
    assert "centres without information" in summary["condition"]
    counted = rows[(rows["estimand"] == "count") & (rows["term"] == "centres without information")]
    assert counted["estimate"].tolist() == [2]
    assert counted["n"].tolist() == [4]


def test_every_centre_separated_the_same_way_has_no_summary(estimates) -> None:
    rows = estimates(_by_centre({"a": (4, 0, 0, 5), "b": (3, 2, 0, 6)}), **BY_CENTRE)
    summary = rows[(rows["centre"] == "") & (rows["estimand"] == "log_odds_ratio")].iloc[0]
    assert pd.isna(summary["estimate"])
    assert summary["condition"] == "zero cell; separation; fewer than five studies"


def test_what_is_said_of_all_rows_takes_no_centre_out_of_the_summary(draw, plan_of) -> None:
    tables = {"a": (6, 2, 3, 9), "b": (8, 4, 5, 7), "c": (5, 5, 2, 9)}
    plan = plan_of({"a": BY_CENTRE})
    cohort = draw(_by_centre(tables))
    table = with_endpoint(wide_table(cohort, plan), cohort.endpoints, "response")
    said = Context("s", "synthetic", "a", "all", conditions=("provisional score",))
    rows = estimate_random_effects(Patients(table, said, plan, cohort), plan.analyses["a"])
    assert {row["condition"] for row in rows if row["centre"]} == {"provisional score"}
    summary = next(r for r in rows if not r["centre"] and r["estimand"] == "log_odds_ratio")
    assert (summary["n"], summary["estimate"] is None) == (3, False)
