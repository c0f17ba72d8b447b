"""The subjects table: one row for each enrolled patient."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.synthetic.calibration import NOT_INFUSED
from hematotox.synthetic.draws import generator

BRIDGING_RESPONSES = {"sd": 0.5, "pr": 0.4, "cr": 0.1}
ECOG = {"0": 0.45, "1": 0.42, "2": 0.1, "3": 0.03}
MORE_LINES = {"3": 0.65, "4": 0.22, "5": 0.09, "6": 0.04}
COPIED = (
    "age",
    "disease",
    "histology",
    "product",
    "stage",
    "ipi",
    "bulky",
    "refractory",
    "marrow_involvement",
    "prior_autologous_transplant",
    "bridging",
    "ldh_upper_limit",
    "ldh_above_normal",
    "vein_to_vein",
    "enrolment_date",
    "apheresis_date",
    "lymphodepletion_date",
    "infusion_date",
)


def make_subjects(patients: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the subjects of all centres, in the order of `patients`.

    Returns
    -------
    `patient_id`, `centre`, `source`, and the dictionary's variables with its levels; empty
    where unknown. What belongs to the infusion is empty for patients not infused.
    """
    rng = generator(seed, "subjects")
    size = len(patients)
    subjects = pd.DataFrame(
        {
            "patient_id": patients["centre"] + "/" + patients["number"].astype(str),
            "centre": patients["centre"],
            "source": "synthetic",
            "sex": np.where(patients["female"] == "yes", "female", "male"),
        }
    )
    subjects[list(COPIED)] = patients[list(COPIED)]
    more = rng.choice(list(MORE_LINES), size, p=list(MORE_LINES.values()))
    lines = patients["prior_lines"]
    subjects["prior_lines"] = np.where(lines == "3", more, lines)
    subjects["bridging_response"] = _bridging_response(patients, rng)
    subjects["ecog"] = rng.choice(list(ECOG), size, p=list(ECOG.values()))
    waiting = patients["cell"] == NOT_INFUSED
    for variable in ("product", "bridging", "bridging_response"):
        subjects.loc[waiting, variable] = ""
    subjects.loc[waiting, "vein_to_vein"] = np.nan
    return subjects


def _bridging_response(patients: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    shares = list(BRIDGING_RESPONSES.values())
    better = rng.choice(list(BRIDGING_RESPONSES), len(patients), p=shares)
    response = np.where(patients["bridging_failure"] == "yes", "pd", better)
    return np.where(patients["bridging_failure"] == "", "", response)
