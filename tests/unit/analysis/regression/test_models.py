"""Unadjusted, adjusted directly, or by a linear predictor with the direct model beside it."""

import numpy as np
import pytest

COHORT = "risk stage age response time status\n" + "\n".join(
    f"{'low' if i % 2 else 'high'} {('i', 'ii', 'iii')[i % 3]} {40 + (i * 7) % 30} "
    f"{int((i * 5) % 11 < 5)} {20 + (i * 13) % 37} {int(i % 4 == 0)}"
    for i in range(80)
)
LOGISTIC = {"method": "logistic", "endpoint": "response", "exposure": "risk"}
EFFECTS = ("log_odds_ratio", "log_hazard_ratio", "log_subdistribution_hazard_ratio")


def effects(rows):
    rows = rows[rows["estimand"].isin(EFFECTS)]
    return {
        adjustment: part["term"].tolist()
        for adjustment, part in rows.groupby("adjustment", sort=False)
    }


def test_without_covariates_one_unadjusted_model(estimates) -> None:
    assert effects(estimates(COHORT, **LOGISTIC)) == {"": ["risk"]}


def test_with_covariates_one_adjusted_model(estimates) -> None:
    found = effects(estimates(COHORT, **LOGISTIC, covariates=["age", "stage"]))
    assert found == {"multivariable: age + stage": ["risk", "age", "stage", "stage"]}


@pytest.mark.parametrize(
    "analysis",
    [
        LOGISTIC,
        {"method": "cox", "endpoint": "relapse", "exposure": "risk"},
        {"method": "fine_gray", "endpoint": "relapse", "exposure": "risk"},
    ],
)
def test_a_linear_predictor_stands_beside_the_direct_model(estimates, analysis) -> None:
    rows = estimates(COHORT, **analysis, adjust="disease")
    rows = rows[~rows["method"].str.startswith("cause_specific")]
    assert effects(rows) == {
        "linear predictor: disease": ["risk", "linear_predictor"],
        "multivariable: age + stage": ["risk", "age", "stage", "stage"],
    }
    assert rows["n"].nunique() == 1, "both on the same patients"


def test_the_linear_predictor_is_free_of_the_score(estimates) -> None:
    """Everybody stands there twice, once with each risk: the risk explains nothing more."""
    header, *lines = COHORT.splitlines()
    other = {"low": "high", "high": "low"}
    flipped = [f"{other[line.split()[0]]} {line.split(maxsplit=1)[1]}" for line in lines]
    rows = estimates("\n".join([header, *lines, *flipped]), **LOGISTIC, adjust="disease")
    rows = rows[rows["adjustment"] == "linear predictor: disease"].set_index("term")
    assert rows.loc["linear_predictor", "estimate"] == pytest.approx(1, abs=1e-8)
    assert rows.loc["risk", "estimate"] == pytest.approx(0, abs=1e-8)
    assert np.isfinite(rows.loc["risk", "std_error"])


@pytest.mark.parametrize(
    ("inference", "unadjusted", "adjusted"),
    [
        ("wald", ("wald", "wald"), ("wald", "wald")),
        ("profile", ("profile", "likelihood ratio"), ("profile", "likelihood ratio")),
        ("as_printed", ("wald", "wald"), ("profile", "likelihood ratio")),
    ],
)
def test_limits_and_p_of_odds_ratios_are_of_one_method(
    estimates, inference, unadjusted, adjusted
) -> None:
    for more, expected in (({}, unadjusted), ({"covariates": ["age"]}, adjusted)):
        rows = estimates(COHORT, inference=inference, **LOGISTIC, **more)
        made = rows[rows["conf_method"] != ""]
        assert set(zip(made["conf_method"], made["test"], strict=True)) == {expected}


def test_hazard_ratios_are_profiled_only_where_the_study_says_so(estimates) -> None:
    cox = {"method": "cox", "endpoint": "relapse", "exposure": "age"}
    for inference, expected in (("wald", "wald"), ("as_printed", "wald"), ("profile", "profile")):
        rows = estimates(COHORT, inference=inference, **cox)
        assert set(rows[rows["term"] == "age"]["conf_method"]) - {""} == {expected}


