"""What an attacker can calculate from shared curves: never 1 to 4 events between two points."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.analysis.sharing.release import release
from hematotox.contracts import TABLES, conform

SHARED = {"study": "s", "source": "real", "population": "all", "endpoint": "overall_survival"}


def table(rows: list[dict[str, object]]) -> pd.DataFrame:
    columns = list(TABLES["estimates"].columns)
    return conform("estimates", pd.DataFrame([{**SHARED, **r} for r in rows], columns=columns))


def curve(
    deaths: list[int], n: int, *, end: int = 2000, **columns: object
) -> list[dict[str, object]]:
    """Kaplan-Meier without censoring; who does not die is followed to the end."""
    rows = []
    for day in sorted({0, *deaths, end}):
        died = sum(d <= day for d in deaths)
        rows.append({
            "analysis": "curve", "method": "kaplan_meier", "estimand": "survival_curve",
            "time": day, "estimate": 1 - died / n, "n": n, "n_event": deaths.count(day),
            "n_at_risk": n - sum(d < day for d in deaths), **columns,
        })  # fmt: skip
    return rows


def at_time(day: int, deaths: list[int], n: int, **columns: object) -> dict[str, object]:
    died = sum(d <= day for d in deaths)
    return {
        "analysis": "curve", "method": "kaplan_meier", "estimand": "survival", "time": day,
        "estimate": 1 - died / n, "n": n, "n_event": len(deaths), "n_at_risk": n - died, **columns,
    }  # fmt: skip


def events_found(shown: pd.DataFrame, group: str, n: int) -> dict[float, int]:
    """The attack: patients of a group times the curve's drop since the point before."""
    own = shown[(shown["group"] == group) & shown["estimate"].notna() & shown["time"].notna()]
    points = own.drop_duplicates("time").set_index("time")["estimate"].sort_index()
    drops = points.shift(fill_value=1.0) - points
    return {day: round(n * drop) for day, drop in drops.items()}


def small(counts: dict[float, int]) -> list[int]:
    return [count for count in counts.values() if 0 < count < 5]


def test_days_are_merged_until_five_had_the_event() -> None:
    shown = release(table(curve([10, 20, 40, 50, 70, 80, 130, 140, 150, 160, 170], 50))).estimates
    assert shown["time"].tolist()[:4] == [0, 90, 120, 180]
    assert events_found(shown, "", 50)[90] == 6
    assert events_found(shown, "", 50)[120] == 0
    assert events_found(shown, "", 50)[180] == 5


def test_the_last_point_leaves_none_or_at_least_five_for_later() -> None:
    deaths = [*range(1, 11), 100, 700, 710]
    shown = release(table(curve(deaths, 60))).estimates
    assert shown["time"].tolist()[:2] == [0, 720], "after day 30, 3 deaths were left"


@pytest.mark.parametrize(
    ("deaths", "told", "why"),
    [
        ([30] * 5 + [40] * 3 + [100] * 5, [0, 30, 120], "3 after day 30, with 5 on it"),
        ([10] * 5 + [60] * 3 + [70] * 5, [0, 30, 90], "3 on day 60"),
        ([10] * 5 + [61] * 5, [0, 30, 60, 90], "5 and 5"),
        ([10] * 5 + [60] * 5, [0, 30, 60, 90], "5 on day 60"),
        ([10] * 5 + [60] * 4, [0], "4 after any day"),
    ],
)
def test_an_event_belongs_to_the_days_up_to_its_own(deaths, told, why) -> None:
    shown = release(table(curve(deaths, 60, end=125))).estimates
    assert [day for day in shown["time"] if day <= 90 or day == 120][: len(told)] == told, why
    assert small(events_found(shown, "", 60)) == []


@pytest.mark.parametrize(
    "deaths", [[*range(1, 21), *[360] * 5, 361, 362, 363], [*range(1, 21), *[365] * 3]]
)
def test_few_events_up_to_a_declared_time_withhold_the_day_before_it(deaths) -> None:
    deaths = [*deaths, *range(400, 420)]
    shown = release(table([*curve(deaths, 100), at_time(365, deaths, 100)])).estimates
    assert 360 not in shown["time"].tolist()
    assert small(events_found(shown, "", 100)) == []


def test_the_last_day_of_a_curve_is_told_if_it_is_on_the_grid() -> None:
    shown = release(table(curve([1] * 20, 100, end=60))).estimates
    assert shown["time"].tolist() == [0, 30, 60]


@pytest.mark.parametrize(("at_risk", "told"), [(4, [0]), (5, [0, 30]), (9, [0, 30])])
def test_a_curve_is_told_while_five_are_at_risk(at_risk, told) -> None:
    start, died, end = curve([1] * 6, 30, end=40)
    censored = end | {"n_at_risk": at_risk}
    shown = release(table([start, died, censored])).estimates
    assert shown["time"].tolist() == told
    assert shown["n_at_risk"].tolist()[1:] == [5] * (len(told) - 1)


def test_a_declared_time_is_a_point_of_the_curve() -> None:
    deaths = [*range(1, 21), 361, 362, 363, *range(400, 420)]
    rows = [*curve(deaths, 100), at_time(365, deaths, 100)]
    shown = release(table(rows)).estimates
    assert 360 not in shown["time"].tolist(), "3 deaths between day 360 and day 365"
    assert shown.loc[shown["time"] == 365, "estimate"].notna().all()
    assert small(events_found(shown, "", 100)) == []


