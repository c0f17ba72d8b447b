"""Judge simulated CART-SIE cohorts against every published number, for many seeds.

    python tests/benchmarks/calibration_table.py 1 20

rewrites the tables of docs/calibration.md. Cohort, scores, estimates and verdicts are those of the
package and of config/studies/cart_sie.yaml. The simulated records enter as staged tables: that
staging gives them back unchanged from every centre's dialect is tested elsewhere.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from math import exp

import pandas as pd

from hematotox.analysis import collect, compare_published, estimate
from hematotox.catalogue import Catalogue, read_catalogue
from hematotox.cohort import build
from hematotox.contracts import Cohort, Staged, conform, empty
from hematotox.declarations.cohort_plan import CohortPlan
from hematotox.declarations.plan import Plan
from hematotox.files import CLONE, read_published, sha256
from hematotox.scoring import score
from hematotox.synthetic import CALIBRATION, Calibration, read_calibration
from hematotox.synthetic.simulation import Records, draw_records

STUDY = "cart_sie"
SHIPPED_SEED = 1
BEYOND_PRINT = ("by", "strata", "landmark", "compare")
"""What an analysis has that the paper does not: left out, to be quick."""
SHOWN = ("text", "flow")


@cache
def catalogue() -> Catalogue:
    """Return the declarations of the demonstration."""
    return read_catalogue({"studies": [STUDY], "exports": "results/exports"}, run_folder=CLONE)


def cohort_of(records: Records) -> Cohort:
    """Return the study's scored cohort of simulated records."""
    plan = CohortPlan.model_validate_json(catalogue().cohort_section(STUDY))
    staged = Staged(
        subjects=conform("subjects", records.subjects),
        labs=conform("labs", records.labs),
        events=conform("events", records.events),
        findings=empty("findings"),
        tally=empty("tally"),
    )
    cohort = build(
        staged,
        plan.study,
        dictionary=plan.dictionary,
        endpoints=plan.endpoints,
        scores=plan.scores,
        conventions=plan.conventions,
    )
    return replace(cohort, scores=score(cohort, plan.scores))


def estimates_of(records: Records) -> pd.DataFrame:
    """Return the estimates that the paper prints, on simulated records."""
    plan = Plan.model_validate_json(catalogue().plan_section(STUDY))
    printed = set(published()[["method", "endpoint"]].itertuples(index=False, name=None))
    kept = {
        name: analysis
        for name, analysis in plan.analyses.items()
        if (analysis.method, getattr(analysis, "endpoint", "")) in printed
        and not any(getattr(analysis, field, None) for field in BEYOND_PRINT)
    }
    frames = estimate(cohort_of(records), plan.model_copy(update={"analyses": kept}))
    return collect(list(frames.values()))


@cache
def published() -> pd.DataFrame:
    """Return the paper's numbers."""
    return read_published(CLONE / "config" / "published" / f"{STUDY}.csv")


def verdicts(calibration: Calibration, seed: int) -> pd.DataFrame:
    """Return the agreement table of one simulation: one row a published number."""
    estimates = estimates_of(draw_records(calibration, seed))
    return compare_published(estimates, published(), catalogue().studies[STUDY].agreement)


def seed_line(seed: int, table: pd.DataFrame) -> str:
    """Return one line of the table of seeds."""
    judged = table[(table["quantity"] == "estimate") & table["verdict"].isin(["agrees", "differs"])]
    outside = judged[judged["verdict"] == "differs"]
    places = [
        f"{row.place} ({row.printed}): {_shown(row.ours, row.estimand)}"
        for row in outside.itertuples()
    ]
    agree = len(judged) - len(outside)
    return f"| {seed} | {len(judged)} | {agree} | {'; '.join(places) or 'none'} |"


def shipped_lines(table: pd.DataFrame) -> list[str]:
    """Return the numbers of the text, printed and simulated, of the shipped seed."""
    rows = table[(table["quantity"] == "estimate") & table["place"].str.startswith(SHOWN)]
    return [
        f"| {row.place} | {row.endpoint or row.term} | {row.group} | {row.printed} | "
        f"{_shown(row.ours, row.estimand)} | {row.verdict}"
        f"{f': {row.reason}' if row.verdict in ('exempt', 'not comparable') else ''} |"
        for row in rows.itertuples()
    ]


def _shown(value: float, estimand: str) -> str:
    if pd.isna(value):
        return "-"
    if estimand.startswith("log_"):
        return f"{exp(value):.2f}"
    if estimand == "survival_time_quantile":
        return f"{value / 30.4375:.1f} mo"
    shares = ("survival", "proportion", "cumulative_incidence", "sensitivity", "specificity", "auc")
    return f"{100 * value:.1f} %" if estimand in (*shares, "percentage_of_known") else f"{value:g}"


def write_tables(first: int, last: int) -> None:
    """Rewrite the two tables between their markers in docs/calibration.md."""
    tables = {seed: verdicts(read_calibration(), seed) for seed in range(first, last + 1)}
    seeds = ["| seed | numbers judged | agree | outside |", "|---|---|---|---|"]
    seeds += [seed_line(seed, table) for seed, table in tables.items()]
    seeds += ["", f"Made with the calibration {sha256(CALIBRATION)}."]
    shipped = [
        "| place | endpoint | group | printed | simulated | verdict |",
        "|---|---|---|---|---|---|",
        *shipped_lines(tables[SHIPPED_SEED]),
    ]
    page = CLONE / "docs" / "calibration.md"
    text = page.read_text(encoding="utf-8")
    for name, lines in (("seeds", seeds), ("shipped seed", shipped)):
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        head, rest = text.split(start)
        text = head + start + "\n" + "\n".join(lines) + "\n\n" + end + rest.split(end)[1]
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_tables(int(sys.argv[1]), int(sys.argv[2]))
