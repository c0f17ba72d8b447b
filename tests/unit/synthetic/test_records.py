"""What the hospitals know: complete, consistent, and nothing that only the simulation knows."""

import itertools
import json
from hashlib import sha256

import pandas as pd
import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.run.files import CLONE
from hematotox.synthetic import read_calibration, simulate
from hematotox.synthetic.calibration import HT_CELLS, INFUSED_CELLS, LYMPHOMA_CELLS
from hematotox.synthetic.simulation import draw_patients, draw_records, records_of

SEED = 4


@pytest.fixture(scope="module")
def calibration():
    return read_calibration()


@pytest.fixture(scope="module")
def records(calibration):
    return draw_records(calibration, SEED)


@pytest.fixture(scope="module")
def latent(calibration):
    return draw_patients(calibration, SEED)[0]


def centre(name):
    path = CLONE / "config" / "centres" / f"{name}.yaml"
    return parse(path.read_text(encoding="utf-8"), source=name, model=Centre)


def test_numbers_of_patients(records):
    assert len(records.subjects) == 1002
    infused = records.subjects[records.subjects["infusion_date"] != ""]
    assert len(infused) == 746
    assert (infused["disease"] == "lbcl").sum() == 628
    assert records.subjects["centre"].nunique() == 21


def test_every_centre_numbers_its_patients_from_1(records):
    for name, members in records.subjects.groupby("centre"):
        numbers = members["patient_id"].str.removeprefix(f"{name}/").astype(int)
        assert sorted(numbers) == list(range(1, len(members) + 1))


def test_no_score_grade_or_endpoint_is_exported(records):
    hidden = ("icaht", "score", "points", "group", "evaluable", "survival", "cell", "grade")
    for table in (records.subjects, records.labs, records.events):
        assert not [c for c in table.columns if any(word in c for word in hidden)]
    assert set(records.events["event"]) == {
        "allogeneic_transplant",
        "crs",
        "death",
        "icans",
        "infection",
        "last_contact",
        "new_therapy",
        "progression",
        "response",
        "second_malignancy",
    }


def test_nothing_happens_after_death_or_last_contact(records):
    ends = records.events[records.events["event"].isin(["death", "last_contact"])]
    end = ends.set_index("patient_id")["day"]
    assert end.index.is_unique
    for table in (records.labs, records.events):
        assert (table["day"] <= table["patient_id"].map(end)).all()


def test_dates_are_in_order(records):
    infused = records.subjects[records.subjects["infusion_date"] != ""]
    dates = ["enrolment_date", "apheresis_date", "infusion_date"]
    for earlier, later in itertools.pairwise(dates):
        assert (infused[earlier] < infused[later]).all()
    known = infused[infused["lymphodepletion_date"] != ""]
    assert (known["lymphodepletion_date"] < known["infusion_date"]).all()
    assert (known["apheresis_date"] < known["lymphodepletion_date"]).all()
    assert infused["enrolment_date"].min() >= "2019"
    assert infused["infusion_date"].max() <= "2024-07-31"


def test_a_measurement_is_unique_and_its_interval_in_order(records):
    key = ["patient_id", "variable", "day", "measurement"]
    assert not records.labs.duplicated(key).any()
    assert (records.labs["value_low"] <= records.labs["value_high"]).all()
    assert records.labs["value_low"].notna().all()


def test_the_export_is_dirty(records):
    repeated = records.labs[records.labs["measurement"] == 2]
    assert len(repeated) > 500
    assert (records.labs["value_low"] < records.labs["value_high"]).sum() > 500
    mistyped = records.labs[
        (records.labs["variable"] == "hemoglobin") & (records.labs["value_low"] > 25)
    ]
    assert 0 < len(mistyped) < 0.01 * len(records.labs)
    assert (records.subjects["lymphodepletion_date"] == "").any()


def test_deaths_without_relapse_come_before_any_progression(latent):
    dead = latent[latent["death_cause"].notna() & ~latent["death_cause"].isin(["", "progression"])]
    assert dead["progression_day"].map(lambda day: day == float("inf")).all()
    relapsed = latent[latent["death_cause"] == "progression"]
    assert (relapsed["death_day"] >= relapsed["progression_day"] + 7).all()


def test_responses_stand_before_progression(records):
    progression = records.events[records.events["event"] == "progression"]
    day = progression.set_index("patient_id")["day"]
    responses = records.events[
        (records.events["event"] == "response") & records.events["detail"].isin(["cr", "pr"])
    ]
    limit = responses["patient_id"].map(day)
    assert (limit.isna() | (responses["day"] < limit)).all()


def test_marrow_involvement_is_stage_four(records):
    involved = records.subjects[records.subjects["marrow_involvement"] == "yes"]
    infused = involved[(involved["infusion_date"] != "") & (involved["disease"] == "lbcl")]
    assert (infused["stage"] == "4").mean() > 0.95


def test_only_bridged_patients_have_a_response_to_bridging(records):
    answered = records.subjects[records.subjects["bridging_response"] != ""]
    assert (answered["bridging"] == "yes").all()


def test_the_same_seed_gives_the_same_records_and_another_others(calibration, records):
    again = draw_records(calibration, SEED)
    other = draw_records(calibration, SEED + 1)
    for name in ("subjects", "labs", "events"):
        pd.testing.assert_frame_equal(getattr(records, name), getattr(again, name))
        assert not getattr(records, name).equals(getattr(other, name))


def test_cells_nest(calibration):
    sizes = calibration.cells
    assert sum(sizes[cell] for cell in HT_CELLS) == 389
    assert sum(sizes[cell] for cell in LYMPHOMA_CELLS) == 628
    assert sum(sizes[cell] for cell in INFUSED_CELLS) == 746
    assert sum(calibration.centres.values()) == 746


def test_a_part_of_the_centres_gets_the_same_patients(calibration):
    one = simulate((centre("sie_21"),), calibration, SEED)
    two = simulate((centre("sie_20"), centre("sie_21")), calibration, SEED)
    assert set(one) < set(two)
    assert all(two[name] == content for name, content in one.items())


def test_the_seal_names_every_file_with_its_digest(calibration):
    files = simulate((centre("sie_21"),), calibration, SEED)
    sealed = json.loads(files.pop("sie_21/SYNTHETIC.json"))
    assert sealed["seed"] == SEED
    assert sealed["source"] == "synthetic"
    assert sealed["files"] == {
        name.removeprefix("sie_21/"): sha256(content).hexdigest() for name, content in files.items()
    }


def test_a_centre_outside_the_study_gets_patients_of_its_own(calibration, records):
    strange = records_of("verona", calibration, seed=SEED)
    assert set(strange.subjects["centre"]) == {"verona"}
    assert strange.subjects["patient_id"].str.startswith("verona/").all()
    assert set(strange.labs["patient_id"]) <= set(strange.subjects["patient_id"])
    dates = set(strange.subjects["infusion_date"]) - {""}
    for _, members in records.subjects.groupby("centre"):
        assert set(members["infusion_date"]) - {""} != dates
