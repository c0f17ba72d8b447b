"""Judge simulated cohorts of a study against every published estimate, for many seeds.

    python tests/benchmarks/calibration_table.py cart_sie 1 20

rewrites the study's tables of docs/calibration.md; the others are `de_boer`, `nih_all_ht` and
`gla_drst_hscb`. Cohort, scores, estimates and verdicts are those of the package and of the study's
file. The simulated records enter as staged tables: that
staging gives them back unchanged from every centre's dialect is tested elsewhere.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from hematotox.analysis import collect, compare_published, estimate
from hematotox.cohort import build
from hematotox.contracts import Cohort, Staged, conform, empty
from hematotox.declarations.study.cohort_plan import CohortPlan
from hematotox.declarations.study.plan import Plan
from hematotox.run.catalogue import Catalogue, read_catalogue
from hematotox.run.files import CLONE, read_published, sha256
from hematotox.scoring import score
from hematotox.synthetic import CALIBRATION, read_calibration
from hematotox.synthetic.other_studies import other_study
from hematotox.synthetic.simulation import Records, draw_records

FIRST_STUDY = "cart_sie"
FOLDERS = {"de_boer": "de_boer", "nih_all_ht": "nair", "gla_drst_hscb": "gla_drst"}
"""Study and the folder of the package that holds its calibration."""
SHIPPED_SEED = 1
NEAR = "within the simulator's tolerance"
BEYOND_PRINT = ("by", "strata", "landmark", "compare")
"""What an analysis has that the paper does not: left out, to be quick."""
SHOWN = ("text", "flow", "abstract", "congress summary")


@cache
def catalogue(study: str) -> Catalogue:
    """Return the declarations of a study."""
    return read_catalogue({"studies": [study], "exports": "results/exports"}, run_folder=CLONE)


def records_of(study: str, seed: int) -> Records:
    """Draw the records of a study's patients."""
    if study == FIRST_STUDY:
        return draw_records(read_calibration(), seed)
    other = other_study(catalogue(study).studies[study].centres[0])
    assert other is not None, study
    return other.draw_records(seed)


def calibration_digest(study: str) -> str:
    """Return the digest of the calibration that the records are drawn with."""
    folder = CALIBRATION.parent / FOLDERS.get(study, "")
    return sha256(folder / "calibration.json")


def cohort_of(study: str, records: Records) -> Cohort:
    """Return the study's scored cohort of simulated records."""
    plan = CohortPlan.model_validate_json(catalogue(study).cohort_section(study))
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


def estimates_of(study: str, records: Records) -> pd.DataFrame:
    """Return the estimates that the paper prints, on simulated records."""
    plan = Plan.model_validate_json(catalogue(study).plan_section(study))
    printed = set(published(study)[["method", "endpoint"]].itertuples(index=False, name=None))
    kept = {
        name: analysis
        for name, analysis in plan.analyses.items()
        if (analysis.method, getattr(analysis, "endpoint", None) or "") in printed
        and (analysis.method == "correlation" or not beyond_print(analysis))
    }
    frames = estimate(cohort_of(study, records), plan.model_copy(update={"analyses": kept}))
    return collect(list(frames.values()))


def beyond_print(analysis: Any) -> bool:
    """Return whether an analysis adds to one that the paper prints."""
    return any(getattr(analysis, field, None) for field in BEYOND_PRINT)


@cache
def published(study: str) -> pd.DataFrame:
    """Return the paper's numbers."""
    return read_published(CLONE / "config" / "published" / f"{study}.csv")


def verdicts(study: str, seed: int) -> pd.DataFrame:
    """Return the agreement table of one simulation: one row a published number."""
    estimates = estimates_of(study, records_of(study, seed))
    tolerances = catalogue(study).studies[study].agreement
    return compare_published(estimates, published(study), tolerances)


def seed_line(seed: int, table: pd.DataFrame) -> str:
    """Return one line of the table of seeds."""
    judged = table[(table["quantity"] == "estimate") & table["verdict"].isin(["agrees", "differs"])]
    differ = judged[judged["verdict"] == "differs"]
    outside = differ[differ["reason"] != NEAR]
    places = [f"{row.place} ({row.printed}): {_shown(row)}" for row in outside.itertuples()]
    counts = (len(judged), len(judged) - len(differ), len(differ) - len(outside))
    exempt = int(((table["quantity"] == "estimate") & (table["verdict"] == "exempt")).sum())
    cells = (seed, *counts, "; ".join(places) or "none", exempt)
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def shipped_lines(table: pd.DataFrame) -> list[str]:
    """Return the numbers of the text, printed and simulated, of the shipped seed."""
    rows = table[(table["quantity"] == "estimate") & table["place"].str.startswith(SHOWN)]
    return [
        f"| {row.place} | {row.endpoint or row.term} | {row.group} | {row.printed} | "
        f"{_shown(row)} | {row.verdict}{f': {row.reason}' if row.reason else ''} |"
        for row in rows.itertuples()
    ]


def _shown(row: Any) -> str:
    """Return our number in the unit and at the decimals of print."""
    unit = {"per cent": " %", "months": " mo"}.get(row.unit, "")
    return "-" if pd.isna(row.ours) else f"{row.ours:.{row.decimals}f}{unit}"


def write_tables(study: str, first: int, last: int) -> None:
    """Rewrite the two tables of a study between their markers in docs/calibration.md."""
    tables = {seed: verdicts(study, seed) for seed in range(first, last + 1)}
    heads = "| seed | numbers judged | as printed | within the tolerance | outside | exempt |"
    seeds = [heads, "|---|---|---|---|---|---|"]
    seeds += [seed_line(seed, table) for seed, table in tables.items()]
    seeds += ["", f"Made with the calibration {calibration_digest(study)}."]
    shipped = [
        "| place | endpoint | group | printed | simulated | verdict |",
        "|---|---|---|---|---|---|",
        *shipped_lines(tables[SHIPPED_SEED]),
    ]
    page = CLONE / "docs" / "calibration.md"
    text = page.read_text(encoding="utf-8")
    for name, lines in ((f"seeds of {study}", seeds), (f"shipped seed of {study}", shipped)):
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        head, rest = text.split(start)
        text = head + start + "\n" + "\n".join(lines) + "\n\n" + end + rest.split(end)[1]
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_tables(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
