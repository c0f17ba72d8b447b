"""Compare simulated CART-SIE cohorts with every published number; write the table of seeds.

    python tests/benchmarks/calibration_table.py [first seed] [last seed]

prints the table that stands in docs/calibration.md. Simulation, cohort, scores and statistics are
those of the package; nothing is staged here: the simulated records are already canonical.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from hematotox.cohort import build
from hematotox.contracts import Staged, conform, empty
from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.score import Score
from hematotox.declarations.study import Study
from hematotox.scoring import score
from hematotox.stats.cox import cox
from hematotox.stats.cumulative_incidence import cumulative_incidence, incidence_at
from hematotox.stats.fine_gray import fine_gray
from hematotox.stats.kaplan_meier import kaplan_meier, reverse_kaplan_meier, survival_at
from hematotox.stats.logistic import logistic
from hematotox.stats.roc import auc
from hematotox.stats.survival_quantiles import quantile_with_limits
from hematotox.synthetic import Calibration
from hematotox.synthetic.simulation import Records, draw_records

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"
SHIPPED_SEED = 1
CAUSES = {
    "non_relapse_mortality": ("non_relapse_death",),
    "infectious_death": ("infectious_death",),
    "second_primary_malignancy": ("second_malignancy",),
    "myeloid_second_primary_malignancy": ("myeloid_malignancy",),
}
STUDY = """
id: cart_sie
title: Calibration of the synthetic centres
centres: [sie_01]
population:
  - include: {variable: disease, in: [lbcl], label: large B-cell lymphoma}
covariates:
  stage_advanced: {variable: stage, at_least: 3}
  ipi_high: {variable: ipi, at_least: 3}
  bridging_failure: {variable: bridging_response, yes: [pd]}
  lines: {variable: prior_lines}
endpoints: [overall_survival, progression_free_survival, duration_of_response,
  non_relapse_mortality, infectious_death, second_primary_malignancy,
  myeloid_second_primary_malignancy, overall_response_day_90, complete_response_day_90, crs,
  severe_crs, icans, severe_icans, early_icaht, late_icaht, late_icaht_ge3,
  late_thrombocytopenia, late_anemia]
scores: [ht, simple_ht]
conventions: {primary: cart_sie}
analyses: {}
displays: {}
"""
ADJUSTMENT = ("stage_advanced", "bulky", "refractory", "ipi_high", "bridging")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One published number beside the simulated one."""

    place: str
    printed: str
    published: float
    simulated: float
    allowed: str
    agrees: bool
    exempt: str


@cache
def declarations() -> tuple[Study, Dictionary, Endpoints, dict[str, Score], dict[str, Convention]]:
    """Return the study of this table and the declarations it uses."""

    def read(name: str, model: type) -> object:
        return parse((CONFIG / name).read_text(encoding="utf-8"), source=name, model=model)

    scores = {name: read(f"scores/{name}.yaml", Score) for name in ("ht", "simple_ht")}
    conventions = {"cart_sie": read("conventions/cart_sie.yaml", Convention)}
    study = parse(STUDY, source="calibration study", model=Study)
    dictionary = read("dictionary.yaml", Dictionary)
    return study, dictionary, read("endpoints.yaml", Endpoints), scores, conventions


@cache
def published() -> pd.DataFrame:
    """Return the paper's numbers."""
    table = pd.read_csv(CONFIG / "published" / "cart_sie.csv", dtype=str, keep_default_na=False)
    for column in ("estimate", "conf_low", "conf_high", "time"):
        table[column] = pd.to_numeric(table[column])
    return table


def shipped_calibration() -> Calibration:
    """Return the calibration that the package ships."""
    path = ROOT / "workflow" / "src" / "hematotox" / "synthetic" / "calibration.json"
    return Calibration.model_validate_json(path.read_text(encoding="utf-8"))


def cohort_of(records: Records) -> pd.DataFrame:
    """Return one row an included patient: covariates, score groups, endpoints."""
    study, dictionary, endpoints, scores, conventions = declarations()
    staged = Staged(
        subjects=conform("subjects", records.subjects),
        labs=conform("labs", records.labs),
        events=conform("events", records.events.drop_duplicates()),
        findings=empty("findings"),
    )
    cohort = build(
        staged,
        study,
        dictionary=dictionary,
        endpoints=endpoints,
        scores=scores,
        conventions=conventions,
    )
    table = cohort.population[cohort.population["included"]].set_index("patient_id")
    for name, rows in score(cohort, scores).groupby("score"):
        rows = rows.set_index("patient_id")
        table[f"{name}.group"] = rows["group"].where(rows["points"].notna(), "")
    for name, rows in cohort.endpoints.groupby("endpoint"):
        rows = rows.set_index("patient_id")
        table[f"{name}:time"] = rows["time"]
        table[f"{name}:status"] = rows["status"].astype("Float64").where(rows["evaluable"])
    table = table.copy()
    table["prior_lines"] = table["lines"].map(lambda n: "" if pd.isna(n) else min(int(n), 3))
    table["prior_lines"] = table["prior_lines"].astype(str).replace({"3": ">=3"})
    table["infused"] = cohort.attrition["n_after"].iloc[1]
    table["enrolled"] = cohort.attrition["n_after"].iloc[0]
    return table


