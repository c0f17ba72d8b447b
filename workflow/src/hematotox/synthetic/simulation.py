"""Synthetic exports of the centres of a study, each in its own dialect."""

from __future__ import annotations

import hashlib
import json
from zlib import crc32

import pandas as pd

from hematotox.declarations.centre import Centre
from hematotox.synthetic.baseline_values import draw_baseline_values
from hematotox.synthetic.calendar import add_dates, place
from hematotox.synthetic.calibration import Calibration
from hematotox.synthetic.characteristics import draw_characteristics
from hematotox.synthetic.events import draw_events
from hematotox.synthetic.laboratory import draw_labs
from hematotox.synthetic.other_studies import other_study
from hematotox.synthetic.records import Records
from hematotox.synthetic.response import draw_responses
from hematotox.synthetic.second_malignancy import draw_second_malignancies
from hematotox.synthetic.subjects import make_subjects
from hematotox.synthetic.survival import draw_survival
from hematotox.synthetic.toxicity import draw_toxicity

SEAL = "SYNTHETIC.json"
CART_SIE = "cart_sie"


def draw_patients(calibration: Calibration, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the latent patients: what nobody observes, and from which the records are made.

    Returns
    -------
    one row a patient with cell, centre, characteristics, survival, grades and dates; and one row
    an infused patient with the values before lymphodepletion
    """
    patients = place(draw_characteristics(calibration, seed), calibration, seed=seed)
    baseline = draw_baseline_values(patients, calibration, seed=seed)
    patients = patients.join(baseline["points"])
    patients = draw_survival(patients, calibration, seed=seed)
    patients = draw_toxicity(patients, calibration, seed=seed)
    return add_dates(patients, seed), baseline


def draw_records(calibration: Calibration, seed: int) -> Records:
    """Draw the records of all centres of the calibration."""
    patients, baseline = draw_patients(calibration, seed)
    responses = draw_responses(patients, calibration, seed=seed)
    malignancies = draw_second_malignancies(patients, calibration, seed=seed)
    subjects = make_subjects(patients, seed)
    return Records.of_patients(
        subjects,
        draw_labs(patients, baseline, seed=seed),
        draw_events(patients, responses, malignancies=malignancies, seed=seed),
    )


def records_of(centre: str, calibration: Calibration, *, seed: int) -> Records:
    """Draw the records of a centre that the calibration does not name.

    They are those of one of its centres in another simulation, so that a hospital that was not
    in the study has patients of the same kind, but not the same patients.
    """
    key = crc32(centre.encode())
    name = list(calibration.centres)[key % len(calibration.centres)]
    records = draw_records(calibration, seed + 1 + key)
    subjects, labs, events = (
        _renamed(table, name, centre=centre)
        for table in (records.subjects, records.labs, records.events)
    )
    return Records(subjects.assign(centre=centre), labs, events)


def _renamed(table: pd.DataFrame, name: str, *, centre: str) -> pd.DataFrame:
    own = table[table["patient_id"].str.startswith(f"{name}/")]
    return own.assign(patient_id=own["patient_id"].str.replace(f"{name}/", f"{centre}/"))


def simulate(centres: tuple[Centre, ...], calibration: Calibration, seed: int) -> dict[str, bytes]:
    """Return the synthetic exports of `centres`, each in its own dialect.

    Whatever centres are asked for, a centre's patients are the same: all of its study are drawn,
    the others left out. A centre of another published study has that study's patients; a centre
    that no calibration names gets patients of its own.

    Parameters
    ----------
    centres : declarations of the centres to write
    calibration : numbers of patients and curves of the synthetic CART-SIE
    seed : of the simulation; the same seed gives the same bytes

    Returns
    -------
    `<centre>/<file>` and its content, for each centre also `<centre>/SYNTHETIC.json` with the
    digests of its files: the seal that says that they are synthetic.

    """
    drawn: dict[str, Records] = {}
    files: dict[str, bytes] = {}
    for centre in centres:
        study = other_study(centre.id)
        version = study.version if study else calibration.version
        group = study.name if study else _group_of(centre, calibration)
        if group not in drawn:
            if study:
                drawn[group] = study.draw_records(seed)
            elif group == centre.id:
                drawn[group] = records_of(centre.id, calibration, seed=seed)
            else:
                drawn[group] = draw_records(calibration, seed)
        files |= _export(centre, drawn[group], seed=seed, version=version)
    return files


def _group_of(centre: Centre, calibration: Calibration) -> str:
    """Return whose patients are drawn together with a centre's."""
    return CART_SIE if centre.id in calibration.centres else centre.id


def _export(centre: Centre, records: Records, *, seed: int, version: int) -> dict[str, bytes]:
    from hematotox.synthetic.writing import write

    subjects = records.subjects[records.subjects["centre"] == centre.id]
    own = set(subjects["patient_id"])
    tables = {
        "subjects": subjects,
        "labs": records.labs[records.labs["patient_id"].isin(own)],
        "events": records.events[records.events["patient_id"].isin(own)],
    }
    written = write(centre, tables)
    files = {f"{centre.id}/{name}": content for name, content in sorted(written.items())}
    files[f"{centre.id}/{SEAL}"] = seal(written, seed=seed, version=version)
    return files


def seal(files: dict[str, bytes], *, seed: int, version: int) -> bytes:
    """Return the seal of a centre's files: their SHA-256 digests and how they were made."""
    content = {
        "source": "synthetic",
        "seed": seed,
        "version": version,
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }
    return (json.dumps(content, indent=2) + "\n").encode("utf-8")
