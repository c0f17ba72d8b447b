"""What an attacker calculates from a release: no count below five, whatever the method.

The attacker knows the labels and that one population may lie within another; she subtracts every
two sets of patients with the same label, adds up groups, multiplies shares by sizes, and searches
all 2x2 tables for those that round to a released odds ratio and its limits.
"""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from hematotox.analysis.estimation import estimate_analysis, prepare
from hematotox.analysis.sharing.release import release
from hematotox.contracts import TABLES, conform
from hematotox.declarations.study.analyses import METHODS, MODELS
from hematotox.declarations.study.released import Released, ShownNevertheless

SMALLEST = 5


def attack(shown: pd.DataFrame) -> set[str]:
    """Return what follows from a release, in words."""
    text = shown.fillna(dict.fromkeys(("group", "score", "centre", "reference", "comparator"), ""))
    whole = METHODS_OF_GROUPS
    text["label"] = text["group"].where(text["method"].isin(whole) & (text["comparator"] == ""), "")
    by_cause = text["method"].isin(["cumulative_incidence", "gray_test"])
    first = text["endpoint"].map(text[by_cause].groupby("endpoint")["term"].first())
    cause = text["term"].where(by_cause & (text["term"] != first), "")
    text["endpoint"] = text["endpoint"].where(cause == "", text["endpoint"] + " " + cause)
    by_value = text["method"].isin([m for m, facts in METHODS.items() if facts.cells == "values"])
    text["label"] = text["label"].mask(by_value, text["term"] + text["group"])
    part = text["population"].str.split(";", n=1).str[1].fillna("") + text["centre"]
    text["label"] = text["score"].where(text["label"] != "", "") + text["label"] + part
    sized = text[text["n"].notna() & text["n_event"].notna() & (text["method"] != "attrition")]
    sized = sized[~sized["method"].isin(["evaluability", "registry"]) & (sized["endpoint"] != "")]
    found = {f"{n} of {m}" for n, m in _pairs(sized) if _tells(m, n)}
    for _, same in sized.groupby("endpoint"):
        for one, other in itertools.product(_labelled(same), repeat=2):
            (label, n, e, counted), (inner, m, f, _) = one, other
            nested = label == inner or (label == "" and counted)
            if nested and n >= m and e >= f and (n, e) != (m, f) and _tells(n - m, e - f):
                found.add(f"{e} of {n} less {f} of {m}")
    return found | set(_from_ratios(text)) | set(_from_shares(text)) | set(_from_cells(text))


METHODS_OF_GROUPS = [m for m, facts in METHODS.items() if facts.cells == "groups"]


def _pairs(rows):
    return {(int(e), int(n)) for n, e in zip(rows["n"], rows["n_event"], strict=True)}


def _labelled(rows):
    """Return the sets told; the whole of a model are its complete cases."""
    counted = rows["method"].isin(METHODS_OF_GROUPS)
    numbers = zip(rows["label"], rows["n"], rows["n_event"], counted, strict=True)
    return {(label, int(n), int(e), whole) for label, n, e, whole in numbers}


def _tells(n: int, events: int) -> bool:
    return (n > 0 and min(n, events, n - events) < SMALLEST) or (n == 0 and 0 < events < SMALLEST)


def _from_ratios(rows):
    """Search all tables of as many patients and events as are told, or of up to 120 patients."""
    ratios = rows[(rows["estimand"] == "log_odds_ratio") & rows["conf_low"].notna()]
    ratios = ratios[(ratios["adjustment"].fillna("") == "") & (ratios["group"] != "")]
    ratios = ratios.drop_duplicates(["n", "n_event", "estimate", "conf_low"])
    for row in ratios.to_dict("records"):
        sized = pd.notna(row["n"]) and pd.notna(row["n_event"])
        if sized:
            n, events = int(row["n"]), int(row["n_event"])
            a = np.arange(1.0, events)[:, None]
            b = np.arange(1.0, n - events)[None, :]
            c, d = events - a, n - events - b
        else:
            a, b, c, d = np.meshgrid(*[np.arange(1.0, 30)] * 4, indexing="ij")
        half = 0.0005 if sized else 0.05
        with np.errstate(all="ignore"):
            reach = 1.959964 * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
            middle = np.log(a * d / (b * c))
        fits = np.ones(reach.shape, dtype=bool)
        for value, limit in ((middle, "estimate"), (middle - reach, "conf_low")):
            fits &= np.abs(value - row[limit]) <= half + 1e-9
        fewest = np.minimum(np.minimum(a, b), np.minimum(c, d))[fits]
        if fewest.size and (fewest < SMALLEST).all():
            yield f"the table of an odds ratio of {math.exp(row['estimate']):.2f}"