def simulated(row: pd.Series, table: pd.DataFrame) -> float:
    """Return the simulated counterpart of one published row; NaN if there is none."""
    patients = table
    if row["population"] != "all":
        patients = table[table[f"{row['population']}.group"] != ""]
    grouped = row["group"] in ("low", "high")
    method = row["method"]
    if grouped and method not in ("logistic", "cox", "fine_gray", "diagnostic_accuracy"):
        patients = patients[patients[f"{row['population']}.group"] == row["group"]]
    if row["group"].startswith("second_primary_malignancy="):
        patients = patients[patients["second_primary_malignancy:status"] == 1]
    functions = {
        "describe": _describe,
        "kaplan_meier": _kaplan_meier,
        "follow_up": _kaplan_meier,
        "cumulative_incidence": _incidence,
        "logistic": _logistic,
        "cox": _cox,
        "fine_gray": _fine_gray,
        "diagnostic_accuracy": _accuracy,
        "roc": _accuracy,
        "attrition": _attrition,
    }
    return functions[method](row, patients) if method in functions else np.nan


def _attrition(row: pd.Series, patients: pd.DataFrame) -> float:
    counts = {"0.0": patients["enrolled"], "1.0": patients["infused"]}
    if row["term"] == "HT not calculable":
        return float((patients["ht.group"] == "").sum())
    position = "" if pd.isna(row["time"]) else str(row["time"])
    return float(counts[position].iloc[0]) if position in counts else float(len(patients))


def _describe(row: pd.Series, patients: pd.DataFrame) -> float:
    term, reference, estimand = row["term"], row["reference"], row["estimand"]
    if row["endpoint"] and f"{row['endpoint']}:status" in patients and not row["group"].startswith("second"):
        return _endpoint_share(row, patients)
    if term.endswith(".group"):
        return float(len(patients))
    if term == "centre":
        return float(patients["centre"].nunique())
    if term not in patients:
        return np.nan
    values = patients[term]
    if estimand in ("median", "quantile"):
        share = 0.5 if estimand == "median" else float(reference)
        return float(np.quantile(pd.to_numeric(values).dropna(), share))
    known = values.astype(str) != ""
    count = float((~known).sum() if reference == "missing" else (values == reference).sum())
    return count if estimand == "count" else count / known.sum()


def _endpoint_share(row: pd.Series, patients: pd.DataFrame) -> float:
    status = patients[f"{row['endpoint']}:status"]
    happened = status == 1
    if row["term"] == "onset":
        times = patients.loc[happened.fillna(False), f"{row['endpoint']}:time"]
        return float(np.quantile(times, float(row["reference"] or 0.5)))
    if row["group"] == "late_icaht=yes":
        return float(happened.sum() / (patients["late_icaht:status"] == 1).sum())
    if row["group"] == "non_relapse_mortality=non_relapse_death":
        return float(happened.sum() / (patients["non_relapse_mortality:status"] == 1).sum())
    if row["estimand"] == "count":
        return float(happened.sum()) if not row["term"] else np.nan
    return float(happened.sum() / status.notna().sum())


