"""Writing an export is the inverse of its declaration, for every demonstration centre."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.dialects import disagreements, open_export
from hematotox.dialects.export import format_of
from hematotox.staging import imbalances, stage
from hematotox.synthetic.writing import write

CONFIG = Path(__file__).parents[4] / "config"
CENTRES = [f"sie_{number:02d}" for number in range(1, 22)]


@cache
def dictionary() -> Dictionary:
    text = (CONFIG / "dictionary.yaml").read_text(encoding="utf-8")
    return parse(text, source="dictionary.yaml", model=Dictionary)


@cache
def centre(name: str) -> Centre:
    text = (CONFIG / "centres" / f"{name}.yaml").read_text(encoding="utf-8")
    return parse(text, source=f"{name}.yaml", model=Centre)


def tables(name: str) -> dict[str, pd.DataFrame]:
    subjects = pd.DataFrame(
        {
            "patient_id": [f"{name}/1", f"{name}/12", f"{name}/7"],
            "centre": name,
            "source": "synthetic",
            "age": [61.0, 47.0, 33.0],
            "sex": ["male", "female", "female"],
            "disease": ["lbcl", "b_all", "fl"],
            "histology": ["dlbcl", "b_all", ""],
            "product": ["axi_cel", "tisa_cel", ""],
            "stage": pd.array([3, None, 1], dtype="Int64"),
            "ipi": pd.array([0, 5, None], dtype="Int64"),
            "bulky": ["yes", "no", ""],
            "marrow_involvement": ["", "yes", "no"],
            "bridging_response": ["pd", "", "cr"],
            "ldh_upper_limit": [225.0, 240.0, np.nan],
            "enrolment_date": ["2021-01-04", "2020-11-30", "2021-05-06"],
            "lymphodepletion_date": ["2021-02-27", "", ""],
            "infusion_date": ["2021-03-04", "2020-12-30", ""],
        }
    )
    labs = pd.DataFrame(
        [
            (f"{name}/1", "anc", -5, 1, 2.4, 2.4),
            (f"{name}/1", "anc", 3, 1, 0.05, 0.05),
            (f"{name}/1", "anc", 3, 2, 0.04, 0.04),
            (f"{name}/1", "platelets", 3, 1, 1234.0, 1234.0),
            (f"{name}/1", "hemoglobin", -5, 1, 8.7, 8.7),
            (f"{name}/12", "crp", -5, 1, 0.0, 0.6),
            (f"{name}/12", "ferritin", -5, 1, 2000.0, np.inf),
            (f"{name}/12", "ldh", 0, 1, 250.0, 250.0),
        ],
        columns=["patient_id", "variable", "day", "measurement", "value_low", "value_high"],
    )
    events = pd.DataFrame(
        [
            (f"{name}/1", "crs", 2, "3"),
            (f"{name}/1", "response", 30, "pr"),
            (f"{name}/1", "response", 90, "cr"),
            (f"{name}/1", "last_contact", 400, ""),
            (f"{name}/12", "progression", 60, ""),
            (f"{name}/12", "death", 99, "infection"),
            (f"{name}/12", "infection", 80, "5"),
            (f"{name}/12", "second_malignancy", 98, "myeloid"),
        ],
        columns=["patient_id", "event", "day", "detail"],
    )
    return {"subjects": subjects, "labs": labs, "events": events}


@pytest.mark.parametrize("name", CENTRES)
def test_what_is_written_is_staged_again(name: str) -> None:
    given = tables(name)
    files = write(centre(name), given)
    assert files == write(centre(name), given)
    staged = stage(open_export(files, source="synthetic"), centre(name), dictionary())
    assert imbalances(staged) == []
    assert not staged.findings["row_set_aside"].any()
    subjects = given["subjects"].drop(columns=["centre", "source"])
    for column in subjects:
        found, wanted = staged.subjects[column], subjects[column]
        assert found.astype(object).where(found.notna(), "").tolist() == (
            wanted.astype(object).where(wanted.notna(), "").tolist()
        ), column
    keys = ["patient_id", "variable", "day", "measurement"]
    labs = given["labs"].sort_values(keys, ignore_index=True)
    assert staged.labs[keys].to_numpy().tolist() == labs[keys].to_numpy().tolist()
    for column in ("value_low", "value_high"):
        np.testing.assert_allclose(staged.labs[column], labs[column], rtol=2e-8, atol=1e-12)
    columns = ["patient_id", "event", "day", "detail"]
    wanted_events = {tuple(map(str, row)) for row in given["events"][columns].to_numpy()}
    found_events = {tuple(map(str, row)) for row in staged.events[columns].to_numpy()}
    extra = {(f"{name}/12", "last_contact", "99", "")}  # one column for death and last contact
    assert wanted_events <= found_events <= wanted_events | extra


@pytest.mark.parametrize("name", CENTRES)
def test_the_demonstration_centres_agree_with_the_dictionary(name: str) -> None:
    assert centre(name).id == name
    assert disagreements(centre(name), dictionary()) == []


def test_the_demonstration_centres_differ() -> None:
    """At least nine ways to write an export among the twenty-one."""
    ways = set()
    for name in CENTRES:
        one = centre(name)
        labs = one.tables["labs"]
        dialect = one.dialect("labs")
        ways.add((format_of(labs.file[0], labs), labs.shape, labs.cells, labs.header_rows,
                  dialect.encoding, dialect.delimiter, dialect.decimal, dialect.dates,
                  labs.rows is None))  # fmt: skip
    assert len(ways) >= 15
    formats = {format_of(t.file[0], t) for n in CENTRES for t in centre(n).tables.values()}
    assert formats == {"csv", "excel", "spss", "stata", "parquet"}


def test_units_of_every_kind_are_in_the_demonstration() -> None:
    units = {
        source.unit for n in CENTRES for several in centre(n).labs.values() for source in several
    }
    assert {"/uL", "10*9/L", "g/L", "mg/L", "ug/L", "mmol/L", "ukat/L"} <= units


@pytest.mark.parametrize(
    ("table", "change", "message"),
    [
        ("subjects", {"sex": "diverse"}, "no code for diverse"),
        ("events", {"event": "response", "detail": "ne"}, "no code for ne"),
    ],
)
def test_what_the_centre_cannot_say(table: str, change: dict[str, str], message: str) -> None:
    given = tables("sie_01")
    given[table] = given[table].assign(**change)
    with pytest.raises(ValueError, match=message):
        write(centre("sie_01"), given)


def test_events_in_a_patients_row_must_fit_its_columns() -> None:
    given = tables("sie_09")
    given["events"] = given["events"].assign(patient_id="sie_09/1", event="crs", detail="1")
    with pytest.raises(ValueError, match="more crs of a patient than columns"):
        write(centre("sie_09"), given)
