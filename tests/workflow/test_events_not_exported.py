"""Two hospitals, the whole way: one has no column of second malignancies, one none of progression.

What their exports do not hold is unknown in the estimates, and never "did not happen".
"""

from __future__ import annotations

import pandas as pd
import pytest

CENTRE = """\
id: {name}
tables:
  subjects: {{file: patients.csv, patient: id}}
subjects:
  infusion_date: {{column: infused}}
  disease: {{column: disease, values: {{lbcl: lbcl}}}}
events:
  death: {{date: died, column: cause, values: {{infection: infection}}}}
  last_contact: {{date: seen}}
"""
LACKING = {"north": "second_malignancy", "south": "progression"}
COLUMNS = {
    "second_malignancy": "  second_malignancy: {date: tumour}\n",
    "progression": "  progression: {date: progressed}\n",
}
STUDY = """\
id: two
title: Two hospitals
centres: [north, south]
population:
  - include: {variable: disease, in: [lbcl], label: "Large B-cell lymphoma"}
analyses:
  survival: {method: kaplan_meier, endpoint: overall_survival, times: [365]}
  relapse_free: {method: kaplan_meier, endpoint: progression_free_survival, times: [365]}
  relapse_free_by_centre:
    {method: kaplan_meier, endpoint: progression_free_survival, times: [365], by: centre}
  mortality: {method: cumulative_incidence, endpoint: non_relapse_mortality, times: [365]}
  spm: {method: cumulative_incidence, endpoint: second_primary_malignancy, times: [365]}
  toxicity: {method: proportion, endpoint: crs}
displays:
  table: {kind: survival_table, title: Survival, analyses: [survival, relapse_free]}
"""
# Infused on 1 January 2024. Patient 1 dies of an infection on day 100, 2 has the event that her
# hospital exports on day 60, and 3 to 6 are seen alive after 400 days.
ROWS = """\
id,infused,disease,died,cause,seen,{event}
1,2024-01-01,lbcl,2024-04-10,infection,,
2,2024-01-01,lbcl,,,2025-02-04,2024-03-01
3,2024-01-01,lbcl,,,2025-02-04,
4,2024-01-01,lbcl,,,2025-02-04,
5,2024-01-01,lbcl,,,2025-02-04,
6,2024-01-01,lbcl,,,2025-02-04,
"""


@pytest.fixture
def folder(tmp_path):
    """A run folder with two centres and their exports."""
    files = {
        "config/config.yaml": "studies: [two]\nexports: exports\n",
        "config/studies/two.yaml": STUDY,
    }
    for name, lacking in LACKING.items():
        held, column = {
            "second_malignancy": ("progression", "progressed"),
            "progression": ("second_malignancy", "tumour"),
        }[lacking]
        files[f"config/centres/{name}.yaml"] = CENTRE.format(name=name) + COLUMNS[held]
        files[f"exports/{name}/patients.csv"] = ROWS.format(event=column)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def estimates(folder) -> pd.DataFrame:
    return pd.read_csv(folder / "results/estimates/two.csv", keep_default_na=False)


def where(found: pd.DataFrame, analysis: str) -> dict[str, int]:
    """Return how many patients an analysis has, and why the others are not in it."""
    rows = found[(found["analysis"] == analysis) & (found["method"] == "evaluability")]
    return {term: int(n) for term, n in zip(rows["term"], rows["estimate"], strict=True)}


def value(found: pd.DataFrame, analysis: str, estimand: str, term: str = "") -> float:
    rows = found[(found["analysis"] == analysis) & (found["estimand"] == estimand)]
    rows = rows[(rows["time"].astype(str) == "365") & rows["term"].isin(["", term])]
    assert len(rows) == 1
    return float(rows["estimate"].iloc[0])


def test_an_unexported_event_is_unknown_everywhere(folder, snakemake, edited) -> None:
    run = snakemake(folder, "--cores", "1", "results/checks/two.csv")
    assert run.returncode == 0, run.stderr
    found = estimates(folder)
    no_progression = "endpoint not evaluable: the export of south does not hold progression"
    no_malignancy = "endpoint not evaluable: the export of north does not hold second malignancies"
    assert where(found, "survival") == {"analysed": 12}
    assert where(found, "relapse_free") == {"analysed": 6, no_progression: 6}
    assert where(found, "mortality") == {"analysed": 6, no_progression: 6}
    assert where(found, "spm") == {"analysed": 6, no_malignancy: 6}
    assert value(found, "survival", "survival") == pytest.approx(10 / 12)
    assert value(found, "relapse_free", "survival") == pytest.approx(4 / 6)
    assert value(found, "mortality", "cumulative_incidence", "non_relapse_death") == (
        pytest.approx(1 / 6)
    ), "1 of 6: not 2 of 12, nor 1 of 12"

    # Nobody exports CRS: nobody is evaluable, and the row says so.
    crs = found[(found["analysis"] == "toxicity") & (found["method"] == "proportion")]
    assert set(crs["condition"]) == {"no patients"}
    assert where(found, "toxicity") == {
        "analysed": 0,
        "endpoint not evaluable: the export of north does not hold CRS": 6,
        "endpoint not evaluable: the export of south does not hold CRS": 6,
    }
    findings = pd.read_csv(folder / "results/cohorts/two/findings.csv", keep_default_na=False)
    told = findings[findings["kind"] == "event not in the export"]
    assert sorted(zip(told["centre"], told["variable"], strict=True)) == [
        ("north", "crs"),
        ("north", "second_malignancy"),
        ("south", "crs"),
        ("south", "progression"),
    ]

    # The centre looked and found none: that is said in its file, and only that centre changes.
    path = folder / "config/centres/north.yaml"
    path.write_text(path.read_text() + "none_occurred: [second_malignancy]\n", encoding="utf-8")
    run = snakemake(folder, "--cores", "1", "results/estimates/two.csv")
    assert run.returncode == 0, run.stderr
    assert "reading the export of north" in run.stderr
    assert "reading the export of south" not in run.stderr
    assert where(estimates(folder), "spm") == {"analysed": 12}


def test_a_hospital_that_does_not_export_deaths_is_refused(folder, snakemake) -> None:
    path = folder / "config/centres/south.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "death:" not in line), encoding="utf-8")
    run = snakemake(folder, "--cores", "1")
    assert run.returncode == 1
    said = (run.stdout + run.stderr).splitlines()
    (told,) = [line for line in said if line.startswith("config/")]
    assert told.startswith(
        "config/centres/south.yaml:7: events: death is missing: every patient would count as "
        "alive. It is needed by two (non_relapse_mortality, overall_survival, "
    )
    assert not (folder / "results").exists(), "nothing was begun"
