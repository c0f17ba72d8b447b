"""The checks of every run, broken on purpose: a lost row, anywhere, is seen.

The cohort is the project's own small example, built by the program itself, so that the checks
hold before a row is deleted.
"""

import dataclasses

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.analysis import collect, estimate
from hematotox.checks import check_run
from hematotox.contracts import Cohort, Staged, conform, empty
from hematotox.declarations.study.plan import Plan, PlannedEndpoint, PlannedVariable

N = 24
IDS = [f"{'abc'[i % 3]}/{i:03d}" for i in range(N)]
INCLUDED = [i % 8 != 7 for i in range(N)]


def _staged() -> Staged:
    subjects = pd.DataFrame({"patient_id": IDS, "centre": [i[0] for i in IDS], "source": "real"})
    for column in ("age", "sex", "disease", "histology", "product"):
        subjects[column] = None
    subjects["infusion_date"] = "2021-01-01"
    subjects["lymphodepletion_date"] = ""
    labs = pd.DataFrame(
        [
            {"patient_id": p, "variable": "anc", "day": d, "measurement": 1, "value_low": 1.0,
             "value_high": 1.0}
            for p in IDS
            for d in (0, 5)
        ]
    )  # fmt: skip
    events = pd.DataFrame({"patient_id": IDS, "event": "last_contact", "day": 400, "detail": ""})
    tally = pd.DataFrame(
        [
            {"centre": c, "table": t, "file": f"{t}.csv", "rows_read": read, "rows_staged": read,
             "rows_set_aside": 0, "rows_left_out": 0, "subjects": 0, "labs": 0, "events": 0,
             t: read}
            for c in "abc"
            for t, read in (("subjects", 8), ("labs", 16), ("events", 8))
        ]
    )  # fmt: skip
    return Staged(
        subjects=conform("subjects", subjects),
        labs=conform("labs", labs),
        events=conform("events", events),
        findings=empty("findings"),
        tally=conform("tally", tally),
    )


def _cohort() -> Cohort:
    population = pd.DataFrame(
        {
            "patient_id": IDS,
            "centre": [i[0] for i in IDS],
            "source": "real",
            "included": INCLUDED,
            "reason": ["" if kept else "too young" for kept in INCLUDED],
            "risk": ["low" if i % 2 else "high" for i in range(N)],
            "sex": ["female" if i % 5 else "" for i in range(N)],
        }
    )
    included = [p for p, kept in zip(IDS, INCLUDED, strict=True) if kept]
    n = len(included)
    attrition = [(0, "all", N, 0, N), (1, "too young", N, N - n, n), (2, "no consent", n, 0, n)]
    names = ["position", "criterion", "n_before", "n_excluded", "n_after"]
    per_patient = pd.DataFrame({"patient_id": included})
    endpoints = per_patient.assign(
        endpoint="relapse",
        time=[float(5 + 3 * i) for i in range(n)],
        status=[i % 3 for i in range(n)],
        evaluable=True,
        reason="",
    )
    scores = per_patient.assign(
        score="ht", points=1.0, points_low=1.0, points_high=1.0, group="low", items_missing=0
    )
    grades = per_patient.assign(
        convention="cart_sie", window="late", grade=1, grade_low=1, grade_high=1, days_500=0,
        days_100=0, assessable=True, reason="",
    )  # fmt: skip
    baseline = per_patient.assign(
        score="ht", variant="", variable="anc", value_low=1.0, value_high=1.0, day=-1
    )
    return Cohort(
        population=conform("population", population),
        attrition=conform("attrition", pd.DataFrame(attrition, columns=names)),
        baseline=conform("baseline", baseline),
        grades=conform("grades", grades),
        endpoints=conform("endpoints", endpoints),
        scores=conform("scores", scores),
    )


def _estimates(cohort: Cohort) -> pd.DataFrame:
    from hematotox.declarations.study.methods.cumulative_incidence import CumulativeIncidence
    from hematotox.declarations.study.methods.describe import Describe
    from hematotox.declarations.study.methods.kaplan_meier import KaplanMeier

    shared = {"endpoint": "relapse", "exposure": "risk"}
    plan = Plan(
        study="small",
        analyses={
            "survival": KaplanMeier(method="kaplan_meier", **shared),
            "incidence": CumulativeIncidence(method="cumulative_incidence", **shared),
            "patients_described": Describe(
                method="describe", variables=("sex", "risk"), groups="risk"
            ),
        },
        variables={
            "centre": PlannedVariable(type="category"),
            "risk": PlannedVariable(type="category", levels=("low", "high")),
            "sex": PlannedVariable(type="category", levels=("female", "male")),
        },
        endpoints={"relapse": PlannedEndpoint(type="time_to_event", causes=("relapse", "death"))},
        seed=1,
        bootstrap_replicates=1,
    )
    return collect(list(estimate(cohort, plan).values()))


