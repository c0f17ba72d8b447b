"""Published numbers beside ours: as printed, within the tolerance, or not comparable."""

import pandas as pd
import pytest

from hematotox.analysis import compare_published
from hematotox.contracts import TABLES, conform
from hematotox.declarations.study.published import PRINTED_COLUMNS, Tolerances

COLUMNS = list(TABLES["estimates"].columns)
SHARED = {"study": "s", "population": "ht", "endpoint": "late", "method": "roc", "estimand": "auc",
          "term": "ht.points"}  # fmt: skip


def estimates(value: float) -> pd.DataFrame:
    row = {**SHARED, "source": "synthetic", "analysis": "a", "estimate": value, "n": 100}
    return conform("estimates", pd.DataFrame([row], columns=COLUMNS))


def published(value: float, printed: str, decimals: int, **more: str) -> pd.DataFrame:
    row = {**SHARED, "source": "published", "estimate": value, "printed": printed,
           "decimals": str(decimals), "place": "abstract", "certainty": "A", "inconsistent": "",
           **more}  # fmt: skip
    frame = pd.DataFrame([row], columns=[*COLUMNS, *PRINTED_COLUMNS])
    text = [name for name, rule in TABLES["estimates"].columns.items() if rule.type == "text"]
    return frame.assign(**{name: frame[name].fillna("") for name in text})


@pytest.mark.parametrize(
    ("ours", "verdict"),
    [(0.7349, "agrees"), (0.7351, "differs"), (0.7249, "differs"), (0.55, "differs")],
)
def test_an_area_printed_as_a_fraction_is_judged_at_its_two_decimals(ours, verdict) -> None:
    found = compare_published(estimates(ours), published(0.73, "0.73", 2), Tolerances())
    assert found["verdict"].tolist() == [verdict]


def test_an_area_printed_as_a_percentage_is_judged_at_its_decimals() -> None:
    found = compare_published(estimates(0.6246), published(0.625, "62.5", 1), Tolerances())
    assert found["verdict"].tolist() == ["agrees"]
    found = compare_published(estimates(0.6241), published(0.625, "62.5", 1), Tolerances())
    assert found["verdict"].tolist() == ["differs"]


def test_the_tolerance_is_in_percentage_points() -> None:
    two = Tolerances(percentage_points=2)
    assert compare_published(estimates(0.749), published(0.73, "0.73", 2), two)[
        "reason"
    ].tolist() == ["within the tolerance"]
    outside = compare_published(estimates(0.7501), published(0.73, "0.73", 2), two)
    assert outside["verdict"].tolist() == ["differs"]


def test_what_is_inconsistent_or_unverified_is_exempt_and_says_why() -> None:
    wrong = published(0.73, "0.73", 2, inconsistent="it is that of the points")
    found = compare_published(estimates(0.6), wrong, Tolerances())
    assert found[["verdict", "reason"]].to_numpy().tolist() == [
        ["exempt", "inconsistent in print: it is that of the points"]
    ]
    unverified = compare_published(
        estimates(0.6), published(0.73, "0.73", 2, certainty="M"), Tolerances()
    )
    assert unverified["verdict"].tolist() == ["exempt"]


def test_a_number_without_an_estimate_is_not_comparable() -> None:
    other = published(0.73, "0.73", 2, term="ht.group")
    found = compare_published(estimates(0.73), other, Tolerances())
    assert found["verdict"].tolist() == ["not comparable"]


def test_a_paper_without_numbers_yet_gives_an_empty_table() -> None:
    nothing = published(0.73, "0.73", 2).iloc[:0]
    found = compare_published(estimates(0.7), nothing, Tolerances())
    assert found.empty
    assert list(found.columns) == list(TABLES["agreement"].columns)


REAL_CASES = [("auc", "not within", 0.749, "differs"), ("count", "counts", 96.0, "not comparable")]


@pytest.mark.parametrize(("estimand", "what", "ours", "verdict"), REAL_CASES)
def test_real_patients_are_another_cohort(estimand, what, ours, verdict) -> None:
    """No tolerance that was made for synthetic patients, and no verdict on how many they are."""
    theirs = {"estimand": estimand, "source": "real"}
    mine = estimates(ours).assign(**theirs)
    printed = {"auc": (0.73, "0.73", 2), "count": (97.0, "97", 0)}[estimand]
    wide = Tolerances(percentage_points=2, count=5)
    paper = published(*printed, estimand=estimand)
    found = compare_published(mine, paper, wide).iloc[0]
    assert found["verdict"] == verdict, what
    assert found["reason"] == ("another cohort" if estimand == "count" else "")
    synthetic = compare_published(mine.assign(source="synthetic"), paper, wide).iloc[0]
    assert synthetic["reason"] == "within the tolerance"