def test_a_group_without_events_has_a_hazard_ratio_by_firths_likelihood(estimates) -> None:
    """All events are of high risk: Cox's own ratio is infinite, its tests are not."""
    rows = estimates(COHORT, method="cox", endpoint="relapse", exposure="risk")
    ratio = rows[rows["estimand"] == "log_hazard_ratio"].iloc[0]
    assert (ratio["method"], ratio["conf_method"]) == ("cox_firth", "profile penalised")
    assert ratio["condition"] == "separation"
    assert 0 < ratio["conf_low"] < ratio["estimate"] < ratio["conf_high"]
    whole = rows[(rows["term"] == "model") & (rows["test"] == "likelihood ratio")].iloc[0]
    assert (whole["method"], whole["condition"]) == ("cox", "monotone likelihood")
    assert np.isfinite(whole["statistic"])


def test_firths_likelihood_on_request(estimates) -> None:
    for analysis in (LOGISTIC, {"method": "cox", "endpoint": "relapse", "exposure": "age"}):
        rows = estimates(COHORT, **analysis, penalty="firth")
        ratio = rows[rows["term"] == analysis["exposure"]].iloc[0]
        assert ratio["method"] == f"{analysis['method']}_firth"
        assert ratio["condition"] == ""


def test_an_interaction_with_a_subgroup_of_one_level_is_not_tested(estimates) -> None:
    text = COHORT.replace(" ii ", " i ").replace(" iii ", " i ")
    rows = estimates(text, **LOGISTIC, interaction="stage")
    assert rows[["estimand", "condition"]].values.tolist() == [["hypothesis_test", "one group"]]


def test_what_was_wrong_with_the_first_step_is_said_of_the_second(estimates) -> None:
    """Stage iii separates: the predictor comes from Firth's likelihood, and the rows say so."""
    lines = COHORT.splitlines()
    separated = [lines[0]] + [
        " ".join([*parts[:3], "1" if parts[1] == "iii" else parts[3], *parts[4:]])
        for parts in (line.split() for line in lines[1:])
    ]
    rows = estimates("\n".join(separated), **LOGISTIC, adjust="disease")
    two_steps = rows[rows["adjustment"] == "linear predictor: disease"]
    assert two_steps["condition"].str.contains("separation").all()


def test_strata_clusters_and_censoring_groups_stand_in_the_adjustment(estimates) -> None:
    text = COHORT.replace("risk stage", "centre risk stage")
    head, *lines = text.splitlines()
    text = "\n".join([head, *(f"{'abcd'[i % 4]} {line}" for i, line in enumerate(lines))])
    cox = {"method": "cox", "endpoint": "relapse", "exposure": "risk", "strata": "centre"}
    assert set(estimates(text, **cox)["adjustment"]) == {"stratified: centre"}
    fine_gray = {"method": "fine_gray", "endpoint": "relapse", "exposure": "risk"}
    rows = estimates(text, **fine_gray, cluster="centre", censoring_groups="centre")
    rows = rows[rows["method"] == "fine_gray"]
    assert set(rows["adjustment"]) == {"clustered: centre; censoring by: centre"}
    assert set(rows["conf_method"]) - {""} == {"robust"}


def test_the_cause_specific_model_stands_beside_every_fine_gray_model(estimates) -> None:
    rows = estimates(COHORT, method="fine_gray", endpoint="relapse", exposure="risk")
    assert set(rows["method"]) == {
        "fine_gray",
        "cause_specific_cox",
        "cause_specific_cox_firth",  # nobody of low risk had the event
    }


def test_a_model_stratified_by_the_only_centre_says_that_it_is_not(estimates) -> None:
    head, *lines = COHORT.replace("risk stage", "centre risk stage").splitlines()
    one = "\n".join([head, *(f"a {line}" for line in lines)])
    cox = {"method": "cox", "endpoint": "relapse", "exposure": "risk"}
    found = estimates(one, **cox, strata="centre")
    assert found["condition"].str.contains("one stratum").all()
    plain = estimates(one, **cox)
    assert found["estimate"].tolist() == pytest.approx(plain["estimate"].tolist(), nan_ok=True)
    assert not plain["condition"].str.contains("one stratum").any()