def _from_shares(rows):
    shares = rows[rows["estimand"].isin(["proportion", "percentage_of_known", "sensitivity"])]
    for row in shares[shares["n"].notna() & shares["estimate"].notna()].to_dict("records"):
        count = round(row["estimate"] * row["n"])
        if row["estimand"] == "proportion" and _tells(int(row["n"]), count):
            yield f"a share of {row['n']}"


def _from_cells(rows):
    of = [m for m, facts in METHODS.items() if facts.cells == "table"]
    counts = rows[rows["method"].isin(of) & (rows["estimand"] == "count")]
    yield from (f"a cell of {int(x)}" for x in counts["estimate"].dropna() if x < SMALLEST)


# --- the attack on tables made by hand ------------------------------------------------------------


def table(*rows):
    shared = {"study": "s", "source": "real", "population": "all"}
    columns = list(TABLES["estimates"].columns)
    return conform("estimates", pd.DataFrame([{**shared, **r} for r in rows], columns=columns))


def survival(analysis, n, events, **columns):
    return {
        "analysis": analysis,
        "method": "kaplan_meier",
        "endpoint": "overall_survival",
        "estimand": "survival",
        "time": 365,
        "estimate": 1 - events / n,
        "n": n,
        "n_event": events,
        **columns,
    }


ALL = survival("all", 69, 20)
KNOWN = survival("known", 63, 18, population="simple_ht")


def test_survival_of_all_less_that_of_the_patients_with_a_known_score() -> None:
    rows = table(ALL, KNOWN)
    assert attack(rows) == {"20 of 69 less 18 of 63"}
    shown = release(rows).estimates.set_index("analysis")
    assert attack(shown.reset_index()) == set()
    assert shown.loc["all", "n_event"] == 20
    assert pd.isna(shown.loc["known", "estimate"])


def test_the_groups_of_a_withheld_whole_do_not_add_up_to_it() -> None:
    groups = [
        survival("by_group", n, e, population="simple_ht", group=g, score="simple_ht")
        for g, n, e in (("high", 30, 12), ("low", 33, 6))
    ]
    shown = release(table(ALL, *groups)).estimates
    assert shown["n"].notna().tolist() == [True, False, False]


def test_patients_of_a_landmark_and_of_an_earlier_release_are_subtracted_too() -> None:
    late = survival("late", 60, 17, landmark=30)
    assert attack(release(table(ALL, late)).estimates) == set()
    earlier = table(survival("all", 66, 19))
    shown = release(table(ALL), earlier=earlier).estimates
    assert shown["n"].isna().all(), "3 patients with 1 death came since"
    shown = release(table(ALL), earlier=table(survival("all", 50, 12))).estimates
    assert shown["n"].notna().all()


def odds_ratio(a, high, c, low, **columns):
    """The logarithm of an odds ratio with its Wald interval, from its 2x2 table."""
    estimate = math.log(a * (low - c) / (c * (high - a)))
    error = math.sqrt(1 / a + 1 / (high - a) + 1 / c + 1 / (low - c))
    return {
        "analysis": "ratio",
        "method": "logistic",
        "endpoint": "icaht",
        "term": "ht.group",
        "group": "high",
        "reference": "low",
        "score": "ht",
        "estimand": "log_odds_ratio",
        "estimate": estimate,
        "std_error": error,
        "conf_low": estimate - 1.959964 * error,
        "conf_high": estimate + 1.959964 * error,
        "p_value": 0.001,
        "n": high + low,
        "n_event": a + c,
        **columns,
    }


def test_an_odds_ratio_with_its_interval_is_its_table() -> None:
    """The table of CAR-HEMATOTOX (13 of 44, 3 of 65): no other row says that 3 had it."""
    rows = table(odds_ratio(13, 44, 3, 65))
    assert attack(rows) == {"the table of an odds ratio of 8.67"}
    assert release(rows).estimates["estimate"].isna().all()
    many = table(odds_ratio(23, 54, 13, 65))
    assert release(many).estimates["estimate"].notna().all()


def test_the_error_of_a_hazard_ratio_tells_few_events_of_a_group() -> None:
    cox = {"method": "cox", "estimand": "log_hazard_ratio", "std_error": math.sqrt(1 / 3 + 1 / 40)}
    ratio = odds_ratio(40, 90, 3, 60) | cox
    assert release(table(ratio)).estimates["estimate"].isna().all()
    enough = ratio | {"std_error": math.sqrt(1 / 13 + 1 / 30)}
    assert release(table(enough)).estimates["estimate"].notna().all()


def test_what_the_study_shows_nevertheless_is_told_listed_and_subtracted() -> None:
    why = ShownNevertheless(reason="Table 2 of the paper", name="A. Author")
    found = release(table(ALL, KNOWN), Released(analyses={"known": why}))
    shown = found.estimates.set_index("analysis")
    assert shown.loc["known", "n_event"] == 18
    assert pd.isna(shown.loc["all", "n_event"]), "it would give the 2 of 6 away"
    said = "known is shown nevertheless: Table 2 of the paper (A. Author)"
    assert said in found.withheld["reason"].tolist()