def test_a_declared_time_with_few_events_to_the_next_is_withheld_and_listed() -> None:
    deaths = [*range(1, 21), 500, 501]
    rows = [*curve(deaths, 100), at_time(365, deaths, 100), at_time(730, deaths, 100)]
    told = release(table(rows))
    at = told.estimates[told.estimates["estimand"] == "survival"].set_index("time")["estimate"]
    assert pd.isna(at[365]), "two died later, and how many died is told"
    assert at[730] == pytest.approx(0.78)
    assert any("few events between" in reason for reason in told.withheld["reason"])


def test_groups_and_all_have_the_same_points() -> None:
    high, low = list(range(1, 200, 4)), list(range(3, 400, 9))
    rows = [
        *curve(high, 80, group="high"), *curve(low, 120, group="low"),
        *curve(high + low, 200, analysis="all"),
    ]  # fmt: skip
    shown = release(table(rows)).estimates
    points = shown.groupby("group")["time"].agg(tuple)
    assert len(points["high"]) > 3
    assert set(points["low"]) == set(points[""])


def test_of_two_causes_neither_is_told_by_few() -> None:
    relapse, death = list(range(5, 300, 6)), [20, 25, 200, 210, 220]
    rows = []
    for cause, days in (("relapse", relapse), ("death", death)):
        rows += [
            row | {"method": "cumulative_incidence", "estimand": "cumulative_incidence_curve",
                   "estimate": 1 - float(str(row["estimate"]))}
            for row in curve(days, 200, term=cause)
        ]  # fmt: skip
    shown = release(table(rows)).estimates
    times = shown.loc[shown["term"] == "relapse", "time"].tolist()
    assert times[:2] == [0, 240], "two died by day 30, the other three by day 220"


def test_numbers_at_risk_are_rounded_down() -> None:
    shown = release(table(curve(list(range(1, 30)), 64))).estimates
    assert (shown["n_at_risk"] % 5 == 0).all()
    assert shown["n_at_risk"].tolist()[:2] == [60, 35]


def test_who_has_the_event_on_a_day_is_at_risk_on_it() -> None:
    shown = release(table(curve(list(range(1, 36)), 64))).estimates
    assert shown.loc[shown["time"] == 30, "n_at_risk"].tolist() == [35], "29 died before day 30"


def test_deaths_on_the_first_day_belong_to_the_first_point() -> None:
    deaths = [*[0] * 6, *range(10, 30)]
    shown = release(table(curve(deaths, 64))).estimates
    assert shown.loc[shown["time"] == 0, "estimate"].tolist() == [round(58 / 64, 3)]


def test_a_landmark_curve_needs_its_day_on_the_curve_from_the_start() -> None:
    deaths = [10, 12, *range(40, 100)]
    late = [d - 30 for d in deaths if d > 30]
    rows = [*curve(deaths, 200), *curve(late, 198, analysis="landmark", landmark=30)]
    shown = release(table(rows)).estimates
    assert set(shown["analysis"]) == {"curve"}, "200 - 198 at day 30 tells of two deaths"


def test_a_landmark_curve_is_told_on_the_days_of_the_curve_from_the_start() -> None:
    deaths = [*range(1, 11), *range(40, 100)]
    late = [d - 30 for d in deaths if d > 30]
    rows = [*curve(deaths, 200), *curve(late, 185, analysis="landmark", landmark=30)]
    shown = release(table(rows)).estimates
    days = set(shown.loc[shown["analysis"] == "curve", "time"])
    after = shown[shown["analysis"] == "landmark"]
    assert after["time"].tolist()[:3] == [0, 30, 60]
    assert set(after["time"][after["time"] < 1900] + 30) <= days
    for time, estimate, at_risk in after[["time", "estimate", "n_at_risk"]].itertuples(index=False):
        assert estimate == pytest.approx(1 - sum(d <= time for d in late) / 185, abs=0.0005), (
            "three decimals are shared"
        )
        assert at_risk == (185 - sum(d < time for d in late)) // 5 * 5


DAYS = st.lists(st.integers(1, 900), min_size=5, max_size=60)


@given(high=DAYS, low=DAYS)
@settings(max_examples=15, deadline=None)
def test_no_attack_finds_one_to_four_events(high: list[int], low: list[int]) -> None:
    n_high, n_low = len(high) + 10, len(low) + 10
    both = n_high + n_low
    rows = [
        *curve(high, n_high, group="high"), *curve(low, n_low, group="low"),
        *curve(high + low, both, analysis="all"),
        *(at_time(day, high, n_high, group="high") for day in (365, 730)),
        *(at_time(day, low, n_low, group="low") for day in (365, 730)),
    ]  # fmt: skip
    shown = release(table(rows)).estimates
    of_high, of_low = events_found(shown, "high", n_high), events_found(shown, "low", n_low)
    of_all = events_found(shown, "", both)
    for found, deaths in ((of_high, high), (of_low, low), (of_all, high + low)):
        assert small(found) == []
        assert small({math.inf: len(deaths) - sum(found.values())}) == []
    rest = {day: of_all[day] - of_high[day] for day in set(of_all) & set(of_high)}
    assert not rest or small(rest) == [] or set(of_all) != set(of_high)
