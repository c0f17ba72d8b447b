"""Times of progression, death and last contact keep to the calibration in every cell."""

import numpy as np
import pytest

from hematotox.synthetic import read_calibration
from hematotox.synthetic.calibration import INFUSED_CELLS
from hematotox.synthetic.product_limit import survival_on
from hematotox.synthetic.simulation import draw_patients


@pytest.fixture(scope="module", params=[2, 11])
def patients(request):
    return draw_patients(read_calibration(), request.param)[0]


@pytest.mark.parametrize("cell", INFUSED_CELLS)
def test_a_cell_follows_its_curves(patients, cell):
    calibration = read_calibration()
    members = patients[patients["cell"] == cell]
    first = np.minimum(members["progression_day"], members["death_day"])
    for event, curve in (
        (first, calibration.progression_free[cell]),
        (members["death_day"], calibration.overall[cell]),
    ):
        for day in (100, 365, 730):
            wanted = np.interp(day, curve.days, curve.survival)
            assert (event > day).mean() == pytest.approx(wanted, abs=1.6 / len(members))


@pytest.mark.parametrize("cell", INFUSED_CELLS)
def test_deaths_without_relapse_are_as_many_as_wanted_and_all_seen(patients, cell):
    members = patients[patients["cell"] == cell]
    dead = members[~members["death_cause"].isin(["", "progression"])]
    assert (
        dead["death_cause"].value_counts().to_dict()
        == (read_calibration().non_relapse_deaths[cell])
    )
    assert (dead["death_day"] == dead["last_day"]).all()


def test_censoring_adds_little_noise(patients):
    members = patients[patients["cell"] == "ht_low"]
    death = members["death_day"].to_numpy()
    estimate = survival_on((365.0,), death, follow_up=members["follow_up"].to_numpy())[0]
    assert estimate == pytest.approx((death > 365).mean(), abs=0.02)


def test_half_of_the_patients_are_followed_for_18_months(patients):
    infused = patients[patients["cell"].isin(INFUSED_CELLS)]
    assert np.median(infused["follow_up"]) == pytest.approx(18 * 30.4375, rel=0.1)