def _times(row: pd.Series, patients: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    known = patients[patients[f"{row['endpoint']}:status"].notna()]
    time = known[f"{row['endpoint']}:time"].to_numpy(dtype=float)
    return time, known[f"{row['endpoint']}:status"].to_numpy(dtype=int), known


def _kaplan_meier(row: pd.Series, patients: pd.DataFrame) -> float:
    time, status, _ = _times(row, patients)
    if row["method"] == "follow_up":
        curve = reverse_kaplan_meier(time=time, event=status)
    else:
        curve = kaplan_meier(time=time, event=status)
    if row["estimand"] == "survival":
        return float(survival_at(curve, [row["time"]]).survival[0])
    return float(quantile_with_limits(curve, [float(row["term"])]).estimate[0])


def _incidence(row: pd.Series, patients: pd.DataFrame) -> float:
    time, status, _ = _times(row, patients)
    if row["estimand"] == "count":
        return float((status == 1).sum())
    curve = cumulative_incidence(time=time, status=status, causes=[1, 2])
    return float(incidence_at(curve, times=[row["time"]]).estimate[0, 0])


def _exposure(row: pd.Series, patients: pd.DataFrame) -> pd.DataFrame:
    """Return the covariate of a published model, and those of the adjustment."""
    term = row["term"]
    if term.endswith(".group"):
        columns = {"exposure": (patients[term] == "high").astype(float)}
    elif term == "age":
        columns = {"exposure": patients["age"].astype(float)}
    elif term == "late_thrombocytopenia":
        columns = {"exposure": patients["late_thrombocytopenia:status"].astype(float)}
    else:
        columns = {"exposure": _indicator(patients[term])}
    if row["adjustment"]:
        columns |= {name: _indicator(patients[name]) for name in ADJUSTMENT}
        for level in ("hgbl", "pmbcl"):
            columns[level] = (patients["histology"] == level).astype(float)
    return pd.DataFrame(columns)


def _indicator(values: pd.Series) -> pd.Series:
    return values.map({"yes": 1.0, "no": 0.0})


def _cox(row: pd.Series, patients: pd.DataFrame) -> float:
    time, status, known = _times(row, patients)
    design = _exposure(row, known)
    complete = design.notna().all(axis=1).to_numpy()
    time, status, design = time[complete], status[complete], design[complete]
    first = cox(time=time, event=status, covariates=design.drop(columns="exposure").to_numpy())
    predictor = design.drop(columns="exposure").to_numpy() @ first.coefficient
    second = np.column_stack([design["exposure"], predictor])
    return float(cox(time=time, event=status, covariates=second).coefficient[0])


def _logistic(row: pd.Series, patients: pd.DataFrame) -> float:
    _, status, known = _times(row, patients)
    design = _exposure(row, known)
    complete = design.notna().all(axis=1).to_numpy()
    status, design = status[complete], design[complete]
    if not row["adjustment"]:
        return float(logistic(outcome=status, covariates=design.to_numpy()).estimate[1])
    first = logistic(outcome=status, covariates=design.drop(columns="exposure").to_numpy())
    predictor = design.drop(columns="exposure").to_numpy() @ first.estimate[1:]
    second = np.column_stack([design["exposure"], predictor])
    return float(logistic(outcome=status, covariates=second).estimate[1])


def _fine_gray(row: pd.Series, patients: pd.DataFrame) -> float:
    time, status, known = _times(row, patients)
    design = _exposure(row, known)
    complete = design.notna().all(axis=1).to_numpy()
    model = fine_gray(
        time=time[complete], status=status[complete], covariates=design[complete].to_numpy()
    )
    return float(model.coefficient[0])


def _accuracy(row: pd.Series, patients: pd.DataFrame) -> float:
    _, status, known = _times(row, patients)
    high = (known[f"{row['population']}.group"] == "high").to_numpy()
    sensitivity, specificity = high[status == 1].mean(), 1 - high[status == 0].mean()
    return {
        "sensitivity": sensitivity,
        "specificity": specificity,
        "log_likelihood_ratio_positive": np.log(sensitivity / (1 - specificity)),
        "log_likelihood_ratio_negative": np.log((1 - sensitivity) / specificity),
        "auc": auc(outcome=status, marker=high.astype(float)).estimate,
    }[row["estimand"]]


def judge(row: pd.Series, value: float) -> Verdict:
    """Compare one published number with the simulated one at issue B's tolerance."""
    target, estimand = row["estimate"], row["estimand"]
    if estimand == "survival_time_quantile" and row["printed"] == "NR":
        return Verdict(row["place"], "NR", np.nan, value, "not reached", bool(np.isnan(value)), "")
    if estimand.startswith("log_") and "likelihood" in estimand:
        allowed, good = "0.05", abs(np.exp(value) - np.exp(target)) <= 0.05
    elif estimand.startswith("log_"):
        allowed, good = "published interval", row["conf_low"] <= value <= row["conf_high"]
    elif estimand == "count":
        spread = 0 if "column head" in row["place"] or row["place"].startswith("flow") else 3
        allowed, good = f"{spread} patients", abs(value - target) <= spread
    elif estimand in ("median", "quantile", "survival_time_quantile"):
        allowed, good = "10 %", abs(value / target - 1) <= 0.10
    else:
        allowed, good = "2 points", abs(value - target) <= 0.02
    exempt = row["inconsistent"]
    return Verdict(row["place"], row["printed"], target, value, allowed, bool(good), exempt)


def verdicts(seed: int) -> list[Verdict]:
    """Simulate once and judge every published number that has a simulated counterpart."""
    table = cohort_of(draw_records(shipped_calibration(), seed))
    rows = [row for _, row in published().iterrows() if row["estimand"] != "hypothesis_test"]
    judged = [judge(row, simulated(row, table)) for row in rows]
    return [v for v in judged if not (np.isnan(v.simulated) and v.allowed != "not reached")]


def main(first: int, last: int) -> None:
    """Print, for each seed, how many numbers agree and which do not."""
    print("| seed | numbers judged | agree | outside |")
    print("|---|---|---|---|")
    for seed in range(first, last + 1):
        judged = [v for v in verdicts(seed) if not v.exempt]
        outside = [f"{v.place} ({v.printed}): {v.simulated:.4g}" for v in judged if not v.agrees]
        agree = len(judged) - len(outside)
        print(f"| {seed} | {len(judged)} | {agree} | {'; '.join(outside) or 'none'} |", flush=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]) if len(sys.argv) > 2 else (1, 20))
