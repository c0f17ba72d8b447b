"""Median follow-up, and its completeness where every patient has a data cut."""

import pytest

# Clark's C by hand: 60 + 200 + 100 + 300 days of 60 (event) + 200 + 300 + 300 possible ones
PATIENTS = """
time status potential_follow_up
60   1      300
200  0      200
100  0      300
300  0      300
"""


def rows_of(estimates, text):
    rows = estimates(text, method="follow_up", endpoint="relapse")
    return rows[rows["method"] == "follow_up"].set_index("estimand")


def test_completeness_and_who_was_seen_of_late(estimates) -> None:
    rows = rows_of(estimates, PATIENTS)
    assert rows.loc["completeness_of_follow_up", "estimate"] == pytest.approx(660 / 860)
    seen = rows.loc["proportion"]
    assert (seen["term"], seen["n"], seen["n_event"]) == (
        "living seen within 6 months of the data cut", 3, 2,
    )  # fmt: skip
    assert seen["conf_method"] == "clopper-pearson"


def test_six_months_are_183_days(estimates) -> None:
    for cut, expected in ((283, 3), (284, 2)):
        rows = rows_of(estimates, PATIENTS.replace("100  0      300", f"100  0      {cut}"))
        assert rows.loc["proportion", "n_event"] == expected


def test_a_competing_event_ends_what_was_possible(estimates) -> None:
    rows = rows_of(estimates, PATIENTS.replace("100  0", "100  2"))
    assert rows.loc["completeness_of_follow_up", "estimate"] == pytest.approx(660 / 660)


def test_from_a_landmark_days_count_from_it(estimates) -> None:
    asked = {"method": "follow_up", "endpoint": "relapse", "landmark": 100}
    rows = estimates(PATIENTS, **asked)
    found = rows[rows["estimand"] == "completeness_of_follow_up"].iloc[0]
    assert (found["estimate"], found["n"]) == (1.0, 2)


@pytest.mark.parametrize(
    "text", [PATIENTS.replace("300  0      300", "300 0 ."), "time status\n60 1\n200 0"]
)
def test_without_a_data_cut_of_all_there_is_none(estimates, text) -> None:
    assert rows_of(estimates, text).index.tolist() == ["survival_time_quantile"]


def test_where_nobody_lives_nobody_is_missed(estimates) -> None:
    rows = rows_of(estimates, "time status potential_follow_up\n60 1 300\n80 1 300")
    assert rows.index.tolist() == ["survival_time_quantile", "completeness_of_follow_up"]
    assert rows.loc["completeness_of_follow_up", "estimate"] == 1