# --- the attack on every method -------------------------------------------------------------------

BY = {"exposure": "risk"}
PAIR = {**BY, "compare": "ht.group", "positive": "high", "compare_positive": "high"}
ASKED = {
    "describe": {"variables": ["stage", "age"], "groups": "risk"},
    "kaplan_meier": {**BY, "times": [30]},
    "cumulative_incidence": {**BY, "times": [30]},
    "rmst": {**BY, "horizon": 90},
    "roc": {"marker": "risk"},
    "diagnostic_accuracy": {**BY, "positive": "high"},
    "reclassification": {**BY, "compare": "ht.group"},
    "paired_tests": PAIR,
    "correlation": {"exposure": "age", "compare": "crp"},
    "calibration": {"marker": "ht.points"},
    "centre_performance": {**BY, "marker": "ht.points"},
    "internal_external": {"covariates": ["age", "ht.points"]},
    "subgroup_performance": {
        **BY,
        "marker": "ht.points",
        "positive": "high",
        "subgroups": ["stage"],
    },
    "time_performance": {**BY, "marker": "ht.points", "times": [30]},
    "added_value": {"exposure": "ht.points", "covariates": ["age"]},
    "updating": {"exposure": "ht.points"},
    "net_benefit": {
        "marker": "ht.points",
        "thresholds": {"low": 0.1, "high": 0.5, "reason": "a test"},
    },
    "follow_up": {},
    "sensitivity": None,
    "determinability": None,
    "proportional_odds": {"exposure": "risk"},
    "registry": None,
    "missingness": None,
}
"""What each method needs besides its endpoint; those without are of no group, or of print."""
HEADER = "centre risk stage age crp time status response points\n"


def cohort(events: dict[tuple[str, str], int], late: int = 0) -> str:
    """Draw 20 patients of each risk in each of 3 centres, so many of them with the event."""
    lines = []
    for centre, risk in itertools.product("abc", ("low", "high")):
        for i in range(20):
            event = int(i < events[centre, risk])
            day = (
                200 if late and event and centre == "c" and risk == "high" and i < late else 10 + i
            )
            points = 3 if (i + (risk == "high")) % 2 else 0
            stage = ("i", "ii", "iii")[i % 3]
            day = 300 if not event else day
            lines.append(f"{centre} {risk} {stage} {40 + i} {i % 7} {day} {event} {event} {points}")
    return HEADER + "\n".join(lines)


COHORTS = {
    "a group of 2 events": (
        {("a", "low"): 2, ("b", "low"): 0, ("c", "low"): 0} | {(c, "high"): 8 for c in "abc"},
        0,
    ),
    "a centre of 2 events": (
        {("a", "low"): 1, ("a", "high"): 1} | {(c, r): 7 for c in "bc" for r in ("low", "high")},
        0,
    ),
    "one event past the horizon": ({(c, r): 8 for c in "abc" for r in ("low", "high")}, 1),
}


@pytest.fixture(scope="module", params=COHORTS)
def drawn_cohort(request, draw):
    return request.param, draw(cohort(*COHORTS[request.param]))


def test_every_method_is_asked() -> None:
    for method, model in MODELS.items():
        wanted = {name for name, f in model.model_fields.items() if f.is_required()}
        assert method in ASKED or wanted <= {"method", "endpoint", "exposure"}


@pytest.mark.parametrize("method", [m for m in MODELS if ASKED.get(m, BY) is not None])
@pytest.mark.parametrize("by", [None, "centre"])
def test_no_method_gives_a_small_number_away(method, by, drawn_cohort, plan_of) -> None:
    """Alone, beside the survival of all and of the groups, and centre by centre."""
    _, patients = drawn_cohort
    endpoint = {"time": "relapse", "yes or no": "response", "any": "response"}
    own = {"method": method, **ASKED.get(method, BY)}
    kind = MODELS[method].facts.endpoint
    own |= {"endpoint": endpoint[kind]} if kind in endpoint else {}
    analyses = {"own": own | ({"by": by} if by and method != "random_effects" else {})}
    for name, endpoint_name, beside in (
        ("curve", "relapse", "kaplan_meier"),
        ("rate", "response", "proportion"),
    ):
        if endpoint_name == own.get("endpoint"):
            analyses[name] = {"method": beside, "endpoint": endpoint_name}
    plan = plan_of(analyses)
    work = prepare(patients, plan)
    rows = pd.concat([estimate_analysis(work, name) for name in analyses], ignore_index=True)
    assert attack(release(rows).estimates) == set()