STAGED, COHORT = _staged(), _cohort()
ESTIMATES = _estimates(COHORT)


def violated(staged=STAGED, cohort=COHORT, estimates=ESTIMATES) -> set[str]:
    return set(check_run(staged, cohort, estimates)["check"])


def test_nothing_is_violated_by_what_the_program_makes() -> None:
    assert violated() == set()
    assert violated(staged=None) == set(), "nor without staged tables"


def without(frame: pd.DataFrame, row: int) -> pd.DataFrame:
    return frame.drop(index=row % len(frame)).reset_index(drop=True)


def dropped(tables, name: str, row: int):
    return dataclasses.replace(tables, **{name: without(getattr(tables, name), row)})


@given(table=st.sampled_from(["subjects", "labs", "events", "tally"]), row=st.integers(0, 200))
@settings(max_examples=30)
def test_a_row_lost_while_staging_is_seen(table: str, row: int) -> None:
    assert violated(staged=dropped(STAGED, table, row)) & {"rows conserved", "patients conserved"}


tables_of_the_cohort = ["population", "attrition", "endpoints", "scores", "grades", "baseline"]


@given(table=st.sampled_from(tables_of_the_cohort), row=st.integers(0, 200))
@settings(max_examples=40)
def test_a_row_lost_while_building_the_cohort_is_seen(table: str, row: int) -> None:
    assert violated(cohort=dropped(COHORT, table, row))
    assert violated(staged=None, cohort=dropped(COHORT, table, row)), "without staged tables too"


@pytest.mark.parametrize("table", ["endpoints", "scores"])
def test_a_whole_table_lost_is_seen_by_the_estimates(table: str) -> None:
    cohort = dataclasses.replace(COHORT, **{table: empty(table)})
    estimates = ESTIMATES.assign(score="ht")
    assert "flow of patients" in violated(cohort=cohort, estimates=estimates)


conserved = ESTIMATES.index[ESTIMATES["method"].isin(("attrition", "evaluability"))]


@given(row=st.sampled_from(conserved.tolist()))
@settings(max_examples=20)
def test_a_row_lost_among_the_flow_of_patients_is_seen(row: int) -> None:
    lost = ESTIMATES.loc[row]
    if lost["term"] != "centres":  # it counts no patients
        assert violated(estimates=ESTIMATES.drop(index=row).reset_index(drop=True))


def test_a_patient_counted_twice_or_not_at_all_is_seen() -> None:
    population = COHORT.population.copy()
    population.loc[population.index[0], "included"] = False
    cohort = dataclasses.replace(COHORT, population=population)
    assert "attrition adds up" in violated(cohort=cohort), "excluded without a reason"
    stranger = COHORT.endpoints.copy()
    stranger.loc[0, "patient_id"] = "z/999"
    assert "row for everybody" in violated(cohort=dataclasses.replace(COHORT, endpoints=stranger))


@pytest.mark.parametrize("table", ["endpoints", "scores", "grades", "baseline"])
def test_a_row_of_somebody_nobody_knows_is_seen(table: str) -> None:
    rows = getattr(COHORT, table)
    more = pd.concat([rows, rows.iloc[:1].assign(patient_id="x/99")], ignore_index=True)
    found = check_run(STAGED, dataclasses.replace(COHORT, **{table: more}), ESTIMATES)
    assert ["row for everybody", table, "1 patients nobody knows"] in found.to_numpy().tolist()


RATIO = {
    "analysis": "survival", "population": "all", "endpoint": "relapse", "method": "cox",
    "term": "risk", "group": "high", "reference": "low", "estimand": "log_hazard_ratio",
    "estimate": 1.0, "std_error": 0.5, "conf_low": 0.02, "conf_high": 1.98, "conf_level": 0.95,
    "conf_method": "wald", "test": "wald", "p_value": 0.04550026389635842, "n": 20, "n_event": 10,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "checks"),
    [
        ({}, set()),
        ({"p_value": 0.5}, {"P and standard error"}),
        ({"conf_high": 1.2}, {"estimate in the middle of its interval"}),
    ],
)
def test_a_ratio_that_contradicts_its_interval_or_p_value_is_seen(changed, checks) -> None:
    row = pd.DataFrame([RATIO | changed], columns=ESTIMATES.columns)
    row = conform("estimates", row.assign(study="small", source="real"))
    assert violated(estimates=pd.concat([ESTIMATES, row], ignore_index=True)) == checks


@pytest.mark.parametrize(
    ("column", "value", "check"),
    [
        ("evaluable", False, "endpoint is complete"),
        ("status", None, "endpoint is complete"),
        ("time", None, "endpoint is complete"),
        ("time", -1.0, "endpoint is complete"),
    ],
)
def test_an_endpoint_that_contradicts_itself_is_seen(column, value, check) -> None:
    endpoints = COHORT.endpoints.copy()
    endpoints.loc[0, column] = value
    found = violated(cohort=dataclasses.replace(COHORT, endpoints=endpoints))
    assert found - {"evaluability counted again"} == {check}


