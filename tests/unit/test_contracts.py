"""A table that breaks its contract is stopped, and the message holds no value of a patient."""

import csv
import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.contracts import TABLES, conform, empty, estimate_ids
from hematotox.errors import ContractError
from hematotox.run.files import read_table, write_table

SUBJECT = {
    "patient_id": "a/1",
    "centre": "a",
    "source": "real",
    "age": 50,
    "sex": "male",
    "disease": "lbcl",
    "histology": None,
    "product": float("nan"),
    "infusion_date": "2021-05-03",
    "lymphodepletion_date": "",
}


def subjects(**changes: object) -> pd.DataFrame:
    return pd.DataFrame([{**SUBJECT, **changes}])


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_table_conforms(name: str) -> None:
    assert conform(name, empty(name)).equals(empty(name))


def test_missing_text_is_empty_and_missing_numbers_are_missing() -> None:
    row = conform("subjects", subjects(age=None)).iloc[0]
    assert row["histology"] == row["product"] == row["lymphodepletion_date"] == ""
    assert np.isnan(row["age"])


def test_columns_come_in_the_order_of_the_contract_and_further_ones_last() -> None:
    shuffled = subjects(ecog="1")[["ecog", *reversed(SUBJECT)]]
    assert list(conform("subjects", shuffled)) == [*SUBJECT, "ecog"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"patient_id": ""}, "subjects.patient_id: 1 empty values"),
        ({"centre": None}, "subjects.centre: 1 empty values"),
        ({"age": "Smith"}, "subjects.age: not all values are number"),
        ({"source": "imagined"}, "subjects.source: not in the closed list"),
    ],
)
def test_a_wrong_value_is_counted_not_shown(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ContractError) as caught:
        conform("subjects", subjects(**changes))
    assert str(caught.value).startswith(message)
    assert "Smith" not in str(caught.value)


def test_a_missing_column_and_one_too_many_are_told() -> None:
    with pytest.raises(ContractError, match=r"labs: columns missing \['day'\], unknown \['tag'\]"):
        conform("labs", empty("labs").rename(columns={"day": "tag"}))


DRAWN: dict[str, tuple[str, list[tuple[object, ...]]]] = {
    "infusions": (
        "patient_id infusion day product",
        [("a/1", 1, 0, "axi_cel"), ("a/1", 2, 140, "tisa_cel"), ("a/2", 1, 0, "")],
    ),
    "support": (
        "patient_id kind first_day last_day detail",
        [
            ("a/1", "boost", 41, 41, ""),
            ("a/1", "g_csf", 5, 12, "filgrastim"),
            ("a/1", "red_cells", 3, 3, ""),
            ("a/2", "g_csf", 7, None, ""),
        ],
    ),
    "corrections": (
        "patient variable action value from to reason date",
        [
            ("1", "hemoglobin", "set", "7.8", "", "", "decimal comma missing", "2023-03-06"),
            ("2", "", "exclude", "", "", "", "consent withdrawn", ""),
        ],
    ),
    "imputed": (
        "patient_id imputation variable value_low value_high",
        [("a/1", 1, "crp", 4.1, 4.1), ("a/1", 2, "crp", 0.0, 0.6)],
    ),
    "imputed_scores": (
        "patient_id imputation score shift points group",
        [("a/1", 1, "ht", "", 3, "high"), ("a/1", 2, "ht", "", 1, "low")],
    ),
}
"""Tables as a stage would make them, in the order of their keys."""


def drawn(name: str, **changes: object) -> pd.DataFrame:
    """Return a drawn table, its first row changed."""
    columns, rows = DRAWN[name]
    frame = pd.DataFrame(rows, columns=columns.split(), dtype=object)
    for column, value in changes.items():
        frame.loc[0, column] = value
    return frame


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawn_table_conforms_in_any_order(name: str, tmp_path) -> None:
    table = conform(name, drawn(name))
    assert list(table) == DRAWN[name][0].split()
    if TABLES[name].key:
        assert conform(name, drawn(name).iloc[::-1]).equals(table)
    write_table(tmp_path / f"{name}.csv", table)
    assert read_table(tmp_path / f"{name}.csv", name).equals(table), "as it is read again"


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("infusions", {"day": 1}, "infusions.day: infusion 1 is day 0, and no other is"),
        ("infusions", {"infusion": 3}, "infusions.day: infusion 1 is day 0, and no other is"),
        ("support", {"kind": "plasma"}, "support.kind: not in the closed list: ['plasma']"),
        ("support", {"last_day": 40}, "support: 1 rows with first_day above last_day"),
        ("support", {"first_day": None}, "support.first_day: 1 empty values"),
        ("corrections", {"action": "delete"}, "corrections.action: not in the closed list: ['del"),
        ("corrections", {"reason": ""}, "corrections.reason: 1 empty values"),
        ("imputed", {"value_high": 4.0}, "imputed: 1 rows with value_low above value_high"),
        ("imputed", {"imputation": 1.5}, "imputed.imputation: not all values are integer"),
        ("imputed_scores", {"imputation": 2}, "imputed_scores: 1 rows repeat the key"),
    ],
)
def test_a_drawn_table_that_cannot_be_meant_is_refused(
    name: str, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ContractError) as caught:
        conform(name, drawn(name, **changes))
    assert str(caught.value).startswith(message)


