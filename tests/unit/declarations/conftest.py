"""The project's own declarations, and a small study to write mistakes into."""

from pathlib import Path

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.score import Score
from hematotox.declarations.study.named import Named

CONFIG = Path(__file__).parents[3] / "config"

TABLE_STUDY = """\
id: small
title: A small study
cohort:
  file: small.csv
  patient_id: number
  centre: hospital
  covariates:
    risk: {column: risk, values: {"0": low, "1": high}}
    stage: {column: stage, values: {"1": early, "2": late, "3": last}}
    age: {column: age, unit: a}
  endpoints:
    survival: {time: days, unit: d, status: dead, values: {"0": censored, "1": event}}
    response: {status: cr, values: {"0": censored, "1": event}}
linear_predictors:
  disease: {covariates: [age, stage]}
analyses:
  one: {method: cox, endpoint: survival, exposure: risk}
displays:
  figure: {kind: forest, title: Figure, analyses: [one]}
"""

CENTRE_STUDY = """\
id: small
title: A small study
centres: [sie_01]
population:
  - include: {variable: disease, in: [lbcl], label: "Large B-cell lymphoma"}
scores: [ht]
covariates:
  ipi_high: {variable: ipi, at_least: 3}
analyses:
  one: {method: cox, endpoint: overall_survival, exposure: ht.group, population: ht}
displays:
  figure: {kind: forest, title: Figure, analyses: [one]}
"""


def _read(name, model):
    path = CONFIG / f"{name}.yaml"
    return parse(path.read_text(encoding="utf-8"), source=path.name, model=model)


@pytest.fixture(scope="session")
def dictionary() -> Dictionary:
    return _read("dictionary", Dictionary)


@pytest.fixture(scope="session")
def endpoints() -> Endpoints:
    return _read("endpoints", Endpoints)


@pytest.fixture(scope="session")
def named() -> Named:
    scores = {name: _read(f"scores/{name}", Score) for name in ("ht", "simple_ht", "all_ht")}
    graded = {
        n: _read(f"conventions/{n}", Convention) for n in ("cart_sie", "consensus", "phenotype")
    }
    return Named(scores=scores, conventions=graded)


@pytest.fixture(scope="session")
def config() -> Path:
    return CONFIG


@pytest.fixture
def table_study() -> str:
    return TABLE_STUDY


@pytest.fixture
def centre_study() -> str:
    return CENTRE_STUDY