def test_somebody_at_risk_after_death_is_seen() -> None:
    rows = COHORT.endpoints
    death = rows.assign(endpoint="overall_survival")
    infection = rows.assign(endpoint="severe_infection", time=rows["time"] + 1)
    both = pd.concat([rows, death, infection], ignore_index=True)
    found = check_run(STAGED, dataclasses.replace(COHORT, endpoints=both), ESTIMATES)
    found = found[found["check"] != "evaluability counted again"]  # the estimates know neither
    assert found[["check", "where", "message"]].to_numpy().tolist() == [
        ["nobody at risk after death", "severe_infection", f"{len(rows)} patients"]
    ]


CURVE = ESTIMATES[ESTIMATES["estimand"] == "survival_curve"].index
INCIDENCE = ESTIMATES[ESTIMATES["estimand"] == "cumulative_incidence_curve"].index


@pytest.mark.parametrize(
    ("row", "column", "value", "check"),
    [
        (CURVE[3], "estimate", 1.0, "curve is monotone"),
        (CURVE[3], "estimate", -0.1, "probability between 0 and 1"),
        (CURVE[3], "n_at_risk", 99, "curve is monotone"),
        (CURVE[3], "conf_low", 0.999, "estimate within its interval"),
        (CURVE[3], "conf_high", 0.001, "estimate within its interval"),
        (CURVE[3], "std_error", -0.1, "standard error not negative"),
        (CURVE[3], "p_value", 1.5, "p between 0 and 1"),
        (CURVE[3], "n_event", 99, "events among patients"),
        (CURVE[3], "n", 999, "flow of patients"),
        (CURVE[0], "n_at_risk", 3, "curve is whole"),
        (INCIDENCE[5], "estimate", 0.0, "curve is monotone"),
        (INCIDENCE[-1], "estimate", 0.99, "incidences add up"),
        (0, "estimate", 1.5, "count is a whole number"),
    ],
)
def test_an_estimate_that_cannot_be_is_seen(row, column, value, check) -> None:
    estimates = ESTIMATES.copy()
    estimates.loc[row, column] = value
    assert check in violated(estimates=estimates)


def test_a_message_holds_counts_and_no_patient() -> None:
    broken = check_run(dropped(STAGED, "subjects", 0), dropped(COHORT, "endpoints", 3), ESTIMATES)
    text = broken.to_string()
    assert len(broken) >= 2
    assert not any(patient in text for patient in IDS)


def test_rows_set_aside_without_a_finding_are_seen() -> None:
    tally = STAGED.tally.copy()
    tally.loc[0, "rows_staged"] -= 1
    tally.loc[0, "rows_set_aside"] += 1
    assert violated(staged=dataclasses.replace(STAGED, tally=tally)) == {"rows conserved"}


def test_values_that_one_centre_lost_and_another_gained_are_seen() -> None:
    labs = STAGED.labs.copy()
    labs.loc[labs["patient_id"] == IDS[0], "patient_id"] = IDS[1]
    assert violated(staged=dataclasses.replace(STAGED, labs=labs)) == {"rows conserved"}


@pytest.mark.parametrize("reference", ["female", "missing"])
def test_a_level_lost_from_a_described_variable_is_seen(reference: str) -> None:
    described = ESTIMATES["method"].eq("describe") & ESTIMATES["estimand"].eq("count")
    lost = described & ESTIMATES["reference"].eq(reference) & ESTIMATES["estimate"].gt(0)
    for row in ESTIMATES.index[lost]:
        estimates = ESTIMATES.drop(index=row).reset_index(drop=True)
        assert violated(estimates=estimates) == {"levels add up"}
    assert lost.any()


def test_a_lost_level_is_seen_where_no_row_counts_the_group() -> None:
    """Then the variable with the most patients tells how many the group has."""
    described = ESTIMATES["method"].eq("describe") & ESTIMATES["estimand"].eq("count")
    counted = ESTIMATES[~(described & ESTIMATES["reference"].eq("all"))]
    assert len(counted) < len(ESTIMATES)
    assert violated(estimates=counted.reset_index(drop=True)) == set()
    counts = counted["method"].eq("describe") & counted["estimand"].eq("count")
    lost = counted[counts & counted["reference"].eq("female") & counted["estimate"].gt(0)]
    for row in lost.index:
        estimates = counted.drop(index=row).reset_index(drop=True)
        found = check_run(STAGED, COHORT, estimates)
        assert found["check"].tolist() == ["levels add up"]
        assert found["where"].str.contains(str(lost.loc[row, "group"])).all()
