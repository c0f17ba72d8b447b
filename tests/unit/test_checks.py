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
from hematotox.checks.after_death import check_nobody_after_death
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
        convention="cart_sie", window="late", grade=1, grade_low=1, grade_high=1, open_low=None,
        open_high=None, known_low=1, known_high=1, died_before_recovery=False, by_leukocytes=False,
        days_500=0, days_100=0, assessable=True, reason="",
    )  # fmt: skip
    baseline = per_patient.assign(
        score="ht", variant="", variable="anc", value_low=1.0, value_high=1.0, day=-1
    )
    return Cohort(
        population=conform("population", population),
        attrition=conform("attrition", pd.DataFrame(attrition, columns=names)),
        baseline=conform("baseline", baseline),
        grades=conform("grades", grades),
        endpoints=conform("endpoints", endpoints.assign(decided_by="")),
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


def told(staged=STAGED, cohort=COHORT, estimates=ESTIMATES) -> list[list[str]]:
    return check_run(staged, cohort, estimates).to_numpy().tolist()


def changed(frame: pd.DataFrame, column: str, value: object, row: int = 0) -> pd.DataFrame:
    frame = frame.copy()
    frame.loc[frame.index[row], column] = value
    return frame


@pytest.mark.parametrize(
    ("row", "column", "value", "found"),
    [
        (
            1,
            "n_after",
            20,
            ["before - excluded is not after", "a criterion does not start where one ends"],
        ),
        (
            2,
            "n_before",
            20,
            ["before - excluded is not after", "a criterion does not start where one ends"],
        ),
        (1, "position", 3, ["a criterion is missing"]),
        (0, "n_before", 25, ["before - excluded is not after", "does not start with all patients"]),
        (
            2,
            "n_after",
            20,
            ["before - excluded is not after", "does not end with the included patients"],
        ),
        (1, "criterion", "too old", ["reasons do not match counts"]),
    ],
)
def test_what_is_wrong_with_the_flow_of_patients_is_said(row, column, value, found) -> None:
    steps = changed(COHORT.attrition, column, value, row)
    cohort = dataclasses.replace(COHORT, attrition=steps)
    seen = check_run(STAGED, cohort, ESTIMATES)
    assert seen.loc[seen["check"] == "attrition adds up", "message"].tolist() == found
    # the estimates hold every number of the flow, and not the place of a criterion
    assert ("flow of patients" in set(seen["check"])) == (column != "position")


def test_nobody_who_was_included_has_a_reason_against_it() -> None:
    population = changed(COHORT.population, "reason", "no consent")
    found = told(cohort=dataclasses.replace(COHORT, population=population))
    assert [
        "attrition adds up",
        "population",
        "included with a reason, or excluded without",
    ] in found
    assert ["attrition adds up", "no consent", "reasons do not match counts"] in found


def test_patients_lost_and_added_between_the_stages_are_counted() -> None:
    staged = dataclasses.replace(STAGED, subjects=changed(STAGED.subjects, "patient_id", "a/999"))
    assert ["patients conserved", "population", "1 patients lost"] in told(staged=staged)
    assert ["patients conserved", "population", "1 patients added"] in told(staged=staged)


def test_rows_of_a_centre_without_a_tally_are_seen() -> None:
    tally = STAGED.tally[STAGED.tally["centre"] != "c"].reset_index(drop=True)
    found = told(staged=dataclasses.replace(STAGED, tally=tally))
    assert [row for row in found if "without a tally" in row[2]] == [
        ["rows conserved", "subjects", "8 rows of centres without a tally"],
        ["rows conserved", "labs", "16 rows of centres without a tally"],
        ["rows conserved", "events", "8 rows of centres without a tally"],
    ]


@pytest.mark.parametrize(
    ("column", "by", "message"),
    [
        ("rows_staged", -1, "8 rows read, 7 staged, 0 set aside, 0 left out"),
        ("rows_left_out", 1, "8 rows read, 8 staged, 0 set aside, 1 left out"),
        ("rows_read", 2, "10 rows read, 8 staged, 0 set aside, 0 left out"),
    ],
)
def test_a_row_without_a_destination_is_seen(column: str, by: int, message: str) -> None:
    tally = changed(STAGED.tally, column, STAGED.tally[column].iloc[0] + by)
    assert told(staged=dataclasses.replace(STAGED, tally=tally)) == [
        ["rows conserved", "a, events.csv", message]
    ]


def with_rows(*rows: dict[str, object]) -> pd.DataFrame:
    more = pd.DataFrame(list(rows), columns=ESTIMATES.columns)
    more = conform("estimates", more.assign(study="small", source="real"))
    return pd.concat([ESTIMATES, more], ignore_index=True)


LOW = {"analysis": "survival", "population": "ht", "score": "ht", "endpoint": "relapse",
       "method": "proportion", "estimand": "proportion", "group": "low", "estimate": 7 / 21,
       "n": 21, "n_event": 7}  # fmt: skip


@pytest.mark.parametrize(
    ("changed_row", "seen"),
    [
        ({}, False),
        ({"n_event": 8, "estimate": 8 / 21}, True),
        ({"n": 20, "estimate": 7 / 20}, True),
        ({"n_event": 8, "estimate": 8 / 21, "landmark": 30}, False),
        ({"n_event": 8, "estimate": 8 / 21, "centre": "a"}, False),
        ({"n_event": 8, "estimate": 8 / 21, "convention": "consensus"}, False),
        ({"n_event": 8, "estimate": 8 / 21, "population": "ht; sex=male"}, False),
        ({"n_event": 8, "estimate": 8 / 21, "population": "all"}, True),
    ],
)
def test_patients_and_events_of_a_group_are_counted_again(changed_row, seen) -> None:
    """Of the whole population only: not of a landmark, a centre, another convention, a part."""
    found = told(estimates=with_rows(LOW | changed_row))
    words = ["groups counted again", "ht, relapse, low", "patients or events differ"]
    assert (words in found) == seen


def evaluability(**columns: object) -> dict[str, object]:
    return {"analysis": "patients", "population": "all", "method": "evaluability",
            "estimand": "count", "n": 21, **columns}  # fmt: skip


def test_groups_and_points_of_a_score_are_counted_again() -> None:
    right = {"group known": 21, "group unknown": 0, "points known": 21}
    for name in (None, *right):
        counts = {k: v + 1 if k == name else v for k, v in right.items()}
        rows = [evaluability(score="ht", term=k, estimate=v) for k, v in counts.items()]
        estimates = ESTIMATES[ESTIMATES["score"] != "ht"]
        found = pd.concat([estimates, with_rows(*rows).tail(3)], ignore_index=True)
        differs = ["evaluability counted again", "ht", "patients differ"]
        assert (differs in told(estimates=found)) == (name is not None), name


def test_more_patients_than_were_included_are_seen() -> None:
    found = told(estimates=with_rows(RATIO | {"n": 22}, RATIO | {"n": 21, "term": "sex"}))
    assert ["flow of patients", "survival", "1 rows with more patients than included"] in found


def test_a_published_cohort_may_be_larger() -> None:
    other = {
        "method": "published_risk",
        "estimand": "published_risk",
        "n": 97,
        "analysis": "survival",
    }
    assert "flow of patients" not in violated(estimates=with_rows(RATIO | other))


def test_patients_analysed_and_left_out_add_up_to_all() -> None:
    rows = ESTIMATES["method"].eq("evaluability") & ESTIMATES["analysis"].eq("survival")
    estimates = ESTIMATES.assign(n=ESTIMATES["n"].mask(rows, 22))
    assert ["analysed and left out add up", "survival all relapse", "they do not"] in told(
        estimates=estimates
    )
    nobody = ESTIMATES[~rows].reset_index(drop=True)
    count = int((ESTIMATES["analysis"].eq("survival") & ~rows).sum())
    assert [
        "analysed and left out add up", "survival all", f"{count} estimates, nobody analysed"
    ] in told(estimates=nobody)  # fmt: skip
    part = ESTIMATES["population"].mask(
        ESTIMATES["analysis"].eq("survival") & ~rows, "all; sex=male"
    )
    subgroup = ESTIMATES.assign(population=part)
    assert "analysed and left out add up" not in violated(estimates=subgroup), "of its patients"


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


@pytest.mark.parametrize(
    ("origin", "begins"),
    [("infusion", 0), ("lymphodepletion", -5), ("boost", 30), ("first_response", 28)],
)
def test_somebody_at_risk_after_death_is_seen(origin: str, begins: int) -> None:
    """A patient infused on 1 January 2021 who died on day 100: from each origin to that day."""
    patient = IDS[0]
    died = pd.DataFrame(
        [(patient, "death", 100, ""), (patient, "death", 120, ""), (patient, "response", 28, "cr")],
        columns=["patient_id", "event", "day", "detail"],
    )
    staged = dataclasses.replace(
        STAGED, events=conform("events", pd.concat([STAGED.events, died], ignore_index=True))
    )
    dates = {"infusion_date": "2021-01-01", "lymphodepletion_date": "2020-12-27",
             "boost_date": "2021-01-31"}  # fmt: skip
    population = COHORT.population.assign(**dates)

    def seen(time: float) -> list[list[str]]:
        row = COHORT.endpoints.iloc[[0]].assign(patient_id=patient, endpoint="x", time=time)
        cohort = dataclasses.replace(COHORT, endpoints=row, population=population)
        found = check_nobody_after_death(staged, cohort, {"x": origin})
        return [[one.check, one.where, one.message] for one in found]

    assert seen(100 - begins) == []
    assert seen(101 - begins) == [["nobody at risk after death", "x", "1 patients"]]


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
