"""What the report says of the estimates that other libraries computed again."""

import pandas as pd

from hematotox.contracts import conform, empty
from hematotox.reporting.words.second_opinion import second_opinion_sentence

VERSIONS = {"lifelines": "0.30.3", "scikit-learn": "1.9.1", "matplotlib": "3"}
NONE = "no comparable answer of the library"


def number(term: str, quantity: str, far: float | None = None, **words: object) -> dict:
    row = {"analysis": "hazard", "population": "all", "method": "cox", "library": "lifelines"}
    told = {"estimand": "log_hazard_ratio", "term": term, "quantity": quantity}
    return {**row, "study": "s", **told, "ours": 1.0, "relative_difference": far, **words}


def table(*rows: dict) -> pd.DataFrame:
    return conform("second_opinion", pd.DataFrame(rows, columns=list(empty("second_opinion"))))


def test_estimates_numbers_libraries_and_the_farthest_are_told() -> None:
    told = second_opinion_sentence(
        table(
            number("risk", "estimate", 2e-12),
            number("risk", "std_error", 3.4e-9),
            number("age", "estimate", 0.0),
            number("crp", "estimate", 0.0, library="scikit-learn", estimand="auc"),
        ),
        VERSIONS,
    )
    assert told == (
        "3 estimates of this study were computed again from the same patients by lifelines 0.30.3 "
        "and scikit-learn 1.9.1; over all 4 numbers (estimates, standard errors, limits, test "
        "statistics, p-values) the largest relative difference is 3\u00a0×\u00a010⁻⁹."
    )


def test_what_was_left_out_is_counted_by_estimate_with_its_reason() -> None:
    told = second_opinion_sentence(
        table(
            number("risk", "estimate", 0.0),
            number("age", "estimate", left_out="separation"),
            number("age", "std_error", left_out="separation"),
            number("stage", "estimate", left_out=NONE),
        ),
        VERSIONS,
    )
    assert told.endswith(f"difference is 0. Left out: {NONE} (1), separation (1).")


def test_nothing_compared_is_not_told() -> None:
    assert second_opinion_sentence(empty("second_opinion"), VERSIONS) == ""
    assert second_opinion_sentence(table(number("a", "estimate", left_out=NONE)), VERSIONS) == ""
