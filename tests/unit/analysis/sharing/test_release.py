"""What leaves the site gives away no group of 1 to 4 patients, alone or by subtraction."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.analysis.sharing.release import NUMBERS, release
from hematotox.contracts import TABLES, conform

SHARED = {"study": "s", "source": "real", "analysis": "a", "population": "all"}


def table(*rows: dict[str, object]) -> pd.DataFrame:
    columns = list(TABLES["estimates"].columns)
    return conform("estimates", pd.DataFrame([{**SHARED, **r} for r in rows], columns=columns))


def proportion(events: int, n: int) -> dict[str, object]:
    return {
        "method": "proportion",
        "estimand": "proportion",
        "estimate": events / n,
        "n": n,
        "n_event": events,
    }


def numbers_left(rows: pd.DataFrame) -> list[bool]:
    shown = release(rows).estimates
    return shown[NUMBERS].notna().any(axis=1).tolist()


@pytest.mark.parametrize(
    ("events", "n", "shown"),
    [
        (0, 100, False),
        (1, 100, False),
        (4, 100, False),
        (5, 100, True),
        (95, 100, True),
        (96, 100, False),
        (99, 100, False),
        (100, 100, False),
        (2, 4, False),
        (0, 3, False),
        (0, 5, False),
    ],
)
def test_few_patients_few_events_and_few_without_are_withheld(events, n, shown) -> None:
    assert numbers_left(table(proportion(events, n))) == [shown]


def described(level: str, count: int, n: int = 30) -> dict[str, object]:
    return {
        "method": "describe",
        "estimand": "count",
        "term": "stage",
        "reference": level,
        "estimate": count,
        "n": n,
    }


def test_a_small_cell_takes_the_next_smallest_along() -> None:
    rows = table(described("i", 3), described("ii", 7), described("iii", 20))
    assert numbers_left(rows) == [False, False, True], "30 - 20 - 7 would reveal the 3"


def test_a_level_that_is_small_in_one_group_only_is_hidden_in_all() -> None:
    cells = {("high", "i"): 20, ("low", "i"): 3, ("high", "ii"): 30, ("low", "ii"): 40}
    rows = [
        described(level, count, {"high": 50, "low": 43}[group]) | {"group": group}
        for (group, level), count in cells.items()
    ]
    shown = release(table(*rows)).estimates
    assert shown["estimate"].isna().all(), "43 - 40 would give the 3 back"
    told = [row | {"estimate": 6} if row["estimate"] == 3 else row for row in rows]
    assert all(numbers_left(table(*told)))


def test_two_small_cells_hide_each_other() -> None:
    rows = table(described("i", 3), described("ii", 2), described("iii", 25))
    assert numbers_left(rows) == [False, False, True]


def test_a_level_of_nobody_at_all_is_told_one_of_nobody_in_a_group_is_not() -> None:
    rows = table(described("i", 0), described("ii", 10), described("iii", 20))
    assert numbers_left(rows) == [True, True, True]
    low = [described(x, n, 30) | {"group": "low"} for x, n in (("i", 8), ("ii", 10), ("iii", 12))]
    high = [described(x, n, 30) | {"group": "high"} for x, n in (("i", 0), ("ii", 10), ("iii", 20))]
    assert numbers_left(table(*low, *high)) == [False, False, True] * 2


def test_nobody_missing_is_told() -> None:
    rows = table(described("i", 10), described("ii", 20), described("missing", 0))
    assert numbers_left(rows) == [True, True, True]


def test_the_smallest_and_the_largest_value_are_a_patients() -> None:
    rows = [
        {"method": "describe", "estimand": name, "term": "age", "estimate": 61, "n": 100}
        for name in ("minimum", "median", "maximum")
    ]
    assert numbers_left(table(*rows)) == [False, True, False]


def step(position: int, before: int, excluded: int) -> dict[str, object]:
    return {
        "method": "attrition",
        "estimand": "count",
        "term": f"criterion {position}",
        "time": position,
        "estimate": before - excluded,
        "n": before,
        "n_event": excluded,
    }


def test_where_a_criterion_excludes_few_only_who_is_left_in_the_end_is_told() -> None:
    rows = table(step(0, 100, 0), step(1, 100, 3), step(2, 97, 10), step(3, 87, 20))
    assert numbers_left(rows) == [False, False, False, True]
    last = release(rows).estimates.iloc[-1]
    assert last["estimate"] == 67
    assert last[["n", "n_event"]].isna().all()


def test_criteria_that_exclude_many_are_told() -> None:
    rows = table(step(0, 100, 0), step(1, 100, 10), step(2, 90, 20))
    assert numbers_left(rows) == [True, True, True]


def curve(n: int) -> list[dict[str, object]]:
    """One event a day, none on the last ten."""
    return [
        {
            "method": "kaplan_meier",
            "estimand": "survival_curve",
            "time": day,
            "estimate": 1 - min(day, n - 10) / n,
            "n": n,
            "n_event": int(0 < day <= n - 10),
            "n_at_risk": n - max(0, day - 1),
        }
        for day in range(n + 1)
    ]


def test_curves_are_given_on_a_grid_while_enough_are_at_risk() -> None:
    shown = release(table(*curve(100))).estimates
    assert shown["time"].tolist() == [0, 30, 60, 90]
    assert shown["estimate"].tolist() == pytest.approx([1, 0.7, 0.4, 0.1])
    assert shown["n_event"].isna().all(), "single events are not told"
    few = release(table(*curve(33))).estimates
    assert few["time"].tolist() == [0], "on day 30 four are at risk"


def test_a_curve_of_few_events_is_not_given() -> None:
    rows = [row | {"n_event": int(0 < row["time"] <= 3)} for row in curve(100)]
    assert release(table(*rows)).estimates.empty
    rows = [row | {"n_event": int(0 < row["time"] <= 97)} for row in curve(100)]
    assert release(table(*rows)).estimates.empty, "3 without the event"


def test_limits_of_curves_are_not_given() -> None:
    rows = [row | {"std_error": 0.1, "conf_low": 0.1, "conf_high": 0.9} for row in curve(100)]
    shown = release(table(*rows)).estimates
    assert shown[["std_error", "conf_low", "conf_high"]].isna().all(axis=None)


GE3 = {"endpoint": "late_icaht_ge3", "population": "ht", "score": "ht"}


def rates(all_events: int, high_events: int) -> list[dict[str, object]]:
    """As in `cart_sie`: 335 patients, 211 of them high."""
    counts = {"": (all_events, 335), "high": (high_events, 211)}
    counts["low"] = (all_events - high_events, 124)
    rows = [proportion(*pair) | {"group": group} for group, pair in counts.items()]
    return [row | GE3 | {"analysis": "rate"} for row in rows]


def by_group(events: int) -> list[dict[str, object]]:
    names = {"(intercept)": "log_odds", "ht.group": "log_odds_ratio", "model": "log_likelihood"}
    model = {"method": "logistic", "estimate": -1.0, "std_error": 0.5, "n": 335, "n_event": events}
    rows = [model | {"term": term, "estimand": name} for term, name in names.items()]
    test = {"method": "log_rank", "estimand": "hypothesis_test", "statistic": 2.0, "n": 335}
    roc = {"method": "roc", "estimand": "auc", "estimate": 0.7, "n": 335, "n_event": events}
    return [row | GE3 | {"analysis": "by_group"} for row in (*rows, test, roc)]


def recovered(shown: pd.DataFrame) -> list[int]:
    """The attack: the total minus the groups shown, and the table of the model."""
    rates_shown = shown[(shown["method"] == "proportion") & shown["n_event"].notna()]
    events = rates_shown.groupby("group")["n_event"].max()
    cells = [int(n) for group, n in events.items() if group]
    if "" in events and len(events) == 2:
        cells.append(int(events[""]) - cells[0])
    models = shown[shown["method"].isin(["logistic", "roc", "log_rank"])]
    told = models[["estimate", "statistic", "n_event"]].notna().any(axis=None)
    return [n for n in cells if 0 < n < 5] + [-1] * bool(told)


def test_a_small_cell_cannot_be_calculated_from_other_analyses() -> None:
    rows = table(*rates(22, 19), *by_group(22))
    assert recovered(release(rows).estimates) == [], "22 - 19 and log(3 / 121) reveal 3"


def test_a_group_almost_all_of_whom_have_the_event_closes_the_endpoint_too() -> None:
    rows = table(*rates(229, 209), *by_group(229))
    assert recovered(release(rows).estimates) == [], "2 of the high are without the event"


def test_without_a_small_cell_groups_and_models_are_given() -> None:
    assert all(numbers_left(table(*rates(40, 25), *by_group(40))))


def test_what_concerns_all_patients_stays() -> None:
    total = proportion(22, 335) | GE3 | {"analysis": "alone", "score": None}
    assert sum(numbers_left(table(*rates(22, 19), *by_group(22), total))) == 1


def test_the_same_score_in_a_variant_of_the_analysis_is_closed_too() -> None:
    variants = [row | {"population": "all", "analysis": "sensitivity"} for row in by_group(22)]
    assert not any(numbers_left(table(*rates(22, 19), *variants)))


def test_diagnostic_counts_and_statuses_by_group_close_the_endpoint() -> None:
    cell = {"method": "diagnostic_accuracy", "estimand": "count", "n": 335, "n_event": 22} | GE3
    cells = [cell | {"analysis": "accuracy", "term": "false negative", "estimate": 3}]
    assert not any(numbers_left(table(*cells, *by_group(22))))
    status = described("yes", 3) | {"term": "late_icaht_ge3.status", "population": "ht"}
    assert not any(numbers_left(table(status | {"group": "low"}, *by_group(22))))


def test_a_small_rest_of_the_listed_groups_closes_the_endpoint() -> None:
    rows = [row for row in rates(22, 19) if row["group"] != "low"]
    assert not any(numbers_left(table(*rows, *by_group(22))))


def test_a_small_cell_of_a_centre_closes_the_other_centres_where_all_are_told() -> None:
    centres = [proportion(e, 50) | GE3 | {"centre": c} for c, e in (("a", 3), ("b", 19), ("c", 9))]
    total = proportion(31, 150) | GE3
    assert sum(numbers_left(table(*centres))) == 2
    shown = release(table(*centres, total)).estimates
    assert shown.loc[shown["n"].notna(), "centre"].tolist() == [""]


def centres(*events: int, n: int = 50) -> list[dict[str, object]]:
    return [proportion(e, n) | GE3 | {"centre": c} for c, e in zip("abc", events, strict=False)]


def compared(**columns: object) -> dict[str, object]:
    """A comparison that tells no size of its own."""
    test = {"method": "log_rank", "estimand": "hypothesis_test", "statistic": 2.0, "p_value": 0.1}
    return test | GE3 | {"analysis": "by_group", **columns}


def test_a_small_cell_of_a_centre_closes_every_analysis_of_this_centre() -> None:
    rows = table(*centres(3, 19, 9), *(compared(centre=c) for c in "abc"))
    assert numbers_left(rows) == [False, True, True, False, True, True]


def test_a_part_that_is_all_but_a_few_closes_the_other_parts() -> None:
    """200 patients with 60 events, 100 with 57 in one centre: 3 in the others."""
    rows = [*centres(57, 20, n=100), proportion(60, 200) | GE3, compared(centre="b"), compared()]
    left = numbers_left(table(*rows))
    assert left == [False, False, True, False, True]
    rows = [*centres(40, 20, n=100), proportion(60, 200) | GE3, compared(centre="b"), compared()]
    assert all(numbers_left(table(*rows)))


def test_curves_with_few_events_close_the_comparisons_of_their_endpoint() -> None:
    few = [row | GE3 | {"group": "low", "n_event": int(0 < int(str(row["time"])) <= 3)}
           for row in curve(100)]  # fmt: skip
    many = [row | GE3 | {"group": "high"} for row in curve(100)]
    told = [release(table(*rows, compared())).estimates for rows in ([*few, *many], many)]
    assert [rows["p_value"].notna().any() for rows in told] == [False, True]


def test_moved_patients_are_cells_too() -> None:
    moved = {"method": "reclassification", "estimand": "count", "term": "up", "n": 200} | GE3
    assert numbers_left(table(moved | {"estimate": 3}, compared()))[1] is False
    assert numbers_left(table(moved | {"estimate": 30}, compared()))[1] is True


def test_another_endpoint_or_population_is_not_closed() -> None:
    small = proportion(3, 100) | GE3 | {"group": "low"}
    rows = table(
        small, compared(), compared(endpoint="relapse"), compared(population="all", score="")
    )
    assert numbers_left(rows) == [False, False, True, True]


def test_few_missing_values_do_not_come_back_from_sizes_or_shares() -> None:
    levels = [described("i", 40, 97), described("ii", 57, 97), described("missing", 3, 100)]
    share = described("ii", 58, 97) | {"estimand": "percentage_of_known"}
    shown = release(table(*levels, share)).estimates
    assert shown["n"].isna().all()
    assert shown["estimate"].dropna().tolist() == [57], "100 - 57 leaves 43 for two levels"


def test_levels_hidden_together_are_not_few() -> None:
    rows = table(described("i", 1), described("ii", 1), described("iii", 8), described("iv", 20))
    assert numbers_left(rows) == [False, False, False, True]


def test_few_who_could_not_be_evaluated_do_not_come_back_from_sizes() -> None:
    reason = {"method": "evaluability", "estimand": "count", "n": 100} | GE3
    rows = [
        reason | {"term": "analysed", "estimate": 97},
        reason | {"term": "endpoint not evaluable", "estimate": 3},
        proportion(40, 97) | GE3,
        {"method": "cox", "estimand": "log_hazard_ratio", "estimate": 0.3, "n": 97} | GE3,
    ]
    shown = release(table(*rows)).estimates
    assert shown[["n", "n_event"]].isna().all(axis=None)
    assert shown["estimate"].dropna().tolist() == [0.3]


def test_what_was_withheld_is_listed_with_the_reason() -> None:
    other = proportion(50, 100) | {"analysis": "b"}
    withheld = release(table(proportion(2, 100), other)).withheld
    assert withheld["estimand"].tolist() == ["proportion"]
    assert withheld["reason"].tolist() == ["fewer than 5 events"]


@given(
    counts=st.lists(st.integers(0, 40), min_size=2, max_size=5).filter(lambda c: sum(c) >= 20),
)
@settings(max_examples=30)
def test_no_small_count_of_a_described_variable_is_left_or_can_be_calculated(counts) -> None:
    n = sum(counts)
    rows = table(*(described(f"level {i}", count, n) for i, count in enumerate(counts)))
    shown = release(rows).estimates["estimate"]
    hidden = [count for count, visible in zip(counts, shown.notna(), strict=True) if not visible]
    assert all(not 0 < count < 5 for count in shown.dropna())
    assert len(hidden) != 1 or sum(c > 0 for c in counts) == 1, "one gap is n minus the others"


def summary_row(method: str, n: int) -> dict[str, object]:
    ratio = {"estimand": "log_odds_ratio", "estimate": 1.0, "std_error": 0.4, "p_value": 0.04}
    return {"method": method, "population": "summary", "n": n, **ratio} | {"endpoint": "infection"}


@pytest.mark.parametrize("method", ["random_effects", "binomial_normal", "bivariate"])
def test_a_summary_of_few_cohorts_is_no_small_cell(method: str) -> None:
    spread = summary_row(method, 3) | {"estimand": "tau2", "std_error": None, "p_value": None}
    assert numbers_left(table(summary_row(method, 3), spread)) == [True, True]
    assert release(table(summary_row(method, 3))).estimates["n"].tolist() == [3]


def test_a_summary_over_centres_counts_centres_and_a_centre_counts_patients() -> None:
    centre = {"method": "logistic", "estimand": "log_odds_ratio", "estimate": 1.0, "n": 40}
    summary = {"method": "random_effects", "estimand": "log_odds_ratio", "estimate": 1.0, "n": 2}
    told = [centre | {"centre": "a", "n_event": 20}, centre | {"centre": "b", "n_event": 20}]
    assert numbers_left(table(*told, summary)) == [True, True, True]
    few = [centre | {"centre": "a", "n_event": 3}, centre | {"centre": "b", "n_event": 20}]
    assert numbers_left(table(*few))[0] is False


def test_a_published_cohort_is_in_print() -> None:
    printed = summary_row("registry", 60) | {"population": "Rejeski 2023, myeloma", "n_event": 3}
    assert numbers_left(table(printed)) == [True]


def test_a_summary_that_rests_on_a_small_cell_is_closed() -> None:
    own = [
        proportion(e, 60) | {"endpoint": "infection", "group": g, "score": "ht"}
        for g, e in (("high", 20), ("low", 3))
    ]
    printed = summary_row("registry", 60) | {"population": "x", "n_event": 20, "score": "ht"}
    left = numbers_left(table(*own, printed, summary_row("random_effects", 2)))
    assert left == [False, False, True, False]


def model(name: str, n: int, events: int) -> dict[str, object]:
    return {
        "analysis": name,
        "method": "fine_gray",
        "endpoint": "second_malignancy",
        "term": name,
        "estimand": "log_subdistribution_hazard_ratio",
        "estimate": 0.5,
        "std_error": 0.2,
        "p_value": 0.01,
        "n": n,
        "n_event": events,
    }


@pytest.mark.parametrize(
    ("n", "events", "told"),
    [
        (342, 19, False),
        (342, 16, True),
        (389, 22, True),
        (388, 22, False),
        (385, 22, False),
        (384, 22, False),
        (384, 21, False),
        (381, 17, False),
        (379, 17, True),
    ],
)
def test_a_model_without_few_of_the_events_of_another_does_not_tell_its_size(n, events, told):
    """389 patients with 22 events beside 342 with 19: 3 of those left out had the event.

    Nor may it be that few are left out, or that few of them are with or without the event.
    """
    shown = release(table(model("marrow", n, events), model("age", 389, 22))).estimates
    sizes = shown.set_index("analysis")["n"]
    assert sizes["age"] == 389
    assert pd.notna(sizes["marrow"]) == told
    assert shown["estimate"].notna().all()


def performance(centre: str, events: int, n: int = 50) -> dict[str, object]:
    row = {"method": "centre_performance", "estimand": "log_observed_expected", "estimate": 0.1}
    return row | GE3 | {"n": n, "n_event": events, "centre": centre}


def test_the_performance_of_centres_is_closed_like_their_proportions() -> None:
    summary = {"method": "performance_summary", "estimand": "auc", "estimate": 0.7, "n": 3} | GE3
    rows = [*(performance(c, e) for c, e in (("a", 3), ("b", 19), ("c", 9))), summary]
    assert numbers_left(table(*rows)) == [False, True, True, False]
    assert numbers_left(table(*rows, proportion(31, 150) | GE3))[:4] == [False] * 4
    open_ = [*(performance(c, e) for c, e in (("a", 13), ("b", 19), ("c", 9))), summary]
    assert all(numbers_left(table(*open_, proportion(41, 150) | GE3)))


def at_points(points: int, events: int, n: int) -> dict[str, object]:
    return {
        "method": "risk_by_points",
        "estimand": "observed_risk",
        "endpoint": "late",
        "score": "ht",
        "term": "ht.points",
        "group": f"{points}",
        "estimate": events / n,
        "n": n,
        "n_event": events,
    }


@pytest.mark.parametrize(("few", "shown"), [((5, 40), True), ((4, 40), False), ((37, 40), False),
                                            ((1, 3), False)])  # fmt: skip
def test_one_small_number_of_points_withholds_all_of_them(few, shown) -> None:
    told = table(at_points(0, 10, 50), at_points(1, 20, 50), at_points(2, *few))
    assert numbers_left(told) == [shown] * 3
    # and no other analysis: nothing that is told subtracts to a single number of points
    whole = proportion(40, 150) | {"analysis": "b", "endpoint": "late", "score": "ht"}
    assert numbers_left(pd.concat([told, table(whole)]))[-1]


def test_rules_are_withheld_where_a_number_of_points_has_few() -> None:
    def rules(few: int) -> pd.DataFrame:
        shared = {"method": "net_benefit", "endpoint": "late", "score": "ht", "term": "ht.points"}
        cells = [{"estimand": "count", "group": f"{k}", "estimate": n, "n": n, "n_event": n // 2}
                 for k, n in enumerate((40, 30, few))]  # fmt: skip
        told = {"estimand": "net_benefit", "group": "1", "time": 0.1, "estimate": 0.2}
        whole = {"n": 70 + few, "n_event": 35 + few // 2}
        return table(*(shared | one for one in (*cells, told | whole)))

    assert all(numbers_left(rules(20)))
    # the rule from 1 point on has many, and with that from 2 on would tell of the few between
    assert not any(numbers_left(rules(8)))