def test_a_measurement_is_no_interval_that_ends_before_it_begins() -> None:
    row = {"patient_id": "a/1", "variable": "crp", "day": 0, "measurement": 1}
    with pytest.raises(ContractError, match="labs: 1 rows with value_low above value_high"):
        conform("labs", pd.DataFrame([{**row, "value_low": 2.0, "value_high": 1.0}]))


def test_a_repeated_key_is_counted() -> None:
    twice = pd.concat([subjects(), subjects()])
    with pytest.raises(ContractError, match=r"subjects: 1 rows repeat the key \('patient_id',\)"):
        conform("subjects", twice)


def test_a_day_is_whole() -> None:
    row = {"patient_id": "a/1", "event": "death", "day": 3.0, "detail": ""}
    assert conform("events", pd.DataFrame([row]))["day"].tolist() == [3]
    with pytest.raises(ContractError, match=r"events\.day: not all values are integer"):
        conform("events", pd.DataFrame([{**row, "day": 3.5}]))


def test_yes_and_no_are_not_numbers() -> None:
    row = {"patient_id": "a/1", "centre": "a", "source": "real", "included": "no", "reason": ""}
    with pytest.raises(ContractError, match=r"population\.included: not all values are boolean"):
        conform("population", pd.DataFrame([row]))


def estimate(**changes: object) -> pd.DataFrame:
    row = {
        "study": "s",
        "source": "real",
        "analysis": "a",
        "population": "all",
        "method": "cox",
        "estimand": "log_hazard_ratio",
        **changes,
    }
    return pd.DataFrame([row], columns=list(TABLES["estimates"].columns))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("method", "coxx"),
        ("estimand", "hazard_ratio"),
        ("conf_method", "exactish"),
        ("source", "unknown"),
        ("condition", "strange"),
        ("condition", "separation; strange"),
    ],
)
def test_the_closed_lists_of_the_estimates_are_closed(column: str, value: str) -> None:
    with pytest.raises(ContractError, match=f"estimates.{column}: not in the closed list"):
        conform("estimates", estimate(**{column: value}))


def test_an_unbounded_limit_is_an_empty_cell() -> None:
    assert conform("estimates", estimate(conf_high=np.nan))["conf_high"].isna().all()
    with pytest.raises(ContractError, match="infinite numbers"):
        conform("estimates", estimate(conf_high=np.inf))


def test_an_estimate_stands_once_and_the_message_names_its_analysis() -> None:
    tests = pd.concat([estimate(test="wald", p_value=0.2), estimate(test="score", p_value=0.2)])
    assert conform("estimates", tests)["test"].tolist() == ["wald", "score"], "order is kept"
    again = pd.concat([tests, estimate(test="wald", p_value=0.3, term="GLOBAL 4711")])
    assert len(conform("estimates", again)) == 3
    with pytest.raises(ContractError, match=r"estimates: 1 rows repeat the key .*, in \['a'\]"):
        conform("estimates", pd.concat([again, estimate(term="GLOBAL 4711", test="wald")]))


def test_the_id_of_an_estimate_is_that_of_other_tools() -> None:
    """Golden values: `printf 's\\treal\\ta\\t…' | sha256sum | cut -c1-12` (GNU coreutils 9.1)."""
    rows = pd.concat([
        estimate(),
        estimate(term="β2, per mg/L", time=1 / 3, landmark=100, test="wald"),
    ])  # fmt: skip
    found = estimate_ids(conform("estimates", rows))
    assert found.tolist() == ["6596bbb8d72d", "e459f33e100d"]


def test_the_id_is_made_of_the_key_alone_as_it_stands_in_the_file(tmp_path) -> None:
    """The recipe of docs/estimates.md, followed by hand."""
    rows = conform(
        "estimates",
        pd.concat([estimate(time=t, estimate=t, conf_low=0.1, n=3) for t in (0.1 + 0.2, 30, 1e-5)]),
    )
    write_table(tmp_path / "estimates.csv", rows)
    with (tmp_path / "estimates.csv").open(encoding="utf-8", newline="") as stream:
        written = list(csv.DictReader(stream))
    columns = list(written[0])
    key = [*columns[: columns.index("estimand") + 1], "test"]
    by_hand = [
        hashlib.sha256("\t".join(row[column] for column in key).encode()).hexdigest()[:12]
        for row in written
    ]
    assert estimate_ids(read_table(tmp_path / "estimates.csv", "estimates")).tolist() == by_hand
    assert estimate_ids(rows.assign(estimate=9.0, n=4)).tolist() == by_hand
    for column in key:
        other = rows.assign(**{column: 7.0 if column in ("landmark", "time") else "other"})
        assert not set(estimate_ids(other)) & set(by_hand), column


names = st.text("abzÄäéß-_ 019", min_size=1, max_size=4).map(lambda text: f"c/{text}")


@given(patients=st.lists(names, min_size=1, max_size=8, unique=True), seed=st.integers(0, 99))
@settings(max_examples=30)
def test_the_order_of_rows_is_that_of_the_code_points_whatever_it_was(patients, seed) -> None:
    frame = pd.concat([subjects(patient_id=p) for p in patients])
    shuffled = frame.sample(frac=1, random_state=seed)
    once = conform("subjects", shuffled)
    assert once["patient_id"].tolist() == sorted(patients)
    assert conform("subjects", once).equals(once), "conforming twice changes nothing"
